"""Invoices made from the pro-forma are clean through every format; each planted error is found, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.finance.invoices import FindingKind, Invoice
from remit.finance.matching import match
from remit.finance.pro_forma import as_invoice
from remit.ingest.invoices import read_invoice
from remit.reports.invoices import invoice_as_csv, invoice_as_json, invoice_as_ubl
from remit.reports.invoices.workbook import invoice_as_workbook
from remit.specimens.invoices import planted_invoice
from tests.lib.rate_cards import contract, december, rate_cards

WRITERS: dict[str, Callable[[Invoice], str | bytes]] = {
    "invoice.csv": invoice_as_csv,
    "invoice.json": invoice_as_json,
    "invoice.xlsx": invoice_as_workbook,
    "invoice.xml": invoice_as_ubl,
}
ISSUED_ON = date(2027, 1, 5)


def written_and_read(invoice: Invoice, name: str) -> Invoice:
    document = WRITERS[name](invoice)
    return read_invoice(name, document.encode() if isinstance(document, str) else document)


@settings(max_examples=40, deadline=None)
@given(
    card=rate_cards(),
    units=st.integers(min_value=0, max_value=90_000),
    credit=st.sampled_from(["0", "0.01", "4971.10"]),
    bonus=st.sampled_from(["0", "250.00"]),
    tax_rounding=st.sampled_from(["total", "line"]),
    name=st.sampled_from(sorted(WRITERS)),
)
def test_what_the_pro_forma_makes_is_clean_in_every_format(
    card: list[dict[str, Any]], units: int, credit: str, bonus: str, tax_rounding: str, name: str
) -> None:
    ours = december(contract(card, tax_rounding=tax_rounding), units=units, credit=credit, bonus=bonus)
    if not ours.lines and not ours.adjustments:
        return
    invoice = as_invoice(ours, number="2026-117", issued_on=ISSUED_ON)

    assert [str(one.what) for one in match(written_and_read(invoice, name), ours).findings] == []


PLANTABLE = [kind for kind in FindingKind if kind is not FindingKind.DUPLICATE_INVOICE]


@pytest.mark.parametrize("kind", PLANTABLE)
@settings(max_examples=4, deadline=None)
@given(units=st.integers(min_value=9_000, max_value=60_000), name=st.sampled_from(sorted(WRITERS)))
def test_a_planted_error_is_found_and_nothing_else(kind: FindingKind, units: int, name: str) -> None:
    ours = december(units=units)
    right = as_invoice(ours, number="2026-117", issued_on=ISSUED_ON)
    wrong, ledger = planted_invoice(right, ours, [kind])
    assert [one.kind for one in ledger] == [kind]

    found = match(written_and_read(wrong, name), ours).findings

    assert [(one.kind, one.line) for one in found] == [(kind, ledger[0].line)], [one.what for one in found]


@settings(max_examples=8, deadline=None)
@given(units=st.integers(min_value=9_000, max_value=60_000), name=st.sampled_from(sorted(WRITERS)))
def test_nineteen_errors_in_one_invoice_are_all_found_and_nothing_else(units: int, name: str) -> None:
    ours = december(units=units)
    right = as_invoice(ours, number="2026-117", issued_on=ISSUED_ON)
    wrong, ledger = planted_invoice(right, ours)
    assert {one.kind for one in ledger} == set(PLANTABLE)

    found = match(written_and_read(wrong, name), ours).findings

    assert sorted((one.kind, one.line) for one in found) == sorted((one.kind, one.line) for one in ledger)


def test_the_order_of_an_invoice_s_lines_does_not_matter() -> None:
    ours = december()
    right = as_invoice(ours, number="2026-117", issued_on=ISSUED_ON)

    assert match(replace(right, lines=right.lines[::-1]), ours).is_clean
