"""Where the examples stand: inside the package as installed, beside `src` in a checkout."""

from importlib.resources import files
from pathlib import Path


def examples_folder() -> Path:
    """The folder that holds the examples; FileNotFoundError where this installation has none."""
    package = Path(str(files("remit")))
    for folder in (package / "examples", package.parents[1] / "examples"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("this installation of Remit came without its examples")


def example_folder(name: str) -> Path:
    """The folder of one example; FileNotFoundError, naming those there are, where there is none of that name."""
    folder = examples_folder() / name
    if not folder.is_dir():
        known = ", ".join(sorted(path.name for path in folder.parent.iterdir() if path.is_dir()))
        raise FileNotFoundError(f"there is no example {name!r}; there are: {known or 'none'}")
    return folder
