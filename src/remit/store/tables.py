"""One stored table: its Parquet files at a version, and the commit that makes it exactly a set of files."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Field
from deltalake import Schema as DeltaSchema
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, PostCommitHookProperties, RemoveAction

from remit.performance.facts import Kind
from remit.store.layout import ENGAGEMENT, MONTH, PARTITIONS, kind_in, schema_of
from remit.store.places import Place

_ATTEMPTS = 200
_CONFIGURATION: dict[str, str | None] = {
    # Versions stay readable until vacuum takes them: deltalake would otherwise cut its log after 30 days by itself.
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.enableExpiredLogCleanup": "false",
}
ONCE = CommitProperties(max_commit_retries=0)
"""A commit lands on the very version it was planned for, or fails: `deltalake` may not put it on top of another's."""
HOOKS = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)


class KindsDiffer(Exception):
    """A column is of one kind in the store and of another in the load; the sentence says which."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One Parquet file of a stored table; `path` is relative to the table."""

    path: str
    size_bytes: int
    rows: int
    engagement: str
    month: str
    written_at_ms: int

    @property
    def partition(self) -> dict[str, str | None]:
        return {ENGAGEMENT: self.engagement, MONTH: self.month}

    def as_added(self) -> AddAction:
        statistics = json.dumps({"numRecords": self.rows})
        return AddAction(self.path, self.size_bytes, self.partition, self.written_at_ms, True, statistics)

    def as_removed(self) -> RemoveAction:
        return RemoveAction(self.path, True, self.written_at_ms, self.size_bytes, self.partition)


Files = Mapping[str, StoredFile]


@dataclass(frozen=True)
class StoredTable:
    """A table of a store by its name; `place` is its own."""

    name: str
    place: Place

    def files(self, version: int | None) -> dict[str, StoredFile]:
        """The files of a version by path; no version is the table before its first load."""
        return {} if version is None else files_of(DeltaTable(self.place.address, version=version))

    def schema(self) -> pa.Schema | None:
        """The columns the table has now; None where there is no such table yet."""
        try:
            return pa.schema(DeltaTable(self.place.address).schema().to_arrow())
        except TableNotFoundError:
            return None

    def ensure(self, columns: Mapping[str, Kind]) -> None:
        """Make the table, or give it the columns it lacks. Old files hold nothing in them, which reads as null.

        Raises KindsDiffer where a column is there already and of another kind.
        """
        wanted = schema_of(columns)
        for _ in range(_ATTEMPTS):
            present = self.schema()
            if present is None:
                self._create(wanted)
                continue
            for name in columns:
                if name in present.names and kind_in(present, name) != kind_in(wanted, name):
                    raise KindsDiffer(
                        f"{self.name}.{name} is {kind_in(present, name)} in the store and {kind_in(wanted, name)} here"
                    )
            missing = [wanted.field(name) for name in columns if name not in present.names]
            if not missing:
                return
            self._add_columns(missing)
        raise CommitFailedError(f"{self.name}: others changed the table {_ATTEMPTS} times over")

    def _create(self, wanted: pa.Schema) -> None:
        try:
            DeltaTable.create(
                self.place.address,
                schema=wanted,
                mode="error",
                partition_by=list(PARTITIONS),
                configuration=_CONFIGURATION,
            )
        except DeltaError:
            if self.schema() is None:
                raise

    def _add_columns(self, missing: Iterable[pa.Field]) -> None:
        fields = [Field.from_arrow(field) for field in missing]
        try:
            DeltaTable(self.place.address).alter.add_columns(
                fields, commit_properties=ONCE, post_commithook_properties=HOOKS
            )
        except CommitFailedError:
            return

    def become(self, wanted: Files) -> int:
        """Commit one version that holds exactly the files wanted, whatever stands at the table's head; its number.

        The head may hold what a killed or a losing load left: that is taken out in the same commit, so nothing that no
        manifest names can ever ride along into a version that one names.
        """
        for _ in range(_ATTEMPTS):
            table = DeltaTable(self.place.address)
            head = files_of(table)
            actions: list[AddAction | RemoveAction] = [
                file.as_added() for path, file in wanted.items() if path not in head
            ]
            actions += [file.as_removed() for path, file in head.items() if path not in wanted]
            if not actions:
                return int(table.version())
            try:
                table.create_write_transaction(
                    actions,
                    "append",
                    DeltaSchema.from_arrow(table.schema().to_arrow()),
                    list(PARTITIONS),
                    commit_properties=ONCE,
                    post_commithook_properties=HOOKS,
                )
            except CommitFailedError:
                continue
            version = int(table.version()) + 1
            self.settle_log(version)
            return version
        raise CommitFailedError(f"{self.name}: others changed the table {_ATTEMPTS} times over")

    def settle_log(self, version: int) -> None:
        """Wait until a commit would outlive a power cut."""
        self.place.settle_on_disk([f"_delta_log/{version:020}.json"])


def files_of(table: DeltaTable) -> dict[str, StoredFile]:
    """The files of a table as loaded."""
    actions = pa.table(table.get_add_actions(flatten=True))
    if not actions.num_rows:
        return {}
    names = ("path", "size_bytes", "num_records", f"partition.{ENGAGEMENT}", f"partition.{MONTH}", "modification_time")
    columns = [actions.column(name).to_pylist() for name in names]
    found = (
        StoredFile(path, size, rows or 0, engagement, month, int(written))
        for path, size, rows, engagement, month, written in zip(*columns, strict=True)
    )
    return {file.path: file for file in found}
