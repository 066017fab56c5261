"""Invoices in UBL 2.1 XML as EN 16931 uses it; nothing in a file is fetched or expanded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from xml.parsers import expat

from remit.finance.invoice_words import UBL_INVOICE
from remit.finance.invoices import EntryKind, Invoice, InvoiceLine, TaxSubtotal
from remit.ingest.invoices.given import MOST_LINES, Faults, Place, amount_in, currency_in, day_in

_DEEPEST, _MOST_ELEMENTS = 40, 2_000_000
_LEVEL = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*): ")


class _NotTaken(Exception):
    """What no invoice needs: a document type, entities, or a depth that only an attack has."""


@dataclass(slots=True)
class Element:
    """One element: its local name, its text, its children, and the line of the file it begins on."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts).strip()

    def all(self, *path: str) -> Iterator["Element"]:
        """Every element at the end of a path of local names."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.all(*path[1:])

    def first(self, *path: str) -> "Element | None":
        return next(self.all(*path), None)

    def words(self, *path: str) -> str:
        """The text at the end of a path; empty where there is none."""
        found = self.first(*path)
        return "" if found is None else found.text


def read_ubl(content: bytes, faults: Faults) -> Invoice | None:
    """A UBL 2.1 invoice: lines, allowances as credits, charges as bonuses, and the totals it states."""
    root = _parsed(content, faults)
    if root is None:
        return None
    if root.name != f"{UBL_INVOICE} Invoice":
        named = root.name.rpartition(" ")[2]
        hint = "send an Invoice; a credit is netted in it, not sent by itself" if named == "CreditNote" else ""
        faults.add("", f"is a {named}{_credited(root)}, not a UBL 2.1 Invoice", hint, line=root.line)
        return None
    lines = [*_lines(root, faults), *_adjustments(root, faults)]
    if not lines:
        faults.add("InvoiceLine", "there is none", "an invoice has at least one line", line=root.line)
    if len(lines) > MOST_LINES:
        faults.add("InvoiceLine", f"there are {len(lines):,}, more than {MOST_LINES:,}", "send one month's invoice")
    number, currency = root.words("ID"), root.words("DocumentCurrencyCode")
    if not number:
        faults.add("ID", "the invoice bears no number", line=root.line)
    return Invoice(
        number=number,
        currency=currency_in(currency, Place("DocumentCurrencyCode", root.line), faults),
        lines=tuple(lines),
        issued_on=_day(root, faults, "IssueDate"),
        seller=root.words("AccountingSupplierParty", "Party", "PartyLegalEntity", "RegistrationName"),
        buyer=root.words("AccountingCustomerParty", "Party", "PartyLegalEntity", "RegistrationName"),
        contract=root.words("ContractDocumentReference", "ID"),
        purchase_order=root.words("OrderReference", "ID"),
        first_on=_day(root, faults, "InvoicePeriod", "StartDate"),
        last_on=_day(root, faults, "InvoicePeriod", "EndDate"),
        net=_amount(root, faults, "LegalMonetaryTotal", "TaxExclusiveAmount"),
        tax=_tax_amount(root, currency, faults),
        total=_amount(root, faults, "LegalMonetaryTotal", "TaxInclusiveAmount"),
        subtotals=tuple(_subtotals(root, faults)),
    )


class _Building:
    """The tree as expat tells it; only elements and text are taken, and no more of them than an invoice has."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.take
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.open: list[Element] = []
        self.root: Element | None = None
        self.count = 0

    def refuse(self, *_: object) -> None:
        raise _NotTaken("has a document type declaration, which no invoice needs")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) >= _DEEPEST or self.count > _MOST_ELEMENTS:
            raise _NotTaken("is nested or long beyond any invoice")
        own = name if not self.open else name.rpartition(" ")[2]
        element = Element(own, self.parser.CurrentLineNumber, attributes)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _name: str) -> None:
        self.open.pop()

    def take(self, text: str) -> None:
        self.open[-1].parts.append(text)


def _parsed(content: bytes, faults: Faults) -> Element | None:
    building = _Building()
    try:
        building.parser.Parse(content, True)
    except expat.ExpatError as error:
        faults.add("", f"can't be read as XML: {expat.ErrorString(error.code)}", "send it again", line=error.lineno)
        return None
    except _NotTaken as refusal:
        faults.add("", f"the file {refusal}", "send it without", line=building.parser.CurrentLineNumber)
        return None
    return building.root


