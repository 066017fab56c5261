"""Clock tables: calendars sampled on an even grid, so that working time is one lookup and plain integer arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import gcd

import numpy as np

from remit.performance.clocks.curves import ClockCurve, Stretch, draw_curve, join_stretches
from remit.performance.clocks.local_readings import Seconds
from remit.terms.calendars import DAY_SECONDS, Calendar
from remit.terms.durations import ClockUnit

MOST_ROWS = 2_000_000

# Rows read at a time: small enough that every intermediate array stays in the processor's cache.
_CHUNK = 32_768


class ClockTooFine(ValueError):
    """A grid so fine that the clock's table passes two million rows; the sentence names what makes it so."""


@dataclass(frozen=True, eq=False)
class ClockTable:
    """The clocks of several calendars in one table, a row for each calendar and bucket of `grid_seconds`.

    Bucket k holds the UTC seconds from k·g up to, not including, (k + 1)·g. The row of calendar c and bucket k is
    `keys[c] + k - first_k`; `elapsed` is the clock's reading at the bucket's first second and `is_open` says
    whether it runs through the bucket (1) or stands (0), so that

        F(t) = elapsed + is_open · (t mod g)     with k = t div g

    and the time a clock has run from one instant to another is the difference of two readings. Every start, stop
    and jump lies on a bucket's edge: the formula is exact to the second. `window` is the index of the
    measurement window that holds the bucket, or -1. All arrays are int64. Instants from `start_at` to
    `end_at`, both included, can be read.

    With several units in one table (`unit` by calendar) a row's reading is in its own calendar's unit.
    """

    name: str
    unit: ClockUnit | Mapping[str, ClockUnit]
    grid_seconds: int
    first_k: int
    keys: Mapping[str, int]
    elapsed: Seconds
    is_open: Seconds
    window: Seconds
    curves: Mapping[str, ClockCurve]

    @property
    def rows_each(self) -> int:
        """Rows of one calendar."""
        return len(self.elapsed) // len(self.keys)

    @property
    def start_at(self) -> int:
        return self.first_k * self.grid_seconds

    @property
    def end_at(self) -> int:
        """The last instant of the table's last bucket."""
        return (self.first_k + self.rows_each) * self.grid_seconds - 1

    def reading(self, calendar: str, instants: Seconds) -> Seconds:
        """How far one calendar's clock has run up to each of many instants (int64 UTC seconds).

        Raises ValueError where an instant lies outside the table, rather than read another row.
        """
        instants = np.ascontiguousarray(instants, dtype=np.int64)
        readings = np.empty_like(instants)
        lookup = _Lookup(self, calendar)
        for first in range(0, len(instants), _CHUNK):
            lookup.read(instants[first : first + _CHUNK], into=readings[first : first + _CHUNK])
        return readings

    def working_seconds(self, calendar: str, starts: Seconds, stops: Seconds) -> Seconds:
        """How long one calendar's clock has run from each start to its stop.

        Raises ValueError where a stop lies before its start, which is a fault of the record and never a silent 0, and
        where an instant lies outside the table.
        """
        starts = np.ascontiguousarray(starts, dtype=np.int64)
        stops = np.ascontiguousarray(stops, dtype=np.int64)
        seconds = np.empty_like(stops)
        lookup, before = _Lookup(self, calendar), np.empty(min(_CHUNK, len(stops)), dtype=np.int64)
        for first in range(0, len(stops), _CHUNK):
            start, stop = starts[first : first + _CHUNK], stops[first : first + _CHUNK]
            run, at_start = seconds[first : first + _CHUNK], before[: len(stop)]
            np.subtract(stop, start, out=run)
            if run.min() < 0:
                row = first + int(np.argmax(run < 0))
                raise ValueError(f"row {row} stops before it starts: {_written(stops[row])} < {_written(starts[row])}")
            lookup.read(start, into=at_start)
            lookup.read(stop, into=run)
            np.subtract(run, at_start, out=run)
        return seconds

    def due(self, calendar: str, start_at: int, *, target: int) -> int:
        """The instant at which a clock started at `start_at` has run `target`; see `ClockCurve.due`."""
        return self.curve(calendar).due(start_at, target=target)

    def curve(self, calendar: str) -> ClockCurve:
        """One calendar's clock for single questions; raises ValueError for a calendar the table doesn't hold."""
        if calendar not in self.curves:
            raise ValueError(f"the clock {self.name!r} has no calendar {calendar!r}; it has {', '.join(self.curves)}")
        return self.curves[calendar]

    @cached_property
    def packed(self) -> Seconds:
        """Reading and state in one number, so that a reading takes one gather: see `_Lookup`."""
        first_at = (np.arange(self.rows_each, dtype=np.int64)) * self.grid_seconds
        base = self.elapsed.reshape(-1, self.rows_each) - self.is_open.reshape(-1, self.rows_each) * first_at
        return base.ravel() << 1 | self.is_open


