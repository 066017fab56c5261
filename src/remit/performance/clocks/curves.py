"""One calendar's clock as a curve: how far it has run up to each instant, exact to the second.

A curve is the list of instants at which the clock starts, stops or jumps, with its reading there; between two of them
it runs second by second or stands. The clock table samples it on a grid; single questions (when is this due?) read it
directly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from remit.performance.clocks.local_readings import Seconds, local_reading
from remit.performance.clocks.zone_segments import Segment, zone_segments
from remit.terms.calendars import DAY_SECONDS, Calendar
from remit.terms.durations import ClockUnit

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class ClockCurve:
    """One calendar's readings over a range of instants.

    `edges` (UTC seconds, ascending) starts at the range's first instant; `elapsed[i]` is the reading at
    `edges[i]`; `runs[i]` is 1 where the clock runs from there to the next edge, else 0. Readings never fall, and
    only their differences mean anything. `end_at` is the last instant that can be read.
    """

    calendar: str
    unit: ClockUnit
    edges: Seconds
    elapsed: Seconds
    runs: Seconds
    end_at: int

    @property
    def start_at(self) -> int:
        return int(self.edges[0])

    @property
    def jumps(self) -> bool:
        """Whether it is a clock of days that jumps to the time of day at an opening."""
        return self.unit in (ClockUnit.OPEN_DAYS, ClockUnit.ALL_DAYS)

    @property
    def changes_at(self) -> Seconds:
        """The instants at which the clock starts, stops or jumps: what a grid has to hit."""
        return self.edges[1:]

    def reading(self, at: int) -> int:
        """How far the clock has run up to an instant; raises ValueError outside the curve's range."""
        if not self.start_at <= at <= self.end_at:
            raise ValueError(f"{at} lies outside the instants {self.start_at} to {self.end_at} of this clock")
        index = self._index(at)
        return int(self.elapsed[index] + self.runs[index] * (at - self.edges[index]))

    def reading_until(self, at: int) -> int:
        """How far the clock has run until an instant: where it jumps at it, what it read before the jump."""
        if at <= self.start_at or at > self.end_at:
            return self.reading(at)
        index = self._index(at - 1)
        return int(self.elapsed[index] + self.runs[index] * (at - self.edges[index]))

    def due(self, start_at: int, *, target: int) -> int:
        """The instant at which a clock started at `start_at` has run `target`.

        In seconds it is the earliest such instant, so that on a tie with closing time it is the closing time. In
        days it is the last one, since a day clock stands while nobody works: what arrived after closing is due at an
        opening, n open days on. Where a day clock jumps, the due instant is the jump, and what is done by then is in
        time (`reading_until`). A target of 0 in closed hours is due at the next opening. A negative target counts back.

        Raises ValueError where the calendar has no open time, or none left in the curve's range; it never searches
        on without an end.
        """
        wanted = self.reading(start_at) + target
        if self.unit not in (ClockUnit.OPEN_SECONDS, ClockUnit.ALL_SECONDS):
            return self._last_at(wanted)
        if target:
            return self._first_at(wanted)
        return start_at if self._is_at_work(start_at) else self._last_at(wanted)

    def _index(self, at: int) -> int:
        return int(np.searchsorted(self.edges, at, side="right")) - 1

    def _first_at(self, wanted: int) -> int:
        ends = self.elapsed + self.runs * np.diff(self.edges, append=self.end_at)
        index = int(np.searchsorted(ends, wanted, side="left"))
        if index == len(ends) or wanted < self.elapsed[0]:
            raise self._nothing_due()
        return int(self.edges[index] + wanted - self.elapsed[index])

    def _last_at(self, wanted: int) -> int:
        index = int(np.searchsorted(self.elapsed, wanted, side="right")) - 1
        if index < 0:
            raise self._nothing_due()
        at = int(self.edges[index + 1]) if index + 1 < len(self.edges) else self.end_at
        if self.runs[index]:
            at = min(at, int(self.edges[index] + wanted - self.elapsed[index]))
        if at == self.end_at:
            raise self._nothing_due()
        return at

    def _is_at_work(self, at: int) -> bool:
        """Open at this instant, or closing with it."""
        index = self._index(at)
        closes_now = index > 0 and int(self.edges[index]) == at and bool(self.runs[index - 1])
        return closes_now or bool(self.runs[index])

    def _nothing_due(self) -> ValueError:
        if len(self.edges) == 1 and not self.runs[0]:
            return ValueError(f"the calendar {self.calendar!r} has no open time here, so nothing falls due on it")
        return ValueError(f"the calendar {self.calendar!r} was read too short a way for this to fall due on it")


