"""Explaining: one number of a statement opened down to its definition, its query and its records."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from remit.engines.measuring import records_of
from remit.ingest.contract_files import ContractVersions
from remit.performance.explanations import AppliedExclusion, Explanation, MeasuredRecord
from remit.performance.measures.definitions import definition_of
from remit.performance.measures.queries import MeasureQuery
from remit.performance.service_levels import Attainment
from remit.runs.evidence import Evidence
from remit.runs.judging import JudgedMonth, Piece, Walk, judge_months, walk_of
from remit.runs.measured import missing_tables, query_for
from remit.terms.contracts import Contract
from remit.terms.periods import Period

_FAULTS = {
    "no calendar": "the record's column names no calendar of its clock",
    "no target": "the record's column names no target",
    "stops before it starts": "its clock stops before it starts",
}


class NotExplainable(Exception):
    """The level is not judged in the period; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """Days of a window under one version of the terms, and the query of their records; None where a table is missing.

    `judged` says whether a record by itself meets or misses, as shares do.
    """

    days: Period
    contract: Contract
    judged: bool
    query: MeasureQuery | None

    @property
    def whole(self) -> int | None:
        """A denominator that belongs to the days and not to records; it stands as a row of its own."""
        denominators = None if self.query is None else self.query.denominators
        return None if denominators is None else denominators[0]

    @property
    def whole_name(self) -> str:
        """What that row is called."""
        return f"the window {self.days.label}"


@dataclass(frozen=True, slots=True)
class Opening:
    """A window's number opened, its records not read yet.

    `added` are contacts that an agreed relief counts as answered in time beside the records: a row of their own.
    """

    attainment: Attainment
    name: str
    clause: str | None
    definition: str
    sql: str
    parts: tuple[Part, ...]
    added: int = 0

    @property
    def added_name(self) -> str:
        """What the row of contacts that an agreed relief adds is called."""
        return relief_name(self.attainment.window)

    def exclusions(self, counts: Mapping[str, int]) -> tuple[AppliedExclusion, ...]:
        """What took records out, by how many each did."""
        by_id = {exclusion.id: exclusion for part in self.parts for exclusion in part.contract.exclusions}
        found = []
        for name, count in sorted(counts.items()):
            exclusion = by_id.get(name)
            reason, clause = (_FAULTS[name], None) if exclusion is None else (exclusion.reason, exclusion.clause)
            found.append(AppliedExclusion(name, reason, clause, count))
        return tuple(found)

    def check_sums(self, numerator: int, denominator: int) -> None:
        """The list and the statement come from one tree; should they ever differ, nothing may be printed."""
        ratio = self.attainment.ratio
        if (numerator + self.added, denominator) != (ratio.numerator, ratio.denominator):
            raise AssertionError(
                f"{self.attainment.service_level}: the records add up to {numerator + self.added}/{denominator}, "
                f"the statement says {ratio.numerator}/{ratio.denominator}"
            )


def relief_name(window: Period) -> str:
    """What the row of contacts that an agreed relief adds to a window is called."""
    return f"agreed relief of {window.label}"


def explain(
    versions: ContractVersions, evidence: Evidence, level_id: str, period: Period, *, as_of: int | None = None
) -> tuple[Explanation, ...]:
    """The explanation of a level for each of its windows that ends in a period, with every record.

    Raises NotExplainable where the level has no window or no facts there.
    """
    return tuple(_explain(one, evidence) for one in openings(versions, evidence, level_id, period, as_of=as_of))


def openings(
    versions: ContractVersions, evidence: Evidence, level_id: str, period: Period, *, as_of: int | None = None
) -> tuple[Opening, ...]:
    """A level's windows that end in a period, opened: for whoever lists millions of records in the engine itself.

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
    return tuple(_opened(walk, month, attainment) for attainment in found)


def _opened(walk: Walk, month: JudgedMonth, attainment: Attainment) -> Opening:
    level_id = attainment.service_level
    asked = [_part(piece, level_id, walk) for piece in month.pieces[level_id, attainment.window]]
    level = month.contract.service_levels[level_id]
    relief = month.relieved.get((level_id, attainment.window))
    return Opening(
        attainment=attainment,
        name=level.name,
        clause=level.clause,
        definition=definition_of(month.contract, level_id),
        sql="\n\n".join(dict.fromkeys(sql for sql, _ in asked)),
        parts=tuple(part for _, part in asked),
        added=0 if relief is None else relief.contacts,
    )


def _part(piece: Piece, level_id: str, walk: Walk) -> tuple[str, Part]:
    """The query of one piece, as text and to be asked."""
    judged = piece.contract.service_levels[level_id].measure.is_share
    missing = missing_tables(piece.contract, level_id, walk.evidence)
    if missing:
        told = f"-- not measured: the facts have no table {' and no table '.join(missing)}"
        return told, Part(piece.days, piece.contract, judged, None)
    query = query_for(piece.contract, level_id, piece.days, walk.evidence, as_of=walk.as_of)
    return walk.evidence.engine.as_sql(query.totals(), pretty=True), Part(piece.days, piece.contract, judged, query)


def _explain(opening: Opening, evidence: Evidence) -> Explanation:
    records = [record for part in opening.parts for record in _listed(part, evidence)]
    opening.check_sums(sum(one.numerator for one in records), sum(one.denominator for one in records))
    if opening.added:
        records.append(MeasuredRecord(opening.added_name, None, opening.added, 0, None, None, None))
    counts = Counter(record.excluded_by for record in records if record.excluded_by is not None)
    return Explanation(
        attainment=opening.attainment,
        name=opening.name,
        clause=opening.clause,
        definition=opening.definition,
        sql=opening.sql,
        exclusions=opening.exclusions(counts),
        records=tuple(records),
    )


def _listed(part: Part, evidence: Evidence) -> list[MeasuredRecord]:
    """The records of one part; a denominator that belongs to the window stands as a row of its own."""
    if part.query is None:
        return []
    records = list(records_of(evidence.engine.listing(part.query, 0), judged=part.judged))
    if part.whole is not None and any(record.excluded_by is None for record in records):
        records.append(MeasuredRecord(part.whole_name, None, 0, part.whole, None, None, None))
    return records
