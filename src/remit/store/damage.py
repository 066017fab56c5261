"""Damage: files of a store that are not there, or are not what was written, each named with what is lost."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb

from remit.engines.engine import EngineFailed
from remit.store.manifest import Manifest
from remit.store.places import Place
from remit.store.tables import StoredFile
from remit.terms.problems import Problem, ProblemsFound

_BRING_BACK = "bring the file back from a backup, or withdraw its load and load its export again"


def check_presence(place: Place, name: str, files: Iterable[StoredFile]) -> None:
    """See that files are there and of their size before anything is computed. Raises ProblemsFound naming those not."""
    problems = []
    for file in files:
        size = place.size_of(file.path)
        if size is None:
            problems.append(missing_file(place, name, file))
        elif size != file.size_bytes:
            problems.append(damaged_file(place, name, file, _length(size, file)))
    if problems:
        raise ProblemsFound(problems)


def _length(size: int, file: StoredFile) -> str:
    return f"{size:,} bytes where {file.size_bytes:,} were written"


def missing_file(place: Place, name: str, file: StoredFile) -> Problem:
    """The problem of a file that the store names and that is not there."""
    what = f"is missing: {file.rows:,} rows of {name}, {file.engagement}, {file.month}"
    return Problem(f"{place.url}/{file.path}", 0, "", what, _BRING_BACK)


def damaged_file(place: Place, name: str, file: StoredFile, why: str) -> Problem:
    """The problem of a file that is there and not what was written."""
    what = f"is damaged ({why}): {file.rows:,} rows of {name}, {file.engagement}, {file.month}"
    return Problem(f"{place.url}/{file.path}", 0, "", what, _BRING_BACK)


def damages(manifest: Manifest, files: Mapping[str, Sequence[StoredFile]]) -> list[Problem]:
    """What is wrong with some files of some tables: those not there, and those that are not what was written."""
    known = digests(manifest)
    return [
        problem
        for name, stored in files.items()
        for file in stored
        for problem in _file_problems(manifest.place.inside("tables", name), name, file, known.get(name, {}))
    ]


def _file_problems(place: Place, name: str, file: StoredFile, known: dict[str, str]) -> Iterator[Problem]:
    size = place.size_of(file.path)
    if size is None:
        yield missing_file(place, name, file)
    elif size != file.size_bytes:
        yield damaged_file(place, name, file, _length(size, file))
    elif file.path in known and place.digest_of(file.path) != known[file.path]:
        yield damaged_file(place, name, file, "its SHA-256 is not the one written")


def digests(manifest: Manifest) -> dict[str, dict[str, str]]:
    """The digest of every file some version wrote, by table and path."""
    found: dict[str, dict[str, str]] = {}
    for entry in manifest.entries:
        for name, files in entry.digests.items():
            found.setdefault(name, {}).update(files)
    return found


@contextmanager
def named(manifest: Manifest, files: Callable[[], Mapping[str, Sequence[StoredFile]]]) -> Iterator[None]:
    """Where the engine fails on files, tell which of them are not what was written; else it fails as it did."""
    try:
        yield
    except (duckdb.Error, EngineFailed):
        problems = damages(manifest, files())
        if problems:
            raise ProblemsFound(problems) from None
        raise
