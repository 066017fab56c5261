"""Waivers both sides agreed on beside the facts, added to those that the facts bring."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, replace

import pyarrow as pa

from remit.ingest.contract_files import ContractVersions
from remit.ingest.waiver_files import Waiver
from remit.performance.facts import TABLES
from remit.performance.measures.waiving import waiver_clauses, why_not_waivable
from remit.runs.evidence import Evidence
from remit.terms.problems import Problem, ProblemsFound

_TABLE = "waivers"

__all__ = [
    "Waiver",
    "check_waivers",
    "rows_beside",
    "waiver_clauses",
    "waivers_sha256",
    "why_not_waivable",
    "with_waivers",
]


def waivers_sha256(waivers: Iterable[Waiver]) -> str:
    """The digest of a list of waivers, whatever its order; empty for an empty list, as where there is none."""
    rows = sorted([list(astuple(one)) for one in waivers], key=lambda row: (row[2], row[1], row[0]))
    if not rows:
        return ""
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def with_waivers(evidence: Evidence, waivers: Sequence[Waiver]) -> Evidence:
    """The facts with agreed waivers beside those they bring; with none they are the same facts.

    The rows go into the engine's own session: the evidence given is spent, and whoever wants a figure with and without
    them opens the facts twice.
    """
    if not waivers:
        return evidence
    return replace(rows_beside(evidence, _TABLE, _arrow_of(waivers)), waivers_sha256=waivers_sha256(waivers))


def rows_beside(evidence: Evidence, table: str, rows: pa.Table) -> Evidence:
    """The facts with more rows of a table than they bring, in the engine's own session."""
    evidence.engine.add_rows(table, rows, is_there=table in evidence.columns)
    brought = frozenset(rows.column_names)
    return replace(
        evidence,
        columns={**evidence.columns, table: evidence.columns.get(table, frozenset()) | brought},
        filled={**evidence.filled, table: evidence.filled.get(table, frozenset()) | brought},
        spans={pair: span for pair, span in evidence.spans.items() if pair[0] != table},
    )


def _arrow_of(waivers: Sequence[Waiver]) -> pa.Table:
    names = [column.name for column in TABLES[_TABLE].columns if column.name in Waiver.__slots__]
    columns = {name: [getattr(one, name) for one in waivers] for name in names}
    # What nobody wrote is nothing, as in a file of facts: an empty reason waives no record.
    kinds = {name: pa.int64() if name == "approved_at" else pa.string() for name in names}
    return pa.table(
        {name: pa.array([None if value == "" else value for value in columns[name]], kinds[name]) for name in names}
    )


def check_waivers(versions: ContractVersions, waivers: Iterable[Waiver], place: str) -> None:
    """Raises ProblemsFound for waivers that no version of the contract lets count: they would change nothing."""
    problems = []
    for level_id in dict.fromkeys(one.service_level for one in waivers):
        found = [why_not_waivable(version.contract, level_id) for version in versions.versions]
        if all(found):
            hint = "see the service levels and exclusions of the contract"
            problems.append(Problem(place, 0, "service_level", found[-1], hint))
    if problems:
        raise ProblemsFound(problems)
