"""The words an invoice is written in, by whoever writes one and by whoever reads it again."""

HEAD = ("invoice", "issued_on", "seller", "buyer", "contract", "purchase_order", "currency", "from", "to")
"""What holds for the whole invoice; in a table it may stand on every row, and is the same on all."""
LINE = (
    "kind", "line", "charge", "service_level", "description", "quantity", "unit", "rate", "line_currency",
    "exchange_rate", "amount", "tax_rate", "line_from", "line_to",
)  # fmt: skip
"""What holds for one line. A row whose `kind` is net, tax or total gives that sum in `amount`."""
COLUMNS = (*HEAD, *LINE)
TOTALS = ("net", "tax", "total")
UBL_INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
"""The namespace of a UBL 2.1 invoice."""
