"""The facts of a packet: the rows and columns that are needed, people renamed, as Parquet; and opened again."""
# ruff: noqa: S608 (every name and text in a query is quoted by remit.store.quoting)

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from remit.engines.duckdb_engine import DuckDBEngine
from remit.ingest.contract_files import ContractVersions
from remit.packets.faults import packet_problem
from remit.packets.manifests import FACTS
from remit.packets.pseudonyms import people_renamed, records_renamed, waived_record
from remit.packets.tables import check_schema, schema_of, write_batches
from remit.performance.facts import TABLES, Kind, Personal
from remit.performance.settlements import FactCounts
from remit.runs.evidence import Evidence
from remit.runs.packets.carried import CarriedFacts, CarriedTable, entry_of_table
from remit.runs.packets.needs import Needs
from remit.runs.packets.soundness import check_held, check_told
from remit.store.quoting import name_sql, text_sql

Columns = dict[str, Personal]
"""The columns of a table that hold pseudonyms, and whom they lead back to."""

_CHOSEN, _RENAMED = "remit_chosen_", "remit_renamed"


def personal_columns(versions: ContractVersions, table: str) -> Columns:
    """The columns of a table that lead back to people: the built-in ones, and those any version of a contract names."""
    found: Columns = {one.name: one.personal for one in TABLES[table].columns if one.personal is not None}
    for version in versions.versions:
        for name in version.contract.facts.personal.get(table, ()):
            found.setdefault(name, Personal.PERSON)
    return found


@dataclass(frozen=True, slots=True)
class Carrying:
    """What is to be carried of the facts: the columns of each table, and which of them are written as pseudonyms."""

    columns: Mapping[str, frozenset[str]]
    renamed: Mapping[str, Columns]
    key: bytes


def write_facts(
    folder: Path, evidence: Evidence, needs: Needs, carrying: Carrying, extra: Mapping[str, Mapping[str, Kind]]
) -> CarriedFacts:
    """Write the tables of a packet below a folder, and what is known of them; the evidence knows all its spans."""
    if not isinstance(evidence.engine, DuckDBEngine):
        raise TypeError("a packet's rows are chosen in DuckDB")
    connection = evidence.engine.connection
    tables: dict[str, CarriedTable] = {}
    for name in TABLES:
        if name not in evidence.columns:
            continue
        carried = carrying.columns.get(name, frozenset())
        own = {column: span for (table, column), span in evidence.spans.items() if table == name}
        plain = CarriedTable(evidence.columns[name], evidence.filled.get(name, frozenset()), extra.get(name, {}), own)
        order = tuple(column for column in plain.kinds(name) if column in carried)
        tables[name] = CarriedTable(plain.columns, plain.filled, plain.extra, plain.spans, order)
    chosen = [name for name, table in tables.items() if table.carried]
    try:
        for name in chosen:
            _choose(connection, name, tables[name].carried, needs.rows[name])
        _rename(connection, {name: carrying.renamed.get(name, {}) for name in chosen}, carrying.key)
        for name in chosen:
            tables[name] = _written(connection, folder, name, tables[name], carrying.renamed.get(name, {}))
    finally:
        for name in chosen:
            connection.execute(f"DROP TABLE IF EXISTS {name_sql(_CHOSEN + name)}")
        connection.execute(f"DROP TABLE IF EXISTS {_RENAMED}")
    replaced = {name: sorted(columns) for name, columns in carrying.renamed.items() if columns}
    found = CarriedFacts(tables, replaced)
    (folder / FACTS).write_bytes(found.as_bytes())
    return found


def _choose(connection: duckdb.DuckDBPyConnection, name: str, columns: Iterable[str], rows: str) -> None:
    listed = ", ".join(f"r.{name_sql(column)}" for column in columns)
    connection.execute(
        f"CREATE TEMP TABLE {name_sql(_CHOSEN + name)} AS SELECT {listed} FROM {name_sql(name)} AS r WHERE {rows}"
    )


def _rename(connection: duckdb.DuckDBPyConnection, renamed: Mapping[str, Columns], key: bytes) -> None:
    """Every value that is replaced beside its pseudonym, as a table of the connection."""
    people = _values(connection, renamed, Personal.PERSON)
    records = _values(connection, renamed, Personal.RECORD)
    person_names, record_names = people_renamed(people, key), records_renamed(records, key)
    rows = [(Personal.PERSON.value, value, name) for value, name in person_names.items()]
    rows += [(Personal.RECORD.value, value, name) for value, name in record_names.items()]
    for value in _waived(connection, renamed):
        name = waived_record(value, record_names, person_names)
        rows.append(("waived", value, name or next(iter(people_renamed([value], key).values()))))
    kinds, values, names = zip(*rows, strict=True) if rows else ((), (), ())
    table = pa.table({name: pa.array(column, pa.string()) for name, column in
                      (("kind", kinds), ("value", values), ("pseudonym", names))})  # fmt: skip
    connection.register("given_pseudonyms", table)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_RENAMED} AS SELECT * FROM given_pseudonyms")
    connection.unregister("given_pseudonyms")


def _values(connection: duckdb.DuckDBPyConnection, renamed: Mapping[str, Columns], kind: Personal) -> set[str]:
    """The distinct values of all columns of one kind; a waiver's record is another table's, and adds none."""
    found: set[str] = set()
    for name, columns in renamed.items():
        for column, personal in columns.items():
            if personal is kind and (name, column) != ("waivers", "record_key"):
                found.update(_distinct(connection, name, column))
    return found


