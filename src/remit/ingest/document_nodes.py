"""YAML text composed into nodes: every place knows its line, every scalar is the text a person wrote."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from remit.terms.problems import Problem

LARGEST_BYTES = 1_000_000
DEEPEST_NESTING = 50

Step = str | int
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_EMPTY_WORDS = frozenset({"", "~", "null"})
_OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


@dataclass(slots=True)
class Node:
    """One place of a document: its value (None, text, mapping or list of nodes) and the line it is written on.

    A value that belongs to a key has the key's line, which is where a person looks for it. `file` names the file it is
    written in where that is not the document's own, as when an amendment changed it.
    """

    value: "str | dict[str, Node] | list[Node] | None"
    line: int
    file: str | None = None

    def plain(self) -> Any:
        """The value as None, text, dictionaries and lists."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def child(self, step: Step) -> "Node | None":
        """The node under a key or a list position, or None where there is none."""
        if isinstance(self.value, dict):
            return self.value.get(str(step))
        if isinstance(self.value, list) and isinstance(step, int) and 0 <= step < len(self.value):
            return self.value[step]
        return None


@dataclass(frozen=True, slots=True)
class Document:
    """A composed document under the name its reader knows it by."""

    name: str
    root: Node

    def line_of(self, *steps: Step) -> int:
        """The line of a place, or of the nearest place above it that is written in the document."""
        return self.place_of(*steps)[1]

    def place_of(self, *steps: Step) -> tuple[str, int]:
        """The file and line of a place, or of the nearest place above it that is written anywhere."""
        node = self.root
        for step in steps:
            below = node.child(step)
            if below is None:
                break
            node = below
        return node.file or self.name, node.line

    def problem(self, *steps: Step, what: str, hint: str = "") -> Problem:
        """A problem at a place of this document."""
        return Problem(*self.place_of(*steps), written_path(steps), what, hint)


