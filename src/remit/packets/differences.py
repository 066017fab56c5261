"""The first thing in which two documents of results differ, in words, with both values."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_NAMES = ("id", "service_level", "subject", "input", "dimensions", "period")
"""By what an item of a list is called, where it has such a field: `SL1` says more than `the third`."""


@dataclass(frozen=True, slots=True)
class Unlike:
    """One place in which what a packet says is not what comes out again; None stands for nothing there."""

    place: str
    stated: str
    computed: str

    def __str__(self) -> str:
        return f"{self.place}: the packet says {self.stated}, computed again it is {self.computed}"


def first_difference(stated: Any, computed: Any, *, place: str) -> Unlike | None:
    """The first place in which two JSON documents differ, in the order of the one that was computed."""
    return next(_differences(stated, computed, place), None)


def _differences(stated: Any, computed: Any, place: str) -> Iterator[Unlike]:
    if isinstance(stated, dict) and isinstance(computed, dict):
        for key in dict.fromkeys([*computed, *stated]):
            there = f"{place}, {_spoken(key)}"
            if key not in stated or key not in computed:
                yield Unlike(there, written(stated.get(key)), written(computed.get(key)))
            else:
                yield from _differences(stated[key], computed[key], there)
    elif isinstance(stated, list) and isinstance(computed, list):
        for number, (one, other) in enumerate(zip(stated, computed, strict=False), 1):
            yield from _differences(one, other, f"{place}, {_called(other, number)}")
        if len(stated) != len(computed):
            yield Unlike(f"{place}, how many there are", str(len(stated)), str(len(computed)))
    elif stated != computed or isinstance(stated, bool) is not isinstance(computed, bool):
        yield Unlike(place, written(stated), written(computed))


def _called(item: Any, number: int) -> str:
    if not isinstance(item, dict):
        return f"item {number}"
    name = next((item[name] for name in _NAMES if item.get(name)), None)
    if isinstance(name, dict):
        name = " to ".join(str(value) for value in name.values())
    return f"item {number}" if name is None else str(name)


def _spoken(key: str) -> str:
    return key.replace("_", " ")


def written(value: Any) -> str:
    """A value for print, on one line and no longer than one can read."""
    if value is None:
        return "nothing"
    shown = " ".join(str(value).split())
    return shown if len(shown) <= 200 else f"{shown[:200]}…"
