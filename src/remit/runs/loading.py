"""Loading: an export landed as facts and merged into a store as one version."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from remit.ingest.fact_files import Facts, open_facts
from remit.ingest.fact_folders import chosen_mapping
from remit.store import Act, Arrival, Entry, LoadedFile, Loading, files_loaded, load, open_if_there, open_or_create


@dataclass(frozen=True, slots=True)
class Export:
    """A folder of facts to load, and what its rows are as of: `exported_at` where they bring no `updated_at`."""

    folder: Path
    mapping: Path | None
    exported_at: int
    quarantine: Path | None = None
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A load as the store has it; `facts` are what was landed, None where all files were in the store already."""

    entry: Entry | None
    facts: Facts | None
    is_new: bool


def load_export(
    export: Export,
    *,
    url: str,
    engagement: str,
    act: Act,
    connection: duckdb.DuckDBPyConnection,
    on_file: Callable[[str], None] | None = None,
) -> Loaded:  # fmt: skip
    """Land an export and merge it into a store.

    Files that a load still standing has brought already, by the same mapping, are not read again; where that is all of
    them nothing is changed, and no load is made. Raises ProblemsFound where anything stands in the way; the store then
    shows nothing of the load, and where there was none yet, none is made for an export that can't be read.
    """
    manifest = open_if_there(url)
    _, mapping_sha256 = chosen_mapping(export.folder, export.mapping)
    known = files_loaded(manifest, engagement, mapping_sha256) if manifest is not None else frozenset()
    facts = open_facts(
        export.folder,
        mapping=export.mapping,
        connection=connection,
        quarantine_path=export.quarantine,
        limit=export.limit,
        skip=known,
        on_file=on_file,
    )
    if not facts.files:
        return Loaded(None, None, is_new=False)
    files = tuple(LoadedFile(file.name, file.sha256, file.rows, file.quarantined) for file in facts.files)
    arrivals = [
        Arrival(name, frozenset(table.columns), table.extra, export.exported_at, table.is_landed)
        for name, table in facts.tables.items()
    ]
    loading = Loading(
        id=act.id,
        engagement=engagement,
        at=act.at,
        by=act.by,
        files=files,
        mapping_sha256=mapping_sha256,
        quarantined=facts.quarantined,
        known=facts.skipped,
    )
    entry = load(open_or_create(url).place, loading, arrivals, connection)
    return Loaded(entry, facts, is_new=entry.id == loading.id)
