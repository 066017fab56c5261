"""The fast way to honour pauses: one sum over a case's changes, where that gives what its history gives.

A case that runs from start to stop but for its pauses ran F(stop) − F(start) less F(resumed) − F(paused) of each
pause; with each change weighed by +1 where it begins a pause and −1 where it ends one, the pauses are one sum over the
changes, with no window function. A case whose changes do not fit (a pause begun before the start or not ended by the
stop, a change of priority) is timed by its history, and only such a case is.
"""

from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures.column_timing import Choices
from remit.performance.measures.expressions import (
    both,
    coalesce,
    column,
    is_known,
    is_unknown,
    number,
    one_if,
    total,
    where_all,
)
from remit.performance.measures.history import TIMING, history_steps, records_by_history, timed_of
from remit.performance.measures.pruning import Branches, changes_of, narrowed, timed_by_changes
from remit.performance.measures.queries import Lookup, Scope, clock_join, reading
from remit.performance.measures.timed import Timed, needs_due
from remit.performance.measures.timing import JUMPING, Timing
from remit.terms.clocks import Clock, PriorityChange
from remit.terms.durations import Duration
from remit.terms.measure_terms import durations_of

PAUSES = "pauses_of"

# Added to each instant before it is weighed, so that one sum tells both whether pauses begin as often as they end (it
# is less than this away from 0) and whether they begin first (it is negative). Instants stay below 2^33 until 2242.
_ABOVE_ALL_INSTANTS = 2**40


def sums_suffice(scope: Scope, clock: Clock, timing: Timing) -> bool:
    """Whether pauses can be summed: from column to column, on a calendar every change names, and nothing falls due.

    Each change must name the status before it, so that sums and histories tell the same: `status_from` is steady. A
    clock of days is read otherwise where it is paused than where it goes on, so that its pauses can't be summed.
    """
    is_steady = timing.calendar_column is None or timing.calendar_column in scope.steady
    return (
        isinstance(clock.starts, str)
        and isinstance(clock.stops, str)
        and clock.pauses is not None
        and clock.priority_change is not PriorityChange.PROPORTIONAL
        and len({length.unit for length in durations_of(timing.target)}) == 1
        and not any(length.unit in JUMPING for length in durations_of(timing.target))
        and is_steady
        and "status_from" in scope.steady
        and not needs_due(scope.level)
    )


def timed_by_sums(scope: Scope, clock: Clock, timing: Timing, table: ClockTable) -> Timed:
    """Each case's elapsed time by its pauses' sum, or by its history where the sum would not do."""
    choices = Choices(scope, timing, table)
    summed = _summed_records(clock, choices, table)
    by_history = records_by_history(scope, table, cases="unfit")
    query = exp.select("*").from_(exp.union(summed, by_history, distinct=False, copy=False).subquery("every"))
    pauses = _pauses(scope, clock)
    cases = timed_by_changes(scope, clock, timing)
    concerned = changes_of(scope, clock, cases)
    steps: dict[str, exp.Expr] = {
        "paused": _paused(scope, timing, table, pauses, concerned),
        "retargeted": _retargeted(scope, timing, concerned),
        "weighed": _weighed(scope, clock, timing, cases),
        "unfit": exp.select("*").from_("weighed").where(column("clock_fits", "weighed").eq(number(0))),
        **history_steps(scope, clock, timing, table, cases="unfit"),
    }
    for name, step in steps.items():
        query.with_(name, as_=step, materialized=name in ("weighed", "unfit") or None, copy=False)
    return timed_of(query, clock, timing, lookups=(*choices.lookups, pauses))


def _pauses(scope: Scope, clock: Clock) -> Lookup:
    statuses = () if clock.pauses is None else clock.pauses.status
    return Lookup(f"{PAUSES}_{scope.level_id}", ("value", "paused"), tuple((status, 1) for status in statuses))


def _paused(scope: Scope, timing: Timing, table: ClockTable, pauses: Lookup, concerned: exp.Expr | None) -> exp.Select:
    """For each case that ever pauses: the sum of its pauses, what tells whether they pair, and their first and last."""
    unit = durations_of(timing.target)[0].unit
    choices = Choices(scope, Timing(timing.calendar, Duration(0, unit, "")), table)
    paused_after, paused_before = column("paused", "after"), column("paused", "before")
    weight = one_if(is_known(paused_after)) - one_if(is_known(paused_before))
    changes = (
        exp.select(
            column("case_key"), column("at"), exp.paren(weight).as_("weight"), choices.offset.as_("clock_offset")
        )
        .from_(exp.to_table("case_events").as_("r"))
        .join(_joined(pauses, "before", "status_from"))
        .join(_joined(pauses, "after", "status"))
    )
    for join in choices.joins:
        changes.join(join, copy=False)
    touches = is_known(coalesce(paused_before, paused_after))
    at, weighed = column("at", "x"), column("weight", "x")
    return (
        exp.select(
            column("case_key", "x"),
            total(weighed * exp.paren(reading("k", at))).as_("clock_pause"),
            total(weighed.copy() * exp.paren(at + _ABOVE_ALL_INSTANTS)).as_("clock_balance"),
            exp.Min(this=at.copy()).as_("first_at"),
            exp.Max(this=at.copy()).as_("last_at"),
        )
        .from_(changes.where(where_all(is_known(column("status")), touches, concerned)).subquery("x"))
        .join(clock_join(table, "k", at, column("clock_offset", "x")))
        .group_by(column("case_key", "x"))
    )


