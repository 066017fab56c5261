"""Timing a case by its history: statuses, pauses, reopenings, changes of priority and of calendar on the way."""

from math import lcm

from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures import history_steps as steps
from remit.performance.measures.expressions import (
    both,
    coalesce,
    column,
    is_any,
    is_known,
    is_unknown,
    number,
    text,
    where_all,
)
from remit.performance.measures.pruning import among_keys, narrowed, timed_by_changes
from remit.performance.measures.queries import WINDOW_SEGMENT, Lookup, Scope, clock_join, clock_offset, reading
from remit.performance.measures.timed import Timed, needs_due
from remit.performance.measures.timing import Timing, column_or_null, read_until
from remit.terms.clocks import CalendarChange, Clock, Moment, PriorityChange, Reopen, ReopenPolicy
from remit.terms.measure_terms import TargetByDimension, durations_of

RUNNING, PAUSED, STOPPED, REOPENED = 1, 2, 3, 4
_ACTIONS = {
    ReopenPolicy.RESUME: 1,
    ReopenPolicy.RESTART: 2,
    ReopenPolicy.FIRST_STOP_WINS: 3,
    ReopenPolicy.NEW_RECORD: 4,
}


def timed_by_history(scope: Scope, clock: Clock, timing: Timing, table: ClockTable) -> Timed:
    """Each case's elapsed time by its history; a case reopened as a new record gives several, `key#2` and on."""
    concerned = timed_by_changes(scope, clock, timing)
    cases = "concerned" if concerned else "cases"
    query = records_by_history(scope, table, cases=cases)
    if concerned:
        query.with_(cases, as_=exp.select("*").from_(narrowed("cases", concerned)), copy=False)
    for name, step in history_steps(scope, clock, timing, table, cases=cases).items():
        query.with_(name, as_=step, copy=False)
    return timed_of(query, clock, timing)


def timed_of(source: exp.Select, clock: Clock, timing: Timing, *, lookups: tuple[Lookup, ...] = ()) -> Timed:
    """What the columns of TIMING say of each record of a source."""
    proportional = _is_proportional(clock, timing)
    target = column("clock_target_seconds")
    faults = [
        (column("clock_lacks_calendar").eq(number(1)), "no calendar"),
        (column("clock_lacks_target").eq(number(1)) if proportional else is_unknown(target), "no target"),
        (column("clock_stops_before_start").eq(number(1)), "stops before it starts"),
    ]
    if isinstance(clock.stops, str):
        faults.append((column(clock.stops) < column("clock_start_at"), "stops before it starts"))
    return Timed(
        source=source,
        key=_record_key(),
        stop_at=column("clock_stop_at"),
        start_window=column("clock_start_window"),
        stop_window=column("clock_stop_window"),
        elapsed=column("clock_elapsed"),
        target_seconds=target,
        is_within=column("clock_gained") <= (number(_common_target(timing)) if proportional else target),
        due_reading=column("clock_due_reading"),
        due_offset=column("clock_due_offset"),
        where=None,
        faults=tuple(faults),
        joins=(),
        lookups=lookups,
    )


TIMING = (
    "start_at", "stop_at", "start_window", "stop_window", "record_no", "elapsed", "gained", "target_seconds",
    "lacks_calendar", "lacks_target", "stops_before_start", "due_reading", "due_offset",
)  # fmt: skip
"""What timing adds to the columns of a case, each named `clock_…`."""


def records_by_history(scope: Scope, table: ClockTable, *, cases: str) -> exp.Select:
    """The cases with what the step `timed` found of them."""
    offset = number(clock_offset(table, WINDOW_SEGMENT))
    until = coalesce(column("stop_at", "t"), number(scope.as_of))
    found = {name: column(name, "t") for name in TIMING}
    found |= {"start_window": column("window", "a"), "stop_window": column("window", "b")}
    shown = [tree.as_(f"clock_{name}") for name, tree in found.items()]
    on = column("case_key", "t").eq(column("case_key", "c"))
    return (
        exp.select(exp.column(exp.Star(), table="c"), *shown)
        .from_(exp.to_table(cases).as_("c"))
        .join(exp.Join(this=exp.to_table("timed").as_("t"), kind="INNER", on=on))
        .join(clock_join(table, "a", column("start_at", "t"), offset))
        .join(clock_join(table, "b", until, offset))
    )


def _record_key() -> exp.Expr:
    key = exp.cast(column("case_key"), "TEXT")
    number_of = exp.cast(column("clock_record_no") + 1, "TEXT")
    numbered = exp.DPipe(this=exp.DPipe(this=key.copy(), expression=text("#")), expression=number_of)
    return exp.case().when(column("clock_record_no").eq(number(0)), key).else_(numbered)


