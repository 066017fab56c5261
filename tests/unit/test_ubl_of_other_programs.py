"""UBL in the shapes other programs write it, read to the cent."""

from decimal import Decimal

import pytest

from remit.finance.invoices import EntryKind
from remit.ingest.invoices import read_invoice
from remit.terms.problems import ProblemsFound
from tests.lib.ubl_documents import CREDIT_NOTE, PRICED_BY_THE_THOUSAND, SEVERAL_TAXES


def test_several_tax_categories_with_an_allowance_and_a_charge_of_the_whole_are_read_to_the_cent() -> None:
    invoice = read_invoice("several-taxes.xml", SEVERAL_TAXES.encode())

    assert (str(invoice.net), str(invoice.tax), str(invoice.total)) == ("39750.97", "9025.28", "48776.25")
    assert invoice.entered == invoice.net
    assert [(one.kind, str(one.signed), one.tax_rate, one.tax_category) for one in invoice.lines] == [
        (EntryKind.LINE, "40000.00", Decimal("0.23"), "S"),
        (EntryKind.LINE, "666.00", Decimal("0.08"), "S"),
        (EntryKind.LINE, "59.97", 0, "E"),
        (EntryKind.CREDIT, "-1000.00", Decimal("0.23"), "S"),
        (EntryKind.BONUS, "25.00", Decimal("0.08"), "S"),
    ]
    assert [(one.rate, one.category, str(one.base), str(one.tax)) for one in invoice.subtotals] == [
        (Decimal("0.23"), "S", "39000.00", "8970.00"),
        (Decimal("0.08"), "S", "691.00", "55.28"),
        (0, "E", "59.97", "0.00"),
    ]
    for one in invoice.subtotals:
        mine = [line.signed for line in invoice.lines if (line.tax_rate, line.tax_category) == (one.rate, one.category)]
        assert sum(mine) == one.base
    assert (invoice.lines[3].service_level, invoice.seller, invoice.buyer) == ("SL1", "Northlight", "Calder Home")


def test_a_price_of_a_thousand_and_the_line_s_own_allowance_and_charge_make_its_amount() -> None:
    (line,) = read_invoice("by-the-thousand.xml", PRICED_BY_THE_THOUSAND.encode()).lines

    assert (str(line.quantity), str(line.rate), line.unit) == ("61234", "0.36", "MIN")
    assert (str(line.adjusted), str(line.amount)) == ("-34.24", "22010.00")
    assert line.quantity is not None
    assert line.rate is not None
    assert line.quantity * line.rate + line.adjusted == line.amount


def test_a_credit_sent_by_itself_is_told_with_its_amount_and_its_invoice() -> None:
    with pytest.raises(ProblemsFound) as refused:
        read_invoice("credit-note.xml", CREDIT_NOTE.encode())

    assert str(refused.value).startswith(
        "credit-note.xml:2: is a CreditNote 2026-119 over 1230.00 EUR to the invoice 2026-117, not a UBL 2.1 Invoice; "
        "send an Invoice; a credit is netted in it"
    )
