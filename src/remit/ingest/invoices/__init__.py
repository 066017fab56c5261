"""Invoices read from what providers send: CSV, XLSX, JSON, and UBL 2.1 XML after EN 16931."""

from collections.abc import Callable
from pathlib import Path

from remit.finance.invoices import Invoice
from remit.ingest.invoices.given import LARGEST_BYTES, Faults, refused
from remit.ingest.invoices.json_file import read_json
from remit.ingest.invoices.tables import read_csv, read_workbook
from remit.ingest.invoices.ubl import read_ubl

__all__ = ["LARGEST_BYTES", "read_invoice", "read_invoice_file"]

_Reader = Callable[[bytes, Faults], Invoice | None]


def read_invoice(name: str, content: bytes) -> Invoice:
    """An invoice from a file's bytes; `name` is how problems call it, and its ending or its first bytes say what it is.

    Nothing from the file is run, fetched or expanded. Raises ProblemsFound with every fault and its place.
    """
    faults = Faults(name)
    if not content.strip():
        raise refused(name, "is empty", "send the invoice again")
    if len(content) > LARGEST_BYTES:
        size = f"{len(content) / 1e6:,.1f} MB"
        raise refused(name, f"is {size}, more than {LARGEST_BYTES // 1_000_000} MB", "send one month's invoice")
    invoice = _reader_of(name, content)(content, faults)
    faults.raise_if_any()
    if invoice is None:
        raise refused(name, "holds no invoice", "send it as CSV, XLSX, JSON or UBL 2.1 XML")
    return invoice


def read_invoice_file(path: Path) -> Invoice:
    """An invoice from a file; one that can't be opened is an OSError with its name."""
    return read_invoice(str(path), path.read_bytes())


def _reader_of(name: str, content: bytes) -> _Reader:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:4]
    if content.startswith(b"PK"):
        return read_workbook
    if start.startswith(b"<"):
        return read_ubl
    return read_json if start.startswith((b"{", b"[")) or name.lower().endswith(".json") else read_csv
