"""An invoice as rows and as JSON, in the words `remit invoice check` reads again."""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

from remit.finance.invoice_words import COLUMNS
from remit.finance.invoices import Invoice, InvoiceLine
from remit.finance.pro_forma import ProForma
from remit.reports.quoting import inert


def invoice_rows(invoice: Invoice) -> Iterator[dict[str, Any]]:
    """A row a line, then net, tax and total, by the columns of an invoice; what is not given is left out."""
    head = _head(invoice)
    for line in invoice.lines:
        yield _given({**head, **line_fields(line)})
    for word, amount in (("net", invoice.net), ("tax", invoice.tax), ("total", invoice.total)):
        if amount is not None:
            yield _given({**head, "kind": word, "amount": amount})


def _head(invoice: Invoice) -> dict[str, Any]:
    """What stands once above an invoice's lines."""
    return {
        "invoice": invoice.number,
        "issued_on": invoice.issued_on,
        "seller": invoice.seller,
        "buyer": invoice.buyer,
        "contract": invoice.contract,
        "purchase_order": invoice.purchase_order,
        "currency": invoice.currency,
        "from": invoice.first_on,
        "to": invoice.last_on,
    }


def line_fields(line: InvoiceLine) -> dict[str, Any]:
    """One line's cells."""
    return {
        "kind": str(line.kind),
        "line": line.number,
        "charge": line.charge,
        "service_level": line.service_level,
        "description": line.text,
        "quantity": line.quantity,
        "unit": line.unit,
        "rate": line.rate,
        "line_currency": line.currency,
        "exchange_rate": line.exchange_rate,
        "amount": line.amount,
        "tax_rate": line.tax_rate,
        "line_from": line.first_on,
        "line_to": line.last_on,
    }


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "")}


def plain(value: Any) -> str:
    """A value as text: a decimal with its own digits, never with an exponent."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def invoice_as_csv(invoice: Invoice) -> str:
    """The invoice as CSV; texts that a spreadsheet would compute are quoted."""
    told = StringIO()
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in invoice_rows(invoice):
        writer.writerow([inert(plain(row[name])) if name in row else "" for name in COLUMNS])
    return told.getvalue()


def invoice_as_json(invoice: Invoice) -> str:
    """The invoice as JSON; numbers are texts, so that no reader turns them into binary fractions."""
    return json.dumps(_invoice(invoice), ensure_ascii=False, indent=2) + "\n"


def _invoice(invoice: Invoice) -> dict[str, Any]:
    head = _head(invoice)
    lines = [_texts(line_fields(line)) for line in invoice.lines]
    return {**_texts(head), "lines": lines, **_texts({"net": invoice.net, "tax": invoice.tax, "total": invoice.total})}


def _texts(fields: dict[str, Any]) -> dict[str, str]:
    return {name: plain(value) for name, value in _given(fields).items()}


def pro_forma_as_json(ours: ProForma, invoice: Invoice) -> str:
    """The pro-forma as JSON: the invoice it makes, and for each line its reference, clause and the steps behind it."""
    made = _invoice(invoice)
    for line, own in zip(made["lines"], ours.lines, strict=False):
        line["ref"] = own.ref
        line["clause"] = own.clause
        line["trace"] = [{"value": step.value, "rule": step.rule} for step in own.trace]
    made["tax_by_rate"] = [
        {"tax_rate": plain(one.rate), "category": one.category, "base": plain(one.base), "tax": plain(one.tax)}
        for one in ours.subtotals
    ]
    made["notes"] = list(ours.notes)
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"
