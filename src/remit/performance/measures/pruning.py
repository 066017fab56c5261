"""Which records can belong to the windows asked for: the others need not be read, and leaving them out changes nothing.

Conditions are on columns as they stand, so that an engine can pass over whole files and row groups by their statistics.
Where a record may belong to a window by one column or another, its conditions are told apart into branches that exclude
each other, a UNION ALL of them: no engine skips anything for an OR.
"""

import numpy as np
from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures.expressions import both, column, is_unknown, text
from remit.performance.measures.queries import Interval, Scope, segment_name
from remit.performance.measures.timed import decided_by, needs_open
from remit.performance.measures.timing import Timing
from remit.terms.clocks import Clock, PriorityChange
from remit.terms.durations import ClockUnit
from remit.terms.measure_terms import durations_of

Branches = tuple[exp.Expr, ...]

_WORTH_IT = 4
"""Pruning pays where the windows leave out at least one part in so many of the time the facts span."""


def span_of(scope: Scope) -> Interval | None:
    """The first instant in and the first instant out of all windows; None where they hold about all of the facts."""
    first, last = scope.windows[0][0], scope.windows[-1][1]
    inside = min(last, scope.facts_to + 1) - max(first, scope.facts_from)
    reach = scope.facts_to + 1 - scope.facts_from
    return None if inside * _WORTH_IT > reach * (_WORTH_IT - 1) else (first, last)


def within(scope: Scope, at: exp.Expr, *, before: int = 0, after: int = 0) -> exp.Expr | None:
    """That an instant lies in the span of the windows, or so many seconds before or after it."""
    span = span_of(scope)
    return None if span is None else both(at >= span[0] - before, at.copy() < span[1] + after)


def narrowed(table: str, branches: Branches) -> exp.Expr:
    """A table's rows under any of the branches, as `r`; the table itself where there are none."""
    if not branches:
        return exp.to_table(table).as_("r")
    tree: exp.Query = _rows_of(table, branches[0])
    for branch in branches[1:]:
        tree = exp.union(tree, _rows_of(table, branch), distinct=False, copy=False)
    return tree.subquery("r", copy=False)


def _rows_of(table: str, condition: exp.Expr) -> exp.Select:
    return exp.select("*").from_(exp.to_table(table).as_("r")).where(condition, copy=False)


def open_at_some_end(scope: Scope, start: exp.Expr, stop: exp.Expr) -> Branches:
    """The records of a backlog: begun before the last window ends, and not finished before the first begins."""
    span = span_of(scope)
    if span is None:
        return ()
    begun = start < span[1]
    return both(begun, stop >= span[0]), both(begun.copy(), is_unknown(stop))


def timed_between_columns(scope: Scope, clock: Clock, timing: Timing, table: ClockTable) -> Branches:
    """The records of a clock from column to column whose window, however it is decided, can be one of those asked for.

    A record that can't be measured is listed where it stopped, so that its stop alone can bring it in.
    """
    span = span_of(scope)
    if span is None:
        return ()
    start, stop = column(str(clock.starts)), column(str(clock.stops))
    deciding = {"start": start, "stop": stop}.get(decided_by(scope.level))
    if deciding is not None:
        return (both(deciding >= span[0], deciding.copy() < span[1]),)
    early = _earliest_start_due(timing, table, span[0])
    earlier = start < early
    begun, later = start >= early, start >= span[1]
    found = [both(earlier, stop >= span[0])]
    if needs_open(scope.level):
        found.append(both(earlier.copy(), is_unknown(stop)))
    if _falls_due_later(timing):
        return (both(begun, start < span[1]), *found, both(later, stop < span[1]))
    return (begun, *found)


def timed_by_changes(scope: Scope, clock: Clock, timing: Timing) -> Branches:
    """The cases of a clock that follows their history.

    A stop that lies before its start counts as if it were at the start, and is listed there. No record is older than
    its clock's start, whatever becomes of it on the way: restarted, reopened as a new record, or fallen due.
    """
    span = span_of(scope)
    if span is None or not isinstance(clock.starts, str):
        return ()
    start, decided = column(clock.starts), decided_by(scope.level)
    ends_before = start < span[1]
    if decided == "stop" and isinstance(clock.stops, str):
        stop = column(clock.stops)
        stops_in_time = both(ends_before, stop < span[1])
        late_start = both(stop < span[0], start >= span[0])
        return both(stops_in_time, stop >= span[0]), both(stops_in_time.copy(), late_start)
    if decided == "start" and isinstance(clock.stops, str) and clock.priority_change is not PriorityChange.RESTART:
        return (both(start >= span[0], ends_before),)
    return (ends_before,) if decided != "due" or _falls_due_later(timing) else ()


def changes_of(scope: Scope, clock: Clock, cases: Branches) -> exp.Expr | None:
    """Which changes (of the table `r`) can matter to some cases; None where all can.

    Where a stop is a column and decides the window, no change after the last window does. Changes before a start do:
    they say in which status a case begins.
    """
    span = span_of(scope)
    if span is None or not cases:
        return None
    keys = exp.select(column("case_key")).from_(narrowed("cases", cases))
    near = among_keys(scope, "r")
    concerned = both(column("case_key").isin(query=keys), *([] if near is None else [near]))
    if decided_by(scope.level) == "stop" and isinstance(clock.stops, str):
        return both(concerned, column("at") < span[1])
    return concerned


def keys_concerned(cases: Branches) -> exp.Select | None:
    """The least and greatest key of some cases; None where they are all cases."""
    if not cases:
        return None
    key = column("case_key")
    return exp.select(exp.Min(this=key), exp.Max(this=key.copy())).from_(narrowed("cases", cases))


def among_keys(scope: Scope, table: str) -> exp.Expr | None:
    """That a change's case lies among the keys looked up: sources count their cases up, so that most files are out."""
    if scope.keys is None:
        return None
    key = column("case_key", table)
    return both(key >= text(scope.keys[0]), key.copy() <= text(scope.keys[1]))


def _falls_due_later(timing: Timing) -> bool:
    """Whether every record falls due after its start; with a target of nothing it may be due while its clock stands."""
    return all(length.seconds > 0 for length in durations_of(timing.target))


def _earliest_start_due(timing: Timing, table: ClockTable, first: int) -> int:
    """An instant before which no record starts that falls due from `first` on, on any calendar, with any target."""
    longest: dict[ClockUnit, int] = {}
    for length in durations_of(timing.target):
        longest[length.unit] = max(length.seconds, longest.get(length.unit, 0))
    found = first
    for calendar, unit in timing.segments:
        segment = segment_name(calendar, unit)
        in_seconds = unit in (ClockUnit.OPEN_SECONDS, ClockUnit.ALL_SECONDS)
        (reading,) = table.reading(segment, np.array([first - int(in_seconds)], dtype=np.int64))
        rows = table.elapsed[table.keys[segment] : table.keys[segment] + table.rows_each]
        # The last bucket whose first second reads too little: whatever starts before it is due before `first`.
        bucket = int(np.searchsorted(rows, reading - longest[unit], side="right" if in_seconds else "left")) - 1
        found = min(found, table.start_at + max(bucket, 0) * table.grid_seconds)
    return found
