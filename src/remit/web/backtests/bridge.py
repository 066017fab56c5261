"""Terms tested through `runs.backtesting`: the page's numbers are those of `remit backtest`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from remit import __version__
from remit.ingest.contract_files import ContractVersions
from remit.performance.backtests import Season
from remit.reports.backtests import TermsOnTrial, TrialReport, backtest_as_csv, backtest_as_json
from remit.reports.backtests.page import backtest_as_html, differences_on_page, tested_on_page
from remit.runs.backtesting import DEFAULT_YEARS, Trial, backtest
from remit.terms.problems import ProblemsFound
from remit.web.exclusions.bridge.evidence import Agreed
from remit.web.performance.bridge.measuring import Tell, evidence_of_version, newest_version

__all__ = ["DEFAULT_YEARS", "FORMS", "Asked", "Found", "Named", "newest_version", "tested"]

FORMS = {"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8", "json": "application/json"}
"""The forms a back-test can be had in, with their media types."""


@dataclass(frozen=True, slots=True)
class Named:
    """A version's terms under the name a reader knows it by."""

    name: str
    terms: ContractVersions


@dataclass(frozen=True, slots=True)
class Found:
    """What a test found; or the problems that were in the way."""

    shown: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    expected: tuple[str, ...] = ()
    currency: str = ""
    facts_sha256: str = ""
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a test is done, and on which facts."""

    contract: str
    store_version: int
    years: int
    seed: int
    season: str
    varies: bool
    waivers: Sequence[Agreed] = ()


def tested(drafts: Sequence[Named], asked: Asked, *, tell: Tell) -> Found:
    """One set of terms tested, or two on the same months and the same drawn years."""
    trial = Trial(years=asked.years, seed=asked.seed, season=Season(asked.season), varies=asked.varies)
    try:
        with evidence_of_version(asked.contract, asked.store_version, waivers=asked.waivers) as (evidence, _stored):
            on_trial = tuple(
                TermsOnTrial(one.name, one.terms.sha256, backtest(one.terms, evidence, trial, progress=tell))
                for one in drafts
            )
            report = TrialReport(on_trial, evidence.sha256, __version__)
    except ProblemsFound as found:
        return Found(problems=[str(problem) for problem in found.problems])
    return Found(
        shown=_shown(report),
        documents={
            "html": backtest_as_html(report),
            "csv": backtest_as_csv(report),
            "json": backtest_as_json(report),
        },
        expected=tuple(one.money(one.test.outlook.expected) for one in on_trial),
        currency=on_trial[0].test.contract.currency,
        facts_sha256=report.facts_sha256,
    )


def _shown(report: TrialReport) -> dict[str, Any]:
    return {
        "tests": [tested_on_page(one, index) for index, one in enumerate(report.terms)],
        "differences": differences_on_page(report),
        "names": [one.name for one in report.terms],
    }
