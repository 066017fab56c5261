"""The ratchet: expected levels that rise with what has been shown to be possible, and never fall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from remit.terms.credit_terms import Ratchet
from remit.terms.money import Rounding, RoundingMode
from remit.terms.periods import Period, add_months


@dataclass(frozen=True, slots=True)
class RatchetedLevel:
    """A level's standards after a step of the ratchet, with one sentence of why."""

    expected: Decimal
    minimum: Decimal | None
    reason: str


def ratchet_is_due(ratchet: Ratchet, period: Period, *, term_starts_on: date) -> bool:
    """Whether new standards begin with a month: every so many months from the start of the term, not at it.

    Where the term began inside a month, a step inside one takes effect with the next: nobody works to a level that
    was another one when the month began.
    """
    since = (period.start_on.year - term_starts_on.year) * 12 + period.start_on.month - term_starts_on.month
    months = since if add_months(term_starts_on, since) <= period.start_on else since - 1
    is_new = add_months(term_starts_on, months) > add_months(period.start_on, -1)
    return months > 0 and months % ratchet.every == 0 and is_new


def ratcheted_expected(
    ratchet: Ratchet,
    values: Sequence[Fraction | Decimal | None],
    *,
    expected: Decimal,
    minimum: Decimal | None = None,
    at_most: bool = False,
) -> RatchetedLevel:
    """The expected level after one step: the mean of the best recent months, limited, never easier.

    `values` are the level's monthly values up to the step, oldest first; None is a month not measured. With fewer
    measured months among the last `of` than `best` asks for, the level stays: a few good months prove nothing. The
    new level is rounded towards the old one, so that rounding never passes the limit.
    """
    sign = -1 if at_most else 1
    measured = sorted((sign * Fraction(value) for value in values[-ratchet.of :] if value is not None), reverse=True)
    old = sign * Fraction(expected)
    if len(measured) < ratchet.best:
        return RatchetedLevel(expected, minimum, f"stays: {len(measured)} months measured, {ratchet.best} needed")
    mean = sum(measured[: ratchet.best], Fraction(0)) / ratchet.best
    step = min([mean - old, *_limits(ratchet, Fraction(expected) if at_most else 1 - Fraction(expected))])
    towards_old = Rounding(places=ratchet.rounding.places, mode=RoundingMode.DOWN)
    moved = towards_old.apply(max(step, Fraction(0)))
    if not moved:
        return RatchetedLevel(expected, minimum, "stays: the best months are no better than expected")
    new_minimum = minimum + sign * moved if minimum is not None and ratchet.minimum_moves else minimum
    reason = f"moves by {moved}: the mean of the best {ratchet.best} of the last {ratchet.of} months"
    return RatchetedLevel(expected + sign * moved, new_minimum, reason)


def _limits(ratchet: Ratchet, gap: Fraction) -> list[Fraction]:
    """The largest steps the contract allows, by the gap to the best possible value and by the step itself."""
    limits = [] if ratchet.gap_limit is None else [Fraction(ratchet.gap_limit) * gap]
    return limits if ratchet.step_limit is None else [*limits, Fraction(ratchet.step_limit)]
