"""Making a packet: what the months need is carried, everything is computed again from it, then it is sealed."""

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from remit import __version__
from remit.engines.duckdb_engine import DuckDBEngine
from remit.ingest.amendments import GivenFile
from remit.ingest.contract_files import ContractVersions
from remit.packets import manifests
from remit.packets.archives import Entry, entry_of, write_archive
from remit.packets.differences import Unlike, first_difference
from remit.packets.manifests import Manifest
from remit.packets.signatures import SigningKey
from remit.performance.facts import TABLES, Kind
from remit.performance.linting.column_rules import conditions_of
from remit.performance.measures.conditions import columns_of, parse_condition
from remit.performance.measures.portable import column_kinds
from remit.performance.settlements import Settlement
from remit.reports.statements import as_json
from remit.runs.connections import connect
from remit.runs.evidence import Evidence
from remit.runs.judging import Progress, Request
from remit.runs.packets.carried import CarriedFacts, entry_of_table
from remit.runs.packets.contents import Computed, compute_contents
from remit.runs.packets.facts import (
    Carrying,
    Columns,
    Origin,
    open_carried,
    personal_columns,
    read_facts,
    write_facts,
)
from remit.runs.packets.needs import Needs, drop_listed, spans_of, watched_settlement
from remit.terms.clocks import ByDimension
from remit.terms.contracts import Contract
from remit.terms.measure_terms import TargetByDimension, Turnaround
from remit.terms.periods import Period, months_between
from remit.terms.problems import Problem, ProblemsFound

_PSEUDONYMS = "pseudonyms"


@dataclass(frozen=True, slots=True)
class Source:
    """What a packet is made from.

    `files` are the contract and its amendments, byte for byte as `versions` were read from them; `extra` the columns
    that a mapping added to each table, with their kinds.
    """

    versions: ContractVersions
    files: Sequence[GivenFile]
    evidence: Evidence
    extra: Mapping[str, Mapping[str, Kind]]


