"""The agreed contract settled on a version of the store through `runs.settling`: the page's number is this number."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from remit import __version__
from remit.ingest.contract_files import ContractVersions
from remit.performance.facts import DIMENSIONS
from remit.performance.service_levels import Attainment
from remit.performance.settlements import Settlement
from remit.reports.statements import StatementContext
from remit.runs import Evidence, Request, settle_contract
from remit.runs.wording import statement_context
from remit.store import Snapshot
from remit.terms.periods import Period
from remit.terms.problems import ProblemsFound
from remit.web.exclusions.bridge.agreed import agreed_list
from remit.web.exclusions.bridge.evidence import Agreed, evidence_of_version, newest_version
from remit.web.performance.bridge.problems import kept
from remit.web.performance.models import Run

__all__ = [
    "REMIT_VERSION",
    "Measured",
    "declared_dimension",
    "evidence_of_run",
    "evidence_of_version",
    "measure",
    "months_label",
    "newest_version",
]

REMIT_VERSION = __version__
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run found: the settled months with the words of the contract; or the problems that were in the way.

    `dimensions` are the columns levels can be split by; `split` has the levels split by the one asked for.
    """

    settlements: tuple[Settlement, ...] = ()
    words: StatementContext | None = None
    dimensions: tuple[str, ...] = ()
    split: tuple[tuple[Period, tuple[Attainment, ...]], ...] = ()
    problems: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def evidence_of_run(run: Run) -> Iterator[tuple[Evidence, Snapshot]]:
    """What a run was measured on: its version of the facts, with the exclusions agreed on then."""
    waivers = agreed_list(run.engagement, run.waivers_sha256)
    with evidence_of_version(run.engagement.contract_id, run.store_version, waivers=waivers) as found:
        yield found


def measure(
    versions: ContractVersions,
    contract: str,
    version: int,
    *,
    split_by: str = "",
    waivers: Sequence[Agreed] = (),
    tell: Tell,
) -> Measured:
    """Every month of a contract settled, as `remit settle` settles it; its levels split by a column where one is named.

    Agreed exclusions leave their records out. A column the facts do not fill splits nothing.
    """
    try:
        with evidence_of_version(contract, version, waivers=waivers) as (evidence, stored):
            columns = _dimensions(versions, stored, evidence)
            by = (split_by,) if split_by in columns else ()
            found = settle_contract(versions, evidence, Request(dimensions=by), progress=tell)
    except ProblemsFound as problems:
        return Measured(problems=kept(problems.problems))
    whole = tuple(replace(one, breakdown=()) for one in found)
    split = tuple((one.period, one.breakdown) for one in found) if by else ()
    return Measured(whole, statement_context(versions), columns, split)


def declared_dimension(versions: ContractVersions) -> str:
    """The column a contract names first for splitting its levels; `site` where it names none."""
    return next(iter(versions.latest.facts.dimensions), "site")


def _dimensions(versions: ContractVersions, stored: Snapshot, evidence: Evidence) -> tuple[str, ...]:
    """The columns levels can be split by: the contract's own first, then ours, then what the mapping added."""
    declared = [name for version in versions.versions for name in version.contract.facts.dimensions]
    extra = {name for columns in stored.extra.values() for name in columns}
    filled = {name for columns in evidence.filled.values() for name in columns}
    known = [name for name in (*declared, *DIMENSIONS) if name in DIMENSIONS or name in extra]
    return tuple(dict.fromkeys(name for name in (*known, *sorted(extra)) if name in filled))


def months_label(settlements: Sequence[Settlement]) -> str:
    """The months settled, as a sentence has them."""
    if not settlements:
        return "no month"
    first, last = settlements[0].period.label, settlements[-1].period.label
    return first if first == last else f"{first} to {last}"
