"""Measures of outcomes: first contact resolution, reopening, accuracy, satisfaction, recommendation, custom ratios."""

from sqlglot import exp

from remit.performance.facts import TABLES
from remit.performance.measures.assembling import exclusion_of, level_condition
from remit.performance.measures.expressions import (
    both,
    coalesce,
    column,
    is_known,
    is_unknown,
    number,
    one_if,
    qualified,
    text,
    where_all,
)
from remit.performance.measures.portable import column_kinds, contract_condition
from remit.performance.measures.pruning import within
from remit.performance.measures.queries import RecordParts, Scope
from remit.terms.measure_terms import (
    Accuracy,
    CustomRatio,
    FirstContactResolution,
    NetPromoter,
    Reopening,
    Satisfaction,
)  # fmt: skip

_PROMOTER_FROM, _DETRACTOR_TO = 9, 6


def key_of(table: str) -> exp.Expr:
    """A record's key as one text: the table's key columns, joined where there are several; a missing part is empty."""
    required = TABLES[table].required
    columns = [exp.cast(column(name), "TEXT") for name in TABLES[table].key]
    parts = [
        part if name in required else coalesce(part, text(""))
        for name, part in zip(TABLES[table].key, columns, strict=True)
    ]
    tree: exp.Expr = parts[0]
    for further in parts[1:]:
        tree = exp.DPipe(this=exp.DPipe(this=tree, expression=exp.Literal.string(" ")), expression=further)
    return tree


def instant_of(table: str) -> exp.Expr:
    """The column that places a table's records in time."""
    return column(TABLES[table].time_column)


def first_contact_resolution(measure: FirstContactResolution, scope: Scope) -> RecordParts:
    """Contacts resolved at the first attempt; a record whose variant's evidence is missing is not measured."""
    if measure.variant == "no_repeat" and measure.repeat_within is not None:
        return _no_repeat(measure, measure.repeat_within.seconds, scope)
    flag, known = {
        "agent_flag": (column("resolved_first_contact"), is_known(column("resolved_first_contact"))),
        "survey": (column("resolved"), is_known(column("resolved"))),
        "single_contact": (
            column("contacts") <= 1,
            both(is_known(column("contacts")), is_known(column("resolved_at"))),
        ),
    }[measure.variant]
    return RecordParts(
        source=measure.of,
        key=key_of(measure.of),
        at=instant_of(measure.of),
        numerator=one_if(flag),
        denominator=number(1),
        where=known,
    )


def _no_repeat(measure: FirstContactResolution, length: int, scope: Scope) -> RecordParts:
    """First contacts (none by that customer for that reason in the time before), and whether none followed in time.

    The window functions look at every contact of the table, so that a repeat after the end of the month counts
    against the month of the first contact. A contact an exclusion takes out repeats nothing.
    """
    at = instant_of(measure.of)
    by: list[exp.Expr] = [column("customer_key"), column("reason")]
    excluded = exclusion_of(scope, with_waivers=False)
    if excluded is not None:
        by.append(is_unknown(excluded))
    order = exp.Order(expressions=[exp.Ordered(this=at.copy()), exp.Ordered(this=key_of(measure.of))])
    around = exp.select(
        exp.column(exp.Star(), table="r"),
        _neighbour(exp.Lag, at, by, order).as_("before_at"),
        _neighbour(exp.Lead, at, by, order).as_("after_at"),
    )
    source = around.from_(exp.to_table(measure.of).as_("r"))
    near = within(scope, at, before=length, after=length)
    first = exp.or_(is_unknown(column("before_at")), (at.copy() - column("before_at")) > length)
    alone = exp.or_(is_unknown(column("after_at")), (column("after_at") - at.copy()) > length)
    return RecordParts(
        source=source.where(where_all(is_known(column("customer_key")), level_condition(scope), near)),
        key=key_of(measure.of),
        at=at,
        numerator=one_if(alone),
        denominator=number(1),
        where=first,
    )


def _neighbour(function: type[exp.AggFunc], at: exp.Expr, by: list[exp.Expr], order: exp.Order) -> exp.Expr:
    return exp.Window(this=function(this=at.copy()), partition_by=[name.copy() for name in by], order=order.copy())


def reopening(_measure: Reopening) -> RecordParts:
    """Resolved cases that were opened again."""
    return RecordParts(
        source="cases",
        key=column("case_key"),
        at=column("resolved_at"),
        numerator=one_if(column("reopened_count") > 0),
        denominator=number(1),
        where=both(is_known(column("resolved_at")), is_known(column("reopened_count"))),
    )


_CRITICAL = ("critical_customer_errors", "critical_business_errors", "critical_compliance_errors")


_NAMED = dict(zip(("customer_critical", "business_critical", "compliance_critical"), _CRITICAL, strict=True))


