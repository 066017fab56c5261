"""Savings against the business case: its work counted, the months' money taken, each month beside its plan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from remit.finance.benefits import ActualMonth, BenefitMonth, benefits_in
from remit.ingest.business_cases import KINDS, ApprovedCase, Costs
from remit.ingest.contract_files import ContractVersions
from remit.performance.linting.column_rules import unknown_columns, unknown_tables, unreadable_conditions
from remit.runs.accruing import MonthCharged, months_charged
from remit.runs.charging import volumes_in
from remit.runs.evidence import Evidence
from remit.runs.judging import Progress, Request
from remit.terms.contracts import Contract
from remit.terms.periods import Period
from remit.terms.price_changes import PriceMissing
from remit.terms.problems import Problem, ProblemsFound
from remit.terms.rate_cards import ChargeLine


@dataclass(frozen=True, slots=True)
class Benefits:
    """The months of a case that are over, and a sentence for each month that can't be told or is not planned."""

    months: tuple[BenefitMonth, ...]
    notes: tuple[str, ...]


def benefits_of(
    approved: ApprovedCase,
    costs: Costs,
    versions: ContractVersions,
    evidence: Evidence,
    request: Request,
    *,
    progress: Progress | None = None,
) -> Benefits:
    """The realised savings of the months asked for, against the case.

    A month whose retained cost or transition nobody gave has no savings: it is told, and never counted as 0. Raises
    ProblemsFound where the case is of another contract, or its work can't be counted.
    """
    refuse_mismatch(approved, versions)
    found, notes = [], []
    charged = months_charged(versions, evidence, request, progress=progress)
    for month in charged:
        told = _told(approved, costs, versions, evidence, month)
        if isinstance(told, str):
            notes.append(told)
        else:
            found.append(told)
    return Benefits(tuple(found), (*notes, *_not_over(approved, charged, request)))


def _not_over(approved: ApprovedCase, charged: Sequence[MonthCharged], request: Request) -> Iterator[str]:
    over = {month.period for month in charged}
    still = [period.label for period in approved.case.periods if request.includes(period) and period not in over]
    if still:
        yield f"not over yet, or without facts: {', '.join(still)}"


def _told(
    approved: ApprovedCase, costs: Costs, versions: ContractVersions, evidence: Evidence, month: MonthCharged
) -> BenefitMonth | str:
    period, case = month.period, approved.case
    plan = case.month(period)
    if plan is None:
        return f"{period.label}: the case plans nothing for it"
    missing = [kind for kind in KINDS if (period.start_on, kind) not in costs]
    if missing:
        return f"{period.label}: no {' and no '.join(missing)} cost is given; write 0 where there was none"
    contract = versions.terms_for(period)
    _refuse_currencies(approved, month)
    retained, transition = (costs[period.start_on, kind] for kind in KINDS)
    volumes = _volumes(approved, contract, month.days, evidence)
    index = _index(approved, contract, period)
    actual = ActualMonth(period, volumes, month.charges, month.ours.adjusted, retained, transition, index)
    return benefits_in(case, plan, actual)


def refuse_mismatch(approved: ApprovedCase, versions: ContractVersions) -> None:
    """Raise ProblemsFound where a case can't be held against a contract, with every reason and its place."""
    case, contract = approved.case, versions.latest
    problems = []
    if case.business_case.contract != contract.id:
        what = f"the case is of {case.business_case.contract!r}, and the contract given is {contract.id!r}"
        problems.append(approved.problem("business_case", "contract", what=what, hint="give the contract of the case"))
    if case.currency != contract.currency:
        what = f"the case is in {case.currency}, and the contract in {contract.currency}"
        problems.append(approved.problem("currency", what=what, hint="approve the case in the contract's currency"))
    if case.indexation is not None and case.indexation.index not in contract.indexes:
        what = f"the contract has no index {case.indexation.index!r}"
        hint = f"it has {', '.join(contract.indexes) or 'none'}"
        problems.append(approved.problem("indexation", "index", what=what, hint=hint))
    known = {line.id for terms in (versions.signed, versions.latest) for line in terms.charges}
    for line_id in case.charges:
        if line_id not in known:
            what, hint = "is no line of the contract's rate card", f"it has {', '.join(sorted(known))}"
            problems.append(approved.problem("charges", line_id, what=what, hint=hint))
    if problems:
        raise ProblemsFound(problems)


def _refuse_currencies(approved: ApprovedCase, month: MonthCharged) -> None:
    """A rate in one currency can't be held against a rate in another."""
    case, problems = approved.case, []
    for charge in month.charges.lines:
        planned = case.charges.get(charge.id)
        now, was = charge.line.currency or case.currency, planned and (planned.currency or case.currency)
        if was is not None and was != now:
            what = f"is planned in {was}, and charged in {now} in {month.period.label}"
            problems.append(approved.problem("charges", charge.id, what=what, hint=f"plan it in {now}"))
    if problems:
        raise ProblemsFound(problems)


def _volumes(approved: ApprovedCase, contract: Contract, days: Period, evidence: Evidence) -> dict[str, Fraction]:
    """The delivered units of each kind of work, counted as a rate card's units are."""
    work = approved.case.baseline
    lines = tuple(ChargeLine(id=kind, volume=one.volume, rate=one.unit_cost) for kind, one in work.items())
    counting = contract.model_copy(update={"charges": lines})
    _refuse_uncountable(approved, counting)
    try:
        counts = volumes_in(approved.document.name, counting, days, evidence)
    except ProblemsFound as found:
        told = [replace(one, path=one.path.replace("charges", "baseline", 1)) for one in found.problems]
        raise ProblemsFound(told) from None
    return {kind: Fraction(counts[kind]) / one.volume.unit for kind, one in work.items()}


def _refuse_uncountable(approved: ApprovedCase, counting: Contract) -> None:
    """What a linter would say of these volumes, were they a rate card's, at their places in the case."""
    kinds = list(approved.case.baseline)
    problems: list[Problem] = []
    for rule in (unknown_tables, unreadable_conditions, unknown_columns):
        for finding in rule(counting):
            if finding.path[0] == "charges":
                steps = ("baseline", kinds[int(finding.path[1])], *finding.path[2:])
                problems.append(approved.problem(*steps, what=finding.what, hint=finding.hint))
    if problems:
        raise ProblemsFound(problems)


def _index(approved: ApprovedCase, contract: Contract, period: Period) -> Fraction:
    terms = approved.case.indexation
    if terms is None:
        return Fraction(1)
    try:
        return terms.factor(contract.indexes[terms.index], period.start_on)
    except PriceMissing as missing:
        what = f"{period.label}: {missing}"
        raise ProblemsFound(
            [approved.problem("indexation", what=what, hint="write its value in the contract")]
        ) from None
