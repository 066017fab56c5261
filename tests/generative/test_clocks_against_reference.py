"""Clocks against a slow walk through local time, over random hours in zones whose clocks change in every known way."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.performance.clocks import (
    ClockCurve,
    compile_clock_table,
    draw_curve,
    due_with_pauses,
    working_seconds_between,
    zone_segments,
)
from remit.terms.calendars import DAY_SECONDS, Calendar
from remit.terms.durations import ClockUnit
from tests.lib.walked_clock import STEP, DayWalk, Span, WalkedHours, walked_seconds

# A zone and days near which its clock changes: by an hour, by half an hour, at midnight, for Ramadan, or never.
CHANGES = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Asia/Kathmandu", "2026-05-01"),
    ("America/Sao_Paulo", "2015-02-22"),
    ("America/Sao_Paulo", "2015-10-18"),
    ("Africa/Casablanca", "2026-02-15"),
    ("Africa/Casablanca", "2026-03-22"),
    ("Asia/Tehran", "2015-09-22"),
    ("Asia/Gaza", "2016-03-26"),
    ("America/St_Johns", "2012-11-04"),
    ("UTC", "2026-02-28"),
]
DAY_UNITS = [ClockUnit.OPEN_DAYS, ClockUnit.OPEN_DAYS_END, ClockUnit.ALL_DAYS, ClockUnit.ALL_DAYS_END]


def utc_midnight(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


@st.composite
def day_spans(draw: st.DrawFn) -> list[Span]:
    """No span, one, or several; the last may run past midnight."""
    marks = sorted(draw(st.lists(st.integers(0, 287), min_size=0, max_size=6, unique=True)))
    times = [mark * 5 for mark in marks]
    spans = [(start, end) for start, end in zip(times[::2], times[1::2], strict=False)]
    if draw(st.booleans()):
        start = draw(st.integers(max(marks[1::2], default=0), 287)) * 5
        end = 1440 + draw(st.integers(0, max(start // 5 - 1, 0))) * 5
        spans = [span for span in spans if span[1] <= start] + [(start, end)]
    return spans


weeks = st.dictionaries(st.integers(0, 6), day_spans(), min_size=0, max_size=7)


@st.composite
def hours_and_instants(draw: st.DrawFn) -> tuple[WalkedHours, int, int]:
    zone, near = draw(st.sampled_from(CHANGES))
    first = date.fromisoformat(near)
    days = [first + timedelta(days=number) for number in range(-5, 6)]
    closed = draw(st.lists(st.sampled_from(days), max_size=2, unique=True))
    special = draw(
        st.dictionaries(st.sampled_from([day for day in days if day not in closed]), day_spans(), max_size=2)
    )
    hours = WalkedHours(zone, draw(weeks), closed, special)
    if draw(st.booleans()):
        hours = replace(hours, changed_on=draw(st.sampled_from(days)), week_after=draw(weeks))
    start = utc_midnight(near) + draw(st.integers(-4 * DAY_SECONDS, 2 * DAY_SECONDS))
    stop = start + draw(st.integers(0, 4 * DAY_SECONDS))
    return hours, start, stop


def a_curve(hours: WalkedHours, unit: ClockUnit, start: int, **rest: Any) -> ClockCurve:
    calendar = Calendar.model_validate(hours.words())
    return draw_curve(
        "site", calendar, unit=unit, from_at=start - 9 * DAY_SECONDS, to_at=start + 9 * DAY_SECONDS, **rest
    )


@settings(max_examples=150, deadline=None)
@given(hours_and_instants())
def test_open_seconds_are_those_a_walk_counts(drawn: tuple[WalkedHours, int, int]) -> None:
    hours, start, stop = drawn
    curve = a_curve(hours, ClockUnit.OPEN_SECONDS, start)
    assert working_seconds_between(curve, start, stop) == walked_seconds(hours, start, stop)


@settings(max_examples=60, deadline=None)
@given(hours_and_instants(), st.lists(st.tuples(st.integers(-300, 1200), st.integers(0, 400)), max_size=4))
def test_paused_time_is_open_time_counted_once(
    drawn: tuple[WalkedHours, int, int], steps: list[tuple[int, int]]
) -> None:
    hours, start, stop = drawn
    origin = start - start % STEP
    pauses = [(origin + begin * STEP, origin + (begin + length) * STEP) for begin, length in steps]
    curve = a_curve(hours, ClockUnit.OPEN_SECONDS, start)
    expected = walked_seconds(hours, start, stop, pauses=pauses)
    assert working_seconds_between(curve, start, stop, pauses=pauses) == expected
    overlaid = a_curve(hours, ClockUnit.OPEN_SECONDS, start, overlays=pauses)
    assert working_seconds_between(overlaid, start, stop) == expected


@settings(max_examples=100, deadline=None)
@given(hours_and_instants(), st.sampled_from(DAY_UNITS))
def test_day_clocks_read_what_a_walk_reads(drawn: tuple[WalkedHours, int, int], unit: ClockUnit) -> None:
    hours, start, stop = drawn
    curve = a_curve(hours, unit, start)
    every_day = unit in (ClockUnit.ALL_DAYS, ClockUnit.ALL_DAYS_END)
    by_end = unit in (ClockUnit.OPEN_DAYS_END, ClockUnit.ALL_DAYS_END)
    first_on = datetime.fromtimestamp(start, ZoneInfo(hours.zone)).date() - timedelta(days=60)
    walk = DayWalk(hours, first_on=first_on, every_day=every_day, by_end=by_end)
    assert working_seconds_between(curve, start, stop) == walk.elapsed(start, stop)


@settings(max_examples=100, deadline=None)
@given(hours_and_instants(), st.sampled_from(ClockUnit), st.floats(0, 1))
def test_readings_never_fall_and_parts_add_up(
    drawn: tuple[WalkedHours, int, int], unit: ClockUnit, share: float
) -> None:
    hours, start, stop = drawn
    middle = start + int((stop - start) * share)
    curve = a_curve(hours, unit, start)
    whole = working_seconds_between(curve, start, stop)
    first, second = (working_seconds_between(curve, *part) for part in ((start, middle), (middle, stop)))
    assert first >= 0
    assert second >= 0
    assert whole == first + second


@settings(max_examples=100, deadline=None)
@given(hours_and_instants(), st.integers(1, 3 * DAY_SECONDS))
def test_a_due_instant_is_the_first_at_which_the_target_has_run(
    drawn: tuple[WalkedHours, int, int], target: int
) -> None:
    hours, start, _ = drawn
    curve = a_curve(hours, ClockUnit.OPEN_SECONDS, start)
    try:
        due = curve.due(start, target=target)
    except ValueError:
        assert curve.reading(curve.end_at) - curve.reading(start) < target
        return
    assert working_seconds_between(curve, start, due) == target
    assert working_seconds_between(curve, start, due - 1) == target - 1


@settings(max_examples=100, deadline=None)
@given(hours_and_instants(), st.sampled_from(ClockUnit), st.integers(1, 3))
def test_what_is_done_before_a_day_clock_is_due_is_in_time_and_after_it_late(
    drawn: tuple[WalkedHours, int, int], unit: ClockUnit, days: int
) -> None:
    hours, start, _ = drawn
    curve = a_curve(hours, unit, start)
    target = days * DAY_SECONDS
    if unit in (ClockUnit.OPEN_SECONDS, ClockUnit.ALL_SECONDS) or curve.reading(curve.end_at) <= target:
        return
    try:
        due = curve.due(start, target=target)
    except ValueError:
        assert curve.reading(curve.end_at - 1) - curve.reading(start) <= target
        return
    assert working_seconds_between(curve, start, max(start, due - 1)) <= target
    assert working_seconds_between(curve, start, due + 1) > target


@settings(max_examples=60, deadline=None)
@given(hours_and_instants(), st.lists(st.tuples(st.integers(0, 600), st.integers(0, 200)), max_size=3))
def test_a_paused_clock_has_run_its_target_when_it_is_due(
    drawn: tuple[WalkedHours, int, int], steps: list[tuple[int, int]]
) -> None:
    hours, start, _ = drawn
    pauses = [(start + begin * STEP, start + (begin + length) * STEP) for begin, length in steps]
    curve = a_curve(hours, ClockUnit.OPEN_SECONDS, start)
    try:
        due = due_with_pauses(curve, start, target=7200, pauses=pauses)
    except ValueError:
        assert working_seconds_between(curve, start, curve.end_at, pauses=pauses) < 7200
        return
    assert working_seconds_between(curve, start, due, pauses=pauses) == 7200
    assert working_seconds_between(curve, start, due - 1, pauses=pauses) == 7199


@settings(max_examples=60, deadline=None)
@given(
    hours_and_instants(),
    hours_and_instants(),
    st.sampled_from(ClockUnit),
    st.lists(st.integers(-9 * DAY_SECONDS, 9 * DAY_SECONDS), min_size=1, max_size=50),
)
def test_a_table_reads_what_its_curves_read_by_the_formula_a_query_uses(
    drawn: tuple[WalkedHours, int, int], other: tuple[WalkedHours, int, int], unit: ClockUnit, shifts: list[int]
) -> None:
    start = drawn[1]
    calendars = {name: Calendar.model_validate(one[0].words()) for name, one in (("a", drawn), ("b", other))}
    table = compile_clock_table(
        "clock", calendars, unit=unit, from_at=start - 9 * DAY_SECONDS, to_at=start + 9 * DAY_SECONDS
    )
    instants = np.array([start + shift for shift in shifts], dtype=np.int64)
    for name in calendars:
        rows = table.keys[name] + instants // table.grid_seconds - table.first_k
        by_formula = table.elapsed[rows] + table.is_open[rows] * (instants % table.grid_seconds)
        assert by_formula.tolist() == table.reading(name, instants).tolist()
        assert by_formula.tolist() == [table.curve(name).reading(int(instant)) for instant in instants]


@pytest.mark.slow
def test_no_zone_changes_its_offset_between_two_looks() -> None:
    # zoneinfo's Python twin shows the instants of change, which the public interface keeps to itself.
    from zoneinfo import _zoneinfo as twin  # type: ignore[attr-defined]
    from zoneinfo import available_timezones

    from_at, to_at = utc_midnight("1990-01-01"), utc_midnight("2037-01-01")
    for name in sorted(available_timezones() - {"localtime", "posixrules"}):
        zone = twin.ZoneInfo(name)
        offsets = [int(info.utcoff.total_seconds()) for info in zone._ttinfos]
        changes = list(zip(zone._trans_utc, offsets, strict=False))
        seen = zone_segments(name, from_at=from_at, to_at=to_at)
        known = [
            (at, offset)
            for (at, offset), (_, before) in zip(changes[1:], changes, strict=False)
            if offset != before and from_at < at < to_at
        ]
        found = [(segment.start_at, segment.offset) for segment in seen[1:]]
        assert found[: len(known)] == known, name
