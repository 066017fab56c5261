"""The desk's records in a store, and the contract that settles them: what `remit settle --store` is timed on.

The records are those of `benchmarks.records`, with text keys as sources give them. They are written by the store's own
writer, a month at a time, and skip landing: loading is timed elsewhere.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.compiled import contract_terms
from benchmarks.desk import month_starts_at, year_ends_at, year_starts_at
from benchmarks.records import cases_sql, events_sql
from remit.engines.duckdb_engine import connect
from remit.store import Act, Entry, Manifest, Place
from remit.store import manifest as manifests
from remit.store.layout import LOAD, SOURCE_AT, columns_of
from remit.store.switching import TableChange, committed, switch, table_in
from remit.store.tables import StoredFile
from remit.store.writing import Writer

LOADED_AT = year_ends_at() + 40 * 86_400
CASES = ("case_key", "opened_at", "resolved_at", "priority", "site")
EVENTS = ("case_key", "at", "sequence", "status_from", "status", "site")
CONTACTS = ("interaction_key", "queued_at", "answered_at", "site")


@dataclass(frozen=True, slots=True)
class StoredRecords:
    """A store of so many cases, their changes and as many contacts, and the contract file that settles them."""

    contract: Path
    store: Path
    case_count: int
    event_count: int


def make_store(folder: Path, *, case_count: int, memory_mb: int = 4_096) -> StoredRecords:
    """A store with a year of cases, 3.2 changes a case, and a contact for each case."""
    folder.mkdir(parents=True)
    contract, store = folder / "contract.yaml", folder / "store"
    contract.write_text(json.dumps(_terms(), indent=2))
    place = Place(str(store))
    manifests.create(place)
    with connect(temp_folder=folder / "spilled", memory_limit_mb=memory_mb, keeps_order=False) as connection:
        writer = Writer(connection, "BENCH", "L1", LOADED_AT)
        written = {
            name: [file for query in queries for file in writer.write(table_in(place, name).place, query)]
            for name, queries in (
                ("cases", _by_month(case_count, "cases")),
                ("case_events", _by_month(case_count, "case_events")),
                ("interactions", _by_month(case_count, "interactions")),
            )
        }
    switch(place, lambda manifest: _loaded(manifest, written))
    events = sum(file.rows for file in written["case_events"])
    return StoredRecords(contract, store, case_count, events)


def _terms() -> dict[str, Any]:
    """The desk's contract with a level of contacts beside its two of cases."""
    terms = contract_terms()
    measure = {"is": "service_factor", "of": "interactions", "variant": 2, "answer_within": "20 seconds"}
    answered = {"name": "ANSWERED", "measure": measure, "expected": "80%"}
    return {**terms, "service_levels": {**terms["service_levels"], "ANSWERED": answered}}


def _loaded(manifest: Manifest, written: dict[str, list[StoredFile]]) -> Entry:
    changes = [TableChange(name, columns_of(name, {}), files, []) for name, files in written.items()]
    act = Act("L1", "benchmarks", LOADED_AT)
    filled = {"cases": CASES, "case_events": EVENTS, "interactions": CONTACTS}
    return Entry(
        version=manifest.head + 1,
        at=act.at,
        id=act.id,
        deed="load",
        by=act.by,
        engagement="BENCH",
        tables=committed(manifest, changes),
        columns={name: tuple(sorted(columns)) for name, columns in filled.items()},
    )


def _by_month(case_count: int, table: str) -> Iterator[str]:
    """A query for the records of each month's cases; a case's changes may lie in the month after."""
    year = year_ends_at() - year_starts_at()
    edges = [-(-(month_starts_at(month) - year_starts_at()) * case_count // year) for month in range(13)]
    for first, last in pairwise(edges):
        cases = cases_sql(case_count, first=first, last=last)
        key = "'INC' || lpad(CAST(case_key AS VARCHAR), 10, '0')"
        if table == "cases":
            yield _stored("cases", f"SELECT * REPLACE ({key} AS case_key) FROM ({cases})", CASES, "opened_at")
        elif table == "case_events":
            rows = f"SELECT * REPLACE ({key} AS case_key), step AS sequence FROM ({events_sql(f'({cases})')})"
            yield _stored("case_events", rows, EVENTS, "at")
        else:
            rows = (
                f"SELECT 'CALL' || lpad(CAST(case_key AS VARCHAR), 10, '0') AS interaction_key, site, "
                f"opened_at - 900 AS queued_at, opened_at - 900 + case_key % 90 AS answered_at FROM ({cases})"
            )
            yield _stored("interactions", rows, CONTACTS, "queued_at")


def _stored(table: str, rows: str, filled: tuple[str, ...], at: str) -> str:
    """Rows with every column of a stored table, in order of time, and the month each belongs to."""
    given = {SOURCE_AT: str(LOADED_AT), LOAD: "'L1'", "_copy": "CAST(1 AS BIGINT)"}
    columns = ", ".join(
        f'"{name}"' if name in filled else f'{given.get(name, f"CAST(NULL AS {kind.sql_type})")} AS "{name}"'
        for name, kind in columns_of(table, {}).items()
    )
    month = f"strftime(make_timestamp(\"{at}\" * 1000000), '%Y-%m')"
    return f'SELECT {columns}, {month} AS month FROM ({rows}) ORDER BY "{at}"'
