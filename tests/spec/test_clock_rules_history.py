"""The clock's rules for a case with a history, each measured through the query: pauses, reopenings, changes."""

import pytest

from tests.lib.measured import Measured, measure

HOUR = 3_600
CALENDARS = """
calendars:
  office: {time_zone: UTC, week: {mon-fri: "09:00-17:00"}}
  split: {time_zone: Europe/Berlin, week: {mon-fri: "09:00-12:30, 13:30-17:30"}}
  lisbon: {time_zone: Europe/Lisbon, week: {mon-sun: "08:00-20:00"}}
"""
CASE = """
    case_key | opened_at   | resolved_at | priority | site
    c        | 01-05 09:00 | -           | P2       | Lisbon
"""
SHARE = "share_within: 4 business hours"
BY_PRIORITY = "share_within: {by: priority, map: {P1: 2 business hours, P2: 8 business hours}}"


def run(
    clock: str, events: str, *, target: str = SHARE, cases: str = CASE, level: str = "", as_of: str = "2026-03-01"
) -> Measured:
    """One clock over one case's history; the clock stops at Resolved and pauses at Waiting unless it says otherwise."""
    words = {"starts": "opened_at", "stops": "{status: [Resolved, Closed]}", "pauses": "{status: [Waiting, Hold]}"}
    own = [part.split(":")[0].strip() for part in clock.split("|") if part]
    given = [f"{name}: {value}" for name, value in words.items() if name not in own]
    given += [part.strip() for part in clock.split("|") if part]
    if "calendar" not in own:
        given.append("calendar: office")
    terms = CALENDARS + f"clocks: {{t: {{of: cases, {', '.join(given)}}}}}"
    facts = {"cases": cases, "case_events": events}
    return measure(f"is: turnaround, clock: t, {target}", facts, terms=terms, level=level, as_of=as_of)


PAUSED = """
    case_key | at          | sequence | status_from | status
    c        | 01-05 09:00 | 1        | -           | New
    c        | 01-05 10:00 | 2        | New         | Waiting
    c        | 01-05 12:00 | 3        | Waiting     | Active
    c        | 01-05 14:00 | 4        | Active      | Resolved
"""


def test_rule_3_elapsed_is_the_time_from_start_to_stop_less_paused_open_time() -> None:
    assert run("", PAUSED).seconds == {"c": 3 * HOUR}


def test_rule_3_a_pause_in_closed_hours_is_worth_nothing() -> None:
    events = PAUSED.replace("01-05 10:00", "01-05 17:00").replace("01-05 12:00", "01-06 09:00")
    events = events.replace("01-05 14:00", "01-06 10:00")
    assert run("", events).seconds == {"c": 9 * HOUR}


def test_rule_3_pauses_one_after_another_and_by_two_statuses_count_once() -> None:
    events = """
        case_key | at          | sequence | status
        c        | 01-05 09:00 | 1        | New
        c        | 01-05 10:00 | 2        | Waiting
        c        | 01-05 10:30 | 3        | Hold
        c        | 01-05 11:00 | 4        | Waiting
        c        | 01-05 12:00 | 5        | Active
        c        | 01-05 14:00 | 6        | Resolved
    """
    assert run("", events).seconds == {"c": 3 * HOUR}


def test_rule_3_a_stop_column_before_the_start_is_a_fault_of_the_record_and_never_a_silent_zero() -> None:
    cases = CASE.replace("| -  ", "| 01-04 12:00").replace("resolved_at |", "resolved_at |")
    given = run("stops: resolved_at", PAUSED, cases=cases)
    assert given.excluded == {"c": "stops before it starts"}
    assert given.sum == (0, 0)


def test_rule_3_a_status_that_stopped_the_case_before_its_start_is_a_fault_too() -> None:
    events = """
        case_key | at          | status
        c        | 01-04 12:00 | Resolved
    """
    given = run("", events)
    assert given.excluded == {"c": "stops before it starts"}


