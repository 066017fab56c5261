"""Turnaround: working time from a clock's start to its stop, against a target or as a statistic."""

from collections.abc import Callable

from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures.column_timing import timed_by_columns
from remit.performance.measures.expressions import both, is_known, number, one_if, where_all
from remit.performance.measures.history import timed_by_history
from remit.performance.measures.history_sums import sums_suffice, timed_by_sums
from remit.performance.measures.pruning import Branches, changes_of, keys_concerned, timed_by_changes
from remit.performance.measures.queries import RecordParts, Scope
from remit.performance.measures.timed import Timed, needs_open
from remit.performance.measures.timing import Timing, compile_level_clock, due_window
from remit.terms.clocks import ALWAYS_OPEN, Clock
from remit.terms.durations import ClockUnit, Duration
from remit.terms.measure_terms import Turnaround

_ROUND_THE_CLOCK = Duration(0, ClockUnit.ALL_SECONDS, "0 seconds")
_OPEN_TIME = Duration(0, ClockUnit.OPEN_SECONDS, "0 business hours")


def timing_of(measure: Turnaround, clock: Clock) -> Timing:
    """The calendars and targets of a measure; a statistic without `within` counts the clock's open seconds."""
    plain = _ROUND_THE_CLOCK if clock.calendar == ALWAYS_OPEN else _OPEN_TIME
    return Timing(clock.calendar, measure.share_within or measure.within or plain)


def clock_table_of(measure: Turnaround, scope: Scope) -> ClockTable:
    """The clock table of a turnaround level: its calendars, closed also where an exclusion stops the clock."""
    clock = scope.contract.clocks[measure.clock]
    segments = set(timing_of(measure, clock).segments)
    if clock.reopen is not None and clock.reopen.within is not None:
        segments |= {(calendar, clock.reopen.within.unit) for calendar, _ in segments}
    overlays = tuple(stretch for name in clock.stop_the_clock for stretch in scope.overlays.get(name, ()))
    return compile_level_clock(scope, segments, overlays=overlays)


def turnaround(measure: Turnaround, scope: Scope, table: ClockTable) -> RecordParts:
    """Each record's elapsed time and whether it is within its target; exactly on target counts."""
    clock = scope.contract.clocks[measure.clock]
    timing = timing_of(measure, clock)
    timed = _way_of_timing(scope, clock, timing)(scope, clock, timing, table)
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
        lookups=timed.lookups,
    )


def cases_concerned(scope: Scope) -> exp.Select | None:
    """A query of the least and greatest key of the cases that can belong to the windows of a level with a history.

    None where the level reads no history, or all cases.
    """
    clock = _clock_with_history(scope)
    return None if clock is None else keys_concerned(_cases_of(scope, clock))


def changes_concerned(scope: Scope) -> exp.Expr | None:
    """Which changes (of the table `r`) can matter to a level with a history in its windows; None where all can."""
    clock = _clock_with_history(scope)
    return None if clock is None else changes_of(scope, clock, _cases_of(scope, clock))


def _clock_with_history(scope: Scope) -> Clock | None:
    measure = scope.level.measure
    clock = scope.contract.clocks[measure.clock] if isinstance(measure, Turnaround) else None
    return clock if clock is not None and clock.needs_history else None


def _cases_of(scope: Scope, clock: Clock) -> Branches:
    measure = scope.level.measure
    return timed_by_changes(scope, clock, timing_of(measure, clock)) if isinstance(measure, Turnaround) else ()


def _way_of_timing(scope: Scope, clock: Clock, timing: Timing) -> Callable[[Scope, Clock, Timing, ClockTable], Timed]:
    """The fastest of the ways that give the record's time: all that can be used give the same."""
    if not clock.needs_history:
        return timed_by_columns
    return timed_by_sums if sums_suffice(scope, clock, timing) else timed_by_history


def _attributed(scope: Scope, timed: Timed, timing: Timing, table: ClockTable) -> tuple[exp.Expr, exp.Expr]:
    """The window a record belongs to, and which records count at all, by the level's own words.

    A record missed is counted once, in the window in which it fell due, whether it stops later or never. A carried one
    belongs to the window in which it stops, unless it stopped by the time it was due.
    """
    level = scope.level
    missed = exp.not_(exp.paren(timed.is_within.copy()))
    is_stopped = both(is_known(timed.stop_at), timed.stop_at.copy() <= scope.as_of)
    counts = exp.or_(is_stopped, missed.copy()) if needs_open(level) else is_stopped
    if level.attribute_to == "start" and level.still_open != "carried":
        return timed.start_window, counts
    if level.attribute_to == "due":
        due = _due(scope, timed, timing, table)
        carried = level.still_open == "carried"
        return exp.case().when(missed, timed.stop_window).else_(due) if carried else due, counts
    if needs_open(level):
        return exp.case().when(missed, _due(scope, timed, timing, table)).else_(timed.stop_window), counts
    return timed.stop_window, counts


def _due(scope: Scope, timed: Timed, timing: Timing, table: ClockTable) -> exp.Expr:
    """The window of the due instant; a record that can't be measured has none, and is listed where it stopped."""
    due = due_window(scope, table, timing, due_reading=timed.due_reading, offset=timed.due_offset)
    tree = exp.case()
    for fault, _ in timed.faults:
        tree = tree.when(fault.copy(), timed.stop_window.copy())
    return tree.else_(due)
