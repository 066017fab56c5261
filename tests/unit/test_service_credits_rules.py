"""The rules around the credit models: one incident, several windows, caps, bonuses, rights, amendments."""

from datetime import date
from decimal import Decimal

import pytest

from remit.performance.service_credits import (
    CreditLine,
    LineKind,
    MeasuredPeriod,
    PeriodCharges,
    Step,
    settle,
)
from remit.performance.service_credits.wording import verdict
from remit.performance.service_levels import LowVolume, MinimumSample, Ratio, Standard, judge
from remit.terms.periods import Period
from tests.lib.credit_tables import attained, credit_terms, credits_of, history, month, settled

FLAT = {"model": "flat", "levels": ["SL1", "SL2"], "each": "3%"}
POOL = {"model": "pool", "pool": "200%", "allocation": {"SL1": "60%", "SL2": "50%"}}
BOTH_MISSED = "month | SL1 | SL2\n2026-01 | 89% | 80%"


def test_nothing_settled_gives_no_statement() -> None:
    assert settle({}, [], currency="EUR") == ()


def test_a_gap_between_periods_is_refused_since_it_would_pass_for_months_running() -> None:
    periods = history("month | SL1\n2026-01 | 94%\n2026-03 | 94%")

    with pytest.raises(ValueError, match="2026-01 is followed by 2026-03"):
        settle({}, periods, currency="EUR")


def test_a_month_without_credit_terms_has_a_statement_without_credits() -> None:
    periods = history("month | charges | invoice | SL1\n2026-01 | 90 | 100 | 80%\n2026-02 | 90 | 100 | 80%")
    terms = credit_terms(schemes=[FLAT], multiplier={"consecutive_months": {"2": "2"}})

    before, after = settle({periods[1].period: terms}, periods, currency="EUR")

    assert (str(before.credit), before.lines, str(before.invoice)) == ("0", (), "100")
    assert before.notes == ("no credit terms are in force",)
    assert str(after.credit) == "2.70"


def test_a_line_keeps_its_trace_its_clause_and_what_it_was_before_the_cap() -> None:
    terms = credit_terms(schemes=[{**FLAT, "levels": "SL1", "clause": "Sch. C 4", "month_cap": {"amount": "1000"}}])

    (line,) = settled(terms, BOTH_MISSED)[0].lines

    assert line == CreditLine(
        service_level="SL1",
        amount=Decimal("1000.00"),
        reason=(
            "SL1 was 89.00 % in 2026-01, below its minimum 90 %: each failure 3 % × charges 100,000.00 = 3,000.00, "
            "capped at 1,000.00 (the month's cap) (Sch. C 4)"
        ),
        trace=(
            Step("SL1", "0.89", "89000/100000 in 2026-01, as rounded"),
            Step("each failure", "3 %", "contract"),
            Step("charges", "100000", "charges of 2026-01"),
            Step("cap", "1,000.00", "the month's cap"),
            Step("amount", "1,000.00", "Sch. C 4"),
        ),
        clause="Sch. C 4",
        kind=LineKind.CREDIT,
        uncapped=Decimal("3000.00"),
    )


@pytest.mark.parametrize(
    ("incident", "amounts"),
    [
        ({"credit": "largest"}, ["6000.00", "0.00"]),
        ({"credit": "picked", "picked": "SL2"}, ["0.00", "5000.00"]),
        ({"credit": "all"}, ["6000.00", "5000.00"]),
    ],
)
def test_of_one_incidents_credits_the_agreed_one_counts(incident: dict[str, str], amounts: list[str]) -> None:
    terms = credit_terms(
        at_risk="10%",
        may_exceed_at_risk="true",
        schemes=[POOL],
        same_incident=[{"levels": ["SL1", "SL2"], "clause": "C 5", **incident}],
    )

    statement = settled(terms, BOTH_MISSED)[0]

    assert [str(line.amount) for line in statement.lines] == amounts
    assert statement.credit == statement.gross


