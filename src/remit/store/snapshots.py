"""Reading: an engagement's facts at one version of a store, as relations named after their tables."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from remit.performance.facts import TABLES, Kind
from remit.store import manifest as manifests
from remit.store.damage import check_presence, digests, named
from remit.store.faults import store_problem
from remit.store.layout import OWN, columns_of
from remit.store.loads import held_files
from remit.store.manifest import Manifest
from remit.store.places import Place
from remit.store.quoting import name_sql
from remit.store.reading import rows_sql
from remit.store.statistics import Span, spans_of
from remit.store.switching import table_in
from remit.store.tables import StoredFile


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An engagement's facts as a version of the store holds them.

    `tables` has the version of each stored table, `columns` and `filled` the columns there are and those some load
    filled, `extra` the mapping's own with their kinds, `quarantined` the rows set aside by the loads that stand,
    `sha256` the digest of the files read; `spans` the first and last instant of each table and column of instants, as
    far as the files' own statistics tell them exactly.
    """

    url: str
    version: int
    at: int
    engagement: str
    tables: Mapping[str, int]
    columns: Mapping[str, frozenset[str]]
    filled: Mapping[str, frozenset[str]]
    extra: Mapping[str, Mapping[str, Kind]]
    files: Mapping[str, tuple[StoredFile, ...]]
    quarantined: int
    sha256: str
    spans: Mapping[tuple[str, str], Span | None]

    @property
    def name(self) -> str:
        """The version and what it was made of, for a statement's foot."""
        tables = ", ".join(f"{name} {number}" for name, number in sorted(self.tables.items()))
        return f"{self.version} ({tables})"

    @property
    def rows(self) -> int:
        """The records of all tables."""
        return sum(file.rows for files in self.files.values() for file in files)

    @property
    def size_bytes(self) -> int:
        """The bytes of all files."""
        return sum(file.size_bytes for files in self.files.values() for file in files)


def read_manifest(url: str) -> Manifest:
    """The manifest of a store that must be there. Raises ProblemsFound."""
    return manifests.read(Place(url))


def version_asked(manifest: Manifest, *, version: int | None = None, instant: int | None = None) -> int:
    """The version of a number, or that stood at an instant, or the newest. Raises ProblemsFound where it is gone."""
    url = manifest.place.url
    chosen = manifest.head if version is None else version
    if version is None and instant is not None:
        chosen = manifest.at(instant)
        if chosen == 0:
            raise store_problem(url, "had no version yet at that instant", "see its versions with: remit loads")
    if not 0 < chosen <= manifest.head:
        have = f"it has {manifest.head}" if manifest.head else "nothing is loaded into it yet"
        raise store_problem(url, f"has no version {chosen}; {have}", "see its versions with: remit loads")
    if chosen in manifest.gone:
        raise store_problem(url, f"has no files of version {chosen} any more: a vacuum took them")
    return chosen


def snapshot(
    manifest: Manifest, engagement: str, connection: duckdb.DuckDBPyConnection, *, version: int
) -> Snapshot:  # fmt: skip
    """Make each table of an engagement's facts at a version a view of its own name in the connection.

    Raises ProblemsFound where the store holds nothing of the engagement, or where files are missing.
    """
    past = manifest.until(version)
    live = past.live(engagement)
    if not live:
        known = ", ".join(manifests.engagements(past.entries)) or "nothing"
        what = f"holds no facts of {engagement} at version {version}"
        raise store_problem(manifest.place.url, what, f"it holds {known}; load them with: remit load")
    names = [name for name in TABLES if any(name in one.columns for one in live)]
    columns, files = {}, {}
    spans: dict[tuple[str, str], Span | None] = {}
    for name in names:
        kinds = columns_of(name, past.extra_columns(engagement, name))
        files[name] = tuple(sorted(held_files(past, name, engagement), key=lambda file: file.path))
        columns[name] = frozenset(kinds) - OWN
        _make_view(connection, past, name, files[name], {key: kinds[key] for key in kinds if key in columns[name]})
        spans |= _spans(connection, past, name, files[name])
    filled = {name: frozenset(column for one in live for column in one.columns.get(name, ())) for name in names}
    return Snapshot(
        url=manifest.place.url,
        version=version,
        at=past.entries[-1].at,
        engagement=engagement,
        tables={name: number for name, number in past.tables(version).items() if name in names},
        columns=columns,
        filled=filled,
        extra={name: past.extra_columns(engagement, name) for name in names},
        files=files,
        quarantined=sum(one.quarantined for one in live),
        sha256=_fingerprint(past, files),
        spans=spans,
    )


def _make_view(
    connection: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    name: str,
    files: tuple[StoredFile, ...],
    kinds: Mapping[str, Kind],
) -> None:
    place = table_in(manifest.place, name).place
    check_presence(place, name, files)
    with named(manifest, lambda: {name: files}):
        connection.execute(f"CREATE OR REPLACE VIEW {name_sql(name)} AS {rows_sql(connection, place, files, kinds)}")


def _spans(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, name: str, files: tuple[StoredFile, ...]
) -> dict[tuple[str, str], Span | None]:
    """What the files' statistics tell of a table's columns of instants."""
    instants = [one.name for one in TABLES[name].columns if one.kind is Kind.INSTANT]
    with named(manifest, lambda: {name: files}):
        told = spans_of(connection, table_in(manifest.place, name).place, files, instants)
    return {(name, column): span for column, span in told.items()}


def _fingerprint(manifest: Manifest, files: Mapping[str, tuple[StoredFile, ...]]) -> str:
    """The digest of what was read: every file's own, by table and name."""
    known = digests(manifest)
    whole = hashlib.sha256()
    for name, stored in sorted(files.items()):
        for file in stored:
            whole.update(f"{name} {file.path} {known.get(name, {}).get(file.path, '')}\n".encode())
    return whole.hexdigest()
