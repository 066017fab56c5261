"""Looking a contract over: calendars, and clocks whose units and changes don't fit."""

from tests.lib.written_contracts import found

BY_PRIORITY = "{by: priority, map: {P1: 4 business hours}, otherwise: 8 business hours}"


def test_a_calendar_without_open_time_is_an_error() -> None:
    part = "calendars: {us_support: {week: {mon-fri: closed}}}"

    assert found(part, about="calendars.us_support.week") == [
        (
            "error calendars.us_support.week: has no open time at all; a clock on it never runs; "
            'write its hours, as {mon-fri: "08:00-18:00"}'
        )
    ]


def test_a_calendar_that_opens_on_special_days_or_later_has_open_time() -> None:
    special = 'calendars: {us_support: {week: {mon-fri: closed}, special: {2026-03-01: "08:00-12:00"}}}'
    later = """
    calendars:
      us_support: {week: {mon-fri: closed}, changes: [{from: 2026-02-01, week: {mon: "08:00-12:00"}}]}
    """

    assert found(special, about="calendars.us_support.week") == []
    assert found(later, about="calendars.us_support.week") == []


def test_years_of_the_term_without_closed_days_are_a_warning() -> None:
    part = """
    term: {to: 2028-12-31}
    calendars: {us_support: {changes: [{from: 2027-01-01, closed: [2027-12-25], special: {2027-12-24: closed}}]}}
    """

    assert found(part) == [
        (
            "warning calendars.us_support.closed: has no closed days in 2028: holidays there count as working days; "
            "write them under closed; `remit holidays COUNTRY YEAR` proposes them"
        )
    ]


def test_a_calendar_around_the_clock_needs_no_closed_days() -> None:
    part = """
    calendars: {day_and_night: {time_zone: UTC, week: {mon-sun: "00:00-24:00"}}}
    clocks: {wait: {calendar: day_and_night}}
    service_levels: {SL3: {name: Wait, measure: {is: turnaround, clock: wait, share_within: 8 hours}}}
    """

    assert found(part) == []


def test_a_calendar_with_a_break_is_not_around_the_clock() -> None:
    part = """
    calendars:
      us_support: {week: {mon-fri: "00:00-24:00", sat-sun: "00:00-24:00"}, breaks: {sun: "02:00-03:00"}, closed: null}
    """

    assert "has no closed days in 2026" in found(part)[0]


def test_days_outside_the_term_are_told_once_for_each_calendar() -> None:
    one = "calendars: {us_support: {closed: [2026-12-25, 2062-07-03]}}"
    several = """
    calendars:
      us_support: {special: {2025-12-24: "08:00-12:00"}, changes: [{from: 2027-01-01, closed: [2027-01-01]}]}
    """

    assert found(one) == [
        (
            "warning calendars.us_support: its day 2062-07-03 lies outside the term, 2026-01-01 to 2026-12-31; "
            "correct the year, or leave them out"
        )
    ]
    assert found(several) == [
        (
            "warning calendars.us_support: 2 of its days, from 2025-12-24 to 2027-01-01, lie outside the term, "
            "2026-01-01 to 2026-12-31; correct the year, or leave them out"
        )
    ]


def test_business_hours_on_a_clock_without_hours_are_undefined() -> None:
    part = "clocks: {resolution: {calendar: always, reopen: {within: 5 business days}}}\ncalendars: null"

    assert found(part) == [
        (
            "error service_levels.SL1.measure.share_within: undefined business hours: 4 business hours on a clock "
            "without opening hours; give the clock a calendar with opening hours, or write the length without business"
        ),
        (
            "error clocks.resolution.reopen.within: undefined business hours: 5 business days on a clock without "
            "opening hours; give the clock a calendar with opening hours, or write the length without business"
        ),
    ]


def test_reopening_within_business_days_of_a_calendar_is_sound() -> None:
    assert found("clocks: {resolution: {reopen: {within: 5 business days}}}") == []
    assert found("clocks: {resolution: {reopen: {do: restart}}}") == []


def test_plain_hours_on_a_clock_without_hours_are_sound() -> None:
    part = """
    calendars: null
    clocks: {resolution: {calendar: always}}
    service_levels: {SL1: {measure: {share_within: 8 hours}}}
    """

    assert found(part) == []


def test_a_calendar_called_always_is_the_contracts_own() -> None:
    part = """
    calendars: {always: {time_zone: UTC, week: {mon-fri: "08:00-18:00"}, closed: [2026-12-25]}, us_support: null}
    clocks: {resolution: {calendar: always}}
    """

    assert found(part) == []


def test_measures_in_business_units_need_a_calendar_too() -> None:
    part = """
    service_levels:
      SL3: {name: Old, measure: {is: backlog, older_than: 10 business days}}
      SL4: {name: Rate, measure: {is: throughput, per: open_hour}}
      SL5: {name: All, measure: {is: throughput}}
      SL6: {name: Open, measure: {is: backlog}}
      SL7: {name: Older, measure: {is: backlog, older_than: 10 days}}
      SL8: {name: Good, measure: {is: backlog, older_than: 10 business days, calendar: us_support}}
    """

    assert found(part) == [
        (
            "error service_levels.SL3.measure.older_than: undefined business hours: 10 business days without opening "
            "hours; name a calendar with opening hours"
        ),
        (
            "warning service_levels.SL4.measure.per: per open hour without opening hours counts around the clock; "
            "name a calendar with opening hours"
        ),
    ]


