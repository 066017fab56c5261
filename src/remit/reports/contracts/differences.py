"""What differs between two versions of a contract, in words: `expected of SL1: 95 % → 96 % from 1 July 2026`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from remit.reports.contracts.leaves import NONE, InForce, Leaf, Leaves, Steps, day_text, leaves_of
from remit.reports.contracts.subjects import section_of, subject_of
from remit.terms.contracts import Contract


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs, and from when to when: None is from the start, or to the end.

    `old` and `new` are the values in words, None where a whole part was added or removed: `details` then tell what
    stands in it. `told` is what is said in place of `old → new`, as of lists by what came and went.
    """

    steps: Steps
    old: str | None
    new: str | None
    told: str
    details: tuple[str, ...] = ()
    first_on: date | None = None
    last_on: date | None = None

    @property
    def section(self) -> str:
        """The part of the contract it belongs to."""
        return section_of(self.steps)

    @property
    def subject(self) -> str:
        """What differs, in words."""
        return subject_of(self.steps)

    @property
    def path(self) -> str:
        """What differs, as the file and an amendment write it."""
        return ".".join(self.steps)

    @property
    def when(self) -> str:
        """`from 1 July 2026`, `until 30 June 2026`, both, or nothing where it differs throughout."""
        first = f"from {day_text(self.first_on)}" if self.first_on is not None else ""
        last = f"until {day_text(self.last_on)}" if self.last_on is not None else ""
        return " ".join(part for part in (first, last) if part)

    @property
    def sentence(self) -> str:
        """The whole of it in one line."""
        return " ".join(part for part in (f"{self.subject}{self.told}", self.when) if part)


def differences(old: Sequence[InForce], new: Sequence[InForce]) -> tuple[Difference, ...]:
    """Everything that differs between two versions over their whole terms, in the order of the file and then by day.

    Both are compared in each stretch of days between their amendments, so that an amendment that is not in the older
    one shows with its day, and one that both have does not. Comments and layout are no terms: the files show them.
    """
    days = sorted({one.from_on for one in (*old[1:], *new[1:])})
    found: list[Difference] = []
    running: dict[tuple[object, ...], Difference] = {}
    order: dict[Steps, int] = {}
    for day in (None, *days):
        now = {_key(one): one for one in _between(_on(old, day), _on(new, day), order)}
        over = [running.pop(key) for key in tuple(running) if key not in now]
        found += [replace(one, last_on=None if day is None else day - timedelta(days=1)) for one in over]
        running |= {key: replace(one, first_on=day) for key, one in now.items() if key not in running}
    found += running.values()
    return tuple(sorted(found, key=lambda one: (order[one.steps], one.first_on or date.min)))


def _key(one: Difference) -> tuple[object, ...]:
    return one.steps, one.told, one.details


def _on(versions: Sequence[InForce], day: date | None) -> Contract:
    begun = [one.contract for one in versions[1:] if day is not None and one.from_on <= day]
    return begun[-1] if begun else versions[0].contract


def _between(old: Contract, new: Contract, order: dict[Steps, int]) -> Iterator[Difference]:
    if old == new:
        return
    before, after = leaves_of(old), leaves_of(new)
    for steps in (*after.by_place, *before.by_place):
        for depth in range(1, len(steps) + 1):
            order.setdefault(steps[:depth], len(order))
    for steps in before.by_place.keys() & after.by_place.keys():
        if before.by_place[steps].text != after.by_place[steps].text:
            yield from _changed(before.by_place[steps], after.by_place[steps])
    yield from _one_sided(before, after, is_added=False)
    yield from _one_sided(after, before, is_added=True)


def _changed(old: Leaf, new: Leaf) -> Iterator[Difference]:
    told = f": {old.text} → {new.text}"
    if old.members is None or new.members is None:
        yield Difference(new.steps, old.text, new.text, told)
        return
    came = [one for one in new.members if one not in old.members]
    went = [one for one in old.members if one not in new.members]
    if new.is_order:
        kept = [[one for one in leaf.members or () if one not in came + went] for leaf in (old, new)]
        if kept[0] != kept[1]:
            yield Difference(new.steps, old.text, new.text, f": {', '.join(kept[0])} → {', '.join(kept[1])}")
        return
    parts = [f"added {', '.join(came)}"] * bool(came) + [f"removed {', '.join(went)}"] * bool(went)
    yield Difference(new.steps, old.text, new.text, f": {'; '.join(parts)}" if parts else told)


def _one_sided(having: Leaves, lacking: Leaves, *, is_added: bool) -> Iterator[Difference]:
    """What one version has and the other has not: single values, and whole parts with what stands in them."""
    known = having.lists | {steps[:depth] for steps in lacking.by_place for depth in range(1, len(steps) + 1)}
    parts: dict[Steps, list[Leaf]] = {}
    for steps, leaf in having.by_place.items():
        if steps not in lacking.by_place and not leaf.is_order:
            whole = next(steps[:depth] for depth in range(1, len(steps) + 1) if steps[:depth] not in known)
            parts.setdefault(whole, []).append(leaf)
    for whole, leaves in parts.items():
        given = [leaf for leaf in leaves if leaf.is_given]
        if len(leaves) == 1 and leaves[0].steps == whole:
            text = leaves[0].text
            old, new = (NONE, text) if is_added else (text, NONE)
            yield Difference(whole, old, new, f": {old} → {new}")
        elif given or len(whole) > 1:
            details = tuple(f"{_inside(whole, leaf.steps)}: {leaf.text}" for leaf in given or leaves)
            yield Difference(whole, None, None, " added" if is_added else " removed", details)


def _inside(whole: Steps, steps: Steps) -> str:
    return " ".join(step.replace("_", " ") for step in steps[len(whole) :])
