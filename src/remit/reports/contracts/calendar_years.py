"""A service calendar drawn as a year: each day's opening hours, and which days are not like the others."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from remit.terms.calendars import Calendar, Spans, write_spans


class DayKind(StrEnum):
    """Why a day is open or closed."""

    OPEN = "open"
    WEEKEND = "weekly closed"
    HOLIDAY = "closed day"
    SPECIAL = "special hours"


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """One local date: its hours as the contract writes them, and the time they really last.

    `clock_change_seconds` is by how much local clocks are put forward (above 0) or back on that date. `is_change` marks
    the first day of new hours.
    """

    on: date
    kind: DayKind
    hours: str
    open_seconds: int
    clock_change_seconds: int
    is_change: bool

    @property
    def is_special(self) -> bool:
        """Whether it is not like the other days of its week."""
        return self.kind in (DayKind.HOLIDAY, DayKind.SPECIAL) or self.is_change or bool(self.clock_change_seconds)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """Twelve months of days, in order."""

    year: int
    months: tuple[tuple[DayOfYear, ...], ...]

    @property
    def days(self) -> tuple[DayOfYear, ...]:
        """All days, in order."""
        return tuple(day for month in self.months for day in month)

    @property
    def open_seconds(self) -> int:
        """The open time of the whole year, spans counted on the date they start."""
        return sum(day.open_seconds for day in self.days)


def year_of(calendar: Calendar, year: int) -> CalendarYear:
    """A calendar's days of one year, by its own local dates.

    Hours past midnight belong to the date they start on, as in the contract. Their length is what passes between the
    two local times, so that a night in which clocks change is an hour longer or shorter than it is written.
    """
    return CalendarYear(
        year,
        tuple(
            tuple(_day(calendar, date(year, month, day)) for day in range(1, monthrange(year, month)[1] + 1))
            for month in range(1, 13)
        ),
    )


def _day(calendar: Calendar, day: date) -> DayOfYear:
    spans = calendar.spans_on(day)
    return DayOfYear(
        on=day,
        kind=_kind(calendar, day, spans),
        hours=write_spans(spans),
        open_seconds=sum(_seconds_between(calendar, day, start, end) for start, end in spans),
        clock_change_seconds=86_400 - _seconds_between(calendar, day, 0, 86_400),
        is_change=any(change.from_on == day for change in calendar.changes),
    )


def _kind(calendar: Calendar, day: date, spans: Spans) -> DayKind:
    closed, special = frozenset(calendar.closed), frozenset(calendar.special)
    for change in sorted(calendar.changes, key=lambda change: change.from_on):
        if change.from_on <= day:
            closed = closed if change.closed is None else frozenset(change.closed)
            special = special if change.special is None else frozenset(change.special)
    if day in special:
        return DayKind.SPECIAL
    if day in closed:
        return DayKind.HOLIDAY
    return DayKind.OPEN if spans else DayKind.WEEKEND


def _seconds_between(calendar: Calendar, day: date, start: int, end: int) -> int:
    midnight = datetime(day.year, day.month, day.day)  # a local time, given its zone below
    first, last = (
        (midnight + timedelta(seconds=seconds)).replace(tzinfo=calendar.zone).timestamp() for seconds in (start, end)
    )
    return round(last - first)
