"""An invoice from rows with named cells: what CSV, workbooks and JSON have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from remit.finance.invoice_words import COLUMNS, HEAD, TOTALS
from remit.finance.invoices import EntryKind, Invoice, InvoiceLine
from remit.ingest.invoices.given import MOST_LINES, Faults, Place, amount_in, currency_in, day_in, share_in


@dataclass(frozen=True, slots=True)
class Row:
    """One row's cells by their column's name, empty ones left out, and where it stands."""

    cells: Mapping[str, str]
    place: str
    line: int = 0

    def at(self, name: str) -> Place:
        return Place(f"{self.place}, {name}" if self.place else name, self.line)


def check_columns(names: Sequence[str], faults: Faults, *, line: int = 0) -> bool:
    """Whether the named columns make an invoice: the ones it can't do without are there."""
    missing = [name for name in ("invoice", "currency", "amount") if name not in names]
    for name in missing:
        near = get_close_matches(name, names, n=1)
        hint = f"is it {near[0]!r}?" if near else f"an invoice has the columns {', '.join(COLUMNS)}"
        faults.add("", f"there is no column {name!r}", hint, line=line)
    return not missing


def invoice_of(rows: Sequence[Row], faults: Faults) -> Invoice | None:
    """The invoice its rows make; None, with the faults, where they make none."""
    if not rows:
        faults.add("", "there is no line below the header", "an invoice has at least one line")
        return None
    if len(rows) > MOST_LINES:
        faults.add("", f"it has {len(rows):,} lines, more than {MOST_LINES:,}", "send one month's invoice")
        return None
    head = _head(rows, faults)
    sums: dict[str, Decimal] = {}
    lines = []
    for position, row in enumerate(rows, 1):
        kind = row.cells.get("kind", "line").strip().casefold()
        amount = _amount(row, faults)
        if kind in TOTALS:
            _note_sum(sums, kind, amount, row, faults)
        elif amount is not None:
            lines.append(_line(row, kind, amount, position, faults))
    return _put_together(head, [line for line in lines if line is not None], sums, faults)


def _put_together(
    head: Mapping[str, Any], lines: Sequence[InvoiceLine], sums: dict[str, Decimal], faults: Faults
) -> Invoice | None:
    if not lines:
        faults.add("", "no row of it is a line", "an invoice has at least one row of kind line")
    if faults.problems:
        return None
    return Invoice(lines=tuple(lines), net=sums.get("net"), tax=sums.get("tax"), total=sums.get("total"), **head)


def _note_sum(sums: dict[str, Decimal], kind: str, amount: Decimal | None, row: Row, faults: Faults) -> None:
    if kind in sums:
        faults.add(row.at("kind").words, f"the {kind} is given twice", "leave one of them out", line=row.line)
    elif amount is not None:
        sums[kind] = amount


def _head(rows: Sequence[Row], faults: Faults) -> dict[str, Any]:
    """What holds for the whole; a row that says otherwise is of another invoice."""
    given: dict[str, tuple[str, Row]] = {}
    for row in rows:
        for name in HEAD:
            text = row.cells.get(name)
            if text is None:
                continue
            first, _ = given.setdefault(name, (text, row))
            if first != text:
                what = f"{name} is {text!r} here and {first!r} above"
                faults.add(row.at(name).words, what, "a file holds one invoice", line=row.line)
    texts = {name: text for name, (text, _) in given.items()}
    for name in ("invoice", "currency"):
        if name not in texts:
            faults.add(name, "is empty", "an invoice bears its number and its currency")
    days = {
        name: day_in(given[name][0], given[name][1].at(name), faults)
        for name in ("issued_on", "from", "to")
        if name in given
    }
    currency = (
        currency_in(texts["currency"], given["currency"][1].at("currency"), faults) if "currency" in texts else ""
    )
    return {
        "number": texts.get("invoice", ""),
        "currency": currency,
        "issued_on": days.get("issued_on"),
        "seller": texts.get("seller", ""),
        "buyer": texts.get("buyer", ""),
        "contract": texts.get("contract", ""),
        "purchase_order": texts.get("purchase_order", ""),
        "first_on": days.get("from"),
        "last_on": days.get("to"),
    }


def _amount(row: Row, faults: Faults) -> Decimal | None:
    if "amount" not in row.cells:
        faults.add(row.at("amount").words, "is empty", "every row has an amount", line=row.line)
        return None
    return amount_in(row.cells["amount"], row.at("amount"), faults)


def _line(row: Row, kind: str, amount: Decimal, position: int, faults: Faults) -> InvoiceLine | None:
    if kind not in list(EntryKind):
        hint = "write line, credit, bonus, net, tax or total"
        faults.add(row.at("kind").words, f"{kind!r} is no kind of row", hint, line=row.line)
        return None
    cells = row.cells

    def number(name: str) -> Decimal | None:
        return amount_in(cells[name], row.at(name), faults) if name in cells else None

    return InvoiceLine(
        number=cells.get("line", str(position)),
        amount=amount,
        kind=EntryKind(kind),
        charge=cells.get("charge", ""),
        text=cells.get("description", ""),
        quantity=number("quantity"),
        unit=cells.get("unit", ""),
        rate=number("rate"),
        tax_rate=share_in(cells["tax_rate"], row.at("tax_rate"), faults) if "tax_rate" in cells else None,
        currency=currency_in(cells["line_currency"], row.at("line_currency"), faults)
        if "line_currency" in cells
        else "",
        exchange_rate=number("exchange_rate"),
        first_on=day_in(cells["line_from"], row.at("line_from"), faults) if "line_from" in cells else None,
        last_on=day_in(cells["line_to"], row.at("line_to"), faults) if "line_to" in cells else None,
        service_level=cells.get("service_level", ""),
        place=row.place,
    )
