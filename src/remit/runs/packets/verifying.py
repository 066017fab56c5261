"""Verifying a packet: who vouches for it, whether any byte was changed, and whether the same comes out again."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any

import duckdb

from remit import __version__
from remit.ingest.amendments import GivenFile
from remit.ingest.contract_files import ContractVersions, check_files
from remit.packets import manifests
from remit.packets.archives import Archive
from remit.packets.differences import Unlike, first_difference, written
from remit.packets.faults import packet_problem
from remit.packets.manifests import Manifest, read_manifest
from remit.packets.signatures import PublicKey, is_fingerprint, read_public_key
from remit.packets.tables import first_unlike
from remit.performance.settlements import FactCounts
from remit.runs.connections import connect
from remit.runs.judging import Request
from remit.runs.packets.carried import CarriedFacts, entry_of_table
from remit.runs.packets.contents import Computed, compute_contents
from remit.runs.packets.facts import Origin, open_carried, read_facts
from remit.runs.packets.making import Working, made_with
from remit.runs.packets.soundness import check_texts, text_columns
from remit.store.quoting import text_sql
from remit.terms.periods import month_of
from remit.terms.problems import ProblemsFound

_MOST_TEXT = 64 << 20
_MOST_TIMES_LARGER, _SMALL = 4, 1 << 20
"""How much larger a computed file may be in the packet than it comes out, before it is not looked at."""
_OURS = ("results/", "clocks/", "sql/", manifests.EXCLUSIONS)
"""What a packet says besides contract and facts: all of it is computed again."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A packet whose bytes are those its maker wrote, and what came out of it again.

    `signed_by` is the key that vouches for it, None where nobody does; `is_trusted` whether that key was asked for;
    `difference` the first thing that came out otherwise, None where all of it is reproduced. `notes` say what a reader
    should know besides.
    """

    size: int
    sha256: str
    manifest: Manifest
    signed_by: PublicKey | None
    is_trusted: bool
    computed: Computed
    difference: Unlike | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose packets are believed: a public key or its fingerprint, anybody's without one; nobody's where allowed."""

    key: str = ""
    unsigned: bool = False


def verify_packet(path: Path, trust: Trust, working: Working = Working()) -> Verified:  # noqa: B008
    """Check a packet's signature and every byte of it, then compute all it says from the contract and facts it carries.

    Raises ProblemsFound with one sentence where it is no packet, was changed, is signed by nobody or by another than is
    trusted, or holds something that can't be computed with.
    """
    archive = Archive(path)
    content = archive.content(manifests.MANIFEST, most=manifests.MOST_BYTES)
    manifest = read_manifest(content, str(path))
    signed_by = _signer(archive, content, manifest, trust)
    if signed_by is None:
        _check_unsigned(manifest, trust, str(path))
    with tempfile.TemporaryDirectory(prefix="remit-verify-", dir=working.spill) as name:
        folder = Path(name)
        working.tell("checking every byte")
        digest = _unpack(archive, manifest, folder / "given")
        given = _Given(archive, manifest, folder / "given")
        with _unreadable_told(str(path)), connect(memory_mb=working.memory_mb, spill=working.spill) as connection:
            versions, facts = given.versions(), given.facts()
            evidence = open_carried(connection, given.folder, facts, given.origin(), file=str(path))
            again, request = folder / "again", given.request()
            again.mkdir()
            computed = compute_contents(again, versions, evidence, facts, request, progress=working.progress)
            difference = next(_differences(given, again, computed, connection), None)
    is_trusted = bool(trust.key) and signed_by is not None
    return Verified(archive.size, digest, manifest, signed_by, is_trusted, computed, difference, _notes(manifest))


@contextmanager
def _unreadable_told(file: str) -> Iterator[None]:
    """Facts that the engine chokes on, as a problem of the packet: landing writes none such."""
    try:
        yield
    except (duckdb.Error, UnicodeDecodeError) as fault:
        told = str(fault).splitlines()[0].partition(": ")[2] or str(fault).splitlines()[0]
        what = f"holds facts that the engine can't read: {told[:200]}"
        raise packet_problem(file, what, "ask its maker for the packet again") from fault


def _signer(archive: Archive, content: bytes, manifest: Manifest, trust: Trust) -> PublicKey | None:
    """The key whose signature stands under the manifest, which is the one the manifest names and the one trusted."""
    file = str(archive.path)
    told = manifest.made_by.public_key
    key = None if told is None else read_public_key(told)
    if manifests.SIGNATURE not in archive.entries:
        if told is not None:
            raise packet_problem(file, "its signature was taken away", "ask its maker for the packet again")
        return None
    signature = archive.content(manifests.SIGNATURE, most=64)
    if key is None or not key.vouches_for(content, signature):
        what = "its signature does not belong to it: the packet was changed, or signed by another than it says"
        raise packet_problem(file, what, "ask its maker for the packet again", path=manifests.SIGNATURE)
    if trust.key and not _is_trusted(key, trust.key):
        what = f"it is signed by {key.fingerprint}, which is not the key you trust"
        raise packet_problem(file, what, "ask its maker, on another way, for the fingerprint of their key")
    return key


