"""What changes a price after signature: published indexes, exchange rates."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from remit.terms.calendars import DayTerm
from remit.terms.credit_terms.short_forms import MonthCount
from remit.terms.money import Rounding
from remit.terms.notation import Identifier, Number, Rate, Term
from remit.terms.periods import Period, add_months, month_of

_Positive = Annotated[Number, Field(gt=0)]


class PriceMissing(ValueError):
    """An index or an exchange rate the contract does not give for a day; the sentence says which."""


class PriceIndex(Term):
    """A published index, with the values both sides took from it: the contract holds them, never a feed."""

    name: str | None = Field(None, description="What it is called and who publishes it.")
    values: Mapping[DayTerm, _Positive] = Field(
        min_length=1, description="Its values by the day from which each counts: `{2026-01-01: 118.2}`."
    )

    def on(self, day: date) -> Decimal | None:
        """The value that counts on a day; None before the first."""
        begun = [start for start in self.values if start <= day]
        return self.values[max(begun)] if begun else None


class Indexation(Term):
    """How a line's prices follow an index: stepwise, each step on the one before, within its bounds.

    A step moves by the index's value on its day against that of the step before (the first: that of `base`), by the
    `share` that follows, at most `cap` and at least `collar`.
    """

    index: Identifier = Field(description="The index under `indexes`.")
    first_on: DayTerm = Field(alias="from", description="The day of the first step; the first of a month.")
    every: MonthCount = Field(12, description="How long between steps: `12 months`.")
    base: DayTerm | None = Field(
        None, description="The day whose index value the first step is measured against; one `every` before without it."
    )
    share: Rate = Field(Decimal(1), ge=0, le=1, description="The share of the price that follows the index.")
    cap: Rate | None = Field(None, description="The most a step may add: `4%`.")
    collar: Rate | None = Field(None, description="The least a step adds: `1%`, or `-2%` for the most it takes away.")
    rounding: Rounding = Field(Rounding(places=4), description="How an indexed rate is rounded.")

    @model_validator(mode="after")
    def _can_be_meant(self) -> Self:
        if self.first_on.day != 1:
            raise ValueError(f"a step on {self.first_on} lies inside a month; begin on the first of one")
        if self.cap is not None and self.collar is not None and self.cap < self.collar:
            raise ValueError(f"the cap of {self.cap} lies below the collar of {self.collar}; swap them")
        return self

    @property
    def base_on(self) -> date:
        """The day the first step is measured against."""
        return self.base or add_months(self.first_on, -self.every)

    def steps(self, day: date) -> tuple[date, ...]:
        """The days of the steps up to a day, the first one first."""
        found = []
        step, count = self.first_on, 0
        while step <= day:
            found.append(step)
            count += 1
            step = add_months(self.first_on, count * self.every)
        return tuple(found)

    def factor(self, index: PriceIndex, day: date, *, is_bounded: bool = True) -> Fraction:
        """What prices are multiplied by on a day, exact; 1 before the first step.

        Raises PriceMissing where the index has no value published since the step before: the old value would
        silently say that prices stood still. `is_bounded` False leaves share, cap and collar aside, for comparing.
        """
        factor = Fraction(1)
        before_on = self.base_on
        for step in self.steps(day):
            factor *= 1 + self._movement(index, before_on, step, is_bounded=is_bounded)
            before_on = step
        return factor

    def _movement(self, index: PriceIndex, before_on: date, step: date, *, is_bounded: bool) -> Fraction:
        before, after = index.on(before_on), index.on(step)
        if before is None or after is None or not any(before_on < start <= step for start in index.values):
            missing = before_on if before is None else step
            raise PriceMissing(f"the index {self.index} has no value for the step of {step}: none for {missing}")
        movement = Fraction(after) / Fraction(before) - 1
        if not is_bounded:
            return movement
        movement *= Fraction(self.share)
        if self.cap is not None:
            movement = min(movement, Fraction(self.cap))
        return movement if self.collar is None else max(movement, Fraction(self.collar))


class ExchangeRule(Term):
    """How much of the contract's currency one unit of another is worth, for a month."""

    rule: Literal["fixed", "latest", "month average", "month last"] = Field(
        "fixed",
        description="`fixed`: one rate; `latest`: the last on or before the month's last day; `month average`: the "
        "mean of those of the month; `month last`: the last of the month.",
    )
    rate: _Positive | None = Field(None, description="The fixed rate.")
    values: Mapping[DayTerm, _Positive] = Field({}, description="Rates by their day: `{2026-01-31: 0.0156}`.")
    rounding: Rounding = Field(Rounding(places=6), description="How the month's rate is rounded.")

    @model_validator(mode="after")
    def _has_what_its_rule_needs(self) -> Self:
        if self.rule == "fixed" and (self.rate is None or self.values):
            raise ValueError("a fixed rule has one rate and no values; write rate: 0.0156")
        if self.rule != "fixed" and (self.rate is not None or not self.values):
            raise ValueError(f"the rule {self.rule!r} has values and no rate; write values: {{2026-01-31: 0.0156}}")
        return self

    def for_period(self, period: Period, currency: str) -> Decimal:
        """The rate of a period; raises PriceMissing where the table has none for it.

        It is that of the whole months the period touches: a line that is in force for three days of a month is
        converted by the month's rate like every other.
        """
        if self.rate is not None:
            return self.rate
        months = Period(month_of(period.start_on).start_on, month_of(period.last_on).end_on)
        if self.rule == "latest":
            known = {day: rate for day, rate in self.values.items() if day <= months.last_on}
        else:
            known = {day: rate for day, rate in self.values.items() if day in months}
        if not known:
            raise PriceMissing(f"{currency} has no exchange rate for {period.label} by the rule {self.rule!r}")
        if self.rule == "month average":
            return self.rounding.apply(Fraction(sum(known.values())) / len(known))
        return self.rounding.apply(known[max(known)])
