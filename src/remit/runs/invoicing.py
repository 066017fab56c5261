"""Invoicing: the pro-forma of a month, from its delivered units and the credits that come off it."""

from collections.abc import Sequence

from remit.finance.pro_forma import ProForma, pro_forma
from remit.ingest.contract_files import ContractVersions
from remit.performance.settlements import Settlement
from remit.runs.charging import charges_in, days_in_term
from remit.runs.evidence import Evidence
from remit.runs.judging import Progress, Request, Walk, walk_of
from remit.runs.settling import settle_contract
from remit.terms.periods import Period, add_months, month_of
from remit.terms.problems import Problem, ProblemsFound


def invoice_month(
    versions: ContractVersions,
    evidence: Evidence,
    period: Period,
    *,
    as_of: int | None = None,
    progress: Progress | None = None,
) -> ProForma:
    """The pro-forma invoice of a month by the terms in force in it, net of the credits and bonuses it bears.

    The month before is settled too, since its credits may come off this invoice. Raises ProblemsFound where the month
    is not in the term, the facts do not reach it, or something delivered has no price.
    """
    _walk(versions, evidence, period, as_of)
    before = month_of(add_months(period.start_on, -1))
    request = Request(first=max(before, _first_month(versions)), last=period, as_of=as_of)
    settlements = settle_contract(versions, evidence, request, progress=progress)
    return invoice_settled_month(versions, evidence, period, settlements, as_of=as_of)


def invoice_settled_month(
    versions: ContractVersions,
    evidence: Evidence,
    period: Period,
    settlements: Sequence[Settlement],
    *,
    as_of: int | None = None,
) -> ProForma:
    """The same where the month and the one before it are settled already: their credits are taken as they stand."""
    walk = _walk(versions, evidence, period, as_of)
    contract = versions.terms_for(period)
    statements = [(one.period.label, one.statement) for one in settlements]
    return pro_forma(contract, days_in_term(contract, period), charges_in(walk, contract, period), statements)


def _walk(versions: ContractVersions, evidence: Evidence, period: Period, as_of: int | None) -> Walk:
    term = versions.latest.term_period
    if not period.overlaps(term):
        what = f"{period.label} lies outside the term, {term.start_on} to {term.last_on}"
        raise ProblemsFound([Problem(versions.files[0], 0, "term", what, "ask for a month of the term")])
    walk = walk_of(versions, evidence, as_of)
    if walk is None or walk.local_day(walk.as_of) < period.start_on:
        what = f"the facts do not reach {period.label}: nothing delivered in it is known"
        raise ProblemsFound([Problem(versions.files[0], 0, "", what, "bring the month's facts")])
    return walk


def _first_month(versions: ContractVersions) -> Period:
    return month_of(versions.signed.term.first_on)