def _waived(connection: duckdb.DuckDBPyConnection, renamed: Mapping[str, Columns]) -> set[str]:
    if "record_key" not in renamed.get("waivers", {}):
        return set()
    return set(_distinct(connection, "waivers", "record_key"))


def _distinct(connection: duckdb.DuckDBPyConnection, name: str, column: str) -> Iterable[str]:
    own = name_sql(column)
    query = f"SELECT DISTINCT {own} FROM {name_sql(_CHOSEN + name)} WHERE {own} IS NOT NULL"
    return (value for (value,) in connection.execute(query).fetchall())


def _written(
    connection: duckdb.DuckDBPyConnection, folder: Path, name: str, table: CarriedTable, renamed: Columns
) -> CarriedTable:
    """A table's rows in one order, whatever order they were loaded in: by the key, then by all columns."""
    shown, joins = [], []
    for position, column in enumerate(table.carried):
        own = f"c.{name_sql(column)}"
        if column not in renamed:
            shown.append(own)
            continue
        kind = "waived" if (name, column) == ("waivers", "record_key") else renamed[column].value
        alias = f"p{position}"
        joins.append(f"LEFT JOIN {_RENAMED} AS {alias} ON {alias}.kind = {text_sql(kind)} AND {alias}.value = {own}")
        shown.append(f"{alias}.pseudonym AS {name_sql(column)}")
    query = f"SELECT {', '.join(shown)} FROM {name_sql(_CHOSEN + name)} AS c {' '.join(joins)}"
    key = [name_sql(column) for column in TABLES[name].key if column in table.carried]
    order = ", ".join(dict.fromkeys([*key, *(name_sql(column) for column in table.carried)]))
    batches = connection.sql(f"SELECT * FROM ({query}) ORDER BY {order}").to_arrow_reader(1 << 17)
    rows = write_batches(folder / entry_of_table(name), schema_of(table.carried_kinds(name)), batches)
    return CarriedTable(table.columns, table.filled, table.extra, table.spans, table.carried, rows)


def read_facts(content: bytes, *, file: str) -> CarriedFacts:
    """What a packet says of its tables. Raises ProblemsFound where it can't be so."""
    try:
        told = dict(json.loads(content).items())
        tables = {name: _table_of(told[name]) for name in TABLES if name in told}
        strange = sorted(set(told) - set(TABLES))
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        raise packet_problem(file, "does not say of the tables what a packet says", path=FACTS) from None
    if strange:
        raise packet_problem(file, f"tells of a table {strange[0]!r}, which Remit does not have", path=FACTS)
    for name, table in tables.items():
        check_told(name, table, file)
    return CarriedFacts(tables)


def _table_of(told: Mapping[str, Any]) -> CarriedTable:
    spans = {str(name): None if span is None else (int(span[0]), int(span[1])) for name, span in told["spans"].items()}
    return CarriedTable(
        columns=frozenset(map(str, told["columns"])),
        filled=frozenset(map(str, told["filled"])),
        extra={str(name): Kind(kind) for name, kind in told["extra"].items()},
        spans=spans,
        carried=tuple(map(str, told["carried"])),
        rows=int(told["rows"]),
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """What is told of the facts a packet was made from: rows read and set aside, digests, a store's version."""

    counts: FactCounts
    sha256: str
    store_version: str
    waivers_sha256: str


def open_carried(
    connection: duckdb.DuckDBPyConnection, folder: Path, facts: CarriedFacts, origin: Origin, *, file: str
) -> Evidence:
    """The tables of a packet as the evidence of a run.

    Raises ProblemsFound where a table's file does not hold what is said of it.
    """
    for name, table in facts.tables.items():
        kinds = table.kinds(name)
        source = ""
        if table.carried:
            path = folder / entry_of_table(name)
            schema = schema_of(table.carried_kinds(name))
            rows = check_schema(path, schema, file=file, entry=entry_of_table(name))
            if rows != table.rows:
                what = f"holds {rows:,} rows, where {FACTS} says {table.rows:,}"
                raise packet_problem(file, what, path=entry_of_table(name))
            # Folders above may be named as a partition is: no column comes from there.
            source = f" FROM read_parquet({text_sql(str(path))}, hive_partitioning = false)"
        connection.execute(f"CREATE OR REPLACE VIEW {name_sql(name)} AS {_select(kinds, table, source)}")
    engine = DuckDBEngine(connection)
    found = Evidence(
        engine,
        {name: table.columns for name, table in facts.tables.items()},
        {name: table.filled for name, table in facts.tables.items()},
        origin.counts,
        origin.sha256,
        origin.store_version,
        {(name, column): span for name, table in facts.tables.items() for column, span in table.spans.items()},
        waivers_sha256=origin.waivers_sha256,
    )
    check_held(connection, facts, file)
    return found


def _select(kinds: Mapping[str, Kind], table: CarriedTable, source: str) -> str:
    shown = ", ".join(
        name_sql(column) if column in table.carried else f"CAST(NULL AS {kind.sql_type}) AS {name_sql(column)}"
        for column, kind in kinds.items()
    )
    return f"SELECT {shown}{source}" if source else f"SELECT {shown} WHERE false"


def view_sql(name: str, table: CarriedTable) -> str:
    """The statement that makes a packet's table a relation of its own name, in the folder the packet is unpacked to."""
    source = f" FROM {text_sql(entry_of_table(name))}" if table.carried else ""
    return f"CREATE OR REPLACE VIEW {name_sql(name)} AS {_select(table.kinds(name), table, source)};"
