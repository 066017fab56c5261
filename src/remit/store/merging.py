"""Merging a load's rows into what a store holds: which records are new, changed, unchanged or older."""
# ruff: noqa: S608 (every name and text is quoted by remit.store.quoting)

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from remit.performance.facts import TABLES, Kind, Table
from remit.store.damage import check_presence
from remit.store.layout import (
    COPY,
    DAY_SECONDS,
    LOAD,
    MONTH,
    OWN,
    SOURCE_AT,
    UPDATED_AT,
    columns_of,
    counts_copies,
    key_of,
    month_of,
    month_sql,
    moves,
    record_key,
    within_month_sql,
)  # fmt: skip
from remit.store.manifest import Counts
from remit.store.places import Place
from remit.store.quoting import name_sql, text_sql
from remit.store.reading import rows_sql
from remit.store.tables import StoredFile
from remit.store.writing import Writer

STAGED, NUMBERED, JUDGED = "store_staged", "store_numbered", "store_judged"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One table of a load: a relation of its name with fit rows, the columns its source fills, its extra columns.

    `source_at` is the instant its records were true for the source, where they bring no `updated_at` of their own.
    `is_landed` says that the rows stand in the engine; else they are read from their file each time they are asked for.
    """

    table: str
    filled: frozenset[str]
    extra: Mapping[str, Kind]
    source_at: int
    is_landed: bool = True

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
    """The load's rows of a table with who brought them, as of when, and their months, as a view for all attempts."""
    table = TABLES[arrival.table]
    says = f"coalesce({name_sql(UPDATED_AT)}, {arrival.source_at})"
    source_at = says if arrival.extra.get(UPDATED_AT) is Kind.INSTANT else str(arrival.source_at)
    facts = [name for name in arrival.columns if name not in OWN]
    source, copy = name_sql(arrival.table), ""
    if counts_copies(table):
        source, copy = _numbered(connection, table, facts, source)
    columns = _columns_sql(facts)
    connection.execute(
        f"CREATE OR REPLACE VIEW {STAGED} AS SELECT {columns}, CAST({source_at} AS BIGINT) AS {SOURCE_AT}, "
        f"{text_sql(load)} AS {LOAD}{copy}, {month_sql(table)} AS {MONTH} FROM {source}"
    )


def _numbered(
    connection: duckdb.DuckDBPyConnection, table: Table, facts: Sequence[str], source: str
) -> tuple[str, str]:
    """Where to take the rows of a table whose rows may share a key, and which copy each is; sorted only if some do."""
    key = _columns_sql(key_of(table))
    shared = f"SELECT 1 FROM {source} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
    if not connection.execute(shared).fetchall():
        return source, f", CAST(1 AS BIGINT) AS {COPY}"
    copy = f"row_number() OVER (PARTITION BY {key} ORDER BY {_columns_sql(facts)}) AS {COPY}"
    connection.execute(f"CREATE OR REPLACE TABLE {NUMBERED} AS SELECT {_columns_sql(facts)}, {copy} FROM {source}")
    return NUMBERED, f", {COPY}"


def merge(
    arrival: Arrival, place: Place, files: Sequence[StoredFile], columns: Mapping[str, Kind], writer: Writer
) -> Merged:
    """Merge the staged rows of a table into an engagement's files of it.

    A record of a known key replaces the one held where its source instant is not older and it says something else;
    columns that the load's source does not fill stay as they are held. A month in which a record changes is written
    anew; a month that only gains records gets a file more. Everything else is left alone.
    """
    check_presence(place, arrival.table, files)
    arriving = _months_arriving(writer.connection, TABLES[arrival.table])
    months = arriving | _months_elsewhere(writer.connection, arrival.table, place, files, arriving)
    near = [file for file in files if file.month in months]
    if not near:
        added = _written_first(arrival, place, columns, arriving, writer)
        return Merged(Counts(new=sum(file.rows for file in added)), added)
    merging = _Merging(arrival, place, near, columns, writer)
    merging.judge()
    return merging.written()


def _months_arriving(connection: duckdb.DuckDBPyConnection, table: Table) -> set[str]:
    days = f"SELECT DISTINCT {name_sql(table.time_column)} // {DAY_SECONDS} FROM {STAGED}"
    return {month_of(day) for (day,) in connection.execute(days).fetchall()}


def _months_elsewhere(
    connection: duckdb.DuckDBPyConnection, name: str, place: Place, files: Sequence[StoredFile], arriving: set[str]
) -> set[str]:
    """The other months in which the store holds a record of the load's."""
    table = TABLES[name]
    elsewhere = _by_month(file for file in files if file.month not in arriving)
    if not moves(table) or not elsewhere:
        return set()
    wanted = {column: table.by_name[column].kind for column in key_of(table)}
    held = _dated_sql(connection, place, elsewhere, wanted)
    alike = same_key("s", "h", key_of(table))
    found = connection.execute(f"SELECT DISTINCT h.{MONTH} FROM ({held}) AS h SEMI JOIN {STAGED} AS s ON {alike}")
    return {row[0] for row in found.fetchall()}


def _by_month(files: Iterable[StoredFile]) -> dict[str, list[StoredFile]]:
    found: dict[str, list[StoredFile]] = {}
    for file in files:
        found.setdefault(file.month, []).append(file)
    return found


def _dated_sql(
    connection: duckdb.DuckDBPyConnection,
    place: Place,
    files: Mapping[str, Sequence[StoredFile]],
    columns: Mapping[str, Kind],
) -> str:
    """The rows of files with the month each stands in."""
    return " UNION ALL ".join(
        f"SELECT *, {text_sql(month)} AS {MONTH} FROM ({rows_sql(connection, place, some, columns)})"
        for month, some in files.items()
    )


