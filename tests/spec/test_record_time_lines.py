"""One record's clock drawn out: what its spans count is what its level measured, whatever the clock's rules."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from remit.ingest.contract_files import ContractVersions
from remit.performance.clocks import Going, draw_curve, reached_at, spans_of
from remit.runs import Evidence, explain
from remit.runs.timing import TimeLine, time_line
from remit.terms.calendars import AROUND_THE_CLOCK
from remit.terms.durations import ClockUnit
from remit.terms.periods import Period, month_of
from tests.lib.run_facts import HEAD, opened

MARCH: Period = month_of(date(2026, 3, 1))
CALENDARS = """
calendars:
  desk: {time_zone: UTC, week: {mon-fri: "09:00-17:00"}}
"""
LEVEL = """
service_levels:
  SL1:
    name: in time
    measure: {is: turnaround, clock: way, share_within: 4 business hours}
    expected: 90%
"""
# 2026-03-02 is a Monday.
CASES = """
case_key | opened_at        | resolved_at      | site
C-1      | 2026-03-02 16:00 | 2026-03-03 10:00 | A
C-2      | 2026-03-02 08:00 | 2026-03-02 12:00 | A
C-3      | 2026-03-06 16:30 | 2026-03-10 11:00 | B
"""
EVENTS = """
case_key | at               | sequence | status_from | status
C-1      | 2026-03-02 16:00 | 1        |             | New
C-1      | 2026-03-02 16:30 | 2        | New         | Waiting
C-1      | 2026-03-03 09:20 | 3        | Waiting     | New
C-1      | 2026-03-03 10:00 | 4        | New         | Resolved
C-2      | 2026-03-02 08:00 | 1        |             | New
C-2      | 2026-03-02 12:00 | 2        | New         | Resolved
C-2      | 2026-03-02 13:00 | 3        | Resolved    | New
C-2      | 2026-03-02 14:00 | 4        | New         | Resolved
C-3      | 2026-03-06 16:30 | 1        |             | New
C-3      | 2026-03-06 16:45 | 2        | New         | Waiting
C-3      | 2026-03-10 11:00 | 3        | Waiting     | Resolved
"""


def told(line: TimeLine | None) -> list[tuple[str, str, str, int]]:
    assert line is not None
    return [(at(span.start_at), at(span.end_at), span.going.value, span.counted) for span in line.spans]


def at(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%d %H:%M}"


def test_hours_in_which_the_desk_is_closed_are_told_apart_from_those_it_worked(tmp_path: Path) -> None:
    contract = f"{HEAD}{CALENDARS}{LEVEL}\nclocks:\n  way: {{calendar: desk, starts: opened_at, stops: resolved_at}}\n"
    with opened(tmp_path, contract, cases=CASES) as (versions, evidence):
        line = time_line(versions, evidence, "SL1", MARCH, "C-1")
    assert told(line) == [
        ("02 16:00", "02 17:00", "running", 3600),
        ("02 17:00", "03 09:00", "closed", 0),
        ("03 09:00", "03 10:00", "running", 3600),
    ]
    assert line is not None
    assert (line.seconds, line.target_seconds, line.reached_at) == (7200, 14400, None)


def test_a_pause_is_told_as_one_and_the_target_falls_where_the_clock_reached_it(tmp_path: Path) -> None:
    clock = "way: {calendar: desk, starts: opened_at, stops: {status: Resolved}, pauses: {status: Waiting}}"
    level = LEVEL.replace("4 business hours", "45 business minutes")
    with opened(tmp_path, f"{HEAD}{CALENDARS}{level}\nclocks:\n  {clock}\n", cases=CASES, case_events=EVENTS) as (
        versions,
        evidence,
    ):
        line = time_line(versions, evidence, "SL1", MARCH, "C-1")
    assert told(line) == [
        ("02 16:00", "02 16:30", "running", 1800),
        ("02 16:30", "03 09:20", "paused", 0),
        ("03 09:20", "03 10:00", "running", 2400),
    ]
    assert line is not None
    assert (line.seconds, line.reached_at) == (4200, int(datetime(2026, 3, 3, 9, 35, tzinfo=UTC).timestamp()))


CLOCKS = {
    "columns": "way: {calendar: desk, starts: opened_at, stops: resolved_at}",
    "by site": "way: {calendar: {by: site, map: {A: desk}}, starts: opened_at, stops: resolved_at}",
    "pauses": "way: {calendar: desk, starts: opened_at, stops: {status: Resolved}, pauses: {status: Waiting}}",
    "column to column with pauses": "way: {calendar: desk, starts: opened_at, stops: resolved_at, "
    "pauses: {status: Waiting}}",
    "longest pause": "way: {calendar: desk, starts: opened_at, stops: {status: Resolved}, pauses: {status: Waiting}, "
    "max_pause: 15 business minutes}",
    "longest pause in days": "way: {calendar: desk, starts: opened_at, stops: {status: Resolved}, "
    "pauses: {status: Waiting}, max_pause: 1 business day}",
    "longest pause in ends of days": "way: {calendar: desk, starts: opened_at, stops: {status: Resolved}, "
    "pauses: {status: Waiting}, max_pause: 1 business day by end of day}",
    "opened again": "way: {calendar: desk, starts: opened_at, stops: {status: Resolved}, reopen: {do: resume}}",
    "begun again": "way: {calendar: desk, starts: opened_at, stops: {status: Resolved}, reopen: {do: restart}}",
    "a record of its own": "way: {calendar: desk, starts: opened_at, stops: {status: Resolved}, "
    "reopen: {do: new_record}}",
    "the clock stopped": "way: {calendar: desk, starts: opened_at, stops: resolved_at, stop_the_clock: [X1]}",
}
TARGETS = {
    **dict.fromkeys(CLOCKS, "4 business hours"),
    "by site": "4 hours",
    "pauses": "1 business day",
    "opened again": "1 business day by end of day",
    "longest pause in days": "1 business day",
    "longest pause in ends of days": "1 business day by end of day",
}
STOP = """
exclusions:
  - id: X1
    stop_the_clock: [{from: "2026-03-02T09:30", to: "2026-03-02T10:00"}]
    reason: the line was down
