"""Savings worked out from a run's facts, by the very run that `remit benefits` makes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from remit.ingest.business_cases import business_case_in, costs_in
from remit.reports.benefits import BenefitReport, benefits_as_csv, benefits_as_json, benefits_as_workbook
from remit.runs import Request
from remit.runs.benefits import benefits_of
from remit.terms.problems import ProblemsFound
from remit.web.benefits.models import Savings
from remit.web.performance.bridge.measuring import evidence_of_run
from remit.web.performance.bridge.terms import terms_of_sha256

FORMS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
"""The forms savings can be had in, with their media types."""

Tell = Callable[[str, int, int], None]


def as_json(told: dict[str, Any]) -> str:
    """Kept savings as `remit benefits --as json` writes them."""
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


@dataclass(frozen=True, slots=True)
class Worked:
    """Savings as the records keep them; or the problems that were in the way."""

    told: dict[str, Any] = field(default_factory=dict)
    table: str = ""
    workbook: bytes = b""
    problems: list[str] = field(default_factory=list)


def work_out(savings: Savings, *, tell: Tell) -> Worked:
    """The savings of a kept case, on the facts and the contract of its run, with the costs as they stood."""
    terms = terms_of_sha256(savings.run.engagement, savings.run.contract_sha256)
    if terms is None:
        return Worked(problems=["the contract by which the months were measured is gone"])
    kept = savings.case
    try:
        approved = business_case_in(bytes(kept.content), name=kept.file_name)
        costs = costs_in(savings.costs.encode(), name="own-costs.csv")
        with evidence_of_run(savings.run) as (evidence, _):
            found = benefits_of(approved, costs, terms, evidence, Request(), progress=tell)
    except ProblemsFound as found_problems:
        return Worked(problems=[str(one) for one in found_problems.problems])
    report = BenefitReport(approved.case, approved.sha256, found.months, found.notes)
    return Worked(
        told=json.loads(benefits_as_json(report)),
        table=benefits_as_csv(report),
        workbook=benefits_as_workbook(report),
    )
