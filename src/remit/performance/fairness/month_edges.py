"""A month's edge: more records moved over it, or stopped right beside it, than other midnights lead one to expect."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

AROUND_DAYS = 14
"""So many midnights on either side of a month's end tell how many records are moved over any midnight."""
LEAST_RECORDS = 10
LEAST_RATIO = 3.0
"""So many records, and so many times as many as expected, whatever the test says: month's ends are busy days."""
CHANCE = 0.001
"""How unlikely by chance, over all the edges looked at together."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A record whose deciding instant a later load changed: its day as it was, and as it is now."""

    key: str
    before_on: date
    after_on: date

    def passes(self, day: date) -> bool:
        """Whether it was moved over the midnight at which a day begins."""
        return min(self.before_on, self.after_on) < day <= max(self.before_on, self.after_on)


@dataclass(frozen=True, slots=True)
class Edge:
    """Records at a month's edge, and how many one would expect from the other days.

    `chance` is how likely so many or more would be by chance alone; `looked_at` among how many edges the test was made.
    """

    records: int
    expected: float
    chance: float
    looked_at: int
    keys: tuple[str, ...]

    @property
    def is_signal(self) -> bool:
        is_large = self.records >= LEAST_RECORDS and self.records >= LEAST_RATIO * self.expected
        return is_large and self.chance < CHANCE / self.looked_at


@dataclass(frozen=True, slots=True)
class Redated:
    """Records that later loads moved over a month's end, so that they count in another month than before.

    `what` names the instant that decides their month, `levels` the levels judged by it; `month_on` is the first day of
    the month behind the end, and `back` tells how many of the records were moved into the month before it.
    """

    what: str
    levels: tuple[str, ...]
    month_on: date
    back: int
    found: Edge


@dataclass(frozen=True, slots=True)
class Crowded:
    """Stops of a clock in the last hours of a month, or in its first (`is_first`)."""

    clock: str
    month_on: date
    is_first: bool
    found: Edge


def moved_over(moves: Sequence[Moved], day: date, *, looked_at: int = 1) -> tuple[Edge, int]:
    """The records moved over the midnight at which a month begins, and how many of them back into the month before.

    What is to be expected is what passes the midnights around it: a correction of a whole export, or cases that were
    opened again, move records over every midnight alike, and over a month's end no more than over another.
    """
    passed = [one for one in moves if one.passes(day)]
    around = [day + timedelta(days=step) for step in range(-AROUND_DAYS, AROUND_DAYS + 1) if step]
    others = [sum(one.passes(other) for one in moves) for other in around]
    edge = edge_of(tuple(dict.fromkeys(one.key for one in passed)), others, looked_at=looked_at)
    return edge, sum(one.after_on < day for one in passed)


def edge_of(keys: Sequence[str], others: Sequence[int], *, looked_at: int = 1) -> Edge:
    """Records at one edge against the counts at others: the chance of so many by a Poisson law of the others' mean.

    One record is added to the others: where nothing ever happens at an hour, one would be no miracle.
    """
    expected = (sum(others) + 1) / max(len(others), 1)
    return Edge(len(keys), expected, _at_least(len(keys), expected), looked_at, tuple(keys))


def _at_least(count: int, mean: float) -> float:
    """The chance of `count` or more where `mean` are to be expected."""
    if count <= mean:
        return 1.0
    # Above the mean the terms fall faster than a geometric series: a thousand of them are exact to a float.
    logs = [each * math.log(mean) - mean - math.lgamma(each + 1) for each in range(count, count + 1000)]
    return min(1.0, math.fsum(math.exp(one) for one in logs))