class _Lookup:
    """Reads one calendar's rows for a chunk of instants at a time, in arrays made once.

    With s the seconds since the table's start, an open bucket reads s + (elapsed - its first second), a standing one
    its elapsed. Both are a constant of the row plus s or nothing, so a row is packed into one number: twice the
    constant, plus 1 where s is to be added.
    """

    def __init__(self, table: ClockTable, calendar: str) -> None:
        table.curve(calendar)
        offset = table.keys[calendar]
        self._rows = table.packed[offset : offset + table.rows_each]
        self._grid = table.grid_seconds
        self._start_at, self._end_at = table.start_at, table.end_at
        self._since, self._bucket = np.empty((2, _CHUNK), dtype=np.int64)

    def read(self, instants: Seconds, *, into: Seconds) -> None:
        since, bucket = self._since[: len(instants)], self._bucket[: len(instants)]
        np.subtract(instants, self._start_at, out=since)
        # Read as unsigned, an instant before the table is a huge number: one pass finds either side.
        if since.view(np.uint64).max() > self._end_at - self._start_at:
            outside = instants[(instants < self._start_at) | (instants > self._end_at)][0]
            raise ValueError(
                f"{_written(outside)} lies outside the clock table, "
                f"which goes from {_written(self._start_at)} to {_written(self._end_at)}"
            )
        np.floor_divide(since, self._grid, out=bucket)
        # Clipping changes nothing, the instants being inside; it spares NumPy a copy made in case of an error.
        np.take(self._rows, bucket, out=into, mode="clip")
        np.bitwise_and(into, 1, out=bucket)
        np.multiply(bucket, since, out=bucket)
        np.right_shift(into, 1, out=into)
        np.add(into, bucket, out=into)


def compile_clock_table(  # noqa: PLR0913 - a clock, its range, and the three things that can cut its grid finer
    name: str,
    calendars: Mapping[str, Calendar],
    *,
    unit: ClockUnit | Mapping[str, ClockUnit],
    from_at: int,
    to_at: int,
    bounds: Sequence[int] = (),
    overlays: Sequence[Stretch] = (),
    windows: Sequence[Stretch] = (),
) -> ClockTable:
    """The clock table of calendars over whole UTC days that hold `from_at` and `to_at`, both included.

    The grid is the greatest common divisor of a day and every instant at which one of the clocks starts, stops or
    jumps, every bound, overlay and window edge; it is at most a day. `windows` are disjoint [start, end) UTC
    seconds. One unit serves all calendars, or each has its own by name. What a reading means by unit, and what
    overlays do, is told at `draw_curve`.

    Raises ValueError where there are no calendars, the range is turned round or windows overlap, and ClockTooFine where
    the grid would be too fine.
    """
    if not calendars:
        raise ValueError(f"the clock {name!r} has no calendars")
    if to_at < from_at:
        raise ValueError(f"the clock {name!r} can't end at {_written(to_at)}, before it starts at {_written(from_at)}")
    curves = {
        calendar_name: draw_curve(
            calendar_name,
            calendar,
            unit=unit if isinstance(unit, ClockUnit) else unit[calendar_name],
            from_at=from_at,
            to_at=to_at,
            overlays=overlays,
        )
        for calendar_name, calendar in calendars.items()
    }
    first = next(iter(curves.values()))
    reasons = _reasons(list(curves.values()), bounds=bounds, overlays=overlays, windows=windows)
    grid = gcd(*(_grid_of(instants) for instants in reasons.values()))
    rows_each = (first.end_at - first.start_at) // grid
    if rows_each * len(curves) > MOST_ROWS:
        raise ClockTooFine(_too_fine(name, reasons, grid=grid, rows=rows_each * len(curves)))
    sampled = [_sample(one, grid) for one in curves.values()]
    window = _windows_on_grid(windows, start_at=first.start_at, grid=grid, rows=rows_each)
    return ClockTable(
        name=name,
        unit=unit,
        grid_seconds=grid,
        first_k=first.start_at // grid,
        keys={calendar_name: index * rows_each for index, calendar_name in enumerate(curves)},
        elapsed=np.concatenate([elapsed for elapsed, _ in sampled]),
        is_open=np.concatenate([is_open for _, is_open in sampled]),
        window=np.tile(window, len(curves)),
        curves=curves,
    )


