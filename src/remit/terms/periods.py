"""Stretches of time a contract counts in: half-open periods, months, quarters, contract years."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start_on` up to, not including, `end_on`; local days of the contract's time zone."""

    start_on: date
    end_on: date

    def __post_init__(self) -> None:
        if self.end_on <= self.start_on:
            raise ValueError(f"a period ends after it starts; got {self.start_on} to {self.end_on}")

    @property
    def label(self) -> str:
        """`2026-03` for a calendar month, `2026` for a year, else the first and last day."""
        if self == month_of(self.start_on):
            return f"{self.start_on:%Y-%m}"
        if self.start_on == date(self.start_on.year, 1, 1) and self.end_on == date(self.start_on.year + 1, 1, 1):
            return f"{self.start_on.year}"
        return f"{self.start_on} to {self.last_on}"

    @property
    def last_on(self) -> date:
        return self.end_on - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end_on - self.start_on).days

    def __contains__(self, day: date) -> bool:
        return self.start_on <= day < self.end_on

    def overlaps(self, other: "Period") -> bool:
        return self.start_on < other.end_on and other.start_on < self.end_on

    def instants(self, zone: ZoneInfo) -> tuple[int, int]:
        """UTC seconds of the first instant in and the first instant out."""
        return midnight_at(self.start_on, zone), midnight_at(self.end_on, zone)


def midnight_at(day: date, zone: ZoneInfo) -> int:
    """The UTC second at which a local day begins.

    Where the clock skips midnight, the day begins at its first existing instant; where midnight happens
    twice, at the first.
    """
    naive = datetime(day.year, day.month, day.day)
    utc = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    # A skipped midnight read with fold=0 lands after the gap by the gap's own length; step back to its edge.
    while (utc - timedelta(minutes=15)).astimezone(zone).date() >= day:
        utc -= timedelta(minutes=15)
    return int(utc.timestamp())


@lru_cache(maxsize=4096)
def add_months(day: date, months: int) -> date:
    """The same day of a later (or earlier) month, or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def month_of(day: date) -> Period:
    """The calendar month that contains a day."""
    first = day.replace(day=1)
    return Period(first, add_months(first, 1))


def months_between(first: date, last: date) -> Iterator[Period]:
    """The calendar months from the one that contains `first` to the one that contains `last`."""
    month = month_of(first)
    while month.start_on <= last:
        yield month
        month = month_of(month.end_on)


def quarter_of(day: date) -> Period:
    """The calendar quarter that contains a day."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return Period(first, add_months(first, 3))


def contract_year_of(day: date, *, term_starts_on: date) -> Period:
    """The year of the contract, counted from the day its term starts, that contains a day."""
    years = day.year - term_starts_on.year
    if add_months(term_starts_on, 12 * years) > day:
        years -= 1
    return Period(add_months(term_starts_on, 12 * years), add_months(term_starts_on, 12 * (years + 1)))


def contract_year_with(month: Period, *, term_starts_on: date) -> Period:
    """The contract year a settlement month counts in: that of its first day in the term.

    So the days before a turn inside a month take the whole month with them, and the month in whose middle the term
    begins belongs to the first year.
    """
    return contract_year_of(max(month.start_on, term_starts_on), term_starts_on=term_starts_on)


def read_instant(text: str, *, zone: ZoneInfo) -> datetime:
    """The UTC instant of an ISO 8601 text; one without an offset is a local time of the zone.

    Raises ValueError with a sentence for what is no instant, and for local times a change of the clocks skips or
    repeats: nobody could say which instant was agreed.
    """
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an instant; write 2026-03-07 22:00, or 2026-03-07T22:00-05:00") from None
    if given.tzinfo is not None:
        return given.astimezone(UTC)
    first, second = given.replace(tzinfo=zone, fold=0), given.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        is_skipped = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != given
        says = "does not exist" if is_skipped else "exists twice"
        raise ValueError(f"{text!r} {says} in {zone.key}, where clocks change; write its offset from UTC")
    return first.astimezone(UTC)
