"""Lists of records as files: CSV as it is read, XLSX whole, neither of which a spreadsheet will run."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from remit.web.performance.bridge.exporting import inert_text, workbook
from remit.web.performance.bridge.records import Asked, Listing, every_row
from remit.web.shared.refusals import Refusal

MOST_IN_A_WORKBOOK = 100_000
HEADS = {
    "win": "window",
    "at": "at_utc_seconds",
}


def heads(found: Listing) -> list[str]:
    """The columns of an exported list: those of the listing without its inner order."""
    return [HEADS.get(name, name) for name in found.columns if name != "place"]


def _rows(found: Listing, asked: Asked) -> Iterator[list[Any]]:
    place = found.columns.index("place")
    for row in every_row(found, asked):
        yield [value for index, value in enumerate(row) if index != place]


def csv_lines(found: Listing, asked: Asked) -> Iterator[str]:
    """The list as CSV (RFC 4180), line by line, however long it is."""
    yield _line(heads(found))
    for row in _rows(found, asked):
        yield _line([_cell(value) for value in row])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return inert_text(value) if isinstance(value, str) else str(value)


def _line(cells: Iterable[str]) -> str:
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()


def as_workbook(found: Listing, asked: Asked, *, count: int, title: str) -> bytes:
    """The list as a workbook. Raises Refusal where it has more rows than one can be opened with ease."""
    if count > MOST_IN_A_WORKBOOK:
        raise Refusal(
            f"{count:,} records are too many for a workbook.",
            f"Narrow the list to {MOST_IN_A_WORKBOOK:,}, or export it as CSV.",
        )
    return workbook(title, heads(found), _rows(found, asked))
