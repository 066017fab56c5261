"""The files the house rules look at: what git tracks or would track, else everything that is not made by a command."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
PURE_ROOMS = ("terms", "performance", "finance", "workforce", "quality", "sourcing", "transition", "risks")
_MADE_AT_THE_TOP = {".git", ".venv", "build", "dist", "demo"}


@dataclass(frozen=True, slots=True)
class HouseFile:
    """A text file of the house: its path inside the house, with slashes, and its text."""

    name: str
    text: str

    @property
    def parts(self) -> tuple[str, ...]:
        return Path(self.name).parts

    @property
    def stem(self) -> str:
        return Path(self.name).stem

    @property
    def is_pure(self) -> bool:
        return self.parts[:2] == ("src", "remit") and Path(self.parts[2]).stem in PURE_ROOMS

    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    def numbered_lines(self) -> Iterator[tuple[int, str]]:
        return enumerate(self.text.splitlines(), start=1)


@cache
def house_files() -> tuple[HouseFile, ...]:
    """Every text file; what is not UTF-8 text (a workbook, a gzip) is left out."""
    found = []
    for name in _names():
        try:
            found.append(HouseFile(name, (HOUSE / name).read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return tuple(found)


def python_files(*folders: str) -> list[HouseFile]:
    """The Python files under the folders given."""
    return [file for file in house_files() if file.name.endswith(".py") and file.parts[0] in folders]


def _names() -> list[str]:
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    if (HOUSE / ".git").exists():
        names = subprocess.run(listing, cwd=HOUSE, capture_output=True, check=True).stdout.decode().split("\0")
        return sorted(name for name in names if name and (HOUSE / name).is_file())
    paths = (path.relative_to(HOUSE) for path in HOUSE.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in paths if not _is_made(path))


def _is_made(path: Path) -> bool:
    in_examples = path.parts[0] == "examples" and path.parts[2:3] in {("generated",), ("out",)}
    cached = any(part == "__pycache__" or part.endswith(("_cache", ".egg-info")) for part in path.parts)
    return path.parts[0] in _MADE_AT_THE_TOP or in_examples or cached
