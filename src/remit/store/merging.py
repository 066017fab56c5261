"""Merging a load's rows into what a store holds: which records are new, changed, unchanged or older."""
# ruff: noqa: S608 (every name and text is quoted by remit.store.quoting)

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from remit.performance.facts import TABLES, Kind, Table
from remit.store.damage import check_presence
from remit.store.layout import (
    COPY,
    LOAD,
    MONTH,
    OWN,
    SOURCE_AT,
    UPDATED_AT,
    columns_of,
    counts_copies,
    key_of,
    month_sql,
    moves,
    record_key,
)  # fmt: skip
from remit.store.manifest import Counts
from remit.store.places import Place
from remit.store.quoting import name_sql, text_sql
from remit.store.reading import rows_sql
from remit.store.tables import StoredFile
from remit.store.writing import Writer

STAGED, HELD, JUDGED = "store_staged", "store_held", "store_judged"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One table of a load: a relation of its name with fit rows, the columns its source fills, its extra columns.

    `source_at` is the instant its records were true for the source, where they bring no `updated_at` of their own.
    """

    table: str
    filled: frozenset[str]
    extra: Mapping[str, Kind]
    source_at: int
    quarantined: int = 0

    @property
    def columns(self) -> dict[str, Kind]:
        return columns_of(self.table, self.extra)


@dataclass(slots=True)
class Merged:
    """What a merge did to a table: the files it wrote, those they stand in for, the counts, the records affirmed."""

    counts: Counts
    added: list[StoredFile] = field(default_factory=list)
    removed: list[StoredFile] = field(default_factory=list)
    affirmed_sql: str = ""


def stage(connection: duckdb.DuckDBPyConnection, arrival: Arrival, load: str) -> None:
    """The load's rows of a table with who brought them, as of when, and their months, once for all attempts."""
    table = TABLES[arrival.table]
    says = f"coalesce({name_sql(UPDATED_AT)}, {arrival.source_at})"
    source_at = says if arrival.extra.get(UPDATED_AT) is Kind.INSTANT else str(arrival.source_at)
    facts = [name for name in arrival.columns if name not in OWN]
    columns = ", ".join(name_sql(name) for name in facts)
    copy = f", {_copy_sql(table, facts)} AS {COPY}" if counts_copies(table) else ""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {STAGED} AS SELECT {columns}, CAST({source_at} AS BIGINT) AS {SOURCE_AT}, "
        f"{text_sql(load)} AS {LOAD}{copy}, {month_sql(table)} AS {MONTH} FROM {name_sql(arrival.table)}"
    )


def merge(
    arrival: Arrival, place: Place, files: Sequence[StoredFile], columns: Mapping[str, Kind], writer: Writer
) -> Merged:
    """Merge the staged rows of a table into an engagement's files of it.

    A record of a known key replaces the one held where its source instant is not older and it says something else;
    columns that the load's source does not fill stay as they are held. A month in which a record changes is written
    anew; a month that only gains records gets a file more. Everything else is left alone.
    """
    check_presence(place, arrival.table, files)
    connection = writer.connection
    months = _months_concerned(connection, arrival.table, place, files)
    near = [file for file in files if file.month in months]
    if not near:
        added = writer.write(place, _shown(columns, arrival.columns, STAGED)) if _number(connection, STAGED) else []
        return Merged(Counts(new=sum(file.rows for file in added)), added)
    _hold(connection, arrival.table, place, near, columns)
    _judge(connection, arrival, columns)
    return _written(connection, arrival.table, place, near, columns, writer)


def _months_concerned(
    connection: duckdb.DuckDBPyConnection, name: str, place: Place, files: Sequence[StoredFile]
) -> set[str]:
    """The months of the load's records, and those in which the store holds a record of theirs."""
    months = {row[0] for row in connection.execute(f"SELECT DISTINCT {MONTH} FROM {STAGED}").fetchall()}
    table = TABLES[name]
    elsewhere = [file for file in files if file.month not in months]
    if not moves(table) or not elsewhere:
        return months
    kinds = table.by_name
    wanted = {column: kinds[column].kind for column in (*key_of(table), table.time_column)}
    rows = rows_sql(connection, place, elsewhere, wanted)
    held = f"(SELECT *, {month_sql(table)} AS {MONTH} FROM ({rows}))"
    alike = same_key("s", "h", key_of(table))
    found = connection.execute(f"SELECT DISTINCT h.{MONTH} FROM {held} AS h SEMI JOIN {STAGED} AS s ON {alike}")
    return months | {row[0] for row in found.fetchall()}


def same_key(one: str, other: str, key: Sequence[str]) -> str:
    """The condition that two rows are the same record; an empty part of a key is like another empty one."""
    return " AND ".join(f"{one}.{name_sql(name)} IS NOT DISTINCT FROM {other}.{name_sql(name)}" for name in key)


