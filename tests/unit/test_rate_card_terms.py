"""Rate card terms: what a line may say, what its basis counts, how prices follow indexes and currencies."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from remit.terms.invoicing import InvoicingTerms
from remit.terms.periods import Period
from remit.terms.price_changes import ExchangeRule, Indexation, PriceIndex, PriceMissing
from remit.terms.rate_cards import ChargeLine, Volume
from tests.lib.credit_tables import month


def line(**written: Any) -> ChargeLine:
    return ChargeLine.model_validate({"id": "fee", **written})


@pytest.mark.parametrize(
    ("written", "volume"),
    [
        ({"basis": "fte"}, Volume(of="headcount", sum=("fte",), places=4)),
        ({"basis": "seat"}, Volume(of="headcount", sum=("seats",))),
        ({"basis": "login hour"}, Volume(of="agent_time", sum=("worked_seconds",), unit=3600)),
        (
            {"basis": "productive hour"},
            Volume(of="agent_time", sum=("available_seconds", "handling_seconds"), unit=3600),
        ),
        (
            {"basis": "handled minute", "where": "channel = 'voice'"},
            Volume(
                of="interactions",
                sum=("talk_seconds", "hold_seconds", "after_contact_seconds"),
                unit=60,
                where="(channel = 'voice')",
            ),
        ),
        ({"basis": "transaction"}, Volume(of="transactions", at="completed_at")),
        ({"basis": "resolution"}, Volume(of="cases", at="resolved_at")),
        ({"basis": "outcome", "volume": {"of": "transactions"}}, Volume(of="transactions")),
        ({"basis": "fte", "volume": {"of": "headcount", "sum": None}}, Volume(of="headcount")),
    ],
)
def test_a_basis_counts_the_facts_that_hold_it(written: dict[str, Any], volume: Volume) -> None:
    assert line(rate="1", **written).volume == volume


def test_a_cost_is_passed_on_at_its_own_price_unless_a_markup_is_agreed() -> None:
    cost = line(basis="cost", where="supplier = 'O''Neil'")

    assert (cost.rate, cost.pass_through) == (Decimal(1), True)
    assert cost.volume == Volume(
        of="passed_on_costs", sum=("amount",), places=4, where="(charge = 'fee') and (supplier = 'O''Neil')"
    )
    assert line(basis="cost", rate="1.05").rate == Decimal("1.05")


MINUTES = {"volume": {"of": "interactions", "sum": "talk_seconds", "unit": "60"}}
ARC = {"volume": "1000", "additional_charge": "2", "reduced_charge": "1"}


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"basis": "outcome", "rate": "1"}, "an outcome is what the contract says"),
        ({"basis": "handeld minute", "rate": "1"}, "Input should be 'fte', 'seat'"),
        ({"where": "site = 'x'", **MINUTES, "rate": "1"}, "where goes with a basis"),
        ({"basis": "fte", "rate": "1", "rates": {"2026-01-01": "2"}}, "a volume needs a rate or bands"),
        ({"amount": "5", "rates": {"2026-01-01": "2"}}, "rate, bands and minimum_volume go with a volume"),
        ({"amount": "5", "year_minimum": {"volume": "1"}}, "rate, bands and minimum_volume go with a volume"),
        ({"amount": "5", "baseline": ARC}, "a baseline goes with an amount and a volume"),
        ({"amount": "5", **MINUTES, "rate": "1", "baseline": ARC}, "a baseline goes with an amount and a volume"),
        ({"amount": "5", **MINUTES, "minimum_volume": "1", "baseline": ARC}, "a baseline has its own lower edge"),
        ({**MINUTES, "rates": {"2026-01-01": "2"}, "minimum_volume": "9"}, "which rate would units below the minimum"),
        ({**MINUTES, "rates": {"2026-01-01": "2"}, "year_minimum": {"volume": "9"}}, "which rate would missing units"),
        (
            {"amount": "5", "indexation": {"index": "cpi", "from": "2026-01-15"}},
            "a step on 2026-01-15 lies inside a month",
        ),
        (
            {"amount": "5", "indexation": {"index": "cpi", "from": "2026-01-01", "cap": "1%", "collar": "2%"}},
            "the cap of 0.01 lies below the collar of 0.02",
        ),
    ],
)
def test_lines_that_cannot_be_meant_are_refused(written: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        line(**written)

    assert sentence in str(refused.value)


def test_the_rate_of_a_day_is_the_last_one_begun() -> None:
    dated = line(**MINUTES, rates={"2026-01-01": "1", "2026-07-01": "2"})

    assert [dated.rate_on(date(2025, 12, 31)), dated.rate_on(date(2026, 6, 30)), dated.rate_on(date(2026, 7, 1))] == [
        None,
        Decimal(1),
        Decimal(2),
    ]


CPI = PriceIndex.model_validate({"values": {"2025-01-01": "100", "2026-01-01": "105", "2027-01-01": "105.21"}})


@pytest.mark.parametrize(
    ("written", "day", "factor"),
    [
        ({}, "2025-12-31", "1"),
        ({}, "2026-01-01", "21/20"),
        ({"share": "80%"}, "2026-06-30", "26/25"),
        ({"cap": "3%"}, "2026-06-30", "103/100"),
        ({"cap": "3%", "collar": "1%"}, "2027-06-30", "10403/10000"),
        ({"base": "2026-01-01", "from": "2027-01-01"}, "2027-01-01", "501/500"),
        ({"from": "2026-03-01", "base": "2025-03-01"}, "2026-03-01", "21/20"),
    ],
)
def test_prices_step_with_the_index_within_their_bounds(written: dict[str, str], day: str, factor: str) -> None:
    terms = Indexation.model_validate({"index": "cpi", "from": "2026-01-01", **written})

    assert terms.factor(CPI, date.fromisoformat(day)) == Fraction(factor)


def test_bounds_can_be_left_aside_to_compare() -> None:
    terms = Indexation.model_validate({"index": "cpi", "from": "2026-01-01", "cap": "3%"})

    assert terms.factor(CPI, date(2026, 1, 1), is_bounded=False) == Fraction(21, 20)


@pytest.mark.parametrize(
    ("written", "day", "sentence"),
    [
        ({}, "2028-01-01", "no value for the step of 2028-01-01: none for 2028-01-01"),
        ({"from": "2025-01-01"}, "2025-01-01", "no value for the step of 2025-01-01: none for 2024-01-01"),
    ],
)
def test_a_step_without_a_published_value_is_refused(written: dict[str, str], day: str, sentence: str) -> None:
    terms = Indexation.model_validate({"index": "cpi", "from": "2026-01-01", **written})

    with pytest.raises(PriceMissing, match=sentence):
        terms.factor(CPI, date.fromisoformat(day))


VALUES = {"2026-02-27": "0.016", "2026-03-10": "0.017", "2026-03-20": "0.0175", "2026-04-01": "0.02"}


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ({"rule": "fixed", "rate": "0.0156"}, "0.0156"),
        ({"rule": "latest", "values": VALUES}, "0.017500"),
        ({"rule": "month last", "values": VALUES}, "0.017500"),
        ({"rule": "month average", "values": VALUES}, "0.017250"),
        ({"rule": "month average", "values": VALUES, "rounding": {"places": "4"}}, "0.0173"),
    ],
)
def test_a_currency_is_converted_by_its_rule(written: dict[str, Any], rate: str) -> None:
    assert str(ExchangeRule.model_validate(written).for_period(month("2026-03"), "PHP")) == rate


@pytest.mark.parametrize(
    ("rule", "rate"), [("latest", "0.017500"), ("month last", "0.017500"), ("month average", "0.017250")]
)
def test_days_of_a_month_are_converted_by_the_rate_of_their_whole_month(rule: str, rate: str) -> None:
    terms = ExchangeRule.model_validate({"rule": rule, "values": VALUES})
    cut = Period(date(2026, 3, 11), date(2026, 3, 16))

    assert str(terms.for_period(cut, "PHP")) == rate


@pytest.mark.parametrize(("rule", "label"), [("month last", "2026-05"), ("latest", "2026-01")])
def test_a_month_without_an_exchange_rate_is_refused(rule: str, label: str) -> None:
    terms = ExchangeRule.model_validate({"rule": rule, "values": VALUES})

    with pytest.raises(PriceMissing, match=f"PHP has no exchange rate for {label}"):
        terms.for_period(month(label), "PHP")


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"rule": "fixed"}, "a fixed rule has one rate and no values"),
        ({"rule": "latest", "rate": "1"}, "the rule 'latest' has values and no rate"),
    ],
)
def test_a_rule_without_its_rates_is_refused(written: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ExchangeRule.model_validate(written)

    assert sentence in str(refused.value)


def test_the_tax_category_follows_from_the_tax_unless_written() -> None:
    categories = [
        InvoicingTerms.model_validate(written).category
        for written in ({}, {"tax": "23%"}, {"tax": "0%", "tax_category": "AE"})
    ]

    assert categories == ["O", "S", "AE"]
