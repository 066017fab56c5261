"""The contract file read into terms: as signed, and as amended from each date on, with every problem at its line."""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path

from remit.ingest.amendments import AmendmentFile, GivenFile, amended, amendments_among, read_amendments
from remit.ingest.contract_readings import Reading, read_terms
from remit.ingest.document_nodes import Document
from remit.ingest.document_places import find_place, places_from
from remit.ingest.documents import compose_document, load_document, written_path
from remit.terms.contracts import Contract
from remit.terms.periods import Period
from remit.terms.problems import Problem, ProblemsFound, Severity, errors_in


@dataclass(frozen=True, slots=True)
class ContractVersion:
    """The terms in force from a day on; `amendment` is the id of what brought them, None for those first signed.

    Amendments from one day make one version; their ids then stand together, with commas.
    """

    from_on: date
    contract: Contract
    amendment: str | None = None


@dataclass(frozen=True, slots=True)
class ContractVersions:
    """A contract with its amendments: the terms of any day of its term.

    `versions` are in the order of their days and never empty. `sha256` is that of the file's bytes; with amendments it
    is the hash of the hashes of all files, contract first, then the amendments as applied, each as 64 hexadecimal
    digits and a line feed, so that `sha256sum` alone can compute it again. `files` are those files as they were named.
    """

    id: str
    versions: tuple[ContractVersion, ...]
    sha256: str
    files: tuple[str, ...]
    warnings: tuple[Problem, ...] = ()

    @property
    def signed(self) -> Contract:
        """The terms first signed."""
        return self.versions[0].contract

    @property
    def latest(self) -> Contract:
        """The terms after the last amendment."""
        return self.versions[-1].contract

    def in_force_on(self, day: date) -> Contract:
        """The terms in force on a day; before the term begins, those first signed."""
        days = [version.from_on for version in self.versions]
        return self.versions[max(0, bisect_right(days, day) - 1)].contract

    def changes_within(self, period: Period) -> tuple[date, ...]:
        """The days inside a period on which the terms change; a change on its first day holds for all of it."""
        days = (version.from_on for version in self.versions[1:])
        return tuple(day for day in days if period.start_on < day < period.end_on)

    def terms_for(self, period: Period) -> Contract:
        """The terms a period is judged by: those of its first day, or of its last where the contract says `end`.

        The contract's own word `amended_inside_period` decides, as in force on the first day. For `by_record` these are
        the terms of the last day, by which the sum is judged; the caller measures each record by `in_force_on`.
        """
        first = self.in_force_on(period.start_on)
        return first if first.amended_inside_period == "start" else self.in_force_on(period.last_on)


@dataclass(frozen=True, slots=True)
class CheckedContract:
    """What a contract file and its amendments hold: every problem and doubt, and the terms where there is no error."""

    problems: tuple[Problem, ...]
    versions: ContractVersions | None
    amendments: int = 0
    partial: Contract | None = None


def read_contract(path: Path | str) -> Contract:
    """The terms as signed, without amendments; raises ProblemsFound with every problem where there is an error."""
    return read_versions(path, as_signed=True).signed


def read_versions(path: Path | str, *, as_signed: bool = False) -> ContractVersions:
    """A contract with the amendments of the folder `amendments` beside it; `as_signed` leaves them aside.

    Raises ProblemsFound with every problem, warnings too, where there is an error; without one the warnings are kept
    in the result.
    """
    checked = check_contract(path, as_signed=as_signed)
    if checked.versions is None:
        raise ProblemsFound(checked.problems)
    return checked.versions


def check_contract(path: Path | str, *, as_signed: bool = False) -> CheckedContract:
    """Everything there is to say about a contract file and its amendments, in one pass and in the order of the files.

    A contract with faults in some of its terms is still looked at with the others; amendments are applied only to a
    contract that can be read whole, since a fault in it would be told again for each.
    """
    document, sha256, problems = _load(path)
    if document is None:
        return CheckedContract(tuple(problems), None)
    if as_signed:
        return _checked(document, sha256, lambda _id: ([], []))
    return _checked(document, sha256, lambda known_as: read_amendments(path, contract_id=known_as))


def check_files(contract: GivenFile, amendments: Sequence[GivenFile] = ()) -> CheckedContract:
    """The same for files whose bytes are at hand, as when they are kept in a database instead of a folder."""
    document, problems = compose_document(contract.content, name=contract.name)
    if document is None:
        return CheckedContract(tuple(problems), None)
    sha256 = hashlib.sha256(contract.content).hexdigest()
    return _checked(document, sha256, lambda known_as: amendments_among(amendments, contract_id=known_as))


