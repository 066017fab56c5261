"""Withdrawing: a load taken back as a new version, the records of others as they would be without it."""
# ruff: noqa: S608 (every name and text is quoted by remit.store.quoting)

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from remit.performance.facts import TABLES, Kind
from remit.store.damage import check_presence
from remit.store.faults import store_problem
from remit.store.layout import AFFIRMED, LOAD, MONTH, columns_of, month_sql, record_key
from remit.store.loads import held_files
from remit.store.manifest import Act, Entry, Manifest
from remit.store.merging import record_sql, same_key
from remit.store.places import Place
from remit.store.quoting import name_sql, text_sql
from remit.store.reading import rows_sql
from remit.store.switching import TableChange, committed, digests_of, switch, table_in
from remit.store.tables import StoredFile
from remit.store.writing import Writer

_PENDING, _RESTORED, _AFFIRMING = "store_pending", "store_restored", "store_affirming"


def withdraw(place: Place, load: str, act: Act, connection: duckdb.DuckDBPyConnection) -> Entry:
    """Take a load back, as a new version of the store; older versions stay readable with it.

    A record that another load still standing also brought, alike, stays as that one's; a record the load changed goes
    back to what it was before; any other record of it goes. What later loads changed again stays as they left it.
    Raises ProblemsFound where there is no such load, or it was withdrawn before.
    """

    def plan(manifest: Manifest) -> Entry:
        taken = _load_named(manifest, load)
        writer = Writer(connection, taken.engagement, act.id, act.at)
        changes = [_without(manifest, taken, name, writer) for name in taken.columns]
        return Entry(
            version=manifest.head + 1,
            at=act.at,
            id=act.id,
            deed="withdrawal",
            by=act.by,
            engagement=taken.engagement,
            digests=digests_of(place, changes),
            tables=committed(manifest, [change for change in changes if change.added or change.removed]),
            concerns=taken.id,
            note=act.note,
        )

    manifest = switch(place, plan)
    return next(one for one in manifest.entries if one.id == act.id)