def test_a_model_without_a_clause_cites_the_one_around_all_models() -> None:
    terms = credit_terms(schemes=[{**FLAT, "levels": "SL1"}], clause="Sch. C")

    (line,) = settled(terms, BOTH_MISSED)[0].lines

    assert line.clause == "Sch. C"
    assert line.reason.endswith("(Sch. C)")


def test_a_pick_without_a_credit_leaves_the_largest_of_the_others() -> None:
    levels = ["SL1", "SL2", "SL3"]
    terms = credit_terms(
        at_risk="10%",
        schemes=[{**POOL, "allocation": {"SL1": "50%", "SL2": "60%", "SL3": "70%"}}],
        same_incident=[{"levels": levels, "credit": "picked", "picked": "SL3"}],
    )

    statement = settled(terms, "month | SL1 | SL2 | SL3\n2026-01 | 80% | 80% | 99%")[0]

    assert [(line.service_level, str(line.amount)) for line in statement.lines] == [("SL1", "0.00"), ("SL2", "6000.00")]
    assert statement.lines[0].reason.endswith("not credited: of one incident's credits only the largest (SL2) counts")


def test_a_level_alone_in_its_incident_keeps_its_credit() -> None:
    terms = credit_terms(schemes=[FLAT], same_incident=[{"levels": ["SL1", "SL2"]}])

    assert credits_of(terms, "month | SL1 | SL2\n2026-01 | 80% | 99%") == ["3000.00"]


def test_of_several_windows_the_worst_counts_once_unless_each_is_credited() -> None:
    table = "month | SL1\n2026-01 | 96%/80%/85%/94%/-\n2026-02 | 96%/94%"
    pool = {"at_risk": "10%", "schemes": [{"model": "pool", "allocation": {"SL1": "20%"}}]}

    once, each = credit_terms(**pool), credit_terms(**pool, each_window="true")

    assert credits_of(once, table) == ["2000.00", "0.00"]
    assert settled(once, table)[0].lines[0].reason.startswith("SL1 was 80.00 %")
    assert credits_of(each, table) == ["4000.00", "0.00"]
    assert credits_of(credit_terms(schemes=[{**FLAT, "levels": "SL1"}], each_window="true"), table) == [
        "9000.00",
        "3000.00",
    ]


def test_results_split_by_a_dimension_are_for_reading_and_not_credited_again() -> None:
    period = month("2026-01")
    whole = attained("SL1", "94%", period)
    site = judge(Standard("SL1", Decimal("0.95")), Ratio(1, 2, 2), window=period, dimensions=(("site", "NYC"),))
    measured = MeasuredPeriod(period, (whole, site), PeriodCharges(Decimal(1000), Decimal(1000)))

    (statement,) = settle({period: credit_terms(schemes=[FLAT])}, [measured], currency="USD")

    assert [str(line.amount) for line in statement.lines] == ["30.00"]


def test_misses_that_low_volume_forgives_earn_no_credit_by_another_door() -> None:
    sample = MinimumSample(20, LowVolume.ALLOW_MISSES, misses=1)
    period = month("2026-01")
    standard = Standard("SL1", Decimal("0.95"), minimum_sample=sample)
    forgiven = judge(standard, Ratio(7, 8, 8), window=period)
    bands = [{"name": "minor", "below": "99%", "points": 1}]
    terms = credit_terms(
        schemes=[
            {"model": "linear", "levels": "SL1"},
            {"model": "tiers", "tiers": {"SL1": [{"below": "99%", "rate": "1%"}]}},
            {"model": "severity_points", "bands": {"SL1": bands}, "rate_per_point": "1%"},
            {"model": "event_count", "trips": {"SL1": {"below": "99%"}}, "when": "1 month", "rate": "1%"},
            {"model": "point_steps", "points": {"SL1": 5}, "steps": {"5": "1%"}, "charges_of": "this month"},
        ]
    )

    measured = MeasuredPeriod(period, (forgiven,), PeriodCharges(Decimal(1000), Decimal(1000)))

    assert settle({period: terms}, [measured], currency="USD")[0].lines == ()