def test_rule_4_a_status_holds_from_its_instant_until_the_next_also_across_the_start() -> None:
    events = """
        case_key | at          | status
        c        | 01-05 08:00 | Waiting
        c        | 01-05 11:00 | Active
        c        | 01-05 12:00 | Resolved
    """
    assert run("", events).seconds == {"c": HOUR}


def test_rule_4_a_change_that_names_no_status_changes_none() -> None:
    events = """
        case_key | at          | status   | event
        c        | 01-05 10:00 | Waiting  | status
        c        | 01-05 11:00 | -        | comment
        c        | 01-05 12:00 | Active   | status
        c        | 01-05 13:00 | Resolved | status
    """
    assert run("", events).seconds == {"c": 2 * HOUR}


def test_rule_4_at_equal_instants_the_sources_sequence_decides() -> None:
    events = """
        case_key | at          | sequence | status
        c        | 01-05 10:00 | 2        | Waiting
        c        | 01-05 10:00 | 1        | Active
        c        | 01-05 12:00 | 3        | Active
        c        | 01-05 13:00 | 4        | Resolved
    """
    assert run("", events).seconds == {"c": 2 * HOUR}
    assert run("", events.replace("| 2    ", "| 0    ")).seconds == {"c": 4 * HOUR}


def test_rule_4_without_a_sequence_the_declared_order_decides_resume_pause_stop_reopen() -> None:
    pause_wins = """
        case_key | at          | status
        c        | 01-05 10:00 | Waiting
        c        | 01-05 10:00 | Active
        c        | 01-05 12:00 | Resolved
    """
    assert run("", pause_wins).seconds == {"c": HOUR}
    stop_wins = """
        case_key | at          | status
        c        | 01-05 10:00 | Resolved
        c        | 01-05 10:00 | Waiting
    """
    assert run("", stop_wins).seconds == {"c": HOUR}
    reopening_is_last = """
        case_key | at          | status_from | status
        c        | 01-05 10:00 | Resolved    | Active
        c        | 01-05 10:00 | New         | Resolved
        c        | 01-05 12:00 | Active      | Resolved
    """
    assert run("", reopening_is_last).seconds == {"c": 3 * HOUR}


REOPENED = """
    case_key | at          | sequence | status
    c        | 01-05 09:00 | 1        | New
    c        | 01-05 11:00 | 2        | Resolved
    c        | 01-06 10:00 | 3        | Active
    c        | 01-06 13:00 | 4        | Resolved
"""


def test_rule_6_reopening_resumes_and_the_time_between_stands_still() -> None:
    for clock in ("", "reopen: {do: resume}"):
        given = run(clock, REOPENED)
        assert given.seconds == {"c": 5 * HOUR}
        assert given.met == {"c": False}


def test_rule_6_reopening_restarts() -> None:
    assert run("reopen: {do: restart}", REOPENED).seconds == {"c": 3 * HOUR}


def test_rule_6_the_first_stop_wins() -> None:
    given = run("reopen: {do: first_stop_wins}", REOPENED)
    assert given.seconds == {"c": 2 * HOUR}


def test_rule_6_reopening_makes_a_new_record() -> None:
    assert run("reopen: {do: new_record}", REOPENED).seconds == {"c": 2 * HOUR, "c#2": 3 * HOUR}


@pytest.mark.parametrize(
    ("do", "seconds"),
    [
        ("resume", {"c": 5 * HOUR}),
        ("restart", {"c": 3 * HOUR}),
        ("first_stop_wins", {"c": 2 * HOUR}),
        ("new_record", {"c": 2 * HOUR, "c#2": 3 * HOUR}),
    ],
)
def test_rule_6_a_window_decides_by_open_time_which_of_two_policies_applies(do: str, seconds: dict[str, int]) -> None:
    # Stopped for six hours of Monday and one of Tuesday.
    other = "restart" if do == "resume" else "resume"
    exactly = run(f"reopen: {{do: {do}, within: 7 business hours, otherwise: {other}}}", REOPENED)
    assert exactly.seconds == seconds
    later = run(f"reopen: {{do: {other}, within: 25199 seconds, otherwise: {do}}}", REOPENED)
    assert later.seconds == seconds


