"""A level's course from month to month: what it is judged by, what few records leave over, how the ratchet moves it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from remit.performance.service_credits.histories import LevelMonth
from remit.performance.service_credits.ratchets import ratchet_is_due, ratcheted_expected
from remit.performance.service_levels import (
    Attainment,
    LowVolume,
    MinimumSample,
    Ratio,
    Standard,
    carried_on,
    judge,
)
from remit.terms.contracts import Contract
from remit.terms.periods import Period
from remit.terms.service_levels import ServiceLevel

Asked = tuple[Standard, Ratio, Period, int, Ratio | None]
Memory = dict[Asked, tuple[Attainment, Ratio | None]]


@dataclass(slots=True)
class Course:
    """What goes from month to month for one level: leftover samples, a moved standard, the values so far.

    Months are given in order: each begins with `standard_in`, has its windows judged, and ends with `end_month`.
    Courses that share a `memory` judge the same window by the same standard once: many years come of few months.
    """

    level_id: str
    term_starts_on: date
    memory: Memory = field(default_factory=dict)
    sample: Ratio | None = None
    _written: ServiceLevel | None = None
    _moved: tuple[Decimal, Decimal | None] | None = None
    _values: list[Fraction | None] = field(default_factory=list)

    def standard_in(self, contract: Contract, month: Period) -> Standard:
        """What the level is judged by in the next month, whose terms have the level."""
        self._move(contract, month)
        level = contract.service_levels[self.level_id]
        return standard_of(self.level_id, level, month.start_on, moved=self._moved)

    def judged(self, standard: Standard, ratio: Ratio, *, window: Period, excluded: int = 0) -> Attainment:
        """A window judged with what earlier ones left over; `sample` is then what it leaves over itself."""
        asked = (standard, ratio, window, excluded, self.sample)
        known = self.memory.get(asked)
        if known is None:
            one = judge(standard, ratio, window=window, excluded=excluded, carried=self.sample)
            known = self.memory[asked] = (one, carried_on(standard, ratio, carried=self.sample))
        one, self.sample = known
        return one

    def end_month(self, found: Sequence[Attainment]) -> None:
        """The month's attainments, of which the ratchet remembers the worst as it was judged."""
        self._values.append(LevelMonth(tuple(found)).worst.judged if found else None)

    def _move(self, contract: Contract, month: Period) -> None:
        """The ratchet: from a due month on, the levels it names are judged by what their best months have shown.

        It never moves a standard back, nor below a glide path; where an amendment writes a new standard, that holds: a
        new expected level begins anew, a new minimum takes nothing off the expected level that has been reached.
        """
        credits_, level = contract.credits, contract.service_levels[self.level_id]
        self._moved = _moved_on(self._moved, self._written, level)
        self._written = level
        ratchet = None if credits_ is None else credits_.ratchet
        if credits_ is None or ratchet is None:
            return
        if not ratchet_is_due(ratchet, month, term_starts_on=self.term_starts_on):
            return
        agreed = level.expected_on(month.start_on)
        if agreed is None or self.level_id not in (ratchet.levels or credits_.levels()):
            return
        expected, minimum = self._moved or (agreed, level.minimum)
        expected = (min if level.at_most else max)(expected, agreed)
        stepped = ratcheted_expected(ratchet, self._values, expected=expected, minimum=minimum, at_most=level.at_most)
        self._moved = (stepped.expected, stepped.minimum)


Moved = tuple[Decimal, Decimal | None]


def _moved_on(moved: Moved | None, before: ServiceLevel | None, level: ServiceLevel) -> Moved | None:
    """What the ratchet has moved, where an amendment may have written another standard since."""
    if moved is None or before is None:
        return moved
    if _expected(before) != _expected(level):
        return None
    return moved if before.minimum == level.minimum else (moved[0], level.minimum)


def _expected(level: ServiceLevel) -> tuple[object, ...]:
    return level.expected, dict(level.history)


def standard_of(
    level_id: str, level: ServiceLevel, day: date, *, moved: tuple[Decimal, Decimal | None] | None = None
) -> Standard:
    """What a level is judged by on a day: the contract's values, its glide path, or where the ratchet moved them."""
    expected, minimum = level.expected_on(day), level.minimum
    if moved is not None:
        is_harder = expected is None or (moved[0] <= expected if level.at_most else moved[0] >= expected)
        expected, minimum = moved if is_harder else (expected, minimum)
    low = level.low_volume
    return Standard(
        service_level=level_id,
        expected=expected,
        minimum=minimum,
        at_most=level.at_most,
        rounding=level.rounding,
        is_proportion=level.measure.is_share,
        is_critical=level.is_critical,
        minimum_sample=None if low is None else MinimumSample(low.below, LowVolume(low.then), low.misses),
    )