def test_a_level_that_was_not_measured_is_noted_and_one_without_a_window_is_not() -> None:
    statement = settled(credit_terms(schemes=[FLAT]), "month | SL1 | SL2\n2026-01 | - | ")[0]

    assert statement.notes == ("SL1 was not measured in 2026-01: no credit, and no effect on failures running",)
    assert statement.credit == 0


def test_all_models_pass_over_a_level_that_was_not_measured() -> None:
    bands = [{"name": "minor", "below": "99%", "points": 1}]
    schemes = [
        {"model": "pool", "allocation": {"SL1": "50%"}},
        {"model": "linear", "levels": "SL1"},
        {"model": "severity_points", "bands": {"SL1": bands}, "rate_per_point": "1%"},
        {"model": "event_count", "trips": {"SL1": {"below": "99%"}}, "when": "1 month", "rate": "1%"},
        {"model": "point_steps", "points": {"SL1": 5}, "steps": {"5": "1%"}, "average_with_month_before": "true"},
    ]
    table = "month | SL1\n2026-01 | -\n2026-02 |\n2026-03 | 99%"

    assert credits_of(credit_terms(at_risk="10%", schemes=schemes), table) == ["0.00", "0.00", "0.00"]


def test_a_default_never_agreed_is_none() -> None:
    terms = credit_terms(at_risk="10%", schemes=[POOL], defaults={"below_minimum": None})

    assert credits_of(terms, BOTH_MISSED) == ["0.00"]


def test_an_at_most_level_is_credited_for_what_it_lies_over() -> None:
    schemes = [
        {"model": "linear", "levels": "SL4"},
        {"model": "tiers", "tiers": {"SL4": [{"above": "7%", "rate": "1%"}, {"at_or_above": "10%", "rate": "4%"}]}},
    ]
    table = "month | SL4\n2026-01 | 5%\n2026-02 | 6%\n2026-03 | 10%"

    statements = settled(credit_terms(schemes=schemes), table, {"SL4": ("<=5%", "9%")})

    assert [str(one.credit) for one in statements] == ["0.00", "1000.00", "9000.00"]
    assert statements[1].lines[0].reason == (
        "SL4 was 6.00 % in 2026-02, over its expected 5 %: (6.00 % − 5 %) × charges 100,000.00 = 1,000.00"
    )


def test_a_linear_model_counts_from_the_exact_value_where_the_contract_rounds_none() -> None:
    """98.5 % less 2/3 is 191/600: of 600.00 it is 191 exactly, and 190.99… on a value written to twelve places."""
    period = month("2026-01")
    one = judge(Standard("SL1", Decimal("0.985")), Ratio(2, 3, 3), window=period)
    measured = MeasuredPeriod(period, (one,), PeriodCharges(Decimal(600), Decimal(600)))
    terms = credit_terms(schemes=[{"model": "linear", "levels": "SL1"}], rounding="down to 1")

    (statement,) = settle({period: terms}, [measured], currency="USD")

    assert str(statement.credit) == "191"


def test_a_linear_model_may_count_from_another_line_and_by_another_factor() -> None:
    scheme = {"model": "linear", "levels": "SL1", "from": {"SL1": "90%"}, "factor": "0.5", "month_cap": "2%"}

    statements = settled(credit_terms(schemes=[scheme]), "month | SL1\n2026-01 | 93%\n2026-02 | 88%\n2026-03 | 80%")

    assert [str(one.credit) for one in statements] == ["0.00", "1000.00", "2000.00"]
    assert "(90 % − 88.00 %) × 0.5 × charges" in statements[1].lines[0].reason


def test_a_level_counted_in_seconds_costs_a_share_for_each_second() -> None:
    period = month("2026-01")
    standard = Standard("AHT", Decimal(300), at_most=True, is_proportion=False)
    slow = judge(standard, Ratio(3_125, 10, 10), window=period)
    measured = MeasuredPeriod(period, (slow,), PeriodCharges(Decimal(100_000), Decimal(100_000)))
    terms = credit_terms(schemes=[{"model": "linear", "levels": "AHT", "factor": "0.001"}])

    (statement,) = settle({period: terms}, [measured], currency="USD")

    assert statement.lines[0].reason == (
        "AHT was 312.5 in 2026-01, over its expected 300: (312.5 − 300) × 0.001 × charges 100,000.00 = 1,250.00"
    )


