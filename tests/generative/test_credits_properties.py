"""What holds for every contract and every history: caps, sums, no data, order of values."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.performance.service_credits import LineKind, MeasuredPeriod, PeriodCharges, ratcheted_expected, settle
from remit.performance.service_credits.pricing import apportioned
from remit.performance.service_levels import Attainment, Ratio, Standard, Standing, judge, wilson_interval
from remit.terms.credit_terms import CreditTerms, Ratchet
from remit.terms.periods import Period, add_months, month_of
from tests.lib.credit_tables import month

LEVELS = ("SL1", "SL2", "SL3")
FIRST = month("2026-01")

rates = st.integers(0, 3000).map(lambda hundredths: f"{hundredths / 100}%")
caps = st.one_of(st.none(), rates.map(lambda rate: {"rate": rate}), st.integers(0, 20_000).map(lambda a: {"amount": a}))
bands = [{"name": "minor", "below": "95%", "points": 1}, {"name": "severe", "below": "80%", "points": 3}]
tiers = [{"below": "95%", "rate": "1%"}, {"below": "80%", "rate": "7.77%"}]
models: list[dict[str, Any]] = [
    {"model": "pool", "pool": "300%", "allocation": {"SL1": "80%", "SL2": "33.33%", "SL3": "150%"}},
    {"model": "categories", "categories": {"a": {"pool": "60%", "allocation": {"SL1": "40%", "SL2": "60%"}}}},
    {"model": "weights", "weights": {"SL1": "33.3%", "SL2": "66.7%"}, "at_risk": {"amount": "7777.77"}},
    {"model": "point_steps", "points": {"SL1": 3, "SL2": 4, "SL3": 7}, "steps": {"3": "1%", "8": "5.55%"}},
    {"model": "severity_points", "bands": {"SL1": bands, "SL3": bands}, "rate_per_point": "0.77%"},
    {"model": "linear", "levels": ["SL1", "SL2"]},
    {"model": "flat", "levels": list(LEVELS), "each": "3.333%"},
    {"model": "tiers", "tiers": {"SL1": tiers, "SL2": tiers}},
    {"model": "event_count", "trips": {"SL1": {"at_or_below": "90%"}}, "when": "2 of 4 months", "rate": "6%"},
]
schemes = st.lists(st.sampled_from(models), min_size=1, unique_by=lambda model: model["model"])
earnbacks = st.one_of(
    st.none(),
    st.builds(
        lambda after, settled, returns, above: {
            "after": after, "settled": settled, "returns": returns, "only_above_minimum": above,
        },
        st.integers(1, 3),
        st.sampled_from(["monthly", "year_end"]),
        st.sampled_from(["100%", "33.3%"]),
        st.booleans(),
    ),
    st.just({"when": "average", "only_above_minimum": "false"}),
)  # fmt: skip


@st.composite
def contracts(draw: st.DrawFn) -> CreditTerms:
    """Credit terms of any models, with any caps and rules around them."""
    chosen = [{**model, "month_cap": draw(caps), "year_cap": draw(caps)} for model in draw(schemes)]
    return CreditTerms.model_validate({
        "at_risk": draw(st.sampled_from(["12%", "3.7%"])),
        "schemes": chosen,
        "month_cap": draw(caps),
        "year_cap": draw(caps),
        "may_exceed_at_risk": draw(st.booleans()),
        "each_window": draw(st.booleans()),
        "defaults": {"below_minimum": "1 month", "below_expected": draw(st.sampled_from([None, "2 of 3 months"]))},
        "below_expected_factor": "50%",
        "multiplier": draw(st.sampled_from([None, {"consecutive_months": {"2": "1.5"}, "then_each": "0.3"}])),
        "same_incident": draw(st.sampled_from([[], [{"levels": ["SL1", "SL2"]}]])),
        "earnback": draw(earnbacks),
        "rounding": {"places": draw(st.sampled_from([0, 2])), "mode": draw(st.sampled_from(["half_up", "up", "down"]))},
    })  # fmt: skip


def attained(level: str, met: int, total: int, period: Period) -> Attainment:
    return judge(Standard(level, Decimal("0.95"), Decimal("0.90")), Ratio(met, total, total), window=period)


@st.composite
def histories(draw: st.DrawFn) -> list[MeasuredPeriod]:
    """Up to fifteen months of three levels, some not measured, some in several windows."""
    found = []
    for index in range(draw(st.integers(1, 15))):
        period = month_of(add_months(FIRST.start_on, index))
        attainments = []
        for level in LEVELS:
            for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2]))):
                total = draw(st.sampled_from([0, 100, 100, 37]))
                attainments.append(attained(level, draw(st.integers(total * 7 // 10, total)), total, period))
        base = Decimal(draw(st.integers(0, 10_000_000))) / 100
        found.append(MeasuredPeriod(period, tuple(attainments), PeriodCharges(base, base * 2)))
    return found


@settings(max_examples=60, deadline=None)
@given(contracts(), histories())
def test_the_lines_add_up_to_the_credit_and_credits_never_pass_their_caps(
    terms: CreditTerms, periods: list[MeasuredPeriod]
) -> None:
    statements = settle({one.period: terms for one in periods}, periods, currency="USD")

    given_by_year: dict[int, Decimal] = {}
    for measured, statement in zip(periods, statements, strict=True):
        assert sum((line.amount for line in statement.lines), Decimal(0)) == statement.credit
        given_lines = [line for line in statement.lines if line.kind is LineKind.CREDIT]
        total = sum((line.amount for line in given_lines), Decimal(0))
        assert all(0 <= line.amount <= (line.uncapped or 0) for line in given_lines)
        assert total <= statement.gross
        assert (statement.capped_by is None) == (total == statement.gross)
        if terms.cap is not None:
            assert total <= _cap_amount(terms, measured)
        year = measured.period.start_on.year
        given_by_year[year] = given_by_year.get(year, Decimal(0)) + total
        if terms.year_cap is not None and terms.year_cap.amount is not None:
            assert given_by_year[year] <= terms.year_cap.amount


def _cap_amount(terms: CreditTerms, measured: MeasuredPeriod) -> Decimal:
    cap = terms.cap
    assert cap is not None
    if cap.amount is not None:
        return cap.amount
    assert cap.rate is not None
    at_risk = terms.at_risk.rate if terms.at_risk is not None and cap.of == "at_risk" else Decimal(1)
    assert at_risk is not None
    return cap.rate * at_risk * measured.charges.base


@settings(max_examples=40, deadline=None)
@given(contracts(), histories())
def test_what_is_earned_back_never_exceeds_what_was_credited_in_its_year(
    terms: CreditTerms, periods: list[MeasuredPeriod]
) -> None:
    statements = settle({one.period: terms for one in periods}, periods, currency="USD")

    balance: dict[tuple[int, str], Decimal] = {}
    for measured, statement in zip(periods, statements, strict=True):
        for line in statement.lines:
            key = (measured.period.start_on.year, line.service_level)
            balance[key] = balance.get(key, Decimal(0)) + line.amount
    assert all(amount >= 0 for amount in balance.values())


@settings(max_examples=40, deadline=None)
@given(contracts(), histories())
def test_a_level_without_data_is_never_credited_in_that_month(
    terms: CreditTerms, periods: list[MeasuredPeriod]
) -> None:
    blank = [replace(one, attainments=tuple(_emptied(each) for each in one.attainments)) for one in periods]

    statements = settle({one.period: terms for one in blank}, blank, currency="USD")

    assert all(statement.credit == 0 and statement.lines == () for statement in statements)


def _emptied(attainment: Attainment) -> Attainment:
    return attained(attainment.service_level, 0, 0, attainment.window)


@settings(max_examples=40, deadline=None)
@given(contracts(), histories())
def test_settling_the_first_months_alone_gives_the_same_statements(
    terms: CreditTerms, periods: list[MeasuredPeriod]
) -> None:
    in_force = {one.period: terms for one in periods}
    some = len(periods) // 2

    whole = settle(in_force, periods, currency="USD")

    assert settle(in_force, periods[:some], currency="USD") == whole[:some]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(models), st.lists(st.integers(60, 100), min_size=3, max_size=3), st.integers(0, 2))
def test_a_worse_month_never_costs_less(model: dict[str, Any], percents: list[int], which: int) -> None:
    terms = CreditTerms.model_validate({"at_risk": "12%", "schemes": [{**model, **_now(model)}]})
    worse = [percent - (10 if index == which else 0) for index, percent in enumerate(percents)]

    assert _credit(terms, worse) >= _credit(terms, percents)


def _now(model: dict[str, Any]) -> dict[str, str]:
    return {"charges_of": "this month"} if model["model"] == "point_steps" else {}


def _credit(terms: CreditTerms, percents: list[int]) -> Decimal:
    attainments = tuple(attained(name, met, 100, FIRST) for name, met in zip(LEVELS, percents, strict=True))
    measured = MeasuredPeriod(FIRST, attainments, PeriodCharges(Decimal(100_000), Decimal(100_000)))
    return settle({FIRST: terms}, [measured], currency="USD")[0].credit


@given(st.lists(st.integers(0, 1000), min_size=1).filter(any), st.integers(0, 5000))
def test_shares_add_up_and_none_is_a_whole_step_off(weights: list[int], total: int) -> None:
    shares = apportioned(weights, total)

    assert sum(shares) == total
    for weight, share in zip(weights, shares, strict=True):
        assert abs(share - Fraction(weight * total, sum(weights))) < 1


@given(st.integers(1, 5000), st.data())
def test_the_interval_contains_the_share_and_narrows_with_more_records(total: int, data: st.DataObject) -> None:
    met = data.draw(st.integers(0, total))

    low, high = wilson_interval(met, total)
    narrow_low, narrow_high = wilson_interval(met * 10, total * 10)

    assert 0 <= low <= Fraction(met, total) + Fraction(1, 10**6)
    assert Fraction(met, total) - Fraction(1, 10**6) <= high <= 1
    assert narrow_high - narrow_low < high - low


@given(met=st.integers(0, 10_000), total=st.integers(1, 10_000), at_most=st.booleans())
def test_judging_agrees_with_whole_number_arithmetic(met: int, total: int, *, at_most: bool) -> None:
    standard = Standard("SL1", Decimal("0.5"), at_most=at_most, is_proportion=False)

    standing = judge(standard, Ratio(met, total, total), window=FIRST).standing

    assert (standing is Standing.MET) == (2 * met <= total if at_most else 2 * met >= total)


@given(values=st.lists(st.one_of(st.none(), st.fractions(0, 1)), max_size=15), at_most=st.booleans())
def test_the_ratchet_never_makes_a_level_easier_and_keeps_its_limits(
    values: list[Fraction | None], *, at_most: bool
) -> None:
    ratchet = Ratchet.model_validate({"best": 3, "gap_limit": "10%", "step_limit": "2%"})
    expected = Decimal("0.9")

    moved = ratcheted_expected(ratchet, values, expected=expected, at_most=at_most).expected

    step = (expected - moved) if at_most else (moved - expected)
    assert 0 <= step <= (Decimal("0.02") if at_most else Decimal("0.01"))
