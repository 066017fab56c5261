"""Volume, throughput, backlog, agents' time, attrition and forecasts."""

import pytest

from tests.lib.measured import FEBRUARY, JANUARY, measure

OFFICE = 'calendars: {office: {time_zone: UTC, week: {mon-fri: "09:00-17:00"}, closed: [2026-01-01, 2026-01-06]}}'

CASES = """
    case_key   | opened_at        | resolved_at | site
    done       | 01-05 09:00      | 01-05 10:00 | Lisbon
    late       | 01-30 16:00      | 02-02 10:00 | Lisbon
    old        | 2025-12-30 09:00 | 02-10 12:00 | Manila
    never      | 01-09 09:00      | -           | Manila
    at the end | 01-29 09:00      | 02-01 00:00 | Manila
"""


def test_volume_counts_records_in_the_window_they_came_in() -> None:
    given = measure("is: volume, of: cases", {"cases": CASES})
    assert given.sums == [(4, 1)]
    assert {one.ratio.records for one in given.totals} == {4}


def test_volume_splits_into_parts_that_add_up() -> None:
    given = measure("is: volume, of: cases", {"cases": CASES}, by=("site",))
    assert given.split == {("Lisbon",): (2, 1), ("Manila",): (2, 1)}


def test_throughput_counts_records_in_the_window_they_were_finished() -> None:
    assert measure("is: throughput", {"cases": CASES}).sums == [(1, 1), (3, 1), (0, 1)]


def test_throughput_per_open_day_divides_by_the_calendars_open_days() -> None:
    given = measure("is: throughput, per: open_day, calendar: office", {"cases": CASES}, terms=OFFICE)
    assert given.sums == [(1, 20), (3, 20), (0, 22)]


def test_throughput_per_open_hour_is_kept_in_seconds() -> None:
    given = measure("is: throughput, per: open_hour, calendar: office", {"cases": CASES}, terms=OFFICE)
    assert given.sums == [(3_600, 20 * 8 * 3_600), (3 * 3_600, 20 * 8 * 3_600), (0, 22 * 8 * 3_600)]


def test_nothing_finished_of_the_work_in_hand_is_a_zero_that_was_measured() -> None:
    cases = """
        case_key | opened_at   | resolved_at
        done     | 01-05 09:00 | 01-05 10:00
        waits    | 01-09 09:00 | -
    """
    given = {"cases": cases}
    assert measure("is: throughput", given, windows=[JANUARY, FEBRUARY]).sums == [(1, 1), (0, 1)]
    daily = measure("is: throughput, per: open_day, calendar: office", given, terms=OFFICE, windows=[FEBRUARY])
    assert daily.sums == [(0, 20)]


def test_with_nothing_to_finish_no_throughput_is_measured() -> None:
    cases = """
        case_key | opened_at   | resolved_at
        done     | 01-05 09:00 | 01-05 10:00
        later    | 03-02 09:00 | -
    """
    assert measure("is: throughput", {"cases": cases}, windows=[JANUARY, FEBRUARY]).sums == [(1, 1)]
    assert measure("is: volume, of: cases", {"cases": cases}, windows=[JANUARY, FEBRUARY]).sums == [(1, 1)]


def test_a_record_finished_as_the_window_ends_is_of_the_next() -> None:
    given = measure("is: throughput", {"cases": CASES}, windows=[JANUARY])
    assert given.sums == [(1, 1)]
    assert set(given.window_of) == {"done", "late", "old", "never", "at the end"}


def test_a_window_not_over_yet_has_had_only_the_open_days_so_far() -> None:
    for as_of, days in [("2026-02-10 12:00", 7), ("2026-02-20 00:00", 15)]:
        level = "is: throughput, per: open_day, calendar: office"
        given = measure(level, {"cases": CASES}, terms=OFFICE, as_of=as_of, windows=[FEBRUARY])
        assert given.sums == [(3, days)]


def test_backlog_counts_records_open_at_the_end_of_each_window() -> None:
    given = measure("is: backlog", {"cases": CASES})
    assert given.sums == [(4, 1), (1, 1), (1, 1)]
    assert given.window_of.keys() >= {"done", "late", "old", "never"}


def test_backlog_at_the_end_of_a_window_that_is_not_over_is_as_of_the_run() -> None:
    assert measure("is: backlog", {"cases": CASES}, as_of="2026-01-29 12:00").sums == [(3, 1)]


def test_an_empty_backlog_is_a_zero_that_was_measured() -> None:
    cases = """
        case_key | opened_at   | resolved_at
        done     | 01-05 09:00 | 01-05 10:00
    """
    assert measure("is: backlog", {"cases": cases}).sums == [(0, 1)]


def test_a_backlog_of_no_facts_is_not_measured() -> None:
    assert measure("is: backlog", {"cases": "case_key"}).totals == []
    assert measure("is: backlog", {"cases": CASES}, as_of="2025-12-01").totals == []


