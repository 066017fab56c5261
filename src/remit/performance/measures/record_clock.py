"""One record's clock as a query: the stretches between its changes, each with what it counted.

The stretches are those of the level's own query, from the same steps, so that they add up to what was measured.
"""

from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures.column_timing import Choices, timed_by_columns
from remit.performance.measures.expressions import both, coalesce, column, number, text
from remit.performance.measures.history import history_steps
from remit.performance.measures.outcomes import key_of
from remit.performance.measures.queries import MeasureQuery, Scope
from remit.performance.measures.timed import needs_open
from remit.performance.measures.timing import Timing
from remit.performance.measures.turnaround import clock_table_of, timing_of
from remit.terms.clocks import Clock
from remit.terms.measure_terms import Turnaround

STRETCH_COLUMNS = ("from_at", "until_at", "phase", "clock_offset", "mark_no")
"""What a stretch says beside its counts: its instants, what the clock does (1 runs, 2 paused, 3 stopped), its curve."""


def record_clock(scope: Scope, key: str) -> MeasureQuery | None:
    """The stretches of one record of a level, as its clock went; None for a level that has no clock.

    `numerator` and `seconds` are what the stretch counted. `key` is the record's key as the level's listing has it.
    """
    measure = scope.level.measure
    if not isinstance(measure, Turnaround):
        return None
    clock = scope.contract.clocks[measure.clock]
    timing, table = timing_of(measure, clock), clock_table_of(measure, scope)
    way = _by_history if clock.needs_history else _by_columns
    return way(scope, clock, timing, table, key)


def _by_history(scope: Scope, clock: Clock, timing: Timing, table: ClockTable, key: str) -> MeasureQuery:
    case, _, number_of = key.rpartition("#")
    is_numbered = bool(case) and number_of.isdecimal()
    own = column("case_key").eq(text(key))
    either = exp.or_(own, column("case_key").eq(text(case))) if is_numbered else own
    one = exp.select(exp.column(exp.Star(), table="r")).from_(exp.to_table("cases").as_("r")).where(either)
    told = exp.cast(column("case_key", "c"), "TEXT")
    again = exp.cast(column("record_no", "c") + 1, "TEXT")
    numbered = exp.DPipe(this=exp.DPipe(this=told.copy(), expression=text("#")), expression=again)
    record = exp.case().when(column("record_no", "c").eq(number(0)), told).else_(numbered)
    found: dict[str, exp.Expr] = {name: column(name, "c") for name in ("until_at", "phase", "clock_offset", "mark_no")}
    query = _shown(record, column("counted", "c"), column("target_seconds", "c"), column("at_", "c"), found)
    query = query.from_(exp.to_table("counted").as_("c")).where(record.copy().eq(text(key)))
    query.with_("one", as_=one, copy=False)
    for name, step in history_steps(scope, clock, timing, table, cases="one").items():
        if name not in ("progress", "timed"):
            query.with_(name, as_=step, copy=False)
    return _query(scope, query, table)


def _by_columns(scope: Scope, clock: Clock, timing: Timing, table: ClockTable, key: str) -> MeasureQuery:
    timed = timed_by_columns(scope, clock, timing, table)
    stop: exp.Expr = column(str(clock.stops))
    if needs_open(scope.level):
        as_of = number(scope.as_of)
        stop = exp.Least(this=coalesce(stop, as_of), expressions=[as_of.copy()])
    found: dict[str, exp.Expr] = {
        "until_at": stop,
        "phase": number(1),
        "clock_offset": Choices(scope, timing, table).offset,
        "mark_no": number(0),
    }
    query = _shown(key_of(clock.of), timed.elapsed, timed.target_seconds, column(str(clock.starts)), found)
    query = query.from_(exp.to_table(clock.of).as_("r"))
    for join in timed.joins:
        query.join(join, copy=False)
    own = key_of(clock.of).eq(text(key))
    query.where(own if timed.where is None else both(timed.where, own), copy=False)
    return MeasureQuery(scope.level_id, query, STRETCH_COLUMNS, (table,), may_exclude=False, lookups=timed.lookups)


def _shown(
    record: exp.Expr, counted: exp.Expr, target: exp.Expr, from_at: exp.Expr, found: dict[str, exp.Expr]
) -> exp.Select:
    return exp.select(
        record.as_("record_key"),
        number(0).as_("window_index"),
        counted.copy().as_("numerator"),
        number(1).as_("denominator"),
        number(1).as_("sample"),
        counted.copy().as_("seconds"),
        target.copy().as_("target_seconds"),
        exp.cast(exp.null(), "TEXT").as_("excluded"),
        from_at.as_("from_at"),
        *[tree.as_(name) for name, tree in found.items()],
    )


def _query(scope: Scope, query: exp.Select, table: ClockTable) -> MeasureQuery:
    return MeasureQuery(scope.level_id, query, STRETCH_COLUMNS, (table,), may_exclude=False)
