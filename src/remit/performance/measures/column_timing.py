"""Timing a record from a start column to a stop column: two readings of a clock, and nothing else."""

from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures.expressions import both, coalesce, column, is_known, is_unknown, number
from remit.performance.measures.outcomes import key_of
from remit.performance.measures.pruning import narrowed, timed_between_columns
from remit.performance.measures.queries import (
    WINDOW_SEGMENT,
    Lookup,
    Scope,
    clock_join,
    clock_offset,
    reading,
    segment_name,
)
from remit.performance.measures.timed import Timed, needs_open
from remit.performance.measures.timing import Timing, column_or_null, read_until
from remit.terms.clocks import ByDimension, Clock
from remit.terms.measure_terms import TargetByDimension, durations_of

CALENDARS, TARGETS = "calendar_of", "target_of"


def timed_by_columns(scope: Scope, clock: Clock, timing: Timing, table: ClockTable) -> Timed:
    """Elapsed time from a start column to a stop column.

    Records still open are joined only where they can count: a key that may be null keeps an engine from joining by
    position, which makes the whole query half as fast again.
    """
    start, stop = column(str(clock.starts)), column(str(clock.stops))
    until: exp.Expr = stop
    where = is_known(start)
    if needs_open(scope.level):
        as_of = number(scope.as_of)
        until = exp.Least(this=coalesce(stop, as_of), expressions=[as_of.copy()])
        where = both(where, start <= scope.as_of)
    choices = Choices(scope, timing, table)
    read_at = read_until(until, choices.offset, table, timing, ends=until > start)
    alias, last = ("b", ()) if read_at is until else ("e", (clock_join(table, "e", read_at, choices.offset),))
    elapsed = exp.paren(reading(alias, until)) - exp.paren(reading("a", start))
    return Timed(
        source=narrowed(clock.of, timed_between_columns(scope, clock, timing, table)),
        key=key_of(clock.of),
        stop_at=stop,
        start_window=column("window", "a"),
        stop_window=column("window", "b"),
        elapsed=elapsed,
        target_seconds=choices.target,
        is_within=elapsed.copy() <= choices.target,
        due_reading=reading("a", start) + choices.target,
        due_offset=choices.offset,
        where=where,
        faults=(*choices.faults, (until.copy() < start, "stops before it starts")),
        joins=(
            *choices.joins,
            clock_join(table, "a", start, choices.offset),
            clock_join(table, "b", until, choices.offset),
            *last,
        ),
        lookups=choices.lookups,
    )


class Choices:
    """A record's calendar and target, chosen by its own columns through lookups joined to it."""

    def __init__(self, scope: Scope, timing: Timing, table: ClockTable) -> None:
        self.joins: tuple[exp.Join, ...] = ()
        self.lookups: tuple[Lookup, ...] = ()
        self.faults: tuple[tuple[exp.Expr, str], ...] = ()
        self._scope, self._timing, self._table = scope, timing, table
        self.offset = self._offset()
        self.target = self._target()

    def _offset(self) -> exp.Expr:
        """The record's place in the clock table; one without a calendar is read where windows are, and listed."""
        timing, table = self._timing, self._table
        choice, units = timing.calendar, {duration.unit for duration in durations_of(timing.target)}
        fallback = number(clock_offset(table, WINDOW_SEGMENT))
        if isinstance(choice, str) and len(units) == 1:
            return timing.offset(table, calendar_by=exp.null(), target_by=exp.null())
        if isinstance(choice, str) or len(units) > 1:
            by, target_by = column_or_null(timing.calendar_column), column_or_null(timing.target_column)
            own = timing.offset(table, calendar_by=by, target_by=target_by)
            self.faults += ((is_unknown(own), "no calendar"),)
            return coalesce(own, fallback)
        offsets = {
            value: clock_offset(table, segment_name(name, next(iter(units)))) for value, name in choice.map.items()
        }
        found = self._joined(CALENDARS, choice, offsets, "clock_offset")
        if choice.otherwise is None:
            self.faults += ((is_unknown(found), "no calendar"),)
            return _or_else(found, fallback)
        return _or_else(found, number(clock_offset(table, segment_name(choice.otherwise, next(iter(units))))))

    def _target(self) -> exp.Expr:
        choice = self._timing.target
        if not isinstance(choice, TargetByDimension):
            return number(choice.seconds)
        rows = {value: length.seconds for value, length in choice.map.items()}
        found = self._joined(TARGETS, choice, rows, "target_seconds")
        if choice.otherwise is None:
            self.faults += ((is_unknown(found), "no target"),)
            return found
        return coalesce(found, number(choice.otherwise.seconds))

    def _joined(self, name: str, choice: ByDimension | TargetByDimension, rows: dict[str, int], shown: str) -> exp.Expr:
        lookup = Lookup(f"{name}_{self._scope.level_id}", ("value", shown), tuple(rows.items()))
        on = column("value", name).eq(exp.cast(column(choice.by), "TEXT"))
        self.joins += (exp.Join(this=exp.table_(lookup.name, quoted=True).as_(name), side="LEFT", on=on),)
        self.lookups += (lookup,)
        return column(shown, name)


def _or_else(found: exp.Expr, otherwise: exp.Expr) -> exp.Expr:
    """A value, or another where it is unknown; as a CASE, whose range DuckDB knows and a COALESCE's it does not."""
    return exp.paren(exp.case().when(is_unknown(found), otherwise).else_(found))
