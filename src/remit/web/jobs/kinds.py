"""Kinds of jobs as their subjects declare them: who may see one, and in which lane it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from remit.web.accounts.roles import Duty


class Lane(StrEnum):
    """What waits for what: a load of an hour holds up no chart, and a silent receiver holds up neither."""

    LONG = "long"
    QUICK = "quick"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Kind:
    """`duty` lets people of the engagement see a job and what it says; without one, only who asked for it may."""

    duty: Duty | None = None
    lane: Lane = Lane.LONG


_KINDS: dict[str, Kind] = {}


def declare(name: str, kind: Kind) -> None:
    """A subject says what a kind of its jobs is like."""
    _KINDS[name] = kind


def kinds_in(lane: Lane) -> list[str]:
    """The kinds that were declared for a lane."""
    return [name for name, kind in _KINDS.items() if kind.lane is lane]


def by_duty() -> Mapping[Duty, list[str]]:
    """The kinds that each duty lets people see."""
    found: dict[Duty, list[str]] = {}
    for name, kind in _KINDS.items():
        if kind.duty is not None:
            found.setdefault(kind.duty, []).append(name)
    return found