def history_steps(scope: Scope, clock: Clock, timing: Timing, table: ClockTable, *, cases: str) -> dict[str, exp.Expr]:
    """The steps from some cases and their changes to `timed`, one for each idea."""
    return {
        "beginnings": _beginnings(scope, clock, timing, cases),
        "marks": _marks(scope, clock, timing),
        "ordered": steps.parsed(steps.ORDERED),
        "phases": steps.parsed(steps.PHASES),
        "turns": steps.parsed(steps.TURNS),
        "changes": steps.parsed(steps.CHANGES),
        "acted": _acted(clock, table),
        "numbered": steps.parsed(steps.NUMBERED, restarts=_restarts(clock)),
        "stretches": steps.parsed(steps.STRETCHES, as_of=number(scope.as_of)),
        "readings": _readings(clock, timing, table),
        "counted": _counted(clock),
        "progress": _progress(scope, clock, timing),
        "timed": _timed(scope, clock),
    }


def _moment_query(moment: Moment, alias: str) -> exp.Select:
    """The first instant at which each case entered one of the statuses or had one of the events."""
    named = (
        is_any(column("status", alias), moment.status)
        if moment.status
        else is_any(column("event", alias), moment.event)
    )
    return (
        exp.select(column("case_key", alias), exp.Min(this=column("at", alias)).as_("first_at"))
        .from_(exp.to_table("case_events").as_(alias))
        .where(named)
        .group_by(column("case_key", alias))
    )


def _beginnings(scope: Scope, clock: Clock, timing: Timing, cases: str) -> exp.Select:
    start: exp.Expr = column("first_at", "m") if isinstance(clock.starts, Moment) else column(clock.starts)
    stop: exp.Expr = exp.cast(exp.null(), "BIGINT") if isinstance(clock.stops, Moment) else column(clock.stops)
    query = steps.selected(
        steps.BEGINNINGS,
        cases=exp.to_table(cases).as_("r"),
        start=start,
        stop=stop,
        as_of=number(scope.as_of),
        calendar_now=exp.cast(column_or_null(timing.calendar_column), "TEXT"),
        target_now=exp.cast(column_or_null(timing.target_column), "TEXT"),
    )
    if isinstance(clock.starts, Moment):
        on = column("case_key", "m").eq(column("case_key"))
        query = query.join(exp.Join(this=_moment_query(clock.starts, "e").subquery("m"), kind="INNER", on=on))
    return query


def _marks(scope: Scope, clock: Clock, timing: Timing) -> exp.Expr:
    phase = _event_phase(clock)
    return steps.parsed(
        steps.MARKS,
        event_phase=_without_earlier_stops(phase) if isinstance(clock.starts, Moment) else phase,
        event_rank=_event_rank(clock, phase),
        event_calendar=_changing(timing.calendar_column, scope),
        event_target=_changing(timing.target_column, scope),
        event_counts=where_all(None if isinstance(clock.stops, Moment) else _until_stop(), among_keys(scope, "e"))
        or exp.true(),
        as_of=number(scope.as_of),
    )


def _changing(name: str | None, scope: Scope) -> exp.Expr:
    """A deciding column's value after a change; null where the history does not follow it."""
    if name is None or name not in scope.columns["case_events"]:
        return exp.cast(exp.null(), "TEXT")
    return exp.cast(column(name, "e"), "TEXT")


def _until_stop() -> exp.Expr:
    stop = column("stop_at", "s")
    return exp.paren(exp.or_(is_unknown(stop), column("at", "e") <= stop))


def _event_phase(clock: Clock) -> exp.Expr:
    """The phase a change begins: stopped, paused, running, or null where it says nothing of the status."""
    status = column("status", "e")
    tree = exp.case()
    if isinstance(clock.stops, Moment):
        named = clock.stops.status or clock.stops.event
        tree = tree.when(is_any(status if clock.stops.status else column("event", "e"), named), number(STOPPED))
    if clock.pauses is not None:
        tree = tree.when(is_any(status, clock.pauses.status), number(PAUSED))
    return tree.when(is_known(status), number(RUNNING)).else_(exp.null())


def _without_earlier_stops(phase: exp.Expr) -> exp.Expr:
    """A status that would stop the clock stops nothing before the status or event that starts it."""
    stopped_earlier = both(column("at", "e") < column("start_at", "s"), phase.copy().eq(number(STOPPED)))
    return exp.case().when(stopped_earlier, number(RUNNING)).else_(phase.copy())


def _event_rank(clock: Clock, phase: exp.Expr) -> exp.Expr:
    """The declared order of equal instants: a change out of a stopping status reopens, and comes after the stop."""
    rank = coalesce(phase, number(0))
    if not isinstance(clock.stops, Moment) or not clock.stops.status:
        return rank
    reopens = both(is_any(column("status_from", "e"), clock.stops.status), phase.copy() < number(STOPPED))
    return exp.case().when(reopens, number(REOPENED)).else_(rank)


