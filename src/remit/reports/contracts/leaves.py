"""The terms of a contract taken apart: each single value with its place, and the words it is read in."""

import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from remit.terms.calendars import WeekHours, write_spans
from remit.terms.contracts import Contract
from remit.terms.measure_terms import Unit, read_level_value
from remit.terms.notation import Term, read_number, read_rate

Steps = tuple[str, ...]
_NAMES = ("id", "name", "key", "from_on", "start")
_READERS = (read_rate, read_level_value, read_number)
NONE = "none"


class InForce(Protocol):
    """Terms and the day from which they are in force; `amendment` is the id of what brought them."""

    @property
    def from_on(self) -> date: ...

    @property
    def contract(self) -> Contract: ...

    @property
    def amendment(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of the terms: its place by the file's own words, its words, and whether the file gives it.

    `members` are the values of a plain list, each in words, so that what came and went can be told one by one; of an
    `is_order` leaf they are the names of a list's parts, whose order alone it holds.
    """

    steps: Steps
    text: str
    is_given: bool
    members: tuple[str, ...] | None = None
    is_order: bool = False


@dataclass(frozen=True, slots=True)
class Leaves:
    """Every value of a contract by its place; what is not given and has no default has no leaf.

    `lists` are the places that only hold others together: mappings, and lists of parts.
    """

    by_place: Mapping[Steps, Leaf]
    lists: frozenset[Steps]


def leaves_of(contract: Contract) -> Leaves:
    """A contract taken apart."""
    walk = _Walk(contract)
    by_place = {leaf.steps: leaf for leaf in walk.of_term(contract, (), is_given=True)}
    return Leaves(by_place, frozenset(walk.lists))


def day_text(day: date) -> str:
    """A day as people write it: `1 July 2026`."""
    return f"{day.day} {day:%B %Y}"


def share_text(value: Decimal) -> str:
    """A share with just the places it was written with: `95 %`, `99.5 %`."""
    return f"{plain_number(value * 100)} %"


def plain_number(value: Decimal) -> str:
    """A number with thousands separators and just the places it needs, two at least where it has any."""
    text = f"{value.normalize():,f}"
    whole, point, places = text.partition(".")
    return f"{whole}.{places.ljust(2, '0')}" if point and abs(value) >= 1000 else text


def level_text(value: Decimal, unit: Unit) -> str:
    """A level's value in its measure's unit, exactly: `95 %`, `30 s`, `4 h 05 min`, `1,200`."""
    if unit is Unit.SHARE:
        return share_text(value)
    return _seconds_text(value) if unit is Unit.SECONDS else plain_number(value)


def _seconds_text(value: Decimal) -> str:
    minutes, seconds = divmod(value, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{plain_number(number)} {unit}" for number, unit in parts if number) or "0 s"


class _Walk:
    """Goes through the terms of one contract; level values are read in the unit of the level they are about."""

    def __init__(self, contract: Contract) -> None:
        self.lists: set[Steps] = set()
        self.units = {name: level.measure.value_unit for name, level in contract.service_levels.items()}

    def of_term(self, term: Term, steps: Steps, *, is_given: bool) -> Iterator[Leaf]:
        for name, field in type(term).model_fields.items():
            given = is_given and name in term.model_fields_set
            below, value = (*steps, field.alias or name), getattr(term, name)
            if value in ((), {}) and field.default is None:
                # `closed: []` takes days away, where leaving the word out would keep those of before.
                yield Leaf(below, "none at all", given)
            yield from self.of_value(value, below, is_given=given, reader=_reader(field))

    def of_value(
        self, value: Any, steps: Steps, *, is_given: bool, reader: Callable[..., Any] | None
    ) -> Iterator[Leaf]:
        if isinstance(value, WeekHours):
            value = value.written()
        if value is None or value == {}:
            return
        if isinstance(value, Term):
            yield from self.of_term(value, steps, is_given=is_given)
        elif isinstance(value, Mapping):
            self.lists.add(steps)
            for key, below in value.items():
                inner = write_spans(below) if isinstance(key, date) and isinstance(below, tuple) else below
                yield from self.of_value(inner, (*steps, _plain(key)), is_given=is_given, reader=reader)
        elif isinstance(value, tuple):
            yield from self._of_members(value, steps, is_given=is_given, reader=reader)
        else:
            yield Leaf(steps, self._text(value, steps, reader), is_given)

    def _of_members(
        self, members: Sequence[Any], steps: Steps, *, is_given: bool, reader: Callable[..., Any] | None
    ) -> Iterator[Leaf]:
        if not members:
            return
        if not isinstance(members[0], Term):
            texts = tuple(self._text(member, steps, reader) for member in members)
            yield Leaf(steps, ", ".join(texts), is_given, texts)
            return
        self.lists.add(steps)
        names = _names(members)
        yield Leaf((*steps, "order"), ", ".join(names), is_given=False, members=tuple(names), is_order=True)
        for name, member in zip(names, members, strict=True):
            yield from self.of_term(member, (*steps, name), is_given=is_given)

    def _text(self, value: Any, steps: Steps, reader: Callable[..., Any] | None) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, Enum):
            return str(value.value)
        if isinstance(value, date):
            return day_text(value)
        if isinstance(value, Decimal):
            return self._number(value, steps, reader)
        return str(value)

    def _number(self, value: Decimal, steps: Steps, reader: Callable[..., Any] | None) -> str:
        if reader is read_rate:
            return share_text(value)
        if reader is read_level_value:
            about = next((self.units[step] for step in reversed(steps) if step in self.units), Unit.SHARE)
            return level_text(value, about)
        return plain_number(value)


def _names(members: Sequence[Any]) -> list[str]:
    """What tells the members of a list apart: a name of their own where each has one, else their position."""
    for name in _NAMES:
        found = [getattr(member, name, None) for member in members]
        if all(found) and len(set(found)) == len(found):
            return [_plain(one) for one in found]
    return [str(position) for position in range(1, len(members) + 1)]


def _plain(key: Any) -> str:
    return str(key.value) if isinstance(key, Enum) else str(key)


def _reader(field: FieldInfo) -> Callable[..., Any] | None:
    """The function that reads a number of a field, by which it is known to be a share or a level's value."""
    found = (getattr(one, "func", None) for one in (*field.metadata, *_validators(field.annotation)))
    return next((one for one in found if one in _READERS), None)


def _validators(annotation: Any) -> Iterator[BeforeValidator]:
    for argument in typing.get_args(annotation):
        if isinstance(argument, BeforeValidator):
            yield argument
        else:
            yield from _validators(argument)
