"""From which month on a contract must be judged, by what its terms say."""

from datetime import date
from typing import Any

import pytest

from remit.performance.service_credits import judged_from, settled_from
from remit.terms.contracts import Contract
from remit.terms.periods import month_of

POOL = {"model": "pool", "allocation": {"SL1": "50%"}}
FLAT = {"model": "flat", "levels": ["SL1"], "each": "1%"}
POINTS = {"model": "point_steps", "points": {"SL1": 3}, "steps": {"3": "1%"}}
EVENTS = {"model": "event_count", "trips": {"SL1": {"at_or_below": "90%"}}, "rate": "6%"}
SEVERITY = {
    "model": "severity_points",
    "bands": {"SL1": [{"name": "minor", "below": "95%", "points": 1}]},
    "rate_per_point": "1%",
}


def contract(credit_terms: dict[str, Any] | None, *, low_volume: dict[str, Any] | None = None) -> Contract:
    """A contract of two levels from April 2024 on; SL2 is what `low_volume` is about."""
    measure = {"is": "volume", "of": "cases"}
    second = {"name": "two", "measure": measure, "expected": "1"} | ({"low_volume": low_volume} if low_volume else {})
    return Contract.model_validate({
        "remit": 1,
        "contract": {"id": "C-1", "client": "Northwind", "provider": "Acme"},
        "term": {"from": "2024-04-01", "to": "2028-03-31"},
        "time_zone": "UTC",
        "currency": "EUR",
        "service_levels": {"SL1": {"name": "one", "measure": measure, "expected": "1"}, "SL2": second},
        "credits": None if credit_terms is None else {"at_risk": "12%", **credit_terms},
    })  # fmt: skip


def settled(credit_terms: dict[str, Any] | None, month: str = "2026-03", **others: Any) -> str:
    asked = month_of(date.fromisoformat(f"{month}-01"))
    term_starts_on = date(2024, 4, 1)
    found = settled_from([contract(credit_terms, **others)], asked, asked, term_starts_on=term_starts_on)
    return "the first" if found is None else found.label


def year_cap(**words: str) -> dict[str, Any]:
    return {"schemes": [FLAT], "year_cap": {"rate": "10%", **words}}


@pytest.mark.parametrize(
    ("credit_terms", "first"),
    [
        (None, "2026-03"),
        ({"schemes": [FLAT]}, "2026-03"),
        ({"schemes": [POOL], "defaults": {"below_minimum": "1 month"}}, "2026-03"),
        ({"schemes": [POOL], "defaults": {"below_expected": "3 of 6 months"}}, "2025-10"),
        ({"schemes": [{**EVENTS, "when": "3 of 6 months"}]}, "2025-10"),
        ({"schemes": [{**EVENTS, "when": "3 of 6 months", "starts_over": True}]}, "the first"),
        ({"schemes": [{**POINTS, "charges_of": "this month"}]}, "2026-03"),
        ({"schemes": [{**POINTS, "charges_of": "this month", "average_with_month_before": True}]}, "2026-02"),
        ({"schemes": [{**POINTS, "charges_of": "next month"}]}, "2026-02"),
        ({"schemes": [{**POINTS, "charges_of": "next month", "average_with_month_before": True}]}, "2026-01"),
        ({"schemes": [SEVERITY]}, "the first"),
        ({"schemes": [FLAT], "multiplier": {"consecutive_months": {"2": "2"}}}, "the first"),
        ({"schemes": [FLAT], "termination": [{"when": "4 of 12 months"}]}, "2025-04"),
        (year_cap(year="contract"), "2025-04"),
        (year_cap(year="calendar"), "2026-01"),
        (year_cap(year="last 12 months"), "the first"),
        (year_cap(year="calendar", of="average month of the year before"), "2025-01"),
        ({"schemes": [{**FLAT, "year_cap": {"rate": "10%", "year": "contract"}}]}, "2025-04"),
        ({"schemes": [FLAT], "earnback": {"settled": "monthly"}}, "2025-04"),
        ({"schemes": [FLAT], "earnback": {"settled": "year_end"}}, "2025-04"),
        ({"schemes": [FLAT], "earnback": {"settled": "monthly", "when": "average"}}, "2025-04"),
        ({"schemes": [FLAT], "ratchet": {"every": "12 months"}}, "the first"),
        ({"schemes": [FLAT], "ratchet": {"every": "36 months"}}, "2026-03"),
    ],
)
def test_the_first_month_judged_follows_from_the_terms(credit_terms: dict[str, Any] | None, first: str) -> None:
    assert settled(credit_terms) == first


def test_an_earn_back_of_the_years_end_looks_back_only_there() -> None:
    at_year_end = {"schemes": [FLAT], "earnback": {"settled": "year_end"}}
    assert settled(at_year_end, "2026-02") == "2026-02"


def test_years_that_begin_apart_lead_back_to_the_first_year_of_the_term() -> None:
    both = {
        "schemes": [{**FLAT, "year_cap": {"rate": "10%", "year": "contract"}}],
        "year_cap": {"rate": "10%", "year": "calendar"},
    }
    assert settled(both) == "2024-04"


def test_samples_carried_on_look_back_to_the_first_month_and_those_left_alone_do_not() -> None:
    assert settled(None, low_volume={"below": 20, "then": "accumulate"}) == "the first"
    assert settled(None, low_volume={"below": 20, "then": "not_measured"}) == "2026-03"


def test_a_level_looks_back_by_its_own_terms_alone() -> None:
    march = month_of(date(2026, 3, 1))
    terms = [contract({"schemes": [FLAT], "ratchet": {"every": "12 months", "levels": ["SL1"]}})]

    def first(level_id: str) -> object:
        return judged_from(terms, [level_id], march, march, term_starts_on=date(2024, 4, 1))

    assert (first("SL1"), first("SL2"), first("SL9")) == (None, march, march)
