"""Terms tested on past months: what is drawn, what a drawn year costs, and what is said of many of them."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from remit.performance.backtests import (
    Backtest,
    Chance,
    PastMonth,
    Replay,
    Season,
    Variation,
    What,
    YearPlan,
    backtest_of,
    compared,
    expected_credit,
    largest_first,
    plan_year,
    replayed_terms,
    settle_years,
    settled_months,
    variations_of,
)
from remit.performance.backtests.variations import Varied
from remit.terms.contracts import Contract
from remit.terms.periods import months_between
from tests.lib.past_months import FLAT, HEAD, LEVELS, contract_of, past_months, year_of

QUARTER_MISSED = "94% 96% 96% 96% 94% 96% 96% 96% 94% 96% 96% 96%"


def tried(contract: Contract, past: tuple[PastMonth, ...], *, years: int) -> Backtest:
    """Terms tested on past months, as a run does it."""
    plan = plan_year(contract, past)
    outcomes = settle_years(contract, past, plan, plan.draws(years=years, seed=1))
    replay = [(one.period, one) for one in past]
    months, statements = settled_months(contract, replay, term_starts_on=contract.term.first_on)
    made = Replay(contract, past, months, statements, tuple(outcomes))
    return backtest_of(made, seed=1, season=Season.NONE, notes=["a note"])


def test_two_misses_in_twelve_months_cost_what_a_binomial_year_costs() -> None:
    """Twelve months, each a miss with 1/6: a mean of 2, at most 3 in 87.5 of 100 years and at most 4 in 96.4."""
    found = tried(contract_of(), year_of("94% 96% 96% 96% 96% 96% " * 2), years=1500)

    assert abs(found.outlook.expected - 6000) < 3 * found.outlook.drawing_error
    assert (found.outlook.at_90, found.outlook.at_95) == (Decimal("12000.00"), Decimal("12000.00"))
    # Twelve months' own error is the year's: √(12 · 1/6 · 5/6) misses of 3,000.
    assert abs(float(found.outlook.months_error) - 3873) < 150
    assert abs(float(found.outlook.drawing_error) - 3873 / 1500**0.5) < 4
    assert found.credited == 6000


def test_the_chance_to_terminate_is_that_of_so_many_misses_in_a_year() -> None:
    """At least 4 of 12 with 1/4 each: 35.1 of 100 years."""
    terms = contract_of(FLAT.replace("]}", "], termination: [{when: 4 of 12 months, counts: misses}]}"))

    found = tried(terms, year_of(QUARTER_MISSED), years=1500)

    assert abs(found.terminates.share - Fraction(351, 1000)) < Fraction(4, 100)
    assert found.levels[0].terminates == found.terminates
    assert found.levels[1].terminates == Chance(0, 1500)


def test_months_that_are_all_alike_leave_nothing_to_chance() -> None:
    found = tried(contract_of(), year_of("94% " * 12), years=50)

    assert found.outlook.expected == found.outlook.most == 36000
    assert found.outlook.drawing_error == found.outlook.months_error == 0
    assert found.levels[0].is_credited == Chance(50, 50)
    assert (found.levels[0].months_missed, found.levels[1].months_measured) == (12, 0)
    assert found.charges_a_year == 1_200_000
    assert (found.span.label, found.notes, found.years) == ("2025", ("a note",), 50)


def test_one_drawn_year_has_no_spread_to_speak_of() -> None:
    assert tried(contract_of(), year_of("94% " * 12), years=1).outlook.drawing_error == 0


def test_a_cap_and_an_earnback_are_counted_by_the_years_they_touch() -> None:
    terms = contract_of(
        "credits: {at_risk: 5%, schemes: [{model: flat, levels: [SL1, SL2], each: 3%}],"
        " earnback: {after: 1, settled: monthly}}"
    )
    past = past_months(
        "month | SL1 | SL2\n"
        + "\n".join(f"2025-{number:02} | {'94% | 94%' if number % 2 else '96% | 96%'}" for number in range(1, 13))
    )

    found = tried(terms, past, years=200)

    assert found.credited == 0  # each miss is capped to 5,000 and comes back in the month after
    assert found.is_capped.years == 200
    assert found.earns_back.years > 190
    assert found.months_capped > 5
    assert found.earned_back < 0
    assert found.levels[0].earned_back + found.levels[1].earned_back == pytest.approx(found.earned_back)


def test_whole_months_are_drawn_so_that_levels_fail_together() -> None:
    past = past_months("month | SL1 | SL2\n2025-01 | 94% | 94%\n2025-02 | 96% | 96%")
    contract = contract_of()
    plan = plan_year(contract, past)
    outcomes = settle_years(contract, past, plan, plan.draws(years=100, seed=3))
    assert all(one.by_level.get("SL1") == one.by_level.get("SL2") for one in outcomes)


def test_a_year_drawn_as_it_was_costs_what_it_cost() -> None:
    terms = contract_of(
        "credits: {at_risk: 12%, schemes: [{model: pool, pool: 100%, allocation: {SL1: 60%, SL2: 40%}}],"
        " defaults: {below_minimum: 1 month, below_expected: 2 of 3 months},"
        " multiplier: {consecutive_months: {2: 1.5}}, ratchet: {every: 6 months, best: 2, of: 3, levels: [SL1]}}"
    )
    past = past_months(
        "month | charges | SL1 | SL2\n"
        + "\n".join(f"2025-{n:02} | {100000 + n * 1000} | {97 - n % 5}% | {98 - n % 7}.5%" for n in range(1, 13))
    )
    plan = plan_year(terms, past)
    (outcome,) = settle_years(terms, past, plan, [range(12)])
    _, statements = settled_months(terms, [(one.period, one) for one in past], term_starts_on=date(2025, 1, 1))
    assert outcome.credit == sum(one.credit for one in statements)


def test_the_same_seed_draws_the_same_years_and_more_years_begin_with_them() -> None:
    plan = plan_year(contract_of(), year_of(QUARTER_MISSED))

    assert plan.draws(years=5, seed=7) == plan.draws(years=9, seed=7)[:5]
    assert plan.draws(years=5, seed=7) != plan.draws(years=5, seed=8)
    assert plan.draws(years=1, seed=1) == ((6, 11, 1, 11, 3, 5, 9, 4, 6, 0, 9, 6),)


def test_seasons_keep_months_to_their_quarter_or_to_themselves() -> None:
    past = year_of(QUARTER_MISSED)

    assert plan_year(contract_of(), past, Season.MONTH).choices == tuple((index,) for index in range(12))
    assert plan_year(contract_of(), past, Season.QUARTER).choices[4] == (3, 4, 5)
    assert plan_year(contract_of(), past[:2], Season.MONTH).choices[5] == (0, 1)


def test_a_level_judged_by_the_quarter_has_its_result_in_a_quarters_last_month() -> None:
    quarterly = contract_of(levels=LEVELS.replace("SL2: {", "SL2: {window: quarter, "))
    rows = [f"2025-{number:02} | 96% | {'94%' if number % 3 == 0 else ''}" for number in range(1, 13)]
    past = past_months("month | SL1 | SL2\n" + "\n".join(rows))

    plan = plan_year(quarterly, past)

    assert plan.choices[2] == (2, 5, 8, 11)
    assert plan.choices[0] == (0, 1, 3, 4, 6, 7, 9, 10)
    assert {one.by_level["SL2"] for one in settle_years(quarterly, past, plan, plan.draws(years=20, seed=1))} == {12000}


def test_the_year_drawn_is_a_contract_year() -> None:
    april = contract_of(head=HEAD.replace("2025-01-01, to: 2025-12-31", "2024-04-15, to: 2027-04-14"))
    plan = plan_year(april, year_of(QUARTER_MISSED))
    assert (plan.places[0].label, plan.places[-1].label, len(plan.places)) == ("2025-04", "2026-03", 12)


def test_terms_that_ran_in_the_past_months_keep_their_dates_and_others_are_taken_as_they_begin() -> None:
    months = tuple(months_between(date(2024, 11, 1), date(2025, 10, 31)))
    charges = (
        "charges: [{id: a, amount: 1, from: 2024-01-01, to: 2025-06-30}, {id: b, amount: 2, from: 2025-07-01},"
        " {id: c, amount: 3}]"
    )
    head = HEAD.replace("charges: [{id: fee, amount: 100000}]", charges)
    glide = LEVELS.replace("SL1: {", "SL1: {history: {2025-01-01: 91%, 2026-01-01: 93%}, ")
    running = contract_of(head=head, levels=glide)

    widened = replayed_terms(running, months)
    assert (widened.term.first_on, widened.term.last_on) == (date(2024, 11, 1), date(2025, 12, 31))
    assert widened.charges == running.charges

    later = contract_of(head=head.replace("2025-01-01, to: 2025-12-31", "2026-01-01, to: 2028-12-31"), levels=glide)
    moved = replayed_terms(later, months)
    assert [line.id for line in moved.charges] == ["b", "c"]
    assert moved.charges[0].first_on is None
    assert moved.service_levels["SL1"].expected_on(date(2024, 11, 1)) == Decimal("0.93")
    assert moved.term.first_on == date(2024, 11, 1)


def changes(contract: Contract) -> list[str]:
    """Every variation as text."""
    return [f"{one.what} {one.subject} {one.change}" for one in variations_of(contract)]


def test_each_standard_is_moved_a_step_either_way_where_that_makes_sense() -> None:
    edge = LEVELS.replace("expected: 95%, minimum: 90%}", "expected: 100%, minimum: 99.5%}", 1)
    assert changes(contract_of(levels=edge)) == [
        "minimum SL1 99.5 % → 98.5 %",
        "expected SL2 95 % → 94 %",
        "expected SL2 95 % → 96 %",
        "minimum SL2 90 % → 89 %",
        "minimum SL2 90 % → 91 %",
    ]


def test_a_standard_in_seconds_is_moved_by_a_twentieth_and_a_glide_path_is_left_alone() -> None:
    levels = """
