"""Local times resolved to instants by a table of days, compiled in Python: no engine's zone functions take part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY_SECONDS = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_AT = 630_000_000  # a little before 1990 and after 2100, so that facts at the edges still find their day
_LAST_AT = 4_104_000_000
FIRST_DAY = _FIRST_AT // DAY_SECONDS
"""The first local day of every zone's lists, counted from 1970."""


@dataclass(frozen=True, slots=True)
class ZoneDay:
    """One local day of a zone.

    Local seconds count as if local time were UTC. Before `from_local` the day has `offset_before`, from `until_local`
    on `offset_after`; between them lies a change of the clock: times that don't exist, or that exist twice. A day
    without a change has None there and one offset.
    """

    day: int
    offset_before: int
    offset_after: int
    from_local: int | None
    until_local: int | None
    is_repeated: bool | None

    @property
    def plain_offset(self) -> int | None:
        """The one offset of a day without a change."""
        return self.offset_before if self.from_local is None else None


DAY_COLUMNS = ("plain_offset", "offset_before", "offset_after", "from_local", "until_local", "is_repeated")


@lru_cache(maxsize=64)
def zone_days(zone_name: str) -> tuple[ZoneDay, ...]:
    """Every local day of a zone from 1990 to 2100. Where the clock skips a whole day, that day is all change."""
    zone = ZoneInfo(zone_name)
    changes = list(_changes(zone))
    days: dict[int, ZoneDay] = {}
    offset = _offset(zone, _FIRST_AT)
    day = _FIRST_AT // DAY_SECONDS
    for at, before, after in changes:
        low, high = at + min(before, after), at + max(before, after)
        for plain in range(day, low // DAY_SECONDS):
            days[plain] = ZoneDay(plain, before, before, None, None, None)
        for changed in range(low // DAY_SECONDS, (high - 1) // DAY_SECONDS + 1):
            if changed in days and days[changed].from_local is not None:
                raise ValueError(f"{zone_name} changes its clock twice on one day; such a day can't be resolved")
            days[changed] = ZoneDay(changed, before, after, low, high, after < before)
        day, offset = (high - 1) // DAY_SECONDS + 1, after
    for plain in range(day, _LAST_AT // DAY_SECONDS):
        days[plain] = ZoneDay(plain, offset, offset, None, None, None)
    return tuple(days[key] for key in sorted(days))


def _changes(zone: ZoneInfo) -> Iterator[tuple[int, int, int]]:
    """The instants at which a zone's offset changes, with the offset before and after."""
    step = 7 * DAY_SECONDS
    previous = _offset(zone, _FIRST_AT)
    for start in range(_FIRST_AT, _LAST_AT, step):
        low, here = start, _offset(zone, start + step)
        while here != previous:
            high = start + step
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(zone, middle) == previous else (low, middle)
            after = _offset(zone, high)
            yield high, previous, after
            low, previous = high, after


def _offset(zone: ZoneInfo, at: int) -> int:
    moment = (_EPOCH + timedelta(seconds=at)).astimezone(zone)
    offset = moment.utcoffset()
    assert offset is not None  # noqa: S101 (an aware moment has an offset)
    return int(offset.total_seconds())
