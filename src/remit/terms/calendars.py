"""Opening hours as a contract writes them: weeks, breaks, closed days, special days, and changes from a date on."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from remit.terms.notation import Term, read_list

DAY_SECONDS = 86_400

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY_INDEX = {name: index for names in (WEEKDAYS, _WEEKDAY_NAMES) for index, name in enumerate(names)}
_DAYS_HINT = "write mon-fri, sat or mon,wed,fri"

_TIME = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(:(?P<second>[0-5]\d))?")
_SPANS_HINT = 'write "08:00-18:00", "09:00-12:30, 13:30-17:30", "22:00-06:00" or closed'

# Names under which a machine's own settings or a second set of rules (leap seconds) would be read.
_NO_ZONES = ("localtime", "posixrules", "Factory")
_NO_ZONE_FOLDERS = ("posix/", "right/")

Span = tuple[int, int]
Spans = tuple[Span, ...]


def read_spans(given: Any) -> Spans:
    """Opening spans of one day, in seconds from its local midnight, in order; `closed` is no span at all.

    A span that ends at or before its start runs past midnight and belongs to the date it starts on: its end is
    above 86,400. `24:00` is the end of the day. Spans of one day may touch but not overlap, since overlapping hours
    are a slip of the pen more often than a wish; a night shift may reach into the next day's hours, and the time
    they share counts once. Raises ValueError with a hint.
    """
    if isinstance(given, tuple):
        return given
    texts = [part.strip() for entry in read_list(given) for part in str(entry).split(",")]
    if texts == ["closed"]:
        return ()
    spans = sorted(_read_span(text) for text in texts)
    for (start, end), (next_start, next_end) in pairwise(spans):
        if next_start < end:
            raise ValueError(
                f"the spans {write_spans([(start, end)])} and {write_spans([(next_start, next_end)])} overlap"
            )
    return tuple(spans)


def _read_span(text: str) -> Span:
    start_text, dash, end_text = (part.strip() for part in text.replace("–", "-").partition("-"))
    if not dash:
        raise ValueError(f"{text!r} is not an opening span; {_SPANS_HINT}")
    start, end = _read_time(start_text, text), _read_time(end_text, text)
    if start == DAY_SECONDS:
        raise ValueError(f"{text!r}: a span can end at 24:00 but not start there; write 00:00 on the next day")
    if start == end:
        raise ValueError(f'{text!r} starts and ends at the same time; the whole day is "00:00-24:00"')
    return (start, end) if end > start else (start, end + DAY_SECONDS)


def _read_time(text: str, span: str) -> int:
    found = _TIME.fullmatch(text)
    seconds = 0
    if found is not None:
        seconds = int(found["hour"]) * 3600 + int(found["minute"]) * 60 + int(found["second"] or 0)
    if found is None or seconds > DAY_SECONDS:
        raise ValueError(f"{text!r} in {span!r} is not a time of day from 00:00 to 24:00; {_SPANS_HINT}")
    return seconds


def write_spans(spans: Spans | list[Span]) -> str:
    """Spans in the contract's own notation; the inverse of `read_spans`."""
    return ", ".join(f"{_write_time(start)}-{_write_time(end)}" for start, end in spans) or "closed"


def _write_time(seconds: int) -> str:
    clock = seconds if seconds <= DAY_SECONDS else seconds - DAY_SECONDS
    hour, rest = divmod(clock, 3600)
    minute, second = divmod(rest, 60)
    return f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "")


@dataclass(frozen=True, slots=True)
class WeekHours:
    """The spans of each weekday, Monday first; a weekday the contract doesn't name has none."""

    days: tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]

    def written(self) -> dict[str, str]:
        """The week in the contract's own notation, a line a day that has hours."""
        return {WEEKDAYS[index]: write_spans(spans) for index, spans in enumerate(self.days) if spans}


NO_HOURS = WeekHours(((), (), (), (), (), (), ()))


def read_week(given: Any) -> WeekHours:
    """A week from `{mon-fri: "08:00-18:00", sat: "09:00-12:00"}`; raises ValueError with a hint."""
    if isinstance(given, WeekHours):
        return given
    if not isinstance(given, Mapping):
        raise ValueError(f'{given!r} is not a week; write {{mon-fri: "08:00-18:00"}}')
    days: list[Spans] = [()] * 7
    said_by: dict[int, str] = {}
    for key, text in given.items():
        spans = read_spans(text)
        for day in read_weekdays(str(key)):
            if day in said_by:
                raise ValueError(f"{WEEKDAYS[day]} has its hours twice, in {said_by[day]!r} and in {str(key)!r}")
            said_by[day] = str(key)
            days[day] = spans
    return WeekHours((days[0], days[1], days[2], days[3], days[4], days[5], days[6]))


