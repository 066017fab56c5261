"""What both sides agreed on beside the facts: waivers of records and relief of levels, as one list with one hash."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, replace

import pyarrow as pa
from sqlglot import exp

from remit.ingest.contract_files import ContractVersions
from remit.performance.facts import TABLES, Kind
from remit.performance.measures.expressions import both, column, is_known
from remit.performance.relief import AgreedRelief, why_not_relievable
from remit.runs.evidence import Evidence
from remit.runs.waived import Waiver, rows_beside, waivers_sha256, with_waivers
from remit.terms.problems import Problem, ProblemsFound

__all__ = ["Agreed", "AgreedRelief", "agreed_sha256", "check_reliefs", "reliefs_in", "with_agreed"]

Agreed = Waiver | AgreedRelief
_TABLE = "reliefs"


def agreed_sha256(agreed: Iterable[Agreed]) -> str:
    """The digest of all that was agreed, whatever its order; without relief it is that of the waivers alone."""
    given = list(agreed)
    waivers = waivers_sha256(one for one in given if isinstance(one, Waiver))
    reliefs = sorted([list(astuple(one)) for one in given if isinstance(one, AgreedRelief)], key=lambda row: row[:4])
    if not reliefs:
        return waivers
    told = {"waivers": waivers, "reliefs": reliefs}
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def with_agreed(evidence: Evidence, agreed: Sequence[Agreed]) -> Evidence:
    """The facts with what was agreed beside them; with nothing they are the same facts.

    The rows go into the engine's own session, as those of `with_waivers` do.
    """
    reliefs = [one for one in agreed if isinstance(one, AgreedRelief)]
    found = with_waivers(evidence, [one for one in agreed if isinstance(one, Waiver)])
    if not reliefs:
        return found
    return replace(rows_beside(found, _TABLE, _arrow_of(reliefs)), waivers_sha256=agreed_sha256(agreed))


def _arrow_of(reliefs: Sequence[AgreedRelief]) -> pa.Table:
    declared = TABLES[_TABLE].by_name
    schema = pa.schema(
        [(name, pa.string() if declared[name].kind is Kind.TEXT else pa.int64()) for name in AgreedRelief.__slots__]
    )
    # What nobody wrote is nothing, as in a file of facts: an empty reason relieves nothing.
    rows = [{name: None if value == "" else value for name, value in asdict(one).items()} for one in reliefs]
    return pa.Table.from_pylist(rows, schema)


def reliefs_in(evidence: Evidence) -> Mapping[tuple[str, str], AgreedRelief]:
    """The approved relief of each level and month, with its reason; of several for one month the last agreed one."""
    brought = evidence.filled.get(_TABLE, frozenset())
    if not {"approved_by", "reason"} <= brought:
        return {}
    known = both(is_known(column("approved_by")), is_known(column("reason")))
    shown = [column(name) if name in brought else exp.null() for name in AgreedRelief.__slots__]
    rows = evidence.engine.rows(exp.select(*shown).from_(exp.to_table(_TABLE).as_("r")).where(known))
    found = sorted((_relief(*row) for row in rows), key=lambda one: (one.approved_at or 0, one.relief_key))
    return {(one.service_level, one.month): one for one in found}


def _relief(*row: object) -> AgreedRelief:
    told = dict(zip(AgreedRelief.__slots__, row, strict=True))
    contacts, at = told["contacts"], told["approved_at"]
    return AgreedRelief(
        relief_key=str(told["relief_key"]),
        service_level=str(told["service_level"]),
        month=str(told["month"]),
        relief=str(told["relief"]),
        contacts=contacts if isinstance(contacts, int) else None,
        approved_by=str(told["approved_by"]),
        approved_at=at if isinstance(at, int) else None,
        reason=str(told["reason"]),
        clause_cited=str(told["clause_cited"] or ""),
    )


def check_reliefs(versions: ContractVersions, reliefs: Iterable[AgreedRelief], place: str) -> None:
    """Raises ProblemsFound for relief that no version of the contract gives: it would change nothing."""
    problems = []
    for level_id, kind in dict.fromkeys((one.service_level, one.relief) for one in reliefs):
        found = [why_not_relievable(version.contract, level_id, kind) for version in versions.versions]
        if all(found):
            hint = "see the contract's `forecast:`"
            problems.append(Problem(place, 0, "service_level", found[-1], hint))
    if problems:
        raise ProblemsFound(problems)
