"""Lists both sides agreed on, as CSV files: read with every fault told by its line."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from remit.terms.problems import Problem, ProblemsFound

_LARGEST = 200 * 2**20

Cells = dict[str, str]
"""A row's cells by their column, without blanks around them."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a list looks like: what it is a list of, its columns, those every row fills, and a row's further faults.

    `faults` gives the column, what is wrong in it, and a hint.
    """

    noun: str
    known: tuple[str, ...]
    needed: tuple[str, ...]
    faults: Callable[[Cells], Iterator[tuple[str, str, str]]] = lambda _: iter(())


def read_rows(path: Path, shape: Shape) -> list[Cells]:
    """The rows of a CSV file in UTF-8 with a header. Raises ProblemsFound with every row that is not fit."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ProblemsFound([Problem(str(path), 0, "", f"is too large to be a list of {shape.noun}s")])
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemsFound([Problem(str(path), 0, "", "is not UTF-8 text", "save it as UTF-8")]) from None
    except OSError as fault:
        what = "is a folder" if path.is_dir() else "can't be read"
        raise ProblemsFound([Problem(str(path), 0, "", what, fault.strerror or "")]) from None
    return _rows_in(text, str(path), shape)


def _rows_in(text: str, name: str, shape: Shape) -> list[Cells]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[Cells] = []
    problems: list[Problem] = []
    try:
        header = [cell.strip() for cell in next(rows, [])]
        problems += _header_faults(header, name, shape)
        if problems:
            raise ProblemsFound(problems)
        for row in rows:
            if any(cell.strip() for cell in row):
                faults = list(_row_faults(header, row, shape, (name, rows.line_num)))
                problems += faults
                found += [] if faults else [_cells(header, row)]
    except csv.Error as fault:
        raise ProblemsFound([*problems, Problem(name, rows.line_num, "", f"is no CSV: {fault}")]) from None
    if problems:
        raise ProblemsFound(problems)
    return found


def _cells(header: Sequence[str], row: Sequence[str]) -> Cells:
    return dict(zip(header, (cell.strip() for cell in row), strict=True))


def _header_faults(header: Sequence[str], name: str, shape: Shape) -> Iterator[Problem]:
    *some, last = [one for one in shape.known if one not in shape.needed]
    optional = f"{', '.join(some)} and {last}" if some else last
    hint = f"its first line names {', '.join(shape.needed)}; {optional} may be there"
    for wanted in shape.needed:
        if wanted not in header:
            yield Problem(name, 1, "", f"has no column {wanted}", hint)
    for given in header:
        if given not in shape.known:
            yield Problem(name, 1, "", f"has a column {given!r} that says nothing of a {shape.noun}", hint)
        elif header.count(given) > 1:
            yield Problem(name, 1, "", f"names the column {given} twice", hint)


def _row_faults(header: Sequence[str], row: Sequence[str], shape: Shape, place: tuple[str, int]) -> Iterator[Problem]:
    if len(row) != len(header):
        yield Problem(*place, "", f"has {len(row)} cells, and the header {len(header)}")
        return
    given = _cells(header, row)
    for wanted in shape.needed:
        if not given[wanted]:
            hint = f"a {shape.noun} needs who approved it and why; fill it, or take the row out"
            yield Problem(*place, wanted, "is empty", hint)
    at = given.get("approved_at", "")
    if at and instant_of(at) is None:
        yield Problem(*place, "approved_at", f"{at!r} is no instant", "write 2026-04-01T09:00:00Z or +02:00")
    for column, what, hint in shape.faults(given):
        yield Problem(*place, column, what, hint)


def instant_of(text: str) -> int | None:
    """The UTC second of an instant written with its offset; None of anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else int(moment.timestamp())


def check_keys(keys: Sequence[str], name: str, column: str) -> None:
    """Raises ProblemsFound for keys that stand in a list twice."""
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise ProblemsFound(
            [Problem(name, 0, column, f"{key} stands there twice", "give each row its own") for key in twice]
        )
