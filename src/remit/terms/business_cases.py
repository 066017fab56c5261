"""The approved business case: what was promised when the work was given out, month by month."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from remit.terms.calendars import DayTerm
from remit.terms.money import Currency
from remit.terms.notation import Identifier, Number, Term, Texts, read_list
from remit.terms.periods import Period, month_of
from remit.terms.price_changes import Indexation
from remit.terms.rate_cards import Volume

_NotNegative = Annotated[Number, Field(ge=0)]
_Positive = Annotated[Number, Field(gt=0)]


def _read_by_day(given: Any) -> Any:
    """One value holds from the first day there is."""
    return given if isinstance(given, Mapping) else {date.min.isoformat(): given}


def _read_month(given: Any) -> date:
    text = str(given).strip()
    if not re.fullmatch(r"[12][0-9]{3}-(0[1-9]|1[0-2])", text):
        raise ValueError(f"{text!r} is not a month; write it as 2026-03")
    return date.fromisoformat(f"{text}-01")


ByDay = Annotated[
    Mapping[DayTerm, _NotNegative],
    BeforeValidator(_read_by_day),
    WithJsonSchema({"oneOf": [{"type": ["number", "string"]}, {"type": "object"}]}),
]
"""A value, or values by the day from which each counts."""

Kinds = Annotated[tuple[Identifier, ...], BeforeValidator(read_list)]
"""One kind of work, or several."""

MonthTerm = Annotated[
    date, BeforeValidator(_read_month), WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"})
]


def value_on(values: Mapping[date, Decimal], day: date) -> Decimal:
    """The value that counts on a day; a case is refused unless there is one in each of its months."""
    return values[max(start for start in values if start <= day)]


class CaseHead(Term):
    """Which case it is, and of which contract."""

    id: Identifier = Field(description="The case's number.")
    contract: Identifier = Field(description="The contract it was approved for.")
    title: str = Field("", description="What it is about.")


class Approval(Term):
    """Who approved the case when; `sha256` freezes everything else in the file, the names and the day among it."""

    by: Texts = Field(min_length=1, description="Who approved it.")
    on: DayTerm = Field(description="The day it was approved.")
    sha256: str = Field("", description="The hash of the file's content as approved; Remit tells it.")


class BaselineWork(Term):
    """One kind of work as it was before: what a unit of it cost, and how delivered units are counted today."""

    name: str = Field(description="What is counted.")
    unit_cost: _NotNegative = Field(description="What one unit cost, in the case's currency.")
    volume: Volume = Field(description="Which records are counted.")


class PlannedCharge(Term):
    """What the case expected of one line of the rate card: a month's amount, or units for each unit of work at a rate.

    Both are in the line's currency; `exchange_rate` is what the case took one unit of it to be worth.
    """

    amount: ByDay | None = Field(None, description="A month's amount, whatever is delivered.")
    units_each: ByDay | None = Field(None, description="Charged units for each unit of work: the productivity assumed.")
    rate: ByDay | None = Field(None, description="What a charged unit costs.")
    of: Kinds = Field((), description="The kinds of work that drive it; all of them without it.")
    currency: Currency | None = Field(None, description="The line's currency; the case's own without it.")
    exchange_rate: _Positive = Field(Decimal(1), description="The case's currency for one unit of the line's.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_units = [self.units_each is not None, self.rate is not None]
        if (self.amount is not None) == any(by_units) or any(by_units) != all(by_units):
            raise ValueError("a planned charge is an amount, or units_each and a rate; write one of the two")
        if self.amount is not None and self.of:
            raise ValueError("an amount does not follow the work; leave `of` out, or plan units_each and a rate")
        if self.currency is None and self.exchange_rate != 1:
            raise ValueError("an exchange rate needs the currency it is of; write currency: PHP")
        return self

    @property
    def by_day(self) -> Mapping[str, Mapping[date, Decimal]]:
        """Its values that may change over time, by their word."""
        given = {"amount": self.amount, "units_each": self.units_each, "rate": self.rate}
        return {word: values for word, values in given.items() if values is not None}


class PlannedMonth(Term):
    """What the case expected of one month."""

    volume: Mapping[Identifier, _NotNegative] = Field(description="Units of each kind of work.")
    index: _Positive = Field(Decimal(1), description="What the case took baseline prices to have been multiplied by.")
    transition: _NotNegative = Field(Decimal(0), description="The one-off cost of moving the work.")


class BusinessCase(Term):
    """A business case as approved: the baseline, and what the months were to cost.

    Savings of a month are what its work would have cost before (each kind's units at its unit cost, indexed) less what
    it costs now: charges net of credits and bonuses, the retained organisation, transition.
    """

    remit: Literal["1"] = Field(description="The version of the format: 1.")
    business_case: CaseHead
    approval: Approval
    currency: Currency
    baseline: Mapping[Identifier, BaselineWork] = Field(min_length=1, description="Kinds of work by their name.")
    indexation: Indexation | None = Field(
        None, description="How unit costs follow an index of the contract; they stand still without it."
    )
    charges: Mapping[Identifier, PlannedCharge] = Field({}, description="By the line of the contract's rate card.")
    retained: ByDay = Field(description="What the retained organisation costs a month.")
    months: Mapping[MonthTerm, PlannedMonth] = Field(min_length=1, description="Each month as 2026-03.")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        for month, plan in self.months.items():
            if set(plan.volume) != set(self.baseline):
                wanted, given = ", ".join(self.baseline), ", ".join(plan.volume) or "none"
                raise ValueError(f"{month:%Y-%m} plans the volumes of {given}; the baseline has {wanted}")
        self._drivers_are_known()
        first = min(self.months)
        for word, values in self._by_day():
            if min(values, default=date.max) > first:
                raise ValueError(f"{word} has no value for {first:%Y-%m}; give one from {first} or before")
        return self

    def _drivers_are_known(self) -> None:
        for line_id, charge in self.charges.items():
            unknown = [kind for kind in charge.of if kind not in self.baseline]
            if unknown:
                known = ", ".join(self.baseline)
                raise ValueError(f"charges.{line_id} follows {unknown[0]!r}, no work of the baseline; it has {known}")

    def _by_day(self) -> list[tuple[str, Mapping[date, Decimal]]]:
        planned = [
            (f"charges.{line_id}.{word}", values)
            for line_id, charge in self.charges.items()
            for word, values in charge.by_day.items()
        ]
        return [*planned, ("retained", self.retained)]

    def month(self, period: Period) -> PlannedMonth | None:
        """What was planned of a month; None for one the case does not have."""
        return self.months.get(period.start_on)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The months of the case, in order."""
        return tuple(month_of(first) for first in sorted(self.months))
