"""Instants that later loads changed: what a record was first said to be, and what it is said to be since."""
# ruff: noqa: S608 (every name and text is quoted by remit.store.quoting)

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import duckdb

from remit.performance.facts import TABLES
from remit.store.damage import check_presence
from remit.store.layout import LOAD, columns_of, key_of, record_key
from remit.store.loads import held_files
from remit.store.manifest import Manifest
from remit.store.merging import same_key
from remit.store.quoting import name_sql, text_sql
from remit.store.reading import rows_sql
from remit.store.switching import table_in
from remit.store.tables import StoredFile

_HISTORY = "case_events"


@dataclass(frozen=True, slots=True)
class MovedInstant:
    """An instant of a record that a load changed from one to another; both in UTC seconds."""

    record: str
    before_at: int
    after_at: int
    load: str


def moved_instants(
    manifest: Manifest,
    engagement: str,
    connection: duckdb.DuckDBPyConnection,
    *,
    table: str,
    column: str,
    version: int,
) -> Iterator[MovedInstant]:
    """Every change of a column of instants from one load of an engagement to the next, up to a version of the store.

    An instant that was empty and is filled later is no change: a case that was open is closed. Only files that one
    version has and the other has not are read. Versions that a vacuum took are passed over.
    """
    loads = [one.version for one in manifest.entries[:version] if one.deed == "load" and one.engagement == engagement]
    kept = [one for one in loads if one not in manifest.gone]
    key = record_key(table)
    columns = columns_of(table, {})
    name, told = name_sql(column), f"CAST(b.{name_sql(key_of(TABLES[table])[0])} AS VARCHAR)"
    for before, after in pairwise(kept):
        sides = _differing(manifest, engagement, table, before, after)
        if not all(sides):
            continue
        place = table_in(manifest.place, table).place
        check_presence(place, table, [file for files in sides for file in files])
        first, last = (rows_sql(connection, place, files, columns) for files in sides)
        found = connection.execute(
            f"SELECT {told} AS record, a.{name}, b.{name}, b.{LOAD} FROM ({first}) AS a JOIN ({last}) AS b "
            f"ON {same_key('a', 'b', key)} WHERE a.{name} <> b.{name} ORDER BY record"
        ).fetchall()
        for record, before_at, after_at, load in found:
            yield MovedInstant(record, before_at, after_at, load)


def _differing(
    manifest: Manifest, engagement: str, table: str, before: int, after: int
) -> tuple[list[StoredFile], list[StoredFile]]:
    """The files of a table that only the one, and only the other, of two versions has."""
    first = {file.path: file for file in held_files(manifest, table, engagement, version=before)}
    last = {file.path: file for file in held_files(manifest, table, engagement, version=after)}
    return (
        [file for path, file in first.items() if path not in last],
        [file for path, file in last.items() if path not in first],
    )


def moved_changes(
    manifest: Manifest,
    engagement: str,
    connection: duckdb.DuckDBPyConnection,
    *,
    statuses: Sequence[str],
    version: int,
) -> Iterator[MovedInstant]:
    """Changes of cases into some statuses that a later load gives another instant.

    In a history the instant is part of what tells one change from another, so that the store holds both. They are the
    same change where the source gave both the same number within the case, `sequence`; without one nothing is told.
    """
    files = held_files(manifest, _HISTORY, engagement, version=version)
    loads = {one.id: one.version for one in manifest.entries[:version] if one.deed == "load"}
    if not files:
        return
    place = table_in(manifest.place, _HISTORY).place
    check_presence(place, _HISTORY, files)
    rows = rows_sql(connection, place, files, columns_of(_HISTORY, {}))
    listed = ", ".join(text_sql(one) for one in statuses)
    found = connection.execute(
        f'SELECT case_key, list("at"), list({LOAD}) FROM ({rows}) '
        f"WHERE sequence IS NOT NULL AND status IN ({listed}) "
        f'GROUP BY case_key, sequence, event, status HAVING count(DISTINCT "at") > 1 AND count(DISTINCT {LOAD}) > 1 '
        "ORDER BY case_key"
    ).fetchall()
    for key, instants, brought_by in found:
        told = sorted((loads.get(load, 0), at, load) for at, load in zip(instants, brought_by, strict=True))
        for (_, before_at, _), (_, after_at, load) in pairwise(told):
            if before_at != after_at:
                yield MovedInstant(key, before_at, after_at, load)