def _checked(
    document: Document, sha256: str, amendments_of: Callable[[str], tuple[list[AmendmentFile], list[Problem]]]
) -> CheckedContract:
    """A composed contract with the amendments that are found by its id."""
    signed = read_terms(document)
    if signed.contract is None:
        return CheckedContract(signed.problems, None, partial=signed.partial)
    files, problems = amendments_of(signed.contract.id)
    first = ContractVersion(signed.contract.term.first_on, signed.contract)
    versions, found = _amended_versions(document, signed, first, files)
    told = _in_file_order((*signed.problems, *problems, *found), document.name, files)
    if errors_in(told):
        return CheckedContract(told, None, len(files), signed.contract)
    contract = ContractVersions(
        id=signed.contract.id,
        versions=versions,
        sha256=_hash_of([sha256, *(file.sha256 for file in files)]),
        files=(document.name, *(file.document.name for file in files)),
        warnings=told,
    )
    return CheckedContract(told, contract, len(files), versions[-1].contract)


def _load(path: Path | str) -> tuple[Document | None, str, list[Problem]]:
    """The document and the hash of the bytes it was composed from."""
    try:
        given = Path(path).read_bytes()
    except OSError:
        document, problems = load_document(path)
        return document, "", problems
    document, problems = compose_document(given, name=str(path))
    return document, hashlib.sha256(given).hexdigest(), problems


def _hash_of(hashes: Sequence[str]) -> str:
    if len(hashes) == 1:
        return hashes[0]
    return hashlib.sha256("".join(f"{one}\n" for one in hashes).encode()).hexdigest()


def _amended_versions(
    document: Document, before: Reading, first: ContractVersion, files: Sequence[AmendmentFile]
) -> tuple[tuple[ContractVersion, ...], list[Problem]]:
    """A version for each day on which amendments begin, and what is wrong with them."""
    versions = [first]
    problems: list[Problem] = []
    for from_on, group in groupby(files, key=lambda file: file.terms.amendment.from_on):
        together = list(group)
        problems += _misplaced(together, versions[-1].contract)
        document, faults = amended(document, together)
        reading = read_terms(document)
        problems += [*faults, *(() if faults else _new_problems(document, before, reading, together))]
        if faults or reading.contract is None:
            break
        versions.append(ContractVersion(from_on, reading.contract, ", ".join(file.id for file in together)))
        before = reading
    return tuple(versions), problems


def _misplaced(files: Sequence[AmendmentFile], contract: Contract) -> Iterator[Problem]:
    """Amendments that begin outside the term, or before they were signed."""
    for file in files:
        head = file.terms.amendment
        if head.from_on not in contract.term_period:
            what = f"{head.from_on} lies outside the term, {contract.term.first_on} to {contract.term.last_on}"
            yield file.document.problem("amendment", "from", what=what, hint="correct the date")
        if head.signed_on is not None and head.signed_on > head.from_on:
            what = f"takes effect on {head.from_on}, before it was signed on {head.signed_on}"
            problem = file.document.problem(
                "amendment",
                "from",
                what=what,
                hint="make sure both sides mean months already settled to be settled anew",
            )
            yield replace(problem, severity=Severity.WARNING)


def _new_problems(
    document: Document, before: Reading, after: Reading, files: Sequence[AmendmentFile]
) -> Iterator[Problem]:
    """What is wrong since these amendments, told at their lines.

    Where a problem stands in the contract itself, as when two terms no longer fit, it is told at the amendment's
    change below that place; where there is none, as after a removal, at its own place with the amendment named.
    """
    known = {(problem.path, problem.what) for problem in before.problems}
    names = {file.document.name for file in files}
    for problem in after.problems:
        if (problem.path, problem.what) in known:
            continue
        if problem.file in names:
            yield problem
            continue
        steps = find_place(document.root, problem.path).steps if problem.path else ()
        changed = next((place for place in places_from(document.root, names) if place[: len(steps)] == steps), None)
        if changed is None:
            ids = ", ".join(file.id for file in files)
            yield replace(problem, what=f"{problem.what} (as amended by {ids})")
        else:
            file, line = document.place_of(*changed)
            what = (
                problem.what if changed == steps else f"{problem.what} (with {written_path(changed)} as changed here)"
            )
            yield replace(problem, file=file, line=line, what=what)


def _in_file_order(problems: Sequence[Problem], contract: str, files: Sequence[AmendmentFile]) -> tuple[Problem, ...]:
    """By file, the contract first and its amendments as applied, then by line."""
    order = {name: rank for rank, name in enumerate([contract, *(file.document.name for file in files)])}
    last = len(order)
    return tuple(sorted(problems, key=lambda problem: (order.get(problem.file, last), problem.file, problem.line)))
