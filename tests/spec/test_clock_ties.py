"""Ties: work that is stopped in the very second at which it is due took no more than its target, and is in time."""

import pytest

from tests.lib.measured import Measured, measure

TERMS = """
calendars:
  office: {time_zone: UTC, week: {mon-fri: "09:00-17:00"}}
  late: {time_zone: UTC, week: {mon: "08:00-12:00", tue: "11:00-17:00", wed: "10:00-17:00"}}
  berlin: {time_zone: Europe/Berlin, week: {mon-sun: "00:00-24:00"}}
clocks:
  office: {of: cases, calendar: office}
  late: {of: cases, calendar: late}
  berlin: {of: cases, calendar: berlin}
  history: {of: cases, calendar: office, stops: {status: [Resolved]}, pauses: {status: [Waiting]}}
"""


def timed(clock: str, target: str, opened: str, resolved: str, level: str = "") -> Measured:
    cases = f"""
        case_key | opened_at | resolved_at
        c        | {opened}  | {resolved}
    """
    return measure(
        f"is: turnaround, clock: {clock}, share_within: {target}", {"cases": cases}, terms=TERMS, level=level,
        as_of="2026-04-15",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("clock", "target", "opened", "due"),
    [
        # Monday to Friday from nine to five: due at an opening, from a weekend, a night, and that opening itself.
        ("office", "2 business days", "01-03 12:00", "01-07 09:00"),
        ("office", "2 business days", "01-05 18:00", "01-08 09:00"),
        ("office", "2 business days", "01-05 09:00", "01-07 09:00"),
        ("office", "2 business days", "01-05 11:30", "01-07 11:30"),
        # Hours differ by the day: due at the opening of a day whose hours begin later than the time of day.
        ("late", "1 business days", "01-05 08:00", "01-06 11:00"),
        ("late", "1 business days", "01-05 13:00", "01-07 10:00"),
        # The local time at which it is due is skipped by the change of clocks.
        ("berlin", "1 calendar days", "03-28 01:30", "03-29 01:00"),
        # Open time needs no rule of its own: its clock stands from closing to opening, and due is the closing.
        ("office", "8 business hours", "01-05 09:00", "01-06 09:00"),
        ("office", "90 business minutes", "01-02 16:00", "01-05 09:30"),
        ("office", "2 days", "01-03 12:00", "01-05 12:00"),
    ],
)
def test_stopped_in_the_second_at_which_it_is_due_it_is_in_time_and_a_second_later_it_is_not(
    clock: str, target: str, opened: str, due: str
) -> None:
    before, at, after = (
        timed(clock, target, opened, f"2026-{second}") for second in (f"{_minute_before(due)}:59", due, f"{due}:01")
    )
    assert (before.met, at.met, after.met) == ({"c": True}, {"c": True}, {"c": False})
    took = [one.seconds["c"] or 0 for one in (before, at, after)]
    assert took == sorted(took)
    assert took[1] < took[2]


def _minute_before(due: str) -> str:
    day, _, clock = due.partition(" ")
    minutes = int(clock[:2]) * 60 + int(clock[3:]) - 1
    return f"{day} {minutes // 60:02}:{minutes % 60:02}"


def test_by_end_of_day_midnight_is_the_next_day_and_too_late() -> None:
    for target, opened, last in (
        ("1 business days by end of day", "01-01 10:00", "2026-01-02 23:59:59"),
        ("2 calendar days by end of day", "01-01 10:00", "2026-01-03 23:59:59"),
    ):
        assert timed("office", target, opened, last).met == {"c": True}
        assert timed("office", target, opened, f"2026-01-0{int(last[9]) + 1} 00:00:00").met == {"c": False}


def test_a_record_opened_and_stopped_in_the_second_of_an_opening_took_nothing() -> None:
    given = timed("office", "2 business days", "01-05 09:00", "2026-01-05 09:00")
    assert given.seconds == {"c": 0}
    assert given.met == {"c": True}


@pytest.mark.parametrize(
    ("second", "is_met"), [("01-06 16:59:59", True), ("01-07 09:00", True), ("01-07 09:00:01", False)]
)
@pytest.mark.parametrize("ends", ["Resolved", "Waiting"])
def test_so_it_is_with_a_history_whether_it_is_stopped_or_paused_then(second: str, is_met: bool, ends: str) -> None:  # noqa: FBT001 - a column of the table
    events = f"""
        case_key | at          | sequence | status
        c        | 01-03 12:00 | 1        | New
        c        | {second}    | 2        | {ends}
        c        | 01-08 09:00 | 3        | Resolved
    """
    cases = """
        case_key | opened_at
        c        | 01-03 12:00
    """
    given = measure(
        "is: turnaround, clock: history, share_within: 2 business days",
        {"cases": cases, "case_events": events}, terms=TERMS,
    )  # fmt: skip
    assert given.met == {"c": is_met}


def test_a_case_stopped_at_an_opening_before_it_was_due_falls_due_where_it_would_have() -> None:
    events = """
        case_key | at          | sequence | status
        c        | 01-28 10:00 | 1        | New
        c        | 01-30 09:00 | 2        | Resolved
    """
    cases = """
        case_key | opened_at
        c        | 01-28 10:00
    """
    given = measure(
        "is: turnaround, clock: history, share_within: 2 business days",
        {"cases": cases, "case_events": events}, terms=TERMS, level="attribute_to: due",
    )  # fmt: skip
    assert given.window_of == {"c": 0}, "due on Friday the 30th at ten, not on Monday"


def test_a_status_that_changes_at_an_opening_while_the_clock_runs_takes_nothing_off() -> None:
    events = """
        case_key | at          | sequence | status
        c        | 01-03 12:00 | 1        | New
        c        | 01-06 09:00 | 2        | Active
        c        | 01-07 10:00 | 3        | Resolved
    """
    cases = """
        case_key | opened_at
        c        | 01-03 12:00
    """
    given = measure(
        "is: turnaround, clock: history, share_within: 2 business days",
        {"cases": cases, "case_events": events}, terms=TERMS,
    )  # fmt: skip
    assert given.seconds == {"c": 2 * 86_400 + 10 * 3_600}
