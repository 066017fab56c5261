"""What the contract says about leaving records out: which levels, by which clauses."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from remit.ingest.contract_files import ContractVersions
from remit.reports.statements import LevelWords
from remit.runs.chosen import Choice, columns_to_choose_by, condition_fault
from remit.runs.waived import waiver_clauses, why_not_waivable
from remit.runs.wording import statement_context
from remit.terms.periods import Period, add_months
from remit.web.contracts.bridge import agreed_terms, readable_terms, terms_of_sha256

__all__ = [
    "Choice",
    "Clause",
    "ContractVersions",
    "agreed_terms",
    "choice_of",
    "clauses_of",
    "columns_of",
    "condition_fault",
    "instant_in",
    "kept_choice",
    "level_words",
    "levels_with_clauses",
    "month_period",
    "readable_terms",
    "terms_of_sha256",
    "why_not_waivable",
    "zone_of",
]


@dataclass(frozen=True, slots=True)
class Clause:
    """An exclusion of the contract by which records can be waived."""

    id: str
    reason: str
    clause: str

    @property
    def text(self) -> str:
        """As a list of clauses shows it."""
        place = f" ({self.clause})" if self.clause else ""
        return f"{self.id}: {self.reason}{place}"


def month_period(month_on: date) -> Period:
    """The calendar month that begins on a day."""
    return Period(month_on, add_months(month_on, 1))


def clauses_of(terms: ContractVersions, level: str, month_on: date) -> tuple[Clause, ...]:
    """The clauses by which records of a level can be left out of a month."""
    found = waiver_clauses(terms.terms_for(month_period(month_on)), level)
    return tuple(Clause(one.id, one.reason, one.clause or "") for one in found)


def levels_with_clauses(terms: ContractVersions) -> Mapping[str, tuple[Clause, ...]]:
    """The levels of the latest terms whose records can be waived, with the clauses for each."""
    contract = terms.latest
    return {
        level: tuple(Clause(one.id, one.reason, one.clause or "") for one in waiver_clauses(contract, level))
        for level in contract.service_levels
        if not why_not_waivable(contract, level)
    }


def level_words(terms: ContractVersions) -> Mapping[str, LevelWords]:
    """What the contract calls its levels."""
    return statement_context(terms).service_levels


def columns_of(terms: ContractVersions) -> Mapping[str, tuple[str, ...]]:
    """The columns a filter may name, by level."""
    contract = terms.latest
    return {level: tuple(sorted(columns_to_choose_by(contract, level))) for level in levels_with_clauses(terms)}


def zone_of(terms: ContractVersions) -> ZoneInfo:
    """The zone of the contract's days."""
    return terms.latest.zone


def instant_in(local: datetime, zone: ZoneInfo) -> int:
    """The UTC second of a local time without a zone; where it comes twice, the first."""
    return int(local.replace(tzinfo=zone).timestamp())


def kept_choice(choice: Choice) -> dict[str, Any]:
    """A choice as a record keeps it."""
    return {**asdict(choice), "keys": list(choice.keys)}


def choice_of(kept: Mapping[str, Any]) -> Choice:
    """A kept choice."""
    return Choice(**{**kept, "keys": tuple(kept["keys"])})