def test_a_level_only_reported_is_never_credited() -> None:
    period = month("2026-01")
    reported = judge(Standard("KM1", None), Ratio(1, 2, 2), window=period)
    measured = MeasuredPeriod(period, (reported,), PeriodCharges(Decimal(1000), Decimal(1000)))
    schemes = [{"model": "linear", "levels": "KM1"}, {**FLAT, "levels": "KM1"}]

    (statement,) = settle({period: credit_terms(schemes=schemes)}, [measured], currency="USD")

    assert statement.lines == ()


def test_a_bonus_is_the_same_form_with_the_other_sign_and_its_own_cap() -> None:
    tiers = {"SL1": [{"at_or_above": "98%", "rate": "1%"}, {"at_or_above": "99%", "rate": "3%"}]}
    schemes = [
        {"model": "tiers", "tiers": tiers, "pays": "bonus", "month_cap": "2%"},
        {"model": "linear", "levels": "SL2", "from": {"SL2": "97%"}, "pays": "bonus", "month_cap": "1%"},
    ]
    table = "month | SL1 | SL2\n2026-01 | 98% | 97%\n2026-02 | 99.5% | 97.5%\n2026-03 | 90% | 90%"

    statements = settled(credit_terms(schemes=schemes), table)

    assert [str(one.credit) for one in statements] == ["-1000.00", "-2500.00", "0.00"]
    assert [line.kind for line in statements[1].lines] == [LineKind.BONUS, LineKind.BONUS]
    assert statements[1].lines[1].reason == (
        "SL2 was 97.50 % in 2026-02: (97.50 % − 97 %) × charges 100,000.00 = 500.00, a bonus to the provider"
    )
    assert statements[1].lines[0].uncapped == -3000
    assert statements[1].gross == 0


@pytest.mark.parametrize(
    ("invoice", "credit"), [(100_000, "-5000.00"), (80_000, "-8000.00"), (120_000, "0.00"), (130_000, "5000.00")]
)
def test_gain_share_parts_what_the_invoice_stays_below_or_runs_over_the_baseline(invoice: int, credit: str) -> None:
    scheme = {
        "model": "gain_share",
        "baseline": "120000",
        "gain": "25%",
        "pain": "50%",
        "month_cap": {"amount": "8000"},
    }

    assert credits_of(credit_terms(schemes=[scheme]), f"month | invoice | SL1\n2026-01 | {invoice} | 99%") == [credit]


def test_a_bonus_uses_up_nothing_of_what_a_schemes_credits_may_come_to_in_a_year() -> None:
    scheme = {"model": "gain_share", "baseline": "90000", "gain": "25%", "pain": "50%", "month_cap": {"amount": 9000}}
    terms = credit_terms(schemes=[{**scheme, "year_cap": {"amount": 6000}}])
    table = "month | charges\n2026-01 | 70000\n2026-02 | 80000\n2026-03 | 100000\n2026-04 | 100000"

    assert credits_of(terms, table) == ["-5000.00", "-1000.00", "5000.00", "1000.00"]


def test_gain_share_without_a_part_in_an_overrun_credits_nothing() -> None:
    scheme = {"model": "gain_share", "baseline": "90000", "gain": "25%", "month_cap": "5%"}

    statement = settled(credit_terms(schemes=[scheme]), "month | SL1\n2026-01 | 99%")[0]

    assert (str(statement.credit), statement.lines) == ("0.00", ())


