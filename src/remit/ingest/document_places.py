"""Places in a document by their written path, such as `service_levels.SL1.expected`: found, changed, added, removed."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from remit.ingest.document_nodes import Node, Step, written_path
from remit.ingest.document_problems import did_you_mean

Steps = tuple[Step, ...]
_NAMES_OF_MEMBERS = ("id", "name", "model")


class NoSuchPlace(ValueError):
    """A written path leads nowhere; says where it stops and what was likely meant."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(f"{what}; {hint}" if hint else what)
        self.what, self.hint = what, hint


@dataclass(frozen=True, slots=True)
class Place:
    """Where a written path leads: to something written, or to a name that is free in a mapping that is written."""

    steps: Steps
    is_written: bool


def find_place(root: Node, path: str) -> Place:
    """The place a written path leads to; raises NoSuchPlace where a name before its last is not written.

    A member of a list is found by its number (`obligations[2]`), its `id`, `name` or `model`, or, in a list of plain
    values, by the value. A name that holds points itself is found too: the longest name that fits is taken.
    """
    steps: Steps = ()
    node, rest = root, _words_of(path)
    if not rest:
        raise NoSuchPlace(f"{path!r} names no place", "write the words on the way to it: service_levels.SL1.expected")
    while rest:
        step, taken = _next_step(node, rest)
        if step is None:
            return Place((*steps, _free_name(node, steps, path, rest)), is_written=False)
        steps, rest = (*steps, step), rest[taken:]
        node = node_at(node, (step,))
    return Place(steps, is_written=True)


def node_at(root: Node, steps: Steps) -> Node:
    """The node at steps that are known to be written."""
    for step in steps:
        below = root.child(step)
        if below is None:
            raise KeyError(written_path(steps))
        root = below
    return root


def put(root: Node, steps: Steps, node: Node) -> None:
    """Write a node at a place: over what stands there, under a free name, or as the next member of a list."""
    parent, last = node_at(root, steps[:-1]), steps[-1]
    if isinstance(parent.value, dict):
        parent.value[str(last)] = node
    elif isinstance(parent.value, list):
        parent.value[int(last) : int(last) + 1] = [node]


def take_out(root: Node, steps: Steps) -> None:
    """Take what stands at a place out of its mapping or list."""
    parent, last = node_at(root, steps[:-1]), steps[-1]
    if isinstance(parent.value, dict):
        del parent.value[str(last)]
    elif isinstance(parent.value, list):
        del parent.value[int(last)]


def copied(node: Node, *, file: str | None = None) -> Node:
    """A tree of its own, each place of it marked with the file it comes from where one is given."""
    origin = node.file if file is None else file
    if isinstance(node.value, dict):
        return Node({key: copied(child, file=file) for key, child in node.value.items()}, node.line, origin)
    if isinstance(node.value, list):
        return Node([copied(child, file=file) for child in node.value], node.line, origin)
    return Node(node.value, node.line, origin)


def places_from(root: Node, files: Collection[str], steps: Steps = ()) -> Iterator[Steps]:
    """The outermost places that come from one of some files, in the order of the document."""
    if root.file in files:
        yield steps
    elif isinstance(root.value, dict):
        for key, child in root.value.items():
            yield from places_from(child, files, (*steps, key))
    elif isinstance(root.value, list):
        for index, child in enumerate(root.value):
            yield from places_from(child, files, (*steps, index))


def _words_of(path: str) -> list[str]:
    return [word for word in re.split(r"\.|(\[\d+\])", path) if word]


def _next_step(node: Node, words: list[str]) -> tuple[Step | None, int]:
    """The child the first words name, and how many words that takes; None where there is none."""
    if isinstance(node.value, list):
        return _member(node.value, words[0]), 1
    if isinstance(node.value, dict):
        for taken in range(len(words), 0, -1):
            name = ".".join(words[:taken])
            if name in node.value:
                return name, taken
    return None, 0


def _member(members: list[Node], word: str) -> int | None:
    if word.startswith("["):
        index = int(word[1:-1])
        return index if index < len(members) else None
    return next((index for index, member in enumerate(members) if word in _names_of(member)), None)


def _names_of(member: Node) -> list[str]:
    if isinstance(member.value, dict):
        named = (member.value.get(key) for key in _NAMES_OF_MEMBERS)
        return [str(node.value) for node in named if node is not None]
    return [str(member.value)]


def _free_name(node: Node, steps: Steps, path: str, rest: list[str]) -> str:
    """The name under which something new could stand at the path's end; raises NoSuchPlace where nothing could."""
    if isinstance(node.value, dict) and len(rest) == 1:
        return rest[0]
    known: list[str] = []
    if isinstance(node.value, dict):
        known = list(node.value)
    elif isinstance(node.value, list):
        known = [name for member in node.value for name in _names_of(member)[:1]]
    where = f" in {written_path(steps)}" if steps else ""
    hint = did_you_mean(rest[0], known) or (f"there: {', '.join(known)}" if known else "")
    raise NoSuchPlace(f"{path!r} leads nowhere: there is no {rest[0]!r}{where}", hint)