def _load_named(manifest: Manifest, load: str) -> Entry:
    url = manifest.place.url
    for one in manifest.loads():
        if one.id == load:
            if one.id in manifest.withdrawn:
                raise store_problem(url, f"load {load} is withdrawn already")
            return one
    raise store_problem(url, f"has no load {load!r}", f"see its loads with: remit loads --store {url}")


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of an engagement while a load is taken out of it."""

    manifest: Manifest
    name: str
    engagement: str
    columns: Mapping[str, Kind]
    connection: duckdb.DuckDBPyConnection

    @property
    def place(self) -> Place:
        return table_in(self.manifest.place, self.name).place

    def rows(self, files: Sequence[StoredFile]) -> str:
        """The rows of some files with their months."""
        check_presence(self.place, self.name, files)
        rows = rows_sql(self.connection, self.place, files, self.columns)
        return f"SELECT *, {month_sql(TABLES[self.name])} AS {MONTH} FROM ({rows})"

    @property
    def all_columns(self) -> str:
        return ", ".join(name_sql(name) for name in [*self.columns, MONTH])


def _without(manifest: Manifest, taken: Entry, name: str, writer: Writer) -> TableChange:
    extra = manifest.extra_columns(taken.engagement, name)
    table = _Table(manifest, name, taken.engagement, columns_of(name, extra), writer.connection)
    files = held_files(manifest, name, taken.engagement)
    check_presence(table.place, name, files)
    rows = rows_sql(table.connection, table.place, files, table.columns)
    of_load = f"{LOAD} = {text_sql(taken.id)}"
    found = table.connection.execute(
        f"SELECT DISTINCT {month_sql(TABLES[name])} FROM ({rows}) WHERE {of_load}"
    ).fetchall()
    months = {row[0] for row in found}
    near = [file for file in files if file.month in months]
    if not near:
        return TableChange(name, table.columns, [], [])
    table.connection.execute(f"CREATE OR REPLACE TEMP TABLE store_held AS {table.rows(near)}")
    _restore(table, taken)
    shown = ", ".join(name_sql(column) for column in [*table.columns, MONTH])
    kept = f"SELECT {shown} FROM store_held WHERE {LOAD} <> {text_sql(taken.id)}"
    added = writer.write(table.place, f"{kept} UNION ALL SELECT {shown} FROM {_RESTORED}")
    return TableChange(name, table.columns, added, near)


def _restore(table: _Table, taken: Entry) -> None:
    """What stands in for the records of a load: each as another load affirms it, or as it was before, however far back.

    A record of before may be of a load that was itself withdrawn; then the one before that is looked for.
    """
    connection = table.connection
    _make_affirming(table, taken)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_RESTORED} AS SELECT * FROM store_held WHERE false")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_PENDING} AS SELECT {table.all_columns} FROM store_held "
        f"WHERE {LOAD} = {text_sql(taken.id)}"
    )
    live = {one.id for one in table.manifest.live(table.engagement)} - {taken.id}
    while True:
        _settle_pending(table, live)
        origins = connection.execute(f"SELECT DISTINCT {LOAD} FROM {_PENDING}").fetchall()
        if not origins:
            return
        before = " UNION ALL ".join(_before(table, origin) for (origin,) in origins)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE store_before AS {before}")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {_PENDING} AS SELECT {table.all_columns} FROM store_before")


def _make_affirming(table: _Table, taken: Entry) -> None:
    """Which load still standing affirmed which load's records: the earliest of them, by record."""
    manifest = table.manifest
    order = {one.id: one.version for one in manifest.live(table.engagement) if one.id != taken.id}
    files = held_files(manifest, AFFIRMED, table.engagement)
    place = table_in(manifest.place, AFFIRMED).place
    check_presence(place, AFFIRMED, files)
    rows = rows_sql(table.connection, place, files, columns_of(AFFIRMED, {}))
    pairs = ", ".join(f"({text_sql(load)}, {version})" for load, version in order.items()) or "('', 0)"
    table.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_AFFIRMING} AS SELECT record, of_load, "
        f"arg_min({LOAD}, standing.version) AS by_load FROM ({rows}) AS said "
        f"JOIN (VALUES {pairs}) AS standing (load, version) ON said.{LOAD} = standing.load "
        f"WHERE fact_table = {text_sql(table.name)} GROUP BY record, of_load"
    )


def _settle_pending(table: _Table, live: set[str]) -> None:
    """Of the records looked for, those of a load that stands are found; those another affirms become that one's."""
    connection = table.connection
    standing = ", ".join(text_sql(one) for one in sorted(live)) or "''"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE store_settled AS "
        f"SELECT p.* REPLACE (CASE WHEN p.{LOAD} IN ({standing}) THEN p.{LOAD} ELSE a.by_load END AS {LOAD}), "
        f"p.{LOAD} AS origin FROM (SELECT *, {record_sql(table.name)} AS record_text FROM {_PENDING}) AS p "
        f"LEFT JOIN {_AFFIRMING} AS a ON a.record = p.record_text AND a.of_load = p.{LOAD}"
    )
    connection.execute(
        f"INSERT INTO {_RESTORED} BY NAME SELECT {table.all_columns} FROM store_settled WHERE {LOAD} IS NOT NULL"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_PENDING} AS SELECT {table.all_columns} FROM "
        f"(SELECT * REPLACE (origin AS {LOAD}) FROM store_settled WHERE {LOAD} IS NULL)"
    )


def _before(table: _Table, origin: str) -> str:
    """The records looked for as they stood just before the load that brought them."""
    (load,) = [one for one in table.manifest.loads() if one.id == origin]
    files = held_files(table.manifest, table.name, table.engagement, version=load.version - 1)
    alike = same_key("b", "p", record_key(table.name))
    pending = f"(SELECT * FROM {_PENDING} WHERE {LOAD} = {text_sql(origin)}) AS p"
    return f"SELECT {table.all_columns} FROM ({table.rows(files)}) AS b SEMI JOIN {pending} ON {alike}"
