"""Turnaround and first response: shares within a target, means, medians and percentiles."""

import pytest

from tests.lib.measured import FEBRUARY, JANUARY, measure

HOUR = 3_600
TERMS = """
calendars:
  office: {time_zone: UTC, week: {mon-fri: "09:00-17:00"}}
  late: {time_zone: Europe/Lisbon, week: {mon-fri: "13:00-21:00"}}
clocks:
  plain: {of: cases}
  work: {of: cases, calendar: office}
  answer: {of: cases, calendar: office, stops: first_response_at}
  by_site: {of: cases, calendar: {by: site, map: {Lisbon: office, Manila: late}}}
  by_site_else: {of: cases, calendar: {by: site, map: {Manila: late}, otherwise: office}}
  calls: {of: interactions, starts: queued_at, stops: answered_at}
"""
CASES = """
    case_key  | opened_at   | first_response_at | resolved_at    | priority | site
    on target | 01-05 16:00 | 01-05 16:10       | 01-06 12:00    | P1       | Lisbon
    over      | 01-05 16:00 | 01-06 09:30       | 01-06 12:00:01 | P1       | Lisbon
    low       | 01-05 16:00 | 01-05 16:30       | 01-07 12:00    | P2       | Manila
    unknown   | 01-05 16:00 | 01-05 17:30       | 01-06 09:00    | -        | Porto
    open      | 01-05 16:00 | -                 | -              | P1       | Lisbon
    backwards | 01-07 16:00 | 01-07 16:00       | 01-06 09:00    | P1       | Lisbon
"""
FACTS = {"cases": CASES}
BY_PRIORITY = "{by: priority, map: {P1: 4 business hours, P2: 12 business hours}}"


def test_a_time_exactly_on_target_is_within_it_and_a_second_more_is_not() -> None:
    given = measure("is: turnaround, clock: work, share_within: 4 business hours", FACTS, terms=TERMS)
    assert given.met == {"on target": True, "over": False, "low": False, "unknown": True}
    assert given.seconds["on target"] == 4 * HOUR
    assert given.seconds["over"] == 4 * HOUR + 1


def test_a_record_that_stops_before_it_starts_is_listed_as_excluded() -> None:
    given = measure("is: turnaround, clock: work, share_within: 4 business hours", FACTS, terms=TERMS)
    assert given.excluded == {"backwards": "stops before it starts"}
    assert given.sum == (2, 4)


def test_a_record_without_a_target_is_listed_as_excluded() -> None:
    given = measure(f"is: turnaround, clock: work, share_within: {BY_PRIORITY}", FACTS, terms=TERMS)
    assert given.met == {"on target": True, "over": False, "low": True}
    assert given.excluded["unknown"] == "no target"


def test_a_target_of_all_other_values_leaves_nobody_without_one() -> None:
    target = BY_PRIORITY[:-1] + ", otherwise: 1 business hours}"
    given = measure(f"is: turnaround, clock: work, share_within: {target}", FACTS, terms=TERMS)
    assert given.met["unknown"] is True
    assert "unknown" not in given.excluded


def test_a_record_without_a_calendar_is_listed_as_excluded() -> None:
    given = measure("is: turnaround, clock: by_site, share_within: 4 business hours", FACTS, terms=TERMS)
    assert given.excluded["unknown"] == "no calendar"
    assert given.seconds["low"] == HOUR * 5 + 8 * HOUR


def test_a_calendar_of_all_other_values_leaves_nobody_without_one() -> None:
    given = measure("is: turnaround, clock: by_site_else, share_within: 4 business hours", FACTS, terms=TERMS)
    assert given.seconds == {"on target": 4 * HOUR, "over": 4 * HOUR + 1, "low": 13 * HOUR, "unknown": HOUR}


@pytest.mark.parametrize("clock", ["work", "by_site", "by_site_else"])
def test_targets_may_be_counted_in_different_units(clock: str) -> None:
    target = "{by: priority, map: {P1: 4 business hours, P2: 1 business days}, otherwise: 24 hours}"
    given = measure(f"is: turnaround, clock: {clock}, share_within: {target}", FACTS, terms=TERMS)
    assert given.met["on target"] is True
    assert given.met["low"] is False
    assert given.seconds["low"] == (2 * 86_400 - 4 * HOUR if clock == "work" else 2 * 86_400 - 16 * HOUR)
    if clock != "by_site":
        assert given.seconds["unknown"] == 17 * HOUR


def test_a_target_without_a_calendar_is_counted_around_the_clock() -> None:
    given = measure("is: turnaround, clock: plain, share_within: 20 hours", FACTS, terms=TERMS)
    assert given.seconds == {"on target": 20 * HOUR, "over": 20 * HOUR + 1, "low": 44 * HOUR, "unknown": 17 * HOUR}
    assert given.sum == (2, 4)


