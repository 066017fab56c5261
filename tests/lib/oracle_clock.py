"""A slow clock for the oracle: quarter hours, each asked whether the desk is open, and cases walked through them."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.lib.walked_clock import DayWalk, WalkedHours, is_open, local_time

QUARTER = 900
FROM_AT = int(datetime(2024, 12, 1, tzinfo=UTC).timestamp())
UNTIL_AT = int(datetime(2026, 2, 15, tzinfo=UTC).timestamp())


class QuarterHours:
    """Open seconds of a desk, by asking of each quarter hour whether it is open; all hours begin and end on them."""

    def __init__(self, hours: WalkedHours, *, stopped: Sequence[tuple[int, int]] = ()) -> None:
        self.hours = hours
        self.open = [
            is_open(hours, at) and not any(start <= at < end for start, end in stopped)
            for at in range(FROM_AT, UNTIL_AT, QUARTER)
        ]
        self.before = [0]
        for runs in self.open:
            self.before.append(self.before[-1] + QUARTER * runs)

    def is_open(self, at: int) -> bool:
        return self.open[(at - FROM_AT) // QUARTER]

    def reading(self, at: int) -> int:
        quarter, rest = divmod(at - FROM_AT, QUARTER)
        return self.before[quarter] + rest * self.open[quarter]

    def between(self, start_at: int, stop_at: int) -> int:
        return self.reading(stop_at) - self.reading(start_at)

    def days_between(self, start_at: int, stop_at: int) -> int:
        """Business days between two instants, in seconds of 86,400 a day."""
        first_on = local_time(self.hours.zone, start_at).date() - timedelta(days=5)
        return DayWalk(self.hours, first_on=first_on, every_day=False, by_end=False).elapsed(start_at, stop_at)

    def reached(self, start_at: int, seconds: int) -> int:
        """The earliest instant at which so many open seconds have passed since the start."""
        wanted = self.reading(start_at) + seconds
        quarter = bisect_right(self.before, wanted - 1) - 1
        return FROM_AT + quarter * QUARTER + wanted - self.before[quarter]


@dataclass
class Stretch:
    """A stretch of a case's life in one phase, under one priority and at one site."""

    start_at: int
    end_at: int
    phase: str
    priority: str
    site: str


@dataclass
class Life:
    """A case (or what a late reopening makes a record of its own) as far as it is known."""

    key: str
    stretches: list[Stretch] = field(default_factory=list)
    stopped_at: int | None = None

    @property
    def last_priority(self) -> str:
        return self.stretches[-1].priority


PHASES = {
    "New": "runs",
    "In progress": "runs",
    "Waiting for customer": "waits",
    "Resolved": "stopped",
    "Closed": "stopped",
}


def lives_of(
    case: dict[str, Any],
    changes: Sequence[dict[str, Any]],
    *,
    as_of: int,
    is_new_record: Callable[[int, int, str], bool],
) -> list[Life]:
    """A case's life by its changes; `is_new_record(stopped_at, reopened_at, site)` says what a reopening begins."""
    known = sorted((one for one in changes if one["at"] <= as_of), key=lambda one: (one["at"], one["sequence"]))
    lives = [Life(case["key"])]
    phase, priority, site = "runs", known[0]["priority"], known[0]["site"]
    for number, change in enumerate(known):
        until = known[number + 1]["at"] if number + 1 < len(known) else as_of
        before = phase
        phase = PHASES[change["status"]] if change["status"] else phase
        priority, site = change["priority"] or priority, change["site"] or site
        if phase == "stopped" and before != "stopped":
            lives[-1].stopped_at = change["at"]
        elif phase != "stopped" and before == "stopped":
            stopped_at = lives[-1].stopped_at
            assert stopped_at is not None
            if is_new_record(stopped_at, change["at"], site):
                lives.append(Life(f"{case['key']}#{len(lives) + 1}"))
            lives[-1].stopped_at = None
        lives[-1].stretches.append(Stretch(change["at"], until, phase, priority, site))
    return lives


def worked_stretches(life: Life, desk: QuarterHours, max_pause: int) -> list[tuple[int, int]]:
    """When the clock ran: while the case was worked on, and once it had waited longer than it may in all."""
    left = max_pause
    found = []
    for stretch in life.stretches:
        if stretch.phase == "runs":
            found.append((stretch.start_at, stretch.end_at))
        elif stretch.phase == "waits":
            waited = desk.between(stretch.start_at, stretch.end_at)
            if waited > left:
                found.append((desk.reached(stretch.start_at, left) if left else stretch.start_at, stretch.end_at))
            left = max(0, left - waited)
    return found


def worked_seconds(life: Life, desk: QuarterHours, max_pause: int) -> int:
    return sum(desk.between(start, end) for start, end in worked_stretches(life, desk, max_pause))


def due_at(life: Life, desk: QuarterHours, max_pause: int, target: int) -> int | None:
    """When the clock had run its whole target; None where it has not yet."""
    left = target
    for start, end in worked_stretches(life, desk, max_pause):
        ran = desk.between(start, end)
        if ran >= left:
            return desk.reached(start, left)
        left -= ran
    return None


def used_up(life: Life, desks: dict[str, QuarterHours], targets: dict[str, int]) -> Fraction:
    """The shares of each target used up while it held, each stretch on the hours of the site it was at."""
    return sum(
        (
            Fraction(desks[one.site].between(one.start_at, one.end_at), targets[one.priority])
            for one in life.stretches
            if one.phase == "runs"
        ),
        Fraction(0),
    )


def month_of(at: int, zone: str) -> str:
    return f"{datetime.fromtimestamp(at, ZoneInfo(zone)):%Y-%m}"


def month_bounds(month: str, zone: str) -> tuple[int, int]:
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=32)).replace(day=1)
    start, end = (datetime(day.year, day.month, 1, tzinfo=ZoneInfo(zone)).timestamp() for day in (first, after))
    return int(start), int(end)
