"""Turnaround: working time from a clock's start to its stop, against a target or as a statistic."""

from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures.expressions import (
    both,
    coalesce,
    column,
    is_known,
    is_unknown,
    number,
    one_if,
    where_all,
)
from remit.performance.measures.history import timed_by_history
from remit.performance.measures.outcomes import key_of
from remit.performance.measures.queries import WINDOW_SEGMENT, RecordParts, Scope, clock_join, clock_offset, reading
from remit.performance.measures.timed import Timed
from remit.performance.measures.timing import Timing, column_or_null, due_window, timing_of
from remit.terms.clocks import Clock
from remit.terms.durations import ClockUnit, Duration
from remit.terms.measure_terms import Turnaround

_ROUND_THE_CLOCK = Duration(0, ClockUnit.ALL_SECONDS, "0 seconds")
_OPEN_TIME = Duration(0, ClockUnit.OPEN_SECONDS, "0 business hours")


def target_of(measure: Turnaround, clock: Clock) -> Timing:
    """The calendars and targets of a measure; a statistic without `within` counts the clock's open seconds."""
    plain = _ROUND_THE_CLOCK if clock.calendar == "always" else _OPEN_TIME
    return timing_of(clock, measure.share_within or measure.within or plain)


def turnaround(measure: Turnaround, scope: Scope, table: ClockTable) -> RecordParts:
    """Each record's elapsed time and whether it is within its target; exactly on target counts."""
    clock = scope.contract.clocks[measure.clock]
    timing = target_of(measure, clock)
    timed = (
        timed_by_history(scope, clock, timing, table)
        if clock.needs_history
        else timed_by_columns(scope, clock, timing, table)
    )
    window, counts = _attributed(scope, timed, timing, table)
    is_share = measure.share_within is not None
    return RecordParts(
        source=timed.source,
        key=timed.key,
        at=None,
        window_index=window,
        numerator=one_if(timed.is_within) if is_share else timed.elapsed,
        denominator=number(1),
        seconds=timed.elapsed,
        target_seconds=timed.target_seconds if is_share else None,
        where=where_all(timed.where, counts),
        excluded=timed.faults,
        joins=timed.joins,
    )


def timed_by_columns(scope: Scope, clock: Clock, timing: Timing, table: ClockTable) -> Timed:
    """Elapsed time from a start column to a stop column: two lookups a record."""
    assert isinstance(clock.starts, str) and isinstance(clock.stops, str)
    start, stop = column(clock.starts), column(clock.stops)
    until = coalesce(stop, number(scope.as_of))
    target_by = column_or_null(timing.target_column)
    own = timing.offset(table, calendar_by=column_or_null(timing.calendar_column), target_by=target_by)
    fallback = number(clock_offset(table, WINDOW_SEGMENT))
    offset = own if isinstance(own, exp.Literal | exp.Neg) else coalesce(own, fallback)
    target = timing.target_seconds(target_by)
    elapsed = exp.paren(reading("b", until)) - exp.paren(reading("a", start))
    return Timed(
        source=clock.of,
        key=key_of(clock.of),
        start_at=start,
        stop_at=stop,
        until_at=until,
        start_window=column("window", "a"),
        stop_window=column("window", "b"),
        elapsed=elapsed,
        target_seconds=target,
        is_within=elapsed <= target,
        due_reading=reading("a", start) + target,
        offset=offset,
        where=both(is_known(start), start <= scope.as_of),
        faults=_faults(own, target, start, until),
        joins=(clock_join(table, "a", start, offset), clock_join(table, "b", until, offset)),
    )


def _faults(offset: exp.Expr, target: exp.Expr, start: exp.Expr, until: exp.Expr) -> tuple[tuple[exp.Expr, str], ...]:
    """Why a record can't be measured, so that it is listed rather than dropped."""
    faults: list[tuple[exp.Expr, str]] = []
    if not isinstance(offset, exp.Literal | exp.Neg):
        faults.append((is_unknown(offset), "no calendar"))
    if not isinstance(target, exp.Literal):
        faults.append((is_unknown(target), "no target"))
    faults.append((until < start, "stops before it starts"))
    return tuple(faults)


def _attributed(scope: Scope, timed: Timed, timing: Timing, table: ClockTable) -> tuple[exp.Expr, exp.Expr | None]:
    """The window a record belongs to, and which records count at all, by the level's own words."""
    level = scope.level
    is_stopped = both(is_known(timed.stop_at), timed.stop_at <= scope.as_of)
    windows = {"start": timed.start_window, "stop": timed.stop_window}
    due = due_window(scope, table, timing, due_reading=timed.due_reading, offset=timed.offset)
    if level.attribute_to == "due":
        # A record is due whether or not it has stopped; one not yet due and not stopped has nothing to be judged by.
        return due, exp.or_(is_stopped, exp.not_(exp.paren(timed.is_within)))
    if level.still_open == "missed_once_past_target":
        counts = exp.or_(is_stopped, exp.not_(exp.paren(timed.is_within)))
        if level.attribute_to == "start":
            return windows["start"], counts
        # Counted once: in the window it fell due, whether it stops later or never.
        missed = exp.not_(exp.paren(timed.is_within))
        return exp.case().when(missed, due).else_(windows["stop"]), counts
    if level.still_open == "carried":
        return windows["stop"], is_stopped
    return windows[level.attribute_to], is_stopped
