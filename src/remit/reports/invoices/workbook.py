"""An invoice as an Excel workbook: the columns of the CSV, numbers as numbers, days as dates."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from remit.finance.invoice_words import COLUMNS
from remit.finance.invoices import Invoice
from remit.reports.cells import DAY, Sheet, Shown, append
from remit.reports.invoices.tabular import invoice_rows

_WRITTEN_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def invoice_as_workbook(invoice: Invoice) -> bytes:
    """One sheet with a row a line; the same invoice gives the same cells."""
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = _WRITTEN_AT
    sheet: Sheet = book.create_sheet("Invoice")
    append(sheet, *(Shown(name, is_bold=True) for name in COLUMNS))
    for row in invoice_rows(invoice):
        append(sheet, *(_shown(row.get(name)) for name in COLUMNS))
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _shown(value: Any) -> Shown:
    if value is None:
        return Shown(None)
    if isinstance(value, Decimal):
        return Shown(value, format="General")
    return Shown(value, format=DAY) if hasattr(value, "isoformat") else Shown(str(value))
