"""Where a command's result goes: a file, written whole or not at all, or standard output."""

import os
import sys
import tempfile
from pathlib import Path

import click

TERMINAL_WIDTH = 100


def write_output(document: str | bytes, out: Path | None, *, kind: str) -> None:
    """A document to a file, or to standard output.

    A file is first written beside its place and then renamed, so that a reader never sees half of it. A binary document
    is not thrown at a terminal.
    """
    content = document.encode() if isinstance(document, str) else document
    if out is None:
        if isinstance(document, bytes) and sys.stdout.isatty():
            raise click.UsageError(f"{kind} is no text for a terminal; write it to a file with --out statement.{kind}")
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _take_usual_rights(Path(name))
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _take_usual_rights(file: Path) -> None:
    """Temporary files are private; a statement has the rights any new file of the user has."""
    mask = os.umask(0)
    os.umask(mask)
    file.chmod(0o666 & ~mask)


def uses_colour() -> bool:
    """Whether standard output is a terminal that wants colour (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def terminal_width() -> int:
    """The width to print tables in; a pipe gets a fixed one, so that its text does not depend on who looks."""
    return os.get_terminal_size().columns if sys.stdout.isatty() else TERMINAL_WIDTH
