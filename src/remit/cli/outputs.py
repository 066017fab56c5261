"""Where a command's result goes: a file, written whole or not at all, or standard output."""

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

TERMINAL_WIDTH = 100


BINARY = frozenset({"xlsx"})


def check_output(out: Path | None, *, kind: str) -> None:
    """Whether a document of this kind can go there at all, asked before the work rather than after it.

    A binary document is not thrown at a terminal; a folder that can't be written to is an OSError with its name.
    """
    if out is None:
        if kind in BINARY and sys.stdout.isatty():
            raise click.UsageError(f"{kind} is no text for a terminal; write it to a file with --out statement.{kind}")
        return
    place = next(folder for folder in out.absolute().parents if folder.exists())
    if not place.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "is a file, not a folder to write to", str(place))
    if not os.access(place, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "can't be written to", str(place))


def write_output(document: str | bytes, out: Path | None) -> None:
    """A document to a file, or to standard output.

    A file is first written beside its place and then renamed, so that a reader never sees half of it. A device or a
    pipe, such as /dev/null, is written to and never replaced.
    """
    content = document.encode() if isinstance(document, str) else document
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        _write_to(out, content)
    except OSError as error:
        raise OSError(error.errno, error.strerror, error.filename or str(out)) from error


def _write_to(out: Path, content: bytes) -> None:
    if _is_no_file(out):
        with out.open("wb") as device:
            device.write(content)
        return
    with written_whole(out) as file:
        file.write(content)


@contextmanager
def written_whole(out: Path) -> Iterator[BinaryIO]:
    """A file to write to that takes its place when it is done; where anything fails, what was there before stays."""
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _take_usual_rights(Path(name))
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def size_text(size: int) -> str:
    """A file's size as one says it: `812 bytes`, `14.2 kB`, `3.1 MB`."""
    units = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))
    found = next(((unit, least) for unit, least in units if size >= least), None)
    return f"{size} bytes" if found is None else f"{size / found[1]:,.1f} {found[0]}"


def _is_no_file(out: Path) -> bool:
    return out.exists() and not out.is_file()


def spare_inputs(target: Path, inputs: Iterable[Path], *, option: str) -> None:
    """Wrong usage where a result would take the place of something the run reads: the only copy may be lost with it."""
    for given in inputs:
        if target.exists() and given.exists() and target.samefile(given):
            raise click.BadParameter(f"{target} is read in this run; name another file", param_hint=option)


def _take_usual_rights(file: Path) -> None:
    """Temporary files are private; a statement has the rights any new file of the user has."""
    mask = os.umask(0)
    os.umask(mask)
    file.chmod(0o666 & ~mask)


def uses_colour() -> bool:
    """Whether standard output is a terminal that wants colour (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def terminal_width() -> int:
    """The width to print tables in; a pipe gets a fixed one, so that its text does not depend on who looks."""
    return shutil.get_terminal_size((TERMINAL_WIDTH, 24)).columns if sys.stdout.isatty() else TERMINAL_WIDTH
