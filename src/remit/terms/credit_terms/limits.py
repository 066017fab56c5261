"""What credits are counted on, and what they may never exceed: at-risk amounts and caps."""

from enum import StrEnum
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from remit.terms.credit_terms.short_forms import ShortTerm
from remit.terms.notation import Number, Rate, read_rate


class ChargeBasis(StrEnum):
    """Which charges of a month a rate is taken of."""

    BASE = "base"
    INVOICE = "invoice"
    AT_RISK = "at_risk"


class YearBasis(StrEnum):
    """What a year's cap is a share of."""

    CHARGES = "charges of the year"
    AT_RISK = "at-risk amounts of the year"
    YEAR_BEFORE = "average month of the year before"


class YearKind(StrEnum):
    """Which twelve months a year's cap counts."""

    CALENDAR = "calendar"
    CONTRACT = "contract"
    LAST_12_MONTHS = "last 12 months"


class _RateOrAmount(ShortTerm):
    """A share of charges, or a fixed amount; exactly one of them."""

    rate: Rate | None = Field(None, ge=0, description="A share of the charges it is counted on.")
    amount: Number | None = Field(None, ge=0, description="A fixed amount in the contract's currency.")

    @classmethod
    def read_short(cls, text: str) -> dict[str, Any]:
        return {"rate": read_rate(text)}

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.rate is None) == (self.amount is None):
            raise ValueError('give a rate or a fixed amount, one of both: "12%" or {amount: 48000}')
        return self


class AtRisk(_RateOrAmount):
    """The month's at-risk amount: `12%` of the credit base, or `{amount: 48000}`."""

    short_examples: ClassVar[tuple[str, ...]] = ("12%",)


class MonthCap(_RateOrAmount):
    """The most that a month's credits may come to: `at_risk`, `20%` of the base, or a fixed amount."""

    short_examples: ClassVar[tuple[str, ...]] = ("at_risk", "20%")

    of: ChargeBasis = Field(
        ChargeBasis.BASE,
        description="What the rate is taken of: `base` (the charges credits are counted on), `invoice` (all that is "
        "invoiced, before credits) or `at_risk`.",
    )

    @classmethod
    def read_short(cls, text: str) -> dict[str, Any]:
        return {"rate": "100%", "of": text} if text == "at_risk" else {"rate": read_rate(text)}


class YearCap(_RateOrAmount):
    """The most that a year's credits may come to, counted as credits given and not what was earned back.

    Bonuses count apart: one uses up nothing of what a scheme's credits may come to. A month may still use what the
    months before it in that year left over. Each month's charges and at-risk amount count by the terms in force in it.
    """

    short_examples: ClassVar[tuple[str, ...]] = ("10%",)

    of: YearBasis = Field(
        YearBasis.CHARGES,
        description="What the rate is taken of: the charges of the year so far with this month's, the at-risk amounts "
        "of the year so far, or the average monthly charges of the year before.",
    )
    charges: ChargeBasis = Field(ChargeBasis.BASE, description="Which charges those are: `base` or `invoice`.")
    year: YearKind = Field(YearKind.CONTRACT, description="`calendar`, `contract` or `last 12 months` with this one.")
    first_year_amount: Number | None = Field(
        None,
        ge=0,
        description="The cap while there is no year before; without it that first year has no cap, and a note says so.",
    )
