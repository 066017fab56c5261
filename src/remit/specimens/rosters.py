"""Who works when: the four sites of the specimen contact centre, their hours, and working time on them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Seconds = npt.NDArray[np.int64]
Span = tuple[int, int]

YEAR = 2025
FIRST_ON = date(YEAR, 1, 1)
DAYS = 365
TAKEN_ON = date(YEAR + 1, 1, 12)
"""The day the exports were taken: what happens later is in none of them."""

_HOUR = 3600


@dataclass(frozen=True)
class Site:
    """A site: its zone, hours by weekday (Monday first, local seconds, above 86,400 past midnight), and holidays."""

    name: str
    zone: str
    week: tuple[tuple[Span, ...], ...]
    closed: frozenset[date]


def _hours(*spans: tuple[float, float]) -> tuple[Span, ...]:
    return tuple((int(start * _HOUR), int(end * _HOUR)) for start, end in spans)


def _dates(text: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(f"{YEAR}-{day}") for day in text.split())


_IN_POLAND = _dates("01-01 01-06 04-21 05-01 05-03 06-19 08-15 11-01 11-11 12-24 12-25 12-26")
_IN_PORTUGAL = _dates("01-01 04-18 04-25 05-01 06-10 06-13 06-19 08-15 11-01 12-01 12-08 12-25")
_IN_THE_PHILIPPINES = _dates("01-01 04-01 04-09 04-17 04-18 05-01 06-06 06-12 08-25 12-25 12-30")

KRAKOW = Site("Krakow", "Europe/Warsaw", (*[_hours((7, 21))] * 5, _hours((9, 13), (14, 18)), ()), _IN_POLAND)
MANILA = Site("Manila", "Asia/Manila", (*[_hours((22, 26), (27, 31))] * 5, (), ()), _IN_THE_PHILIPPINES)
LISBON = Site("Lisbon", "Europe/Lisbon", (*[_hours((8, 13), (14, 19))] * 5, _hours((10, 14)), ()), _IN_PORTUGAL)
CEBU = Site("Cebu", "Asia/Manila", (*[_hours((21, 30))] * 5, _hours((21, 25)), ()), _IN_THE_PHILIPPINES)


class WorkingTime:
    """A site's open stretches from the start of the year until well after it, as a line that can be read both ways."""

    def __init__(self, site: Site) -> None:
        spans = sorted(_open_stretches(site))
        self._starts = np.array([start for start, _ in spans], dtype=np.int64)
        self._ends = np.array([end for _, end in spans], dtype=np.int64)
        self._before = np.concatenate([[0], np.cumsum(self._ends - self._starts)[:-1]])

    def reading(self, at: Seconds) -> Seconds:
        """Open seconds up to each instant."""
        index = np.maximum(np.searchsorted(self._starts, at, side="right") - 1, 0)
        within = np.clip(at - self._starts[index], 0, self._ends[index] - self._starts[index])
        return np.asarray(self._before[index] + within, dtype=np.int64)

    def later(self, at: Seconds, work_seconds: Seconds) -> Seconds:
        """The instants at which so much work has been done since; never before the desk next opens."""
        wanted = self.reading(at) + np.maximum(work_seconds, 1)
        index = np.searchsorted(self._before, wanted, side="left") - 1
        return np.asarray(self._starts[index] + wanted - self._before[index], dtype=np.int64)


def _open_stretches(site: Site) -> list[Span]:
    zone = ZoneInfo(site.zone)
    days = (FIRST_ON + timedelta(days=number) for number in range(-3, DAYS + 120))
    return [
        (local_instant(day, start, zone), local_instant(day, end, zone))
        for day in days
        if day not in site.closed
        for start, end in site.week[day.weekday()]
    ]


def local_instant(day: date, seconds: int, zone: ZoneInfo) -> int:
    """The UTC second of so many wall-clock seconds after a local midnight; a repeated time is the earlier one."""
    naive = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)
    return int(naive.replace(tzinfo=zone).timestamp())


def outside_the_repeated_hour(at: Seconds) -> Seconds:
    """Instants with those of the night the clocks go back moved on by two hours, so that only dirt falls into it."""
    start = int(datetime(YEAR, 10, 26, 0, tzinfo=UTC).timestamp())
    return np.where((at >= start) & (at < start + 2 * _HOUR), at + 2 * _HOUR, at)


class ZoneOffsets:
    """UTC offsets of a zone through the year, for many instants at once; zones here change on whole hours."""

    def __init__(self, name: str) -> None:
        zone = ZoneInfo(name)
        self._first_at = int(datetime(YEAR - 1, 12, 1, tzinfo=UTC).timestamp())
        hours = range(self._first_at, self._first_at + 500 * 86_400, _HOUR)
        offsets = (datetime.fromtimestamp(at, zone).utcoffset() or timedelta() for at in hours)
        self._offsets = np.array([int(offset.total_seconds()) for offset in offsets], dtype=np.int64)

    def at(self, at: Seconds) -> Seconds:
        return np.asarray(self._offsets[(at - self._first_at) // _HOUR], dtype=np.int64)

    def local(self, at: Seconds) -> Seconds:
        """Wall-clock seconds as if local time were UTC."""
        return at + self.at(at)