"""


@pytest.mark.parametrize("clock", sorted(CLOCKS))
def test_what_the_spans_count_is_what_the_list_of_records_says(tmp_path: Path, clock: str) -> None:
    level = LEVEL.replace("4 business hours", TARGETS[clock])
    stop = STOP if "X1" in CLOCKS[clock] else ""
    contract = f"{HEAD}{CALENDARS}{level}{stop}\nclocks:\n  {CLOCKS[clock]}\n"
    with opened(tmp_path, contract, cases=CASES, case_events=EVENTS) as (versions, evidence):
        compare(versions, evidence)


def compare(versions: ContractVersions, evidence: Evidence) -> None:
    """Every record of the list with its drawn clock."""
    (found,) = explain(versions, evidence, "SL1", MARCH)
    assert found.records
    for record in found.records:
        if record.excluded_by is not None:
            continue
        line = time_line(versions, evidence, "SL1", MARCH, record.key)
        assert line is not None
        assert (line.seconds, line.target_seconds) == (record.seconds, record.target_seconds)
        assert sum(span.counted for span in line.spans) == record.seconds
        in_order = [edge for span in line.spans for edge in (span.start_at, span.end_at)]
        assert in_order == sorted(in_order)


def test_time_between_a_stop_and_a_reopening_is_nobodys(tmp_path: Path) -> None:
    contract = f"{HEAD}{CALENDARS}{LEVEL}\nclocks:\n  {CLOCKS['opened again']}\n"
    with opened(tmp_path, contract, cases=CASES, case_events=EVENTS) as (versions, evidence):
        line = time_line(versions, evidence, "SL1", MARCH, "C-2")
    assert told(line) == [
        ("02 08:00", "02 09:00", "closed", 0),
        ("02 09:00", "02 12:00", "running", 10800),
        ("02 12:00", "02 13:00", "stopped", 0),
        ("02 13:00", "02 14:00", "running", 3600),
    ]
    assert line is not None
    assert reached_at(line.spans, 14400) == line.spans[-1].end_at


def test_what_lies_beyond_the_longest_pause_runs(tmp_path: Path) -> None:
    contract = f"{HEAD}{CALENDARS}{LEVEL}\nclocks:\n  {CLOCKS['longest pause']}\n"
    with opened(tmp_path, contract, cases=CASES, case_events=EVENTS) as (versions, evidence):
        line = time_line(versions, evidence, "SL1", MARCH, "C-1")
    assert told(line) == [
        ("02 16:00", "02 16:30", "running", 1800),
        ("02 16:30", "02 16:45", "paused", 0),
        ("02 16:45", "02 17:00", "running", 900),
        ("02 17:00", "03 09:00", "closed", 0),
        ("03 09:00", "03 09:20", "running", 1200),
        ("03 09:20", "03 10:00", "running", 2400),
    ]


def test_a_level_without_a_clock_and_a_record_that_is_not_there_have_no_time_line(tmp_path: Path) -> None:
    level = "service_levels:\n  SL1: {name: reopened, measure: {is: reopening}, expected: 6%}\n"
    with opened(tmp_path, f"{HEAD}{level}", cases=CASES) as (versions, evidence):
        assert time_line(versions, evidence, "SL1", MARCH, "C-1") is None
        assert time_line(versions, evidence, "SL9", MARCH, "C-1") is None
    (tmp_path / "again").mkdir()
    contract = f"{HEAD}{CALENDARS}{LEVEL}\nclocks:\n  {CLOCKS['columns']}\n"
    with opened(tmp_path / "again", contract, cases=CASES) as (versions, evidence):
        assert time_line(versions, evidence, "SL1", MARCH, "C-9") is None


def test_open_records_are_drawn_up_to_where_the_facts_end(tmp_path: Path) -> None:
    cases = CASES.replace("2026-03-02 12:00 | A", "                 | A")
    contract = f"{HEAD}{CALENDARS}{LEVEL}    still_open: missed_once_past_target\n\nclocks:\n  {CLOCKS['columns']}\n"
    with opened(tmp_path, contract, cases=cases) as (versions, evidence):
        line = time_line(versions, evidence, "SL1", MARCH, "C-2")
        compare(versions, evidence)
    assert line is not None
    assert line.spans[-1].going in (Going.RUNNING, Going.CLOSED)


def test_a_clock_of_days_stopped_in_the_second_of_an_opening_is_drawn_as_it_was_before_the_jump(tmp_path: Path) -> None:
    level = LEVEL.replace("4 business hours", "1 business day")
    contract = f"{HEAD}{CALENDARS}{level}\nclocks:\n  {CLOCKS['columns']}\n"
    cases = """
    case_key | opened_at        | resolved_at      | site
    AT       | 2026-03-02 16:00 | 2026-03-03 09:00 | A
    AFTER    | 2026-03-02 16:00 | 2026-03-03 10:00 | A
    """
    with opened(tmp_path, contract, cases=cases) as (versions, evidence):
        compare(versions, evidence)
        stopped = time_line(versions, evidence, "SL1", MARCH, "AT")
    assert told(stopped) == [
        ("02 16:00", "02 17:00", "running", 28_800),
        ("02 17:00", "03 09:00", "closed", 0),
    ]


def test_a_stretch_that_ends_before_it_starts_is_refused() -> None:
    always = draw_curve("always", AROUND_THE_CLOCK, unit=ClockUnit.ALL_SECONDS, from_at=0, to_at=100_000)
    with pytest.raises(ValueError, match="can't end before it"):
        spans_of(always, 200, 100, going=Going.RUNNING, counted=0)
