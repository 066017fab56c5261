"""Charges: fixed amounts by their days, volumes at rates and in bands, pass-through."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from remit.finance.charges import charges_of, volume_lines
from remit.performance.service_credits import PeriodCharges, Step
from remit.terms.periods import Period
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

    assert [one.id for one in volume_lines([line(**MINUTES), ended, line(id="flat", amount="1")], MARCH)] == ["fee"]
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
