"""Escalations: how many of the records of each month were taken further up, as far as the facts tell."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from remit.performance.facts import TABLES
from remit.performance.service_levels import Ratio
from remit.runs.judging import Walk
from remit.terms.periods import Period

FLAG = "escalated"
"""A column of a mapping's own by this name says of a case or contact whether it was escalated."""
EVENT = "escalat"
"""A change of a case whose kind of event begins so (escalated, escalation) is one."""
_QUARTER = 900


def escalations(walk: Walk, months: Sequence[Period]) -> Mapping[str, list[Ratio]]:
    """The share of records escalated, by the month they began in; empty where no table of the facts tells.

    A column `escalated` says it of cases and contacts; where cases have none, their changes do.
    """
    found = {}
    for table in ("cases", "interactions"):
        if FLAG in walk.evidence.filled.get(table, ()):
            found[f"escalated {table}"] = _by_month(walk, months, _flagged(table))
    is_told = "event" in walk.evidence.filled.get("case_events", ()) and "cases" in walk.evidence.columns
    if is_told and "escalated cases" not in found:
        shares = _by_month(walk, months, _changed())
        if any(one.numerator for one in shares):
            found["escalated cases"] = shares
    return found


def _by_month(walk: Walk, months: Sequence[Period], query: exp.Select) -> list[Ratio]:
    """Rows of quarter of an hour, records and escalated ones, added up by local month."""
    records: Counter[Period] = Counter()
    escalated: Counter[Period] = Counter()
    for month, of, some in _in_months(walk, months, walk.evidence.engine.rows(query)):
        records[month] += of
        escalated[month] += some
    return [Ratio(escalated[month], records[month], records[month]) for month in months]


def _in_months(
    walk: Walk, months: Sequence[Period], rows: Sequence[Sequence[int]]
) -> Iterator[tuple[Period, int, int]]:
    bounds = [(month, *month.instants(walk.versions.signed.zone)) for month in months]
    for bucket, of, some in rows:
        at = int(bucket) * _QUARTER
        month = next((one for one, first, end in bounds if first <= at < end), None)
        if month is not None and at <= walk.as_of:
            yield month, int(of), int(some or 0)


def _flagged(table: str) -> exp.Select:
    says = exp.cast(exp.column(FLAG, quoted=True), "BOOLEAN")
    return _counted(table, exp.case().when(says, exp.Literal.number(1)).else_(exp.Literal.number(0)))


def _changed() -> exp.Select:
    kind = exp.Lower(this=exp.column("event", quoted=True))
    is_one = exp.Like(this=kind, expression=exp.Literal.string(f"{EVENT}%"))
    some = exp.select(exp.column("case_key", quoted=True)).from_("case_events").where(is_one)
    within = exp.In(this=exp.column("case_key", quoted=True), query=exp.Subquery(this=some))
    return _counted("cases", exp.case().when(within, exp.Literal.number(1)).else_(exp.Literal.number(0)))


def _counted(table: str, says: exp.Expr) -> exp.Select:
    began = exp.column(TABLES[table].time_column, quoted=True)
    quarter = exp.IntDiv(this=began, expression=exp.Literal.number(_QUARTER))
    return (
        exp.select(quarter, exp.Count(this=exp.Star()), exp.Sum(this=says))
        .from_(exp.to_table(table))
        .group_by(quarter.copy())
    )
