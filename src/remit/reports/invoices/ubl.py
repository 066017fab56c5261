"""An invoice as UBL 2.1 XML that adds up as EN 16931 asks: lines, allowances and charges, tax by rate, totals."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

from remit.finance.invoice_words import UBL_INVOICE
from remit.finance.invoices import EntryKind, Invoice, InvoiceLine
from remit.reports.quoting import printable
from remit.terms.invoicing import InvoicedParty, InvoicingTerms
from remit.terms.money import Rounding

PRO_FORMA = "325"
"""UNTDID 1001: a pro-forma invoice; 380 is a commercial one."""

_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_UNITS = {
    "lump": "LS",
    "minute": "MIN",
    "handled minute": "MIN",
    "hour": "HUR",
    "login hour": "HUR",
    "productive hour": "HUR",
}
"""UN/ECE Recommendation 20; whatever is counted one by one is C62."""
_EXEMPT = {"AE": "VATEX-EU-AE", "O": "VATEX-EU-O", "G": "VATEX-EU-G"}
_CENT = Rounding(places=2)
_SPECIFICATION = "urn:cen.eu:en16931:2017"
_NO_TERMS = InvoicingTerms()


def invoice_as_ubl(invoice: Invoice, *, type_code: str = "380", terms: InvoicingTerms = _NO_TERMS) -> str:
    """The invoice as XML, valid by the rules of EN 16931 where the contract's terms name both parties as they ask.

    A line whose amount the contract rounds otherwise than quantity × price would (bands that share one rounding) bears
    the cent as an allowance or a charge of its own, so that every line adds up.
    """
    for prefix, uri in (("", UBL_INVOICE), ("cac", _CAC), ("cbc", _CBC)):
        ET.register_namespace(prefix, uri)
    root = ET.Element(f"{{{UBL_INVOICE}}}Invoice")
    _head(root, invoice, type_code, terms)
    lines = [line for line in invoice.lines if line.kind is EntryKind.LINE]
    adjustments = [line for line in invoice.lines if line.kind is not EntryKind.LINE]
    for one in adjustments:
        _adjustment(root, one, invoice.currency)
    _tax(root, invoice)
    _totals(root, invoice, lines, adjustments)
    for line in lines:
        _line(root, line, invoice.currency)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _head(root: ET.Element, invoice: Invoice, type_code: str, terms: InvoicingTerms) -> None:
    """What comes before the money: number, days, references, parties, terms of payment."""
    _text(root, "CustomizationID", _SPECIFICATION)
    _text(root, "ID", invoice.number)
    if invoice.issued_on is not None:
        _text(root, "IssueDate", invoice.issued_on)
        if terms.due_days is not None:
            _text(root, "DueDate", invoice.issued_on + timedelta(days=terms.due_days))
    _text(root, "InvoiceTypeCode", type_code)
    _text(root, "DocumentCurrencyCode", invoice.currency)
    _period(root, invoice.first_on, invoice.last_on)
    for word, number in (
        ("OrderReference", invoice.purchase_order),
        ("ContractDocumentReference", invoice.contract),
    ):
        if number:
            _text(_part(root, word), "ID", number)
    is_taxed = all(one.category != "O" for one in invoice.subtotals)
    for role, name, party in (
        ("AccountingSupplierParty", invoice.seller, terms.provider),
        ("AccountingCustomerParty", invoice.buyer, terms.client),
    ):
        _party(_part(root, role, "Party"), name, party, is_taxed=is_taxed)
    if terms.due_days is None or invoice.issued_on is None:
        of_contract = f"By the contract {invoice.contract}" if invoice.contract else "By the contract"
        _text(_part(root, "PaymentTerms"), "Note", of_contract)


def _party(part: ET.Element, name: str, party: InvoicedParty | None, *, is_taxed: bool) -> None:
    """A side with its address, tax number and registration, as far as the contract has them.

    What is not subject to tax must name no tax numbers (BR-O-02 of EN 16931).
    """
    if party is not None:
        address = _part(part, "PostalAddress")
        for word, text in (("StreetName", party.street), ("CityName", party.city), ("PostalZone", party.postal_code)):
            if text:
                _text(address, word, text)
        _text(_part(address, "Country"), "IdentificationCode", party.country)
        if party.vat_id and is_taxed:
            tax = _part(part, "PartyTaxScheme")
            _text(tax, "CompanyID", party.vat_id)
            _text(_part(tax, "TaxScheme"), "ID", "VAT")
    entity = _part(part, "PartyLegalEntity")
    _text(entity, "RegistrationName", name)
    if party is not None and party.registration:
        _text(entity, "CompanyID", party.registration)


def _part(parent: ET.Element, *names: str) -> ET.Element:
    for name in names:
        parent = ET.SubElement(parent, f"{{{_CAC}}}{name}")
    return parent


def _text(parent: ET.Element, name: str, value: object, **attributes: str) -> None:
    element = ET.SubElement(parent, f"{{{_CBC}}}{name}", attributes)
    element.text = f"{value:f}" if isinstance(value, Decimal) else printable(value)


def _period(parent: ET.Element, first: object, last: object) -> None:
    if first is None or last is None:
        return
    period = _part(parent, "InvoicePeriod")
    _text(period, "StartDate", first)
    _text(period, "EndDate", last)


def _adjustment(root: ET.Element, one: InvoiceLine, currency: str) -> None:
    part = _part(root, "AllowanceCharge")
    _text(part, "ChargeIndicator", "true" if one.kind is EntryKind.BONUS else "false")
    _text(part, "AllowanceChargeReason", f"{one.service_level}: {one.text}" if one.service_level else one.text)
    _text(part, "Amount", one.amount, currencyID=currency)
    _category(_part(part, "TaxCategory"), one.tax_category, one.tax_rate)


def _category(part: ET.Element, category: str, rate: Decimal | None, *, with_reason: bool = False) -> None:
    category = category or ("S" if rate else "Z")
    _text(part, "ID", category)
    if category != "O":
        _text(part, "Percent", _percent(rate or Decimal(0)))
    if with_reason and category in _EXEMPT:
        _text(part, "TaxExemptionReasonCode", _EXEMPT[category])
    elif with_reason and category == "E":
        _text(part, "TaxExemptionReason", "Exempt from tax")
    _text(_part(part, "TaxScheme"), "ID", "VAT")


def _percent(rate: Decimal) -> Decimal:
    percent = rate * 100
    return percent.quantize(Decimal(1)) if percent == percent.to_integral_value() else percent.normalize()


def _tax(root: ET.Element, invoice: Invoice) -> None:
    total = _part(root, "TaxTotal")
    _text(total, "TaxAmount", invoice.tax or Decimal(0), currencyID=invoice.currency)
    for one in invoice.subtotals:
        part = _part(total, "TaxSubtotal")
        _text(part, "TaxableAmount", one.base, currencyID=invoice.currency)
        _text(part, "TaxAmount", one.tax, currencyID=invoice.currency)
        _category(_part(part, "TaxCategory"), one.category, one.rate, with_reason=True)


def _totals(
    root: ET.Element, invoice: Invoice, lines: Sequence[InvoiceLine], adjustments: Sequence[InvoiceLine]
) -> None:
    credited = sum((one.amount for one in adjustments if one.kind is EntryKind.CREDIT), Decimal(0))
    added = sum((one.amount for one in adjustments if one.kind is EntryKind.BONUS), Decimal(0))
    net = invoice.entered if invoice.net is None else invoice.net
    total = net + (invoice.tax or Decimal(0)) if invoice.total is None else invoice.total
    part = _part(root, "LegalMonetaryTotal")
    told = {
        "LineExtensionAmount": sum((line.amount for line in lines), Decimal(0)),
        "TaxExclusiveAmount": net,
        "TaxInclusiveAmount": total,
        "AllowanceTotalAmount": credited,
        "ChargeTotalAmount": added,
        "PayableAmount": total,
    }
    for name, amount in told.items():
        _text(part, name, amount, currencyID=invoice.currency)


def _line(root: ET.Element, line: InvoiceLine, currency: str) -> None:
    part = _part(root, "InvoiceLine")
    quantity = Decimal(1) if line.quantity is None else line.quantity
    price = line.amount if line.rate is None else line.rate * (line.exchange_rate or Decimal(1))
    _text(part, "ID", line.number)
    _text(part, "InvoicedQuantity", quantity, unitCode=_UNITS.get(line.unit, "C62"))
    _text(part, "LineExtensionAmount", line.amount, currencyID=currency)
    _period(part, line.first_on, line.last_on)
    _cents(part, line.amount - _CENT.apply(quantity * price), currency)
    item = _part(part, "Item")
    _text(item, "Name", line.text or line.charge)
    if line.charge:
        _text(_part(item, "SellersItemIdentification"), "ID", line.charge)
    _category(_part(item, "ClassifiedTaxCategory"), line.tax_category, line.tax_rate)
    if line.exchange_rate is not None:
        rate = Decimal(0) if line.rate is None else line.rate
        for name, value in (("currency", line.currency), ("rate", rate), ("exchange rate", line.exchange_rate)):
            own = _part(item, "AdditionalItemProperty")
            _text(own, "Name", name)
            _text(own, "Value", value)
    _text(_part(part, "Price"), "PriceAmount", price, currencyID=currency)


def _cents(part: ET.Element, difference: Decimal, currency: str) -> None:
    """What the contract's rounding makes different from quantity × price."""
    if not difference:
        return
    own = _part(part, "AllowanceCharge")
    _text(own, "ChargeIndicator", "true" if difference > 0 else "false")
    _text(own, "AllowanceChargeReason", "Rounding by the contract")
    _text(own, "Amount", abs(difference), currencyID=currency)
