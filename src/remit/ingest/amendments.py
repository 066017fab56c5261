"""Amendments applied: which files amend a contract, and the contract's document with their changes in it."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from remit.ingest.document_nodes import Document, Node, Step, written_path
from remit.ingest.document_places import NoSuchPlace, Steps, copied, find_place, node_at, put, take_out
from remit.ingest.document_problems import did_you_mean, words_at
from remit.ingest.documents import compose_document, validate_document
from remit.terms.amendments import Amendment
from remit.terms.contracts import Contract
from remit.terms.problems import Problem, Severity

AMENDMENTS_FOLDER = "amendments"
_UNCHANGEABLE: tuple[Steps, ...] = (("contract", "id"), ("currency",), ("remit",))


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file's bytes at hand, under the name by which problems tell it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class AmendmentFile:
    """One amendment as read: its terms, its document and the hash of its bytes."""

    terms: Amendment
    document: Document
    sha256: str

    @property
    def id(self) -> str:
        return self.terms.amendment.id


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing an amendment does to one place; `node` is what it writes there, None where it takes away."""

    amendment: AmendmentFile
    source: Steps
    steps: Steps
    node: Node | None

    @property
    def is_addition(self) -> bool:
        return self.source[0] == "add"


def read_amendments(contract_path: Path | str, *, contract_id: str) -> tuple[list[AmendmentFile], list[Problem]]:
    """The amendments in the folder `amendments` beside a contract, by date and then id, and what is wrong with them."""
    folder = Path(contract_path).parent / AMENDMENTS_FOLDER
    given: list[GivenFile] = []
    problems: list[Problem] = []
    for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
        try:
            given.append(GivenFile(str(path), path.read_bytes()))
        except OSError as error:
            problems.append(Problem(str(path), 0, "", f"can't be read: {error.strerror}"))
    read, found = amendments_among(given, contract_id=contract_id)
    return read, [*problems, *found]


def amendments_among(files: Sequence[GivenFile], *, contract_id: str) -> tuple[list[AmendmentFile], list[Problem]]:
    """Those of some files that amend a contract, by date and then id, and what is wrong with them.

    A file that amends another contract is left aside with a warning: a folder may hold several contracts, but a typing
    error in `to` must not lose an amendment silently.
    """
    read: list[AmendmentFile] = []
    problems: list[Problem] = []
    for given in files:
        file, found = _read_amendment(given)
        problems += found
        if file is None:
            continue
        if file.terms.amendment.to == contract_id:
            read.append(file)
            continue
        place = file.document.place_of("amendment", "to")
        what = f"{file.terms.amendment.to!r} is another contract than {contract_id!r}: this amendment is left aside"
        hint = did_you_mean(file.terms.amendment.to, [contract_id])
        problems.append(Problem(*place, "amendment.to", what, hint, Severity.WARNING))
    read.sort(key=lambda file: (file.terms.amendment.from_on, file.id))
    return read, [*problems, *_ids_given_twice(read)]


def _read_amendment(given: GivenFile) -> tuple[AmendmentFile | None, list[Problem]]:
    document, problems = compose_document(given.content, name=given.name)
    if document is None:
        return None, problems
    terms, problems = validate_document(document, Amendment)
    if terms is None:
        return None, problems
    return AmendmentFile(terms, document, hashlib.sha256(given.content).hexdigest()), []


def _ids_given_twice(files: Sequence[AmendmentFile]) -> Iterator[Problem]:
    for one, other in combinations(files, 2):
        if one.id == other.id:
            what = f"{one.id!r} is also the id of {one.document.name}"
            yield other.document.problem("amendment", "id", what=what, hint="give each amendment its own")


def amended(document: Document, files: Sequence[AmendmentFile]) -> tuple[Document, list[Problem]]:
    """The contract's document with the amendments of one date in it, and what can't be applied.

    All places are looked up in the document as it was before that date, so that the order of files can't matter; two
    amendments that touch the same place are a problem, since nobody could say which one holds.
    """
    edits: list[Edit] = []
    problems: list[Problem] = []
    for file in files:
        for edit in _edits_of(file, document.root):
            if isinstance(edit, Problem):
                problems.append(edit)
            else:
                edits.append(edit)
    problems += _conflicts(edits)
    return Document(document.name, _applied(document.root, edits)), problems


def _applied(root: Node, edits: Sequence[Edit]) -> Node:
    tree = copied(root)
    for edit in edits:
        if edit.node is not None:
            members = node_at(tree, edit.steps[:-1]).value
            is_new_member = edit.is_addition and isinstance(members, list)
            steps = (*edit.steps[:-1], len(members or ())) if is_new_member else edit.steps
            put(tree, steps, copied(edit.node, file=edit.amendment.document.name))
    removed = {edit.steps for edit in edits if edit.node is None}
    for steps in sorted(removed, key=lambda steps: [(isinstance(s, int), s) for s in steps], reverse=True):
        take_out(tree, steps)
    return tree


