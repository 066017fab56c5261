"""What a day clock or an opening clock says at a local time: the half of a clock that knows calendars, not zones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

import numpy as np
import numpy.typing as npt

from remit.performance.clocks.zone_segments import Segment
from remit.terms.calendars import DAY_SECONDS, Calendar, Spans
from remit.terms.durations import ClockUnit

Seconds = npt.NDArray[np.int64]

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_WHOLE_DAY: Spans = ((0, DAY_SECONDS),)


@dataclass(frozen=True, slots=True, eq=False)
class LocalReading:
    """A clock's reading as a function of local time (seconds since 1970-01-01 00:00 on the wall).

    `marks` are the local times at which the reading may start, stop or jump. `read` gives the readings and
    whether the clock runs, for an array of local times; the readings are None where it counts every second it runs.
    """

    marks: Seconds
    read: Callable[[Seconds], tuple[Seconds | None, Seconds]]


def local_reading(calendar: Calendar, unit: ClockUnit, segments: Sequence[Segment]) -> LocalReading:
    """The reading of one unit over the local dates that the segments touch."""
    days = _dates_that_exist(segments)
    match unit:
        case ClockUnit.ALL_SECONDS:
            return LocalReading(_seconds([]), lambda local: (None, np.ones_like(local)))
        case ClockUnit.OPEN_SECONDS:
            return _open_seconds([(day, _spans(calendar, day)) for day in days])
        case ClockUnit.OPEN_DAYS:
            worked = [(day, _spans(calendar, day)) for day in _from_an_open_day(calendar, days)]
            return _days_at_local_time(worked)
        case ClockUnit.ALL_DAYS:
            return _days_at_local_time([(day, _WHOLE_DAY) for day in days])
        case ClockUnit.OPEN_DAYS_END:
            return _days_by_end(days, [bool(_spans(calendar, day)) for day in days])
        case ClockUnit.ALL_DAYS_END:
            return _days_by_end(days, [True] * len(days))
    assert_never(unit)


def _dates_that_exist(segments: Sequence[Segment]) -> list[int]:
    """Local day numbers since 1970; a date that the zone has skipped is not among them, so it counts for nothing."""
    touched: set[int] = set()
    for segment in segments:
        first, last = segment.start_at + segment.offset, segment.end_at + segment.offset - 1
        touched.update(range(first // DAY_SECONDS, last // DAY_SECONDS + 1))
    return sorted(touched)


def _from_an_open_day(calendar: Calendar, days: list[int]) -> list[int]:
    """The days with those before them back to an open one: a clock that stands stands where the last shift left it.

    So that two tables which start on different days read the same times. A closure of more than a year is given up on.
    """
    before = days[0] - 1
    while before > days[0] - 400 and not _spans(calendar, before):
        before -= 1
    return [*range(before, days[0]), *days]


def _spans(calendar: Calendar, day: int) -> Spans:
    return calendar.spans_on(date.fromordinal(day + _EPOCH_DAY))


def _seconds(values: Sequence[int]) -> Seconds:
    return np.array(values, dtype=np.int64)


def _open_seconds(dated: list[tuple[int, Spans]]) -> LocalReading:
    spans = sorted((day * DAY_SECONDS + start, day * DAY_SECONDS + end) for day, all_ in dated for start, end in all_)
    opens = _seconds([start for start, _ in spans])
    closes = np.maximum.accumulate(_seconds([end for _, end in spans]))

    def read(local: Seconds) -> tuple[None, Seconds]:
        return None, _inside(local, opens, closes)

    return LocalReading(np.concatenate((opens, closes)), read)


def _inside(local: Seconds, opens: Seconds, closes: Seconds) -> Seconds:
    """1 where a local time lies in [start, end) of a span, else 0; `closes` holds the latest end so far."""
    index = np.searchsorted(opens, local, side="right")
    latest_close = np.concatenate((_seconds([np.iinfo(np.int64).min]), closes))
    return (local < latest_close[index]).astype(np.int64)


def _days_at_local_time(dated: list[tuple[int, Spans]]) -> LocalReading:
    worked = [(day, spans) for day, spans in dated if spans]
    opens = _seconds([day * DAY_SECONDS + spans[0][0] for day, spans in worked])
    closes = np.maximum.accumulate(_seconds([day * DAY_SECONDS + spans[-1][1] for day, spans in worked]))
    midnights = _seconds([0, *(day * DAY_SECONDS for day, _ in worked)])
    # A night shift's last hours are past midnight: where no open day follows, the clock stands that much later.
    past_midnight = np.maximum(0, np.concatenate((_seconds([0]), closes - midnights[1:] - DAY_SECONDS)))

    def read(local: Seconds) -> tuple[Seconds, Seconds]:
        opened = np.searchsorted(opens, local, side="right")
        runs = _inside(local, opens, closes)
        since_midnight = local - midnights[opened] - DAY_SECONDS
        return DAY_SECONDS * opened + np.where(runs, since_midnight, past_midnight[opened]), runs

    caught_up = midnights[1:] + past_midnight[:-1]
    return LocalReading(np.concatenate((opens, closes, caught_up)), read)


def _days_by_end(days: list[int], is_open: list[bool]) -> LocalReading:
    numbers, opened = _seconds(days), _seconds([int(one) for one in is_open])
    readings = DAY_SECONDS * (np.cumsum(opened) - opened) - DAY_SECONDS // 2 * (1 - opened)

    def read(local: Seconds) -> tuple[Seconds, Seconds]:
        return readings[np.searchsorted(numbers, local // DAY_SECONDS)], np.zeros_like(local)

    return LocalReading(numbers * DAY_SECONDS, read)
