"""The provider's figure against ours: record by record, or month by month, each cause; and the bridge between them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from remit.performance.service_levels import Ratio
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
    count months. `ours` and `theirs` are both sides' met and judged records, None where figures are compared.
    """

    service_level: str
    period: Period
    total: int
    agree: int
    differences: tuple[Difference, ...]
    figures: tuple[FigureDifference, ...] = ()
    ours: Ratio | None = None
    theirs: Ratio | None = None

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


@dataclass(frozen=True, slots=True)
class Reported:
    """What the provider reports of one level and window: a value as printed, and the counts where it tells them."""

    value: Decimal | None
    numerator: int | None = None
    denominator: int | None = None

    @property
    def exact(self) -> Fraction | None:
        """The figure without rounding where the counts are told, else the value as printed; None for nothing at all."""
        if self.numerator is not None and self.denominator:
            return Fraction(self.numerator, self.denominator)
        return None if self.value is None else Fraction(self.value)


@dataclass(frozen=True, slots=True)
class Station:
    """A figure on the way from theirs to ours: what was set right to come here, and the counts that then come out."""

    cause: str
    counts: Ratio
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BridgeStep:
    """One step: by how much setting one thing right moves the figure, where it then stands, and through which records.

    `counts` are the changes of numerator and denominator, None where the provider told no counts to start from.
    """

    cause: str
    change: Fraction
    after: Fraction
    counts: tuple[int, int] | tuple[None, None]
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bridge:
    """The way from the provider's figure to ours; the steps' changes add up to the whole difference, exactly.

    `unexplained` is what no known cause accounts for: it stands among the steps under its own name.
    """

    service_level: str
    period: Period
    theirs: Reported
    ours: Ratio
    steps: tuple[BridgeStep, ...]
    unexplained: Fraction = Fraction(0)

    @property
    def difference(self) -> Fraction:
        """Ours less theirs."""
        return sum((step.change for step in self.steps), Fraction(0))


UNEXPLAINED = "unexplained"
"""The name of the step that no known cause accounts for; words in brackets may follow it."""


def bridged(
    service_level: str, period: Period, theirs: Reported, stations: Sequence[Station], *, ours: Ratio
) -> Bridge | None:
    """The bridge over some stations, the last of which has our own counts.

    A station that nothing can be measured at is passed over, and its step is told with the next; None where either side
    has no figure.
    """
    before = theirs.exact
    if before is None or ours.value is None:
        return None
    steps, unexplained, causes, records = list[BridgeStep](), Fraction(0), list[str](), list[str]()
    counts: tuple[int, int] | None = None
    if theirs.numerator is not None and theirs.denominator is not None:
        counts = theirs.numerator, theirs.denominator
    for station in stations:
        causes.append(station.cause)
        records += station.records
        after = station.counts.value
        if after is None:
            continue
        now = (station.counts.numerator, station.counts.denominator)
        is_moved = after != before or (counts is not None and counts != now)
        if is_moved:
            moved = (None, None) if counts is None else (now[0] - counts[0], now[1] - counts[1])
            steps.append(BridgeStep(" and ".join(causes), after - before, after, moved, tuple(records)))
        if causes[0].startswith(UNEXPLAINED):
            unexplained += after - before
        before, counts, causes, records = after, None if counts is None else now, [], []
    return Bridge(service_level, period, theirs, ours, tuple(steps), unexplained)
