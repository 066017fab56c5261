"""The provider's figure against ours: record by record, or month by month, each difference with its cause."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from remit.terms.periods import Period


@dataclass(frozen=True, slots=True)
class Difference:
    """One record the two sides judge differently; None where a side does not judge it at all.

    `cause` is a class of difference in words (missing record, calendar, exclusion, formula, rounding, late data), so
    that a hundred differences become three conversations.
    """

    key: str
    ours: bool | None
    theirs: bool | None
    cause: str


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """One period in which the provider reported another figure; values in the measure's own scale.

    The counts are None where the provider brought only the value.
    """

    period: Period
    ours: Decimal | None
    theirs: Decimal | None
    cause: str
    our_numerator: int | None = None
    our_denominator: int | None = None
    their_numerator: int | None = None
    their_denominator: int | None = None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Both sides' verdicts on the records of one service level over one period.

    `total` counts the records that either side judged, `agree` those judged alike; the rest stand in `differences`.
    `figures` holds the monthly figures that differ, where the source brings its own; then `total` and `agree`
    count months.
    """

    service_level: str
    period: Period
    total: int
    agree: int
    differences: tuple[Difference, ...]
    figures: tuple[FigureDifference, ...] = ()

    @property
    def agreement(self) -> Fraction | None:
        """The share judged alike; None where there was nothing to compare, which is no agreement."""
        return Fraction(self.agree, self.total) if self.total else None

    @property
    def causes(self) -> tuple[tuple[str, int], ...]:
        """How many differences each cause explains, the most frequent first."""
        listed: Sequence[Difference | FigureDifference] = (*self.differences, *self.figures)
        counts = Counter(difference.cause for difference in listed)
        return tuple(sorted(counts.items(), key=lambda cause: (-cause[1], cause[0])))
