"""Rows found again where a person looks for them: at their line of the file."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from remit.ingest.source_files import SourceFile

_MOST_SHOWN_BYTES = 4_000


@dataclass(frozen=True, slots=True)
class Place:
    """A byte of a file told as its line, with the line's text where bytes that mean nothing are spelled out."""

    line: int
    text: str


def places_of(file: SourceFile, offsets: Sequence[int]) -> dict[int, Place]:
    """The places of byte offsets, in one pass over the file. A blank line just before is stepped over."""
    places: dict[int, Place] = {}
    waiting = iter(sorted(set(offsets)))
    wanted = next(waiting, None)
    line, start, rest = 1, 0, b""
    for chunk in file.text_chunks():
        held = rest + chunk
        while wanted is not None and wanted + _MOST_SHOWN_BYTES < start + len(held):
            places[wanted], line, start, held = _place(held, wanted, start, line)
            wanted = next(waiting, None)
        if wanted is None:
            return places
        keep = min(len(held), max(0, wanted - start))
        line += held.count(b"\n", 0, keep)
        start, rest = start + keep, held[keep:]
    while wanted is not None:
        places[wanted], line, start, rest = _place(rest, wanted, start, line)
        wanted = next(waiting, None)
    return places


def _place(held: bytes, wanted: int, start: int, line: int) -> tuple[Place, int, int, bytes]:
    """The place of one offset, with the line and the bytes from there on."""
    at = wanted - start
    line += held.count(b"\n", 0, at)
    rest = held[at:]
    shown = rest[:_MOST_SHOWN_BYTES].lstrip(b"\r\n")
    blank = rest[: len(rest[:_MOST_SHOWN_BYTES]) - len(shown)].count(b"\n")
    text = shown.split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8", errors="backslashreplace")
    return Place(line + blank, text), line, wanted, rest


def line_shifts(file: SourceFile, *, rows: int, first_line: int, rejected: Sequence[int]) -> list[tuple[int, int]]:
    """How far a row's number lies from its line: from row `n` on, line = row + shift.

    `rows` counts the rows split, `rejected` the lines of those that could not be. Where the file has a line for each of
    them, the lines follow from arithmetic; values over several lines and blank lines make a second look necessary.
    """
    base = first_line - 1
    has_plain_lines = file.lines == base + rows + len(rejected)
    if file.format not in {"csv", "tsv"}:
        return _stepped(base, rejected)
    return _stepped(base, rejected) if has_plain_lines else list(_walked(file, base, frozenset(rejected)))


def _stepped(base: int, rejected: Sequence[int]) -> list[tuple[int, int]]:
    shifts = {1: base}
    for index, line in enumerate(sorted(rejected)):
        shifts[max(1, line - base - index)] = base + index + 1
    return sorted(shifts.items())


def _walked(file: SourceFile, base: int, rejected: frozenset[int]) -> Iterator[tuple[int, int]]:
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if file.quote else csv.QUOTE_NONE
    row, shift = 0, None
    with file.text() as text:
        for _ in range(file.skip_lines):
            text.readline()
        reader = csv.reader(text, delimiter=file.delimiter, quotechar=file.quote or None, quoting=quoting)
        if file.has_header:
            next(reader, None)
        started = reader.line_num
        try:
            for record in reader:
                line = file.skip_lines + started + 1
                started = reader.line_num
                if not record or line in rejected:
                    continue
                row += 1
                if line - row != shift:
                    shift = line - row
                    yield row, shift
        except csv.Error:
            # A value longer than this reader takes: the rows after it keep the last distance known.
            return
    if shift is None:
        yield 1, base
