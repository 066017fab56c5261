"""The list of waivers both sides agreed on, as a CSV file: read with every fault told by its line, and written."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from remit.terms.problems import Problem, ProblemsFound

_NEEDED = ("record_key", "service_level", "approved_by", "reason")
_KNOWN = ("waiver_key", "record_key", "service_level", "approved_by", "approved_at", "reason", "clause_cited")
_LARGEST = 200 * 2**20


@dataclass(frozen=True, slots=True)
class Waiver:
    """One record that both sides leave out of one service level: a row of the `waivers` table.

    `approved_at` is in UTC seconds. A waiver nobody approved, or without a reason, leaves nothing out.
    """

    waiver_key: str
    record_key: str
    service_level: str
    approved_by: str
    approved_at: int | None
    reason: str
    clause_cited: str = ""


def waivers_text(waivers: Iterable[Waiver]) -> str:
    """A list of waivers as CSV that `read_waivers` gives back as it was."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_KNOWN)
    for one in waivers:
        at = "" if one.approved_at is None else datetime.fromtimestamp(one.approved_at, UTC).isoformat()
        writer.writerow([one.waiver_key, one.record_key, one.service_level, one.approved_by, at, one.reason,
                         one.clause_cited])  # fmt: skip
    return written.getvalue()


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a CSV file in UTF-8 whose header has the names of the `waivers` table.

    `waiver_key`, `approved_at` (with its offset) and `clause_cited` may be left out. Raises ProblemsFound with every
    row that waives nothing because it lacks an approval or a reason: whoever gives the list means each row of it.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise ProblemsFound([Problem(str(path), 0, "", "is too large to be a list of waivers")])
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemsFound([Problem(str(path), 0, "", "is not UTF-8 text", "save it as UTF-8")]) from None
    except OSError as fault:
        what = "is a folder" if path.is_dir() else "can't be read"
        raise ProblemsFound([Problem(str(path), 0, "", what, fault.strerror or "")]) from None
    return _waivers_in(text, str(path))


def _waivers_in(text: str, name: str) -> tuple[Waiver, ...]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[Waiver] = []
    problems: list[Problem] = []
    try:
        header = [cell.strip() for cell in next(rows, [])]
        problems += _header_faults(header, name)
        if problems:
            raise ProblemsFound(problems)
        for row in rows:
            if any(cell.strip() for cell in row):
                line = rows.line_num
                faults = list(_row_faults(header, row, name, line))
                problems += faults
                found += [] if faults else [_waiver(dict(zip(header, row, strict=True)))]
    except csv.Error as fault:
        raise ProblemsFound([*problems, Problem(name, rows.line_num, "", f"is no CSV: {fault}")]) from None
    problems += _twice(found, name)
    if problems:
        raise ProblemsFound(problems)
    return tuple(found)


def _header_faults(header: Sequence[str], name: str) -> Iterator[Problem]:
    hint = f"its first line names {', '.join(_NEEDED)}; waiver_key, approved_at and clause_cited may be there"
    for wanted in _NEEDED:
        if wanted not in header:
            yield Problem(name, 1, "", f"has no column {wanted}", hint)
    for given in header:
        if given not in _KNOWN:
            yield Problem(name, 1, "", f"has a column {given!r} that says nothing of a waiver", hint)
        elif header.count(given) > 1:
            yield Problem(name, 1, "", f"names the column {given} twice", hint)


def _row_faults(header: Sequence[str], row: Sequence[str], name: str, line: int) -> Iterator[Problem]:
    if len(row) != len(header):
        yield Problem(name, line, "", f"has {len(row)} cells, and the header {len(header)}")
        return
    given = dict(zip(header, (cell.strip() for cell in row), strict=True))
    for wanted in _NEEDED:
        if not given[wanted]:
            hint = "a waiver needs who approved it and why; fill it, or take the row out"
            yield Problem(name, line, wanted, "is empty", hint)
    at = given.get("approved_at", "")
    if at and _instant(at) is None:
        yield Problem(name, line, "approved_at", f"{at!r} is no instant", "write 2026-04-01T09:00:00Z or +02:00")


def _instant(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else int(moment.timestamp())


def _waiver(given: dict[str, str]) -> Waiver:
    told = {name: cell.strip() for name, cell in given.items()}
    key = told.get("waiver_key") or f"{told['service_level']}/{told['record_key']}"
    at = told.get("approved_at", "")
    return Waiver(
        waiver_key=key,
        record_key=told["record_key"],
        service_level=told["service_level"],
        approved_by=told["approved_by"],
        approved_at=_instant(at) if at else None,
        reason=told["reason"],
        clause_cited=told.get("clause_cited", ""),
    )


def _twice(found: Sequence[Waiver], name: str) -> Iterator[Problem]:
    keys: set[str] = set()
    for one in found:
        if one.waiver_key in keys:
            yield Problem(name, 0, "waiver_key", f"{one.waiver_key} stands there twice", "give each row its own")
        keys.add(one.waiver_key)
