"""Months settled without those that can't matter come out as they do with all of them, whatever the terms."""

import random
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.performance.service_credits import MeasuredPeriod, PeriodCharges, settle, settled_from
from remit.performance.service_levels import Ratio, Standard, judge
from remit.terms.contracts import Contract
from remit.terms.credit_terms import CreditTerms
from remit.terms.periods import add_months, month_of

LEVELS = ("SL1", "SL2")
TERM_STARTS = (date(2024, 1, 1), date(2024, 4, 1), date(2024, 3, 15))

often = st.sampled_from(["1 month", "2 of 3 months", "1 of 5 months"])
year_caps = st.one_of(
    st.none(),
    st.none(),
    st.builds(
        lambda year, rate: {"rate": rate, "of": "charges of the year", "year": year},
        st.sampled_from(["calendar", "contract", "last 12 months"]),
        st.sampled_from(["1%", "3%"]),
    ),
    st.builds(
        lambda year: {"rate": "10%", "of": "average month of the year before", "year": year},
        st.sampled_from(["calendar", "contract"]),
    ),
)
BANDS = [{"name": "minor", "below": "95%", "points": 1}, {"name": "severe", "below": "80%", "points": 3}]


@st.composite
def models(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to three credit models, those that look back among them."""
    every: list[dict[str, Any]] = [
        {"model": "pool", "pool": "200%", "allocation": {"SL1": "80%", "SL2": "33.33%"}},
        {"model": "pool", "pool": "200%", "allocation": {"SL1": "80%"}, "name": "again"},
        {"model": "flat", "levels": list(LEVELS), "each": "3.333%"},
        {
            "model": "point_steps", "points": {"SL1": 3, "SL2": 4}, "steps": {"3": "1%", "7": "5.55%"},
            "average_with_month_before": draw(st.booleans()),
            "charges_of": draw(st.sampled_from(["this month", "next month"])),
        },
        {
            "model": "event_count", "trips": {"SL1": {"at_or_below": "90%"}}, "when": draw(often), "rate": "6%",
            "starts_over": draw(st.sampled_from([False, False, True])),
        },
        {"model": "severity_points", "bands": {"SL1": BANDS}, "rate_per_point": "0.77%"},
    ]  # fmt: skip
    weights = st.sampled_from([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5])
    chosen = draw(st.lists(weights, min_size=1, max_size=3, unique=True))
    return [{**every[index], "year_cap": draw(year_caps)} for index in chosen]


earnbacks = st.one_of(
    st.none(),
    st.builds(
        lambda settled, after: {"settled": settled, "after": after, "only_above_minimum": False},
        st.sampled_from(["monthly", "year_end"]),
        st.integers(1, 3),
    ),
    st.just({"when": "average", "only_above_minimum": False}),
)
multipliers = st.sampled_from([None, None, None, {"consecutive_months": {"2": "1.5"}, "then_each": "0.3"}])
triggers = st.one_of(
    st.just([]),
    st.builds(
        lambda when, counts: [{"when": when, "counts": counts}],
        st.sampled_from(["2 of 3 months", "2 of 4 months"]),
        st.sampled_from(["defaults", "misses"]),
    ),
)


@st.composite
def credits_written(draw: st.DrawFn) -> CreditTerms:
    """Credit terms with any of the words that look back, and often with none."""
    return CreditTerms.model_validate({
        "at_risk": "12%",
        "may_exceed_at_risk": draw(st.booleans()),
        "schemes": draw(models()),
        "defaults": {"below_minimum": draw(often), "below_expected": draw(st.one_of(st.none(), often))},
        "year_cap": draw(year_caps),
        "earnback": draw(earnbacks),
        "multiplier": draw(multipliers),
        "termination": draw(triggers),
    })  # fmt: skip


def contract_of(terms: CreditTerms, *, term_starts_on: date) -> Contract:
    level = {"name": "answered", "measure": {"is": "volume", "of": "cases"}, "expected": "1"}
    bare = Contract.model_validate({
        "remit": 1,
        "contract": {"id": "C-1", "client": "Northwind", "provider": "Acme"},
        "term": {"from": f"{term_starts_on}", "to": "2030-12-31"},
        "time_zone": "UTC",
        "currency": "EUR",
        "service_levels": dict.fromkeys(LEVELS, level),
    })  # fmt: skip
    return bare.model_copy(update={"credits": terms})


def history_of(seed: int, *, starts_on: date) -> list[MeasuredPeriod]:
    """Two and a half years of two levels that miss and meet, some months not measured, charges going up and down."""
    found, chance = [], random.Random(seed)
    for index in range(30):
        period = month_of(add_months(starts_on, index))
        met = {name: chance.choice([None, 70, 85, 92, 99, 99]) for name in LEVELS}
        ratios = {name: Ratio(0, 0, 0) if value is None else Ratio(value, 100, 100) for name, value in met.items()}
        attainments = tuple(
            judge(Standard(name, Decimal("0.95"), Decimal("0.90")), ratio, window=period)
            for name, ratio in ratios.items()
        )
        base = Decimal(chance.choice([10_000, 50_000, 400_000]))
        found.append(MeasuredPeriod(period, attainments, PeriodCharges(base, base * 2)))
    return found


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_month_settled_from_where_its_terms_look_back_to_is_the_month_settled_from_the_first(
    data: st.DataObject,
) -> None:
    term_starts_on = data.draw(st.sampled_from(TERM_STARTS))
    versions = [data.draw(credits_written()) for _ in range(data.draw(st.sampled_from([1, 1, 2])))]
    history = history_of(data.draw(st.integers(0, 10**6)), starts_on=term_starts_on)
    amended_at = data.draw(st.integers(1, 28)) if len(versions) > 1 else 0
    in_force = {one.period: versions[-1 if index >= amended_at else 0] for index, one in enumerate(history)}
    contracts = [contract_of(terms, term_starts_on=term_starts_on) for terms in versions]
    first = data.draw(st.integers(0, 29))
    asked = history[first : first + data.draw(st.integers(1, 3))]

    start = settled_from(contracts, asked[0].period, asked[-1].period, term_starts_on=term_starts_on)
    needed = [one for one in history if start is None or one.period >= start]
    whole = settle(in_force, history, currency="EUR", term_starts_on=term_starts_on)
    alone = settle(in_force, needed, currency="EUR", term_starts_on=term_starts_on)

    by_month = dict(zip([one.period for one in needed], alone, strict=True))
    assert [by_month[one.period] for one in asked] == list(whole[first : first + len(asked)])


@settings(max_examples=60, deadline=None)
@given(credits_written(), st.integers(0, 29))
def test_terms_that_look_back_further_in_one_version_never_need_fewer_months(terms: CreditTerms, index: int) -> None:
    contract = contract_of(terms, term_starts_on=TERM_STARTS[0])
    plain = replace_credits(contract, CreditTerms.model_validate({"schemes": [_FLAT]}))
    month = month_of(add_months(TERM_STARTS[0], index))

    alone = settled_from([contract], month, month, term_starts_on=TERM_STARTS[0])

    assert settled_from([plain, contract], month, month, term_starts_on=TERM_STARTS[0]) == alone


_FLAT = {"model": "flat", "levels": ["SL1"], "each": "1%"}


def replace_credits(contract: Contract, terms: CreditTerms) -> Contract:
    return contract.model_copy(update={"credits": terms})
