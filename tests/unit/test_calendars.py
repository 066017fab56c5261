"""Calendars as a contract writes them: what is read, what is refused, and the spans of a date."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from remit.terms.calendars import AROUND_THE_CLOCK, Calendar, read_spans, read_weekdays, write_spans

HOUR = 3600
MONDAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
SATURDAY = date(2026, 3, 7)


def a_calendar(**words: Any) -> Calendar:
    return Calendar.model_validate({"time_zone": "America/New_York", "week": {"mon-fri": "08:00-18:00"}, **words})


def hours_on(calendar: Calendar, day: date) -> str:
    return write_spans(calendar.spans_on(day))


def refused(**words: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        a_calendar(**words)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("08:00-18:00", [(8, 18)]),
        ("8:00 - 18:00", [(8, 18)]),
        ("08:00–18:00", [(8, 18)]),
        ("13:30-17:30, 09:00-12:30", [(9, 12.5), (13.5, 17.5)]),
        ("08:00-12:00,12:00-18:00", [(8, 12), (12, 18)]),
        ("00:00-24:00", [(0, 24)]),
        ("22:00-06:00", [(22, 30)]),
        ("22:00-00:00", [(22, 24)]),
        ("09:00:30-09:01:00", [(9 + 1 / 120, 9 + 1 / 60)]),
        ("closed", []),
    ],
)
def test_spans_are_read_as_seconds_from_local_midnight(text: str, hours: list[tuple[float, float]]) -> None:
    assert read_spans(text) == tuple((round(start * HOUR), round(end * HOUR)) for start, end in hours)


@pytest.mark.parametrize("text", ["08:00-18:00", "09:00-12:30, 13:30-17:30", "22:00-06:00", "00:00-24:00", "closed"])
def test_spans_are_written_back_as_they_were_read(text: str) -> None:
    assert write_spans(read_spans(text)) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("08:00", "'08:00' is not an opening span"),
        ("8-18", "'8' in '8-18' is not a time of day from 00:00 to 24:00"),
        ("08:00-25:00", "'25:00' in '08:00-25:00' is not a time of day"),
        ("08:00-24:01", "'24:01' in '08:00-24:01' is not a time of day"),
        ("08:60-09:00", "'08:60'"),
        ("24:00-06:00", "can end at 24:00 but not start there"),
        ("08:00-08:00", 'the whole day is "00:00-24:00"'),
        ("08:00-13:00, 12:00-18:00", "the spans 08:00-13:00 and 12:00-18:00 overlap"),
        ("20:00-06:00, 22:00-23:00", "the spans 20:00-06:00 and 22:00-23:00 overlap"),
        ("08:00-12:00, closed", "'closed' is not an opening span"),
        ("", "'' is not an opening span"),
    ],
)
def test_spans_that_make_no_sense_are_refused_with_a_sentence(text: str, sentence: str) -> None:
    assert sentence in refused(week={"mon": text})


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("mon", (0,)),
        ("Sat-Sun", (5, 6)),
        ("mon,wed,fri", (0, 2, 4)),
        ("mon-tue, thu", (0, 1, 3)),
        ("fri-mon", (4, 5, 6, 0)),
        ("monday", (0,)),
    ],
)
def test_weekdays_are_named_singly_in_lists_and_in_ranges(text: str, days: tuple[int, ...]) -> None:
    assert read_weekdays(text) == days


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"week": {"mo-fri": "08:00-18:00"}}, "'mo' in 'mo-fri' is not a weekday; did you mean mon?"),
        ({"week": {"xyz": "08:00-18:00"}}, "'xyz' in 'xyz' is not a weekday; write mon-fri"),
        ({"week": {"mon-fri": "08:00-18:00", "fri": "08:00-16:00"}}, "fri has its hours twice, in 'mon-fri' and in 'f"),
        ({"week": "08:00-18:00"}, "'08:00-18:00' is not a week"),
        ({"time_zone": "America/New_Yrok"}, "'America/New_Yrok' is not a time zone; did you mean America/New_York"),
        ({"time_zone": "Middle Earth"}, "write a name like America/New_York or UTC"),
        ({"time_zone": "America"}, "'America' is not a time zone"),
        ({"time_zone": "localtime"}, "'localtime' is not a time zone"),
        ({"time_zone": "../etc/passwd"}, "is not a time zone"),
        ({"closed": ["24/12/2026"]}, "'24/12/2026' is not a date; write year-month-day"),
        ({"closed": ["2026-02-30"]}, "'2026-02-30' is not a day of the calendar"),
        ({"closed": None}, "no dates are given"),
        ({"closed": ["2026-12-24"], "special": {"2026-12-24": "08:00-12:00"}}, "2026-12-24 is both closed and special"),
        ({"special": {"2026-12-24": "8 to 12"}}, "'8 to 12' is not an opening span"),
        ({"breaks": {"mon-fri": "19:00-19:30"}}, "the break 19:00-19:30 lies outside the opening hours of its days"),
        ({"changes": [{"from": "2026-07-01"}]}, "this change changes nothing"),
        (
            {"changes": [{"from": "2026-07-01", "closed": ["2026-06-30"]}]},
            "2026-06-30 lies before 2026-07-01, the first day of this change",
        ),
        (
            {"changes": [{"from": "2026-07-01", "closed": []}, {"from": "2026-07-01", "special": {}}]},
            "two changes start on 2026-07-01",
        ),
        ({"hours": "08:00-18:00"}, "Extra inputs are not permitted"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused_with_a_sentence(words: dict[str, Any], sentence: str) -> None:
    assert sentence in refused(**words)


def test_a_day_that_the_week_does_not_name_is_closed() -> None:
    assert hours_on(a_calendar(), MONDAY) == "08:00-18:00"
    assert hours_on(a_calendar(), SATURDAY) == "closed"


def test_a_closed_day_has_no_hours_and_a_special_day_has_its_own() -> None:
    calendar = a_calendar(closed="2026-03-02", special={"2026-03-07": "09:00-13:00", "2026-03-06": "closed"})
    assert [hours_on(calendar, day) for day in (MONDAY, FRIDAY, SATURDAY)] == ["closed", "closed", "09:00-13:00"]


def test_breaks_are_cut_out_of_the_weeks_hours_but_not_out_of_special_days() -> None:
    calendar = a_calendar(breaks={"mon-sat": "12:00-12:30, 15:00-15:15"}, special={"2026-03-06": "08:00-16:00"})
    assert hours_on(calendar, MONDAY) == "08:00-12:00, 12:30-15:00, 15:15-18:00"
    assert hours_on(calendar, FRIDAY) == "08:00-16:00"


def test_a_break_after_midnight_belongs_to_the_shift_that_began_the_evening_before() -> None:
    calendar = a_calendar(week={"mon": "22:00-06:00"}, breaks={"mon": "02:00-02:30"})
    assert calendar.spans_on(MONDAY) == ((22 * HOUR, 26 * HOUR), (26 * HOUR + 1800, 30 * HOUR))


def test_a_change_replaces_the_words_it_gives_from_its_date_on() -> None:
    calendar = a_calendar(
        closed=["2026-03-06", "2026-12-25"],
        changes=[
            {"from": "2026-08-01", "closed": []},
            {"from": "2026-04-01", "week": {"mon-sat": "09:00-17:00"}, "breaks": {"mon-sat": "12:00-13:00"}},
            {"from": "2026-10-01", "special": {"2026-12-24": "09:00-12:00"}},
        ],
    )
    days = ["2026-03-06", "2026-03-31", "2026-04-01", "2026-04-04", "2026-12-24", "2026-12-25"]
    assert [hours_on(calendar, date.fromisoformat(day)) for day in days] == [
        "closed",
        "08:00-18:00",
        "09:00-12:00, 13:00-17:00",
        "09:00-12:00, 13:00-17:00",
        "09:00-12:00",
        "09:00-12:00, 13:00-17:00",
    ]


def test_a_calendar_written_out_reads_back_as_the_same_calendar() -> None:
    calendar = a_calendar(
        week={"mon-thu": "22:00-06:00", "fri": "09:00-12:00, 13:00-17:00"},
        closed=["2026-12-25"],
        special={"2026-12-24": "08:00-12:00"},
        changes=[{"from": "2026-07-01", "week": {"mon": "08:00-18:00"}}],
    )
    assert Calendar.model_validate(calendar.model_dump(mode="json", by_alias=True, exclude_none=True)) == calendar


def test_values_already_read_are_taken_as_they_are() -> None:
    calendar = a_calendar(closed=[MONDAY], special={SATURDAY: "09:00-12:00"})
    again = a_calendar(week=calendar.week, closed=calendar.closed, special=calendar.special)
    assert again == calendar


def test_the_schema_shows_an_editor_weeks_spans_and_dates_as_text() -> None:
    schema = Calendar.model_json_schema()
    week, special, closed = (schema["properties"][word] for word in ("week", "special", "closed"))
    assert week["type"] == "object"
    assert week["additionalProperties"]["type"] == "string"
    assert special["additionalProperties"]["type"] == "string"
    assert closed["items"] == {"type": "string", "format": "date"}
    assert schema["required"] == ["time_zone", "week"]
    assert all("description" in field for field in schema["properties"].values())


def test_the_calendar_that_never_closes_is_open_every_day() -> None:
    assert AROUND_THE_CLOCK.zone.key == "UTC"
    assert hours_on(AROUND_THE_CLOCK, SATURDAY) == "00:00-24:00"
