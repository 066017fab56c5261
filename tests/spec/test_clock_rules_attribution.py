"""Which window a timed record belongs to, what happens to one still open, and time that stops clocks."""

import pytest

from tests.lib.measured import Measured, measure

HOUR = 3_600
TERMS = """
calendars:
  office: {time_zone: UTC, week: {mon-fri: "09:00-17:00"}}
  new_york: {time_zone: America/New_York, week: {mon-fri: "09:00-17:00"}}
  all_day: {time_zone: UTC, week: {mon-sun: "00:00-24:00"}}
clocks:
  work: {of: cases, calendar: office}
  days: {of: cases, calendar: all_day}
  history: {of: cases, calendar: office, stops: {status: [Resolved]}, pauses: {status: [Waiting]}}
  maintained: {of: cases, calendar: office, stop_the_clock: [M1, M2]}
exclusions:
  - {id: M1, reason: maintenance, stop_the_clock: [{from: "2026-01-05T10:00Z", to: "2026-01-05T11:00Z"}]}
  - {id: M2, reason: maintenance, stop_the_clock: [{from: "2026-01-05T10:30Z", to: "2026-01-05T12:00Z"}]}
"""
# Four open hours from the start: due on Friday the 30th, on Monday 2 February, and at the month's last closing.
CASES = """
    case_key     | opened_at   | resolved_at
    early        | 01-30 09:00 | 01-30 12:00
    late         | 01-30 09:00 | 02-02 10:00
    due in feb   | 01-30 14:00 | 02-02 09:30
    due at close | 01-30 13:00 | 02-02 09:30
    open         | 01-30 10:00 | -
    open in feb  | 01-30 16:00 | -
    fresh        | 02-27 16:00 | -
"""
LEVEL = "is: turnaround, clock: work, share_within: 4 business hours"


def attributed(level: str, *, cases: str = CASES, measured: str = LEVEL, as_of: str = "2026-03-01") -> Measured:
    return measure(measured, {"cases": cases}, terms=TERMS, level=level, as_of=as_of)


def test_rule_10_a_record_belongs_to_the_window_of_its_stop() -> None:
    given = attributed("attribute_to: stop")
    assert given.window_of == {"early": 0, "late": 1, "due in feb": 1, "due at close": 1}
    assert given.sums == [(1, 1), (1, 3)]


def test_rule_10_a_record_belongs_to_the_window_of_its_start() -> None:
    given = attributed("attribute_to: start")
    assert given.sums == [(2, 4)]


def test_rule_10_a_record_belongs_to_the_window_in_which_it_falls_due_at_closing_time_on_a_tie() -> None:
    given = attributed("attribute_to: due")
    assert given.window_of == {"early": 0, "late": 0, "due in feb": 1, "due at close": 0}
    assert given.sums == [(1, 3), (1, 1)]


def test_rule_10_one_still_open_counts_as_missed_once_past_its_target() -> None:
    for attribute_to in ("stop", "due"):
        given = attributed(f"attribute_to: {attribute_to}, still_open: missed_once_past_target")
        assert given.window_of["open"] == 0
        assert given.window_of["open in feb"] == 1
        assert "fresh" not in given.window_of
        assert given.met["open"] is False
    by_start = attributed("attribute_to: start, still_open: missed_once_past_target")
    assert by_start.window_of["open in feb"] == 0
    assert by_start.sums == [(2, 6)]


def test_rule_10_a_record_missed_while_open_is_not_counted_again_when_it_stops() -> None:
    january = attributed("still_open: missed_once_past_target", as_of="2026-01-31")
    assert january.window_of == {"early": 0, "late": 0, "open": 0}
    later = attributed("still_open: missed_once_past_target")
    assert {key: index for key, index in later.window_of.items() if key != "early"} == {
        "late": 0, "due in feb": 1, "due at close": 0, "open": 0, "open in feb": 1,
    }  # fmt: skip


def test_rule_10_a_record_exactly_on_target_and_still_open_is_not_missed() -> None:
    cases = """
        case_key | opened_at   | resolved_at
        tie      | 01-30 13:00 | -
    """
    assert attributed("still_open: missed_once_past_target", cases=cases, as_of="2026-02-02 09:00").totals == []
    over = attributed("still_open: missed_once_past_target", cases=cases, as_of="2026-02-02 09:00:01")
    assert over.window_of == {"tie": 0}