def test_an_event_count_that_starts_over_uses_its_trips_up() -> None:
    scheme = {"model": "event_count", "trips": {"SL1": {"below": "95%"}}, "when": "2 of 4 months", "rate": "6%"}
    table = "month | SL1\n" + "\n".join(f"2026-0{number} | 90%" for number in range(1, 6))

    assert credits_of(credit_terms(schemes=[scheme]), table) == ["0.00", "6000.00", "6000.00", "6000.00", "6000.00"]
    assert credits_of(credit_terms(schemes=[{**scheme, "starts_over": "true"}]), table) == [
        "0.00",
        "6000.00",
        "0.00",
        "6000.00",
        "0.00",
    ]


def test_points_still_due_when_the_terms_change_are_taken_by_the_old_ones() -> None:
    points = {"model": "point_steps", "points": {"SL1": 5}, "steps": {"0": "0%", "5": "1%"}, "clause": "B 3.3"}
    periods = history("month | charges | SL1\n2026-01 | 100 | 80%\n2026-02 | 50000 | 80%\n2026-03 | 50000 | 99%")
    old, new = credit_terms(schemes=[points]), credit_terms(schemes=[FLAT])

    statements = settle(
        {periods[0].period: old, periods[1].period: new, periods[2].period: new}, periods, currency="CAD"
    )

    assert statements[0].notes == ("5 points in 2026-01: 1 % of the next period's charges, on its statement",)
    assert [str(line.amount) for line in statements[1].lines] == ["500.00", "1500.00"]
    assert statements[2].credit == 0


def test_points_of_an_at_risk_amount_that_the_new_terms_no_longer_have_take_nothing_off() -> None:
    points = {"model": "point_steps", "points": {"SL1": 5}, "steps": {"5": "10%"}, "of": "at_risk"}
    periods = history("month | SL1\n2026-01 | 80%\n2026-02 | 80%\n2026-03 | 99%")
    old, new = credit_terms(at_risk="10%", schemes=[points]), credit_terms(schemes=[{**FLAT, "levels": "SL2"}])

    kept = settle({one.period: old for one in periods}, periods, currency="CAD")
    changed = settle({periods[0].period: old, periods[1].period: new}, periods[:2], currency="CAD")

    assert [str(one.credit) for one in kept] == ["0.00", "1000.00", "1000.00"]
    assert changed[1].credit == 0
    assert changed[1].lines == ()


def test_point_lines_add_up_to_the_one_amount_they_are_parts_of() -> None:
    scheme = {
        "model": "point_steps",
        "points": {"SL1": 5, "SL2": 5, "SL3": 5, "SL4": 0},
        "steps": {"15": "1%"},
        "charges_of": "this month",
    }
    table = "month | charges | SL1 | SL2 | SL3 | SL4\n2026-01 | 10000 | 80% | 80% | 80% | 80%"

    statement = settled(credit_terms(schemes=[scheme]), table)[0]

    assert [str(line.amount) for line in statement.lines] == ["33.34", "33.33", "33.33"]


def test_an_average_of_an_at_most_level_counts_what_lies_over() -> None:
    scheme = {
        "model": "point_steps",
        "points": {"SL4": 5},
        "steps": {"5": "1%"},
        "charges_of": "this month",
        "average_with_month_before": "true",
    }
    table = "month | SL4\n2026-01 | 4%\n2026-02 | 7%\n2026-03 | 2%"

    statements = settled(credit_terms(schemes=[scheme]), table, {"SL4": ("<=5%", "")})

    assert [str(one.credit) for one in statements] == ["0.00", "1000.00", "0.00"]
    assert (
        statements[1]
        .lines[0]
        .reason.startswith("SL4 was 7.00 % in 2026-02, 5.5 % on average with 2026-01, over its expected 5 %")
    )