def test_plain_hours_on_a_calendar_with_hours_are_a_warning() -> None:
    part = """
    service_levels:
      SL1: {measure: {share_within: {by: priority, map: {P1: 4 hours}, otherwise: 90 minutes}}}
      SL3: {name: Old, measure: {is: backlog, older_than: 10 days, calendar: us_support}}
      SL4: {name: Open, measure: {is: backlog, calendar: us_support}}
    """

    assert found(part) == [
        (
            "warning service_levels.SL1.measure.share_within.map.P1: 4 hours counts around the clock, though the "
            "calendar has opening hours; did you mean 4 business hours?"
        ),
        (
            "warning service_levels.SL1.measure.share_within.otherwise: 90 minutes counts around the clock, though the "
            "calendar has opening hours"
        ),
        (
            "warning service_levels.SL3.measure.older_than: 10 days counts around the clock, though the calendar has "
            "opening hours; did you mean 10 business days?"
        ),
    ]


def test_waits_and_notices_know_no_business_hours() -> None:
    part = """
    service_levels:
      SL2: {measure: {answer_within: 30 business seconds}}
      SL3: {name: Portal, measure: {is: availability, service: portal, notice: 5 business days}}
      SL4: {name: Repeats, measure: {is: first_contact_resolution, variant: no_repeat, repeat_within: 7 days}}
    exclusions:
      - {id: X1, planned_outages_of: portal, notice: 5 business days, reason: r, clause: c}
    clocks: {resolution: {stop_the_clock: X1}}
    """

    assert found(part) == [
        (
            "error service_levels.SL2.measure.answer_within: 30 business seconds is counted around the clock here, "
            "for no calendar applies; write it without business"
        ),
        (
            "error service_levels.SL3.measure.notice: 5 business days is counted around the clock here, for no "
            "calendar applies; write it without business"
        ),
        (
            "error exclusions[0].notice: 5 business days is counted around the clock here, for no calendar applies; "
            "write it without business"
        ),
    ]


def test_a_target_of_no_time_is_an_error() -> None:
    assert found("service_levels: {SL1: {measure: {share_within: 0 business hours}}}") == [
        (
            "error service_levels.SL1.measure.share_within: 0 business hours is no time at all; no record can be "
            "within it; write the time allowed"
        )
    ]


def test_the_longest_pause_has_the_unit_of_the_targets() -> None:
    part = "clocks: {resolution: {pauses: {status: Waiting}, max_pause: 10 business days}}"

    assert found(part) == [
        (
            "error clocks.resolution.max_pause: max_pause 10 business days is counted in open days of the calendar, "
            "due at the same local time, SL1 in open seconds of the calendar; write both in the same unit, or give "
            "the level a clock of its own"
        )
    ]
    assert found(part.replace("10 business days", "100 business hours")) == []


def test_a_statistic_without_a_target_counts_open_time_or_all_time() -> None:
    mean = (
        "service_levels: "
        "{SL1: {measure: {share_within: null, statistic: mean}, expected: 8 business hours, minimum: null}}"
    )
    paused = "clocks: {resolution: {pauses: {status: Waiting}, max_pause: 100 business hours}}"
    always = "clocks: {resolution: {pauses: {status: W}, max_pause: 100 hours, calendar: always}}\ncalendars: null"

    assert found(f"{mean}\n{paused}") == []
    assert found(f"{mean}\n{always}") == []


def test_priorities_can_not_be_weighed_across_units() -> None:
    part = """
    clocks: {resolution: {priority_change: proportional}}
    service_levels: {SL1: {measure: {share_within: {by: priority, map: {P1: 4 business hours, P2: 2 business days}}}}}
    """

    assert found(part) == [
        (
            "error service_levels.SL1.measure.share_within: priority_change proportional can't weigh open days of the "
            "calendar, due at the same local time and open seconds of the calendar; write all targets in one unit, or "
            "priority_change: final or initial"
        )
    ]


def test_changes_that_change_nothing_are_a_warning() -> None:
    part = "clocks: {resolution: {priority_change: highest, calendar_change: per_segment}}"

    assert found(part) == [
        (
            "warning clocks.resolution.priority_change: priority_change highest changes nothing: no target depends on "
            "a column; write the target as {by: priority, map: {…}}, or leave priority_change out"
        ),
        (
            "warning clocks.resolution.calendar_change: calendar_change per_segment changes nothing: all records have "
            "the same calendar; write calendar: {by: site, map: {…}}, or leave calendar_change out"
        ),
    ]
    followed = f"""
    clocks: {{resolution: {{priority_change: initial}}}}
    service_levels: {{SL1: {{measure: {{share_within: {BY_PRIORITY}}}}}}}
    """
    assert found(followed) == []


def test_changes_are_followed_only_in_columns_the_history_has() -> None:
    part = """
    facts: {columns: {cases: {severity: text, region: text}}}
    clocks:
      resolution: {priority_change: highest, calendar_change: at_stop, calendar: {by: region, map: {N: us_support}}}
    service_levels: {SL1: {measure: {share_within: {by: severity, map: {P1: 4 business hours}}}}}
    """
    hint = "declare it under facts.columns.case_events, or leave the change to its start value"

    assert found(part) == [
        (
            f"error service_levels.SL1.measure.share_within.by: 'severity' is not a column of case_events, so its "
            f"changes "
            f"can't be followed; {hint}"
        ),
        (
            f"error clocks.resolution.calendar.by: 'region' is not a column of case_events, so its changes can't be "
            f"followed; {hint}"
        ),
    ]
