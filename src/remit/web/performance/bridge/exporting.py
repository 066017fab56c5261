"""Cells and text that no spreadsheet runs, from the writers that statements use."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from remit.reports.cells import COUNT, Shown, append, head_row, new_sheet
from remit.reports.quoting import inert


def inert_text(text: str) -> str:
    """Text for a CSV cell, marked where a spreadsheet would take it for a formula."""
    return inert(text)


def workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet; text stays text whatever it starts with."""
    book = Workbook(write_only=True)
    sheet = new_sheet(book, title, [max(12, len(head) + 2) for head in heads])
    sheet.append(head_row(sheet, heads))
    for row in rows:
        append(sheet, *[_shown(value) for value in row])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _shown(value: Any) -> Shown:
    if isinstance(value, bool):
        return Shown("true" if value else "false")
    return Shown(value, COUNT if isinstance(value, int) else "General")
