"""When customers get in touch: seasons, Mondays, holidays, the two humps of a day, and months when all goes wrong."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from remit.specimens.rosters import DAYS, FIRST_ON, Seconds, Site, local_instant

WEEKDAYS = (1.28, 1.08, 1.0, 0.98, 1.02, 0.5, 0.28)
SEASONS = (1.12, 0.96, 0.95, 0.97, 0.95, 0.93, 0.86, 0.84, 0.98, 1.04, 1.28, 1.34)
# A closed day keeps some callers away; those with a problem call on the day after.
HOLIDAY, DAY_AFTER_HOLIDAY = 0.35, 1.22


@dataclass(frozen=True)
class Stream:
    """The contacts one site is offered: how many in a plain day, and between which local hours they come."""

    site: Site
    daily: float
    opens_at_hour: int
    closes_at_hour: int


def arrivals(stream: Stream, rng: np.random.Generator, *, scale: float) -> Seconds:
    """The instants of a year's contacts at one site, in order."""
    means = np.array([_expected(stream, number) for number in range(DAYS)]) * scale
    counts = rng.poisson(means * np.exp(0.06 * rng.standard_normal(DAYS)))
    zone = ZoneInfo(stream.site.zone)
    midnights = [local_instant(FIRST_ON + timedelta(days=number), 0, zone) for number in range(DAYS)]
    starts = np.repeat(np.array(midnights, dtype=np.int64), counts)
    hours = np.arange(stream.opens_at_hour, stream.closes_at_hour)
    chosen = rng.choice(hours, size=len(starts), p=_curve(hours))
    # Wall-clock hours are taken as hours since midnight: on the two days of a clock change the curve lies an hour off.
    at = starts + chosen * 3600 + rng.integers(0, 3600, len(starts))
    return np.sort(at).astype(np.int64)


def _expected(stream: Stream, number: int) -> float:
    day = FIRST_ON + timedelta(days=number)
    factor = WEEKDAYS[day.weekday()] * SEASONS[day.month - 1]
    if day in stream.site.closed:
        factor *= HOLIDAY
    elif day - timedelta(days=1) in stream.site.closed:
        factor *= DAY_AFTER_HOLIDAY
    return stream.daily * factor


def _curve(hours: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Two humps, late in the morning and in the afternoon, wherever the day lies on the clock."""
    through = (hours - hours[0]) / max(1, len(hours) - 1)
    weights = 0.25 + np.exp(-(((through - 0.28) / 0.14) ** 2)) + 0.8 * np.exp(-(((through - 0.66) / 0.17) ** 2))
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def month_of_year(at: Seconds) -> Seconds:
    """The month of each instant in UTC, 0 for January; later than the year counts as December."""
    months = at.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) - (FIRST_ON.year - 1970) * 12
    return np.clip(months, 0, 11)