service_levels:
  SL1: {name: Speed, measure: {is: speed_of_answer}, expected: 20 seconds}
  SL2: {name: Rate, measure: {is: ratio, of: cases, sum: a, counted_in: count}, expected: 40, history: {2025-01-01: 40}}
"""
    assert changes(contract_of(levels=levels)) == ["expected SL1 20 s → 19 s", "expected SL1 20 s → 21 s"]


def test_every_other_formula_is_tried_with_short_abandons_where_it_needs_them() -> None:
    levels = """
service_levels:
  SL1: {name: Answered, measure: {is: service_factor, variant: 2, answer_within: 20 seconds}}
  SL2: {name: Answered, measure: {is: service_factor, variant: 5, answer_within: 20 seconds, short_abandon: 3 seconds}}
"""
    found = changes(contract_of(levels=levels))
    assert [one for one in found if "SL1" in one] == [
        "formula SL1 variant 2 → 1",
        "formula SL1 variant 2 → 3",
        "formula SL1 variant 2 → 4",
        "formula SL1 variant 2 → 5 (short abandons within 5 seconds)",
        "formula SL1 variant 2 → 6 (short abandons within 5 seconds)",
    ]
    assert "formula SL2 variant 5 → 6" in found


def test_calendars_lose_their_holidays_and_exclusions_are_dropped_one_by_one() -> None:
    terms = """
