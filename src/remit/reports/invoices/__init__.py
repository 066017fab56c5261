"""Invoices written out: text, CSV, a workbook, JSON, UBL 2.1 XML; and what a match of one found."""

from remit.reports.invoices.findings import findings_as_csv, findings_as_json, findings_as_text
from remit.reports.invoices.pro_forma_text import pro_forma_as_text
from remit.reports.invoices.tabular import invoice_as_csv, invoice_as_json, pro_forma_as_json
from remit.reports.invoices.ubl import PRO_FORMA, invoice_as_ubl

__all__ = [
    "PRO_FORMA", "findings_as_csv", "findings_as_json", "findings_as_text", "invoice_as_csv", "invoice_as_json",
    "invoice_as_ubl", "pro_forma_as_json", "pro_forma_as_text",
]  # fmt: skip