def _critical_columns(measure: Accuracy) -> tuple[str, ...]:
    if measure.errors in _NAMED:
        return (_NAMED[measure.errors],)
    return _CRITICAL if measure.of == "evaluations" else ("critical_errors",)


def _error_count(measure: Accuracy) -> exp.Expr:
    """How many errors of the kinds named a record has.

    `errors` counts them all, critical ones too; where a source counts only the critical ones, they are all there are.
    """
    first, *others = [_or_zero(name) for name in _critical_columns(measure)]
    critical: exp.Expr = first
    for further in others:
        critical = critical + further
    every = exp.Greatest(this=_or_zero("errors"), expressions=[critical])
    return {"all": every, "non_critical": every - exp.paren(critical)}.get(measure.errors, critical)


def _or_zero(name: str) -> exp.Expr:
    return coalesce(column(name), number(0))


def _audited(measure: Accuracy) -> exp.Expr:
    """A transaction is audited where it says so, an evaluation where it has a count of the errors in question."""
    if measure.of == "transactions":
        return column("audited").eq(exp.true())
    return exp.or_(*[is_known(column(name)) for name in ("errors", *_critical_columns(measure))])


def accuracy(measure: Accuracy) -> RecordParts:
    """1 − defective / audited, by record or by opportunity for error."""
    errors = exp.paren(_error_count(measure))
    by_record = measure.per == "record"
    opportunities = column("opportunities")
    return RecordParts(
        source=measure.of,
        key=key_of(measure.of),
        at=instant_of(measure.of),
        numerator=one_if(errors <= 0) if by_record else opportunities - errors,
        denominator=number(1) if by_record else opportunities,
        sample=number(1),
        where=_audited(measure) if by_record else both(is_known(opportunities), _audited(measure)),
    )


def satisfaction(measure: Satisfaction) -> RecordParts:
    """CSAT: marks in the top boxes of the answer's own scale, or of the contract's where it brings none."""
    scale = exp.Coalesce(this=column("scale_max"), expressions=[number(measure.scale_max)])
    return RecordParts(
        source="surveys",
        key=column("survey_key"),
        at=column("answered_at"),
        numerator=one_if(column("score") > scale - number(measure.top_boxes)),
        denominator=number(1),
        where=is_known(column("score")),
    )


def net_promoter(_measure: NetPromoter) -> RecordParts:
    """NPS: +1 for a promoter (9–10), −1 for a detractor (0–6), over all answers."""
    mark = (
        exp.case()
        .when(column("score") >= _PROMOTER_FROM, number(1))
        .when(column("score") <= _DETRACTOR_TO, number(-1))
        .else_(number(0))
    )
    return RecordParts(
        source="surveys",
        key=column("survey_key"),
        at=column("answered_at"),
        numerator=mark,
        denominator=number(1),
        where=is_known(column("score")),
    )


def custom_ratio(measure: CustomRatio, scope: Scope) -> RecordParts:
    """Two conditions counted, or two columns added up; a null in a sum leaves its row out."""
    if measure.sum is not None:
        return _ratio_of_sums(measure, measure.sum, scope)
    kinds = column_kinds(scope.contract, measure.of)
    good = qualified(contract_condition(str(measure.good), kinds))
    counted = None if measure.total is None else qualified(contract_condition(measure.total, kinds))
    return RecordParts(
        source=measure.of,
        key=key_of(measure.of),
        at=instant_of(measure.of),
        numerator=one_if(good if counted is None else both(counted.copy(), good)),
        denominator=number(1),
        where=counted,
    )


def _ratio_of_sums(measure: CustomRatio, summed: str, scope: Scope) -> RecordParts:
    scale = scale_of(scope, measure)
    over = number(1) if measure.per is None else column(measure.per)
    return RecordParts(
        source=measure.of,
        key=key_of(measure.of),
        at=instant_of(measure.of),
        numerator=_scaled(column(summed), scale),
        denominator=_scaled(over, scale),
        sample=number(1),
        where=where_all(is_known(column(summed)), None if measure.per is None else is_known(column(measure.per))),
    )


DECIMAL_SCALE = 10_000
"""Decimal columns have four places (DECIMAL(18,4)); sums of them are kept as integers by this factor."""


def scale_of(scope: Scope, measure: CustomRatio) -> int:
    """The factor that makes both sums integers: decimal columns have four places."""
    kinds = {item.name: item.kind for item in TABLES[measure.of].columns}
    extra = scope.contract.facts.columns.get(measure.of, {})
    names = [name for name in (measure.sum, measure.per) if name is not None]
    return DECIMAL_SCALE if any(kinds.get(name, extra.get(name)) == "decimal" for name in names) else 1


def _scaled(tree: exp.Expr, scale: int) -> exp.Expr:
    return tree if scale == 1 else exp.cast(tree * number(scale), "BIGINT")