def test_rule_10_one_carried_belongs_to_the_window_in_which_it_stops() -> None:
    by_start = attributed("attribute_to: start, still_open: carried")
    assert by_start.window_of == {"early": 0, "late": 1, "due in feb": 1, "due at close": 1}
    by_due = attributed("attribute_to: due, still_open: carried")
    assert by_due.window_of == {"early": 0, "late": 1, "due in feb": 1, "due at close": 1}
    assert attributed("still_open: carried").window_of == by_start.window_of


def test_rule_10_a_stop_after_the_run_has_not_happened() -> None:
    given = attributed("still_open: missed_once_past_target", as_of="2026-01-30 14:30")
    assert given.window_of == {"early": 0, "late": 0, "open": 0}
    assert given.seconds["late"] == 5.5 * HOUR
    assert attributed("", as_of="2026-01-30 14:30").window_of == {"early": 0}


def test_rule_10_months_are_those_of_the_contracts_zone() -> None:
    cases = """
        case_key | opened_at   | resolved_at
        a        | 01-30 15:00 | 2026-02-01 04:59:59
        b        | 01-30 15:00 | 2026-02-01 05:00
    """
    given = measure(LEVEL, {"cases": cases}, terms=TERMS, zone="America/New_York")
    assert given.window_of == {"a": 0, "b": 1}


def test_rule_10_a_record_that_falls_due_but_has_no_target_is_listed_where_it_stopped() -> None:
    cases = """
        case_key | opened_at   | resolved_at | priority
        early    | 01-30 09:00 | 02-02 10:00 | P1
        late     | 01-30 09:00 | 02-02 10:00 | P9
    """
    target = "{by: priority, map: {P1: 4 business hours}}"
    level = LEVEL.replace("4 business hours", target)
    given = attributed("attribute_to: due", cases=cases, measured=level)
    assert given.excluded == {"late": "no target"}
    assert given.window_of["late"] == 1


@pytest.mark.parametrize(
    ("target", "opened", "due_window"),
    [
        ("1 business days", "01-29 10:00", 0),
        ("1 business days", "01-30 10:00", 1),
        ("1 business days", "01-29 18:00", 1),
        ("1 business days by end of day", "01-29 18:00", 0),
        ("1 business days by end of day", "01-30 08:00", 1),
        ("1 calendar days by end of day", "01-30 23:00", 0),
        ("1 calendar days by end of day", "01-31 01:00", 1),
        ("1 calendar days", "01-30 23:59:59", 0),
        ("1 calendar days", "01-31 00:00:00", 1),
        ("24 hours", "01-30 23:59:59", 0),
        ("24 hours", "01-31 00:00:00", 1),
    ],
)
def test_rules_5_and_10_the_due_instant_of_days_is_the_last_one_in_time(
    target: str, opened: str, due_window: int
) -> None:
    cases = f"""
        case_key | opened_at | resolved_at
        a        | {opened}  | 02-20 10:00
    """
    level = f"is: turnaround, clock: work, share_within: {target}"
    given = attributed("attribute_to: due", cases=cases, measured=level)
    assert given.window_of == {"a": due_window}


EVENTS = """
    case_key | at          | sequence | status
    c        | 01-30 09:00 | 1        | New
    c        | 01-30 11:00 | 2        | Waiting
    c        | 01-30 13:00 | 3        | Active
    c        | 01-30 16:00 | 4        | Waiting
    c        | 02-10 10:00 | 5        | Active
    c        | 02-10 12:00 | 6        | Resolved
"""
CASE = """
    case_key | opened_at
    c        | 01-30 09:00
"""


def by_history(target: str, level: str, *, events: str = EVENTS, as_of: str = "2026-03-01") -> Measured:
    measured = f"is: turnaround, clock: history, share_within: {target}"
    return measure(measured, {"cases": CASE, "case_events": events}, terms=TERMS, level=level, as_of=as_of)


