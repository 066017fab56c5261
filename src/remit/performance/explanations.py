"""One service level of one period opened down to its clause, its query and its records."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from remit.performance.service_levels import Attainment


@dataclass(frozen=True, slots=True)
class MeasuredRecord:
    """One record as it counted.

    `met` is None for records that are counted but not judged one by one (a mean, a volume), and for excluded ones.
    `numerator` and `denominator` are what the record adds to the level's ratio; an excluded record adds nothing and
    carries the exclusion's id in `excluded_by`. `seconds` and `target_seconds` are readings of the level's clock.
    """

    key: str
    met: bool | None
    numerator: int
    denominator: int
    seconds: int | None
    target_seconds: int | None
    excluded_by: str | None


@dataclass(frozen=True, slots=True)
class AppliedExclusion:
    """How many records one exclusion took out, with its reason and clause."""

    id: str
    reason: str
    clause: str | None
    records: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything needed to check one number: the records' sums are the attainment's ratio, always."""

    attainment: Attainment
    name: str
    clause: str | None
    definition: str
    sql: str
    exclusions: tuple[AppliedExclusion, ...]
    records: tuple[MeasuredRecord, ...]


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A record that counts otherwise than it did: None on the side where it is not among a level's records."""

    window: str
    key: str
    before: MeasuredRecord | None
    after: MeasuredRecord | None

    @property
    def what(self) -> str:
        """`joined`, `left`, or `changed`."""
        if self.before is None:
            return "joined"
        return "left" if self.after is None else "changed"


def verdict_changes(before: Sequence[Explanation], after: Sequence[Explanation]) -> tuple[VerdictChange, ...]:
    """The records of a level's month that joined, left or count otherwise, by window and key.

    What counts alike is left out. Of records that share a key in a window (a case opened again under its own) the first
    is compared with the first, and so on.
    """
    first, last = _by_place(before), _by_place(after)
    found = [
        VerdictChange(place[0], place[1], first.get(place), last.get(place))
        for place in {**first, **last}
        if first.get(place) != last.get(place)
    ]
    return tuple(sorted(found, key=lambda one: (one.window, one.key)))


def _by_place(explanations: Sequence[Explanation]) -> dict[tuple[str, str, int], MeasuredRecord]:
    found: dict[tuple[str, str, int], MeasuredRecord] = {}
    for one in explanations:
        seen: Counter[str] = Counter()
        for record in one.records:
            found[one.attainment.window.label, record.key, seen[record.key]] = record
            seen[record.key] += 1
    return found
