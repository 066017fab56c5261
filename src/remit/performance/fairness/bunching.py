"""Bunching: more records just within a target than the times around it would lead one to expect."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

BIN_SHARE = 0.05
"""The width of a bin: a twentieth of the target."""
LEAST_RECORDS = 40
"""Fewer records on both sides of a target tell nothing."""
LEAST_RATIO = 1.5
"""So many times as many as expected, at least, whatever the test says: a small excess is no news."""
CHANCE = 0.001
"""How unlikely by chance, over all the places looked at together."""


@dataclass(frozen=True, slots=True)
class Bunching:
    """Records just within a target: how many, and how many one would expect from the bins around.

    `chance` is how likely so many or more would be by chance alone; `looked_at` is among how many places the test was
    made, by which the limit is divided. `keys` are the records just within.
    """

    just_within: int
    expected: float
    just_over: int
    chance: float
    looked_at: int
    keys: tuple[str, ...]

    @property
    def is_signal(self) -> bool:
        is_large = self.just_within >= LEAST_RATIO * self.expected
        return is_large and self.chance < CHANCE / self.looked_at


def bunched(times: Sequence[tuple[str, int, int]], *, looked_at: int = 1) -> Bunching | None:
    """The test for records given as key, seconds taken and target in seconds; None with too few around the target.

    Times are taken as shares of the target, in bins of a twentieth: the bin that ends on the target against the one
    behind it. How the two would be shared between them without bunching is read from the two bins on either side of
    that pair, assuming that the counts rise or fall by an even factor from bin to bin there. Then the count within is
    tested against a binomial. A time exactly on target is within.
    """
    bins: dict[int, list[str]] = {}
    for key, seconds, target in times:
        bins.setdefault(_bin(seconds, target), []).append(key)
    within, over = bins.get(-1, []), bins.get(0, [])
    before = sum(len(bins.get(index, [])) for index in (-3, -2))
    after = sum(len(bins.get(index, [])) for index in (1, 2))
    if before + after + len(within) + len(over) < LEAST_RECORDS:
        return None
    # From the middle of the two bins before to that of the two behind are four bins: one step is the fourth root.
    step = ((before + 1) / (after + 1)) ** 0.25
    share = step / (1 + step)
    both = len(within) + len(over)
    return Bunching(
        just_within=len(within),
        expected=both * share,
        just_over=len(over),
        chance=_at_least(len(within), both, share),
        looked_at=looked_at,
        keys=tuple(within),
    )


def _bin(seconds: int, target: int) -> int:
    """The bin of a time: -1 ends on the target, 0 begins just behind it."""
    return math.ceil((seconds - target) / (target * BIN_SHARE)) - 1


def _at_least(count: int, of: int, share: float) -> float:
    """The chance of `count` or more successes in `of` trials; summed from the largest terms, exact to a float."""
    if not of:
        return 1.0
    logs = [
        math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1)
        + k * math.log(share) + (of - k) * math.log(1 - share)
        for k in range(count, of + 1)
    ]  # fmt: skip
    return min(1.0, math.fsum(math.exp(one) for one in logs))
