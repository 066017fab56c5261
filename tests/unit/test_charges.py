"""Charges: fixed amounts by their days, volumes at rates and in bands, pass-through."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from remit.finance.charges import NO_PRICES, charges_of
from remit.finance.pricing import Prices, RateMissing
from remit.finance.stretches import counts_needed
from remit.performance.service_credits import PeriodCharges, Step
from remit.terms.periods import Period
from remit.terms.price_changes import ExchangeRule, PriceIndex
from remit.terms.rate_cards import ChargeLine
from tests.lib.credit_tables import month

MARCH = month("2026-03")


def line(**written: Any) -> ChargeLine:
    return ChargeLine.model_validate({"id": "fee", **written})


def amount(written: dict[str, Any], *, volume: int | None = None, period: Period = MARCH) -> str:
    volumes = {} if volume is None else {"fee": volume}
    return str(charges_of(period, [line(**written)], volumes).total)


@pytest.mark.parametrize(
    ("written", "charged"),
    [
        ({"amount": "400000.00"}, "400000.00"),
        ({"amount": "100000", "per": "year"}, "8333.33"),
        ({"amount": "31000", "from": "2026-03-11"}, "21000.00"),
        ({"amount": "31000", "to": "2026-03-11"}, "11000.00"),
        ({"amount": "31000", "from": "2026-03-11", "prorate": "none"}, "31000.00"),
        ({"amount": "31000", "from": "2026-04-01"}, "0"),
        ({"amount": "31000", "to": "2026-02-28"}, "0"),
        ({"amount": "10.005", "rounding": {"places": "2", "mode": "half_even"}}, "10.00"),
        ({"amount": "10.001", "rounding": {"places": "2", "mode": "up"}}, "10.01"),
    ],
)
def test_a_fixed_amount_is_charged_for_the_days_it_is_in_force(written: dict[str, Any], charged: str) -> None:
    assert amount(written) == charged


def test_a_quarter_is_charged_its_three_months() -> None:
    quarter = Period(date(2026, 1, 1), date(2026, 4, 1))

    assert amount({"amount": "1000"}, period=quarter) == "3000.00"
    assert amount({"amount": "1000", "from": "2026-02-01"}, period=quarter) == "2000.00"
    assert amount({"amount": "3100"}, period=Period(date(2026, 3, 1), date(2026, 3, 11))) == "1000.00"


MINUTES = {"volume": {"of": "interactions", "sum": "talk_seconds", "unit": "60"}, "rate": "0.45"}
BANDS = [{"up_to": "10000", "rate": "1.25"}, {"up_to": "20000", "rate": "1.10"}, {"rate": "1.00"}]
BANDED = {"volume": {"of": "interactions", "where": "answered_at IS NOT NULL", "count": "records"}, "bands": BANDS}


@pytest.mark.parametrize(
    ("written", "volume", "charged"),
    [
        (MINUTES, 90, "0.68"),
        (MINUTES, 0, "0.00"),
        ({**MINUTES, "minimum_volume": "1000"}, 60, "450.00"),
        ({**MINUTES, "minimum_volume": "1"}, 6000, "45.00"),
        (BANDED, 0, "0.00"),
        (BANDED, 10_000, "12500.00"),
        (BANDED, 10_001, "12501.10"),
        (BANDED, 25_000, "28500.00"),
        ({**BANDED, "bands_apply": "whole"}, 10_000, "12500.00"),
        ({**BANDED, "bands_apply": "whole"}, 10_001, "11001.10"),
        ({**BANDED, "bands_apply": "whole"}, 25_000, "25000.00"),
    ],
)
def test_a_volume_is_charged_by_its_rate_or_its_bands(written: dict[str, Any], volume: int, charged: str) -> None:
    assert amount(written, volume=volume) == charged


def test_pass_through_is_invoiced_and_not_in_the_base() -> None:
    lines = [line(amount="1000"), line(id="telecoms", amount="200", pass_through="true")]

    charges = charges_of(MARCH, lines, {})

    assert (str(charges.base), str(charges.total)) == ("1000.00", "1200.00")
    assert charges.for_credits() == PeriodCharges(
        Decimal(1000), Decimal(1200), (("fee", Decimal(1000)), ("telecoms", Decimal(200)))
    )


def test_a_charge_shows_its_steps() -> None:
    charges = charges_of(
        MARCH, [line(**BANDED, minimum_volume="12000"), line(id="desk", amount="31", to="2026-03-10")], {"fee": 9000}
    )

    assert charges.trace == (
        Step("fee", "9000", "counted in 2026-03, 1 to the unit charged"),
        Step("fee", "12000", "minimum volume"),
        Step("fee", "1.25", "band up to 10000: 10000 units"),
        Step("fee", "1.10", "band up to 20000: 2000 units"),
        Step("fee", "14,700.00", "half_up to 2 places"),
        Step("desk", "31 a month", "2026-03: 10 of 31 days"),
        Step("desk", "10.00", "half_up to 2 places"),
    )


def test_a_volume_nobody_counted_is_refused_and_not_taken_for_nothing() -> None:
    with pytest.raises(KeyError, match="the volume of charge fee was not counted for 2026-03"):
        charges_of(MARCH, [line(**MINUTES)], {})


def test_only_lines_in_force_have_a_volume_to_count() -> None:
    ended = line(id="old", **{**MINUTES, "to": "2026-02-28"})

    assert [part.key for _, part in counts_needed([line(**MINUTES), ended, line(id="flat", amount="1")], MARCH)] == [
        "fee"
    ]
    assert charges_of(MARCH, [ended], {}).lines == ()


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({}, "a charge is a fixed amount or a volume with its rate"),
        ({**MINUTES, "amount": "5"}, "a charge is a fixed amount or a volume with its rate"),
        ({"amount": "5", "rate": "2"}, "rate, bands and minimum_volume go with a volume"),
        ({"volume": {"of": "interactions"}}, "a volume needs a rate or bands"),
        ({**BANDED, "rate": "2"}, "a volume needs a rate or bands"),
        (
            {"volume": {"of": "cases", "count": "records", "sum": "contacts"}, "rate": "1"},
            "counts records or sums a column",
        ),
        ({**BANDED, "bands": BANDS[:2]}, "the last band, and only it, has no up_to"),
        ({**BANDED, "bands": [BANDS[2], BANDS[2]]}, "the last band, and only it, has no up_to"),
        ({**BANDED, "bands": [BANDS[1], BANDS[0], BANDS[2]]}, "bands overlap: up to 20000, then up to 10000"),
        ({"amount": "5", "from": "2026-03-02", "to": "2026-03-01"}, "the line ends 2026-03-01, before it starts"),
        ({"amount": "-5"}, "greater than or equal to 0"),
    ],
)
def test_lines_that_cannot_be_meant_are_refused_with_a_sentence(written: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        line(**written)

    assert sentence in str(refused.value)


def charged(
    written: dict[str, Any], volumes: dict[str, int], *, prices: Prices = NO_PRICES, period: Period = MARCH
) -> list[str]:
    """Each item of each charge on a line: `fee: band up to 10: 10 × 1.25 = 12.50`; a true-up is marked."""
    charges = charges_of(period, [line(**written)], volumes, prices=prices)
    return [
        f"{charge.id}{' (true-up)' if charge.is_true_up else ''}: {item.text}: {item.quantity} × {item.rate} = "
        f"{item.amount}"
        for charge in charges.lines
        for item in charge.items
    ]


HANDLED = {"basis": "handled minute"}


def test_a_rate_that_changes_inside_the_month_is_counted_in_parts() -> None:
    written = {**HANDLED, "rates": {"2026-01-01": "0.42", "2026-03-11": "0.45"}}

    assert charged(written, {"fee": 6000, "fee from 2026-03-11": 120}) == [
        "fee: from 2026-03-01: 100 × 21/50 = 42.00",
        "fee: from 2026-03-11: 2 × 9/20 = 0.90",
    ]


def test_rates_by_column_price_each_value_and_refuse_a_unit_without_a_rate() -> None:
    written = {"basis": "fte", "rate_by": {"by": "site", "map": {"Krakow": "2900", "Manila": "1850.5"}}}
    counts = {"fee: Krakow": 2, "fee: Manila": 1, "fee: no rate": 0}

    assert charged(written, counts) == ["fee: Krakow: 2 × 2900 = 5800.00", "fee: Manila: 1 × 3701/2 = 1850.50"]
    with pytest.raises(RateMissing, match="3 delivered units have no rate: their site is none of Krakow, Manila"):
        charged(written, {**counts, "fee: no rate": 3})


def test_units_before_the_first_dated_rate_are_refused() -> None:
    written = {**HANDLED, "rates": {"2026-03-11": "0.45"}}

    assert charged(written, {"fee": 0, "fee from 2026-03-11": 60}) == ["fee: from 2026-03-11: 1 × 9/20 = 0.45"]
    with pytest.raises(RateMissing, match="2 delivered units have no rate: none holds on 2026-03-01"):
        charged(written, {"fee": 120, "fee from 2026-03-11": 60})


def test_versions_of_a_line_are_told_apart_by_their_first_day() -> None:
    versions = [line(**HANDLED, rate="1", to="2026-03-10"), line(**HANDLED, rate="2", **{"from": "2026-03-11"})]

    assert [part.key for _, part in counts_needed(versions, MARCH)] == ["fee", "fee from 2026-03-11"]
    assert charges_of(MARCH, versions, {"fee": 60, "fee from 2026-03-11": 60}).total == Decimal(3)


DESK = {
    "amount": "1000",
    "volume": {"of": "transactions"},
    "baseline": {"volume": "100", "deadband": "10%", "additional_charge": "3", "reduced_charge": "2"},
}


@pytest.mark.parametrize(
    ("counted_from", "volume", "charged_amount"),
    [
        ("edge", 100, "1000.00"),
        ("edge", 110, "1000.00"),
        ("edge", 111, "1003.00"),
        ("edge", 90, "1000.00"),
        ("edge", 89, "998.00"),
        ("baseline", 110, "1000.00"),
        ("baseline", 111, "1033.00"),
        ("baseline", 89, "978.00"),
    ],
)
def test_units_beyond_the_dead_band_are_charged_and_given_back(
    counted_from: str, volume: int, charged_amount: str
) -> None:
    written = {**DESK, "baseline": {**DESK["baseline"], "counted_from": counted_from}}  # type: ignore[dict-item]

    assert amount(written, volume=volume) == charged_amount


def test_a_baseline_stands_for_the_days_of_its_line() -> None:
    assert charged({**DESK, "to": "2026-03-10"}, {"fee": 100}) == [
        "fee: 2026-03: 10 of 31 days: 1 × 10000/31 = 322.58",
        "fee: additional units: 2000/31 × 3 = 193.55",
    ]


TERM = Period(date(2025, 4, 1), date(2026, 7, 1))
COMMITTED = {**HANDLED, "rate": "0.5", "year_minimum": {"volume": "3650"}}


def test_a_year_s_minimum_is_trued_up_in_its_last_month() -> None:
    prices = Prices(term=TERM)
    needed = [part.key for _, part in counts_needed([line(**COMMITTED)], MARCH, term=TERM)]

    assert needed == ["fee", "fee in the year from 2025-04-01"]
    assert charged(COMMITTED, {"fee": 60, needed[1]: 60 * 3000}, prices=prices) == [
        "fee: : 1 × 1/2 = 0.50",
        "fee (true-up): true-up of 2025-04-01 to 2026-03-31: 650 × 1/2 = 325.00",
    ]
    assert len(charged(COMMITTED, {"fee": 60, needed[1]: 60 * 3650}, prices=prices)) == 1
    april = month("2026-04")
    assert counts_needed([line(**COMMITTED)], april, term=TERM) == (
        (line(**COMMITTED), counts_needed([line(**COMMITTED)], april)[0][1]),
    )


def test_a_year_cut_short_commits_to_its_days_only() -> None:
    june = month("2026-06")
    found = charged(COMMITTED, {"fee": 0, "fee in the year from 2026-04-01": 0}, prices=Prices(term=TERM), period=june)

    assert found[1:] == ["fee (true-up): true-up of 2026-04-01 to 2026-06-30: 910 × 1/2 = 455.00"]


def test_a_true_up_is_invoiced_and_no_credit_is_counted_on_it() -> None:
    calendar_year = line(**{**COMMITTED, "year_minimum": {"volume": "100", "year": "calendar", "rate": "0.2"}})
    counts = {"fee": 600, "fee in the year from 2026-01-01": 600}
    charges = charges_of(month("2026-12"), [calendar_year], counts)

    assert (str(charges.base), str(charges.total)) == ("5.00", "23.00")
    assert charges.for_credits().amounts == (("fee", Decimal("5.00")),)
    with pytest.raises(KeyError, match="fee in the year from 2026-01-01"):
        charges_of(month("2026-12"), [calendar_year], {"fee": 600})


def test_a_contract_year_that_turns_inside_a_period_is_trued_up_in_it() -> None:
    term = Period(date(2025, 3, 11), date(2028, 3, 11))
    written = {**COMMITTED, "prorate": "none"}

    assert [part.key for _, part in counts_needed([line(**written)], MARCH, term=term)] == [
        "fee",
        "fee in the year from 2025-03-11",
    ]


def test_a_month_in_which_the_year_turns_and_the_term_ends_trues_up_both_years() -> None:
    term = Period(date(2025, 1, 15), date(2026, 2, 1))
    january = Period(date(2026, 1, 1), date(2026, 2, 1))
    counts = {"fee": 0, "fee in the year from 2025-01-15": 3600 * 60, "fee in the year from 2026-01-15": 0}

    assert [part.key for _, part in counts_needed([line(**COMMITTED)], january, term=term)] == [*counts]
    assert charged(COMMITTED, counts, prices=Prices(term=term), period=january)[1:] == [
        "fee (true-up): true-up of 2025-01-15 to 2026-01-14: 50 × 1/2 = 25.00",
        "fee (true-up): true-up of 2026-01-15 to 2026-01-31: 170 × 1/2 = 85.00",
    ]


@pytest.mark.parametrize("way", ["whole", "marginal"])
def test_a_volume_below_nothing_is_given_back_at_the_first_band(way: str) -> None:
    assert amount({**BANDED, "bands_apply": way}, volume=-4) == "-5.00"


CPI = {"cpi": PriceIndex.model_validate({"values": {"2025-01-01": "100", "2026-01-01": "106"}})}
INDEXED = {"indexation": {"index": "cpi", "from": "2026-01-01", "cap": "4%"}}


def test_prices_follow_the_index_and_other_readings_are_kept_to_compare() -> None:
    (charge,) = charges_of(
        MARCH, [line(**HANDLED, rate="0.5", **INDEXED)], {"fee": 600}, prices=Prices(indexes=CPI)
    ).lines

    assert str(charge.amount) == "5.20"
    assert [(str(other.rate), other.words) for other in charge.items[0].others] == [
        ("0.5", "without indexation"),
        ("0.5300", "indexed to 2026-01-01 beyond its bounds"),
    ]
    assert amount_with({"amount": "1000", **INDEXED}, Prices(indexes=CPI)) == "1040.00"
    assert amount_with({"amount": "1000", **INDEXED}, Prices(indexes=CPI), month("2025-12")) == "1000.00"


def amount_with(written: dict[str, Any], prices: Prices, period: Period = MARCH) -> str:
    return str(charges_of(period, [line(**written)], {}, prices=prices).total)


def test_a_line_in_another_currency_is_converted_and_rounded_once() -> None:
    rule = ExchangeRule.model_validate({"rule": "fixed", "rate": "0.0156"})
    prices = Prices("EUR", currencies={"PHP": rule})
    (charge,) = charges_of(MARCH, [line(**HANDLED, rate="20.05", currency="PHP")], {"fee": 200}, prices=prices).lines

    assert (str(charge.amount), charge.exchange_rate) == ("1.04", Decimal("0.0156"))
    assert charge.trace[-2:] == (
        Step("fee", "0.0156", "exchange rate of PHP"),
        Step("fee", "1.04", "half_up to 2 places"),
    )


@pytest.mark.parametrize(
    ("written", "prices", "sentence"),
    [
        ({"amount": "1", "currency": "PHP"}, Prices("EUR"), "the contract has no exchange rate for PHP"),
        ({"amount": "1", **INDEXED}, Prices(), "the contract has no index cpi"),
        (
            {"amount": "1", "indexation": {"index": "cpi", "from": "2026-02-01"}},
            Prices(indexes={"cpi": PriceIndex.model_validate({"values": {"2025-01-01": "100"}})}),
            "the index cpi has no value for the step of 2026-02-01",
        ),
    ],
)
def test_a_line_without_a_price_is_refused_by_name(written: dict[str, Any], prices: Prices, sentence: str) -> None:
    with pytest.raises(RateMissing, match=sentence) as refused:
        amount_with(written, prices)

    assert refused.value.line_id == "fee"


def test_items_share_a_line_s_amount_to_the_cent() -> None:
    thirds = {**BANDED, "bands": [{"up_to": "1", "rate": "0.333"}, {"up_to": "2", "rate": "0.333"}, {"rate": "0.334"}]}
    (charge,) = charges_of(MARCH, [line(**thirds)], {"fee": 3}).lines

    assert [str(item.amount) for item in charge.items] == ["0.33", "0.34", "0.33"]
    assert sum(item.amount for item in charge.items) == charge.amount == Decimal("1.00")
