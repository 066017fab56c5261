"""A contract and facts as a person writes them, opened for a run: text tables become files, read as any export is."""

import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from remit.engines.duckdb_engine import connect
from remit.ingest.contract_files import ContractVersions, read_versions
from remit.ingest.fact_files import open_facts
from remit.performance.explanations import Explanation
from remit.performance.settlements import Settlement
from remit.runs import Evidence, evidence_of
from remit.terms.periods import Period, month_of

HEAD = """
remit: 1
contract: {id: C-1, client: Northwind, provider: Acme BPO}
term: {from: 2026-01-01, to: 2026-12-31}
time_zone: UTC
currency: EUR
"""
"""The parties and the term of most tests; a test writes its service levels below."""


def write_contract(folder: Path, text: str, *, amendments: Mapping[str, str] | None = None) -> Path:
    """A contract file in a folder, with amendments by file name beside it."""
    path = folder / "contract.yaml"
    path.write_text(text)
    for name, words in (amendments or {}).items():
        (folder / "amendments").mkdir(exist_ok=True)
        (folder / "amendments" / f"{name}.yaml").write_text(textwrap.dedent(words))
    return path


def write_facts(folder: Path, **tables: str) -> Path:
    """A folder of facts: each table as CSV from a text table with a header line and `|` between columns.

    Instants are local times of UTC; an empty cell is nothing.
    """
    facts = folder / "facts"
    facts.mkdir(exist_ok=True)
    sources = []
    for name, text in tables.items():
        (facts / f"{name}.csv").write_text(as_csv(text))
        sources.append(f"  - {{table: {name}, files: {name}.csv}}")
    (facts / "mapping.yaml").write_text("\n".join(["remit_mapping: 1", "time_zone: UTC", "sources:", *sources, ""]))
    return facts


def as_csv(text: str) -> str:
    """A text table as CSV."""
    lines = [line for line in textwrap.dedent(text).splitlines() if line.strip()]
    return "".join(",".join(cell.strip() for cell in line.split("|")) + "\n" for line in lines)


@contextmanager
def opened(
    folder: Path, contract: str, *, amendments: Mapping[str, str] | None = None, threads: int = 1, **tables: str
) -> Iterator[tuple[ContractVersions, Evidence]]:
    """The contract and the facts of a test, ready for a run."""
    versions = read_versions(write_contract(folder, contract, amendments=amendments))
    connection = connect(threads=threads)
    try:
        yield versions, evidence_of(open_facts(write_facts(folder, **tables), connection=connection))
    finally:
        connection.close()


def month(label: str) -> Period:
    """The calendar month written 2026-03."""
    return month_of(date.fromisoformat(f"{label}-01"))


def told(settlements: tuple[Settlement, ...], level_id: str) -> list[str]:
    """Each window of a level on a line: `2026-01 2/3 below_expected`, with its note, if any, after a colon."""
    return [
        f"{one.window.label} {one.ratio.numerator}/{one.ratio.denominator} {one.standing}"
        + (f": {one.note}" if one.note else "")
        for settlement in settlements
        for one in settlement.attainments
        if one.service_level == level_id
    ]


def keys_of(explanation: Explanation) -> list[str]:
    """The keys of an explanation's records, in its order."""
    return [record.key for record in explanation.records]