def _lines(root: Element, faults: Faults) -> Iterator[InvoiceLine]:
    for position, line in enumerate(root.all("InvoiceLine"), 1):
        amount = _amount(line, faults, "LineExtensionAmount", is_needed=True)
        if amount is None:
            continue
        properties = {one.words("Name").casefold(): one for one in line.all("Item", "AdditionalItemProperty")}
        tax = line.first("Item", "ClassifiedTaxCategory")
        yield InvoiceLine(
            number=line.words("ID") or str(position),
            amount=amount,
            charge=line.words("Item", "SellersItemIdentification", "ID"),
            text=line.words("Item", "Name"),
            quantity=_amount(line, faults, "InvoicedQuantity"),
            unit=_unit(line),
            rate=_rate(line, properties.get("rate"), faults),
            tax_rate=None if tax is None else _percent(tax, faults),
            tax_category="" if tax is None else tax.words("ID"),
            currency=properties["currency"].words("Value") if "currency" in properties else "",
            exchange_rate=_amount(properties["exchange rate"], faults, "Value")
            if "exchange rate" in properties
            else None,
            first_on=_day(line, faults, "InvoicePeriod", "StartDate"),
            last_on=_day(line, faults, "InvoicePeriod", "EndDate"),
            adjusted=_adjusted(line, faults),
            place=f"line {line.line}",
        )


def _adjusted(line: Element, faults: Faults) -> Decimal:
    """What a line's own charges add to quantity × price, less its allowances."""
    found = [(one, _amount(one, faults, "Amount", is_needed=True)) for one in line.all("AllowanceCharge")]
    return sum((amount if _is_charge(one) else -amount for one, amount in found if amount is not None), Decimal(0))


def _is_charge(part: Element) -> bool:
    """Whether it adds; XML writes truth as `true` or as `1`."""
    return part.words("ChargeIndicator") in ("true", "1")


def _tax_amount(root: Element, currency: str, faults: Faults) -> Decimal | None:
    """The tax in the invoice's currency; a second total, in the currency tax is reported in, says nothing of it."""
    totals = list(root.all("TaxTotal"))
    mine = [one for one in totals for tax in one.all("TaxAmount") if tax.attributes.get("currencyID") == currency]
    return _amount(mine[0], faults, "TaxAmount") if mine else _amount(root, faults, "TaxTotal", "TaxAmount")


def _credited(root: Element) -> str:
    """What a credit note says it is: its number, its amount, and the invoice it is for."""
    number, amount = root.words("ID"), root.words("LegalMonetaryTotal", "TaxInclusiveAmount")
    told = f" {number}" if number else ""
    told += f" over {amount} {root.words('DocumentCurrencyCode')}".rstrip() if amount else ""
    invoice = root.words("BillingReference", "InvoiceDocumentReference", "ID")
    return f"{told} to the invoice {invoice}" if invoice else told


def _unit(line: Element) -> str:
    quantity = line.first("InvoicedQuantity")
    return "" if quantity is None else quantity.attributes.get("unitCode", "")


def _rate(line: Element, own: Element | None, faults: Faults) -> Decimal | None:
    """The price of one unit; where the line is priced in another currency, the rate it names as a property."""
    if own is not None:
        return _amount(own, faults, "Value")
    price, base = _amount(line, faults, "Price", "PriceAmount"), _amount(line, faults, "Price", "BaseQuantity")
    if price is None or base is None or base == 1:
        return price
    if base == 0:
        faults.add("Price, BaseQuantity", "is 0: a price is for some quantity", line=line.line)
        return None
    return price / base


def _adjustments(root: Element, faults: Faults) -> Iterator[InvoiceLine]:
    for position, one in enumerate(root.all("AllowanceCharge"), 1):
        amount = _amount(one, faults, "Amount", is_needed=True)
        if amount is None:
            continue
        reason = one.words("AllowanceChargeReason")
        level, tax = _LEVEL.match(reason), one.first("TaxCategory")
        yield InvoiceLine(
            number=f"A{position}",
            amount=amount,
            kind=EntryKind.BONUS if _is_charge(one) else EntryKind.CREDIT,
            text=reason,
            tax_rate=None if tax is None else _percent(tax, faults),
            tax_category="" if tax is None else tax.words("ID"),
            service_level="" if level is None else level[1],
            place=f"line {one.line}",
        )


def _subtotals(root: Element, faults: Faults) -> Iterator[TaxSubtotal]:
    for one in root.all("TaxTotal", "TaxSubtotal"):
        base, tax = _amount(one, faults, "TaxableAmount"), _amount(one, faults, "TaxAmount")
        category = one.first("TaxCategory")
        if base is not None and tax is not None and category is not None:
            yield TaxSubtotal(_percent(category, faults) or Decimal(0), category.words("ID"), base, tax)


def _percent(tax: Element, faults: Faults) -> Decimal | None:
    """The rate of a tax category as a share; categories without a percent have a rate of 0."""
    given = tax.words("Percent")
    if not given:
        return Decimal(0)
    percent = amount_in(given, Place("Percent", tax.line), faults)
    return None if percent is None else percent / 100


def _amount(element: Element, faults: Faults, *path: str, is_needed: bool = False) -> Decimal | None:
    found = element.first(*path)
    if found is None or not found.text:
        if is_needed:
            faults.add(", ".join(path), f"{element.name} has none", line=element.line)
        return None
    return amount_in(found.text, Place(", ".join(path), found.line), faults)


def _day(element: Element, faults: Faults, *path: str) -> date | None:
    found = element.first(*path)
    return None if found is None or not found.text else day_in(found.text, Place(", ".join(path), found.line), faults)
