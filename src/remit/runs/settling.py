"""Settling: months measured and judged, then the charges, the credits and the scorecards that follow."""

from collections.abc import Sequence
from dataclasses import replace

from remit import __version__
from remit.ingest.contract_files import ContractVersions
from remit.performance.scorecards import Scorecard, compose, ranked
from remit.performance.service_credits import CreditStatement, MeasuredPeriod, settle
from remit.performance.service_levels import Attainment
from remit.performance.settlements import Provenance, Settlement
from remit.runs.charging import charges_in
from remit.runs.evidence import Evidence
from remit.runs.judging import EVERYTHING, JudgedMonth, Progress, Request, Walk, is_unfinished, judge_months, walk_of
from remit.terms.periods import Period
from remit.terms.service_levels import ScorecardTerms


def settle_contract(
    versions: ContractVersions,
    evidence: Evidence,
    request: Request = EVERYTHING,
    *,
    progress: Progress | None = None,
) -> tuple[Settlement, ...]:
    """The settlements of the months asked for, in order.

    Months before those asked for are judged and settled too, as far as the terms look back: repeated failures,
    earn-backs, ratchets and yearly caps do. Without facts there is nothing to settle, and the result is empty. Raises
    ProblemsFound where a charge counts records of a table the facts do not have.
    """
    walk = walk_of(versions, evidence, request.as_of)
    if walk is None:
        return ()
    judged = judge_months(walk, walk.months_to_settle(request), dimensions=request.dimensions, progress=progress)
    statements = statements_of(walk, judged)
    scorecards = _scorecards(walk, judged)
    provenance = _provenance(walk)
    return tuple(
        Settlement(
            month.period,
            tuple(month.attainments),
            tuple(month.breakdown),
            _marked(walk, month, statement),
            provenance,
            cards,
        )
        for month, statement, cards in zip(judged, statements, scorecards, strict=True)
        if request.includes(month.period)
    )


def statements_of(walk: Walk, judged: Sequence[JudgedMonth]) -> tuple[CreditStatement, ...]:
    """The credits of judged months that follow each other without a gap, by the charges of each."""
    return settle(
        {month.period: month.contract.credits for month in judged},
        [
            MeasuredPeriod(
                month.period, tuple(month.attainments), charges_in(walk, month.contract, month.period).for_credits()
            )
            for month in judged
        ],
        currency=walk.versions.signed.currency,
        term_starts_on=walk.versions.signed.term.first_on,
        term_ends_on=walk.versions.latest.term_period.end_on,
    )


def _marked(walk: Walk, month: JudgedMonth, statement: CreditStatement) -> CreditStatement:
    """A month that is not over says so beside its money, which later facts will change."""
    if not any(is_unfinished(one, walk, month) for one in month.attainments):
        return statement
    note = f"provisional: {walk.reached}, and the month is not over; its charges and credits may change"
    return replace(statement, notes=(*statement.notes, note))


def _scorecards(walk: Walk, judged: Sequence[JudgedMonth]) -> list[tuple[Scorecard, ...]]:
    """Each month's scorecards, by the terms in force in it: one for the whole, or one for each value of a column."""
    split = {by: _split_by(walk, judged, by) for by in sorted(_columns_compared(judged))}
    cards: list[tuple[Scorecard, ...]] = []
    for month in judged:
        terms = month.contract.scorecard
        if terms is None:
            cards.append(())
        elif terms.by is None:
            cards.append((compose(terms, _by_level(month.attainments), period=month.period),))
        else:
            cards.append(_compared(terms, split[terms.by][month.period]))
    return cards


def _columns_compared(judged: Sequence[JudgedMonth]) -> set[str]:
    scorecards = [month.contract.scorecard for month in judged]
    return {terms.by for terms in scorecards if terms is not None and terms.by is not None}


def _split_by(walk: Walk, judged: Sequence[JudgedMonth], by: str) -> dict[Period, JudgedMonth]:
    """The months judged again, with the levels scorecards weigh split by a column."""
    levels = {name for month in judged if month.contract.scorecard for name in month.contract.scorecard.weights}
    again = judge_months(walk, [month.period for month in judged], dimensions=(by,), levels=tuple(sorted(levels)))
    return {month.period: month for month in again}


def _compared(terms: ScorecardTerms, month: JudgedMonth) -> tuple[Scorecard, ...]:
    subjects: dict[str, list[Attainment]] = {}
    for one in month.breakdown:
        ((_, subject),) = one.dimensions
        subjects.setdefault(subject, []).append(one)
    return ranked(
        [compose(terms, _by_level(found), period=month.period, subject=name) for name, found in subjects.items()]
    )


def _by_level(attainments: Sequence[Attainment]) -> dict[str, Attainment]:
    """One attainment a level: the windows of a level that has several in the month (weeks) are added up."""
    found: dict[str, Attainment] = {}
    for one in attainments:
        before = found.get(one.service_level)
        ratio = one.ratio if before is None else before.ratio + one.ratio
        found[one.service_level] = one if before is None else replace(one, ratio=ratio, exact=ratio.value)
    return found


def _provenance(walk: Walk) -> Provenance:
    contract = walk.versions.latest
    return Provenance(
        contract=contract.id,
        contract_sha256=walk.versions.sha256,
        client=contract.contract.client,
        provider=contract.contract.provider,
        time_zone=contract.time_zone,
        facts=walk.evidence.counts,
        facts_sha256=walk.evidence.sha256,
        as_of=walk.as_of,
        remit_version=__version__,
        store_version=walk.evidence.store_version,
        waivers_sha256=walk.evidence.waivers_sha256,
    )
