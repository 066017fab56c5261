"""Settling: months measured and judged, then the charges, the credits and the scorecards that follow."""

from collections.abc import Sequence

from remit import __version__
from remit.finance.charges import charges_of, volume_lines
from remit.ingest.contract_files import ContractVersions
from remit.performance.scorecards import Scorecard, compose, ranked
from remit.performance.service_credits import MeasuredPeriod, PeriodCharges, settle
from remit.performance.service_levels import Attainment
from remit.performance.settlements import Provenance, Settlement
from remit.runs.evidence import Evidence
from remit.runs.judging import EVERYTHING, JudgedMonth, Progress, Request, Walk, judge_months
from remit.runs.measured import charged_volumes
from remit.terms.service_levels import ScorecardTerms


def settle_contract(
    versions: ContractVersions,
    evidence: Evidence,
    request: Request = EVERYTHING,
    *,
    progress: Progress | None = None,
) -> tuple[Settlement, ...]:
    """The settlements of the months asked for, in order.

    Months are judged and settled from the first one that has facts, whatever is asked for: repeated failures,
    earn-backs and yearly caps look back. Without facts there is nothing to settle, and the result is empty.
    """
    as_of = request.as_of if request.as_of is not None else evidence.last_at
    if as_of is None:
        return ()
    walk = Walk(versions, evidence, as_of)
    judged = judge_months(walk, walk.months(request), dimensions=request.dimensions, progress=progress)
    statements = settle(
        {month.period: month.contract.credits for month in judged},
        [MeasuredPeriod(month.period, tuple(month.attainments), _charges(walk, month)) for month in judged],
        currency=versions.signed.currency,
        term_starts_on=versions.signed.term.first_on,
    )
    scorecards = _scorecards(walk, judged)
    provenance = _provenance(walk)
    return tuple(
        Settlement(month.period, tuple(month.attainments), tuple(month.breakdown), statement, provenance, cards)
        for month, statement, cards in zip(judged, statements, scorecards, strict=True)
        if request.includes(month.period)
    )


def _charges(walk: Walk, month: JudgedMonth) -> PeriodCharges:
    lines = month.contract.charges
    volumes = charged_volumes(month.contract, volume_lines(lines, month.period), month.period, walk.evidence)
    return charges_of(month.period, lines, volumes).for_credits()


def _scorecards(walk: Walk, judged: Sequence[JudgedMonth]) -> list[tuple[Scorecard, ...]]:
    """Each month's scorecards: one for the whole, or one for each value of the column the contract compares by."""
    terms = walk.versions.latest.scorecard
    if terms is None:
        return [() for _ in judged]
    if terms.by is None:
        return [(_whole(terms, month),) for month in judged]
    months = [month.period for month in judged]
    return [
        _compared(terms, month)
        for month in judge_months(walk, months, dimensions=(terms.by,), levels=tuple(terms.weights))
    ]


def _whole(terms: ScorecardTerms, month: JudgedMonth) -> Scorecard:
    found = {one.service_level: one for one in month.attainments}
    return compose(terms, found, period=month.period)


def _compared(terms: ScorecardTerms, month: JudgedMonth) -> tuple[Scorecard, ...]:
    subjects: dict[str, dict[str, Attainment]] = {}
    for one in month.breakdown:
        ((_, subject),) = one.dimensions
        subjects.setdefault(subject, {})[one.service_level] = one
    return ranked([compose(terms, found, period=month.period, subject=name) for name, found in subjects.items()])


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
    )