calendars:
  desk: {time_zone: UTC, week: {mon-fri: "08:00-16:00"}, closed: [2025-12-25]}
  night: {time_zone: UTC, week: {mon-fri: "00:00-08:00"},
          changes: [{from: 2025-02-01, special: {2025-03-03: "01:00-02:00"}}]}
  plain: {time_zone: UTC, week: {mon-fri: "08:00-16:00"}}
  idle: {time_zone: UTC, week: {mon-fri: "08:00-16:00"}, closed: [2025-12-25]}
clocks:
  solving: {calendar: {by: site, map: {A: desk, B: plain}}, stops: closed_at, stop_the_clock: [X2]}
exclusions:
  - {id: X1, of: cases, where: "a = 2", reason: tests, levels: [SL1]}
  - {id: X2, stop_the_clock: [{from: "2025-03-01T00:00", to: "2025-03-02T00:00"}], reason: an outage}
"""
    levels = """
service_levels:
  SL1: {name: Solved, measure: {is: turnaround, clock: solving, share_within: 4 business hours}}
  SL2: {name: Finished, measure: {is: throughput, calendar: night, per: open_day}}
"""
    found = list(variations_of(contract_of(levels=levels, terms=terms)))

    assert [(one.what, one.subject, one.measured_again) for one in found] == [
        (What.CALENDAR, "desk", ("SL1",)),
        (What.CALENDAR, "night", ("SL2",)),
        (What.EXCLUSION, "X1", ("SL1",)),
        (What.EXCLUSION, "X2", ("SL1", "SL2")),
    ]
    assert found[0].contract.calendars["desk"].spans_on(date(2025, 12, 25)) == ((28800, 57600),)
    assert found[3].contract.clocks["solving"].stop_the_clock == ()
    assert [one.id for one in found[2].contract.exclusions] == ["X2"]


def test_allocations_of_every_model_that_has_them_are_moved_ten_points() -> None:
    two = "a: {pool: 50%, allocation: {SL2: 40%}}, b: {pool: 10%, allocation: {KM: 1%}}"
    categories = f"{{model: categories, categories: {{{two}}}}}"
    schemes = f"{{model: pool, allocation: {{SL1: 5%}}}}, {{model: weights, weights: {{SL2: 95%}}}}, {categories}"
    found = list(variations_of(contract_of(f"credits: {{at_risk: 10%, schemes: [{schemes}]}}")))
    moved = [one for one in found if one.what is What.ALLOCATION]

    assert [(one.subject, one.change) for one in moved] == [
        ("SL1", "5 % → 15 %"),
        ("SL2", "95 % → 85 %"),
        ("SL2", "40 % → 30 %"),
        ("SL2", "40 % → 50 %"),
        ("KM", "1 % → 11 %"),
    ]
    credits_ = moved[2].contract.credits
    assert credits_ is not None
    assert str(credits_.schemes[2].share_of("SL2")[0]) == "0.150"  # type: ignore[union-attr]


def test_lines_of_tiers_bands_and_trips_are_moved_together() -> None:
    schemes = """