def written_path(steps: tuple[Step, ...]) -> str:
    """A place as a reader writes it: `service_levels.SL1.measure`, `sources[2].columns` (lists count from 0)."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def load_document(path: Path | str) -> tuple[Document | None, list[Problem]]:
    """A YAML file composed into nodes, or None with what keeps it from being read."""
    name = str(path)
    try:
        given = Path(path).read_bytes()
    except FileNotFoundError:
        return None, [Problem(name, 0, "", "there is no such file")]
    except IsADirectoryError:
        return None, [Problem(name, 0, "", "is a folder, not a file")]
    except OSError as error:
        return None, [Problem(name, 0, "", f"can't be read: {error.strerror}")]
    return compose_document(given, name=name)


def compose_document(given: str | bytes, *, name: str) -> tuple[Document | None, list[Problem]]:
    """Text composed into nodes, or None with what keeps it from being read."""
    raw = given.encode() if isinstance(given, str) else given
    if len(raw) > LARGEST_BYTES:
        what = f"is {len(raw):,} bytes long; a document of terms is at most {LARGEST_BYTES:,}"
        return None, [Problem(name, 0, "", what, "is this the right file?")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"byte {error.start + 1} (0x{raw[error.start]:02x}) is not UTF-8"
        return None, [Problem(name, line, "", what, "save the file as UTF-8")]
    stray = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if stray:
        what = f"holds a character that can't stand in YAML (U+{ord(stray[0]):04X})"
        return None, [Problem(name, text.count("\n", 0, stray.start()) + 1, "", what, "delete it")]
    composer = _Composer(name)
    try:
        root = composer.compose(text)
    except yaml.MarkedYAMLError as error:
        return None, [*composer.problems, _syntax_problem(name, text, error)]
    if composer.problems or root is None:
        return None, composer.problems or [Problem(name, 1, "", "is empty")]
    return Document(name, root), []


@dataclass(slots=True)
class _Open:
    """A mapping or list still being composed, with the key that waits for its value."""

    node: Node
    step: Step | None = None
    key: str | None = None
    key_line: int = 0

    @property
    def next_step(self) -> Step | None:
        """The place the next value goes to."""
        return len(self.node.value) if isinstance(self.node.value, list) else self.key


@dataclass(slots=True)
class _Composer:
    """Builds nodes from the parser's events with a stack of its own: depth costs no recursion."""

    name: str
    problems: list[Problem] = field(default_factory=list)
    _stack: list[_Open] = field(default_factory=list)
    _root: Node | None = None

    def compose(self, text: str) -> Node | None:
        documents = 0
        for event in self._events(text):
            line = event.start_mark.line + 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._object(line, "a second document starts here", "keep one document a file")
                    break
            elif isinstance(event, yaml.AliasEvent):
                self._object(
                    line,
                    f"*{event.anchor} repeats another place",
                    "write the value out: a term is read where it stands",
                )
                self._place(Node(None, line))
            elif isinstance(event, _CLOSING):
                self._stack.pop()
            elif isinstance(event, yaml.NodeEvent) and not self._opened(event, line):
                return None
        return self._root

    def _events(self, text: str) -> Iterator[Any]:
        yield from yaml.parse(text, Loader=_LOADER)

    def _opened(self, event: Any, line: int) -> bool:
        """Place a scalar, or open a mapping or list; False where the nesting is too deep to go on."""
        if event.anchor:
            self._object(
                line, f"&{event.anchor} marks a place to repeat", "leave it out: a term is read where it stands"
            )
        if event.tag not in (None, "!"):
            self._object(line, f"the tag {event.tag} means nothing here", "leave it out")
        if isinstance(event, yaml.ScalarEvent):
            is_plain = event.style in (None, "")
            self._place(Node(None if is_plain and event.value in _EMPTY_WORDS else event.value, line))
            return True
        node = Node({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        step = self._stack[-1].next_step if self._stack else None
        self._place(node)
        self._stack.append(_Open(node, step))
        if len(self._stack) > DEEPEST_NESTING:
            self.problems.append(Problem(self.name, line, "", f"is nested more than {DEEPEST_NESTING} deep"))
            return False
        return True

    def _place(self, node: Node) -> None:
        if not self._stack:
            self._root = node
            return
        top = self._stack[-1]
        if isinstance(top.node.value, list):
            top.node.value.append(node)
        elif isinstance(top.node.value, dict):
            self._place_in_mapping(top, top.node.value, node)

    def _place_in_mapping(self, top: _Open, mapping: dict[str, Node], node: Node) -> None:
        if top.key is None:
            top.key, top.key_line = self._key_of(node), node.line
            return
        if top.key in mapping:
            what = f"{top.key!r} is given twice; the first is on line {mapping[top.key].line}"
            self._object(top.key_line, what, "keep one of them")
        node.line = top.key_line
        mapping[top.key] = node
        top.key = None

    def _key_of(self, node: Node) -> str:
        if isinstance(node.value, str):
            return node.value
        if node.value is not None:
            self._object(node.line, "a mapping or list can't be a name here", "quote text that starts with { or [")
        return ""

    def _object(self, line: int, what: str, hint: str = "") -> None:
        steps = [opened.step for opened in self._stack]
        if self._stack and isinstance(self._stack[-1].node.value, dict):
            steps.append(self._stack[-1].key)
        written = written_path(tuple(step for step in steps if step is not None))
        self.problems.append(Problem(self.name, line, written, what, hint))


def _syntax_problem(name: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    said = str(error.problem or "can't be read")
    is_unclosed = "end of stream" in said and error.context_mark is not None
    mark = error.context_mark if is_unclosed else error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    written = text.splitlines()[line - 1] if mark and line <= len(text.splitlines()) else ""
    what = f"is not YAML: {said}" + (f", {error.context}" if error.context else "")
    return Problem(name, line, "", what, _syntax_hint(said, written[mark.column :] if mark else ""))


def _syntax_hint(said: str, rest_of_line: str) -> str:
    if rest_of_line.startswith("\t"):
        return "indent with blanks, not tabs"
    for words, hint in _SYNTAX_HINTS.items():
        if words in said:
            return hint
    return "check the indentation and the quotes here and on the line above"


_SYNTAX_HINTS = {
    "mapping values are not allowed": "quote text that holds a colon and a blank, and indent names of one level alike",
    "cannot start any token": "quote text that starts with @, ` or %",
    "end of stream": "close the quote or bracket that opens here",
}
