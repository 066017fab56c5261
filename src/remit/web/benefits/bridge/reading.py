"""Business cases and lists of own costs as somebody sends them, with every fault at once."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from remit.ingest.business_cases import KINDS, business_case_in, costs_in
from remit.ingest.contract_files import ContractVersions
from remit.reports.quoting import inert
from remit.runs.benefits import refuse_mismatch

__all__ = ["KINDS", "CaseRead", "Entry", "costs_as_csv", "read_case", "read_costs"]


@dataclass(frozen=True, slots=True)
class CaseRead:
    """What the records keep of a case beside its file."""

    case: str
    contract: str
    title: str
    currency: str
    sha256: str
    approved_on: date
    approved_by: list[str]
    months: list[str]


def read_case(name: str, content: bytes, terms: ContractVersions | None) -> CaseRead:
    """A frozen case that can be held against the contract, where there is one.

    Raises ProblemsFound with every fault and its line.
    """
    approved = business_case_in(content, name=name)
    if terms is not None:
        refuse_mismatch(approved, terms)
    case = approved.case
    return CaseRead(
        case.business_case.id,
        case.business_case.contract,
        case.business_case.title,
        case.currency,
        approved.sha256,
        case.approval.on,
        list(case.approval.by),
        [f"{period.start_on:%Y-%m-%d}" for period in case.periods],
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """What was spent in a month on one kind; `source` tells where it was read."""

    month_on: date
    kind: str
    amount: Decimal
    source: str = ""


def read_costs(name: str, content: bytes) -> list[Entry]:
    """A list of own costs, in order. Raises ProblemsFound with every fault and its line."""
    costs = costs_in(content, name=name)
    return [Entry(month_on, kind, costs[month_on, kind]) for month_on, kind in sorted(costs)]


def costs_as_csv(entries: Iterable[Entry]) -> str:
    """Own costs as the file that `remit benefits` reads."""
    told = io.StringIO()
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(["month", "kind", "amount", "evidence"])
    for one in entries:
        writer.writerow([f"{one.month_on:%Y-%m}", one.kind, f"{one.amount:f}", inert(one.source)])
    return told.getvalue()
