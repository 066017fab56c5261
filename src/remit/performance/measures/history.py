"""Timing a case by its history: statuses, pauses, reopenings, changes of priority and of calendar on the way.

Each change of a case is a mark on its time line. Between two marks the clock runs, is paused, or has stopped; the time
it ran is the sum of its readings' differences over the running stretches. The query below is that sentence in SQL.
"""

from math import lcm

import sqlglot
from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures.expressions import coalesce, column, is_any, is_known, is_unknown, number
from remit.performance.measures.queries import Scope, clock_join, WINDOW_SEGMENT, clock_offset, reading
from remit.performance.measures.timed import Timed
from remit.performance.measures.timing import Timing, column_or_null
from remit.terms.clocks import CalendarChange, Clock, Moment, PriorityChange, Reopen, ReopenPolicy
from remit.terms.measure_terms import TargetByDimension

RUNNING, PAUSED, STOPPED = 1, 2, 3
_ACTIONS = {
    ReopenPolicy.RESUME: 1,
    ReopenPolicy.RESTART: 2,
    ReopenPolicy.FIRST_STOP_WINS: 3,
    ReopenPolicy.NEW_RECORD: 4,
}

_BEGINNINGS = """
SELECT r.case_key, :start AS start_at, :stop AS stop_at, :calendar_now AS calendar_now, :target_now AS target_now
FROM cases AS r :joins
WHERE NOT :start IS NULL AND :start <= :as_of
"""

# Every mark with the phase it begins (null: the phase goes on). Equal instants are taken in the source's own order,
# then start, resume, pause, stop.
_MARKS = """
SELECT case_key, start_at AS at_, CAST(-1 AS BIGINT) AS sequence_, 0 AS rank_, 1 AS phase,
  CAST(NULL AS TEXT) AS calendar_value, CAST(NULL AS TEXT) AS target_value
FROM beginnings
UNION ALL
SELECT e.case_key, e."at" AS at_, COALESCE(e.sequence, 0) AS sequence_, COALESCE(:event_phase, 0) AS rank_, :event_phase AS phase,
  :event_calendar AS calendar_value, :event_target AS target_value
FROM case_events AS e JOIN beginnings AS s ON s.case_key = e.case_key
WHERE e."at" >= s.start_at AND e."at" <= :as_of AND :event_counts
UNION ALL
SELECT case_key, stop_at AS at_, CAST(4611686018427387904 AS BIGINT) AS sequence_, 9 AS rank_, 3 AS phase,
  CAST(NULL AS TEXT) AS calendar_value, CAST(NULL AS TEXT) AS target_value
FROM beginnings WHERE stop_at >= start_at AND stop_at <= :as_of
"""

_PHASES = """
SELECT m.case_key, m.at_, m.sequence_, m.rank_,
  LAST_VALUE(m.phase IGNORE NULLS) OVER so_far AS phase,
  COALESCE(LAST_VALUE(m.calendar_value IGNORE NULLS) OVER so_far, FIRST_VALUE(m.calendar_value IGNORE NULLS) OVER from_here, s.calendar_now) AS calendar_value,
  COALESCE(LAST_VALUE(m.target_value IGNORE NULLS) OVER so_far, FIRST_VALUE(m.target_value IGNORE NULLS) OVER from_here, s.target_now) AS target_value,
  LEAD(m.at_) OVER in_order AS next_at
FROM marks AS m JOIN beginnings AS s ON s.case_key = m.case_key
WINDOW in_order AS (PARTITION BY m.case_key ORDER BY m.at_, m.sequence_, m.rank_),
  so_far AS (PARTITION BY m.case_key ORDER BY m.at_, m.sequence_, m.rank_ ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
  from_here AS (PARTITION BY m.case_key ORDER BY m.at_, m.sequence_, m.rank_ ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
"""

_TURNS = """
SELECT p.*,
  CASE WHEN p.phase = 3 AND COALESCE(LAG(p.phase) OVER in_order, 1) <> 3 THEN p.at_ END AS stopped_at,
  CASE WHEN p.phase <> 3 AND LAG(p.phase) OVER in_order = 3 THEN 1 ELSE 0 END AS is_reopening,
  CASE WHEN p.target_value <> LAG(p.target_value) OVER in_order THEN 1 ELSE 0 END AS target_changed
FROM phases AS p
WINDOW in_order AS (PARTITION BY p.case_key ORDER BY p.at_, p.sequence_, p.rank_)
"""

