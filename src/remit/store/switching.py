"""The one way a store changes: plan on what stands, commit the tables, switch the manifest; overtaken, plan again."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from remit.performance.facts import Kind
from remit.store import manifest as manifests
from remit.store.damage import named
from remit.store.faults import store_problem, told
from remit.store.manifest import Entry, Manifest, Overtaken
from remit.store.places import Place
from remit.store.tables import StoredFile, StoredTable

_ATTEMPTS = 100
_LONGEST_PAUSE_SECONDS = 0.5

Plan = Callable[[Manifest], Entry | None]


@dataclass(frozen=True, slots=True)
class TableChange:
    """What a deed does to one table: files in, files out, and the columns the new ones have."""

    name: str
    columns: Mapping[str, Kind]
    added: Sequence[StoredFile]
    removed: Sequence[StoredFile]


def table_in(place: Place, name: str) -> StoredTable:
    """A table of a store by its name."""
    return StoredTable(name, place.inside("tables", name))


def switch(place: Place, plan: Plan) -> Manifest:
    """Carry out a plan and give the manifest with its entry; where the plan finds nothing to do, as it stands.

    Nothing is locked. Several may work at once; the manifest lets one of them through for each version, and the others
    plan again on what it left. Somebody always gets through.
    """
    with told(place.url):
        for attempt in range(_ATTEMPTS):
            manifest = manifests.read(place)
            with named(manifest, partial(_held, manifest)):
                entry = plan(manifest)
            if entry is None:
                return manifest
            try:
                return manifests.commit(manifest, entry)
            except Overtaken:
                time.sleep(random.uniform(0, min(_LONGEST_PAUSE_SECONDS, 0.02 * 2**attempt)))  # noqa: S311
    raise store_problem(place.url, f"others changed it {_ATTEMPTS} times over", "run it again when it is quieter")


def _held(manifest: Manifest) -> Mapping[str, Sequence[StoredFile]]:
    """The files of the newest version, by table."""
    versions = manifest.tables(manifest.head)
    return {name: list(table_in(manifest.place, name).files(version).values()) for name, version in versions.items()}


def committed(manifest: Manifest, changes: Sequence[TableChange]) -> dict[str, int]:
    """Commit the changes to each table on top of what the manifest names, and give the versions of all tables."""
    versions = dict(manifest.tables(manifest.head))
    for change in changes:
        table = table_in(manifest.place, change.name)
        table.ensure(change.columns)
        files = table.files(versions.get(change.name))
        for file in change.removed:
            del files[file.path]
        files |= {file.path: file for file in change.added}
        versions[change.name] = table.become(files)
    return versions


def digests_of(place: Place, changes: Sequence[TableChange]) -> dict[str, dict[str, str]]:
    """The SHA-256 of every file the changes brought, by table and path, against which they are checked later."""
    return {
        change.name: {
            file.path: table_in(place, change.name).place.digest_of(file.path) for file in change.added
        }
        for change in changes
        if change.added
    }  # fmt: skip
