"""Rows that were set aside: shown with their reasons, and given back as their own file's lines to be mended."""

import csv
import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from remit.web.performance import uploads
from remit.web.performance.bridge.loading import lines_before_rows
from remit.web.performance.models import Load

_BY_LINES = (".csv", ".tsv", ".txt", ".tab", ".jsonl", ".ndjson")
_WITHOUT_HEADER = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class SetAside:
    """A fault of a row: in which file and line, of which column, with which value, and why it does not fit."""

    file: str
    row: str
    table: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class ToMend:
    """A file of a load with rows to mend; `number` is its place among the load's files."""

    number: int
    name: str


def rows_set_aside(load: Load, *, most: int) -> list[SetAside]:
    """The first faults of a load, in the order of its files."""
    return list(islice(_faults(uploads.quarantine_of(load)), most))


def _faults(path: Path) -> Iterator[SetAside]:
    if not path.is_file():
        return
    csv.field_size_limit(1 << 24)
    with path.open(newline="", encoding="utf-8") as kept:
        for row in csv.DictReader(kept):
            yield SetAside(row["file"], row["row"], row["table"], row["column"], row["value"], row["reason"])


def fit_to_mend(load: Load, rows: Sequence[SetAside]) -> list[ToMend]:
    """The files of a load whose lines can be given back: text files with rows set aside."""
    named = {row.file for row in rows}
    files = [str(file["name"]) for file in load.files]
    return [ToMend(number, name) for number, name in enumerate(files) if name in named and _is_by_lines(name)]


def _is_by_lines(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(_BY_LINES)


def lines_to_mend(load: Load, name: str) -> bytes | None:
    """A file's own header and those of its lines that were set aside, byte for byte, packed as it was.

    Loaded again under the same name it adds what is fit by then; all other rows are in the store already. None where
    the file has no such lines, or is not made of lines.
    """
    path = uploads.files_folder(load) / name
    wanted = {int(row.row) for row in _faults(uploads.quarantine_of(load)) if row.file == name and row.row.isdecimal()}
    if not wanted or not _is_by_lines(name) or not path.is_file():
        return None
    with gzip.open(path, "rb") if name.lower().endswith(".gz") else path.open("rb") as file:
        kept = b"".join(_chosen(file, wanted, before=_lines_before_rows(load, name)))
    return uploads.packed_like(name, kept)


def _lines_before_rows(load: Load, name: str) -> int:
    if name.lower().removesuffix(".gz").endswith(_WITHOUT_HEADER):
        return 0
    mapping = uploads.mapping_of(load)
    return 1 if mapping is None else lines_before_rows(mapping, name)


def _chosen(lines: Iterable[bytes], wanted: set[int], *, before: int) -> Iterator[bytes]:
    """The lines before the first row, and the rows wanted whole: a quoted value may go on over several lines."""
    is_going_on = False
    for number, line in enumerate(lines, start=1):
        if number <= before:
            yield line
        elif is_going_on or number in wanted:
            yield line
            is_going_on ^= line.count(b'"') % 2 == 1