_ACTED = """
SELECT t.*, CASE WHEN t.is_reopening = 1 THEN :action ELSE 0 END AS action
FROM (SELECT u.*, MAX(u.stopped_at) OVER (PARTITION BY u.case_key ORDER BY u.at_, u.sequence_, u.rank_ ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  AS last_stop_at FROM turns AS u) AS t :action_joins
"""

_NUMBERED = """
SELECT a.*,
  SUM(CASE WHEN a.action = 3 THEN 1 ELSE 0 END) OVER so_far AS ignored,
  SUM(CASE WHEN a.action = 4 THEN 1 ELSE 0 END) OVER so_far AS record_no,
  SUM(CASE WHEN a.action = 2 OR :restarts THEN 1 ELSE 0 END) OVER so_far AS run_no
FROM acted AS a
WINDOW so_far AS (PARTITION BY a.case_key ORDER BY a.at_, a.sequence_, a.rank_ ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
"""

# The stretch after a stop belongs to nobody; where the case is reopened as a new record, the next mark is that record's.
_STRETCHES = """
SELECT n.*, COALESCE(n.next_at, :as_of) AS until_at,
  FIRST_VALUE(n.calendar_value) OVER whole AS first_calendar, LAST_VALUE(n.calendar_value) OVER whole AS last_calendar,
  FIRST_VALUE(n.target_value) OVER whole AS first_target, LAST_VALUE(n.target_value) OVER whole AS last_target,
  LAST_VALUE(n.phase) OVER whole AS last_phase, MAX(n.run_no) OVER whole AS last_run
FROM numbered AS n WHERE n.ignored = 0
WINDOW whole AS (PARTITION BY n.case_key, n.record_no ORDER BY n.at_, n.sequence_, n.rank_
  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
"""

_READ = """
SELECT x.*, CASE WHEN x.phase = 1 THEN :run ELSE 0 END AS run_seconds, CASE WHEN x.phase = 2 THEN :run ELSE 0 END AS paused_seconds,
  :reading_before AS reading_before, :reading_after AS reading_after
FROM (SELECT q.*, :offset AS clock_offset, :target AS target_seconds FROM stretches AS q WHERE q.run_no = q.last_run) AS x :read_joins
"""

_TIMED = """
SELECT case_key, record_no, MIN(at_) AS start_at, MAX(CASE WHEN last_phase = 3 THEN stopped_at END) AS stop_at,
  CAST(SUM(run_seconds) AS BIGINT) AS run_seconds, CAST(SUM(paused_seconds) AS BIGINT) AS paused_seconds, :record_target AS target_seconds,
  CAST(SUM(:scaled) AS BIGINT) AS scaled_seconds, MAX(last_target) AS last_target, MAX(last_calendar) AS last_calendar,
  MAX(clock_offset) AS clock_offset, MAX(CASE WHEN clock_offset IS NULL THEN 1 ELSE 0 END) AS lacks_calendar, MIN(reading_before) AS reading_at_start,
  MAX(reading_after) AS reading_at_stop
FROM readings GROUP BY case_key, record_no
"""


