"""A contract document read into terms and looked over; where some terms are faulty, the rest is looked over alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from remit.ingest.document_nodes import Document, Node, Step, written_path
from remit.ingest.document_places import NoSuchPlace, Steps, copied, find_place, put, take_out
from remit.ingest.documents import validate_document
from remit.performance.linting import Finding, lint
from remit.terms.contracts import Contract
from remit.terms.problems import Problem, errors_in

# What stands in for a faulty term without which nothing else can be looked at; findings drawn from it are left out.
_STAND_INS: dict[str, object] = {
    "remit": "1",
    "contract": {"id": "unread", "client": "unread", "provider": "unread"},
    "term": {"from": "2000-01-01", "to": "2099-12-31"},
    "time_zone": "UTC",
    "currency": "XTS",
}
# Sections whose members stand each for themselves: one faulty member leaves the others readable.
_SECTIONS_OF_MEMBERS = ("calendars", "clocks", "exclusions", "service_levels", "charges", "obligations")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document gave: the terms where no error was found, and all that was found, in the order of lines.

    `partial` is what could be read, also where there are errors.
    """

    contract: Contract | None
    problems: tuple[Problem, ...]
    partial: Contract | None = None


def read_terms(document: Document) -> Reading:
    """A contract's terms, validated and linted; all problems at once."""
    contract, problems = validate_document(document, Contract)
    unread: frozenset[str] = frozenset()
    readable = contract
    if contract is None:
        readable, unread = _readable_part(document, problems)
    findings = [] if readable is None else lint(readable)
    told = [*problems, *_told(document, findings, unread)]
    told.sort(key=lambda problem: problem.line)
    return Reading(None if errors_in(told) else contract, tuple(told), readable)


def _told(document: Document, findings: Sequence[Finding], unread: frozenset[str]) -> Iterator[Problem]:
    """Findings at their lines; those drawn from a section that could not be read whole are left out."""
    for finding in findings:
        if finding.rests_on & unread:
            continue
        steps = _written(document.root, finding.path)
        place = document.place_of(*steps)
        yield Problem(*place, written_path(steps), finding.what, finding.hint, finding.severity)


def _written(root: Node, path: Sequence[Step]) -> Steps:
    """A path without the positions of a list the document does not have, as where one value stands for a list."""
    node: Node | None = root
    steps: list[Step] = []
    for step in path:
        node = None if node is None else node.child(step)
        if node is not None or isinstance(step, str):
            steps.append(step)
    return tuple(steps)


def _readable_part(document: Document, problems: Sequence[Problem]) -> tuple[Contract | None, frozenset[str]]:
    """The contract without its faulty members, and the sections that are not whole any more; None if that is no use."""
    if not isinstance(document.root.value, dict):
        return None, frozenset()
    tree = copied(document.root)
    faulty = {steps for steps in (_member_of(tree, problem.path) for problem in problems) if steps}
    for steps in sorted(faulty, key=lambda steps: [(isinstance(step, int), step) for step in steps], reverse=True):
        take_out(tree, steps)
    missing = {word for word in _STAND_INS if tree.child(word) is None}
    for word in missing:
        put(tree, (word,), _node_of(_STAND_INS[word]))
    try:
        return Contract.model_validate(tree.plain()), frozenset((*missing, *(str(steps[0]) for steps in faulty)))
    except ValidationError:
        return None, frozenset()


def _member_of(root: Node, path: str) -> Steps:
    """The smallest part that can be left out to be rid of a problem; none for what is missing at the top."""
    try:
        steps = find_place(root, path).steps
    except NoSuchPlace:
        return ()
    return steps[:2] if steps[0] in _SECTIONS_OF_MEMBERS else steps[:1]


def _node_of(plain: object) -> Node:
    if isinstance(plain, dict):
        return Node({key: _node_of(value) for key, value in plain.items()}, 0)
    return Node(str(plain), 0)
