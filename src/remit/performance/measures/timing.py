"""The clocks of a level: which calendars and units its records run on, as offsets into one clock table."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from sqlglot import exp

from remit.performance.clocks import ClockTable, compile_clock_table
from remit.performance.measures.expressions import choose, column, number
from remit.performance.measures.queries import WINDOW_SEGMENT, Interval, Scope, clock_offset, segment_name
from remit.terms.calendars import AROUND_THE_CLOCK, Calendar
from remit.terms.clocks import ALWAYS_OPEN, ByDimension
from remit.terms.durations import ClockUnit, Duration
from remit.terms.measure_terms import TargetByDimension, durations_of

CalendarChoice = str | ByDimension
TargetChoice = TargetByDimension | Duration


def calendar_named(scope: Scope, name: str) -> Calendar:
    """A calendar of the contract; `always` is every contract's, unless it writes its own."""
    return (
        scope.contract.calendars.get(name, AROUND_THE_CLOCK) if name == ALWAYS_OPEN else scope.contract.calendars[name]
    )


def compile_level_clock(
    scope: Scope, segments: set[tuple[str, ClockUnit]], *, overlays: tuple[Interval, ...] = ()
) -> ClockTable:
    """One clock table for everything a level's query looks up: its calendars in their units, and its windows.

    Overlays close every segment but the one windows are looked up in.
    """
    calendars = {WINDOW_SEGMENT: AROUND_THE_CLOCK}
    units = {WINDOW_SEGMENT: ClockUnit.ALL_SECONDS}
    for calendar, unit in sorted(segments):
        name = segment_name(calendar, unit)
        calendars[name] = calendar_named(scope, calendar) if unit is not ClockUnit.ALL_SECONDS else AROUND_THE_CLOCK
        units[name] = unit
    first = min([scope.facts_from, *(start - 1 for start, _ in scope.windows)])
    last = max([scope.facts_to, scope.as_of, *(end for _, end in scope.windows)])
    return compile_clock_table(
        f"clock_{scope.level_id}",
        calendars,
        unit=units,
        from_at=first,
        to_at=last,
        overlays=overlays,
        windows=scope.windows,
    )


@dataclass(frozen=True, slots=True)
class Timing:
    """Which calendar and target a record runs on, as expressions over a calendar column and a target column.

    Both choices are a name or depend on one column's value; a target may be counted in a unit of its own (4 business
    hours for one priority, 3 business days for another), so that the segment depends on both columns.
    """

    calendar: CalendarChoice
    target: TargetChoice

    @property
    def segments(self) -> set[tuple[str, ClockUnit]]:
        return set(product(_calendar_names(self.calendar), {length.unit for length in durations_of(self.target)}))

    @property
    def calendar_column(self) -> str | None:
        return None if isinstance(self.calendar, str) else self.calendar.by

    @property
    def target_column(self) -> str | None:
        return None if isinstance(self.target, Duration) else self.target.by

    def offset(self, table: ClockTable, *, calendar_by: exp.Expr, target_by: exp.Expr) -> exp.Expr:
        """The record's offset into the clock table; null where its calendar or target is not defined."""
        units = sorted({duration.unit for duration in durations_of(self.target)})
        if isinstance(self.target, Duration) or len(units) == 1:
            return self._offset_in(table, units[0], calendar_by)
        tree = exp.case()
        for unit in units[1:]:
            tree = tree.when(_has_unit(self.target, unit, target_by), self._offset_in(table, unit, calendar_by))
        return tree.else_(self._offset_in(table, units[0], calendar_by))

    def target_seconds(self, target_by: exp.Expr) -> exp.Expr:
        """The record's target as a reading of its clock; null where its value of the column has none."""
        if isinstance(self.target, Duration):
            return number(self.target.seconds)
        otherwise = None if self.target.otherwise is None else self.target.otherwise.seconds
        return choose(target_by, {value: length.seconds for value, length in self.target.map.items()}, otherwise)

    def _offset_in(self, table: ClockTable, unit: ClockUnit, calendar_by: exp.Expr) -> exp.Expr:
        offsets = {name: clock_offset(table, segment_name(name, unit)) for name in _calendar_names(self.calendar)}
        if isinstance(self.calendar, str):
            return number(offsets[self.calendar])
        otherwise = None if self.calendar.otherwise is None else offsets[self.calendar.otherwise]
        return choose(calendar_by, {value: offsets[name] for value, name in self.calendar.map.items()}, otherwise)


