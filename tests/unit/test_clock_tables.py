"""Clock tables and curves: grids, rows, windows, what is refused, and the readings of each unit."""

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from remit.performance.clocks import (
    ClockTable,
    compile_clock_table,
    draw_curve,
    due_with_pauses,
    join_stretches,
    working_seconds_between,
    zone_segments,
)
from remit.terms.calendars import AROUND_THE_CLOCK, Calendar
from remit.terms.durations import ClockUnit, read_duration

HOUR, DAY = 3600, 86_400


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def instants(*texts: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array([at(text) for text in texts], dtype=np.int64)


def office(
    zone: str = "America/New_York", hours: str = "08:00-18:00", *, days: str = "mon-fri", closed: tuple[str, ...] = ()
) -> Calendar:
    return Calendar.model_validate({"time_zone": zone, "week": {days: hours}, "closed": list(closed)})


def a_table(unit: ClockUnit = ClockUnit.OPEN_SECONDS, **rest: Any) -> ClockTable:
    given: dict[str, Any] = {"from_at": at("2026-03-01T00:00Z"), "to_at": at("2026-04-01T00:00Z"), **rest}
    calendars = given.pop("calendars", {"nyc": office()})
    return compile_clock_table("resolution", calendars, unit=unit, **given)


def elapsed(calendar: Calendar, length: str, start: str, stop: str, **rest: Any) -> int:
    """Readings of the clock that the contract's own words ask for."""
    unit = read_duration(length).unit
    curve = draw_curve("site", calendar, unit=unit, from_at=at(start), to_at=at(stop), **rest)
    return working_seconds_between(curve, at(start), at(stop))


def due(calendar: Calendar, length: str, start: str) -> str:
    duration = read_duration(length)
    curve = draw_curve("site", calendar, unit=duration.unit, from_at=at(start) - DAY, to_at=at(start) + 40 * DAY)
    due_at = curve.due(at(start), target=duration.seconds)
    return datetime.fromtimestamp(due_at, calendar.zone).strftime("%a %d %H:%M")


@pytest.mark.parametrize(
    ("calendars", "unit", "rest", "grid"),
    [
        ({"a": office("UTC")}, ClockUnit.OPEN_SECONDS, {}, 7200),
        ({"a": office("UTC", "09:00-17:30")}, ClockUnit.OPEN_SECONDS, {}, 1800),
        ({"a": office("Asia/Kathmandu", "09:00-17:00")}, ClockUnit.OPEN_SECONDS, {}, 900),
        ({"a": office("UTC"), "b": office("UTC", "08:00-18:05")}, ClockUnit.OPEN_SECONDS, {}, 300),
        ({"a": AROUND_THE_CLOCK}, ClockUnit.OPEN_SECONDS, {}, DAY),
        ({"a": office()}, ClockUnit.ALL_SECONDS, {}, DAY),
        ({"a": office()}, ClockUnit.ALL_SECONDS, {"bounds": [at("2026-03-03T00:15Z")]}, 900),
        ({"a": office()}, ClockUnit.ALL_SECONDS, {"bounds": [at("2020-03-03T00:15Z")]}, DAY),
        (
            {"a": office()},
            ClockUnit.ALL_SECONDS,
            {"windows": [(at("2026-03-01T05:00Z"), at("2026-04-01T04:00Z"))]},
            HOUR,
        ),
        (
            {"a": office()},
            ClockUnit.ALL_SECONDS,
            {"overlays": [(at("2026-03-03T00:10Z"), at("2026-03-03T00:30Z"))]},
            600,
        ),
        ({"a": office("UTC")}, ClockUnit.OPEN_DAYS_END, {}, DAY),
        ({"a": office("UTC")}, ClockUnit.ALL_DAYS, {}, DAY),
    ],
)
def test_the_grid_is_the_greatest_that_hits_every_start_stop_and_bound(
    calendars: dict[str, Calendar], unit: ClockUnit, rest: dict[str, Any], grid: int
) -> None:
    assert a_table(unit, calendars=calendars, **rest).grid_seconds == grid


def test_calendars_are_stacked_under_one_integer_key() -> None:
    table = a_table(calendars={"nyc": office(), "ber": office("Europe/Berlin", "09:00-17:00")})
    moments = instants("2026-03-02T14:00:01Z", "2026-03-02T23:30:00Z", "2026-03-20T16:59:59Z")
    for name in ("nyc", "ber"):
        rows = table.keys[name] + moments // table.grid_seconds - table.first_k
        by_formula = table.elapsed[rows] + table.is_open[rows] * (moments % table.grid_seconds)
        assert by_formula.tolist() == table.reading(name, moments).tolist()
    assert table.keys == {"nyc": 0, "ber": table.rows_each}
    assert len(table.elapsed) == len(table.is_open) == len(table.window) == 2 * table.rows_each
    assert {table.elapsed.dtype, table.is_open.dtype, table.window.dtype} == {np.dtype(np.int64)}


def test_the_table_reads_both_ends_of_its_range_and_nothing_beyond_its_days() -> None:
    table = a_table()
    ends = np.array([table.start_at, at("2026-04-01T00:00Z"), table.end_at], dtype=np.int64)
    assert len(table.reading("nyc", ends)) == 3
    assert (table.start_at, table.end_at) == (at("2026-03-01T00:00Z"), at("2026-04-01T23:59:59Z"))
    for outside in (table.start_at - 1, table.end_at + 1):
        with pytest.raises(ValueError, match="lies outside the clock table, which goes from 2026-03-01T00:00:00Z to"):
            table.reading("nyc", np.array([outside], dtype=np.int64))


def test_working_seconds_of_many_records_are_read_at_once() -> None:
    starts = instants("2026-03-02T13:00Z", "2026-03-06T22:30Z", "2026-03-07T12:00Z")
    stops = instants("2026-03-02T14:00:07Z", "2026-03-09T12:30Z", "2026-03-08T12:00Z")
    assert a_table().working_seconds("nyc", starts, stops).tolist() == [HOUR + 7, HOUR, 0]


def test_more_records_than_one_chunk_are_read_alike() -> None:
    table = a_table()
    starts = np.arange(table.start_at, table.start_at + 70_000, dtype=np.int64)
    seconds = table.working_seconds("nyc", starts, starts + 20 * DAY)
    readings = table.reading("nyc", starts + 20 * DAY) - table.reading("nyc", starts)
    assert seconds.tolist() == readings.tolist()


def test_no_records_give_no_seconds() -> None:
    nothing = np.empty(0, dtype=np.int64)
    assert a_table().working_seconds("nyc", nothing, nothing).tolist() == []


def test_a_stop_before_its_start_is_named_by_its_row_and_never_a_silent_zero() -> None:
    starts, stops = (
        instants("2026-03-07T12:00Z", "2026-03-08T12:00Z"),
        instants("2026-03-07T12:00Z", "2026-03-07T13:00Z"),
    )
    with pytest.raises(ValueError, match="row 1 stops before it starts: 2026-03-07T13:00:00Z < 2026-03-08T12:00:00Z"):
        a_table().working_seconds("nyc", starts, stops)


def test_a_calendar_that_the_table_lacks_is_answered_with_those_it_has() -> None:
    with pytest.raises(ValueError, match="the clock 'resolution' has no calendar 'rome'; it has nyc"):
        a_table().reading("rome", instants("2026-03-02T13:00Z"))


def test_each_calendar_of_a_table_may_count_in_its_own_unit() -> None:
    units = {"hours": ClockUnit.OPEN_SECONDS, "days": ClockUnit.OPEN_DAYS}
    calendars = {"hours": office(), "days": office()}
    table = compile_clock_table(
        "mixed", calendars, unit=units, from_at=at("2026-03-01T00:00Z"), to_at=at("2026-03-09T00:00Z")
    )
    start, stop = instants("2026-03-02T15:00Z"), instants("2026-03-03T15:00Z")
    assert table.working_seconds("hours", start, stop).tolist() == [10 * HOUR]
    assert table.working_seconds("days", start, stop).tolist() == [DAY]


def test_windows_give_each_bucket_its_index() -> None:
    edges = [at("2026-02-01T05:00Z"), at("2026-03-10T04:00Z"), at("2026-03-20T04:00Z"), at("2026-03-25T04:00Z")]
    table = a_table(windows=[(edges[0], edges[1]), (edges[2], edges[3])], calendars={"a": office(), "b": office()})
    for moment, window in [
        ("2026-03-01T00:00Z", 0),
        ("2026-03-10T03:59:59Z", 0),
        ("2026-03-10T04:00Z", -1),
        ("2026-03-20T04:00Z", 1),
        ("2026-03-25T04:00Z", -1),
    ]:
        for name in ("a", "b"):
            row = table.keys[name] + at(moment) // table.grid_seconds - table.first_k
            assert table.window[row] == window, moment


def test_windows_wholly_outside_the_table_hold_no_bucket() -> None:
    long_ago, far_off = (
        (at("2020-01-01T00:00Z"), at("2020-02-01T00:00Z")),
        (at("2030-01-01T00:00Z"), at("2030-02-01T00:00Z")),
    )
    assert set(a_table(windows=[long_ago, far_off]).window.tolist()) == {-1}


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ({"calendars": {}}, "the clock 'resolution' has no calendars"),
        ({"to_at": 0}, "can't end at 1970-01-01T00:00:00Z, before it starts"),
        (
            {
                "windows": [
                    (at("2026-03-01T00:00Z"), at("2026-03-03T00:00Z")),
                    (at("2026-03-02T00:00Z"), at("2026-03-04T00:00Z")),
                ]
            },
            "measurement windows can't overlap",
        ),
        ({"overlays": [(at("2026-03-03T00:00Z"), at("2026-03-02T00:00Z"))]}, "can't end before it"),
        (
            {"bounds": [at("2026-03-03T00:00:07Z")]},
            r"2,764,800 rows of 1 s.*: the bounds need 1 s, e.g. for 2026-03-03T00:00:07Z",
        ),
        ({"calendars": {"odd": office(hours="08:00:01-18:00")}}, "the hours of 'odd' need 1 s"),
        ({"overlays": [(at("2026-03-03T14:00:01Z"), at("2026-03-03T15:00Z"))]}, "the overlays on 'nyc' need 1 s"),
    ],
)
def test_a_table_that_can_not_be_is_refused_with_a_sentence(rest: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        a_table(**rest)


def test_a_range_too_long_for_any_grid_says_so() -> None:
    with pytest.raises(ValueError, match=r"rows of 86400 s.*the range is too long"):
        a_table(
            ClockUnit.ALL_SECONDS, calendars={f"c{n}": office("UTC") for n in range(600)}, from_at=0, to_at=4000 * DAY
        )


# start and stop in New York, Monday 2 March 2026 the first day | what the contract counts | seconds, or days
READINGS = """
2026-03-06T17:00-05:00 | 2026-03-09T09:00-04:00 | 9 business hours          | 2 h
2026-03-06T17:00-05:00 | 2026-03-09T09:00-04:00 | 9 hours                   | 63 h
2026-03-06T17:00-05:00 | 2026-03-09T17:00-04:00 | 1 business day            | 1 d
2026-03-06T17:00-05:00 | 2026-03-09T17:00-04:00 | 3 calendar days           | 3 d
2026-03-06T17:00-05:00 | 2026-03-09T18:00-04:00 | 3 calendar days           | 73 h
2026-03-05T23:00-05:00 | 2026-03-06T00:00-05:00 | 1 business day by end of day | 1 d
2026-03-05T00:00-05:00 | 2026-03-05T23:59-05:00 | 1 business day by end of day | 0 d
2026-03-05T12:00-05:00 | 2026-03-07T12:00-05:00 | 1 business day by end of day | 1.5 d
2026-03-07T12:00-05:00 | 2026-03-09T23:59-04:00 | 1 business day by end of day | 0.5 d
2026-03-07T12:00-05:00 | 2026-03-10T00:00-04:00 | 1 business day by end of day | 1.5 d
2026-03-06T12:00-05:00 | 2026-03-08T23:00-04:00 | 2 calendar days by end of day | 2 d
"""


@pytest.mark.parametrize("line", READINGS.strip().splitlines())
def test_a_clock_counts_in_the_unit_the_contract_names(line: str) -> None:
    start, stop, length, expected = (cell.strip() for cell in line.split("|"))
    count, unit = expected.split()
    assert elapsed(office(), length, start, stop) == float(count) * {"h": HOUR, "d": DAY}[unit]


# opening hours | from (local time in Berlin, March 2026; the 2nd is a Monday) | what the contract grants | due
DUE = """
09:00-17:00 | 2026-03-02T10:00+01:00 | 4 business hours | Mon 02 14:00
09:00-17:00 | 2026-03-02T10:00+01:00 | 7 business hours | Mon 02 17:00
09:00-17:00 | 2026-03-06T16:00+01:00 | 2 business hours | Mon 09 10:00
09:00-17:00 | 2026-03-02T03:00+01:00 | 0 business hours | Mon 02 09:00
09:00-17:00 | 2026-03-02T09:00+01:00 | 0 business hours | Mon 02 09:00
09:00-17:00 | 2026-03-02T17:00+01:00 | 0 business hours | Mon 02 17:00
09:00-17:00 | 2026-03-07T10:00+01:00 | 0 business hours | Mon 09 09:00
09:00-17:00 | 2026-03-06T10:00+01:00 | 1 business day   | Mon 09 10:00
09:00-17:00 | 2026-03-06T18:00+01:00 | 1 business day   | Tue 10 09:00
09:00-17:00 | 2026-03-07T10:00+01:00 | 1 business day   | Tue 10 09:00
09:00-17:00 | 2026-03-02T08:00+01:00 | 1 business day   | Tue 03 09:00
09:00-12:00, 13:00-17:00 | 2026-03-02T12:30+01:00 | 1 business day | Tue 03 12:30
22:00-06:00 | 2026-03-03T02:00+01:00 | 1 business day   | Wed 04 02:00
22:00-06:00 | 2026-03-07T02:00+01:00 | 1 business day   | Tue 10 02:00
00:00-24:00 | 2026-03-06T15:00+01:00 | 3 business days  | Wed 11 15:00
09:00-17:00 | 2026-03-02T10:00+01:00 | 1 business day by end of day | Wed 04 00:00
09:00-17:00 | 2026-03-07T10:00+01:00 | 1 business day by end of day | Tue 10 00:00
09:00-17:00 | 2026-03-06T10:00+01:00 | 2 calendar days | Sun 08 10:00
09:00-17:00 | 2026-03-06T10:00+01:00 | 2 calendar days by end of day | Mon 09 00:00
09:00-17:00 | 2026-03-28T02:30+01:00 | 1 calendar day | Sun 29 03:00
09:00-17:00 | 2026-03-28T10:00+01:00 | 1 calendar day | Sun 29 10:00
09:00-17:00 | 2026-03-28T10:00+01:00 | 24 hours | Sun 29 11:00
"""


@pytest.mark.parametrize("line", DUE.strip().splitlines())
def test_a_record_is_due_where_the_contract_puts_it(line: str) -> None:
    hours, start, length, expected = (cell.strip() for cell in line.split("|"))
    assert due(office("Europe/Berlin", hours), length, start) == expected


def test_where_the_due_day_opens_later_or_closes_earlier_it_is_due_then() -> None:
    hours = Calendar.model_validate({"time_zone": "UTC", "week": {"mon,wed": "09:00-17:00", "tue": "10:00-16:00"}})
    assert due(hours, "1 business day", "2026-03-02T09:30Z") == "Tue 03 10:00"
    assert due(hours, "1 business day", "2026-03-02T16:30Z") == "Tue 03 16:00"
    assert due(hours, "2 business days", "2026-03-02T16:30Z") == "Wed 04 16:30"


def test_a_day_clock_stands_while_a_repeated_hour_runs_again() -> None:
    shop = office("Europe/Berlin", "00:00-24:00", days="mon-sun")
    first, again, after = "2026-10-25T02:10+02:00", "2026-10-25T02:40+01:00", "2026-10-25T03:10+01:00"
    assert elapsed(shop, "1 business day", first, again) == 50 * 60
    assert elapsed(shop, "1 business day", again, after) == 10 * 60
    assert elapsed(shop, "1 calendar day", first, after) == HOUR
    assert due(shop, "1 calendar day", "2026-10-24T02:30+02:00") == "Sun 25 02:30"


def test_a_date_that_a_zone_has_skipped_is_no_day() -> None:
    apia = office("Pacific/Apia", "09:00-17:00", days="mon-sun")
    thursday, saturday = "2011-12-29T12:00-10:00", "2011-12-31T12:00+14:00"
    assert elapsed(apia, "1 business day", thursday, saturday) == DAY
    assert elapsed(apia, "1 calendar day by end of day", thursday, saturday) == DAY


def test_tables_that_begin_in_a_long_closure_read_what_earlier_ones_read() -> None:
    nights = office(hours="22:00-06:00", closed=("2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12"))
    start, stop = at("2026-03-12T12:00-04:00"), at("2026-03-14T03:00-04:00")
    readings = [
        working_seconds_between(
            draw_curve("n", nights, unit=ClockUnit.OPEN_DAYS, from_at=from_at, to_at=stop), start, stop
        )
        for from_at in (start, start - 30 * DAY)
    ]
    assert readings[0] == readings[1] == DAY - 3 * HOUR


def test_an_overlay_takes_out_running_seconds_of_any_running_clock() -> None:
    maintenance = [(at("2026-03-02T17:00-05:00"), at("2026-03-03T09:00-05:00")), (0, HOUR)]
    week = ("2026-03-02T10:00-05:00", "2026-03-03T10:00-05:00")
    assert elapsed(office(), "1 business hour", *week, overlays=maintenance) == 8 * HOUR
    assert elapsed(office(), "1 hour", *week, overlays=maintenance) == 8 * HOUR
    assert elapsed(office(), "1 business day", *week, overlays=maintenance) == DAY - 2 * HOUR
    assert elapsed(office(), "1 business day by end of day", *week, overlays=maintenance) == DAY


@pytest.mark.parametrize("unit", list(ClockUnit))
def test_a_calendar_without_open_time_never_falls_due_and_never_loops(unit: ClockUnit) -> None:
    shut = office(hours="closed")
    table = a_table(unit, calendars={"shut": shut})
    if unit.needs_business_hours:
        with pytest.raises(ValueError, match="'shut' has no open time here, so nothing falls due on it"):
            table.due("shut", at("2026-03-02T10:00Z"), target=1)
    else:
        assert table.due("shut", at("2026-03-02T10:00Z"), target=DAY) > at("2026-03-02T10:00Z")


@pytest.mark.parametrize("target", [-400 * DAY, 400 * DAY])
@pytest.mark.parametrize("unit", list(ClockUnit))
def test_what_falls_due_beyond_the_table_is_refused(unit: ClockUnit, target: int) -> None:
    with pytest.raises(ValueError, match="'nyc' was read too short a way"):
        a_table(unit).due("nyc", at("2026-03-02T10:00Z"), target=target)


def test_a_curve_reads_no_instant_outside_its_range() -> None:
    with pytest.raises(ValueError, match="lies outside the instants"):
        a_table().curve("nyc").reading(0)


def test_a_stretch_given_twice_or_overlapping_is_joined() -> None:
    assert join_stretches([(5, 9), (1, 3), (2, 4), (4, 5), (20, 20), (6, 7)]) == [(1, 9)]


def test_a_pause_moves_the_due_instant_only_by_its_open_time() -> None:
    curve = draw_curve(
        "s", office(), unit=ClockUnit.OPEN_SECONDS, from_at=at("2026-03-01T00:00Z"), to_at=at("2026-03-20T00:00Z")
    )
    start = at("2026-03-02T16:00-05:00")
    overnight = (at("2026-03-02T17:00-05:00"), at("2026-03-03T09:00-05:00"))
    before = (at("2026-03-02T09:00-05:00"), at("2026-03-02T10:00-05:00"))
    after_due = (at("2026-03-03T12:00-05:00"), at("2026-03-03T13:00-05:00"))
    assert due_with_pauses(curve, start, target=3 * HOUR) == at("2026-03-03T09:00-05:00")
    paused = due_with_pauses(curve, start, target=3 * HOUR, pauses=[after_due, overnight, before])
    assert paused == at("2026-03-03T11:00-05:00")


def test_a_stop_before_its_start_is_refused_for_a_single_record_too() -> None:
    with pytest.raises(ValueError, match="lies before the start"):
        elapsed(office(), "1 business hour", "2026-03-07T12:00Z", "2026-03-07T11:00Z")


def test_segments_of_a_zone_change_at_its_own_instants() -> None:
    segments = zone_segments("America/New_York", from_at=at("2026-01-01T00:00Z"), to_at=at("2027-01-01T00:00Z"))
    assert [(segment.start_at, segment.offset) for segment in segments[1:]] == [
        (at("2026-03-08T07:00Z"), -4 * HOUR),
        (at("2026-11-01T06:00Z"), -5 * HOUR),
    ]
    assert segments[-1].end_at == at("2027-01-01T00:00Z")


def test_a_change_at_the_very_end_of_a_range_starts_no_segment() -> None:
    change = at("2026-03-08T07:00Z")
    assert len(zone_segments("America/New_York", from_at=change - DAY, to_at=change)) == 1