@pytest.mark.parametrize(
    ("cap", "capped"),
    [
        ({"amount": "7000"}, ["3000.00", "3000.00", "1000.00", "3000.00", "3000.00"]),
        ({"rate": "2%", "year": "calendar"}, ["2000.00", "2000.00", "2000.00", "2000.00", "2000.00"]),
        ({"rate": "60%", "of": "at-risk amounts of the year"}, ["3000.00"] * 5),
        ({"rate": "4%", "of": "average month of the year before"}, ["3000.00"] * 3 + ["3000.00", "1000.00"]),
        (
            {"rate": "4%", "of": "average month of the year before", "first_year_amount": "5000"},
            ["3000.00", "2000.00", "0.00", "3000.00", "1000.00"],
        ),
    ],
)
def test_a_years_cap_leaves_each_month_what_the_months_before_it_did_not_use(
    cap: dict[str, str], capped: list[str]
) -> None:
    terms = credit_terms(at_risk="5%", schemes=[{**FLAT, "levels": "SL1"}], year_cap=cap)
    periods = history("month | SL1\n" + "\n".join(f"{label} | 80%" for label in _MONTHS))

    statements = settle(
        {one.period: terms for one in periods}, periods, currency="USD", term_starts_on=date(2026, 1, 1)
    )

    assert [str(one.credit) for one in statements] == capped


def test_a_year_of_a_term_that_begins_inside_a_month_holds_that_month_and_the_one_it_turns_in() -> None:
    terms = credit_terms(at_risk="5%", schemes=[{**FLAT, "levels": "SL1"}], year_cap={"amount": "7000"})
    labels = ("2026-10", "2026-11", "2026-12")
    periods = history("month | SL1\n" + "\n".join(f"{label} | 80%" for label in labels))
    in_force = {one.period: terms for one in periods}

    first_year = settle(in_force, periods, currency="USD", term_starts_on=date(2026, 10, 15))
    turning = settle(in_force, periods, currency="USD", term_starts_on=date(2025, 11, 15))

    assert [str(one.credit) for one in first_year] == ["3000.00", "3000.00", "1000.00"]
    assert [str(one.credit) for one in turning] == ["3000.00", "3000.00", "3000.00"], "December begins the second year"


def test_the_at_risk_amounts_of_a_year_are_those_of_each_months_own_terms() -> None:
    cap = {"rate": "10%", "of": "at-risk amounts of the year"}
    before, after = (
        credit_terms(at_risk=rate, schemes=[{**FLAT, "levels": "SL1"}], year_cap=cap) for rate in ("5%", "10%")
    )
    first, second, third = history("month | SL1\n2026-01 | 99%\n2026-02 | 99%\n2026-03 | 80%")

    amended = {first.period: before, second.period: after, third.period: after}
    statements = settle(amended, [first, second, third], currency="USD", term_starts_on=date(2026, 1, 1))
    without = {**amended, first.period: None}
    fewer = settle(without, [first, second, third], currency="USD", term_starts_on=date(2026, 1, 1))

    assert str(statements[2].credit) == "2500.00", "10 % of 5,000 and twice 10,000"
    assert str(fewer[2].credit) == "2000.00", "without credit terms nothing was at risk"


_MONTHS = ("2026-10", "2026-11", "2026-12", "2027-01", "2027-02")


def test_a_cap_of_an_unknown_year_before_is_noted_only_where_there_is_something_to_cap() -> None:
    cap = {"rate": "4%", "of": "average month of the year before"}
    terms = credit_terms(schemes=[{**FLAT, "levels": "SL1"}], year_cap=cap)

    missed, met = settled(terms, "month | SL1\n2026-01 | 80%\n2026-02 | 99%")

    assert missed.notes == ("no month of the year before 2026-01 is known: its cap can't be computed",)
    assert met.notes == ()


def test_credits_count_on_named_charges_and_schemes_may_have_their_own() -> None:
    period = month("2026-01")
    charges = PeriodCharges(
        Decimal(300), Decimal(400), (("fee", Decimal(100)), ("desk", Decimal(200)), ("telecoms", Decimal(100)))
    )
    measured = MeasuredPeriod(period, (attained("SL1", "80%", period), attained("SL2", "80%", period)), charges)
    schemes = [
        {**FLAT, "levels": "SL1"},
        {**FLAT, "name": "desk", "levels": "SL2", "base": ["desk", "night"], "of": "base"},
        {**FLAT, "name": "all", "levels": "SL2", "of": "invoice"},
    ]

    (statement,) = settle({period: credit_terms(base="fee", schemes=schemes)}, [measured], currency="USD")

    assert statement.charges == 100
    assert [str(line.amount) for line in statement.lines] == ["3.00", "6.00", "12.00"]


