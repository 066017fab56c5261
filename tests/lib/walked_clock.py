"""A slow, obviously right clock: it walks from one instant to the other and asks at each step whether it is open.

It reads the same hours as a calendar but shares no code with it: local time comes from zoneinfo at each step, and hours
are plain lists. Hours must start and end on whole five minutes, as all zone changes of the years it is used for do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

STEP = 300
MIDNIGHT = datetime.min.time()

Span = tuple[int, int]
"""Minutes from local midnight; above 1,440 past it."""


@dataclass(frozen=True)
class WalkedHours:
    """Opening hours as plain lists: weekday 0 is Monday."""

    zone: str
    week: dict[int, list[Span]]
    closed: list[date] = field(default_factory=list)
    special: dict[date, list[Span]] = field(default_factory=dict)
    changed_on: date = date.max
    week_after: dict[int, list[Span]] = field(default_factory=dict)

    def spans(self, day: date) -> list[Span]:
        if day in self.special:
            return self.special[day]
        if day in self.closed:
            return []
        week = self.week if day < self.changed_on else self.week_after
        return week.get(day.weekday(), [])

    def words(self) -> dict[str, object]:
        """The same hours as a contract writes them."""
        words: dict[str, object] = {"time_zone": self.zone, "week": week_words(self.week)}
        words["closed"] = [str(day) for day in self.closed]
        words["special"] = {str(day): spans_words(spans) for day, spans in self.special.items()}
        if self.changed_on < date.max:
            words["changes"] = [{"from": str(self.changed_on), "week": week_words(self.week_after)}]
        return words


def week_words(week: dict[int, list[Span]]) -> dict[str, str]:
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return {names[day]: spans_words(spans) for day, spans in week.items()}


def spans_words(spans: list[Span]) -> str:
    return ", ".join(f"{time_words(start)}-{time_words(end)}" for start, end in spans) or "closed"


def time_words(minutes: int) -> str:
    minutes = minutes if minutes <= 1440 else minutes - 1440
    return f"{minutes // 60:02}:{minutes % 60:02}"


def local_time(zone: str, at: int) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).replace(tzinfo=None)


def minutes_since_midnight(local: datetime, day: date) -> float:
    return (local - datetime.combine(day, MIDNIGHT)) / timedelta(minutes=1)


def is_open(hours: WalkedHours, at: int) -> bool:
    local = local_time(hours.zone, at)
    days = (local.date(), local.date() - timedelta(days=1))
    return any(start <= minutes_since_midnight(local, day) < end for day in days for start, end in hours.spans(day))


def walk(start_at: int, stop_at: int) -> Iterable[tuple[int, int]]:
    """Steps from start to stop that end on whole five minutes."""
    while start_at < stop_at:
        end_at = min(start_at - start_at % STEP + STEP, stop_at)
        yield start_at, end_at
        start_at = end_at


def walked_seconds(hours: WalkedHours, start_at: int, stop_at: int, *, pauses: Iterable[tuple[int, int]] = ()) -> int:
    """Open seconds from start to stop outside pauses; pauses start and end on whole five minutes here."""
    held = list(pauses)
    return sum(
        end - start
        for start, end in walk(start_at, stop_at)
        if is_open(hours, start) and not any(begin <= start < over for begin, over in held)
    )


class DayWalk:
    """A clock of open days, read at one instant after the other; it stands where local time runs back.

    Dates are counted from `first_on` on, so that nothing before it may be asked.
    """

    def __init__(self, hours: WalkedHours, *, first_on: date, every_day: bool, by_end: bool) -> None:
        self.hours = hours
        self.by_end = by_end
        days = [first_on + timedelta(days=number) for number in range(90)]
        self.spans = {day: [(0, 1440)] if every_day else hours.spans(day) for day in days}
        self.open_dates = [day for day in days if self.spans[day]]

    def elapsed(self, start_at: int, stop_at: int) -> int:
        # Six hours of run-up: a start inside a repeated hour finds the clock standing.
        reading = at_start = self.reached_by_closing(start_at - 21_600)
        for begin, end in [*walk(start_at - 21_600, start_at), (start_at, start_at), *walk(start_at, stop_at)]:
            raw, runs = self.raw_reading(begin)
            reading = max(reading, raw)
            if begin == start_at == end:
                at_start = reading
            reading = max(reading, raw + (end - begin) * runs)
        return max(reading, self.raw_reading(stop_at)[0]) - at_start

    def reached_by_closing(self, at: int) -> int:
        """The highest reading of a shift that has closed: one past midnight reads later than a day's first hours."""
        local = local_time(self.hours.zone, at)
        closings = [
            86_400 * number + 60 * max(end for _, end in self.spans[day])
            for number, day in enumerate(self.open_dates)
            if minutes_since_midnight(local, day) >= max(end for _, end in self.spans[day])
        ]
        return -86_400 if self.by_end else max(closings, default=-86_400)

    def raw_reading(self, at: int) -> tuple[int, bool]:
        """The reading by local time alone, and whether the clock runs."""
        local = local_time(self.hours.zone, at)
        if self.by_end:
            half = 0 if self.spans[local.date()] else 43_200
            return 86_400 * self.dates_before(local.date()) - half, False
        for day in (local.date(), local.date() - timedelta(days=1)):
            since = minutes_since_midnight(local, day)
            spans = self.spans[day]
            if spans and min(spans)[0] <= since < max(end for _, end in spans):
                return 86_400 * self.dates_before(day) + round(since * 60), True
        opened = [day for day in self.open_dates if minutes_since_midnight(local, day) >= min(self.spans[day])[0]]
        if not opened:
            return 0, False
        closed_at = max(end for _, end in self.spans[opened[-1]]) * 60
        return 86_400 * (len(opened) - 1) + max(86_400, closed_at), False

    def dates_before(self, day: date) -> int:
        return sum(other < day for other in self.open_dates)