@pytest.mark.parametrize(
    ("hours", "window"),
    [("4 business hours", 0), ("5 business hours", 0), ("5.5 business hours", 1), ("9 business hours", 1)],
)
def test_rule_10_a_case_with_pauses_is_due_where_it_had_run_its_target(hours: str, window: int) -> None:
    # Ran five hours on 30 January, paused at 16:00, and went on for two on 10 February.
    given = by_history(hours, "attribute_to: due")
    assert given.window_of == {"c": window}


def test_rule_10_a_paused_case_that_missed_its_target_before_the_pause_was_due_before_it() -> None:
    events = "\n".join(EVENTS.splitlines()[:6])
    level = "still_open: missed_once_past_target"
    assert by_history("4 business hours", level, events=events).window_of == {"c": 0}
    assert by_history("5 business hours", level, events=events).totals == []


def test_rule_10_due_by_shares_of_targets_is_where_they_add_up_to_one() -> None:
    terms = TERMS.replace("pauses: {status: [Waiting]}}", "pauses: {status: [Waiting]}, priority_change: proportional}")
    events = """
        case_key | at          | sequence | status   | priority
        c        | 01-30 09:00 | 1        | New      | P2
        c        | 01-30 13:00 | 2        | -        | P1
        c        | 02-10 12:00 | 3        | Resolved | -
    """
    for p1, window in [("8 business hours", 0), ("9 business hours", 1)]:
        target = f"{{by: priority, map: {{P1: {p1}, P2: 8 business hours}}}}"
        measured = f"is: turnaround, clock: history, share_within: {target}"
        facts = {"cases": CASE, "case_events": events}
        given = measure(measured, facts, terms=terms, level="attribute_to: due")
        assert given.window_of == {"c": window}


def test_rule_10_due_by_the_highest_priority_is_where_its_target_was_reached() -> None:
    terms = TERMS.replace("pauses: {status: [Waiting]}}", "pauses: {status: [Waiting]}, priority_change: highest}")
    events = """
        case_key | at          | sequence | status   | priority
        c        | 01-30 09:00 | 1        | New      | P2
        c        | 02-02 10:00 | 2        | -        | P1
        c        | 02-10 12:00 | 3        | Resolved | P2
    """
    target = "{by: priority, map: {P1: 4 business hours, P2: 10 business hours}}"
    measured = f"is: turnaround, clock: history, share_within: {target}"
    given = measure(measured, {"cases": CASE, "case_events": events}, terms=terms, level="attribute_to: due")
    assert given.window_of == {"c": 0}


def test_rule_10_a_case_stopped_in_time_would_have_been_due_where_what_is_left_would_have_run_out() -> None:
    events = "\n".join(EVENTS.splitlines()[:6]) + "\n c | 01-30 16:30 | 5 | Resolved"
    assert by_history("5.5 business hours", "attribute_to: due", events=events).window_of == {"c": 0}
    assert by_history("6 business hours", "attribute_to: due", events=events).window_of == {"c": 1}


def test_rule_11_time_that_stops_the_clock_is_closed_time_and_overlaps_count_once() -> None:
    cases = """
        case_key | opened_at   | resolved_at
        a        | 01-05 09:00 | 01-05 13:00
    """
    level = "is: turnaround, clock: maintained, share_within: 2 business hours"
    overlays = {"M1": [("01-05 10:00", "01-05 11:00")], "M2": [("01-05 10:30", "01-05 12:00")]}
    given = measure(level, {"cases": cases}, terms=TERMS, overlays=overlays)
    assert given.seconds == {"a": 2 * HOUR}
    assert given.met == {"a": True}
    others = measure(LEVEL, {"cases": cases}, terms=TERMS, overlays=overlays)
    assert others.seconds == {"a": 4 * HOUR}


def test_rule_11_time_that_stops_the_clock_moves_no_record_to_another_window() -> None:
    cases = """
        case_key | opened_at   | resolved_at
        a        | 01-30 09:00 | 01-31 23:59:59
    """
    level = "is: turnaround, clock: maintained, share_within: 20 hours"
    given = measure(level, {"cases": cases}, terms=TERMS, overlays={"M1": [("01-30 12:00", "02-02 00:00")]})
    assert given.seconds == {"a": 3 * HOUR}
    assert given.window_of == {"a": 0}