def test_rule_6_a_window_in_business_days_is_not_24_open_hours() -> None:
    within = run("reopen: {do: resume, within: 1 business days, otherwise: new_record}", REOPENED)
    assert within.seconds == {"c": 5 * HOUR}
    after = REOPENED.replace("01-06 10:00", "01-06 11:30")
    assert set(run("reopen: {do: resume, within: 1 business days}", after).seconds) == {"c", "c#2"}


def test_rule_6_each_reopening_is_judged_by_itself() -> None:
    events = (
        REOPENED
        + """
    c        | 01-06 14:00 | 5        | Active
    c        | 01-06 15:00 | 6        | Resolved
    c        | 01-16 15:00 | 7        | Active
    c        | 01-16 16:00 | 8        | Closed
    """.rstrip()
    )
    given = run("reopen: {do: resume, within: 1 business days, otherwise: new_record}", events)
    assert given.seconds == {"c": 6 * HOUR, "c#2": HOUR}


def test_rule_6_closing_a_resolved_case_is_no_second_stop() -> None:
    events = PAUSED + "    c        | 01-20 10:00 | 5        | Resolved    | Closed\n"
    given = run("", events)
    assert given.seconds == {"c": 3 * HOUR}
    assert given.met == {"c": True}


def test_rule_6_a_case_reopened_and_not_stopped_again_is_open() -> None:
    events = "\n".join(REOPENED.splitlines()[:-1])
    assert run("", events).totals == []
    given = run("", events, level="still_open: missed_once_past_target")
    assert given.met == {"c": False}


REPRIORITISED = """
    case_key | at          | sequence | status   | priority
    c        | 01-05 09:00 | 1        | New      | P2
    c        | 01-05 12:00 | 2        | -        | P1
    c        | 01-05 13:00 | 3        | Resolved | -
"""
P1_NOW = CASE.replace("P2", "P1")


@pytest.mark.parametrize(
    ("policy", "met", "seconds"),
    [
        ("final", False, 4 * HOUR),
        ("initial", True, 4 * HOUR),
        ("highest", False, 4 * HOUR),
        ("proportional", True, 4 * HOUR),
        ("restart", True, HOUR),
    ],
)
def test_rule_7_a_change_of_priority(policy: str, *, met: bool, seconds: int) -> None:
    given = run(f"priority_change: {policy}", REPRIORITISED, target=BY_PRIORITY, cases=P1_NOW)
    assert given.met == {"c": met}
    assert given.seconds == {"c": seconds}


def test_rule_7_proportional_shares_of_exactly_one_are_met_and_a_second_more_is_not() -> None:
    # 3/8 of the one target, then 1.25/2 of the other: exactly 1.
    exactly = REPRIORITISED.replace("01-05 13:00", "01-05 13:15")
    assert run("priority_change: proportional", exactly, target=BY_PRIORITY, cases=P1_NOW).met == {"c": True}
    over = REPRIORITISED.replace("01-05 13:00", "01-05 13:15:01")
    assert run("priority_change: proportional", over, target=BY_PRIORITY, cases=P1_NOW).met == {"c": False}


def test_rule_7_highest_takes_the_shortest_target_the_case_ever_had() -> None:
    events = REPRIORITISED.replace("| New      | P2", "| New      | P1").replace("| -        | P1", "| -        | P2")
    given = run("priority_change: highest", events, target=BY_PRIORITY)
    assert given.met == {"c": False}
    assert given.records[0][0].target_seconds == 2 * HOUR


def test_rule_7_one_target_for_all_knows_no_priorities() -> None:
    for policy in ("final", "initial", "highest", "proportional", "restart"):
        assert run(f"priority_change: {policy}", REPRIORITISED, cases=P1_NOW).met == {"c": True}


