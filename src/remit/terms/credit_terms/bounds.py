"""Where a measured value crosses a line that costs or earns something: bounds, tiers, severity bands."""

import itertools
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Self

from pydantic import Field, model_validator

from remit.terms.notation import Rate, Term
from remit.terms.service_levels import LevelValue

_WORDS = {"below": "below", "at_or_below": "at or below", "above": "above", "at_or_above": "at or above"}


class Bound(Term):
    """A line on a level's scale; exactly one of the four ways to cross it is written."""

    below: LevelValue | None = Field(None, description="Reached by values less than this.")
    at_or_below: LevelValue | None = Field(None, description="Reached by this value and less.")
    above: LevelValue | None = Field(None, description="Reached by values more than this.")
    at_or_above: LevelValue | None = Field(None, description="Reached by this value and more.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(getattr(self, way) is not None for way in _WORDS) != 1:
            raise ValueError("write exactly one of below, at_or_below, above, at_or_above, e.g. {below: 98%}")
        return self

    @property
    def way(self) -> str:
        return next(way for way in _WORDS if getattr(self, way) is not None)

    @property
    def value(self) -> Decimal:
        return Decimal(getattr(self, self.way))

    @property
    def words(self) -> str:
        """`below`, `at or below`, `above` or `at or above`, for a sentence."""
        return _WORDS[self.way]

    @property
    def is_downward(self) -> bool:
        return self.way in ("below", "at_or_below")

    def is_reached_by(self, value: Fraction) -> bool:
        """Whether a value, as the contract rounds it, has crossed the line."""
        line = Fraction(self.value)
        if self.is_downward:
            return value < line or (self.way == "at_or_below" and value == line)
        return value > line or (self.way == "at_or_above" and value == line)


class Tier(Bound):
    """From this line on, a share of the charges."""

    rate: Rate = Field(ge=0, description="The share of the charges.")


class SeverityBand(Bound):
    """From this line on, a failure of this severity."""

    name: str = Field(description="What the contract calls it: minor, serious, severe …")
    points: int = Field(ge=1, description="The points it costs.")


def check_steps(bounds: Iterable[tuple[Bound, Decimal]], *, what: str) -> None:
    """Lines of one level go one way, never repeat, and cost more the further they lie.

    Raises ValueError with one sentence otherwise: of overlapping tiers nobody could say which one applies.
    """
    steps = sorted(bounds, key=lambda step: -step[0].value if step[0].is_downward else step[0].value)
    if len({bound.is_downward for bound, _ in steps}) > 1:
        raise ValueError(f"{what} go up and down at once; write all of them below, or all of them above")
    for (near, near_cost), (far, far_cost) in itertools.pairwise(steps):
        if near.value == far.value:
            raise ValueError(f"{what} overlap at {near.value}; each needs a line of its own")
        if far_cost <= near_cost:
            raise ValueError(
                f"{what} {near.words} {near.value} and {far.words} {far.value} go backwards; the further one costs more"
            )