def timed_by_history(scope: Scope, clock: Clock, timing: Timing, table: ClockTable) -> Timed:
    """Each case's elapsed time by its history; a case reopened as a new record gives several."""
    source = _timed_cases(scope, clock, timing, table)
    elapsed: exp.Expression = column("run_seconds")
    scaled: exp.Expression = column("scaled_seconds")
    if clock.max_pause is not None:
        surplus = exp.Greatest(this=column("paused_seconds") - number(clock.max_pause.seconds), expressions=[number(0)])
        elapsed, scaled = exp.paren(elapsed + surplus), exp.paren(scaled + surplus.copy())
    is_proportional = clock.priority_change is PriorityChange.PROPORTIONAL and isinstance(
        timing.target, TargetByDimension
    )
    is_within = scaled <= number(_common_target(timing)) if is_proportional else elapsed <= column("target_seconds")
    until = coalesce(column("stop_at"), number(scope.as_of))
    window_offset = number(clock_offset(table, WINDOW_SEGMENT))
    first = column("record_no").eq(number(0))
    key = (
        exp.case()
        .when(first, column("case_key"))
        .else_(
            exp.DPipe(
                this=exp.DPipe(this=column("case_key"), expression=exp.Literal.string("#")),
                expression=exp.cast(column("record_no") + 1, "TEXT"),
            )
        )
    )
    return Timed(
        source=source,
        key=key,
        start_at=column("clock_start_at"),
        stop_at=column("stop_at"),
        until_at=until,
        start_window=column("window", "a"),
        stop_window=column("window", "b"),
        elapsed=elapsed,
        target_seconds=column("target_seconds"),
        is_within=is_within,
        due_reading=column("reading_at_stop") + column("target_seconds") - elapsed.copy(),
        offset=column("clock_offset"),
        where=None,
        faults=(
            (column("lacks_calendar").eq(number(1)), "no calendar"),
            (is_unknown(column("target_seconds")), "no target"),
        ),
        joins=(
            clock_join(table, "a", column("clock_start_at"), window_offset),
            clock_join(table, "b", until, window_offset),
        ),
    )


def _timed_cases(scope: Scope, clock: Clock, timing: Timing, table: ClockTable) -> exp.Select:
    """The cases with what their histories say, as one query with a step for each idea above."""
    steps = {
        "beginnings": _beginnings(scope, clock, timing),
        "marks": _marks(scope, clock, timing),
        "phases": _parsed(_PHASES),
        "turns": _parsed(_TURNS),
        "acted": _acted(clock, timing, table),
        "numbered": _parsed(_NUMBERED, restarts=_restarts(clock)),
        "stretches": _parsed(_STRETCHES, as_of=number(scope.as_of)),
        "readings": _readings(clock, timing, table),
        "timed": _timed(clock, timing),
    }
    shown = [column(name, "t") for name in (
        "record_no", "stop_at", "run_seconds", "paused_seconds", "target_seconds", "scaled_seconds", "clock_offset", "lacks_calendar",
        "reading_at_start", "reading_at_stop",
    )]  # fmt: skip
    query = exp.select(exp.column(exp.Star(), table="c"), column("start_at", "t").as_("clock_start_at"), *shown)
    joined = query.from_(exp.to_table("cases").as_("c")).join(
        exp.Join(
            this=exp.to_table("timed").as_("t"), kind="INNER", on=column("case_key", "t").eq(column("case_key", "c"))
        )
    )
    for name, step in steps.items():
        joined = joined.with_(name, as_=step)
    return joined


def _parsed(template: str, **parts: exp.Expression) -> exp.Expression:
    """A step's fixed text as a tree, with the contract's own parts put in as trees."""
    return exp.replace_placeholders(sqlglot.parse_one(template, dialect="duckdb"), **parts)


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


def _beginnings(scope: Scope, clock: Clock, timing: Timing) -> exp.Expression:
    start: exp.Expression = column("first_at", "m") if isinstance(clock.starts, Moment) else column(clock.starts)
    stop: exp.Expression = exp.cast(exp.null(), "BIGINT") if isinstance(clock.stops, Moment) else column(clock.stops)
    tree = _parsed(
        _BEGINNINGS.replace(":joins", ""),
        start=start,
        stop=stop,
        as_of=number(scope.as_of),
        calendar_now=exp.cast(column_or_null(timing.calendar_column), "TEXT"),
        target_now=exp.cast(column_or_null(timing.target_column), "TEXT"),
    )
    assert isinstance(tree, exp.Select)
    if isinstance(clock.starts, Moment):
        on = column("case_key", "m").eq(column("case_key"))
        tree = tree.join(exp.Join(this=_moment_query(clock.starts, "e").subquery("m"), kind="INNER", on=on))
    return tree