def draw_curve(
    name: str,
    calendar: Calendar,
    *,
    unit: ClockUnit,
    from_at: int,
    to_at: int,
    overlays: Sequence[Stretch] = (),
) -> ClockCurve:
    """The curve of one calendar over the whole UTC days that hold `from_at` and `to_at`.

    What a reading means, by unit:

    * Seconds around the clock: every second. Open seconds: an instant is open if its local time lies in [start, end)
      of a span of its local date, a night shift being measured from the date it starts on; so a skipped hour adds
      nothing and a repeated hour counts twice.
    * Open days at the same local time: from an open date's first opening to its last closing (breaks included),
      86,400 × (open dates before it) + local seconds since its midnight. Outside those hours the clock stands at
      86,400 × (open dates opened so far): what arrives after closing has arrived on the next open day. So the due
      instant is the same local time n open days on, or that day's opening or closing where the time falls outside
      its hours; a day is never 24 open hours.
    * Open days by end of day: 86,400 × (open dates before the local date); a closed date stands half a day below the
      open date after it. So one business day from Thursday ends with Friday, from Saturday with Monday, and Saturday
      is too late for what was due on Friday.
    * Calendar days: the same two, every date open from 00:00 to 24:00.

    Where an hour repeats, local time runs back; a day clock stands meanwhile, since it has read that local time
    already. It jumps over a skipped hour, and a date that a zone has skipped is no day.

    `overlays` are [start, end) instants in which the clock stands whatever the calendar says (agreed maintenance):
    running seconds inside them are taken out. A clock by end of day never runs, so they don't change it.
    """
    first_at = from_at // DAY_SECONDS * DAY_SECONDS
    end_at = (to_at // DAY_SECONDS + 1) * DAY_SECONDS
    # Two days more at the start: a night shift under way at the first instant began on a date before it.
    segments = zone_segments(calendar.time_zone, from_at=first_at - 2 * DAY_SECONDS, to_at=end_at)
    local = local_reading(calendar, unit, segments)
    stands = join_stretches(overlays)
    edges = _edges(segments, local.marks, stands)
    edges = edges[edges < end_at]
    readings, runs = local.read(edges + _offsets(segments, edges))
    lengths = np.diff(edges, append=end_at)
    elapsed = _exclusive_sum(runs * lengths) if readings is None else readings
    elapsed, runs = _held(elapsed, runs, lengths)
    elapsed, runs = _overlaid(elapsed, runs, lengths, covered=_covered(edges, stands))
    return _from(first_at, ClockCurve(name, unit, *_without_needless(edges, elapsed, runs), end_at))


def join_stretches(stretches: Sequence[Stretch]) -> list[Stretch]:
    """[start, end) stretches in order, overlapping and touching ones joined: time covered twice is covered once.

    Raises ValueError for a stretch that ends before it starts; an empty one is left out.
    """
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if end < start:
            raise ValueError(f"a stretch from {start} can't end before it, at {end}")
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


def _edges(segments: Sequence[Segment], marks: Seconds, stretches: Sequence[Stretch]) -> Seconds:
    """Every instant at which the reading may start, stop or jump, ascending."""
    parts = [np.array([instant for stretch in stretches for instant in stretch], dtype=np.int64)]
    reached = segments[0].start_at + segments[0].offset
    for start_at, end_at, offset in segments:
        # Where local time ran back, the clock that stood meanwhile goes on at the local time reached before.
        instants = np.concatenate((marks, [reached])) - offset
        parts.append(instants[(start_at < instants) & (instants < end_at)])
        parts.append(np.array([start_at], dtype=np.int64))
        reached = max(reached, end_at + offset)
    edges = np.unique(np.concatenate(parts))
    return edges[edges >= segments[0].start_at]


def _offsets(segments: Sequence[Segment], edges: Seconds) -> Seconds:
    starts = np.array([segment.start_at for segment in segments], dtype=np.int64)
    offsets = np.array([segment.offset for segment in segments], dtype=np.int64)
    return offsets[np.searchsorted(starts, edges, side="right") - 1]


def _exclusive_sum(values: Seconds) -> Seconds:
    return np.cumsum(values) - values


def _held(elapsed: Seconds, runs: Seconds, lengths: Seconds) -> tuple[Seconds, Seconds]:
    """Readings that never fall: below the highest so far the clock stands."""
    reached = np.maximum.accumulate(elapsed + runs * lengths)
    before = np.concatenate((elapsed[:1], reached[:-1]))
    stands = elapsed < before
    return np.where(stands, before, elapsed), np.where(stands, 0, runs)


def _covered(edges: Seconds, stretches: Sequence[Stretch]) -> Seconds:
    starts = np.array([start for start, _ in stretches], dtype=np.int64)
    ends = np.array([edges[0], *(end for _, end in stretches)], dtype=np.int64)
    return (edges < ends[np.searchsorted(starts, edges, side="right")]).astype(np.int64)


def _overlaid(elapsed: Seconds, runs: Seconds, lengths: Seconds, *, covered: Seconds) -> tuple[Seconds, Seconds]:
    return elapsed - _exclusive_sum(runs * covered * lengths), runs * (1 - covered)


def _without_needless(edges: Seconds, elapsed: Seconds, runs: Seconds) -> tuple[Seconds, Seconds, Seconds]:
    """Only the edges at which the clock starts, stops or jumps: each one left would make the grid finer."""
    goes_on = (runs[1:] == runs[:-1]) & (elapsed[1:] == elapsed[:-1] + runs[:-1] * np.diff(edges))
    needed = np.concatenate(([True], ~goes_on))
    return edges[needed], elapsed[needed], runs[needed]


def _from(first_at: int, curve: ClockCurve) -> ClockCurve:
    """The curve from its first instant on."""
    after = curve.edges > first_at
    reading = curve.reading(first_at)
    runs = curve.runs[int(np.count_nonzero(~after)) - 1]
    return ClockCurve(
        curve.calendar,
        curve.unit,
        np.concatenate(([first_at], curve.edges[after])),
        np.concatenate(([reading], curve.elapsed[after])) - reading,
        np.concatenate(([runs], curve.runs[after])),
        curve.end_at,
    )
