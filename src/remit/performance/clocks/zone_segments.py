"""Stretches of time over which a zone keeps one offset from UTC: all that a clock needs to know of time zones."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

# Since 1970 no zone has changed its offset twice within six days (the closest pair: Brazil's north-east, October
# 2000, within seven), so that a look every three days misses none. A test walks all zones to prove it.
_LOOK_EVERY = 3 * 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Segment(NamedTuple):
    """UTC seconds from `start_at` up to, not including, `end_at`, at which local time is UTC + `offset`."""

    start_at: int
    end_at: int
    offset: int


@lru_cache(maxsize=256)
def zone_segments(zone_name: str, *, from_at: int, to_at: int) -> tuple[Segment, ...]:
    """The segments of one constant offset each that make up a range of instants, in order, without gaps.

    Offsets are read from the zone's rules at each instant, so that history keeps the offsets it had; today's
    offset is never applied to another day.
    """
    zone = ZoneInfo(zone_name)
    segments: list[Segment] = []
    start = look = from_at
    offset = _offset(zone, start)
    while look < to_at:
        next_look = min(look + _LOOK_EVERY, to_at)
        next_offset = _offset(zone, next_look)
        if next_offset != offset:
            change = _change_between(zone, look, next_look)
            segments.append(Segment(start, change, offset))
            start, offset = change, next_offset
        look = next_look
    if start < to_at:
        segments.append(Segment(start, to_at, offset))
    return tuple(segments)


def _offset(zone: ZoneInfo, at: int) -> int:
    utc = _EPOCH + timedelta(seconds=at)
    offset = utc.astimezone(zone).replace(tzinfo=None) - utc.replace(tzinfo=None)
    return offset.days * 86_400 + offset.seconds


def _change_between(zone: ZoneInfo, before: int, after: int) -> int:
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after