def _is_trusted(key: PublicKey, trusted: str) -> bool:
    return trusted == key.fingerprint if is_fingerprint(trusted) else read_public_key(trusted) == key


def _check_unsigned(manifest: Manifest, trust: Trust, file: str) -> None:
    if trust.key:
        raise packet_problem(file, "it is not signed, so that it can't be by the key you trust")
    if not trust.unsigned:
        what = f"it is not signed: anybody may have made it, whatever it says of {written(manifest.made_by.name)}"
        raise packet_problem(file, what, "to compute it again all the same: remit verify FILE --unsigned")


def _unpack(archive: Archive, manifest: Manifest, folder: Path) -> str:
    """Every entry written below a folder and compared with the manifest; the SHA-256 of the whole packet."""
    file = str(archive.path)
    own = {manifests.MANIFEST, manifests.SIGNATURE}
    missing = sorted(set(manifest.entries) - set(archive.entries))
    extra = sorted(set(archive.entries) - set(manifest.entries) - own)
    if missing:
        raise packet_problem(file, f"its entry {missing[0]} is missing", "ask for the packet again")
    if extra or own & set(manifest.entries):
        name = (extra or sorted(own & set(manifest.entries)))[0]
        raise packet_problem(file, f"it has an entry {name} that its manifest does not know", "ask for it again")
    for name, sealed in manifest.entries.items():
        placed = archive.entries[name]
        if placed.size != sealed.size or archive.digest(placed, folder / name) != sealed.sha256:
            raise packet_problem(file, "is not what the manifest says it is", "ask for the packet again", path=name)
    for name in own & set(archive.entries):
        archive.digest(archive.entries[name])
    with archive.path.open("rb") as whole:
        return hashlib.file_digest(whole, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class _Given:
    """What a packet gives to compute with: contract, facts, and how it was asked for."""

    archive: Archive
    manifest: Manifest
    folder: Path

    @property
    def file(self) -> str:
        """The packet, as it was named."""
        return str(self.archive.path)

    def text(self, name: str) -> bytes:
        """A small entry's bytes. Raises ProblemsFound where the packet has none."""
        if name not in self.manifest.entries:
            raise packet_problem(self.file, f"it has no entry {name}", "ask for the packet again")
        return self.archive.content(name, most=_MOST_TEXT)

    def versions(self) -> ContractVersions:
        """The contract, read from the packet's own files."""
        amendments = sorted(name for name in self.manifest.entries if name.startswith(manifests.AMENDMENTS))
        contract = GivenFile(manifests.CONTRACT, self.text(manifests.CONTRACT))
        checked = check_files(contract, [GivenFile(name, self.text(name)) for name in amendments])
        if checked.versions is None:
            raise ProblemsFound([replace(one, file=f"{self.file}: {one.file}") for one in checked.problems])
        if (checked.versions.sha256, checked.versions.id) != (self.manifest.contract.sha256, self.manifest.contract.id):
            what = "is another contract than the one the manifest names"
            raise packet_problem(self.file, what, path=manifests.CONTRACT)
        # As they were named where the packet was made, since a statement's words may name them.
        named = tuple(self.manifest.contract.files)
        return replace(checked.versions, files=named if len(named) == len(checked.versions.files) else
                       checked.versions.files)  # fmt: skip

    def facts(self) -> CarriedFacts:
        """What the packet says of its tables; each that carries columns has its file, and no other is there."""
        facts = read_facts(self.text(manifests.FACTS), file=self.file)
        carried = {entry_of_table(name) for name, table in facts.tables.items() if table.carried}
        there = {name for name in self.manifest.entries if name.startswith("facts/")}
        if carried != there:
            (name, *_) = sorted(carried ^ there)
            raise packet_problem(self.file, f"its entry {name} and {manifests.FACTS} do not go together", path=name)
        known = {column for table in facts.tables.values() for column in table.columns}
        for name in self.manifest.options.by:
            if name not in known:
                what = f"is split by {name[:60]!r}, a column its facts do not have"
                raise packet_problem(self.file, what, path=manifests.MANIFEST)
        return facts

    def origin(self) -> Origin:
        """What the packet says of the facts it was made from, which can't be computed from those it carries."""
        told = self.manifest.facts
        return Origin(FactCounts(told.rows, told.quarantined), told.sha256, told.store_version, told.waivers_sha256)

    def request(self) -> Request:
        """The months, the split and the instant the packet was asked for."""
        options = self.manifest.options
        first, last = (month_of(date.fromisoformat(f"{label}-01")) for label in (options.first, options.last))
        return Request(first, last, tuple(options.by), options.as_of)


def _differences(
    given: _Given, again: Path, computed: Computed, connection: duckdb.DuckDBPyConnection
) -> Iterator[Unlike]:
    """Everything that came out otherwise, the money first."""
    stated = {name for name in given.manifest.entries if name.startswith(_OURS)}
    strange = sorted(set(given.manifest.entries) - stated - _given_names(given.manifest))
    for name in sorted((stated ^ set(computed.names)) | set(strange), key=_rank):
        there, here = name in given.manifest.entries, name in computed.names
        yield Unlike(name, "this file" if there else "nothing", "this file" if here else "nothing")
    for name in sorted(computed.names, key=_rank):
        if name in given.manifest.entries and (found := _unlike(name, given, again, connection)) is not None:
            yield found


def _given_names(manifest: Manifest) -> set[str]:
    names = {name for name in manifest.entries if name.startswith((manifests.AMENDMENTS, "facts/"))}
    return {manifests.CONTRACT, manifests.FACTS, *names}


def _rank(name: str) -> tuple[int, str]:
    order = (manifests.STATEMENT, manifests.LEVELS, manifests.EXCLUSIONS, "results/", "clocks/", "sql/")
    return next((rank for rank, start in enumerate(order) if name.startswith(start)), len(order)), name


def _unlike(name: str, given: _Given, again: Path, connection: duckdb.DuckDBPyConnection) -> Unlike | None:
    stated, computed, sealed = given.folder / name, again / name, given.manifest.entries[name]
    with computed.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() == sealed.sha256:
            return None
    size = computed.stat().st_size
    if sealed.size > _MOST_TIMES_LARGER * size + _SMALL:
        # Nothing that large can be the same: it is told by its size, and not read.
        return Unlike(f"{name}, its size", f"{sealed.size:,} bytes", f"{size:,} bytes")
    if name.endswith(".json"):
        return _unlike_documents(name, stated.read_bytes(), computed.read_bytes(), given.file)
    if name.endswith(".parquet"):
        return _unlike_tables(name, stated, computed, connection, given.file)
    return None if _is_of_other_making(given.manifest) else _unlike_texts(name, stated, computed)


def _unlike_texts(name: str, stated: Path, computed: Path) -> Unlike:
    lines = zip_longest(stated.read_text("utf-8", "replace").splitlines(), computed.read_text("utf-8").splitlines())
    pairs = enumerate(lines, 1)
    number, pair = next(((n, pair) for n, pair in pairs if pair[0] != pair[1]), (0, ("other line ends", "line feeds")))
    return Unlike(f"{name}, line {number}", written(pair[0]), written(pair[1]))


def _unlike_documents(name: str, stated: bytes, computed: bytes, file: str) -> Unlike | None:
    try:
        told: Any = json.loads(stated)
    except (ValueError, RecursionError):
        raise packet_problem(file, "is not readable as JSON", path=name) from None
    place = {manifests.STATEMENT: "statement", manifests.LEVELS: "levels", manifests.EXCLUSIONS: "exclusions"}[name]
    return first_difference(_without_version(told), _without_version(json.loads(computed)), place=place)


def _without_version(told: Any) -> Any:
    """A document without the version of Remit that wrote it, which the manifest tells and which decides nothing."""
    if not isinstance(told, list):
        return told
    return [
        {name: value for name, value in one.items() if name != "remit_version"} if isinstance(one, dict) else one
        for one in told
    ]


def _unlike_tables(
    name: str, stated: Path, computed: Path, connection: duckdb.DuckDBPyConnection, file: str
) -> Unlike | None:
    try:
        source = f"read_parquet({text_sql(str(stated))}, hive_partitioning = false)"
        check_texts(connection, source, text_columns(source, connection), file, name)
        found = first_unlike(stated, computed)
    except (OSError, ValueError, duckdb.Error) as error:
        raise packet_problem(file, f"can't be read: {' '.join(str(error).split())[:200]}", path=name) from None
    if found is None:
        return None
    row, column, theirs, ours = found
    return Unlike(f"{name}, row {row}, {column}", written(theirs), written(ours))


def _is_of_other_making(manifest: Manifest) -> bool:
    """Whether other versions wrote the SQL, who may word it otherwise; what it gives is compared all the same."""
    here = made_with()
    return any(manifest.made_with.get(name) != here[name] for name in ("remit", "sqlglot"))


def _notes(manifest: Manifest) -> tuple[str, ...]:
    here, notes = made_with(), []
    for name, version in here.items():
        other = manifest.made_with.get(name, "unknown")
        if other != version:
            notes.append(f"made with {name} {other}, computed again with {name} {version}")
    if _is_of_other_making(manifest):
        notes.append(f"the wording of its SQL is not compared, since Remit {__version__} or sqlglot is another version")
    return tuple(notes)
