"""Availability: scheduled time without an outage, overlapping outages counted once."""

from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures.assembling import exclusion_of, level_condition, waiver_join
from remit.performance.measures.expressions import (
    both,
    coalesce,
    column,
    is_unknown,
    number,
    one_if,
    text,
    where_all,
)
from remit.performance.measures.queries import RecordParts, Scope, clock_join, clock_offset, reading
from remit.performance.measures.volumes import window_ends
from remit.terms.measure_terms import Availability


def availability(measure: Availability, scope: Scope, table: ClockTable, segment: str) -> RecordParts:
    """Scheduled seconds as a row of its own for each window, and each outage's further downtime as a negative one.

    An outage counts the scheduled seconds by which it reaches past all outages that began before it, so that
    overlapping outages count once; it is cut at the window's edges. Its sums are scheduled − down over scheduled. The
    level's condition and its exclusions are about outages and never touch the schedule. Split by a dimension, each
    value that has outages has the whole schedule, and its own outages.
    """
    offset = number(clock_offset(table, segment))
    source = exp.select("*").from_(
        exp.union(_schedule(measure, scope), _new_downtime(measure, scope), distinct=False).subquery("u")
    )
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
        is_conditioned=True,
        excluded_by=column("excluded_by"),
    )


def _schedule(measure: Availability, scope: Scope) -> exp.Select:
    name = exp.DPipe(this=text("scheduled time of window "), expression=exp.cast(column("window_index", "e"), "TEXT"))
    query = (
        exp.select(
            name.as_("outage_key"),
            column("window_index", "e"),
            column("start_at", "e").as_("from_at"),
            column("end_at", "e").as_("to_at"),
            number(1).as_("is_schedule"),
            exp.cast(exp.null(), "TEXT").as_("excluded_by"),
            *[column(dimension, "s") for dimension in scope.dimensions],
        )
        .from_(window_ends(scope).subquery("e"))
        .where(column("window_index", "e") >= 0)
    )
    if not scope.dimensions:
        return query
    split = (
        exp.select(*[column(dimension) for dimension in scope.dimensions])
        .distinct()
        .from_(exp.to_table("outages").as_("r"))
        .where(where_all(column("service").eq(text(measure.service)), level_condition(scope)))
    )
    return query.join(exp.Join(this=split.subquery("s"), kind="CROSS"))


def _new_downtime(measure: Availability, scope: Scope) -> exp.Select:
    """Each outage in each window: from where it reaches past those before it, to its end."""
    # Excluded outages hide no others: each kind is walked through by itself, as is each value of a dimension.
    by = [column("window_index", "c"), is_unknown(column("excluded_by", "c"))]
    by += [column(dimension, "c") for dimension in scope.dimensions]
    reached = exp.Window(
        this=exp.Max(this=column("cut_to", "c")),
        partition_by=by,
        order=exp.Order(
            expressions=[exp.Ordered(this=column(name, "c")) for name in ("cut_from", "started_at", "outage_key")]
        ),
        spec=exp.WindowSpec(
            kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end=number(1), end_side="PRECEDING"
        ),
    )
    cut = _cut_to_windows(measure, scope)
    before = exp.select(exp.column(exp.Star(), table="c"), reached.as_("reached_at")).from_(cut.subquery("c"))
    fresh_from = exp.Greatest(
        this=column("cut_from", "d"), expressions=[coalesce(column("reached_at", "d"), column("cut_from", "d"))]
    )
    return exp.select(
        column("outage_key", "d"),
        column("window_index", "d"),
        fresh_from.as_("from_at"),
        exp.Greatest(this=column("cut_to", "d"), expressions=[fresh_from.copy()]).as_("to_at"),
        number(0).as_("is_schedule"),
        column("excluded_by", "d"),
        *[column(dimension, "d") for dimension in scope.dimensions],
    ).from_(before.subquery("d"))


def _cut_to_windows(measure: Availability, scope: Scope) -> exp.Select:
    """The service's outages cut at the edges of each window they touch, with what excludes them."""
    ended = coalesce(column("ended_at"), column("end_at", "e"))
    touches = both(column("started_at") < column("end_at", "e"), ended > column("start_at", "e"))
    excluded = exclusion_of(scope)
    unexcluded = exp.cast(exp.null(), "TEXT")
    query = (
        exp.select(
            column("outage_key"),
            column("window_index", "e"),
            exp.Greatest(this=column("started_at"), expressions=[column("start_at", "e")]).as_("cut_from"),
            exp.Least(this=ended.copy(), expressions=[column("end_at", "e")]).as_("cut_to"),
            column("started_at"),
            (unexcluded if excluded is None else excluded).as_("excluded_by"),
            *[column(dimension) for dimension in scope.dimensions],
        )
        .from_(exp.to_table("outages").as_("r"))
        .join(exp.Join(this=window_ends(scope).subquery("e"), kind="INNER", on=touches))
        .where(
            where_all(column("service").eq(text(measure.service)), _counts_as_outage(measure), level_condition(scope))
        )
    )
    waivers = waiver_join(scope, column("outage_key"))
    return query if waivers is None else query.join(waivers)


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
