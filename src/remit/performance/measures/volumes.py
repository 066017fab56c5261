"""Measures of quantity and time: volume, throughput, backlog, agents' time, attrition, forecasts."""

from collections.abc import Sequence

from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures.expressions import both, coalesce, column, is_known, number, one_if
from remit.performance.measures.outcomes import instant_of, key_of
from remit.performance.measures.pruning import narrowed, open_at_some_end
from remit.performance.measures.queries import RecordParts, Scope, clock_join, clock_offset, reading
from remit.terms.measure_terms import (
    AgentTimeShare,
    Attrition,
    Backlog,
    ForecastAccuracy,
    Throughput,
    Volume,
)

_WINDOW_COLUMNS = ("window_index", "start_at", "end_at")
_STOP_COLUMN = {"cases": "resolved_at", "transactions": "completed_at"}


def volume(measure: Volume) -> RecordParts:
    """Each record counts one; the window's denominator is 1."""
    return RecordParts(
        source=measure.of,
        key=key_of(measure.of),
        at=instant_of(measure.of),
        numerator=number(1),
        denominator=number(0),
        sample=number(1),
    )


def throughput(measure: Throughput, scope: Scope) -> RecordParts:
    """Each record counts one in the window in which it was finished.

    One that was open at some time of the window and not finished in it is listed and counts nothing, so that where
    nothing of the work in hand was finished that is a zero that was measured: whoever finishes nothing misses a target.
    """
    source, _ = _in_hand(measure, scope, _whole_windows(scope))
    stop = column(measure.stops or _STOP_COLUMN[measure.of])
    return RecordParts(
        source=source,
        key=key_of(measure.of),
        at=None,
        window_index=column("window_index"),
        numerator=one_if(both(is_known(stop), stop >= column("start_at"), stop.copy() < column("end_at"))),
        denominator=number(0),
        sample=number(1),
    )


def _in_hand(measure: Throughput | Backlog, scope: Scope, windows: exp.Select) -> tuple[exp.Select, exp.Expr]:
    """A row for each record and window in which it was open at some time, and the instant it stopped.

    What is still open stops after the run. The rows have the columns of the table and of the windows.
    """
    stop, start = column(measure.stops or _STOP_COLUMN[measure.of]), instant_of(measure.of)
    stopped = coalesce(stop, number(scope.as_of + 1))
    during = both(start < column("end_at", "e"), stopped >= column("start_at", "e"))
    source = (
        exp.select(exp.column(exp.Star(), table="r"), *[column(name, "e") for name in _WINDOW_COLUMNS])
        .from_(narrowed(measure.of, open_at_some_end(scope, start, stop)))
        .join(exp.Join(this=windows.subquery("e"), kind="INNER", on=during))
    )
    return source, stopped


_AGENT_SHARES = {
    "occupancy": (("handling_seconds",), ("handling_seconds", "available_seconds")),
    "utilisation": (("handling_seconds",), ("paid_seconds",)),
    "adherence": (("in_adherence_seconds",), ("scheduled_seconds",)),
    "conformance": (("worked_seconds",), ("scheduled_seconds",)),
}


def agent_time_share(measure: AgentTimeShare) -> RecordParts:
    """Seconds over seconds of each agent's interval; an interval that lacks a part is left out."""
    if measure.kind == "shrinkage":
        numerator: exp.Expr = column("paid_seconds") - column("worked_seconds")
        denominator: exp.Expr = column("paid_seconds")
        needed = ["paid_seconds", "worked_seconds"]
    else:
        upper, lower = _AGENT_SHARES[measure.kind]
        numerator, denominator = column(upper[0]), column(lower[0])
        for name in lower[1:]:
            denominator = denominator + column(name)
        needed = sorted({*upper, *lower})
    return RecordParts(
        source="agent_time",
        key=key_of("agent_time"),
        at=column("started_at"),
        numerator=numerator,
        denominator=denominator,
        sample=number(1),
        where=both(*[is_known(column(name)) for name in needed]),
    )