def test_the_age_of_a_backlog_is_counted_on_the_calendar() -> None:
    given = measure(
        "is: backlog, calendar: office, statistic: mean_age", {"cases": CASES}, terms=OFFICE, windows=[JANUARY]
    )
    # Open at the end of January: late 1 h, old 2 + 20 days of 8 h, never 16 days, at the end 2 days.
    assert given.sum == (3_600 * (1 + 8 * 22 + 8 * 16 + 8 * 2), 4)


def test_the_share_of_the_backlog_older_than_a_limit_leaves_out_what_is_exactly_as_old() -> None:
    cases = """
        case_key   | opened_at      | resolved_at
        exactly    | 01-29 00:00    | -
        older      | 01-28 23:59:59 | -
        young      | 01-30 00:00    | -
        done       | 01-02 00:00    | 01-30 00:00
    """
    given = measure("is: backlog, older_than: 3 days", {"cases": cases}, windows=[JANUARY])
    assert given.sum == (1, 3)


def test_the_backlog_of_transactions_ends_at_completion_or_another_column() -> None:
    transactions = """
        transaction_key | received_at | completed_at
        a               | 01-05 09:00 | -
        b               | 01-05 09:00 | 01-05 10:00
    """
    facts = {"transactions": transactions}
    assert measure("is: backlog, of: transactions", facts, windows=[JANUARY]).sum == (1, 1)
    assert measure("is: throughput, of: transactions", facts, windows=[JANUARY]).sum == (1, 1)
    cases = CASES.replace("resolved_at", "closed_at")
    assert measure("is: backlog, stops: closed_at", {"cases": cases}, windows=[JANUARY]).sum == (4, 1)


AGENT_TIME = """
    agent_key | started_at  | paid_seconds | scheduled_seconds | worked_seconds | available_seconds | handling_seconds | in_adherence_seconds
    ann       | 01-05 09:00 | 1000         | 900               | 800            | 200               | 600              | 720
    bob       | 01-05 09:00 | 500          | 450               | 450            | 150               | 300              | 405
    cat       | 01-05 09:00 | -            | -                 | -              | -                 | -                | -
"""  # noqa: E501 - a table


@pytest.mark.parametrize(
    ("kind", "sums"),
    [
        ("occupancy", (900, 1250)),
        ("utilisation", (900, 1500)),
        ("shrinkage", (250, 1500)),
        ("adherence", (1125, 1350)),
        ("conformance", (1250, 1350)),
    ],
)
def test_a_share_of_agents_time_leaves_out_intervals_that_lack_a_part(kind: str, sums: tuple[int, int]) -> None:
    assert measure(f"is: {kind}", {"agent_time": AGENT_TIME}).sum == sums


def test_attrition_is_separations_over_average_headcount_as_a_yearly_rate() -> None:
    headcount = """
        counted_at       | site   | headcount_start | headcount_end | separations
        2026-01-01 00:00 | Lisbon | 100             | 110           | 5
        2026-01-01 00:00 | Manila | 50              | 40            | 10
        2026-01-01 00:00 | -      | 10              | -             | 1
    """
    # 15 leavers of an average of 150 in one month are 120 % a year.
    assert measure("is: attrition", {"headcount": headcount}, windows=[JANUARY]).sum == (360, 300)


def test_records_keyed_by_columns_that_may_be_missing_are_listed_by_the_others() -> None:
    headcount = """
        counted_at       | site | headcount_start | headcount_end | separations
        2026-01-01 00:00 | -    | 10              | 10            | 1
    """
    given = measure("is: attrition", {"headcount": headcount}, windows=[JANUARY])
    assert list(given.window_of) == ["1767225600   "]


FORECASTS = """
    interval_key | starts_at   | offered | forecast_offered
    over         | 01-05 09:00 | 10      | 14
    under        | 01-05 09:30 | 20      | 18
    no forecast  | 01-05 10:00 | 20      | -
"""


def test_forecast_accuracy_is_one_less_the_gaps_over_the_actual_volume() -> None:
    assert measure("is: forecast_accuracy", {"interval_counts": FORECASTS}).sum == (24, 30)


def test_forecast_bias_lets_gaps_cancel_out() -> None:
    assert measure("is: forecast_bias", {"interval_counts": FORECASTS}).sum == (2, 30)


@pytest.mark.parametrize(
    ("level", "table"),
    [
        ("is: volume, of: cases", "cases"),
        ("is: throughput", "cases"),
        ("is: occupancy", "agent_time"),
        ("is: attrition", "headcount"),
        ("is: forecast_accuracy", "interval_counts"),
    ],
)
def test_no_records_give_no_row_and_neither_0_nor_100(level: str, table: str) -> None:
    assert measure(level, {table: "site"}).totals == []