@pytest.mark.parametrize("policy", ["final", "initial", "highest", "proportional", "restart"])
def test_rule_7_a_priority_changed_after_the_stop_judges_nothing(policy: str) -> None:
    events = """
        case_key | at          | sequence | status   | priority
        c        | 01-05 09:00 | 1        | New      | P2
        c        | 01-05 13:00 | 2        | Resolved | -
        c        | 01-05 14:00 | 3        | -        | P1
        c        | 01-05 15:00 | 4        | Closed   | -
    """
    given = run(f"priority_change: {policy}", events, target=BY_PRIORITY, cases=P1_NOW)
    assert given.met == {"c": True}
    assert given.seconds == {"c": 4 * HOUR}


def test_rule_7_a_priority_changed_while_resolved_counts_from_the_reopening() -> None:
    events = """
        case_key | at          | sequence | status   | priority
        c        | 01-05 09:00 | 1        | New      | P2
        c        | 01-05 10:00 | 2        | Resolved | -
        c        | 01-05 14:00 | 3        | -        | P1
        c        | 01-05 15:00 | 4        | Active   | -
        c        | 01-05 16:00 | 5        | Resolved | -
    """
    given = run("priority_change: restart", events, target=BY_PRIORITY, cases=P1_NOW)
    assert given.seconds == {"c": HOUR}
    assert given.records[0][0].target_seconds == 2 * HOUR


def test_rule_7_the_priority_of_the_creation_counts_though_the_clock_starts_later() -> None:
    given = run("starts: {status: [Active]}|priority_change: initial", """
        case_key | at          | sequence | status   | priority
        c        | 01-05 09:00 | 1        | New      | P2
        c        | 01-05 10:00 | 2        | Active   | -
        c        | 01-05 12:00 | 3        | -        | P1
        c        | 01-05 13:00 | 4        | Resolved | -
    """, target=BY_PRIORITY, cases=P1_NOW)  # fmt: skip
    assert given.met == {"c": True}
    assert given.seconds == {"c": 3 * HOUR}


def test_rule_7_a_priority_without_a_target_on_the_way_leaves_shares_of_targets_unknown() -> None:
    events = REPRIORITISED.replace("| New      | P2", "| New      | P9")
    given = run("priority_change: proportional", events, target=BY_PRIORITY, cases=P1_NOW)
    assert given.excluded == {"c": "no target"}
    assert run("", events, target=BY_PRIORITY, cases=P1_NOW).excluded == {}
    assert run("priority_change: initial", events, target=BY_PRIORITY, cases=P1_NOW).excluded == {"c": "no target"}


MOVED = """
    case_key | at          | sequence | status   | site
    c        | 01-05 09:00 | 1        | New      | Lisbon
    c        | 01-05 16:00 | 2        | -        | Berlin
    c        | 01-06 10:00 | 3        | Resolved | -
"""
BY_SITE = "calendar: {by: site, map: {Lisbon: lisbon, Berlin: split}}"


@pytest.mark.parametrize(
    ("policy", "seconds"),
    [
        # Lisbon is open 08:00-20:00 UTC, Berlin 08:00-11:30 and 12:30-16:30 UTC.
        ("at_start", 11 * HOUR + 2 * HOUR),
        ("at_stop", 2.5 * HOUR + 4 * HOUR + 2 * HOUR),
        ("per_segment", 7 * HOUR + 0.5 * HOUR + 2 * HOUR),
    ],
)
def test_rule_8_a_change_of_calendar(policy: str, seconds: float) -> None:
    given = run(f"{BY_SITE}|calendar_change: {policy}", MOVED, target="share_within: 9 business hours")
    assert given.seconds == {"c": seconds}


def test_rule_8_a_site_without_a_calendar_is_listed() -> None:
    events = MOVED.replace("Berlin", "Porto ")
    given = run(f"{BY_SITE}|calendar_change: per_segment", events)
    assert given.excluded == {"c": "no calendar"}
    assert run(f"{BY_SITE}|calendar_change: at_start", events).excluded == {}


def test_rule_8_a_site_never_named_in_the_history_is_the_cases_own() -> None:
    given = run(f"{BY_SITE}|calendar_change: per_segment", PAUSED)
    assert given.seconds == {"c": 3 * HOUR}


