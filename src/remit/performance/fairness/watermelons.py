"""Green outside, red inside: levels that are met while what customers feel gets worse."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from remit.performance.service_levels import Attainment, Ratio, Standing
from remit.terms.periods import Period

MONTHS = 3
"""So many last months are looked at, against as many before."""
Z_LIMIT = 2.576
"""A worsening counts where chance alone would show it in fewer than one of a hundred quarters."""


@dataclass(frozen=True, slots=True)
class Inside:
    """A level of what customers feel that is worse: its counts before and after, and how far beyond chance.

    `z` is the two-proportion score of the worsening; `months_missed` how many of the last months missed it.
    """

    service_level: str
    before: Ratio
    after: Ratio
    z: float
    months_missed: int


@dataclass(frozen=True, slots=True)
class Watermelon:
    """Months in which every other critical level was met, and the levels that were worse inside."""

    months: tuple[Period, ...]
    met: tuple[str, ...]
    worse: tuple[Inside, ...]


def green_outside(
    months: Sequence[tuple[Period, Sequence[Attainment]]], inside: Mapping[str, bool]
) -> Watermelon | None:
    """The flag for the last months of several; None where something outside was missed, or nothing inside is worse.

    `inside` names the levels of satisfaction, repeats and reopening, with whether less is better. Outside are the
    critical levels that are not among them; one that was not measured says nothing. A level inside is worse where it
    was missed in each of the last months, or where their counts together are worse than before by more than chance.
    """
    last = months[-MONTHS:]
    outside = [one for _, found in last for one in found if one.is_critical and one.service_level not in inside]
    judged = [one for one in outside if one.standing is not Standing.NOT_MEASURED]
    if len(last) < MONTHS or not judged or any(one.standing.is_miss for one in judged):
        return None
    worse = [found for name, at_most in inside.items() if (found := _worse(months, name, at_most=at_most))]
    if not worse:
        return None
    return Watermelon(
        tuple(period for period, _ in last), tuple(dict.fromkeys(one.service_level for one in judged)), tuple(worse)
    )


def _worse(months: Sequence[tuple[Period, Sequence[Attainment]]], name: str, *, at_most: bool) -> Inside | None:
    of_level = [[one for one in found if one.service_level == name] for _, found in months]
    last, before = of_level[-MONTHS:], of_level[-2 * MONTHS : -MONTHS]
    missed = sum(any(one.standing.is_miss for one in found) for found in last)
    counts = [sum((one.ratio for found in part for one in found), Ratio(0, 0, 0)) for part in (before, last)]
    z = _z(counts[0], counts[1]) * (1 if at_most else -1)
    if missed < MONTHS and z < Z_LIMIT:
        return None
    return Inside(name, counts[0], counts[1], z, missed)


def _z(before: Ratio, after: Ratio) -> float:
    """How many standard errors the second share lies above the first; 0 where they are no shares, or nothing."""
    if not _is_share(before) or not _is_share(after):
        return 0.0
    pooled = (before.numerator + after.numerator) / (before.denominator + after.denominator)
    error = math.sqrt(pooled * (1 - pooled) * (1 / before.denominator + 1 / after.denominator))
    difference = after.numerator / after.denominator - before.numerator / before.denominator
    return difference / error if error else 0.0


def _is_share(ratio: Ratio) -> bool:
    return 0 <= ratio.numerator <= ratio.denominator and ratio.denominator > 0
