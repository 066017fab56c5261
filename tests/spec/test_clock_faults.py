"""The faults that users of other systems report again and again, each as it must not happen here."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from remit.performance.clocks import ClockCurve, draw_curve, due_with_pauses, working_seconds_between
from remit.terms.calendars import Calendar
from remit.terms.durations import ClockUnit

HOUR = 3600


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def a_clock(week: dict[str, str], *, zone: str = "Europe/Berlin", near: str = "2026-03-10", **words: Any) -> ClockCurve:
    calendar = Calendar.model_validate({"time_zone": zone, "week": week, **words})
    middle = datetime.fromisoformat(near + "T00:00Z")
    around = [int((middle + timedelta(days=days)).timestamp()) for days in (-60, 60)]
    return draw_curve("desk", calendar, unit=ClockUnit.OPEN_SECONDS, from_at=around[0], to_at=around[1])


def seconds(clock: ClockCurve, start: str, stop: str, *pauses: tuple[str, str]) -> int:
    return working_seconds_between(clock, at(start), at(stop), pauses=[(at(begin), at(end)) for begin, end in pauses])


OFFICE = {"mon-fri": "09:00-17:00"}


def test_hold_time_out_of_hours_is_not_wall_clock_time_added_to_a_business_deadline() -> None:
    held = (at("2026-03-10T16:00+01:00"), at("2026-03-11T10:00+01:00"))
    due = due_with_pauses(a_clock(OFFICE), at("2026-03-10T15:00+01:00"), target=2 * HOUR, pauses=[held])
    assert due == at("2026-03-11T11:00+01:00")


def test_hold_time_is_not_counted_as_waiting_nor_taken_off_when_the_desk_was_closed() -> None:
    clock = a_clock(OFFICE)
    day = ("2026-03-10T16:00+01:00", "2026-03-11T10:00+01:00")
    assert seconds(clock, *day) == 2 * HOUR
    assert seconds(clock, *day, ("2026-03-10T18:00+01:00", "2026-03-11T08:00+01:00")) == 2 * HOUR
    assert seconds(clock, *day, ("2026-03-10T16:30+01:00", "2026-03-11T09:30+01:00")) == HOUR


def test_pauses_that_overlap_count_once() -> None:
    pauses = [
        ("2026-03-10T10:00+01:00", "2026-03-10T12:00+01:00"),
        ("2026-03-10T11:00+01:00", "2026-03-10T13:00+01:00"),
    ]
    assert seconds(a_clock(OFFICE), "2026-03-10T09:00+01:00", "2026-03-10T17:00+01:00", *pauses) == 5 * HOUR


def test_pauses_are_not_truncated_to_the_minute() -> None:
    pauses = [(f"2026-03-10T10:{minute:02}:00+01:00", f"2026-03-10T10:{minute:02}:59+01:00") for minute in range(60)]
    assert seconds(a_clock(OFFICE), "2026-03-10T10:00+01:00", "2026-03-10T11:00+01:00", *pauses) == 60


def test_lunch_breaks_and_several_spans_a_day_are_kept() -> None:
    day = ("2026-03-10T00:00+01:00", "2026-03-11T00:00+01:00")
    assert seconds(a_clock({"mon-fri": "09:00-12:30, 13:30-17:30"}), *day) == 7.5 * HOUR
    assert seconds(a_clock(OFFICE, breaks={"mon-fri": "12:00-12:30"}), *day) == 7.5 * HOUR


def test_todays_offset_is_not_applied_to_history() -> None:
    clock = a_clock(OFFICE, zone="America/New_York", near="2026-03-08")
    assert seconds(clock, "2026-03-06T14:00:00Z", "2026-03-06T22:00:00Z") == 8 * HOUR
    assert seconds(clock, "2026-03-09T13:00:00Z", "2026-03-09T21:00:00Z") == 8 * HOUR
    moscow = a_clock(OFFICE, zone="Europe/Moscow", near="2013-06-10")
    assert seconds(moscow, "2013-06-10T05:00:00Z", "2013-06-10T13:00:00Z") == 8 * HOUR


def test_nothing_falls_due_at_midnight_only_because_a_day_ended() -> None:
    clock = a_clock(OFFICE)
    assert clock.due(at("2026-03-10T16:00+01:00"), target=HOUR) == at("2026-03-10T17:00+01:00")
    assert clock.due(at("2026-03-10T16:00+01:00"), target=HOUR + 1) == at("2026-03-11T09:00:01+01:00")


@pytest.mark.parametrize("week", [{}, {"mon-sun": "closed"}])
def test_a_calendar_without_open_time_ends_in_a_sentence_and_not_in_a_loop(week: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no open time"):
        a_clock(week).due(at("2026-03-10T16:00+01:00"), target=1)


def test_a_skipped_hour_adds_nothing_and_a_repeated_hour_counts_twice() -> None:
    nights = {"mon-sun": "00:00-06:00"}
    assert seconds(a_clock(nights), "2026-03-29T00:00+01:00", "2026-03-29T12:00+02:00") == 5 * HOUR
    autumn = a_clock(nights, near="2026-10-25")
    assert seconds(autumn, "2026-10-25T00:00+02:00", "2026-10-25T12:00+01:00") == 7 * HOUR


def test_a_night_shift_belongs_to_the_date_it_starts_on() -> None:
    clock = a_clock({"mon-fri": "22:00-06:00"}, closed=["2026-03-11"])
    assert seconds(clock, "2026-03-10T12:00+01:00", "2026-03-11T12:00+01:00") == 8 * HOUR
    assert seconds(clock, "2026-03-11T12:00+01:00", "2026-03-12T12:00+01:00") == 0
    assert seconds(clock, "2026-03-14T00:00+01:00", "2026-03-14T12:00+01:00") == 6 * HOUR


def test_four_business_hours_are_open_seconds_while_a_business_day_is_never_24_open_hours() -> None:
    start = at("2026-03-10T10:00+01:00")
    assert a_clock(OFFICE).due(start, target=4 * HOUR) == at("2026-03-10T14:00+01:00")
    calendar = Calendar.model_validate({"time_zone": "Europe/Berlin", "week": OFFICE})
    days = draw_curve("d", calendar, unit=ClockUnit.OPEN_DAYS, from_at=start, to_at=start + 20 * 86_400)
    assert days.due(start, target=86_400) == at("2026-03-11T10:00+01:00")
    assert a_clock(OFFICE).due(start, target=86_400) == at("2026-03-13T10:00+01:00")


def test_before_a_jump_is_told_from_after_it_but_at_the_first_instant_of_a_range_that_has_no_before() -> None:
    calendar = Calendar.model_validate({"time_zone": "UTC", "week": {"mon-sun": "00:00-17:00"}})
    first, last = at("2026-03-10T00:00Z"), at("2026-03-12T00:00Z")
    days = draw_curve("d", calendar, unit=ClockUnit.OPEN_DAYS, from_at=first, to_at=last - 1)
    closing, opening = at("2026-03-10T17:00Z"), at("2026-03-11T00:00Z")
    assert days.reading_until(closing) == days.reading(closing) - (86_400 - 17 * HOUR)
    assert days.reading_until(opening) == days.reading(opening)
    assert days.reading_until(first) == days.reading(first)
    for outside in (first - 1, last + 1):
        with pytest.raises(ValueError, match="lies outside the instants"):
            days.reading_until(outside)