def test_rule_9_business_days_are_open_days_also_with_pauses() -> None:
    events = """
        case_key | at          | sequence | status
        c        | 01-05 10:00 | 1        | New
        c        | 01-06 12:00 | 2        | Waiting
        c        | 01-07 12:00 | 3        | Active
        c        | 01-08 10:00 | 4        | Resolved
    """
    cases = CASE.replace("01-05 09:00", "01-05 10:00")
    given = run("", events, cases=cases, target="share_within: 2 business days")
    assert given.seconds == {"c": 2 * 86_400}
    assert given.met == {"c": True}


def test_rule_9_hours_for_one_priority_and_days_for_another() -> None:
    target = "share_within: {by: priority, map: {P1: 4 business hours}, otherwise: 2 business days}"
    assert run("", PAUSED, target=target).seconds == {"c": 5 * HOUR - 2 * HOUR}
    assert run("", PAUSED, target=target).records[0][0].target_seconds == 2 * 86_400
    assert run("", PAUSED, target=target, cases=P1_NOW).records[0][0].target_seconds == 4 * HOUR


LONG_PAUSE = """
    case_key | at          | sequence | status
    c        | 01-05 09:00 | 1        | New
    c        | 01-05 10:00 | 2        | Waiting
    c        | 01-05 11:00 | 3        | Active
    c        | 01-05 12:00 | 4        | Hold
    c        | 01-05 16:00 | 5        | Active
    c        | 01-05 17:00 | 6        | Resolved
"""


@pytest.mark.parametrize(("most", "hours"), [(5, 3), (4, 4), (2, 6), (1, 7)])
def test_rule_13_past_its_longest_pause_in_all_the_clock_runs(most: int, hours: int) -> None:
    assert run(f"max_pause: {most} business hours", LONG_PAUSE).seconds == {"c": hours * HOUR}


def test_rule_13_what_lies_beyond_the_longest_pause_counts_by_the_target_in_force_then() -> None:
    events = """
        case_key | at          | sequence | status   | priority
        c        | 01-05 09:00 | 1        | New      | P2
        c        | 01-05 10:00 | 2        | Waiting  | -
        c        | 01-05 14:00 | 3        | Active   | P1
        c        | 01-05 15:00 | 4        | Resolved | -
    """
    # 1 + 3 of 8 hours, then 1 of 2: exactly one.
    clock = "max_pause: 1 business hours|priority_change: proportional"
    assert run(clock, events, target=BY_PRIORITY, cases=P1_NOW).met == {"c": True}
    assert run(clock.replace("1 b", "0.5 b"), events, target=BY_PRIORITY, cases=P1_NOW).met == {"c": False}


def test_rule_13_a_case_parked_for_good_falls_due() -> None:
    events = "\n".join(LONG_PAUSE.splitlines()[:4])
    level = "still_open: missed_once_past_target"
    assert run("", events, level=level).totals == []
    assert run("max_pause: 2 business hours", events, level=level).met == {"c": False}


def test_the_history_up_to_the_run_counts_and_not_what_came_after() -> None:
    level = "still_open: missed_once_past_target"
    given = run("", PAUSED, as_of="2026-01-05 11:00", level=level)
    assert given.totals == []
    given = run("", PAUSED, as_of="2026-01-05 13:00", target="share_within: 1 business hours", level=level)
    assert given.seconds == {"c": 2 * HOUR}
    assert run("", PAUSED, as_of="2026-01-05 08:00", level=level).totals == []


def test_clocks_may_start_and_stop_at_kinds_of_event() -> None:
    events = """
        case_key | at          | sequence | event
        c        | 01-05 09:00 | 1        | created
        c        | 01-05 10:00 | 2        | escalated
        c        | 01-05 11:00 | 3        | reply
        c        | 01-05 16:00 | 4        | reply
    """
    given = run("starts: {event: [escalated]}|stops: {event: [reply]}|pauses: none", events)
    assert given.seconds == {"c": HOUR}
    assert given.window_of == {"c": 0}
