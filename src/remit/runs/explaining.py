"""Explaining: one number of a statement opened down to its definition, its query and its records."""

from collections import Counter
from collections.abc import Sequence

from remit.engines.measuring import records_of
from remit.ingest.contract_files import ContractVersions
from remit.performance.explanations import AppliedExclusion, Explanation, MeasuredRecord
from remit.performance.measures.definitions import definition_of
from remit.performance.service_levels import Attainment, Ratio
from remit.runs.evidence import Evidence
from remit.runs.judging import JudgedMonth, Piece, Walk, judge_months, walk_of
from remit.runs.measured import missing_tables, query_for
from remit.terms.periods import Period

_FAULTS = {
    "no calendar": "the record's column names no calendar of its clock",
    "no target": "the record's column names no target",
    "stops before it starts": "its clock stops before it starts",
}


class NotExplainable(Exception):
    """The level is not judged in the period; the sentence says why."""


def explain(
    versions: ContractVersions, evidence: Evidence, level_id: str, period: Period, *, as_of: int | None = None
) -> tuple[Explanation, ...]:
    """The explanation of a level for each of its windows that ends in a period.

    The months before are judged too where low volume or the ratchet looks back; so the attainment is the statement's.
    Raises NotExplainable where the level has no window or no facts there.
    """
    walk = walk_of(versions, evidence, as_of)
    if walk is None:
        raise NotExplainable("there are no facts, so there is nothing to explain")
    judged = judge_months(walk, walk.months_to_judge(period, level_id), levels=(level_id,))
    month = next((one for one in judged if one.period == period), None)
    if month is None:
        raise NotExplainable(f"{period.label} has no facts, or lies outside the contract's term")
    found = [attainment for attainment in month.attainments if attainment.service_level == level_id]
    if not found:
        raise NotExplainable(f"{level_id} has no window that ends in {period.label}")
    return tuple(_explain(walk, month, attainment) for attainment in found)


def _explain(walk: Walk, month: JudgedMonth, attainment: Attainment) -> Explanation:
    level_id = attainment.service_level
    records: list[MeasuredRecord] = []
    statements: list[str] = []
    pieces = month.pieces[level_id, attainment.window]
    for piece in pieces:
        sql, listed = _listed(piece, level_id, walk)
        records += listed
        if sql not in statements:
            statements.append(sql)
    _check_sums(attainment, records)
    level = month.contract.service_levels[level_id]
    return Explanation(
        attainment=attainment,
        name=level.name,
        clause=level.clause,
        definition=definition_of(month.contract, level_id),
        sql="\n\n".join(statements),
        exclusions=_applied(pieces, records),
        records=tuple(records),
    )


def _listed(piece: Piece, level_id: str, walk: Walk) -> tuple[str, list[MeasuredRecord]]:
    """The query of one piece and its records; a denominator that belongs to the window stands as a row of its own."""
    missing = missing_tables(piece.contract, level_id, walk.evidence)
    if missing:
        return f"-- not measured: the facts have no table {' and no table '.join(missing)}", []
    query = query_for(piece.contract, level_id, piece.days, walk.evidence, as_of=walk.as_of)
    judged = piece.contract.service_levels[level_id].measure.is_share
    records = list(records_of(walk.evidence.engine.listing(query, 0), judged=judged))
    if query.denominators is not None and any(record.excluded_by is None for record in records):
        whole = query.denominators[0]
        records.append(MeasuredRecord(f"the window {piece.days.label}", None, 0, whole, None, None, None))
    return walk.evidence.engine.as_sql(query.totals(), pretty=True), records


def _check_sums(attainment: Attainment, records: Sequence[MeasuredRecord]) -> None:
    """The list and the statement come from one tree; should they ever differ, nothing may be printed."""
    sums = (sum(one.numerator for one in records), sum(one.denominator for one in records))
    ratio: Ratio = attainment.ratio
    if sums != (ratio.numerator, ratio.denominator):
        raise AssertionError(
            f"{attainment.service_level}: the records add up to {sums[0]}/{sums[1]}, "
            f"the statement says {ratio.numerator}/{ratio.denominator}"
        )


def _applied(pieces: Sequence[Piece], records: Sequence[MeasuredRecord]) -> tuple[AppliedExclusion, ...]:
    counts = Counter(record.excluded_by for record in records if record.excluded_by is not None)
    by_id = {exclusion.id: exclusion for piece in pieces for exclusion in piece.contract.exclusions}
    found = []
    for name, count in sorted(counts.items()):
        exclusion = by_id.get(name)
        reason, clause = (_FAULTS[name], None) if exclusion is None else (exclusion.reason, exclusion.clause)
        found.append(AppliedExclusion(name, reason, clause, count))
    return tuple(found)
