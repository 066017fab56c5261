"""Invoices as other programs write UBL 2.1, each valid by the rules of EN 16931."""

_SPACES = (
    'xmlns:{a}="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:{b}="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
_PARTIES = """
<cac:AccountingSupplierParty><cac:Party>
  <cac:PostalAddress><cac:Country><cbc:IdentificationCode>PL</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
  <cac:PartyTaxScheme><cbc:CompanyID>PL5260001246</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  <cac:PartyLegalEntity><cbc:RegistrationName>Northlight</cbc:RegistrationName></cac:PartyLegalEntity>
</cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party>
  <cac:PostalAddress><cac:Country><cbc:IdentificationCode>GB</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
  <cac:PartyLegalEntity><cbc:RegistrationName>Calder Home</cbc:RegistrationName></cac:PartyLegalEntity>
</cac:Party></cac:AccountingCustomerParty>
"""


def _category(name: str, category: str, percent: str, reason: str = "") -> str:
    told = f"<cbc:TaxExemptionReason>{reason}</cbc:TaxExemptionReason>" if reason else ""
    scheme = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    return f"<cac:{name}><cbc:ID>{category}</cbc:ID><cbc:Percent>{percent}</cbc:Percent>{told}{scheme}</cac:{name}>"


def _adjusted(indicator: str, reason: str, amount: str, category: str = "") -> str:
    return (
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>{indicator}</cbc:ChargeIndicator>"
        f"<cbc:AllowanceChargeReason>{reason}</cbc:AllowanceChargeReason>"
        f'<cbc:Amount currencyID="EUR">{amount}</cbc:Amount>{category}</cac:AllowanceCharge>'
    )


def _subtotal(base: str, tax: str, category: str) -> str:
    return (
        f'<cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">{base}</cbc:TaxableAmount>'
        f'<cbc:TaxAmount currencyID="EUR">{tax}</cbc:TaxAmount>{category}</cac:TaxSubtotal>'
    )


def _totals(**amounts: str) -> str:
    told = "".join(f'<cbc:{name} currencyID="EUR">{amount}</cbc:{name}>' for name, amount in amounts.items())
    return f"<cac:LegalMonetaryTotal>{told}</cac:LegalMonetaryTotal>"


def _line(number: str, named: str, billed: tuple[str, str, str], category: str, price: str, own: str = "") -> str:
    quantity, unit, amount = billed
    return (
        f'<cac:InvoiceLine><cbc:ID>{number}</cbc:ID><cbc:InvoicedQuantity unitCode="{unit}">{quantity}'
        f'</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID="EUR">{amount}</cbc:LineExtensionAmount>{own}'
        f"<cac:Item><cbc:Name>{named}</cbc:Name>{category}</cac:Item><cac:Price>{price}</cac:Price></cac:InvoiceLine>"
    )


def _price(amount: str, more: str = "") -> str:
    return f'<cbc:PriceAmount currencyID="EUR">{amount}</cbc:PriceAmount>{more}'


def _document(kind: str, body: str, *, aggregates: str = "cac", basics: str = "cbc") -> str:
    """A document under the prefixes a program of its own taste would choose."""
    spaces = _SPACES.format(a=aggregates, b=basics)
    own = body.replace("cac:", f"{aggregates}:").replace("cbc:", f"{basics}:")
    root = f'd:{kind} xmlns:d="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2" {spaces}'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>{own}</d:{kind}>\n'


def _head(number: str, kind: str, more: str = "") -> str:
    return (
        f"<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>{number}</cbc:ID>"
        f"<cbc:IssueDate>2026-04-05</cbc:IssueDate>{kind}<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>{more}"
    )


_INVOICE = "<cbc:DueDate>2026-05-05</cbc:DueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>"

SEVERAL_TAXES = _document(
    "Invoice",
    _head("2026-117", _INVOICE, "<cbc:TaxCurrencyCode>PLN</cbc:TaxCurrencyCode>")
    + _PARTIES
    + _adjusted("0", "SL1: urgent tickets too late", "1000.00", _category("TaxCategory", "S", "23"))
    + _adjusted("1", "Freight", "25.00", _category("TaxCategory", "S", "8"))
    + '<cac:TaxTotal><cbc:TaxAmount currencyID="PLN">38357.44</cbc:TaxAmount></cac:TaxTotal>'
    + '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">9025.28</cbc:TaxAmount>'
    + _subtotal("39000.00", "8970.00", _category("TaxCategory", "S", "23.00"))
    + _subtotal("691.00", "55.28", _category("TaxCategory", "S", "8"))
    + _subtotal("59.97", "0.00", _category("TaxCategory", "E", "0", "Books"))
    + "</cac:TaxTotal>"
    + _totals(
        LineExtensionAmount="40725.97",
        TaxExclusiveAmount="39750.97",
        TaxInclusiveAmount="48776.25",
        AllowanceTotalAmount="1000.00",
        ChargeTotalAmount="25.00",
        PrepaidAmount="8776.25",
        PayableAmount="40000.00",
    )
    + _line(
        "1", "Monthly fee", ("1", "C62", "40000.00"), _category("ClassifiedTaxCategory", "S", "23"), _price("40000")
    )
    + _line("2", "Training", ("12", "HUR", "666.00"), _category("ClassifiedTaxCategory", "S", "8"), _price("55.50"))
    + _line("3", "Manuals", ("3", "C62", "59.97"), _category("ClassifiedTaxCategory", "E", "0"), _price("19.99")),
    aggregates="ns2",
    basics="ns3",
)
"""Three tax categories, an allowance and a charge of the whole, a tax total in another currency first, a prepayment."""

PRICED_BY_THE_THOUSAND = _document(
    "Invoice",
    _head("2026-118", _INVOICE)
    + _PARTIES
    + '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">5062.30</cbc:TaxAmount>'
    + _subtotal("22010.00", "5062.30", _category("TaxCategory", "S", "23"))
    + "</cac:TaxTotal>"
    + _totals(
        LineExtensionAmount="22010.00",
        TaxExclusiveAmount="22010.00",
        TaxInclusiveAmount="27072.30",
        PayableAmount="27072.30",
    )
    + _line(
        "1",
        "Handled minutes",
        ("61234", "MIN", "22010.00"),
        _category("ClassifiedTaxCategory", "S", "23"),
        _price(
            "360.00",
            '<cbc:BaseQuantity unitCode="MIN">1000</cbc:BaseQuantity><cac:AllowanceCharge>'
            '<cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount currencyID="EUR">40.00</cbc:Amount>'
            '<cbc:BaseAmount currencyID="EUR">400.00</cbc:BaseAmount></cac:AllowanceCharge>',
        ),
        _adjusted("false", "Loyalty", "44.24") + _adjusted("true", "Night calls", "10.00"),
    ),
)
"""A price of a thousand minutes after a discount, and an allowance and a charge of the line."""

CREDIT_NOTE = _document(
    "CreditNote",
    _head(
        "2026-119",
        "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>",
        "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>2026-117</cbc:ID></cac:InvoiceDocumentReference>"
        "</cac:BillingReference>",
    )
    + _PARTIES
    + "<cac:PaymentTerms><cbc:Note>Set off against the next invoice</cbc:Note></cac:PaymentTerms>"
    + '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">230.00</cbc:TaxAmount>'
    + _subtotal("1000.00", "230.00", _category("TaxCategory", "S", "23"))
    + "</cac:TaxTotal>"
    + _totals(
        LineExtensionAmount="1000.00",
        TaxExclusiveAmount="1000.00",
        TaxInclusiveAmount="1230.00",
        PayableAmount="1230.00",
    )
    + _line("1", "SL1", ("1", "C62", "1000.00"), _category("ClassifiedTaxCategory", "S", "23"), _price("1000.00"))
    .replace("InvoiceLine", "CreditNoteLine")
    .replace("InvoicedQuantity", "CreditedQuantity"),
)
"""A credit sent by itself, to an invoice."""

DOCUMENTS = {
    "several-taxes.xml": SEVERAL_TAXES,
    "by-the-thousand.xml": PRICED_BY_THE_THOUSAND,
    "credit-note.xml": CREDIT_NOTE,
}
