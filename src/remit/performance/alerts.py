"""Foreseeing: the chance that a level ends its month met, from the month to date and days like those to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np

from remit.performance.service_levels import Ratio, Standard, Standing, judge
from remit.terms.periods import Period

RUNS = 500
LEAST_DAYS = 14
"""Fewer past days show no week twice."""
LIKELY_MISSED = Fraction(1, 2)
"""A chance below this is worth a warning: the level will more likely be missed than met."""
_BAND = (5, 95)
"""The points of the ends drawn between which nine of ten lie, in percent."""


@dataclass(frozen=True, slots=True)
class Day:
    """A past day's counts."""

    on: date
    ratio: Ratio


@dataclass(frozen=True, slots=True)
class Forecast:
    """How a level's month may end.

    `chance` is the share of the ends drawn in which it was met, of those in which it was measured; `so_far` what the
    month has to date, `standing` how that alone would be judged. `likely` is the middle of the ends drawn, and nine of
    ten of them lie from `low` to `high`; `expected` is the level it has to reach.
    """

    service_level: str
    window: Period
    so_far: Ratio
    standing: Standing
    days_left: int
    chance: Fraction
    runs: int
    likely: Decimal
    low: Decimal
    high: Decimal
    expected: Decimal
    at_most: bool

    @property
    def is_warning(self) -> bool:
        """Whether the level will likely be missed."""
        return self.chance < LIKELY_MISSED


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """How forecasts of months that are over did: their Brier score, and that of always saying the share that was met.

    The score is the mean square of chance less outcome: 0 where every forecast was sure and right, a quarter for coins.
    """

    forecasts: int
    score: Fraction
    base: Fraction


def track_record(forecasts: Sequence[tuple[Fraction, bool]]) -> TrackRecord | None:
    """The record of chances and whether the level was met then; None of nothing.

    Source: G. W. Brier, Monthly Weather Review 78 (1950), 1-3.
    """
    if not forecasts:
        return None
    many = len(forecasts)
    share = Fraction(sum(met for _, met in forecasts), many)
    score = sum(((chance - met) ** 2 for chance, met in forecasts), Fraction(0)) / many
    return TrackRecord(many, score, share * (1 - share))


def foresee(
    standard: Standard, window: Period, days: Sequence[Day], *, today: date, seed: int, runs: int = RUNS
) -> Forecast | None:
    """The forecast of a level for the window that holds `today`, of which the days before it are over.

    Each day to come is drawn from the past days of the same weekday, whole, so that a bad day stays bad; where there is
    none of that weekday, from all. The end is judged by the level's own rules. None with fewer than two weeks of past
    days, or where the level is not judged.
    """
    past = [day for day in days if day.on < today]
    if len(past) < LEAST_DAYS or standard.expected is None:
        return None
    so_far = sum((day.ratio for day in past if day.on in window), Ratio(0, 0, 0))
    coming = [today + timedelta(days=step) for step in range((window.end_on - today).days)]
    counts = np.array([(day.ratio.numerator, day.ratio.denominator, day.ratio.records) for day in past], dtype=np.int64)
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = np.zeros((runs, 3), dtype=np.int64)
    for day in coming:
        alike = [index for index, one in enumerate(past) if one.on.weekday() == day.weekday()]
        drawn += counts[rng.choice(alike or len(past), size=runs)]
    ends = [judge(standard, so_far + Ratio(*(int(one) for one in end)), window=window) for end in drawn]
    judged = [one.standing for one in ends if one.standing is not Standing.NOT_MEASURED]
    values = sorted(one.value for one in ends if one.value is not None)
    if not judged:
        return None
    met = sum(one is Standing.MET for one in judged)
    low, likely, high = (values[(len(values) - 1) * point // 100] for point in (_BAND[0], 50, _BAND[1]))
    return Forecast(
        service_level=standard.service_level,
        window=window,
        so_far=so_far,
        standing=judge(standard, so_far, window=window).standing,
        days_left=len(coming),
        chance=Fraction(met, len(judged)),
        runs=len(judged),
        likely=likely,
        low=low,
        high=high,
        expected=standard.expected,
        at_most=standard.at_most,
    )
