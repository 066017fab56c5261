"""Upkeep: whether a store is whole, its small files made large, and files that nothing needs taken away."""
# ruff: noqa: S608 (every name and text is quoted by remit.store.quoting)

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import duckdb
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from remit.performance.facts import TABLES
from remit.store.damage import damages
from remit.store.faults import store_problem, told
from remit.store.layout import AFFIRMED, columns_of, month_sql, record_key
from remit.store.manifest import Act, Entry, Manifest
from remit.store.places import Place
from remit.store.quoting import name_sql, text_sql
from remit.store.reading import rows_sql
from remit.store.snapshots import read_manifest
from remit.store.switching import TableChange, committed, digests_of, switch, table_in
from remit.store.tables import StoredFile
from remit.store.writing import Writer
from remit.terms.problems import Problem

_SMALL_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check has looked at, and everything it found wrong."""

    versions: int
    files: int
    size_bytes: int
    problems: tuple[Problem, ...]


def check(manifest: Manifest, connection: duckdb.DuckDBPyConnection) -> Checked:
    """Look at every file that a readable version names: is it there, and byte for byte what was written.

    At the newest version also whether no two records share a key, and each stands in the partition of its month.
    """
    named = _named_files(manifest, _readable(manifest))
    problems = damages(manifest, named)
    if not problems:
        for name, version in manifest.tables(manifest.head).items():
            if name != AFFIRMED:
                problems += _record_problems(manifest, name, version, connection)
    every = [file for files in named.values() for file in files]
    return Checked(
        len(_readable(manifest)), len(every), sum(file.size_bytes for file in every), tuple(problems)
    )  # fmt: skip


def _readable(manifest: Manifest) -> list[int]:
    return [entry.version for entry in manifest.entries if entry.version not in manifest.gone]


def _named_files(manifest: Manifest, versions: Collection[int]) -> dict[str, list[StoredFile]]:
    """The files of every table over some versions of the store, each once."""
    named: dict[str, dict[str, StoredFile]] = {}
    for name, number in sorted({pair for version in versions for pair in manifest.tables(version).items()}):
        try:
            files = table_in(manifest.place, name).files(number)
        except DeltaError as error:
            first = str(error).partition("\n")[0]
            what = f"the log of version {number} can't be read: {first}"
            raise store_problem(
                manifest.place.url, what, "bring it back from a backup", path=f"tables/{name}"
            ) from None
        named.setdefault(name, {}).update(files)
    return {name: list(files.values()) for name, files in named.items()}


def _record_problems(
    manifest: Manifest, name: str, version: int, connection: duckdb.DuckDBPyConnection
) -> Iterator[Problem]:
    table, stored = TABLES[name], table_in(manifest.place, name)
    by_partition: dict[tuple[str, str], list[StoredFile]] = {}
    for file in stored.files(version).values():
        by_partition.setdefault((file.engagement, file.month), []).append(file)
    columns = columns_of(name, {})
    for engagement in {engagement for engagement, _ in by_partition}:
        parts = " UNION ALL ".join(
            f"SELECT *, {text_sql(month)} AS standing FROM ({rows_sql(connection, stored.place, files, columns)})"
            for (owner, month), files in by_partition.items()
            if owner == engagement
        )
        where = f"{manifest.place.url}/tables/{name}"
        ((misplaced,),) = connection.execute(
            f"SELECT count(*) FROM ({parts}) WHERE standing <> {month_sql(table)}"
        ).fetchall()
        if misplaced:
            yield Problem(where, 0, engagement, f"{misplaced:,} records stand in another month's partition")
        key = ", ".join(name_sql(column) for column in record_key(name))
        doubled = f"SELECT {key} FROM ({parts}) GROUP BY ALL HAVING count(*) > 1"
        ((shared,),) = connection.execute(f"SELECT count(*) FROM ({doubled})").fetchall()
        if shared:
            yield Problem(where, 0, engagement, f"{shared:,} keys are borne by more than one record")


def compact(place: Place, act: Act, connection: duckdb.DuckDBPyConnection) -> Entry | None:
    """Write the small files of each partition as one, as a new version; None where there is nothing to join.

    The records are the same. Older versions go on reading the small files until a vacuum takes those.
    """

    def plan(manifest: Manifest) -> Entry | None:
        changes = [
            change for name in manifest.tables(manifest.head) for change in _joined(manifest, name, connection, act)
        ]
        if not changes:
            return None
        merged = _one_a_table(changes)
        return Entry(
            version=manifest.head + 1,
            at=act.at,
            id=act.id,
            deed="compaction",
            by=act.by,
            digests=digests_of(place, merged),
            tables=committed(manifest, merged),
        )

    manifest = switch(place, plan)
    return next((one for one in manifest.entries if one.id == act.id), None)


def _joined(manifest: Manifest, name: str, connection: duckdb.DuckDBPyConnection, act: Act) -> Iterator[TableChange]:
    stored = table_in(manifest.place, name)
    small: dict[tuple[str, str], list[StoredFile]] = {}
    for file in stored.files(manifest.tables(manifest.head)[name]).values():
        if file.size_bytes < _SMALL_BYTES:
            small.setdefault((file.engagement, file.month), []).append(file)
    for (engagement, month), files in sorted(small.items()):
        if len(files) > 1:
            columns = columns_of(name, manifest.extra_columns(engagement, name) if name != AFFIRMED else {})
            rows = rows_sql(connection, stored.place, files, columns)
            writer = Writer(connection, engagement, act.id, act.at)
            added = writer.write(stored.place, f"SELECT *, {text_sql(month)} AS month FROM ({rows})")
            yield TableChange(name, columns, added, files)


def _one_a_table(changes: Sequence[TableChange]) -> list[TableChange]:
    """The changes of several partitions as one change of each table."""
    joined: dict[str, TableChange] = {}
    for one in changes:
        before = joined.get(one.name, TableChange(one.name, {}, [], []))
        joined[one.name] = TableChange(
            one.name, {**before.columns, **one.columns}, [*before.added, *one.added], [*before.removed, *one.removed]
        )
    return list(joined.values())


@dataclass(frozen=True, slots=True)
class Vacuumed:
    """What a vacuum took, or would take: files that no kept version names, and the versions given up."""

    files: tuple[str, ...]
    versions: tuple[int, ...]


def vacuum(place: Place, act: Act, *, keep_after: int | None, idle_hours: int, pretend: bool) -> Vacuumed:
    """Take away files that nothing needs: what killed loads left, and versions older than `keep_after`, if given.

    The newest version and every pinned one stay readable, whatever their age. A file younger than `idle_hours` is left
    alone, since a load that is at work may have just written it. The versions given up are first noted in the manifest,
    so that no reader is promised what is about to go.
    """
    manifest = read_manifest(place.url)
    needed = {manifest.head, *manifest.pinned}
    given_up = tuple(
        one.version
        for one in manifest.entries
        if keep_after is not None and one.at < keep_after and one.version not in needed | manifest.gone
    )
    kept = [version for version in _readable(manifest) if version not in given_up]
    if given_up and not pretend:
        manifest = _give_up(place, given_up, act)
        kept = _readable(manifest)
    files: list[str] = []
    with told(place.url):
        for name in sorted({name for one in manifest.entries for name in one.tables}):
            files += _take_files(manifest, name, kept, idle_hours=idle_hours, pretend=pretend)
    return Vacuumed(tuple(files), given_up)


def _give_up(place: Place, versions: tuple[int, ...], act: Act) -> Manifest:
    def plan(manifest: Manifest) -> Entry:
        still = tuple(version for version in versions if version not in manifest.pinned)
        tables = dict(manifest.tables(manifest.head))
        return Entry(
            version=manifest.head + 1, at=act.at, id=act.id, deed="vacuum", by=act.by, tables=tables, gone=still
        )

    return switch(place, plan)


def _take_files(
    manifest: Manifest, name: str, kept: Sequence[int], *, idle_hours: int, pretend: bool
) -> list[str]:  # fmt: skip
    numbers = sorted({manifest.tables(version)[name] for version in kept if name in manifest.tables(version)})
    taken = DeltaTable(table_in(manifest.place, name).place.address).vacuum(
        retention_hours=idle_hours,
        dry_run=pretend,
        enforce_retention_duration=False,
        full=True,
        keep_versions=numbers,
    )
    return [f"tables/{name}/{path}" for path in taken]


def pin(place: Place, version: int, act: Act, *, engagement: str = "") -> Entry:
    """Hold a version for good: a settlement that was closed on it can be computed again, whatever is vacuumed."""

    def plan(manifest: Manifest) -> Entry:
        if not 0 < version <= manifest.head or version in manifest.gone:
            raise store_problem(place.url, f"has no version {version} to hold", "see: remit loads")
        tables = dict(manifest.tables(manifest.head))
        return Entry(
            version=manifest.head + 1,
            at=act.at,
            id=act.id,
            deed="pin",
            by=act.by,
            engagement=engagement,
            tables=tables,
            keeps=version,
            note=act.note,
        )

    return switch(place, plan).entries[-1]