def _acted(clock: Clock, table: ClockTable) -> exp.Expr:
    """What each reopening does; how long the case had been stopped is read on the calendar of its mark."""
    # The first event that stops a clock stops it for good: a second answer is no reopening.
    by_event = isinstance(clock.stops, Moment) and bool(clock.stops.event)
    reopen = Reopen(do=ReopenPolicy.FIRST_STOP_WINS) if by_event else (clock.reopen or Reopen())
    if reopen.within is None:
        return steps.parsed(steps.ACTED, action=number(_ACTIONS[reopen.do]))
    within = Timing(clock.calendar, reopen.within)
    offset = coalesce(
        within.offset(table, calendar_by=column("calendar_value", "t"), target_by=exp.null()),
        number(clock_offset(table, WINDOW_SEGMENT)),
    )
    stopped = coalesce(column("last_stop_at", "t"), column("at_", "t"))
    waited = exp.paren(reading("rb", column("at_", "t"))) - exp.paren(reading("ra", stopped))
    action = (
        exp.case()
        .when(waited <= number(reopen.within.seconds), number(_ACTIONS[reopen.do]))
        .else_(number(_ACTIONS[reopen.otherwise]))
    )
    query = steps.selected(steps.ACTED, action=action)
    return query.join(clock_join(table, "ra", stopped, offset)).join(
        clock_join(table, "rb", column("at_", "t"), offset)
    )


def _restarts(clock: Clock) -> exp.Expr:
    if clock.priority_change is not PriorityChange.RESTART:
        return exp.false()
    return column("target_changed", "a").eq(number(1))


def _readings(clock: Clock, timing: Timing, table: ClockTable) -> exp.Expr:
    calendar = {
        CalendarChange.AT_START: "first_calendar",
        CalendarChange.AT_STOP: "last_calendar",
        CalendarChange.PER_SEGMENT: "calendar_value",
    }[clock.calendar_change]
    target = {
        PriorityChange.FINAL: "last_target",
        PriorityChange.INITIAL: "first_target",
        PriorityChange.RESTART: "last_target",
    }.get(clock.priority_change, "target_value")
    offset = timing.offset(table, calendar_by=column(calendar, "q"), target_by=column(target, "q"))
    found = coalesce(column("clock_offset", "x"), number(clock_offset(table, WINDOW_SEGMENT)))
    at, until = column("at_", "x"), column("until_at", "x")
    first = read_until(at, found, table, timing, ends=steps.parsed(steps.STOPS_A_RUN))
    last = read_until(until, found, table, timing, ends=steps.parsed(steps.IS_THE_LAST_OF_A_RUN))
    query = steps.selected(
        steps.READINGS,
        offset=offset,
        target=timing.target_seconds(column(target, "q")),
        before=reading("ca", at),
        after=reading("cb", until),
    )
    return query.join(clock_join(table, "ca", first, found)).join(clock_join(table, "cb", last, found))


def _counted(clock: Clock) -> exp.Expr:
    """What each stretch adds: a running one its length, a paused one what is beyond the longest pause."""
    if clock.max_pause is None:
        return steps.parsed(steps.COUNTED, paused=number(0))
    beyond = steps.parsed(steps.BEYOND_LONGEST_PAUSE, most=number(clock.max_pause.seconds))
    return steps.parsed(steps.COUNTED, paused=beyond)


def _is_proportional(clock: Clock, timing: Timing) -> bool:
    return clock.priority_change is PriorityChange.PROPORTIONAL and isinstance(timing.target, TargetByDimension)


def _common_target(timing: Timing) -> int:
    """The least common multiple of all targets: shares of different targets add up in integers on it."""
    return lcm(*(length.seconds for length in durations_of(timing.target)))


def _progress(scope: Scope, clock: Clock, timing: Timing) -> exp.Expr:
    target = column("target_seconds", "c")
    proportional = _is_proportional(clock, timing)
    common = number(_common_target(timing))
    factor = exp.paren(common // target.copy()) if proportional else number(1)
    if not needs_due(scope.level):
        return steps.parsed(steps.PLAIN_PROGRESS, factor=factor)
    limit = common if proportional else target
    if clock.priority_change is PriorityChange.HIGHEST:
        record = [column("case_key", "c"), column("record_no", "c")]
        limit = exp.Window(this=exp.Min(this=target.copy()), partition_by=record)
    return steps.parsed(steps.PROGRESS, factor=factor, limit=limit)


def _timed(scope: Scope, clock: Clock) -> exp.Expr:
    target = column("target_seconds", "g")
    shortest = clock.priority_change is PriorityChange.HIGHEST
    due = needs_due(scope.level)
    unknown = exp.cast(exp.null(), "BIGINT")
    return steps.parsed(
        steps.TIMED,
        record_target=exp.Min(this=target) if shortest else exp.Max(this=target),
        due_reading=steps.parsed(steps.DUE_READING) if due else unknown,
        due_offset=steps.parsed(steps.DUE_OFFSET) if due else unknown.copy(),
    )
