"""Figures as their pages show them, and what subjects above say of one: disputes on it, and where to raise another."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from remit.web.accounts.doors import Place
from remit.web.shared.follow_ups import declared


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that both sides read: a `level` of a month, a `credit` line, a line of an `invoice`.

    `reference` names it within its subject: the service level's id, or the line as its invoice names it.
    """

    subject: str
    month: str
    reference: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Something said of a figure: a sentence, where it stands, and its state with the look of that."""

    figure: Figure
    sentence: str
    address: str
    state: str
    style: str


@dataclass(frozen=True, slots=True)
class Deed:
    """Something one can do about a figure, and where."""

    figure: Figure
    words: str
    address: str


@dataclass(slots=True)
class Notes:
    """All that is said of one figure."""

    mentions: list[Mention] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)


Saying = Callable[[Place, Sequence[Figure]], Iterable[Mention | Deed]]
"""What a subject declares as `says_of_figures` in its AppConfig: one query for all the figures of a page."""


def notes_on(place: Place, figures: Sequence[Figure]) -> Mapping[Figure, Notes]:
    """What every subject says of some figures to whoever looks; each figure has its notes, be they empty."""
    found = {figure: Notes() for figure in figures}
    sayings: list[Saying] = declared("says_of_figures")
    for saying in sayings if figures else ():
        for said in saying(place, figures):
            notes = found[said.figure]
            if isinstance(said, Mention):
                notes.mentions.append(said)
            else:
                notes.deeds.append(said)
    return found
