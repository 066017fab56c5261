"""Medians and percentiles: the record at a rank carries the value, so that sums over records still give it."""

from dataclasses import replace

from sqlglot import exp

from remit.performance.measures.expressions import column, is_unknown, number, one_if
from remit.performance.measures.queries import RECORD_COLUMNS, MeasureQuery
from remit.terms.measure_terms import Turnaround


def ranked(query: MeasureQuery, measure: Turnaround) -> MeasureQuery:
    """The records of a turnaround with only the ranked ones counting.

    A percentile is the nearest rank: the ⌈p·n/100⌉-th shortest time, numerator its seconds, denominator 1. A median is
    the mean of the middle two (the middle one twice where n is odd), so its denominator is 2. Ranks are taken within
    the window and every dimension asked for; excluded records have none.
    """
    within = [column("window_index"), *[column(name) for name in query.dimensions], is_unknown(column("excluded"))]
    order = exp.Order(expressions=[exp.Ordered(this=column("seconds")), exp.Ordered(this=column("record_key"))])
    rank = exp.Window(this=exp.RowNumber(), partition_by=[part.copy() for part in within], order=order)
    count = exp.Window(this=exp.Count(this=exp.Star()), partition_by=[part.copy() for part in within])
    inner = exp.select(exp.column(exp.Star(), table="r"), rank.as_("rank_"), count.as_("count_")).from_(
        query.records.subquery("r")
    )
    kept = [
        column(name).as_(name)
        for name in (*RECORD_COLUMNS, *query.dimensions)
        if name not in ("numerator", "denominator", "sample")
    ]
    is_counted = is_unknown(column("excluded"))
    times = exp.case().when(is_counted, _times_counted(measure)).else_(number(0))
    outer = exp.select(
        *kept,
        (column("seconds") * exp.paren(times)).as_("numerator"),
        times.copy().as_("denominator"),
        one_if(is_counted.copy()).as_("sample"),
    ).from_(inner.subquery("r"))
    return replace(query, records=outer)


def _times_counted(measure: Turnaround) -> exp.Expr:
    rank, count = column("rank_"), column("count_")
    if measure.statistic == "median":
        lower = rank.eq(exp.paren(count + 1) // number(2))
        upper = rank.copy().eq(exp.paren(count.copy() + 2) // number(2))
        return one_if(lower) + one_if(upper)
    nearest = exp.paren(count * number(measure.percentile) + 99) // number(100)
    return one_if(rank.eq(nearest))
