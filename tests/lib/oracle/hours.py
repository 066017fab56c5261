"""Opening hours: asked of every quarter hour whether they are open. Hours and zones change on whole quarters."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tests.lib.oracle.words import Words, listed

STEP = 900
FROM_ON, UNTIL_ON = date(2025, 11, 20), date(2027, 8, 1)
"""Before and after every fact that is drawn."""
DAY = 86_400
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Spans = list[tuple[int, int]]
"""Local minutes from midnight; an end at or before its start lies past midnight."""


def instant(day: date, zone: str) -> int:
    """The first instant of a local day."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())


def local(at: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(zone))


def spans_of(text: str) -> Spans:
    if text == "closed":
        return []
    found = []
    for span in text.split(","):
        start, end = (60 * int(clock[:2]) + int(clock[3:]) for clock in span.strip().split("-"))
        found.append((start, end if end > start else end + 1440))
    return found


def week_of(words: dict[str, str]) -> dict[int, Spans]:
    """`mon-fri: "08:00-18:00"` by weekday, 0 for Monday."""
    found: dict[int, Spans] = {}
    for names, text in words.items():
        for part in names.split(","):
            first, _, last = part.strip().partition("-")
            for day in range(_NAMES.index(first), _NAMES.index(last or first) + 1):
                found[day] = spans_of(text)
    return found


def without_breaks(spans: Spans, breaks: Spans) -> Spans:
    for start, end in breaks:
        spans = [
            piece for one in spans for piece in ((one[0], min(one[1], start)), (max(one[0], end), one[1]))
            if piece[0] < piece[1]
        ]  # fmt: skip
    return spans


class Hours:
    """A calendar's open time, and its clock of business days."""

    def __init__(self, words: Words) -> None:
        self.words, self.zone = words, words["time_zone"]
        days = [FROM_ON + timedelta(days=number) for number in range((UNTIL_ON - FROM_ON).days)]
        self.spans = {day: self._spans(day) for day in days}
        self.from_at = instant(FROM_ON, "UTC") + DAY * 2
        self.steps = (instant(UNTIL_ON, "UTC") - 2 * DAY - self.from_at) // STEP
        self.before = [0]
        self.readings: list[tuple[int, bool]] = []
        self._walk([day for day in days if self.spans[day]])

    def _spans(self, day: date) -> Spans:
        words = self.words
        for change in listed(words.get("changes")):
            if date.fromisoformat(change["from"]) <= day:
                words = {**words, **change}
        if str(day) in words.get("special", {}):
            return spans_of(words["special"][str(day)])
        if str(day) in words.get("closed", []):
            return []
        breaks = week_of(words.get("breaks", {})).get(day.weekday(), [])
        return without_breaks(week_of(words["week"]).get(day.weekday(), []), breaks)

    def _walk(self, open_days: list[date]) -> None:
        """Step by step: whether it is open, and what the clock of business days reads."""
        number = {day: index for index, day in enumerate(open_days)}
        zone = ZoneInfo(self.zone)
        highest = 0
        for step in range(self.steps):
            now = datetime.fromtimestamp(self.from_at + step * STEP, zone).replace(tzinfo=None)
            is_open, reading = False, None
            for day in (now.date(), now.date() - timedelta(days=1)):
                minute = (now - datetime.combine(day, time.min)) / timedelta(minutes=1)
                is_open = is_open or any(start <= minute < end for start, end in self.spans[day])
                if day in number and self.spans[day][0][0] <= minute:
                    is_at_work = reading is None and minute < self.spans[day][-1][1]
                    reading = number[day] * DAY + int(minute * 60) if is_at_work else reading
                    # Outside its hours the clock stands at as many whole days as have opened.
                    highest = highest if is_at_work else max(highest, (number[day] + 1) * DAY)
            self.before.append(self.before[-1] + STEP * is_open)
            # Where local time runs back, or a day's first hours come before a night shift's last, the clock stands.
            runs = reading is not None and reading >= highest
            self.readings.append((max(highest, reading or 0), runs))
            highest = max(highest, reading + STEP) if runs and reading is not None else highest

    def open_until(self, at: int) -> int:
        step, rest = divmod(at - self.from_at, STEP)
        return self.before[step] + (rest if self.before[step + 1] > self.before[step] else 0)

    def open_between(self, start_at: int, stop_at: int) -> int:
        return self.open_until(stop_at) - self.open_until(start_at)

    def day_reading(self, at: int) -> int:
        step, rest = divmod(at - self.from_at, STEP)
        reading, runs = self.readings[step]
        return reading + (rest if runs else 0)

    def days_until(self, at: int) -> int:
        """What the clock of business days read until an instant, before it jumps at an opening."""
        step, rest = divmod(at - 1 - self.from_at, STEP)
        reading, runs = self.readings[step]
        return reading + (rest + 1 if runs else 0)

    def days_between(self, start_at: int, stop_at: int, *, is_end: bool = False) -> int:
        """Days from one instant to another; what ends in the second of an opening took nothing of its jump."""
        reached = self.days_until(stop_at) if is_end and stop_at > start_at else self.day_reading(stop_at)
        return reached - self.day_reading(start_at)

    def open_days(self, start_at: int, stop_at: int, zone: str) -> int:
        """How many of a window's dates, as the contract's zone has them, have open time."""
        first, last = local(start_at, zone).date(), local(stop_at, zone).date()
        return sum(bool(spans) and first <= day < last for day, spans in self.spans.items())

    def reached(self, wanted: int) -> int:
        """The earliest instant by which so many open seconds have passed."""
        step = bisect_left(self.before, wanted) - 1
        return self.from_at + step * STEP + wanted - self.before[step]

    def days_reached(self, wanted: int) -> int:
        """The last instant at which the clock of business days reads no more than this: an opening where it jumps."""
        step = bisect_right(self.readings, wanted, key=lambda one: one[0]) - 1
        reading, runs = self.readings[step]
        if runs and reading + STEP > wanted:
            return self.from_at + step * STEP + wanted - reading
        return self.from_at + (step + 1) * STEP

    def by_end(self, start_at: int, days: int) -> int:
        """The end of the n-th open day after the day a record arrived on."""
        arrived = local(start_at, self.zone).date()
        later = [day for day in self.spans if self.spans[day] and day > arrived]
        return instant(later[days - 1] + timedelta(days=1), self.zone)


@lru_cache(maxsize=64)
def _hours(text: str) -> Hours:
    return Hours(json.loads(text))


def hours(calendars: Words, name: str) -> Hours:
    """A calendar of the contract by its name; `always` needs no entry."""
    always = {"time_zone": "UTC", "week": {"mon-sun": "00:00-24:00"}}
    return _hours(json.dumps(calendars.get(name, always) if name != "always" else always, sort_keys=True))


def now_utc(text: str) -> int:
    """Seconds of an instant written as UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def window_instants(words: dict[str, str], zone: str) -> tuple[int, int]:
    """A written stretch of time, local in a zone where it has no offset of its own."""
    start, end = (datetime.fromisoformat(words[word]) for word in ("from", "to"))
    start, end = (one if one.tzinfo else one.replace(tzinfo=ZoneInfo(zone)) for one in (start, end))
    return int(start.timestamp()), int(end.timestamp())


def merged(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches with overlaps counted once."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif start < end:
            found.append((start, end))
    return found
