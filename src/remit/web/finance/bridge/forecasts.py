"""A run's year foreseen: the page's figures are those of `remit accruals`."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from remit.finance.accruals import accrued
from remit.reports.accruals import AccrualReport, accruals_as_json
from remit.reports.figures import amount_text
from remit.runs.accruing import Foreseeing, outlook_of
from remit.terms.problems import ProblemsFound
from remit.web.performance.bridge.measuring import evidence_of_run
from remit.web.performance.bridge.terms import terms_of_sha256
from remit.web.performance.models import Run
from remit.web.shared.bridge import in_locale

Tell = Callable[[str, int, int], None]


def foresee(run: Run, *, method: str, year: str, tell: Tell) -> dict[str, Any] | str:
    """What every month of a run was worth and what its year will come to, as JSON; or why there is none."""
    terms = terms_of_sha256(run.engagement, run.contract_sha256)
    if terms is None:
        return "the run's contract is gone"
    how = Foreseeing(
        method="seasonal" if method == "seasonal" else "average", year="contract" if year == "contract" else "calendar"
    )
    try:
        with evidence_of_run(run) as (evidence, _):
            found = outlook_of(terms, evidence, how, progress=tell)
    except ProblemsFound as problems:
        return "; ".join(str(one) for one in problems.problems)
    if found is None:
        return "no month of the term is over yet"
    told: dict[str, Any] = json.loads(
        accruals_as_json(AccrualReport(found.currency, accrued(found.delivered, ()), found.forecast))
    )
    return told


@dataclass(frozen=True, slots=True)
class ForecastShown:
    """A year in words: months that are over, by whether they were billed, and months to come with their range."""

    year: str
    currency: str
    looked_back_on: str
    billed: str
    accrued: str
    delivered: str
    to_come: str
    total: str
    low: str
    high: str
    months: Sequence[tuple[str, ...]]


def forecast_shown(told: Mapping[str, Any], billed: Iterable[date]) -> ForecastShown:
    """A kept forecast for its page; `billed` are the months an invoice was received for."""
    year, currency = told["forecast"], told["currency"]

    def amount(value: Decimal) -> str:
        return in_locale(amount_text(value, currency))

    delivered, total = Decimal(year["delivered"]), Decimal(year["total"])
    received = _received(told, {f"{day:%Y-%m}" for day in billed})
    back = year["looked_back_on"]
    return ForecastShown(
        year=year["year"],
        currency=currency,
        looked_back_on=back[0] if len(back) == 1 else f"{back[0]} – {back[-1]}",
        billed=amount(received),
        accrued=amount(delivered - received),
        delivered=amount(delivered),
        to_come=amount(total - delivered),
        total=amount(total),
        low=amount(Decimal(year["low"])),
        high=amount(Decimal(year["high"])),
        months=[
            (one["month"], *(amount(Decimal(one[name])) for name in ("amount", "low", "high")))
            for one in year["months"]
        ],
    )


def _received(told: Mapping[str, Any], billed: Collection[str]) -> Decimal:
    """What the months of the year with an invoice came to by the contract."""
    year = told["forecast"]
    inside = [one for one in told["accruals"] if year["from"][:7] <= one["month"] <= year["to"][:7]]
    return sum((Decimal(one["amount"]) for one in inside if one["month"] in billed), Decimal(0))