def _edits_of(file: AmendmentFile, root: Node) -> Iterator[Edit | Problem]:
    for word in ("change", "add", "remove"):
        section = file.document.root.child(word)
        if section is None:
            continue
        for path, source, node in _entries(word, section):
            try:
                for edit in _EDITS[word](file, root, path, source, node):
                    yield edit if isinstance(edit, Problem) else _refusal(edit) or edit
            except NoSuchPlace as error:
                yield file.document.problem(*source, what=error.what, hint=error.hint)


def _entries(word: str, section: Node) -> Iterator[tuple[str, Steps, Node]]:
    """The paths of one section of an amendment, each with its own place there."""
    if isinstance(section.value, dict):
        for path, node in section.value.items():
            yield path, (word, path), node
        return
    members = section.value if isinstance(section.value, list) else [section]
    for index, node in enumerate(members):
        yield str(node.value), (word, index) if members is section.value else (word,), node


def _changed(file: AmendmentFile, root: Node, path: str, source: Steps, node: Node) -> Iterator[Edit]:
    place = find_place(root, path)
    if not place.is_written and not _is_word_of_format(place.steps):
        raise _unknown(root, path, place.steps)
    yield Edit(file, source, place.steps, node)


def _removed(file: AmendmentFile, root: Node, path: str, source: Steps, _node: Node) -> Iterator[Edit]:
    place = find_place(root, path)
    if not place.is_written:
        raise _unknown(root, path, place.steps)
    yield Edit(file, source, place.steps, None)


def _added(file: AmendmentFile, root: Node, path: str, source: Steps, node: Node) -> Iterator[Edit | Problem]:
    place = find_place(root, path)
    if not place.is_written:
        yield Edit(file, source, place.steps, node)
        return
    yield from _added_to(file, root, place.steps, source, node)


def _added_to(file: AmendmentFile, root: Node, steps: Steps, source: Steps, node: Node) -> Iterator[Edit | Problem]:
    """New names of a mapping, wherever in it they are, and new members of a list."""
    there = node_at(root, steps).value
    if isinstance(there, dict) and isinstance(node.value, dict):
        for name, child in node.value.items():
            if name in there:
                yield from _added_to(file, root, (*steps, name), (*source, name), child)
            else:
                yield Edit(file, (*source, name), (*steps, name), child)
    elif isinstance(there, list):
        members = node.value if isinstance(node.value, list) else [node]
        for index, child in enumerate(members):
            yield Edit(file, (*source, index), (*steps, len(there)), child)
    else:
        what, hint = f"{written_path(steps)!r} is there already", "to give it a new value, write it under change"
        yield file.document.problem(*source, what=what, hint=hint)


_EDITS = {"change": _changed, "add": _added, "remove": _removed}


def _is_word_of_format(steps: Steps) -> bool:
    return str(steps[-1]) in words_at(Contract, steps[:-1])


def _unknown(root: Node, path: str, steps: Steps) -> NoSuchPlace:
    parent = node_at(root, steps[:-1]).value
    written = list(parent) if isinstance(parent, dict) else []
    known = sorted({*written, *words_at(Contract, steps[:-1])})
    where = f" in {written_path(steps[:-1])}" if len(steps) > 1 else ""
    hint = did_you_mean(str(steps[-1]), known) or f"there: {', '.join(known)}; what is new goes under add"
    return NoSuchPlace(f"{path!r} leads nowhere: there is no {str(steps[-1])!r}{where}", hint)


def _refusal(edit: Edit) -> Problem | None:
    """Why an edit can't be made: some terms say which contract it is, and those stay."""
    for fixed in _UNCHANGEABLE:
        if _is_within(edit.steps, fixed) or (_is_within(fixed, edit.steps) and _says_another(edit, fixed)):
            what = f"{written_path(fixed)} can't be amended: it says which contract this is"
            hint = "a contract with another one is a contract of its own; write a new file"
            return edit.amendment.document.problem(*edit.source, what=what, hint=hint)
    return None


def _says_another(edit: Edit, fixed: Steps) -> bool:
    """Whether a value written over a whole mapping leaves a fixed term of it out or writes it anew."""
    node = edit.node
    for step in fixed[len(edit.steps) :]:
        node = None if node is None else node.child(step)
    return node is None or node.value != edit.amendment.terms.amendment.to


def _conflicts(edits: Sequence[Edit]) -> Iterator[Problem]:
    for one, other in combinations(edits, 2):
        if _is_addition(one, other) or not (_is_within(one.steps, other.steps) or _is_within(other.steps, one.steps)):
            continue
        document, place = other.amendment.document, written_path(min(one.steps, other.steps, key=len))
        if one.amendment is other.amendment:
            what = f"{place} is touched twice in this amendment"
        else:
            what = f"{one.amendment.id} and {other.amendment.id} both change {place} from {_date_of(other)}"
        yield document.problem(*other.source, what=what, hint="say it once, so that there is no doubt which one holds")


def _is_addition(one: Edit, other: Edit) -> bool:
    """Whether both add a member of their own to the same list."""
    are_members = one.steps == other.steps and isinstance(one.steps[-1], int)
    return are_members and one.is_addition and other.is_addition


def _date_of(edit: Edit) -> str:
    return edit.amendment.terms.amendment.from_on.isoformat()


def _is_within(steps: Iterable[Step], whole: Steps) -> bool:
    return tuple(steps)[: len(whole)] == whole