def read_weekdays(text: str) -> tuple[int, ...]:
    """Weekday numbers, Monday 0, of `mon-fri`, `sat` or `mon,wed,fri`; `fri-mon` goes over the week's end."""
    days: list[int] = []
    for part in text.lower().split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        start = _weekday(first, text)
        end = _weekday(last, text) if dash else start
        days.extend((start + step) % 7 for step in range((end - start) % 7 + 1))
    return tuple(days)


def _weekday(word: str, text: str) -> int:
    if word not in _WEEKDAY_INDEX:
        near = get_close_matches(word, WEEKDAYS + _WEEKDAY_NAMES, n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"{word!r} in {text!r} is not a weekday{meant}; {_DAYS_HINT}")
    return _WEEKDAY_INDEX[word]


def read_zone(given: Any) -> str:
    """The name of a time zone of the IANA database, such as `America/New_York`; raises ValueError with near names."""
    name = str(given).strip()
    try:
        if name in _NO_ZONES or name.startswith(_NO_ZONE_FOLDERS):
            raise ValueError
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        near = get_close_matches(name, sorted(available_timezones()), n=2, cutoff=0.7)
        hint = f"did you mean {' or '.join(near)}?" if near else "write a name like America/New_York or UTC"
        raise ValueError(f"{name!r} is not a time zone; {hint}") from None
    return name


def read_day(given: Any) -> date:
    """A date from `2026-12-24`, in this one form only: 03/04 means two days of the year to two readers."""
    if isinstance(given, date):
        return given
    text = str(given).strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a day of the calendar") from None
    raise ValueError(f"{text!r} is not a date; write year-month-day, as 2026-12-24")


def read_days(given: Any) -> Any:
    """A list of dates, each still to be read; raises ValueError where the word stands without any."""
    if given is None:
        raise ValueError("no dates are given; write them as a list, write [] for none, or leave the word out")
    return read_list(given)


TimeZoneName = Annotated[
    str,
    BeforeValidator(read_zone),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A time zone of the IANA database.",
            "examples": ["America/New_York", "Europe/Berlin", "UTC"],
        }
    ),
]
_SPANS_SCHEMA = {
    "type": "string",
    "description": 'Opening spans of a day: `"09:00-12:30, 13:30-17:30"`, `"22:00-06:00"` past midnight, `closed`.',
    "examples": ["08:00-18:00"],
}
SpansTerm = Annotated[Spans, BeforeValidator(read_spans), PlainSerializer(write_spans), WithJsonSchema(_SPANS_SCHEMA)]
WeekTerm = Annotated[
    WeekHours,
    BeforeValidator(read_week),
    PlainSerializer(WeekHours.written),
    WithJsonSchema(
        {
            "type": "object",
            "description": "Weekdays (`mon-fri`, `sat`, `mon,wed,fri`) and their spans.",
            "additionalProperties": _SPANS_SCHEMA,
            "examples": [{"mon-fri": "08:00-18:00"}],
        }
    ),
]
DayTerm = Annotated[
    date, BeforeValidator(read_day), WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-12-24"]})
]
DaysTerm = Annotated[
    tuple[DayTerm, ...],
    BeforeValidator(read_days),
    WithJsonSchema({"type": "array", "items": {"type": "string", "format": "date"}, "examples": [["2026-12-25"]]}),
]
SpecialDaysTerm = Annotated[
    dict[DayTerm, SpansTerm],
    WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"format": "date"},
            "additionalProperties": _SPANS_SCHEMA,
            "examples": [{"2026-12-24": "08:00-12:00"}],
        }
    ),
]

_BREAKS = "Spans taken out of the week's hours (not out of special days, which are written as they are)."
_CLOSED = "Days without hours, as dates: a figure must not change because a feed of holidays did."
_SPECIAL = "Days whose hours replace the week's."


class HoursChange(Term):
    """New hours from a date on: the words given replace the calendar's, the others stay as they were."""

    from_on: DayTerm = Field(alias="from", description="The first day of the new hours.")
    week: WeekTerm | None = Field(None, description="The week's hours from then on.")
    breaks: WeekTerm | None = Field(None, description=_BREAKS)
    closed: DaysTerm | None = Field(None, description=_CLOSED + " Replaces the whole list from then on.")
    special: SpecialDaysTerm | None = Field(None, description=_SPECIAL + " Replaces the whole list from then on.")

    @model_validator(mode="after")
    def _says_something_of_its_own_time(self) -> Self:
        if all(given is None for given in (self.week, self.breaks, self.closed, self.special)):
            raise ValueError("this change changes nothing; give week, breaks, closed or special")
        early = [day for day in (*(self.closed or ()), *(self.special or ())) if day < self.from_on]
        if early:
            raise ValueError(f"{min(early)} lies before {self.from_on}, the first day of this change")
        return self


