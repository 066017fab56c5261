"""The manifest: which version of each table makes up each version of a store, switched last and in one step."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake import Schema as DeltaSchema
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction

from remit.performance.facts import Kind
from remit.store.faults import store_problem, told
from remit.store.layout import FORMAT
from remit.store.places import Place
from remit.store.tables import HOOKS, ONCE

Deed = Literal["load", "withdrawal", "compaction", "vacuum", "pin"]

_SCHEMA = pa.schema([
    ("version", pa.int64()), ("format", pa.int64()), ("at", pa.int64()), ("id", pa.string()), ("entry", pa.string()),
])  # fmt: skip
NAME = "_manifest"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does to a store: its id, who, when, and why."""

    id: str
    by: str
    at: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A source file of a load."""

    name: str
    sha256: str
    rows: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the records of a load: `older` ones say less recent things than the store, which keeps its own."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.older + other.older,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of a store: what was done, by whom, and the version of each table from then on.

    `tables` names every table of the store. A load also tells its files, its counts by table, the columns its sources
    filled, the extra columns with their kinds, the digests of the Parquet files it wrote, and in `known` the SHA-256 of
    files that came with it and were not read again, since another load had brought them. `concerns` is the load a
    withdrawal takes back; `keeps` the version a pin holds; `gone` the versions a vacuum has taken.
    """

    version: int
    at: int
    id: str
    deed: Deed
    by: str
    engagement: str = ""
    tables: Mapping[str, int] = field(default_factory=dict)
    files: tuple[LoadedFile, ...] = ()
    counts: Mapping[str, Counts] = field(default_factory=dict)
    quarantined: int = 0
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extra: Mapping[str, Mapping[str, Kind]] = field(default_factory=dict)
    mapping_sha256: str = ""
    known: tuple[str, ...] = ()
    digests: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    concerns: str = ""
    keeps: int | None = None
    gone: tuple[int, ...] = ()
    note: str = ""

    @property
    def total(self) -> Counts:
        """The counts over all tables."""
        return sum(self.counts.values(), Counts())


def as_text(entry: Entry) -> str:
    """An entry as it is written down."""
    return json.dumps(asdict(entry), sort_keys=True, ensure_ascii=False)


def from_text(text: str) -> Entry:
    """An entry read again."""
    told: dict[str, Any] = json.loads(text)
    return Entry(**told | {
        "files": tuple(LoadedFile(**file) for file in told["files"]),
        "counts": {table: Counts(**counts) for table, counts in told["counts"].items()},
        "columns": {table: tuple(names) for table, names in told["columns"].items()},
        "extra": {table: {name: Kind(kind) for name, kind in kinds.items()} for table, kinds in told["extra"].items()},
        "gone": tuple(told["gone"]),
        "known": tuple(told["known"]),
    })  # fmt: skip


@dataclass(frozen=True)
class Manifest:
    """Every version of a store, the oldest first. Read once, it never changes: a reader stays with what it saw.

    `log_version` is the version of the manifest's own table it was read at. It may run ahead of the store's: two who
    make a store at once leave two entries in its log.
    """

    place: Place
    entries: tuple[Entry, ...]
    log_version: int

    @property
    def head(self) -> int:
        """The newest version; 0 is the store with nothing in it."""
        return len(self.entries)

    def tables(self, version: int) -> Mapping[str, int]:
        """The version of each table that makes up a version of the store."""
        return self.entries[version - 1].tables if version else {}

    def until(self, version: int) -> "Manifest":
        """The store as it stood at a version."""
        return Manifest(self.place, self.entries[:version], self.log_version)

    def loads(self, engagement: str | None = None) -> list[Entry]:
        """The loads, withdrawn ones too, the oldest first."""
        return [one for one in self.entries if one.deed == "load" and engagement in (None, one.engagement)]

    @property
    def withdrawn(self) -> frozenset[str]:
        """The ids of loads that were taken back."""
        return frozenset(one.concerns for one in self.entries if one.deed == "withdrawal")

    def live(self, engagement: str | None = None) -> list[Entry]:
        """The loads that still stand."""
        withdrawn = self.withdrawn
        return [one for one in self.loads(engagement) if one.id not in withdrawn]

    @property
    def gone(self) -> frozenset[int]:
        """The versions that can't be read any more since a vacuum took files of theirs."""
        return frozenset(version for one in self.entries for version in one.gone)

    @property
    def pinned(self) -> frozenset[int]:
        """The versions that must stay readable."""
        return frozenset(one.keeps for one in self.entries if one.keeps is not None)

    def extra_columns(self, engagement: str, table: str) -> dict[str, Kind]:
        """The extra columns a table has by the loads of an engagement that still stand."""
        return {name: kind for one in self.live(engagement) for name, kind in one.extra.get(table, {}).items()}

    def at(self, instant: int) -> int:
        """The version that stood at an instant; 0 where there was none yet."""
        return max((one.version for one in self.entries if one.at <= instant), default=0)


