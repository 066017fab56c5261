"""Measures of quantity and time: volume, throughput, backlog, availability, agents' time, attrition, forecasts."""

from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures.expressions import both, coalesce, column, is_known, number, one_if, text
from remit.performance.measures.outcomes import instant_of, key_of
from remit.performance.measures.queries import RecordParts, Scope, clock_join, clock_offset, reading
from remit.terms.measure_terms import (
    AgentTimeShare,
    Attrition,
    Availability,
    Backlog,
    ForecastAccuracy,
    Throughput,
    Volume,
)

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


def throughput(measure: Throughput) -> RecordParts:
    """Each record counts one in the window in which it was finished."""
    stop = column(measure.stops or _STOP_COLUMN[measure.of])
    return RecordParts(
        source=measure.of,
        key=key_of(measure.of),
        at=stop,
        numerator=number(1),
        denominator=number(0),
        sample=number(1),
        where=is_known(stop),
    )


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


def attrition(_measure: Attrition, scope: Scope) -> RecordParts:
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
    stop = column(measure.stops or _STOP_COLUMN[measure.of])
    ends = _window_ends(scope)
    start = instant_of(measure.of)
    stopped = coalesce(stop, number(scope.as_of + 1))
    during = both(start < column("end_at", "e"), stopped >= column("start_at", "e"))
    source = (
        exp.select(exp.column(exp.Star(), table="r"), column("window_index", "e"), column("end_at", "e"))
        .from_(exp.to_table(measure.of).as_("r"))
        .join(exp.Join(this=ends.subquery("e"), kind="INNER", on=during))
    )
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


def _window_ends(scope: Scope) -> exp.Select:
    """The windows as rows; those that have not ended as of the run end there."""
    rows = [
        exp.select(
            number(index).as_("window_index"),
            number(start).as_("start_at"),
            number(min(end, scope.as_of + 1)).as_("end_at"),
        )
        for index, (start, end) in enumerate(scope.windows)
        if start <= scope.as_of
    ]
    if not rows:
        return exp.select(number(-1).as_("window_index"), number(0).as_("start_at"), number(0).as_("end_at"))
    tree: exp.Expr = rows[0]
    for row in rows[1:]:
        tree = exp.union(tree, row, distinct=False)
    return exp.select("*").from_(exp.Subquery(this=tree, alias=exp.TableAlias(this=exp.to_identifier("t"))))


def availability(measure: Availability, scope: Scope, table: ClockTable, segment: str) -> RecordParts:
    """Scheduled seconds as a row of its own for each window, and each outage's further downtime as a negative one.

    An outage counts the scheduled seconds by which it reaches past all outages that began before it, so that
    overlapping outages count once; it is cut at the window's edges. Its sums are scheduled − down over scheduled.
    """
    offset = number(clock_offset(table, segment))
    windows = _window_ends(scope)
    down = _new_downtime(measure, windows)
    scheduled = (
        exp.select(
            exp.DPipe(
                this=text("scheduled time of window "), expression=exp.cast(column("window_index", "e"), "TEXT")
            ).as_("outage_key"),
            column("window_index", "e"),
            column("start_at", "e").as_("from_at"),
            column("end_at", "e").as_("to_at"),
            number(1).as_("is_schedule"),
        )
        .from_(windows.copy().subquery("e"))
        .where(column("window_index", "e") >= 0)
    )
    source = exp.select("*").from_(exp.union(scheduled, down, distinct=False).subquery("u"))
    seconds = reading("b", column("to_at")) - reading("a", column("from_at"))
    is_schedule = column("is_schedule").eq(number(1))
    return RecordParts(
        source=source,
        key=column("outage_key"),
        at=None,
        window_index=column("window_index"),
        numerator=exp.case().when(is_schedule, seconds).else_(exp.Neg(this=exp.paren(seconds.copy()))),
        denominator=exp.case().when(is_schedule.copy(), seconds.copy()).else_(number(0)),
        sample=one_if(is_schedule.copy()),
        seconds=seconds.copy(),
        joins=(clock_join(table, "a", column("from_at"), offset), clock_join(table, "b", column("to_at"), offset)),
    )


def _new_downtime(measure: Availability, windows: exp.Select) -> exp.Select:
    """Each outage in each window: from where it reaches past those before it, to its end."""
    start = exp.Greatest(this=column("started_at"), expressions=[column("start_at", "e")])
    end = exp.Least(this=coalesce(column("ended_at"), column("end_at", "e")), expressions=[column("end_at", "e")])
    cut = (
        exp.select(
            column("outage_key"),
            column("window_index", "e"),
            start.as_("cut_from"),
            end.as_("cut_to"),
            column("started_at"),
        )
        .from_(exp.to_table("outages").as_("r"))
        .join(
            exp.Join(
                this=windows.copy().subquery("e"),
                kind="INNER",
                on=both(
                    column("started_at") < column("end_at", "e"),
                    coalesce(column("ended_at"), column("end_at", "e")) > column("start_at", "e"),
                ),
            )
        )
        .where(both(column("service").eq(text(measure.service)), _counts_as_outage(measure)))
    )
    reached = exp.Window(
        this=exp.Max(this=column("cut_to", "c")),
        partition_by=[column("window_index", "c")],
        order=exp.Order(
            expressions=[exp.Ordered(this=column(name, "c")) for name in ("cut_from", "started_at", "outage_key")]
        ),
        spec=exp.WindowSpec(
            kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end=number(1), end_side="PRECEDING"
        ),
    )
    before = exp.select(exp.column(exp.Star(), table="c"), reached.as_("reached_at")).from_(cut.subquery("c"))
    fresh_from = exp.Greatest(
        this=column("cut_from", "d"), expressions=[coalesce(column("reached_at", "d"), column("cut_from", "d"))]
    )
    to = exp.Greatest(this=column("cut_to", "d"), expressions=[fresh_from.copy()])
    return exp.select(
        column("outage_key", "d"),
        column("window_index", "d"),
        fresh_from.as_("from_at"),
        to.as_("to_at"),
        number(0).as_("is_schedule"),
    ).from_(before.subquery("d"))


def _counts_as_outage(measure: Availability) -> exp.Expr:
    """Planned maintenance is no outage where the contract excludes it, if it was announced in time."""
    if measure.planned == "counted":
        return exp.true()
    unplanned = coalesce(column("planned"), exp.false()).eq(exp.false())
    if measure.notice is None:
        return unplanned
    announced = coalesce(column("noticed_at"), column("started_at"))
    late = (column("started_at") - announced) < measure.notice.seconds
    return exp.or_(unplanned, late)
