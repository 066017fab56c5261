"""Invoices held against the pro-forma: findings say which line, what is right, why, and what it comes to."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from remit.finance.invoices import EarlierInvoice, EntryKind, FindingKind, Invoice, InvoiceLine
from remit.finance.matching import match
from remit.finance.pro_forma import as_invoice
from remit.reports.invoices import (
    findings_as_csv,
    findings_as_json,
    findings_as_text,
    invoice_as_ubl,
    pro_forma_as_text,
)
from remit.terms.invoicing import InvoicingTerms
from remit.terms.periods import month_of
from tests.lib.rate_cards import DECEMBER, contract, december

OURS = december()
RIGHT = as_invoice(OURS, number="2026-117", issued_on=date(2027, 1, 5))


def changed(number: str, **words: Any) -> Invoice:
    """The right invoice with one line changed; its own sums are left out."""
    lines = tuple(replace(line, **words) if line.number == number else line for line in RIGHT.lines)
    return replace(RIGHT, lines=lines, net=None, tax=None, total=None)


def told(invoice: Invoice, *, earlier: tuple[EarlierInvoice, ...] = ()) -> list[str]:
    return [f"{one.kind}: {one.what}" for one in match(invoice, OURS, earlier=earlier).findings]


def numbers(charge: str) -> list[str]:
    return [line.number for line in RIGHT.lines if line.charge == charge]


def test_a_wrong_band_names_the_right_one_and_the_one_it_took() -> None:
    _, second = numbers("minutes")
    (found,) = match(changed(second, rate=Decimal("0.36"), amount=Decimal("555.48")), OURS).findings

    assert found.kind is FindingKind.WRONG_BAND
    assert found.what == (
        "it is billed at 0.36 a handled minute; by the contract the rate is 0.39 (0.36 is above the last band)"
    )
    assert (found.ref, found.clause, str(found.difference)) == ("minutes/2", "C 2", "-46.29")
    assert found.evidence[0] == "392580: counted in 2026-12, 60 to the unit charged"


def test_one_line_may_stand_for_all_bands_of_a_charge() -> None:
    first, second = numbers("minutes")
    amount = sum(line.amount for line in RIGHT.lines if line.charge == "minutes")
    quantity = sum(line.quantity or Decimal(0) for line in RIGHT.lines if line.charge == "minutes")
    lines = tuple(line for line in RIGHT.lines if line.number != second)
    whole = replace(RIGHT, lines=lines, net=None, tax=None, total=None)

    def billed(**words: Any) -> list[str]:
        made = tuple(replace(line, **words) if line.number == first else line for line in whole.lines)
        return told(replace(whole, lines=made))

    assert billed(quantity=quantity, rate=None, amount=amount) == []
    assert billed(quantity=quantity, rate=Decimal("0.42"), amount=quantity * Decimal("0.42"))[0].startswith(
        "wrong band:"
    )
    assert billed(quantity=quantity, rate=None, amount=amount + 1)[0].startswith("wrong rate:")
    assert billed(quantity=quantity + 5, rate=None, amount=amount + 1)[0].startswith("wrong quantity:")


def test_a_converted_line_may_be_priced_in_the_invoice_s_currency() -> None:
    (desks,) = numbers("desks")

    assert told(changed(desks, rate=Decimal("148.2"), currency="EUR", exchange_rate=None)) == []
    assert told(changed(desks, currency="USD", exchange_rate=None)) == [
        "wrong currency: it is priced in USD; the rate card prices desks in PHP"
    ]


def test_a_second_invoice_of_the_month_is_known_by_its_number_or_its_total() -> None:
    assert RIGHT.total is not None
    same_number = EarlierInvoice(" 2026-117", month_of(date(2026, 11, 1)))
    same_total = EarlierInvoice("2026-116", DECEMBER, RIGHT.total)
    other = EarlierInvoice("2026-115", DECEMBER, RIGHT.total - 1)

    assert told(RIGHT, earlier=(other,)) == []
    assert [one.split(":")[0] for one in told(RIGHT, earlier=(other, same_number, same_total))] == ["duplicate invoice"]
    assert told(RIGHT, earlier=(same_total,))[0].endswith(
        f"received before, is for the same month and comes to the same {RIGHT.total}"
    )


def test_references_and_periods_of_the_whole_are_asked_for() -> None:
    assert told(replace(RIGHT, contract="C-2", purchase_order="po-4711")) == [
        "missing reference: the invoice names the contract C-2; it must name C-1"
    ]
    assert told(replace(RIGHT, first_on=date(2026, 11, 1), last_on=date(2026, 11, 30))) == [
        "period outside: the invoice is for 2026-11-01 to 2026-11-30; it was matched with 2026-12"
    ]


def test_lines_without_a_charge_are_known_by_their_words_or_figures() -> None:
    (hours,) = numbers("hours")

    assert told(changed(hours, charge="")) == []
    assert told(changed(hours, charge="", text="productive time")) == []
    lost = told(changed(hours, charge="", text="time", quantity=Decimal(1), rate=Decimal(1), amount=Decimal(1)))
    assert [one.split(":")[0] for one in lost] == ["not in the rate card", "line missing"]


def test_credits_are_compared_as_a_sum_where_the_invoice_names_no_level() -> None:
    lines = [line for line in RIGHT.lines if line.kind is not EntryKind.CREDIT]
    halves = [InvoiceLine(f"C{n}", Decimal("2485.55"), EntryKind.CREDIT, tax_rate=Decimal("0.23")) for n in (1, 2)]

    assert told(replace(RIGHT, lines=(*lines, *halves))) == []
    assert told(replace(RIGHT, lines=tuple(lines), net=None, tax=None, total=None)) == [
        "credit not netted: the invoice takes off credits of 0; by the contract they come to 4,971.10"
    ]


def test_a_tolerance_forgives_cents_and_no_more() -> None:
    ours = december(contract(tolerance="0.05"))
    first = RIGHT.lines[0]
    near = [replace(RIGHT, lines=(replace(first, rate=None, quantity=None), *RIGHT.lines[1:]))]
    off = replace(RIGHT.lines[2], amount=RIGHT.lines[2].amount + Decimal("0.05"))
    near.append(replace(RIGHT, lines=(*RIGHT.lines[:2], off, *RIGHT.lines[3:]), net=None, tax=None, total=None))

    assert [match(one, ours).is_clean for one in near] == [True, True]
    assert told(near[1])[0].startswith("line arithmetic:")


@pytest.mark.parametrize("quantity_places", [0, 2])
def test_quantities_are_compared_at_the_contract_s_places(quantity_places: int) -> None:
    ours = december(contract(quantity_places=str(quantity_places)))

    assert match(as_invoice(ours, number="1", issued_on=date(2027, 1, 1)), ours).is_clean


def test_an_overdrawn_month_is_told_as_money_back() -> None:
    ours = december(contract([{"id": "fee", "amount": "100"}]), credit="500", bonus="0")

    assert str(ours.total) == "-492.00"
    assert "to pay" in pro_forma_as_text(ours)
    assert match(as_invoice(ours, number="1", issued_on=date(2027, 1, 1)), ours).is_clean


def test_the_xml_adds_up_line_by_line_as_en_16931_asks() -> None:
    root = ET.fromstring(invoice_as_ubl(RIGHT, terms=InvoicingTerms(due_days=30)))
    names = {"a": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"}
    names["c"] = names["a"].replace("Aggregate", "Basic")

    def number(element: ET.Element, path: str) -> Decimal:
        found = element.find(path, names)
        return Decimal(0) if found is None or found.text is None else Decimal(found.text)

    lines = root.findall("a:InvoiceLine", names)
    for line in lines:
        sign = -1 if line.findtext("a:AllowanceCharge/c:ChargeIndicator", "", names) == "false" else 1
        cents = sign * number(line, "a:AllowanceCharge/c:Amount")
        exact = number(line, "c:InvoicedQuantity") * number(line, "a:Price/c:PriceAmount")
        assert abs(exact + cents - number(line, "c:LineExtensionAmount")) <= Decimal("0.005")
    totals = "a:LegalMonetaryTotal/c:"
    charged = sum(number(line, "c:LineExtensionAmount") for line in lines)
    taxes = root.findall("a:TaxTotal/a:TaxSubtotal", names)
    assert number(root, f"{totals}LineExtensionAmount") == charged
    net = charged - number(root, f"{totals}AllowanceTotalAmount") + number(root, f"{totals}ChargeTotalAmount")
    assert number(root, f"{totals}TaxExclusiveAmount") == net == sum(number(one, "c:TaxableAmount") for one in taxes)
    assert number(root, "a:TaxTotal/c:TaxAmount") == sum(number(one, "c:TaxAmount") for one in taxes)
    assert number(root, f"{totals}PayableAmount") == net + number(root, "a:TaxTotal/c:TaxAmount")
    for one in taxes:
        share = number(one, "a:TaxCategory/c:Percent") / 100
        assert abs(number(one, "c:TaxableAmount") * share - number(one, "c:TaxAmount")) <= Decimal("0.005")


def test_the_xml_names_the_parties_as_en_16931_asks_and_when_it_is_to_be_paid() -> None:
    parties = {"provider": {"country": "PL", "vat_id": "PL5260001246", "city": "Kraków"}, "client": {"country": "GB"}}
    terms = InvoicingTerms.model_validate({**parties, "due_days": 30})
    written = invoice_as_ubl(RIGHT, terms=terms)
    names = {"a": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"}
    names["c"] = names["a"].replace("Aggregate", "Basic")
    root, bare = ET.fromstring(written), ET.fromstring(invoice_as_ubl(RIGHT))
    seller, buyer = (root.find(f"a:Accounting{role}Party/a:Party", names) for role in ("Supplier", "Customer"))

    assert seller is not None
    assert buyer is not None
    assert [one.tag.rpartition("}")[2] for one in seller] == ["PostalAddress", "PartyTaxScheme", "PartyLegalEntity"]
    assert seller.findtext("a:PartyTaxScheme/c:CompanyID", "", names) == "PL5260001246"
    assert [one.findtext("a:PostalAddress/a:Country/c:IdentificationCode", "", names) for one in (seller, buyer)] == [
        "PL",
        "GB",
    ]
    assert buyer.find("a:PartyTaxScheme", names) is None
    assert root.find("a:PaymentTerms", names) is None
    assert bare.findtext("a:PaymentTerms/c:Note", "", names).startswith("By the contract")
    untaxed = replace(RIGHT, subtotals=tuple(replace(one, category="O") for one in RIGHT.subtotals))
    assert "PL5260001246" not in invoice_as_ubl(untaxed, terms=terms)


def test_a_line_that_adds_up_by_an_allowance_of_its_own_is_told_with_it() -> None:
    number, right = numbers("hours")[0], next(line for line in RIGHT.lines if line.charge == "hours")
    amount = right.amount - Decimal("44.24")
    (found,) = match(changed(number, amount=amount, adjusted=Decimal("-44.24")), OURS).findings[:1]

    assert found.kind is FindingKind.LINE_ARITHMETIC
    assert "an allowance of 44.24 makes it" in found.what
    assert found.difference == Decimal("-44.24")


def test_findings_read_as_sentences_and_as_data() -> None:
    wrong = changed(numbers("hours")[0], quantity=Decimal(7000))
    matched = match(wrong, OURS)
    text = findings_as_text(matched, wrong, OURS)

    assert "wrong quantity (line " in text
    assert "line arithmetic (line " in text
    assert '"kind": "wrong quantity"' in findings_as_json(matched, wrong, OURS)
    assert findings_as_csv(matched).splitlines()[0].startswith("kind,line,charge,ref,place")
    clean = findings_as_text(match(RIGHT, OURS), RIGHT, OURS)
    assert clean.startswith("invoice 2026-117 against the pro-forma of 2026-12: nothing to object")