@dataclass(frozen=True, slots=True)
class _Hours:
    """What is in force from one date to the next change."""

    from_on: date
    week: WeekHours
    breaks: WeekHours
    closed: frozenset[date]
    special: Mapping[date, Spans]
    net: tuple[Spans, ...]

    def spans_on(self, day: date) -> Spans:
        if day in self.special:
            return self.special[day]
        return () if day in self.closed else self.net[day.weekday()]


class Calendar(Term):
    """The hours in which a clock runs: one site's or one team's, in its own time zone."""

    time_zone: TimeZoneName = Field(description="The zone its times are local times of.")
    week: WeekTerm = Field(description="The opening hours of a week; days not named are closed.")
    breaks: WeekTerm = Field(NO_HOURS, description=_BREAKS)
    closed: DaysTerm = Field((), description=_CLOSED)
    special: SpecialDaysTerm = Field(default_factory=dict, description=_SPECIAL)
    changes: Annotated[tuple[HoursChange, ...], BeforeValidator(read_list)] = Field(
        (), description="New hours from a date on."
    )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def spans_on(self, day: date) -> Spans:
        """The spans of a local date in seconds from its local midnight, breaks taken out; none when it is closed.

        A night shift's span ends above 86,400: past midnight it still belongs to the date it started on, so it
        is worked to its end before a closed day, and a closed day has none of its own.
        """
        return self._in_force[bisect_right(self._starts, day) - 1].spans_on(day)

    def without_holidays(self) -> "Calendar":
        """The same weeks without closed or special days. Built anew: a copy keeps the hours worked out before."""
        none: dict[str, Any] = {"closed": (), "special": {}}
        changes = tuple(change.model_copy(update=none) for change in self.changes)
        return Calendar.model_construct(**{**dict(self), **none, "changes": changes})

    @cached_property
    def _starts(self) -> list[date]:
        return [hours.from_on for hours in self._in_force]

    @cached_property
    def _in_force(self) -> tuple[_Hours, ...]:
        return tuple(self._versions())

    def _versions(self) -> Iterator[_Hours]:
        week, breaks, closed, special = self.week, self.breaks, self.closed, self.special
        yield _hours(date.min, week, breaks, closed=closed, special=special)
        for change in sorted(self.changes, key=lambda change: change.from_on):
            week = week if change.week is None else change.week
            breaks = breaks if change.breaks is None else change.breaks
            closed = closed if change.closed is None else change.closed
            special = special if change.special is None else change.special
            yield _hours(change.from_on, week, breaks, closed=closed, special=special)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        starts = self._starts
        twice = {day for day in starts if starts.count(day) > 1}
        if twice:
            raise ValueError(f"two changes start on {min(twice)}; put their words into one")
        for hours in self._in_force:
            _check_hours(hours)
        return self


def _hours(
    from_on: date, week: WeekHours, breaks: WeekHours, *, closed: tuple[date, ...], special: Mapping[date, Spans]
) -> _Hours:
    net = tuple(_without(spans, breaks.days[day]) for day, spans in enumerate(week.days))
    return _Hours(from_on, week, breaks, frozenset(closed), special, net)


def _check_hours(hours: _Hours) -> None:
    both = [day for day in hours.special if day in hours.closed]
    if both:
        raise ValueError(f"{min(both)} is both closed and special; a day is one of them")
    for pause in sorted({span for spans in hours.breaks.days for span in spans}):
        days = [day for day, spans in enumerate(hours.breaks.days) if pause in spans]
        if all(_without(hours.week.days[day], (pause,)) == hours.week.days[day] for day in days):
            raise ValueError(f"the break {write_spans([pause])} lies outside the opening hours of its days")


def _without(spans: Spans, breaks: Spans) -> Spans:
    """Spans with breaks cut out; a break after midnight is one of the shift that began the evening before."""
    rest = list(spans)
    for start, end in (*breaks, *((start + DAY_SECONDS, end + DAY_SECONDS) for start, end in breaks)):
        rest = [
            (left, right)
            for opens, closes in rest
            for left, right in ((opens, min(closes, start)), (max(opens, end), closes))
            if left < right
        ]
    return tuple(rest)


AROUND_THE_CLOCK = Calendar(time_zone="UTC", week=read_week({"mon-sun": "00:00-24:00"}))
"""The calendar that never closes; a contract has it without writing it."""