def attrition(_measure: Attrition) -> RecordParts:
    """Separations / average headcount × 12 / months, kept in integers.

    Average headcount of a window of n months is Σ (start + end) / 2n over its months and sites, so the annual rate is
    Σ separations × 24 / Σ (start + end).
    """
    counted = column("headcount_start") + column("headcount_end")
    return RecordParts(
        source="headcount",
        key=key_of("headcount"),
        at=column("counted_at"),
        numerator=column("separations") * number(24),
        denominator=counted,
        sample=number(1),
        where=both(*[is_known(column(name)) for name in ("headcount_start", "headcount_end", "separations")]),
    )


def forecast(measure: ForecastAccuracy) -> RecordParts:
    """WAPE's complement or the bias; intervals without a forecast are left out, not taken as forecast zero."""
    actual, expected = column("offered"), column("forecast_offered")
    gap = expected - actual
    numerator = actual - exp.Abs(this=gap) if measure.kind == "forecast_accuracy" else gap
    return RecordParts(
        source="interval_counts",
        key=column("interval_key"),
        at=column("starts_at"),
        numerator=numerator,
        denominator=actual.copy(),
        sample=number(1),
        where=both(is_known(actual), is_known(expected)),
    )


def backlog(measure: Backlog, scope: Scope, table: ClockTable, segment: str) -> RecordParts:
    """Records open at the end of each window, with their age on the calendar.

    A record is counted in every window at whose end it is open; one finished inside the window is listed and counts
    nothing, so that an empty backlog is a zero that was measured.
    """
    start = instant_of(measure.of)
    source, stopped = _in_hand(measure, scope, window_ends(scope))
    is_open = stopped >= column("end_at")
    offset = number(clock_offset(table, segment))
    age = reading("b", column("end_at")) - reading("a", start)
    joins = (clock_join(table, "a", start, offset), clock_join(table, "b", column("end_at"), offset))
    older = measure.older_than is not None
    limit = number(measure.older_than.seconds) if measure.older_than is not None else None
    if limit is not None:
        numerator, denominator = one_if(both(is_open, age > limit)), one_if(is_open.copy())
    elif measure.statistic == "mean_age":
        numerator, denominator = exp.case().when(is_open, age.copy()).else_(number(0)), one_if(is_open.copy())
    else:
        numerator, denominator = one_if(is_open), number(0)
    return RecordParts(
        source=source,
        key=key_of(measure.of),
        at=None,
        window_index=column("window_index"),
        numerator=numerator,
        denominator=denominator,
        sample=denominator.copy() if older or measure.statistic == "mean_age" else number(1),
        seconds=age,
        target_seconds=limit,
        joins=joins,
    )


def window_ends(scope: Scope) -> exp.Select:
    """The windows as rows; those that have not ended as of the run end there."""
    ends = [(index, start, min(end, scope.as_of + 1)) for index, (start, end) in enumerate(scope.windows)]
    return _as_rows([window for window in ends if window[1] <= scope.as_of])


def _whole_windows(scope: Scope) -> exp.Select:
    return _as_rows([(index, start, end) for index, (start, end) in enumerate(scope.windows)])


def _as_rows(windows: Sequence[tuple[int, int, int]]) -> exp.Select:
    """Windows as rows of their columns; one that no instant lies in where there are none."""
    rows = [
        exp.select(*[number(value).as_(name) for name, value in zip(_WINDOW_COLUMNS, window, strict=True)])
        for window in windows or [(-1, 0, 0)]
    ]
    if not windows:
        return rows[0]
    tree: exp.Expr = rows[0]
    for row in rows[1:]:
        tree = exp.union(tree, row, distinct=False)
    return exp.select("*").from_(exp.Subquery(this=tree, alias=exp.TableAlias(this=exp.to_identifier("t"))))