@dataclass(frozen=True, slots=True)
class Working:
    """What a packet's making or verifying may take: memory, a folder to spill to; and who is told how far it is."""

    memory_mb: int = 2048
    spill: Path | None = None
    progress: Progress | None = None

    def tell(self, what: str) -> None:
        """Say what is being done."""
        if self.progress is not None:
            self.progress(what, 0, 0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants of a packet: the months, what becomes of personal data, and who makes and signs it.

    `key` None makes a packet that nobody signs. `secret` renames people; without it the key's own is taken.
    """

    request: Request
    personal: manifests.Personal
    made_by: str
    key: SigningKey | None
    secret: bytes = b""


@dataclass(frozen=True, slots=True)
class Made:
    """A packet as it was written: its size, its SHA-256, the manifest, and what was computed from it."""

    size: int
    sha256: str
    manifest: Manifest
    computed: Computed


def make_packet(source: Source, wanted: Wanted, out: BinaryIO, working: Working = Working()) -> Made:
    """Write the packet of some months to an open file.

    Everything the packet says is computed from what it carries, and compared with the settlement of all the facts
    before anything is written. Raises ProblemsFound where there is nothing to settle, and where people can't be renamed
    without another figure coming out.
    """
    _check_files(source)
    _check_months(source, wanted.request)
    evidence = replace(source.evidence, spans=spans_of(source.evidence))
    settlements, needs = watched_settlement(source.versions, evidence, wanted.request, progress=working.progress)
    if not settlements:
        what = "the facts hold no month of the term that was asked for"
        raise ProblemsFound([Problem(source.versions.files[0], 0, "", what)])
    with tempfile.TemporaryDirectory(prefix="remit-packet-", dir=working.spill) as name:
        folder = Path(name)
        carrier = _Carrier(replace(source, evidence=evidence), wanted, working)
        carried = carrier.carry(folder, settlements, needs)
        if isinstance(evidence.engine, DuckDBEngine):
            drop_listed(evidence.engine.connection)
        entries = _entries(folder, source.files, carried)
        manifest = _manifest(source, wanted, carried, entries)
        content = manifest.as_bytes()
        entries.append(entry_of(manifests.MANIFEST, content))
        if wanted.key is not None:
            entries.append(entry_of(manifests.SIGNATURE, wanted.key.sign(content)))
        size, digest = write_archive(out, entries)
    return Made(size, digest, manifest, carried.computed)


@dataclass(frozen=True, slots=True)
class _Carried:
    """The facts in a folder and what was computed from them; `rows` says whether all of them had to go along."""

    computed: Computed
    facts: CarriedFacts
    rows: str


@dataclass(frozen=True, slots=True)
class _Carrier:
    """Carries the facts of some months over into a folder, until the same figures come out of them."""

    source: Source
    wanted: Wanted
    working: Working

    def carry(self, folder: Path, settlements: tuple[Settlement, ...], needs: Needs) -> _Carried:
        """The facts written and everything computed from them; all rows where the needed ones did not do."""
        expected = json.loads(as_json(settlements))
        unlike: Unlike | None = None
        for rows, chosen in (("needed", needs), ("all", needs.with_all_rows())):
            place = folder / rows
            place.mkdir()
            computed, facts = self._carried(place, chosen)
            unlike = first_difference(expected, json.loads(as_json(computed.settlements)), place="the statement")
            if unlike is None:
                for path in sorted(place.iterdir()):
                    path.rename(folder / path.name)
                return _Carried(computed, facts, rows)
        raise AssertionError(f"the facts carried do not give the same: {unlike}")

    def _carried(self, folder: Path, needs: Needs) -> tuple[Computed, CarriedFacts]:
        self.working.tell("writing the facts")
        evidence, request = self.source.evidence, self.wanted.request
        written = write_facts(folder, evidence, needs, self._carrying(needs), self.source.extra)
        read = read_facts((folder / manifests.FACTS).read_bytes(), file=manifests.FACTS)
        origin = Origin(evidence.counts, evidence.sha256, evidence.store_version, evidence.waivers_sha256)
        with connect(memory_mb=self.working.memory_mb, spill=self.working.spill) as connection:
            again = open_carried(connection, folder, read, origin, file=manifests.FACTS)
            versions, progress = self.source.versions, self.working.progress
            return compute_contents(folder, versions, again, read, request, progress=progress), written

    def _carrying(self, needs: Needs) -> Carrying:
        wanted, filled = self.wanted.personal, self.source.evidence.filled
        if wanted == "keep":
            whole = {table: filled.get(table, frozenset()) | needs.columns[table] for table in needs.columns}
            return Carrying(whole, {}, b"")
        renamed = {table: self._renamed(table, needs.columns[table]) for table in needs.columns}
        self._check_renamed(renamed)
        key = self.wanted.secret or (b"" if self.wanted.key is None else self.wanted.key.derived(_PSEUDONYMS))
        return Carrying(dict(needs.columns), {table: found for table, found in renamed.items() if found}, key)

    def _renamed(self, table: str, columns: frozenset[str]) -> Columns:
        """The needed columns that are written as pseudonyms: people always, the keys of records where asked for."""
        both = self.wanted.personal == _PSEUDONYMS
        found = personal_columns(self.source.versions, table)
        return {name: kind for name, kind in found.items() if name in columns and (both or kind.value == "person")}

    def _check_renamed(self, renamed: Mapping[str, Columns]) -> None:
        """A value that a term spells out can't be replaced: the term would not find it any more."""
        problems = []
        named = {pair for one in self.source.versions.versions for pair in _spelled_out(one.contract)}
        compared = [one.contract.scorecard for one in self.source.versions.versions]
        dimensions = {*self.wanted.request.dimensions, *(one.by for one in compared if one is not None)}
        for table, columns in renamed.items():
            kinds = {**column_kinds(self.source.versions.latest, table)}
            for column in columns:
                if (table, column) in named or column in dimensions:
                    what = f"{table}.{column} leads back to people, and a term or a split spells out its values"
                    hint = "a pseudonym would change the figures; carry it as it stands with --personal keep"
                    problems.append(Problem(self.source.versions.files[0], 0, "", what, hint))
                elif kinds.get(column, "text") != "text":
                    what = f"{table}.{column} leads back to people and is no text, so that it can have no pseudonym"
                    hint = "a figure needs it: carry it as it stands with --personal keep"
                    problems.append(Problem(self.source.versions.files[0], 0, "", what, hint))
        if problems:
            raise ProblemsFound(problems)


def _spelled_out(contract: Contract) -> set[tuple[str, str]]:
    """The columns whose values the contract itself writes: in conditions, and to choose a target or a calendar."""
    found: set[tuple[str, str]] = set()
    for _, table, words in conditions_of(contract):
        if table in TABLES:
            found |= {(table, name) for name in columns_of(parse_condition(words, column_kinds(contract, table)))}
    for clock in contract.clocks.values():
        if isinstance(clock.calendar, ByDimension):
            found.add((clock.of, clock.calendar.by))
    for level in contract.service_levels.values():
        measure = level.measure
        if isinstance(measure, Turnaround):
            targets = (measure.share_within, measure.within)
            of = contract.clocks[measure.clock].of
            found |= {(of, target.by) for target in targets if isinstance(target, TargetByDimension)}
    return found


def _check_files(source: Source) -> None:
    """The files must be those the terms were read from, to the byte: their hash is the contract's."""
    hashes = [hashlib.sha256(file.content).hexdigest() for file in source.files]
    whole = hashlib.sha256("".join(f"{one}\n" for one in hashes).encode()).hexdigest()
    if source.versions.sha256 != (hashes[0] if len(hashes) == 1 else whole):
        what = "was changed while the packet was being made"
        raise ProblemsFound([Problem(source.versions.files[0], 0, "", what, "run it again")])


def _check_months(source: Source, request: Request) -> None:
    first, last = _bounds(request)
    count = sum(1 for _ in months_between(first.start_on, last.last_on))
    if count > manifests.MOST_MONTHS:
        what = f"{count} months are asked for; a packet holds at most {manifests.MOST_MONTHS}"
        raise ProblemsFound([Problem(source.versions.files[0], 0, "", what, "make several packets")])


def _entries(folder: Path, files: Sequence[GivenFile], carried: _Carried) -> list[Entry]:
    found = [entry_of(name, content) for name, content in contract_entries(files)]
    found.append(entry_of(manifests.FACTS, folder / manifests.FACTS))
    tables = [entry_of_table(name) for name, table in carried.facts.tables.items() if table.carried]
    return found + [entry_of(name, folder / name) for name in (*tables, *carried.computed.names)]


def contract_entries(files: Sequence[GivenFile]) -> list[tuple[str, bytes]]:
    """The contract and its amendments under the names a packet gives them."""
    contract, *amendments = files
    found = [(manifests.CONTRACT, contract.content)]
    found += [(f"{manifests.AMENDMENTS}{n:03}.yaml", one.content) for n, one in enumerate(amendments, 1)]
    return found


def made_with() -> dict[str, str]:
    """Everything whose version could ever matter to a figure or to a file's bytes."""
    return {"remit": __version__} | {name: version(name) for name in ("tzdata", "duckdb", "pyarrow", "sqlglot")}


def _manifest(source: Source, wanted: Wanted, carried: _Carried, entries: Sequence[Entry]) -> Manifest:
    versions, evidence = source.versions, source.evidence
    return Manifest.model_validate(
        {
            "remit_packet": manifests.FORMAT,
            "contract": {
                "id": versions.id,
                "sha256": versions.sha256,
                "files": [Path(name).name for name in versions.files],
            },
            "facts": {
                "sha256": evidence.sha256,
                "rows": evidence.counts.rows,
                "quarantined": evidence.counts.quarantined,
                "store_version": evidence.store_version,
                "waivers_sha256": evidence.waivers_sha256,
            },
            "options": {
                **_months(wanted.request),
                "by": list(wanted.request.dimensions),
                "as_of": wanted.request.as_of,
                "personal": wanted.personal,
                "replaced": {table: list(columns) for table, columns in carried.facts.replaced.items()},
                "rows": carried.rows,
            },
            "made_by": {
                "name": wanted.made_by,
                "public_key": None if wanted.key is None else wanted.key.public.written,
            },
            "made_with": made_with(),
            "entries": {one.name: {"size": one.size, "sha256": one.sha256} for one in entries},
        }
    )


def _bounds(request: Request) -> tuple[Period, Period]:
    if request.first is None or request.last is None:
        raise ValueError("a packet is of a first and a last month")
    return request.first, request.last


def _months(request: Request) -> dict[str, str]:
    first, last = _bounds(request)
    return {"first": first.start_on.isoformat()[:7], "last": last.start_on.isoformat()[:7]}