JUMPING = (ClockUnit.OPEN_DAYS, ClockUnit.ALL_DAYS)


def jumping_offsets(table: ClockTable, timing: Timing) -> list[int]:
    """Where the timing's clocks of days stand in the clock table: those that jump at an opening."""
    jumping = [segment for segment in sorted(timing.segments) if segment[1] in JUMPING]
    return [clock_offset(table, segment_name(*segment)) for segment in jumping]


def read_until(instant: exp.Expr, offset: exp.Expr, table: ClockTable, timing: Timing, *, ends: exp.Expr) -> exp.Expr:
    """The instant in whose row of the clock table a clock is read that ran until an instant, where `ends` holds.

    A clock of days jumps at an opening. Work done in that very second took no more than was on the clock until then:
    what is due when Wednesday opens is in time at the opening, by whichever of two starts it became due then. So the
    row is the one of the second before, whose line leads to the same reading wherever the clock does not jump.
    """
    offsets = jumping_offsets(table, timing)
    if not offsets:
        return instant
    is_jumping = [] if len(offsets) == len(timing.segments) else [offset.copy().isin(*map(number, offsets))]
    one_before = exp.case().when(exp.and_(ends, *is_jumping), number(1)).else_(number(0))
    return exp.paren(instant - exp.paren(one_before))


def _has_unit(target: TargetByDimension, unit: ClockUnit, target_by: exp.Expr) -> exp.Expr:
    has = {value: int(length.unit is unit) for value, length in target.map.items()}
    otherwise = int(target.otherwise is not None and target.otherwise.unit is unit)
    return exp.paren(choose(target_by, has, otherwise)).eq(number(1))


def column_or_null(name: str | None, table: str = "r") -> exp.Expr:
    """A deciding column, or null where nothing is decided by a column."""
    return exp.null() if name is None else column(name, table)


def _calendar_names(calendar: CalendarChoice) -> tuple[str, ...]:
    if isinstance(calendar, str):
        return (calendar,)
    return tuple(dict.fromkeys([*calendar.map.values(), *([calendar.otherwise] if calendar.otherwise else [])]))


def due_window(scope: Scope, table: ClockTable, timing: Timing, *, due_reading: exp.Expr, offset: exp.Expr) -> exp.Expr:
    """The index of the window in which a clock reaches a reading, or -1.

    In seconds the due instant is the earliest one with that reading, so that on a tie with closing time it is the
    closing time: it lies in [start, end) exactly when the reading is above F(start - 1) and at most F(end - 1). A
    clock of days stands while nobody works, and what is done until it goes on is in time: the last such instant lies in
    the window when the reading is at least F(start) and below F(end). So a day that ends with a month is due in it.
    """
    tree = exp.case()
    for calendar, unit in sorted(timing.segments):
        segment = segment_name(calendar, unit)
        in_seconds = unit in (ClockUnit.OPEN_SECONDS, ClockUnit.ALL_SECONDS)
        inner = exp.case()
        for index, bounds in enumerate(scope.windows):
            first, last = (int(at) for at in table.reading(segment, np.array(bounds, dtype=np.int64) - int(in_seconds)))
            due = due_reading.copy()
            inside = exp.and_(due > first, due <= last) if in_seconds else exp.and_(due >= first, due < last)
            inner = inner.when(inside, number(index))
        tree = tree.when(offset.copy().eq(number(clock_offset(table, segment))), inner.else_(number(-1)))
    return tree.else_(number(-1))
