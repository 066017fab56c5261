"""How a standing shows: a sign and words beside its colour, since not everyone sees or prints colour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from remit.performance.service_levels import Attainment, Standing


@dataclass(frozen=True, slots=True)
class Mark:
    """A standing as it shows; `style` names its colours on a page."""

    standing: Standing
    sign: str
    words: str
    style: str

    def __str__(self) -> str:
        return f"{self.sign} {self.words}"


BELOW_MINIMUM = Mark(Standing.BELOW_MINIMUM, "✕", "below minimum", "below-minimum")
BELOW_EXPECTED = Mark(Standing.BELOW_EXPECTED, "▼", "below expected", "below-expected")
MET = Mark(Standing.MET, "✓", "met", "met")
# A level without an expected level has a value and no verdict: calling that "not measured" would hide the value.
REPORTED = Mark(Standing.NOT_MEASURED, "·", "reported", "not-measured")
NOT_MEASURED = Mark(Standing.NOT_MEASURED, "–", "not measured", "not-measured")
# What a client looks for first: the worst on top, and a level without data is no success.
WORST_FIRST = (BELOW_MINIMUM, BELOW_EXPECTED, MET, REPORTED, NOT_MEASURED)
_BY_STANDING = {mark.standing: mark for mark in WORST_FIRST}


def mark_of(attainment: Attainment) -> Mark:
    """The mark of one attainment; one with a value and nothing to judge it against is reported."""
    if attainment.standing is Standing.NOT_MEASURED and attainment.value is not None:
        return REPORTED
    return _BY_STANDING[attainment.standing]


def mark_of_standing(standing: Standing) -> Mark:
    """The mark of a standing by itself."""
    return _BY_STANDING[standing]


def worst_mark(attainments: Sequence[Attainment]) -> Mark:
    """The mark of several windows taken together: the worst of them; none measured is not measured."""
    return min((mark_of(attainment) for attainment in attainments), key=WORST_FIRST.index, default=NOT_MEASURED)


def tally(attainments: Iterable[Attainment]) -> dict[Mark, int]:
    """How many attainments bear which mark, every mark named, the worst first."""
    counts = dict.fromkeys(WORST_FIRST, 0)
    for attainment in attainments:
        counts[mark_of(attainment)] += 1
    return counts