def _joined(pauses: Lookup, alias: str, status: str) -> exp.Join:
    on = column("value", alias).eq(column(status))
    return exp.Join(this=exp.table_(pauses.name, quoted=True).as_(alias), side="LEFT", on=on)


def _follows_target(scope: Scope, timing: Timing) -> bool:
    name = timing.target_column
    return name is not None and name in scope.columns["case_events"] and name not in scope.steady


def _retargeted(scope: Scope, timing: Timing, concerned: exp.Expr | None) -> exp.Select:
    """The least and greatest value of the column that decides the target, in each case whose changes name it."""
    query = exp.select(column("case_key")).from_(exp.to_table("case_events").as_("r"))
    if not _follows_target(scope, timing):
        return query.where(exp.false())
    value = column(str(timing.target_column))
    return (
        query.select(exp.Min(this=value).as_("least"), exp.Max(this=value.copy()).as_("greatest"))
        .where(where_all(is_known(value), concerned))
        .group_by(column("case_key"))
    )


def _weighed(scope: Scope, clock: Clock, timing: Timing, cases: Branches) -> exp.Select:
    """Every case that has stopped, with its pauses' sum and whether that will do."""
    start, stop = column(str(clock.starts)), column(str(clock.stops))
    balance = column("clock_balance", "p")
    in_pairs = both(
        balance > -_ABOVE_ALL_INSTANTS, balance < 0, column("first_at", "p") >= start, column("last_at", "p") <= stop
    )
    fits = both(stop >= start, exp.or_(is_unknown(column("case_key", "p")), in_pairs))
    query = (
        exp.select(exp.column(exp.Star(), table="r"), column("clock_pause", "p"))
        .from_(narrowed("cases", cases))
        .join(_of_case("paused", "p"))
        .where(where_all(is_known(start), is_known(stop), stop <= scope.as_of))
    )
    if _follows_target(scope, timing):
        own = column(str(timing.target_column))
        same = both(column("least", "q").eq(own), column("greatest", "q").eq(own.copy()))
        fits = both(fits, exp.or_(is_unknown(column("case_key", "q")), same))
        query = query.join(_of_case("retargeted", "q"))
    return query.select(one_if(fits).as_("clock_fits"))


def _of_case(name: str, alias: str) -> exp.Join:
    on = column("case_key", alias).eq(column("case_key"))
    return exp.Join(this=exp.to_table(name).as_(alias), side="LEFT", on=on)


def _summed_records(clock: Clock, choices: Choices, table: ClockTable) -> exp.Select:
    """The cases whose sum will do, with the columns of TIMING."""
    start, stop = column(str(clock.starts)), column(str(clock.stops))
    pause = coalesce(column("clock_pause"), number(0))
    elapsed: exp.Expr = exp.paren(reading("b", stop)) - exp.paren(reading("a", start)) + pause
    if clock.max_pause is not None:
        beyond = exp.Neg(this=exp.paren(pause.copy() + clock.max_pause.seconds))
        elapsed = elapsed + exp.Greatest(this=beyond, expressions=[number(0)])
    lacks_calendar = [fault for fault, name in choices.faults if name == "no calendar"]
    nothing, unknown = number(0), exp.cast(exp.null(), "BIGINT")
    found = {
        "start_at": start,
        "stop_at": stop,
        "start_window": column("window", "a"),
        "stop_window": column("window", "b"),
        "record_no": nothing,
        "elapsed": elapsed,
        "gained": elapsed,
        "target_seconds": choices.target,
        "lacks_calendar": one_if(lacks_calendar[0]) if lacks_calendar else nothing,
        "lacks_target": nothing,
        "stops_before_start": nothing,
        "due_reading": unknown,
        "due_offset": unknown,
    }
    query = exp.select(
        exp.column(exp.Star(), table="r"), *[found[name].copy().as_(f"clock_{name}") for name in TIMING]
    ).from_(exp.to_table("weighed").as_("r"))
    for join in (
        *choices.joins,
        clock_join(table, "a", start, choices.offset),
        clock_join(table, "b", stop, choices.offset),
    ):
        query.join(join, copy=False)
    return query.where(column("clock_fits").eq(number(1)), copy=False)