def _reasons(
    curves: Sequence[ClockCurve], *, bounds: Sequence[int], overlays: Sequence[Stretch], windows: Sequence[Stretch]
) -> dict[str, Seconds]:
    """The instants that a table's grid has to hit, by what a reader would call their reason."""
    edges_of_overlays = _within(curves[0], [instant for overlay in overlays for instant in overlay])
    reasons = {
        "the bounds": _within(curves[0], bounds),
        "the measurement windows": _within(curves[0], [instant for window in windows for instant in window]),
    }
    for curve in curves:
        is_overlay = np.isin(curve.changes_at, edges_of_overlays)
        reasons[f"the hours of {curve.calendar!r}"] = curve.changes_at[~is_overlay]
        reasons[f"the overlays on {curve.calendar!r}"] = curve.changes_at[is_overlay]
    return reasons


def _within(curve: ClockCurve, instants: Sequence[int]) -> Seconds:
    return np.array([instant for instant in instants if curve.start_at < instant < curve.end_at], dtype=np.int64)


def _grid_of(instants: Seconds) -> int:
    return int(np.gcd.reduce(instants, initial=DAY_SECONDS))


def _too_fine(name: str, reasons: Mapping[str, Seconds], *, grid: int, rows: int) -> str:
    words, instants = min(reasons.items(), key=lambda reason: _grid_of(reason[1]))
    own = _grid_of(instants)
    finest = instants[int(np.argmin(np.gcd(instants, DAY_SECONDS)))] if len(instants) else None
    because = "the range is too long for it" if finest is None else f"{words} need {own} s, e.g. for {_written(finest)}"
    return (
        f"the clock {name!r} would take {rows:,} rows of {grid} s, more than {MOST_ROWS:,}: {because}; "
        "round the times to whole minutes or shorten the range"
    )


def _sample(curve: ClockCurve, grid: int) -> tuple[Seconds, Seconds]:
    """A curve's readings and states at each bucket's first second; its edges all lie on the grid."""
    buckets = np.diff(curve.edges, append=curve.end_at) // grid
    starts = np.arange(curve.start_at, curve.end_at, grid, dtype=np.int64)
    runs = np.repeat(curve.runs, buckets)
    constant = np.repeat(curve.elapsed - curve.runs * curve.edges, buckets)
    return constant + runs * starts, runs


def _windows_on_grid(windows: Sequence[Stretch], *, start_at: int, grid: int, rows: int) -> Seconds:
    if sum(end - start for start, end in windows) != sum(end - start for start, end in join_stretches(windows)):
        raise ValueError("measurement windows can't overlap: a record belongs to one of them")
    window = np.full(rows, -1, dtype=np.int64)
    for index, (start, end) in enumerate(windows):
        window[max(0, (start - start_at) // grid) : max(0, (end - start_at) // grid)] = index
    return window


def _written(at: int | np.int64) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(at)):%Y-%m-%dT%H:%M:%SZ}"
