"""What the contract says about relief: which levels its forecast terms excuse, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from remit.ingest.contract_files import ContractVersions
from remit.performance.relief import why_not_relievable
from remit.reports.figures import value_text
from remit.runs.wording import statement_context
from remit.terms.forecasting import ForecastTerms
from remit.terms.measure_terms import Unit
from remit.terms.periods import Period, add_months
from remit.web.contracts.bridge import agreed_terms, readable_terms, terms_of_sha256
from remit.web.shared.bridge import in_locale

__all__ = [
    "Band",
    "ContractVersions",
    "agreed_terms",
    "band_of",
    "excused_levels",
    "month_period",
    "readable_terms",
    "terms_of_sha256",
    "why_none",
]


@dataclass(frozen=True, slots=True)
class Band:
    """The forecast's band in words: how far, which side, by which stretch, and how much of a month must lie outside."""

    share: str
    by: str
    is_above_only: bool
    at_least: str
    is_whole_month: bool
    clause: str


def month_period(month_on: date) -> Period:
    """The calendar month that begins on a day."""
    return Period(month_on, add_months(month_on, 1))


def excused_levels(terms: ContractVersions) -> Mapping[str, str]:
    """The levels that any version's forecast terms excuse, with their names."""
    names = {level: words.name for level, words in statement_context(terms).service_levels.items()}
    found = [one.contract.forecast for one in terms.versions]
    listed = dict.fromkeys(level for forecast in found if forecast is not None for level in forecast.excuses)
    return {level: names.get(level, level) for level in listed}


def why_none(terms: ContractVersions, level: str, month_on: date) -> str:
    """Why a level's month can't be relieved by the contract, in a sentence; empty where it may be."""
    month = month_period(month_on)
    if not month.overlaps(terms.latest.term_period):
        return f"{month.label} lies outside the contract's term"
    contract = terms.terms_for(month)
    kind = "" if contract.forecast is None else contract.forecast.relief
    return why_not_relievable(contract, level, kind)


def band_of(terms: ContractVersions, month_on: date) -> Band | None:
    """The band in force in a month."""
    forecast = terms.terms_for(month_period(month_on)).forecast
    return None if forecast is None else _band(forecast)


def _band(forecast: ForecastTerms) -> Band:
    return Band(
        share=in_locale(value_text(forecast.band, Unit.SHARE)),
        by=forecast.by,
        is_above_only=forecast.counts == "above",
        at_least="" if forecast.at_least is None else in_locale(value_text(forecast.at_least, Unit.SHARE)),
        is_whole_month=forecast.relief == "whole_month",
        clause=forecast.clause or "",
    )
