"""Uploads landed in the store through `runs.loading`, and loads taken back."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings

from remit.ingest.fact_folders import chosen_mapping, files_of
from remit.runs.connections import connect
from remit.runs.loading import Export, Loaded, load_export
from remit.store import Act, Entry, Place, open_if_there, withdraw
from remit.terms.problems import ProblemsFound
from remit.web.performance.bridge.problems import kept


@dataclass(frozen=True, slots=True)
class Delivery:
    """An upload to land: where its files lie, whose they are, and the id by which the store shall know the load.

    `earlier` are files that came with loads still standing, the newest first. Where the mapping names a file that this
    upload does not have, the newest such one stands in for it: the store has it already and does not read it again.
    """

    id: str
    contract: str
    folder: Path
    mapping: Path | None
    quarantine: Path
    by: str
    at: int
    limit: Decimal | None = None
    earlier: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of an upload: the store's version and counts; or `problems`, and the store stands as it was."""

    problems: list[dict[str, Any]]
    is_refused: bool = False
    is_new: bool = False
    store_load: str = ""
    store_version: int | None = None
    counts: dict[str, int] | None = None


def land(delivery: Delivery, *, on_file: Callable[[str], None]) -> Landed:
    """Land an upload. Done again after a crash it finds what the store has of it already, and changes nothing."""
    done = entry_of(delivery.id)
    if done is not None:
        return _landed(done, is_new=True, problems=[])
    with tempfile.TemporaryDirectory(prefix="remit-load-") as place:
        root = Path(place)
        folders = (root, delivery.folder, delivery.folder.parent)
        try:
            _lay_out(delivery, root)
            loaded = _load(delivery, root, on_file)
        except ProblemsFound as found:
            return Landed(kept(found.problems, folders=folders), is_refused=True)
    warnings = kept(loaded.facts.warnings, folders=folders) if loaded.facts is not None else []
    if loaded.entry is None:
        return Landed(warnings)
    return _landed(loaded.entry, is_new=loaded.is_new, problems=warnings)


def _load(delivery: Delivery, root: Path, on_file: Callable[[str], None]) -> Loaded:
    export = Export(root, delivery.mapping, delivery.at, delivery.quarantine, delivery.limit)
    act = Act(delivery.id, delivery.by, delivery.at)
    with connect(memory_mb=settings.ENGINE_MEMORY_MB) as connection:
        return load_export(
            export,
            url=settings.STORE_URL,
            engagement=delivery.contract,
            act=act,
            connection=connection,
            on_file=on_file,
        )


def _lay_out(delivery: Delivery, root: Path) -> None:
    """The folder as the corridor reads one: the upload's files, and earlier ones for what the mapping also names."""
    for path in sorted(delivery.folder.iterdir()):
        (root / path.name).symlink_to(path)
    if delivery.mapping is None:
        return
    mapping, _ = chosen_mapping(root, delivery.mapping)
    for index, source in enumerate(mapping.sources):
        _, missing = files_of(root, source, index=index)
        for pattern in source.files if missing else ():
            matching = [path for path in delivery.earlier if PurePath(path.name).match(pattern)]
            if matching and not any(PurePath(path.name).match(pattern) for path in root.iterdir()):
                (root / matching[0].name).symlink_to(matching[0])


def _landed(entry: Entry, *, is_new: bool, problems: list[dict[str, Any]]) -> Landed:
    total = entry.total
    counts = {
        "rows": sum(file.rows for file in entry.files),
        "new": total.new,
        "changed": total.changed,
        "unchanged": total.unchanged,
        "older": total.older,
        "quarantined": entry.quarantined,
    }
    return Landed(problems, False, is_new, entry.id, entry.version, counts)


def entry_of(act_id: str) -> Entry | None:
    """What the store has under an act's id: a load or a withdrawal; None where there is no such act, or no store."""
    manifest = open_if_there(settings.STORE_URL)
    if manifest is None:
        return None
    return next((one for one in manifest.entries if one.id == act_id), None)


def take_back(store_load: str, *, act_id: str, by: str, at: int, why: str) -> int:
    """Withdraw a load from the store; the version without it. Done again after a crash it changes nothing.

    Raises ProblemsFound where the store has no such load, or it was withdrawn otherwise.
    """
    done = entry_of(act_id)
    if done is None:
        with connect(memory_mb=settings.ENGINE_MEMORY_MB) as connection:
            done = withdraw(Place(settings.STORE_URL), store_load, Act(act_id, by, at, why), connection)
    return done.version


def lines_before_rows(mapping: Path, name: str) -> int:
    """How many lines of a file stand before its first row by a mapping: those skipped, and the header it has."""
    try:
        chosen, _ = chosen_mapping(mapping.parent, mapping)
    except ProblemsFound:
        return 1
    matching = [one for one in chosen.sources if any(PurePath(name).match(pattern) for pattern in one.files)]
    return next((one.skip_lines + (one.header is None) for one in matching), 1)
