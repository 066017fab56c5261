"""What differs between two versions of a store: an engagement's records, by table, with the columns that changed."""
# ruff: noqa: S608 (every name and text is quoted by remit.store.quoting)

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from remit.performance.facts import TABLES
from remit.store.damage import check_presence
from remit.store.layout import LOAD, OWN, columns_of, key_of, record_key
from remit.store.loads import held_files
from remit.store.manifest import Manifest
from remit.store.merging import same_key
from remit.store.quoting import name_sql, text_sql
from remit.store.reading import rows_sql
from remit.store.switching import table_in


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One record of a table that is not what it was: new, gone, or changed in some columns, by a load."""

    table: str
    record: str
    change: str
    columns: tuple[str, ...]
    load: str


def changed_records(
    manifest: Manifest, engagement: str, connection: duckdb.DuckDBPyConnection, *, before: int, after: int
) -> Iterator[RecordChange]:
    """Every record of an engagement that differs between two versions, by table and key.

    Only files that one version has and the other has not are read: what both name is the same. `load` is the one that
    brought the record as it is after, or, where it is gone, had brought it.
    """
    for name in TABLES:
        first = {file.path: file for file in held_files(manifest, name, engagement, version=before)}
        last = {file.path: file for file in held_files(manifest, name, engagement, version=after)}
        only_first = [file for path, file in first.items() if path not in last]
        only_last = [file for path, file in last.items() if path not in first]
        if not only_first and not only_last:
            continue
        place = table_in(manifest.place, name).place
        check_presence(place, name, [*only_first, *only_last])
        columns = columns_of(name, manifest.extra_columns(engagement, name))
        sides = [rows_sql(connection, place, files, columns) for files in (only_first, only_last)]
        facts = [column for column in columns if column not in OWN]
        yield from _compared(connection, name, sides, facts)


def _compared(
    connection: duckdb.DuckDBPyConnection, name: str, sides: list[str], facts: list[str]
) -> Iterator[RecordChange]:
    differs = ", ".join(
        f"CASE WHEN a.{name_sql(column)} IS DISTINCT FROM b.{name_sql(column)} THEN {text_sql(column)} END"
        for column in facts
    )
    key = key_of(TABLES[name])
    told = " || ', ' || ".join(
        f"coalesce(CAST(coalesce(b.{name_sql(column)}, a.{name_sql(column)}) AS VARCHAR), 'none')" for column in key
    )
    found = connection.execute(
        f"SELECT {told} AS record, a.{LOAD} AS load_before, b.{LOAD} AS load_after, "
        f"list_filter([{differs}], lambda one: one IS NOT NULL) AS differing "
        f"FROM ({sides[0]}) AS a FULL JOIN ({sides[1]}) AS b ON {same_key('a', 'b', record_key(name))} "
        f"WHERE a.{LOAD} IS NULL OR b.{LOAD} IS NULL OR len(differing) > 0 ORDER BY record"
    ).fetchall()
    for record, load_before, load_after, differing in found:
        change = "new" if load_before is None else "gone" if load_after is None else "changed"
        yield RecordChange(
            name, record, change, tuple(differing) if change == "changed" else (), load_after or load_before
        )