def _marks(scope: Scope, clock: Clock, timing: Timing) -> exp.Expression:
    return _parsed(
        _MARKS,
        event_phase=_event_phase(clock),
        event_calendar=_changing(timing.calendar_column, scope),
        event_target=_changing(timing.target_column, scope),
        event_counts=exp.true() if isinstance(clock.stops, Moment) else _before_stop(),
        as_of=number(scope.as_of),
    )


def _changing(name: str | None, scope: Scope) -> exp.Expression:
    """A deciding column's value after a change; null where the history does not follow it."""
    if name is None or name not in scope.columns["case_events"]:
        return exp.cast(exp.null(), "TEXT")
    return exp.cast(column(name, "e"), "TEXT")


def _before_stop() -> exp.Expression:
    stop = column("stop_at", "s")
    return exp.paren(exp.or_(is_unknown(stop), column("at", "e") < stop))


def _event_phase(clock: Clock) -> exp.Expression:
    """The phase a change begins: stopped, paused, running, or null where it says nothing of the status."""
    status, event = column("status", "e"), column("event", "e")
    tree = exp.case()
    if isinstance(clock.stops, Moment):
        stops = is_any(status, clock.stops.status) if clock.stops.status else is_any(event, clock.stops.event)
        tree = tree.when(stops, number(STOPPED))
    if clock.pauses is not None:
        tree = tree.when(is_any(status, clock.pauses.status), number(PAUSED))
    return tree.when(is_known(status), number(RUNNING)).else_(exp.null())


def _acted(clock: Clock, timing: Timing, table: ClockTable) -> exp.Expression:
    """What each reopening does; how long the case had been stopped is read on the calendar of its mark."""
    # The first event that stops a clock stops it for good: a second answer is no reopening.
    by_event = isinstance(clock.stops, Moment) and bool(clock.stops.event)
    reopen = Reopen(do=ReopenPolicy.FIRST_STOP_WINS) if by_event else (clock.reopen or Reopen())
    if reopen.within is None:
        return _parsed(_ACTED.replace(":action_joins", ""), action=number(_ACTIONS[reopen.do]))
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
    tree = _parsed(_ACTED.replace(":action_joins", ""), action=action)
    assert isinstance(tree, exp.Select)
    return tree.join(clock_join(table, "ra", stopped, offset)).join(clock_join(table, "rb", column("at_", "t"), offset))


def _restarts(clock: Clock) -> exp.Expression:
    if clock.priority_change is not PriorityChange.RESTART:
        return exp.false()
    return column("target_changed", "a").eq(number(1))


def _readings(clock: Clock, timing: Timing, table: ClockTable) -> exp.Expression:
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
    before, after = reading("ca", column("at_", "x")), reading("cb", column("until_at", "x"))
    tree = _parsed(
        _READ.replace(":read_joins", ""),
        offset=offset,
        target=timing.target_seconds(column(target, "q")),
        run=exp.paren(exp.paren(after) - exp.paren(before)),
        reading_before=before,
        reading_after=exp.case().when(column("phase", "x").eq(number(STOPPED)), before.copy()).else_(after.copy()),
    )
    assert isinstance(tree, exp.Select)
    return tree.join(clock_join(table, "ca", column("at_", "x"), found)).join(
        clock_join(table, "cb", column("until_at", "x"), found)
    )


def _common_target(timing: Timing) -> int:
    """The least common multiple of all targets: shares of different targets add up in integers on it."""
    if not isinstance(timing.target, TargetByDimension):
        return timing.target.seconds
    lengths = [*timing.target.map.values(), *([timing.target.otherwise] if timing.target.otherwise else [])]
    return lcm(*(length.seconds for length in lengths))


def _timed(clock: Clock, timing: Timing) -> exp.Expression:
    target = column("target_seconds", "readings")
    scaled: exp.Expression = column("run_seconds", "readings")
    if clock.priority_change is PriorityChange.PROPORTIONAL and isinstance(timing.target, TargetByDimension):
        scaled = scaled * exp.paren(number(_common_target(timing)) // target.copy())
    shortest = (
        exp.Min(this=target.copy()) if clock.priority_change is PriorityChange.HIGHEST else exp.Max(this=target.copy())
    )
    return _parsed(_TIMED, scaled=scaled, record_target=shortest)