def test_first_response_is_the_same_measure_on_a_clock_that_stops_at_the_first_answer() -> None:
    given = measure("is: first_response, clock: answer, share_within: 30 business minutes", FACTS, terms=TERMS)
    assert given.seconds == {"on target": 600, "over": 5_400, "low": 1_800, "unknown": 3_600, "backwards": 0}
    assert given.sum == (3, 5)


def test_the_mean_is_the_sum_of_times_over_their_number() -> None:
    given = measure("is: turnaround, clock: work, statistic: mean", FACTS, terms=TERMS)
    assert given.sum == ((4 + 4 + 12 + 1) * HOUR + 1, 4)


def test_a_statistic_may_be_counted_in_days() -> None:
    given = measure("is: turnaround, clock: work, statistic: mean, within: 1 business days", FACTS, terms=TERMS)
    assert given.seconds["on target"] == 20 * HOUR


def test_a_statistic_of_a_clock_without_hours_is_counted_around_the_clock() -> None:
    given = measure("is: turnaround, clock: plain, statistic: mean", FACTS, terms=TERMS)
    assert given.seconds["unknown"] == 17 * HOUR


def waits(*seconds: int) -> dict[str, str]:
    rows = [f"c{index:02} | 01-05 09:00 | 2026-01-05 {9 + wait // 3600:02}:{wait // 60 % 60:02}:{wait % 60:02}"
            for index, wait in enumerate(seconds)]  # fmt: skip
    return {"interactions": "\n".join(["interaction_key | queued_at | answered_at", *rows])}


MEDIAN = "is: turnaround, of: interactions, clock: calls, statistic: median"


def test_the_median_is_the_middle_one_or_the_mean_of_the_middle_two() -> None:
    assert measure(MEDIAN, waits(30, 10, 20), terms=TERMS).sum == (40, 2)
    assert measure(MEDIAN, waits(30, 10, 20, 41), terms=TERMS).sum == (50, 2)
    assert measure(MEDIAN, waits(7), terms=TERMS).sum == (14, 2)


@pytest.mark.parametrize(
    ("percent", "expected"), [(90, 9), (91, 10), (50, 5), (51, 6), (1, 1), (10, 1), (11, 2), (99, 10)]
)
def test_a_percentile_is_the_nearest_rank(percent: int, expected: int) -> None:
    level = f"is: turnaround, of: interactions, clock: calls, statistic: percentile, percentile: {percent}"
    given = measure(level, waits(*range(10, 0, -1)), terms=TERMS)
    assert given.sum == (expected, 1)
    assert {one.ratio.records for one in given.totals} == {10}


def test_excluded_records_have_no_rank() -> None:
    terms = TERMS + 'exclusions: [{id: X1, reason: too long, of: interactions, where: "answered_at > queued_at + 20"}]'
    given = measure(MEDIAN, waits(10, 20, 30, 40), terms=terms)
    assert given.sum == (30, 2)
    assert set(given.excluded) == {"c02", "c03"}


def test_ranks_are_taken_within_each_value_of_a_dimension() -> None:
    interactions = """
        interaction_key | queued_at   | answered_at    | site
        a               | 01-05 09:00 | 01-05 09:00:10 | Lisbon
        b               | 01-05 09:00 | 01-05 09:00:30 | Lisbon
        c               | 01-05 09:00 | 01-05 09:00:50 | -
    """
    given = measure(MEDIAN, {"interactions": interactions}, terms=TERMS, by=("site",))
    assert given.split == {("Lisbon",): (40, 2), ("(none)",): (100, 2)}


def test_records_belong_to_the_month_of_their_stop_unless_the_contract_says_start() -> None:
    cases = """
        case_key | opened_at   | resolved_at
        across   | 01-30 16:00 | 02-02 10:00
        within   | 02-03 10:00 | 02-03 11:00
    """
    level = "is: turnaround, clock: work, share_within: 1 business hours"
    by_stop = measure(level, {"cases": cases}, terms=TERMS, windows=[JANUARY, FEBRUARY])
    assert by_stop.sums == [None, (1, 2)]
    by_start = measure(level, {"cases": cases}, terms=TERMS, level="attribute_to: start", windows=[JANUARY, FEBRUARY])
    assert by_start.sums == [(0, 1), (1, 1)]


def test_no_records_give_no_row_and_neither_0_nor_100() -> None:
    for statistic in ("share_within: 1 hours", "statistic: mean", "statistic: median", "statistic: percentile"):
        given = measure(f"is: turnaround, clock: plain, {statistic}", {"cases": "case_key"}, terms=TERMS)
        assert given.totals == []
