"""The ratchet: expected levels move up with the best months, by limited steps, and never down."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from remit.performance.service_credits import ratchet_is_due, ratcheted_expected
from remit.terms.credit_terms import Ratchet
from remit.terms.notation import read_rate
from tests.lib.credit_tables import month


def ratchet(**written: Any) -> Ratchet:
    return Ratchet.model_validate({"best": 2, "of": 4, **written})


def values(text: str) -> list[Decimal | None]:
    return [None if word == "-" else read_rate(word) for word in text.split()]


@pytest.mark.parametrize(
    ("months", "terms", "expected"),
    [
        ("96% 98% 97% 99%", {}, "0.9850"),
        ("99.9% 96% 98% 97% 99%", {}, "0.9850"),
        ("96% 98% 97% 99%", {"gap_limit": "10%"}, "0.9550"),
        ("96% 98% 97% 99%", {"step_limit": "1%"}, "0.9600"),
        ("96% 98% 97% 99%", {"step_limit": "1%", "gap_limit": "10%"}, "0.9550"),
        ("95.001% 95.011% 90% -", {}, "0.95"),
        ("90% 91% 92% 93%", {}, "0.95"),
        ("99% - - -", {}, "0.95"),
        ("- 99% - 97%", {}, "0.9800"),
    ],
)
def test_expected_becomes_the_mean_of_the_best_months_within_its_limits(
    months: str, terms: dict[str, str], expected: str
) -> None:
    assert str(ratcheted_expected(ratchet(**terms), values(months), expected=Decimal("0.95")).expected) == expected


def test_an_at_most_level_moves_down_and_its_gap_is_the_way_to_zero() -> None:
    moved = ratcheted_expected(ratchet(gap_limit="10%"), values("4% 2% 9% 3%"), expected=Decimal("0.05"), at_most=True)

    assert moved.expected == Decimal("0.0450")
    worse = ratcheted_expected(ratchet(), values("8% 7%"), expected=Decimal("0.05"), at_most=True)
    assert worse.expected == Decimal("0.05")


@pytest.mark.parametrize(("moves", "minimum"), [("true", "0.9350"), ("false", "0.90")])
def test_the_minimum_moves_by_the_same_step_where_the_contract_says_so(moves: str, minimum: str) -> None:
    moved = ratcheted_expected(
        ratchet(minimum_moves=moves), values("96% 98% 97% 99%"), expected=Decimal("0.95"), minimum=Decimal("0.90")
    )

    assert str(moved.minimum) == minimum
    assert moved.reason == "moves by 0.0350: the mean of the best 2 of the last 4 months"


def test_a_level_that_stays_says_why() -> None:
    few = ratcheted_expected(ratchet(minimum_moves="true"), values("99%"), expected=Decimal("0.95"))

    assert (few.reason, few.minimum) == ("stays: 1 months measured, 2 needed", None)
    assert ratcheted_expected(ratchet(), values("90% 91%"), expected=Decimal("0.95")).reason.startswith(
        "stays: the best"
    )


def test_a_step_is_due_every_twelve_months_of_the_term_and_not_at_its_start() -> None:
    yearly, half_yearly = ratchet(), ratchet(every="6 months")
    starts = {"term_starts_on": date(2026, 4, 1)}

    assert not ratchet_is_due(yearly, month("2026-04"), **starts)
    assert ratchet_is_due(yearly, month("2027-04"), **starts)
    assert not ratchet_is_due(yearly, month("2026-10"), **starts)
    assert ratchet_is_due(half_yearly, month("2026-10"), **starts)
    assert not ratchet_is_due(half_yearly, month("2025-10"), **starts)
    for every in (yearly, half_yearly):
        inside = [
            ratchet_is_due(every, month(f"2027-{number:02}"), term_starts_on=date(2026, 4, 15)) for number in (4, 5, 6)
        ]
        assert inside == [False, True, False], "a step inside a month takes effect with the next"
