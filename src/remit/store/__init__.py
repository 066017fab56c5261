"""The fact store: exports loaded as versions, corrected, withdrawn, and read again as they stood."""

from remit.store.damage import named
from remit.store.differences import RecordChange, changed_records
from remit.store.loads import Loading, files_loaded, load, open_if_there, open_or_create
from remit.store.manifest import Act, Counts, Entry, LoadedFile, Manifest
from remit.store.merging import Arrival
from remit.store.moved_instants import MovedInstant, moved_changes, moved_instants
from remit.store.places import Place
from remit.store.restatements import Restatement
from remit.store.snapshots import Snapshot, read_manifest, snapshot, version_asked
from remit.store.upkeep import Checked, Vacuumed, check, compact, pin, vacuum
from remit.store.withdrawals import withdraw

__all__ = [
    "Act", "Arrival", "Checked", "Counts", "Entry", "LoadedFile", "Loading", "Manifest", "MovedInstant", "Place",
    "RecordChange", "Restatement", "Snapshot", "Vacuumed", "changed_records", "check", "compact", "files_loaded",
    "load", "moved_changes", "moved_instants", "named", "open_if_there", "open_or_create", "pin", "read_manifest",
    "snapshot", "vacuum", "version_asked", "withdraw",
]  # fmt: skip
