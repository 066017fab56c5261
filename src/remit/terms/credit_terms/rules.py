"""What surrounds the credit models: defaults, repeats, one incident, earn-back, ratchet, termination."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from remit.terms.credit_terms.short_forms import HowOften, MonthCount
from remit.terms.money import Rounding
from remit.terms.notation import Identifier, Number, Rate, Term, Texts
from remit.terms.service_levels import LevelValue


class Defaults(Term):
    """When a level is in default, for the pool, categories and weights models.

    A level without a minimum has one standard only: missing its expected level counts as missing the minimum.
    """

    below_minimum: HowOften | None = Field(
        HowOften(times=1, of=1), description="How often below the minimum is a default: `1 month`; null: never."
    )
    below_expected: HowOften | None = Field(
        None, description="How often below expected is a default: `3 of 6 months`; never without it."
    )


class Multiplier(Term):
    """What the credit for the k-th default running is multiplied by.

    A month in which the level was not measured neither counts nor breaks the run.
    """

    consecutive_months: Mapping[Annotated[int, Field(ge=2)], Annotated[Number, Field(ge=0)]] = Field(
        min_length=1, description="The factor from the k-th default running on: `{2: 1.5, 3: 2}`."
    )
    then_each: Number = Field(
        Decimal(0), ge=0, description="What each further default beyond the last entry adds to the factor."
    )
    cap: Number | None = Field(None, ge=0, description="The largest factor.")

    def factor(self, running: int) -> Decimal:
        """The factor for the k-th default running; 1 for the first."""
        begun = [k for k in self.consecutive_months if k <= running]
        if not begun:
            return Decimal(1)
        factor = self.consecutive_months[max(begun)]
        factor += self.then_each * max(0, running - max(self.consecutive_months))
        return factor if self.cap is None else min(factor, self.cap)


class SameIncident(Term):
    """Levels that one incident can miss together, and which of their credits then counts."""

    levels: Texts = Field(min_length=2, description="The levels.")
    credit: Literal["largest", "picked", "all"] = Field(
        "largest", description="`largest`; `picked`: the one the client picked, else the largest; or `all`."
    )
    picked: Identifier | None = Field(None, description="The level whose credit the client picked.")

    @model_validator(mode="after")
    def _pick_is_one_of_them(self) -> Self:
        if self.credit == "picked" and self.picked is None:
            raise ValueError("credit: picked needs the level that was picked; write picked: SL1")
        if self.picked is not None and self.picked not in self.levels:
            raise ValueError(f"{self.picked} is picked but not among the levels; pick one of {', '.join(self.levels)}")
        return self


class Earnback(Term):
    """How a provider earns credits back; off unless the contract says so.

    `every`: each of the next `after` measured months is at or above the target. `average`: the contract year's
    average is. Nothing is carried over: what has not been earned back when the contract year ends is lost. What comes
    back is a line of the month it comes back in, and rounded as the terms of that month say.
    """

    when: Literal["every", "average"] = Field("every", description="`every` month after, or the year's `average`.")
    after: MonthCount = Field(3, description="How many months in a row must be good, with `every`: `3 months`.")
    average_of: Literal["months", "records"] = Field(
        "months", description="With `average`: the mean of the months' values, or all records of the year together."
    )
    target: Mapping[Identifier, LevelValue] = Field({}, description="A higher target by level; `expected` without it.")
    returns: Rate = Field(
        Decimal(1), ge=0, le=1, description="The share returned of what the level was credited in the month."
    )
    only_above_minimum: bool = Field(
        True, description="Only credits for misses that stayed above the minimum, or of a level without one."
    )
    never_for: tuple[Annotated[int, Field(ge=1, le=12)], ...] = Field(
        (), description="Months whose credits are never returned, as numbers: `[11, 12]`."
    )
    settled: Literal["monthly", "year_end"] = Field(
        "year_end", description="As soon as earned, or in the last month of the contract year (so for average)."
    )


class Ratchet(Term):
    """Continuous improvement: every so often, expected becomes the mean of the best recent months, never easier.

    A month counts with its value as the contract rounds it; one with several windows with its worst. An expected level
    that an amendment writes begins anew; a new minimum holds as it is written and changes no expected level.
    """

    every: MonthCount = Field(
        12,
        description="Months between two steps, counted from the start of the term; a step inside a month takes effect "
        "with the next.",
    )
    best: int = Field(6, ge=1, description="How many of the best months make the mean.")
    of: int = Field(12, ge=1, description="Out of how many last months.")
    levels: Texts = Field((), description="The levels concerned; all that credits name without it.")
    gap_limit: Rate | None = Field(
        None, ge=0, le=1, description="A step is at most this share of the gap to 100 % (to 0 for an at-most level)."
    )
    step_limit: LevelValue | None = Field(
        None, ge=0, description="A step is at most this much on the level's own scale, `0.5%`."
    )
    minimum_moves: bool = Field(False, description="The minimum moves by the same step.")
    rounding: Rounding = Field(
        Rounding(places=4), description="Decimal places of the new level; it is rounded towards the old one."
    )

    @model_validator(mode="after")
    def _best_are_among_last(self) -> Self:
        if self.best > self.of:
            raise ValueError(f"the best {self.best} of {self.of} months can't be; best is at most {self.of}")
        return self


class TerminationTrigger(Term):
    """Chronic failure: a right to terminate that a statement flags; it is never money."""

    levels: Texts = Field((), description="The levels; all that credits name without it.")
    when: HowOften = Field(description="How often: `4 of 12 months`.")
    counts: Literal["defaults", "misses", "below_minimum"] = Field(
        "defaults",
        description="What is counted: credit defaults (of an event count its events), every miss, or only misses below "
        "a minimum.",
    )
    same_level: bool = Field(True, description="Counted for each level; false: all levels' failures together.")