credits:
  schemes:
    - {model: tiers, tiers: {SL1: [{below: 95%, rate: 1%}, {below: 90%, rate: 2%}]}}
    - {model: event_count, trips: {SL2: {at_or_below: 99.5%}}, when: 1 month, rate: 2%}
"""
    found = [one for one in variations_of(contract_of(schemes)) if one.what is What.BOUNDS]

    assert [(one.subject, one.change) for one in found] == [
        ("SL1", "95 %, 90 % → 94 %, 89 %"),
        ("SL1", "95 %, 90 % → 96 %, 91 %"),
        ("SL2", "99.5 % → 98.5 %"),
    ]


def test_terms_without_credits_have_nothing_to_vary() -> None:
    assert changes(contract_of("")) == []


def test_the_largest_change_stands_first() -> None:
    made = [
        Varied(What.EXPECTED, name, "x", Decimal(10), Decimal(after))
        for name, after in zip("abc", (11, 5, 15), strict=True)
    ]
    assert [one.subject for one in largest_first(made)] == ["b", "c", "a"]


def test_a_variation_holds_the_changed_terms() -> None:
    one = next(iter(variations_of(contract_of())))
    assert isinstance(one, Variation)
    assert one.contract.service_levels["SL1"].expected == Decimal("0.94")
    assert one.measured_again == ()


def test_two_drafts_differ_level_by_level_with_the_reason() -> None:
    past = past_months("month | SL1 | SL2\n" + "\n".join(f"2025-{n:02} | 94% | 96%" for n in range(1, 13)))
    first = tried(contract_of(), past, years=10)
    harder = contract_of(levels=LEVELS.replace("expected: 95%, minimum: 90%}", "expected: 97%}"))
    second = tried(harder, past, years=10)

    one, two = compared(first, second)

    assert (one.service_level, str(one.difference)) == ("SL2", "36000.00")
    assert one.reasons == (
        "its expected level is 95 %, then 97 %",
        "its minimum level is 90 %, then none",
        "missed in 0 of the past months, then in 12",
    )
    assert two.difference == 0


def test_drafts_may_credit_other_levels_measure_otherwise_and_cost_otherwise() -> None:
    past = past_months("month | SL1 | SL2\n2025-01 | 94% | 96%")
    dear = past_months("month | charges | SL1 | SL2\n2025-01 | 200000 | 94% | 96%")
    pool = "credits: {at_risk: 10%, schemes: [{model: pool, allocation: {SL1: 50%}}]}"
    weekly = LEVELS.replace("SL1: {", "SL1: {window: week, ")
    first = tried(contract_of(pool), past, years=10)
    second = tried(contract_of(pool.replace("50%", "60%"), levels=weekly), dear, years=10)
    third = tried(contract_of(FLAT), past, years=10)

    (only,) = compared(first, second)
    assert only.reasons == (
        "it is measured otherwise",
        "its share of what is at risk is 50 %, then 60 %",
        "charges of a month are 100,000.00 on average, then 200,000.00",
    )
    assert [one.reasons for one in compared(first, third)] == [
        ("its share of what is at risk is 50 %, then none",),
        ("only the second draft credits it",),
    ]
    assert compared(third, first)[1].reasons == ("only the first draft credits it",)
    harder = tried(contract_of(pool.replace("10%", "20%")), past, years=10)
    assert compared(first, harder)[0].reasons == ("the credit terms around it differ",)


def test_a_level_without_a_figure_has_no_standard_to_compare() -> None:
    past = past_months("month | SL2\n2025-01 | 96%")
    (one, *_) = compared(tried(contract_of(), past, years=10), tried(contract_of(), past, years=10))
    assert one.reasons == ()


def test_standards_in_other_units_are_said_as_they_are() -> None:
    levels = LEVELS.replace("expected: 95%, minimum: 90%}", "expected: 300, minimum: 200}", 1)
    past = past_months("month | SL1 | SL2\n2025-01 | 94% | 96%")
    one, _ = compared(tried(contract_of(), past, years=10), tried(contract_of(levels=levels), past, years=10))
    assert "its expected level is 95 %, then 300" in one.reasons


def test_a_scheme_that_is_of_no_level_stands_beside_the_levels() -> None:
    gain = "credits: {schemes: [{model: gain_share, baseline: 90000, pain: 50%, month_cap: {amount: 9000}}]}"
    found = tried(contract_of(gain), year_of("94%"), years=10)
    assert [(one.service_level, str(one.outlook.expected)) for one in found.levels] == [("gain_share", "60000.00")]
    assert compared(found, found)[0].reasons == ()


def test_terms_without_credits_cost_nothing() -> None:
    found = tried(contract_of(""), year_of("94%"), years=10)
    assert not found.levels
    assert found.outlook.expected == 0


def test_the_credit_to_expect_is_the_mean_of_the_years() -> None:
    contract, past = contract_of(), year_of(QUARTER_MISSED)
    plan = plan_year(contract, past)
    outcomes = settle_years(contract, past, plan, [[0] * 12, [1] * 12])
    assert expected_credit(outcomes) == Decimal("18000.00")


def test_a_plan_begins_where_its_first_place_does() -> None:
    plan = YearPlan(tuple(months_between(date(2025, 4, 1), date(2025, 5, 1))), ((0,), (0,)))
    assert plan.starts_on == date(2025, 4, 1)
