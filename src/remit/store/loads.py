"""Loading: one export's tables merged into a store as one version, whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from remit.performance.facts import TABLES, Kind
from remit.store import manifest as manifests
from remit.store.faults import store_problem, told
from remit.store.layout import AFFIRMED, OWN, columns_of, key_of
from remit.store.manifest import Counts, Entry, LoadedFile, Manifest
from remit.store.merging import Arrival, merge, stage
from remit.store.places import Place
from remit.store.switching import TableChange, committed, digests_of, switch, table_in
from remit.store.tables import KindsDiffer, StoredFile
from remit.store.writing import Writer


@dataclass(frozen=True, slots=True)
class Loading:
    """A load about to happen: whose facts, from which files, by whom, when; files in `known` were not read again."""

    id: str
    engagement: str
    at: int
    by: str
    files: tuple[LoadedFile, ...]
    mapping_sha256: str
    quarantined: int
    known: tuple[str, ...] = ()


def open_if_there(url: str) -> Manifest | None:
    """A store's manifest; None where there is nothing at all yet, so that one can be made.

    Raises ProblemsFound where the place holds something else: facts are not strewn among other people's files.
    """
    place = Place(url)
    with told(url):
        if manifests.exists(place):
            return manifests.read(place)
        # A manifest without a log is a store whose making was cut short, or is under way: it is made again.
        if place.holds_other_than(manifests.NAME):
            raise store_problem(url, "is not a store of facts, and not empty", "name an empty folder or a new one")
    return None


def open_or_create(url: str) -> Manifest:
    """A store's manifest, the store made where there is nothing yet. Raises ProblemsFound as `open_if_there` does."""
    manifest = open_if_there(url)
    if manifest is None:
        with told(url):
            manifests.create(Place(url))
        return manifests.read(Place(url))
    return manifest


def load(place: Place, loading: Loading, arrivals: Sequence[Arrival], connection: duckdb.DuckDBPyConnection) -> Entry:
    """Merge an export's tables, relations of their names in the connection, into a store.

    Gives the entry of the load; or that of an earlier load that still stands and brought the very same files, in which
    case nothing is changed. Raises ProblemsFound; then the store stands as it was.
    """
    writer = Writer(connection, loading.engagement, loading.id, loading.at)
    found: list[Entry] = []

    def plan(manifest: Manifest) -> Entry | None:
        earlier = same_load(manifest, loading)
        if earlier is not None:
            found.append(earlier)
            return None
        return _planned(manifest, loading, arrivals, writer)

    try:
        manifest = switch(place, plan)
    except KindsDiffer as differing:
        hint = "give the extra column another name in the mapping"
        raise store_problem(place.url, str(differing), hint) from None
    return found[-1] if found else next(one for one in manifest.entries if one.id == loading.id)


def files_loaded(manifest: Manifest, engagement: str, mapping_sha256: str) -> frozenset[str]:
    """The SHA-256 of every file that a load still standing brought by a mapping; it would say nothing new."""
    live = [one for one in manifest.live(engagement) if one.mapping_sha256 == mapping_sha256]
    return frozenset(file.sha256 for one in live for file in one.files)


def same_load(manifest: Manifest, loading: Loading) -> Entry | None:
    """The load that still stands and brought the same files by the same mapping."""
    wanted = {file.sha256 for file in loading.files}
    for one in manifest.live(loading.engagement):
        if {file.sha256 for file in one.files} == wanted and one.mapping_sha256 == loading.mapping_sha256:
            return one
    return None


def _planned(manifest: Manifest, loading: Loading, arrivals: Sequence[Arrival], writer: Writer) -> Entry:
    changes: list[TableChange] = []
    affirmed: list[StoredFile] = []
    counts: dict[str, Counts] = {}
    for arrival in arrivals:
        columns = columns_of(
            arrival.table, {**manifest.extra_columns(loading.engagement, arrival.table), **arrival.extra}
        )
        stage(writer.connection, arrival, writer.load)
        files = held_files(manifest, arrival.table, loading.engagement)
        written = _ever_filled(manifest, loading.engagement, arrival, columns)
        merged = merge(arrival, table_in(manifest.place, arrival.table).place, files, written, writer)
        counts[arrival.table] = merged.counts
        changes.append(TableChange(arrival.table, columns, merged.added, merged.removed))
        if merged.affirmed_sql:
            affirmed += writer.write(table_in(manifest.place, AFFIRMED).place, merged.affirmed_sql)
    if affirmed:
        changes.append(TableChange(AFFIRMED, columns_of(AFFIRMED, {}), affirmed, []))
    return Entry(
        version=manifest.head + 1,
        at=loading.at,
        id=loading.id,
        deed="load",
        by=loading.by,
        engagement=loading.engagement,
        digests=digests_of(manifest.place, changes),
        tables=committed(manifest, [change for change in changes if change.added or change.removed]),
        files=loading.files,
        counts=counts,
        quarantined=loading.quarantined,
        columns={arrival.table: tuple(sorted(arrival.filled)) for arrival in arrivals},
        extra={arrival.table: dict(arrival.extra) for arrival in arrivals if arrival.extra},
        mapping_sha256=loading.mapping_sha256,
        known=loading.known,
    )


def _ever_filled(manifest: Manifest, engagement: str, arrival: Arrival, columns: Mapping[str, Kind]) -> dict[str, Kind]:
    """The columns some load of an engagement has filled: the others are empty, which a file without them says too."""
    name = arrival.table
    before = {column for one in manifest.loads(engagement) for column in one.columns.get(name, ())}
    filled = before | arrival.filled | {*key_of(TABLES[name]), TABLES[name].time_column} | OWN
    return {column: kind for column, kind in columns.items() if column in filled}


def held_files(manifest: Manifest, name: str, engagement: str, *, version: int | None = None) -> list[StoredFile]:
    """An engagement's files of a table at a version of the store, the newest without one."""
    at = manifest.tables(manifest.head if version is None else version).get(name)
    files = table_in(manifest.place, name).files(at).values()
    return [file for file in files if file.engagement == engagement]
