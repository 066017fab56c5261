"""Savings against the business case: worked by hand, each driver alone, and parts that always add up."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.finance.benefits import ActualMonth, BenefitMonth, Driver, benefits_in
from remit.finance.charges import charges_of
from remit.finance.pricing import Prices
from remit.terms.business_cases import BusinessCase
from remit.terms.price_changes import ExchangeRule
from tests.lib.business_cases import case_document
from tests.lib.credit_tables import month
from tests.lib.rate_cards import contract

JANUARY = month("2026-01")


def told(
    *,
    lines: list[dict[str, Any]] | None = None,
    units: dict[str, int] | None = None,
    work: Fraction | int = 100,
    adjusted: str = "0",
    retained: str = "50",
    transition: str = "20",
    index: Fraction | int = 1,
    **changed: Any,
) -> BenefitMonth:
    """January by the case, as planned save for what is given."""
    case = BusinessCase.model_validate(case_document(**changed))
    plan = case.month(JANUARY)
    assert plan is not None
    terms = contract(lines or [{"id": "claims", "basis": "transaction", "rate": "2"}])
    prices = replace(Prices.of(terms), currencies={"PHP": ExchangeRule.model_validate({"rate": "0.02"})})
    charges = charges_of(JANUARY, terms.charges, {"claims": 200} if units is None else units, prices=prices)
    volumes = {"claims": Fraction(work)}
    money = (Decimal(adjusted), Decimal(retained), Decimal(transition))
    return benefits_in(case, plan, ActualMonth(JANUARY, volumes, charges, *money, Fraction(index)))


def parts(month: BenefitMonth) -> dict[str, str]:
    return {driver.value: str(month.part(driver)) for driver in Driver if month.part(driver)}


def test_a_month_as_planned_has_no_variance() -> None:
    january = told()

    assert (str(january.planned), str(january.realised), january.effects) == ("530.00", "530.00", ())


def test_the_worked_example_is_split_as_by_hand() -> None:
    """1,000 − 400 − 50 − 20 was planned, and 1,200 − 900 + 30 − 60 − 35 came: 120 × 2.5 × 3 for 100 × 2 × 2.

    Over the six orders volume costs 20 × (4/3 + 11/6 + 7.5/3) = 113.33 and brings 200, productivity costs
    0.5 × (200/3 + 540/6 + 360/3) = 138.33, and the rate 200/3 + 490/6 + 300/3 = 248.33, less the credit of 30.
    """
    lines = [{"id": "claims", "basis": "transaction", "rate": "3"}]
    january = told(lines=lines, units={"claims": 300}, work=120, adjusted="-30", retained="60", transition="35")

    assert (str(january.baseline), str(january.cost)) == ("1200.00", "965.00")
    assert (str(january.planned), str(january.realised), str(january.variance)) == ("530.00", "235.00", "-295.00")
    assert parts(january) == {
        "rate": "-218.33",
        "volume": "86.67",
        "productivity": "-138.34",
        "transition": "-15.00",
        "retained organisation": "-10.00",
    }


@pytest.mark.parametrize(
    ("moved", "driver", "amount"),
    [
        ({"units": {"claims": 220}, "work": 110}, "volume", "60.00"),
        ({"units": {"claims": 250}}, "productivity", "-100.00"),
        ({"lines": [{"id": "claims", "basis": "transaction", "rate": "2.5"}]}, "rate", "-100.00"),
        ({"adjusted": "-12.5"}, "rate", "12.50"),
        ({"index": Fraction(11, 10)}, "rate", "100.00"),
        ({"retained": "80"}, "retained organisation", "-30.00"),
        ({"transition": "0"}, "transition", "20.00"),
        (
            {
                "lines": [{"id": "claims", "basis": "transaction", "rate": "100", "currency": "PHP"}],
                "charges": {"claims": {"units_each": "2", "rate": "100", "currency": "PHP", "exchange_rate": "0.018"}},
            },
            "currency",
            "-40.00",
        ),
        ({"work": 0, "units": {"claims": 0}}, "volume", "-600.00"),
    ],
)
def test_where_one_thing_moves_all_of_the_variance_is_its(moved: dict[str, Any], driver: str, amount: str) -> None:
    assert parts(told(**moved)) == {driver: amount}


def test_a_line_the_case_does_not_have_is_told_by_its_name_as_rate() -> None:
    lines = [{"id": "claims", "basis": "transaction", "rate": "2"}, {"id": "tools", "amount": "75"}]
    (effect,) = told(lines=lines).effects

    assert (effect.item, effect.driver, str(effect.amount)) == ("tools (not in the case)", Driver.RATE, "-75.00")


def test_another_mix_of_dear_and_cheap_work_is_no_saving() -> None:
    """Ten dear units become ten cheap ones: as many units as planned, and 90 less than they would have cost before."""
    baseline = {
        "dear": {"name": "Dear", "unit_cost": "10", "volume": {"of": "transactions"}},
        "cheap": {"name": "Cheap", "unit_cost": "1", "volume": {"of": "transactions"}},
    }
    case = BusinessCase.model_validate(
        case_document(baseline=baseline, charges={}, months={"2026-01": {"volume": {"dear": "50", "cheap": "50"}}})
    )
    plan = case.month(JANUARY)
    assert plan is not None
    charges = charges_of(JANUARY, (), {})
    volumes = {"dear": Fraction(40), "cheap": Fraction(60)}
    january = benefits_in(case, plan, ActualMonth(JANUARY, volumes, charges, Decimal(0), Decimal(50), Decimal(0)))

    assert parts(january) == {"volume": "-90.00"}


_amounts = st.decimals(min_value=-5000, max_value=5000, places=2)
_costs = st.decimals(min_value=0, max_value=5000, places=2)


@given(
    rate=st.decimals(min_value=0, max_value=99, places=3),
    units=st.integers(0, 10_000),
    work=st.fractions(min_value=0, max_value=10_000, max_denominator=60),
    index=st.fractions(min_value=Fraction(1, 2), max_value=2, max_denominator=97),
    exchange_rate=st.decimals(min_value="0.0001", max_value=3, places=4),
    adjusted=_amounts,
    retained=_costs,
    transition=_costs,
    fee=_costs,
)
def test_the_parts_always_add_up_to_the_cent(
    *,
    rate: Decimal,
    units: int,
    work: Fraction,
    index: Fraction,
    exchange_rate: Decimal,
    adjusted: Decimal,
    retained: Decimal,
    transition: Decimal,
    fee: Decimal,
) -> None:
    lines: list[dict[str, Any]] = [
        {"id": "claims", "basis": "transaction", "rate": str(rate), "currency": "PHP"},
        {"id": "fee", "amount": str(fee)},
    ]
    planned = {"units_each": "2", "rate": "100", "currency": "PHP", "exchange_rate": str(exchange_rate)}
    january = told(
        lines=lines,
        units={"claims": units},
        work=work,
        index=index,
        adjusted=str(adjusted),
        retained=str(retained),
        transition=str(transition),
        charges={"claims": planned, "fee": {"amount": "900"}},
    )

    assert sum((january.part(driver) for driver in Driver), Decimal(0)) == january.variance
    assert sum((one.amount for one in january.effects), Decimal(0)) == january.realised - january.planned
    assert abs(january.realised - (january.baseline - january.cost)) <= Decimal("0.01")