def _written_first(
    arrival: Arrival, place: Place, columns: Mapping[str, Kind], months: set[str], writer: Writer
) -> list[StoredFile]:
    """Rows of months in which nothing is held yet: straight from where they landed, a file a month."""
    source = STAGED
    if len(months) > 1 and not arrival.is_landed:
        source = NUMBERED
        writer.connection.execute(f"CREATE OR REPLACE TABLE {source} AS SELECT * EXCLUDE ({MONTH}) FROM {STAGED}")
    table, shown = TABLES[arrival.table], _shown(columns, arrival.columns, source)
    return writer.write_months(
        place, {month: f"{shown} WHERE {within_month_sql(table, month)}" for month in sorted(months)}
    )


def same_key(one: str, other: str, key: Sequence[str]) -> str:
    """The condition that two rows are the same record; an empty part of a key is like another empty one."""
    return " AND ".join(f"{one}.{name_sql(name)} IS NOT DISTINCT FROM {other}.{name_sql(name)}" for name in key)


@dataclass(frozen=True, slots=True)
class _Merging:
    """One table's rows while they are set beside the records held in the files near them."""

    arrival: Arrival
    place: Place
    near: Sequence[StoredFile]
    columns: Mapping[str, Kind]
    writer: Writer

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        return self.writer.connection

    def judge(self) -> None:
        """Each staged record beside the one held of its key: what it is, and what it comes to say."""
        name = self.arrival.table
        key = record_key(name)
        filled = {*self.arrival.filled, *key_of(TABLES[name])}
        facts = [name for name in self.columns if name not in OWN]
        said = ", ".join(f"{'s' if name in filled else 'h'}.{name_sql(name)} AS {name_sql(name)}" for name in facts)
        compared = [name for name in facts if name in filled]
        alike = " AND ".join(f"s.{name_sql(name)} IS NOT DISTINCT FROM h.{name_sql(name)}" for name in compared)
        copy = f", s.{COPY}" if COPY in key else ""
        held = _dated_sql(self.connection, self.place, _by_month(self.near), self.columns)
        self.connection.execute(
            f"CREATE OR REPLACE TABLE {JUDGED} AS SELECT {said}, s.{SOURCE_AT}, s.{LOAD}, s.{MONTH}{copy}, "
            f"h.{LOAD} AS held_load, h.{MONTH} AS held_month, "
            f"CASE WHEN h.{LOAD} IS NULL THEN 'new' WHEN {alike} THEN 'unchanged' "
            f"WHEN h.{SOURCE_AT} > s.{SOURCE_AT} THEN 'older' ELSE 'changed' END AS verdict "
            f"FROM {STAGED} AS s LEFT JOIN ({held}) AS h ON {same_key('s', 'h', key)}"
        )

    def written(self) -> Merged:
        """The months that change written anew, those that only gain given a file more; what was affirmed."""
        found = dict(self.connection.execute(f"SELECT verdict, count(*) FROM {JUDGED} GROUP BY verdict").fetchall())
        merged = Merged(Counts(**{verdict: int(count) for verdict, count in found.items()}))
        changed = self._months("held_month", "'changed'")
        merged.removed = [file for file in self.near if file.month in changed]
        bringing = self._months(MONTH, "'new', 'changed'")
        if changed or bringing:
            queries = {
                month: self._month_sql(month, is_anew=month in changed, gains=month in bringing)
                for month in sorted(changed | bringing)
            }
            merged.added = self.writer.write_months(self.place, queries)
        if merged.counts.unchanged:
            name = self.arrival.table
            merged.affirmed_sql = (
                f"SELECT {text_sql(name)} AS fact_table, {record_sql(name)} AS record, held_load AS of_load, "
                f"{text_sql(self.writer.load)} AS {LOAD}, {MONTH} FROM {JUDGED} WHERE verdict = 'unchanged'"
            )
        return merged

    def _months(self, column: str, verdicts: str) -> set[str]:
        found = self.connection.execute(f"SELECT DISTINCT {column} FROM {JUDGED} WHERE verdict IN ({verdicts})")
        return {row[0] for row in found.fetchall()}

    def _month_sql(self, month: str, *, is_anew: bool, gains: bool) -> str:
        """A month's rows: those held that stay, where it is written anew, and those the load brings."""
        parts = []
        if is_anew:
            files = [file for file in self.near if file.month == month]
            held = rows_sql(self.connection, self.place, files, self.columns)
            gone = f"(SELECT * FROM {JUDGED} WHERE verdict = 'changed') AS j"
            alike = same_key("h", "j", record_key(self.arrival.table))
            parts.append(f"SELECT h.* FROM ({held}) AS h ANTI JOIN {gone} ON {alike}")
        if gains:
            of_month = f"verdict IN ('new', 'changed') AND {MONTH} = {text_sql(month)}"
            parts.append(f"SELECT {_columns_sql([*self.columns])} FROM {JUDGED} WHERE {of_month}")
        return " UNION ALL ".join(parts)


def record_sql(name: str) -> str:
    """A record's key as one text, by which loads affirm it."""
    return f"CAST(row({_columns_sql(record_key(name))}) AS VARCHAR)"


def _columns_sql(names: Sequence[str]) -> str:
    return ", ".join(name_sql(name) for name in names)


def _shown(columns: Mapping[str, Kind], present: Mapping[str, Kind], relation: str) -> str:
    """All stored columns of a relation that may lack some."""
    chosen = ", ".join(
        name_sql(name) if name in present else f"CAST(NULL AS {kind.sql_type}) AS {name_sql(name)}"
        for name, kind in columns.items()
    )
    return f"SELECT {chosen} FROM {relation}"
