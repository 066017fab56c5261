"""Green outside, red inside: levels that are met while what customers feel, or escalations, get worse."""

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
    """A level of what customers feel, or the share of escalations, that is worse: its counts before and after.

    `z` is the two-proportion score of the worsening, beyond chance; `months_missed` how many of the last months missed
    the level.
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
    months: Sequence[tuple[Period, Sequence[Attainment]]],
    inside: Mapping[str, bool],
    *,
    escalated: Mapping[str, Sequence[Ratio]] | None = None,
) -> Watermelon | None:
    """The flag for the last months of several; None where something outside was missed, or nothing inside is worse.

    `inside` names the levels of satisfaction, repeats and reopening, with whether less is better. Outside are the
    critical levels that are not among them; one that was not measured says nothing. A level inside is worse where it
    was missed in each of the last months, or where their counts together are worse than before by more than chance.
    `escalated` are the shares of records escalated in each of the months, by what they are called: no level judges
    them, so that they are worse by the second alone.
    """
    last = months[-MONTHS:]
    outside = [one for _, found in last for one in found if one.is_critical and one.service_level not in inside]
    judged = [one for one in outside if one.standing is not Standing.NOT_MEASURED]
    if len(last) < MONTHS or not judged or any(one.standing.is_miss for one in judged):
        return None
    worse = [found for name, at_most in inside.items() if (found := _worse_level(months, name, at_most=at_most))]
    shares = {name: counts for name, counts in (escalated or {}).items() if len(counts) == len(months)}
    worse += [found for name, counts in shares.items() if (found := _worse(name, counts, 0, at_most=True))]
    if not worse:
        return None
    return Watermelon(
        tuple(period for period, _ in last), tuple(dict.fromkeys(one.service_level for one in judged)), tuple(worse)
    )


def _worse_level(months: Sequence[tuple[Period, Sequence[Attainment]]], name: str, *, at_most: bool) -> Inside | None:
    of_level = [[one for one in found if one.service_level == name] for _, found in months]
    missed = sum(any(one.standing.is_miss for one in found) for found in of_level[-MONTHS:])
    nothing = Ratio(0, 0, 0)
    return _worse(name, [sum((one.ratio for one in each), nothing) for each in of_level], missed, at_most=at_most)


def _worse(name: str, counts: Sequence[Ratio], missed: int, *, at_most: bool) -> Inside | None:
    parts = counts[-2 * MONTHS : -MONTHS], counts[-MONTHS:]
    before, after = (sum(part, Ratio(0, 0, 0)) for part in parts)
    z = _z(before, after) * (1 if at_most else -1)
    if missed < MONTHS and z < Z_LIMIT:
        return None
    return Inside(name, before, after, z, missed)


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