def _copy_sql(table: Table, facts: Sequence[str]) -> str:
    """The number of a row among those of its key, the same in every export that holds the same rows."""
    key = ", ".join(name_sql(column) for column in key_of(table))
    order = ", ".join(name_sql(column) for column in facts)
    return f"row_number() OVER (PARTITION BY {key} ORDER BY {order})"


def _hold(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    place: Place,
    near: Sequence[StoredFile],
    columns: Mapping[str, Kind],
) -> None:
    rows = rows_sql(connection, place, near, columns)
    dated = f"SELECT *, {month_sql(TABLES[name])} AS {MONTH} FROM ({rows})"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {HELD} AS {dated}")


def _judge(connection: duckdb.DuckDBPyConnection, arrival: Arrival, columns: Mapping[str, Kind]) -> None:
    """Each staged record beside the one held of its key: what it is, and what it comes to say."""
    key = record_key(arrival.table)
    filled = {*arrival.filled, *key_of(TABLES[arrival.table])}
    facts = [name for name in columns if name not in OWN]
    said = ", ".join(f"{'s' if name in filled else 'h'}.{name_sql(name)} AS {name_sql(name)}" for name in facts)
    compared = [name for name in facts if name in filled]
    alike = " AND ".join(f"s.{name_sql(name)} IS NOT DISTINCT FROM h.{name_sql(name)}" for name in compared)
    copy = f", s.{COPY}" if COPY in key else ""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {JUDGED} AS SELECT {said}, s.{SOURCE_AT}, s.{LOAD}, s.{MONTH}{copy}, "
        f"h.{LOAD} AS held_load, h.{MONTH} AS held_month, "
        f"CASE WHEN h.{LOAD} IS NULL THEN 'new' WHEN {alike} THEN 'unchanged' "
        f"WHEN h.{SOURCE_AT} > s.{SOURCE_AT} THEN 'older' ELSE 'changed' END AS verdict "
        f"FROM {STAGED} AS s LEFT JOIN {HELD} AS h ON {same_key('s', 'h', key)}"
    )


def _written(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    place: Place,
    near: Sequence[StoredFile],
    columns: Mapping[str, Kind],
    writer: Writer,
) -> Merged:
    found = dict(connection.execute(f"SELECT verdict, count(*) FROM {JUDGED} GROUP BY verdict").fetchall())
    merged = Merged(Counts(**{verdict: int(count) for verdict, count in found.items()}))
    shown = _columns_sql([*columns, MONTH])
    told = f"SELECT {shown} FROM {JUDGED} WHERE verdict IN ('new', 'changed')"
    if merged.counts.changed:
        changed = f"SELECT DISTINCT held_month FROM {JUDGED} WHERE verdict = 'changed'"
        months = {row[0] for row in connection.execute(changed).fetchall()}
        merged.removed = [file for file in near if file.month in months]
        listed = ", ".join(text_sql(month) for month in sorted(months))
        gone = f"(SELECT * FROM {JUDGED} WHERE verdict = 'changed') AS j"
        kept = f"{HELD} AS h ANTI JOIN {gone} ON {same_key('h', 'j', record_key(name))}"
        h_shown = ", ".join(f"h.{name_sql(column)}" for column in [*columns, MONTH])
        told = f"SELECT {h_shown} FROM {kept} WHERE h.{MONTH} IN ({listed}) UNION ALL {told}"
    if merged.counts.new or merged.counts.changed:
        merged.added = writer.write(place, told)
    if merged.counts.unchanged:
        record = record_sql(name)
        merged.affirmed_sql = (
            f"SELECT {text_sql(name)} AS fact_table, {record} AS record, held_load AS of_load, "
            f"{text_sql(writer.load)} AS {LOAD}, {MONTH} FROM {JUDGED} WHERE verdict = 'unchanged'"
        )
    return merged


def record_sql(name: str) -> str:
    """A record's key as one text, by which loads affirm it."""
    return f"CAST(row({_columns_sql(record_key(name))}) AS VARCHAR)"


def _columns_sql(names: Sequence[str]) -> str:
    return ", ".join(name_sql(name) for name in names)


def _shown(columns: Mapping[str, Kind], present: Mapping[str, Kind], relation: str) -> str:
    """All stored columns and the month of a relation that may lack some."""
    chosen = ", ".join(
        name_sql(name) if name in present else f"CAST(NULL AS {kind.sql_type}) AS {name_sql(name)}"
        for name, kind in columns.items()
    )
    return f"SELECT {chosen}, {MONTH} FROM {relation}"


def _number(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    ((count,),) = connection.execute(f"SELECT count(*) FROM {relation}").fetchall()
    return int(count)