def test_a_rounding_of_whole_units_leaves_no_cents_and_caps_round_down() -> None:
    scheme = {**FLAT, "each": "0.15%"}
    terms = credit_terms(schemes=[scheme], rounding={"places": "0"}, month_cap={"amount": "299.99"})

    statement = settled(terms, BOTH_MISSED)[0]

    assert [str(line.amount) for line in statement.lines] == ["150", "149"]


@pytest.mark.parametrize(
    ("trigger", "months"),
    [
        ({"when": "2 of 3 months"}, ["2026-02", "2026-04"]),
        ({"when": "2 of 3 months", "counts": "below_minimum"}, ["2026-04"]),
        ({"when": "3 of 4 months", "counts": "misses", "levels": "SL1"}, ["2026-04"]),
        ({"when": "4 of 12 months", "same_level": "false", "counts": "misses"}, ["2026-04"]),
        ({"when": "1 month", "levels": "SL9", "counts": "misses"}, []),
    ],
)
def test_chronic_failure_flags_a_right_to_terminate_when_it_happens_again(
    trigger: dict[str, str], months: list[str]
) -> None:
    table = "month | SL1 | SL2\n2026-01 | 94% | 99%\n2026-02 | 80% | 99%\n2026-03 | 99% | 96%\n2026-04 | 80% | 94%"
    terms = credit_terms(schemes=[FLAT], termination=[{**trigger, "clause": "MSA 20.3"}])

    statements = settled(terms, table)

    assert [one.applies_to for one in statements if one.termination_rights] == months
    assert {right.clause for one in statements for right in one.termination_rights} <= {"MSA 20.3"}


def test_a_right_to_terminate_says_what_was_counted() -> None:
    terms = credit_terms(schemes=[FLAT], termination=[{"when": "2 of 12 months"}])

    statement = settled(terms, "month | SL1 | SL2\n2026-01 | 94% | 99%\n2026-02 | 80% | 99%")[1]

    assert statement.termination_rights[0].reason == (
        "SL1: 2 defaults in 12 months up to 2026-02 (2 give a right to terminate)"
    )


def test_the_next_invoice_of_a_period_that_is_no_month_is_named_by_its_first_day() -> None:
    quarter = Period(date(2026, 1, 1), date(2026, 4, 1))
    measured = MeasuredPeriod(quarter, (), PeriodCharges(Decimal(1), Decimal(1)))
    terms = credit_terms(schemes=[FLAT], applies_to="next invoice")

    assert settle({quarter: terms}, [measured], currency="USD")[0].applies_to == "from 2026-04-01"


def test_ordinals_beyond_the_tenth_are_figures_and_a_near_miss_shows_as_many_decimals_as_it_needs() -> None:
    terms = credit_terms(
        at_risk="10%",
        may_exceed_at_risk="true",
        schemes=[{"model": "pool", "allocation": {"SL1": "10%"}}],
        multiplier={"consecutive_months": {"2": "2"}},
    )
    table = "month | SL1\n" + "\n".join(f"2026-{number:02} | 89.999%" for number in range(1, 13))

    last = settled(terms, table)[11].lines[0].reason

    assert verdict(
        judge(Standard("SL1", Decimal("0.9")), Ratio(8_999_999_999, 10**10, 10**10), window=month("2026-01"))
    ) == ("SL1 was 89.99999999 % in 2026-01, below its expected 90 %")
    assert verdict(
        judge(Standard("SL1", Decimal("0.9")), Ratio(899_999_999_999, 10**12, 1), window=month("2026-01"))
    ) == ("SL1 was 89.9999999999 % in 2026-01, below its expected 90 %")
    assert last.startswith("SL1 was 89.9990 % in 2026-12, below its minimum 90 %")
    assert "× 2 for the 12th month running" in last
