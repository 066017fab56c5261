"""Invoices in tables: CSV with commas, semicolons or tabs; the first sheet of a workbook."""

import csv
import zipfile
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from openpyxl import load_workbook

from remit.finance.invoices import Invoice
from remit.ingest.invoices.given import MOST_LINES, Faults
from remit.ingest.invoices.rows import Row, check_columns, invoice_of

_LARGEST_UNPACKED = 100_000_000
_MOST_COLUMNS = 200


def read_csv(content: bytes, faults: Faults) -> Invoice | None:
    """A CSV with a header line; a quotation mark that is left open is a fault, not half a file."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        faults.add("", "is not written in UTF-8", "save it again as CSV UTF-8", line=line)
        return None
    if "\0" in text:
        faults.add("", "holds bytes that are no text", "send it as CSV, XLSX, JSON or UBL 2.1 XML")
        return None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    names: list[str] = []
    try:
        for cells in reader:
            line = reader.line_num
            if not names:
                names = [_name(cell) for cell in cells]
                if not check_columns(names, faults, line=line):
                    return None
            elif any(cell.strip() for cell in cells):
                _add_row(rows, names, cells, f"line {line}", line, faults)
    except csv.Error as error:
        faults.add("", f"can't be read as CSV: {error}", "look for a quotation mark left open", line=reader.line_num)
        return None
    return invoice_of(rows, faults)


def _add_row(rows: list[Row], names: list[str], cells: list[str], place: str, line: int, faults: Faults) -> None:
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        what = f"it has {len(cells)} cells, and the header names {len(names)}"
        faults.add(place, what, "put a text that holds the separator in quotation marks", line=line)
        return
    filled = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}
    rows.append(Row(filled, place, line))


def _name(cell: str) -> str:
    return cell.strip().casefold().replace(" ", "_")


def read_workbook(content: bytes, faults: Faults) -> Invoice | None:
    """The first sheet of an XLSX workbook, its first row the header; values as they were computed when it was saved."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
        if unpacked > _LARGEST_UNPACKED:
            faults.add("", f"unpacks to {unpacked / 1e6:,.0f} MB", "send one month's invoice")
            return None
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        rows = _sheet_rows(book.worksheets[0], faults) if book.worksheets else []
    except Exception as error:  # noqa: BLE001 - a broken workbook fails in many ways deep inside the library
        faults.add("", f"can't be read as a workbook: {type(error).__name__}", "save it again as .xlsx")
        return None
    return None if faults.problems else invoice_of(rows, faults)


def _sheet_rows(sheet: Any, faults: Faults) -> list[Row]:
    rows: list[Row] = []
    names: list[str] = []
    for position, values in enumerate(sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS), 1):
        cells = [_text(value) for value in values]
        if not any(cells):
            continue
        if not names:
            names = [_name(cell) for cell in cells]
            if not check_columns(names, faults):
                return []
            continue
        _add_row(rows, names, cells, f"row {position}", 0, faults)
        if len(rows) > MOST_LINES:
            break
    return rows


def _text(value: object) -> str:
    """A cell's value as text: a number with the digits it shows at most, a date as its day."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.15g}" if "e" not in f"{value:.15g}" else f"{value:.12f}"
    return str(value).strip()
