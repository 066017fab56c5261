"""Two versions' files line by line: what went, what came, and a few lines around each."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from remit.web.contracts.bridge import Given
from remit.web.contracts.models import Document

_AROUND = 3
MOST_LINES = 8_000
"""Beyond it a comparison line by line would keep the page waiting; the words still tell everything."""


class Change(StrEnum):
    """What happened to a line."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its numbers in the old and the new file, counted from 1; None where it is in one only."""

    change: Change
    old_number: int | None
    new_number: int | None
    text: str


@dataclass(frozen=True, slots=True)
class FileDifference:
    """One file: whether it is in both, and its lines where they differ; None where it is too long to compare."""

    place: str
    is_added: bool
    is_removed: bool
    lines: tuple[Line, ...] | None

    @property
    def is_same(self) -> bool:
        """Whether nothing differs, to the last byte."""
        return self.lines == () and not self.is_added and not self.is_removed


def line_differences(old: Sequence[Document | Given], new: Sequence[Document | Given]) -> tuple[FileDifference, ...]:
    """Every file of either version by its place, the contract first."""
    before = {one.place: bytes(one.content) for one in old}
    after = {one.place: bytes(one.content) for one in new}
    places = sorted(before.keys() | after.keys(), key=lambda place: (place.startswith("amendments/"), place))
    return tuple(
        FileDifference(
            place, place not in before, place not in after, _lines(before.get(place, b""), after.get(place, b""))
        )
        for place in places
    )


def _lines(old: bytes, new: bytes) -> tuple[Line, ...] | None:
    if old == new:
        return ()
    before, after = (given.decode("utf-8", "replace").splitlines() for given in (old, new))
    if len(before) + len(after) > MOST_LINES:
        return None
    if before == after:
        return (Line(Change.GAP, None, None, "Only line endings or the mark at the file's start differ."),)
    return tuple(_grouped(before, after))


def _grouped(before: list[str], after: list[str]) -> Iterator[Line]:
    reached = 0
    for group in difflib.SequenceMatcher(None, before, after).get_grouped_opcodes(_AROUND):
        if group[0][1] > reached:
            yield Line(Change.GAP, None, None, "")
        for tag, first, last, new_first, new_last in group:
            reached = last
            if tag == "equal":
                both = zip(range(first, last), range(new_first, new_last), strict=True)
                yield from (Line(Change.SAME, one + 1, other + 1, before[one]) for one, other in both)
                continue
            yield from (Line(Change.REMOVED, number + 1, None, before[number]) for number in range(first, last))
            yield from (Line(Change.ADDED, None, number + 1, after[number]) for number in range(new_first, new_last))
    if reached < len(before):
        yield Line(Change.GAP, None, None, "")
