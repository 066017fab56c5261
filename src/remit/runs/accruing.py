"""Accruing: the delivered months of a contract with their counts and money, for accruals, a forecast and savings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from remit.finance.accruals import DeliveredMonth, Method, YearForecast, forecast
from remit.finance.charges import Charges
from remit.finance.pricing import Count
from remit.finance.pro_forma import ProForma, pro_forma
from remit.ingest.contract_files import ContractVersions
from remit.runs.charging import days_in_term, priced, volumes_in
from remit.runs.evidence import Evidence
from remit.runs.judging import Progress, Request, walk_of
from remit.runs.settling import settle_contract
from remit.terms.periods import Period, contract_year_of

YearKind = Literal["calendar", "contract"]


@dataclass(frozen=True, slots=True)
class MonthCharged:
    """A month that is over: its days in the term, its raw counts, its charges, and its pro-forma net of credits."""

    period: Period
    days: Period
    counts: Mapping[str, Count]
    charges: Charges
    ours: ProForma


def delivered_months(
    versions: ContractVersions, evidence: Evidence, *, as_of: int | None = None, progress: Progress | None = None
) -> tuple[DeliveredMonth, ...]:
    """Every month that is over, in order: its raw counts, its charges, and the credits and bonuses it bears."""
    found = months_charged(versions, evidence, Request(as_of=as_of), progress=progress)
    return tuple(DeliveredMonth(one.period, one.counts, one.ours.charged, one.ours.adjusted, one.days) for one in found)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The delivered months, and what the year of the last of them will come to."""

    currency: str
    delivered: tuple[DeliveredMonth, ...]
    forecast: YearForecast


@dataclass(frozen=True, slots=True)
class Foreseeing:
    """How a year is foreseen: which method, how many last months it looks back on, and whose year it is."""

    method: Method = "average"
    back: int = 6
    year: YearKind = "calendar"


def outlook_of(
    versions: ContractVersions,
    evidence: Evidence,
    how: Foreseeing,
    *,
    as_of: int | None = None,
    progress: Progress | None = None,
) -> Outlook | None:
    """What was delivered, and the year of the last delivered month foreseen; None where no month is over yet."""
    months = delivered_months(versions, evidence, as_of=as_of, progress=progress)
    if not months:
        return None
    last = months[-1].period
    terms = versions.terms_for(last)
    starts_on = versions.signed.term.first_on
    whole = contract_year_of(last.last_on, term_starts_on=starts_on) if how.year == "contract" else _year_of(last)
    return Outlook(terms.currency, months, forecast(terms, months, whole, method=how.method, back=how.back))


def _year_of(month: Period) -> Period:
    first = month.start_on.replace(month=1, day=1)
    return Period(first, first.replace(year=first.year + 1))


def months_charged(
    versions: ContractVersions, evidence: Evidence, request: Request, *, progress: Progress | None = None
) -> tuple[MonthCharged, ...]:
    """The months asked for that are over, in order; those before them are settled too, since their credits may bear."""
    if walk_of(versions, evidence, request.as_of) is None:
        return ()
    before = Request(last=request.last, as_of=request.as_of)
    settlements = settle_contract(versions, evidence, before, progress=progress)
    statements = tuple((one.period.label, one.statement) for one in settlements)
    found = []
    for one in settlements:
        if not request.includes(one.period) or any(note.startswith("provisional") for note in one.statement.notes):
            continue
        contract = versions.terms_for(one.period)
        days = days_in_term(contract, one.period)
        counts = volumes_in(versions.files[0], contract, days, evidence)
        charges = priced(versions.files[0], contract, days, counts)
        found.append(MonthCharged(one.period, days, counts, charges, pro_forma(contract, days, charges, statements)))
    return tuple(found)
