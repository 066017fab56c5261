"""Spreadsheet cells: text that stays text, numbers with their formats, heads, fills and widths."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from remit.performance.service_levels import Standing
from remit.reports.quoting import is_formula, printable
from remit.terms.measure_terms import Unit

# openpyxl gives a write-only sheet most of its attributes at run time, unseen by the type checker.
Sheet: TypeAlias = Any

ROWS_A_SHEET = 1_048_576
_LONGEST_TEXT = 32_767
_LONGEST_TITLE = 31
FORMATS = {Unit.SHARE: "0.00%", Unit.SECONDS: '#,##0.0" s"', Unit.COUNT: "#,##0.##", Unit.SCORE: "#,##0.00"}
SHARE = FORMATS[Unit.SHARE]
MONEY = "#,##0.00;[Red]-#,##0.00"
COUNT = "#,##0"
_FONT, _FONT_SIZE = "Calibri", 11
DAY = "yyyy-mm-dd"
_FILLS = {
    Standing.MET: ("E1F1E8", "0B5135"),
    Standing.BELOW_EXPECTED: ("FCEBC5", "6B4300"),
    Standing.BELOW_MINIMUM: ("F9DAD5", "8F1A12"),
    Standing.NOT_MEASURED: ("ECEEF1", "4F5862"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell's value and how it shows; text is always text, whatever it starts with.

    `fill` is a ground and the ink on it, for what has no standing.
    """

    value: str | int | Decimal | date | None
    format: str = "General"
    standing: Standing | None = None
    is_bold: bool = False
    wraps: bool = False
    fill: tuple[str, str] | None = None


def cell_of(sheet: Sheet, shown: Shown) -> Any:
    """The cell to append. Text that looks like a formula is marked as quoted text, which Excel shows and never runs."""
    value: Any = printable(shown.value)[:_LONGEST_TEXT] if isinstance(shown.value, str) else shown.value
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = is_formula(value)
    cell.number_format = shown.format
    cell.alignment = Alignment(vertical="top", wrap_text=shown.wraps)
    fill = shown.fill if shown.standing is None else _FILLS[shown.standing]
    if fill is not None:
        cell.fill = PatternFill("solid", start_color=fill[0])
    if fill is not None or shown.is_bold:
        # A font without a name and a size is a serif one in LibreOffice.
        cell.font = Font(name=_FONT, size=_FONT_SIZE, bold=shown.is_bold, color=fill[1] if fill is not None else None)
    return cell


def new_sheet(book: Workbook, wanted: str, widths: Sequence[float]) -> Sheet:
    """A further sheet of the book with the widths of its columns; its name is made one that Excel accepts."""
    sheet: Sheet = book.create_sheet(sheet_title(wanted, taken=book.sheetnames))
    set_widths(sheet, widths)
    return sheet


def append(sheet: Sheet, *cells: Shown) -> None:
    """One more row."""
    sheet.append([cell_of(sheet, cell) for cell in cells])


def lined_text(sheet: Sheet, lines: Iterable[str]) -> Any:
    """Several lines of text in one wrapped cell."""
    cell = cell_of(sheet, Shown("", wraps=True))
    cell.value = "\n".join(printable(line) for line in lines)[:_LONGEST_TEXT]
    cell.data_type = "s"
    cell.quotePrefix = is_formula(str(cell.value))
    return cell


def head_row(sheet: Sheet, names: Sequence[str]) -> list[Any]:
    """A table's head: bold, shaded, wrapped, with a line under it."""
    cells = [cell_of(sheet, Shown(name, is_bold=True, wraps=True)) for name in names]
    for cell in cells:
        cell.fill = PatternFill("solid", start_color="F0F2F5")
        cell.border = Border(bottom=Side("thin", color="1C2128"))
    return cells


def set_widths(sheet: Sheet, widths: Sequence[float]) -> None:
    """Column widths in characters; a write-only sheet wants them before its first row."""
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width


def set_table(sheet: Sheet, *, head_at: int, columns: int, rows: int) -> None:
    """A head that stays in view, with a filter on each column, and repeated on every printed page."""
    sheet.freeze_panes = f"A{head_at + 1}"
    sheet.auto_filter.ref = f"A{head_at}:{get_column_letter(columns)}{head_at + max(rows, 1)}"
    sheet.print_title_rows = f"{head_at}:{head_at}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def sheet_title(wanted: str, *, taken: Iterable[str]) -> str:
    """A sheet's name that Excel accepts: no `[]:*?/\\`, 31 characters, not taken (whatever the case)."""
    plain = "".join(" " if sign in "[]:*?/\\" else sign for sign in printable(wanted)).strip(" '") or "Sheet"
    used = {name.casefold() for name in taken}
    title, again = plain[:_LONGEST_TITLE], 1
    while title.casefold() in used:
        again += 1
        suffix = f" ({again})"
        title = plain[: _LONGEST_TITLE - len(suffix)] + suffix
    return title
