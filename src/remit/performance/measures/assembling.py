"""From what a measure says of a row to its records query: windows, conditions, exclusions, waivers, alike for all."""

from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures.expressions import (
    both,
    coalesce,
    column,
    is_known,
    number,
    qualified,
    text,
    where_all,
)
from remit.performance.measures.portable import column_kinds, contract_condition
from remit.performance.measures.pruning import within
from remit.performance.measures.queries import (
    WINDOW_SEGMENT,
    MeasureQuery,
    RecordParts,
    Scope,
    clock_join,
    clock_offset,
)
from remit.terms.contracts import Contract
from remit.terms.service_levels import Exclusion


def assemble(
    scope: Scope, parts: RecordParts, *, table: ClockTable, denominators: tuple[int, ...] | None = None
) -> MeasureQuery:
    """The records query of one service level.

    A row outside every window has the window -1; a row an exclusion takes out stays, with the exclusion's id.
    """
    window = parts.window_index if parts.window_index is not None else column("window", "w")
    excluded = parts.excluded_by if parts.is_conditioned else exclusion_of(scope, *parts.excluded)
    shown = [
        parts.key.as_("record_key"),
        window.copy().as_("window_index"),
        (parts.numerator).as_("numerator"),
        (parts.denominator).as_("denominator"),
        (parts.sample if parts.sample is not None else parts.denominator).as_("sample"),
        (parts.seconds if parts.seconds is not None else exp.null()).as_("seconds"),
        (parts.target_seconds if parts.target_seconds is not None else exp.null()).as_("target_seconds"),
        (excluded if excluded is not None else exp.cast(exp.null(), "TEXT")).as_("excluded"),
        *[dimension_value(name).as_(name, quoted=True) for name in scope.dimensions],
    ]
    query = exp.select(*shown).from_(parts.rows, copy=False)
    for join in parts.joins:
        query.join(join, copy=False)
    if parts.at is not None:
        query.join(clock_join(table, "w", parts.at, number(clock_offset(table, WINDOW_SEGMENT))), copy=False)
    waivers = None if parts.is_conditioned else waiver_join(scope, parts.key)
    if waivers is not None:
        query.join(waivers, copy=False)
    own_condition = None if parts.is_conditioned else level_condition(scope)
    span = within(scope, parts.at) if parts.at is not None and isinstance(parts.source, str) else None
    condition = where_all(parts.where, own_condition, span)
    return MeasureQuery(
        service_level=scope.level_id,
        records=query.where(condition, copy=False),
        dimensions=scope.dimensions,
        clock_tables=(table,),
        denominators=denominators,
        may_exclude=excluded is not None,
        lookups=parts.lookups,
    )


def dimension_value(name: str) -> exp.Expr:
    """A dimension's value for print: records without one are a group of their own, never dropped."""
    return coalesce(exp.cast(column(name), "TEXT"), text("(none)"))


def level_condition(scope: Scope) -> exp.Expr | None:
    """The level's own `where`, bound to the records."""
    measure = scope.level.measure
    if measure.where is None:
        return None
    return qualified(contract_condition(measure.where, column_kinds(scope.contract, measure.table)))


def exclusions_of(scope: Scope) -> tuple[Exclusion, ...]:
    """The record exclusions that concern the level, in the contract's order; the first that fits gives the reason."""
    return exclusions_concerning(scope.contract, scope.level_id)


def exclusions_concerning(contract: Contract, level_id: str) -> tuple[Exclusion, ...]:
    """The same of a contract's level; none where it has no such level."""
    level = contract.service_levels.get(level_id)
    return tuple(
        exclusion
        for exclusion in contract.exclusions
        if level is not None
        and (exclusion.waivers or exclusion.of == level.measure.table)
        and (not exclusion.levels or level_id in exclusion.levels)
    )


def exclusion_of(scope: Scope, *faults: tuple[exp.Expr, str], with_waivers: bool = True) -> exp.Expr | None:
    """The id of what takes a record out, or null; None where nothing ever does."""
    branches = list(faults)
    kinds = column_kinds(scope.contract, scope.level.measure.table)
    for exclusion in exclusions_of(scope):
        if exclusion.where is not None:
            branches.append((qualified(contract_condition(exclusion.where, kinds)), exclusion.id))
        elif with_waivers and "waivers" in scope.columns:
            branches.append((is_known(column("record_key", "waiver")), exclusion.id))
    if not branches:
        return None
    tree = exp.case()
    for condition, reason in branches:
        tree = tree.when(condition, text(reason))
    return tree


def waiver_join(scope: Scope, key: exp.Expr) -> exp.Join | None:
    """The join that finds a record's waiver, or None where the level has none.

    Waivers count only where someone approved them and said why; two for one record count once.
    """
    if "waivers" not in scope.columns or not any(exclusion.waivers for exclusion in exclusions_of(scope)):
        return None
    approved = both(
        column("service_level", "v").eq(text(scope.level_id)),
        is_known(column("approved_by", "v")),
        is_known(column("reason", "v")),
    )
    listed = exp.select(column("record_key", "v")).distinct().from_(exp.to_table("waivers").as_("v")).where(approved)
    return exp.Join(this=listed.subquery("waiver"), side="LEFT", on=column("record_key", "waiver").eq(key.copy()))
