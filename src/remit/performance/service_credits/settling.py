"""Settling: consecutive periods folded into a statement for each, every one knowing the periods before it."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from remit.performance.service_credits.caps import cut_to_caps
from remit.performance.service_credits.earnbacks import earned_back
from remit.performance.service_credits.histories import (
    CreditedAmount,
    MeasuredPeriod,
    Month,
    SettledPeriod,
    level_months,
)
from remit.performance.service_credits.models import found_by, left_from_before
from remit.performance.service_credits.pricing import Priced, keep_one_credit, priced, written
from remit.performance.service_credits.rights import termination_rights
from remit.performance.service_credits.statements import CreditLine, CreditStatement, LineKind
from remit.terms.credit_terms import ChargeBasis, CreditTerms
from remit.terms.periods import Period, month_of


def settle(
    terms_by_period: Mapping[Period, CreditTerms | None],
    history: Sequence[MeasuredPeriod],
    *,
    currency: str,
    term_starts_on: date | None = None,
    term_ends_on: date | None = None,
) -> tuple[CreditStatement, ...]:
    """A statement for each settlement period of `history`, which starts with the first one and has no gaps.

    All periods are settled in order because the terms look back: consecutive failures, so many in six months,
    averages with the month before, earn-backs, yearly caps. Each period is settled by the terms in force in it.
    A period in which a level was not measured is neither a failure nor a success: it gives no credit, and it does
    not break a run of failures or of good months and does not count in it; in "3 of 6 months" it takes one of the
    six places. `term_starts_on` begins the contract years (the first period's start without it); the last of them ends
    with the term, before `term_ends_on`, where that is given. The lines of each statement add up to its credit. Raises
    ValueError where a period does not begin where the one before it ends: a gap would be taken for months running.
    """
    if not history:
        return ()
    for before, after in itertools.pairwise(one.period for one in history):
        if before.end_on != after.start_on:
            raise ValueError(
                f"{before.label} is followed by {after.label}; settlement periods have no gap between them"
            )
    starts_on = term_starts_on or history[0].period.start_on
    statements: list[CreditStatement] = []
    settled: list[SettledPeriod] = []
    for measured in history:
        terms = terms_by_period.get(measured.period)
        if terms is None:
            statements.append(_without_terms(measured, currency))
            levels = level_months(measured.attainments)
            settled.append(SettledPeriod(measured, None, levels, {}, ()))
            continue
        month = Month(measured, terms, level_months(measured.attainments), tuple(settled), starts_on, term_ends_on)
        statement, now = _settle_month(month, currency)
        statements.append(statement)
        settled.append(now)
    return tuple(statements)


def _without_terms(measured: MeasuredPeriod, currency: str) -> CreditStatement:
    charges = measured.charges
    return CreditStatement(
        currency=currency,
        charges=charges.base,
        at_risk=None,
        lines=(),
        credit=Decimal(0),
        applies_to=measured.period.label,
        notes=("no credit terms are in force",),
        invoice=charges.invoice,
        has_terms=False,
    )


def _settle_month(month: Month, currency: str) -> tuple[CreditStatement, SettledPeriod]:
    terms = month.terms
    outcomes = [(scheme, found_by(scheme, month)) for scheme in terms.schemes]
    schemes_before, outcomes_before = left_from_before(month)
    found = [*outcomes_before, *(outcome for _, outcome in outcomes)]
    lines = priced([draft for outcome in found for draft in outcome.drafts], terms.rounding)
    for incident in terms.same_incident:
        keep_one_credit(lines, incident)
    gross = sum(line.steps for line in lines if line.draft.kind is LineKind.CREDIT)
    schemes = {scheme.key: scheme for scheme in (*schemes_before, *terms.schemes)}
    capped_by, cap_notes = cut_to_caps(month, list(schemes.values()), lines)
    failed = {(scheme.key, name): has for scheme, outcome in outcomes for name, has in outcome.failed.items()}
    credit_lines = tuple(line.line(terms.rounding, clause=terms.clause) for line in lines)
    now = SettledPeriod(month.measured, terms, month.levels, failed, _amounts(lines, credit_lines))
    credit_lines += _earned_back(month, now)
    statement = CreditStatement(
        currency=currency,
        charges=month.charges(None, ChargeBasis.BASE),
        at_risk=None if terms.at_risk is None else terms.rounding.apply(month.charges(None, ChargeBasis.AT_RISK)),
        lines=credit_lines,
        credit=terms.rounding.apply(sum((line.amount for line in credit_lines), Decimal(0))),
        gross=written(gross, terms.rounding),
        capped_by="; ".join(capped_by) or None,
        termination_rights=termination_rights(terms, (*month.past, now)),
        applies_to=_invoice_label(month),
        notes=(*_unmeasured(month), *(note for outcome in found for note in outcome.notes), *cap_notes),
        invoice=month.measured.charges.invoice,
    )
    return statement, now


def _amounts(lines: Sequence[Priced], written_lines: Sequence[CreditLine]) -> tuple[CreditedAmount, ...]:
    pairs = zip(lines, written_lines, strict=True)
    return tuple(CreditedAmount(one.draft.scheme, line.service_level, line.kind, line.amount) for one, line in pairs)


def _earned_back(month: Month, now: SettledPeriod) -> tuple[CreditLine, ...]:
    if month.terms.earnback is None:
        return ()
    year = month.contract_year
    in_year = [one for one in month.past if month.year_of(one.measured.period).start_on == year.start_on]
    return tuple(earned_back(month.terms, month.terms.earnback, [*in_year, now], year=year))


def _unmeasured(month: Month) -> list[str]:
    names = [name for name in month.terms.levels() if name in month.levels and not month.levels[name].is_measured]
    return [f"{name} was not measured in {month.label}: no credit, and no effect on failures running" for name in names]


def _invoice_label(month: Month) -> str:
    period = month.measured.period
    if month.terms.applies_to == "this invoice":
        return period.label
    return month_of(period.end_on).label if period == month_of(period.start_on) else f"from {period.end_on}"