class Overtaken(Exception):
    """Another load was first; what was planned must be planned again on what stands now."""


def create(place: Place) -> None:
    """Make an empty store, unless somebody just did."""
    address = place.inside(NAME).address
    try:
        DeltaTable.create(
            address,
            schema=_SCHEMA,
            mode="error",
            name="remit",
            description="The manifest of a store of facts. Written by Remit; its rows name the versions to read.",
            configuration={
                "delta.logRetentionDuration": "interval 36500 days",
                "delta.enableExpiredLogCleanup": "false",
            },
        )
    except DeltaError:
        _table_of(place)


def exists(place: Place) -> bool:
    """Whether there is a store at a place."""
    try:
        _table_of(place)
    except TableNotFoundError:
        return False
    return True


def _table_of(place: Place) -> DeltaTable:
    manifest = place.inside(NAME)
    if manifest.folder is not None and not (manifest.folder / "_delta_log").is_dir():
        raise TableNotFoundError(f"no manifest at {manifest.address}")
    return DeltaTable(manifest.address)


def read(place: Place) -> Manifest:
    """The manifest as it stands. Raises ProblemsFound where there is no store, or one of a newer Remit."""
    with told(place.url, writing=False):
        if not exists(place):
            what = "is not a store of facts" if place.holds_other_than(NAME) else "there is no store here"
            raise store_problem(place.url, what, "make one with: remit load CONTRACT --facts DIR --store URL")
        table = _table_of(place)
        rows = _rows(place, table)
    newer = [row for row in rows if row["format"] > FORMAT]
    if newer:
        what = f"is a store of format {newer[0]['format']}, written by a newer Remit; this one reads up to {FORMAT}"
        raise store_problem(place.url, what, "install the newer Remit")
    entries = tuple(from_text(row["entry"]) for row in rows)
    if [one.version for one in entries] != list(range(1, len(entries) + 1)):
        raise store_problem(place.url, "has a manifest with versions missing", "bring it back from a backup")
    return Manifest(place, entries, int(table.version()))


def _rows(place: Place, table: DeltaTable) -> list[dict[str, Any]]:
    files = place.inside(NAME)
    actions = pa.table(table.get_add_actions(flatten=True))
    rows: list[dict[str, Any]] = []
    for path in actions.column("path").to_pylist() if actions.num_rows else []:
        try:
            with files.opened(path) as file:
                rows += pq.read_table(file).to_pylist()
        except (OSError, pa.ArrowInvalid) as error:
            first = str(error).partition("\n")[0]
            what = f"can't be read: {first}"
            raise store_problem(place.url, what, "bring the file back from a backup", path=f"{NAME}/{path}") from None
    return sorted(rows, key=lambda row: int(row["version"]))


def commit(manifest: Manifest, entry: Entry) -> Manifest:
    """Switch the store to its next version in one step: the only instant at which a load comes to be seen.

    Raises Overtaken where another got there first; the store then shows the other's version, and nothing of this one.
    """
    table = _table_of(manifest.place)
    if table.version() != manifest.log_version:
        raise Overtaken
    place = manifest.place.inside(NAME)
    row = {"version": entry.version, "format": FORMAT, "at": entry.at, "id": entry.id, "entry": as_text(entry)}
    name = f"{entry.version:08}-{uuid4().hex}.parquet"
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([row], schema=_SCHEMA), buffer, compression="zstd")
    content = buffer.getvalue().to_pybytes()
    place.write(name, content)
    place.settle_on_disk([name])
    added = AddAction(name, len(content), {}, entry.at * 1000, True, json.dumps({"numRecords": 1}))
    try:
        table.create_write_transaction(
            [added],
            "append",
            DeltaSchema.from_arrow(_SCHEMA),
            [],
            commit_properties=ONCE,
            post_commithook_properties=HOOKS,
        )
    except CommitFailedError:
        raise Overtaken from None
    try:
        place.settle_on_disk([f"_delta_log/{manifest.log_version + 1:020}.json"])
    except OSError as error:
        what = f"shows version {entry.version}, which may not outlive a power cut: {error.strerror}"
        raise store_problem(manifest.place.url, what, "see to the disk, then run: remit store check") from None
    return Manifest(manifest.place, (*manifest.entries, entry), manifest.log_version + 1)


def engagements(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The engagements entries speak of, in order of appearance."""
    return tuple(dict.fromkeys(one.engagement for one in entries if one.engagement))
