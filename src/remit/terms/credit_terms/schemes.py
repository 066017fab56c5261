"""The credit models that published contracts use, each with its own words and its source."""

from abc import abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from remit.terms.credit_terms.bounds import Bound, SeverityBand, Tier, check_steps
from remit.terms.credit_terms.limits import AtRisk, ChargeBasis, MonthCap, YearCap
from remit.terms.credit_terms.short_forms import HowOften
from remit.terms.notation import Identifier, Number, Rate, Term, Texts
from remit.terms.service_levels import LevelValue

Allocation = Mapping[Identifier, Annotated[Rate, Field(ge=0)]]
Pays = Literal["credit", "bonus"]


class SchemeTerms(Term):
    """What every credit model may say about the charges it counts on and its own caps."""

    name: Identifier | None = Field(None, description="A name; needed where two schemes have the same model.")
    base: Texts = Field((), description="The charge ids this scheme counts on; the contract's credit base without it.")
    month_cap: MonthCap | None = Field(None, description="The most this scheme may come to in a month.")
    year_cap: YearCap | None = Field(None, description="The most this scheme may come to in a year.")

    @abstractmethod
    def levels(self) -> tuple[str, ...]:
        """The service levels the scheme names, each once, in its order."""

    def check_bonus_is_capped(self, pays: Pays) -> None:
        """A bonus without a cap is an open purse; raises ValueError."""
        if pays == "bonus" and self.month_cap is None:
            raise ValueError("a bonus needs a cap; write month_cap: 5%")

    @property
    def key(self) -> str:
        """The name by which the scheme's past is found again, also across amendments."""
        return self.name or str(getattr(self, "model", ""))


class _AllocationTerms(SchemeTerms):
    """A scheme that gives each level a part of an at-risk amount."""

    at_risk: AtRisk | None = Field(None, description="This scheme's at-risk amount; the contract's without it.")

    @abstractmethod
    def share_of(self, service_level: str) -> tuple[Decimal, str]:
        """The level's share of the at-risk amount, and the words for it."""


class PoolTerms(_AllocationTerms):
    """Pool: each critical level has an allocation percentage out of a pool; credit = allocation × at-risk amount.

    The classic form of outsourcing agreements; 25 % of 12 % of 400,000 is 12,000. Pools are often 200 to 300 %, so
    that one level can put a large part of the at-risk amount in play; the month's credits stay within it.
    """

    model: Literal["pool"] = Field(description="`pool`: allocation × at-risk amount.")
    pool: Rate = Field(Decimal(1), ge=0, description="The pool percentage available for allocation, e.g. `200%`.")
    allocation: Allocation = Field(min_length=1, description="Each level's allocation percentage.")

    def levels(self) -> tuple[str, ...]:
        return tuple(self.allocation)

    def share_of(self, service_level: str) -> tuple[Decimal, str]:
        return self.allocation[service_level], "allocation"

    @model_validator(mode="after")
    def _within_pool(self) -> Self:
        total = sum(self.allocation.values(), Decimal(0))
        if total > self.pool:
            raise ValueError(f"allocations add up to {total:.2%}, more than the pool of {self.pool:.2%}; lower them")
        return self


class CategoryTerms(Term):
    """A performance category: its part of the pool, and the allocation of its levels."""

    pool: Rate = Field(ge=0, description="The category's percentage of the at-risk amount (A).")
    allocation: Allocation = Field(min_length=1, description="Each level's allocation in the category (B).")

    @model_validator(mode="after")
    def _within_category(self) -> Self:
        total = sum(self.allocation.values(), Decimal(0))
        if total > 1:
            raise ValueError(f"allocations add up to {total:.2%}, more than the whole category; lower them")
        return self


class CategoriesTerms(_AllocationTerms):
    """Category × level: credit = category's pool % (A) × level's allocation % in it (B) × at-risk amount (C).

    Source: the form published by the Texas Department of Information Resources, whose worked example is
    50 % × 40 % × (10 % of $100,000) = $2,000.
    """

    model: Literal["categories"] = Field(description="`categories`: A × B × C.")
    pool: Rate | None = Field(None, ge=0, description="The most the categories' percentages may add up to.")
    categories: Mapping[str, CategoryTerms] = Field(min_length=1, description="The performance categories by name.")

    def levels(self) -> tuple[str, ...]:
        return tuple(level for category in self.categories.values() for level in category.allocation)

    def share_of(self, service_level: str) -> tuple[Decimal, str]:
        name, category = next((n, c) for n, c in self.categories.items() if service_level in c.allocation)
        return category.pool * category.allocation[service_level], f"{name} category × allocation"

    @model_validator(mode="after")
    def _each_level_once(self) -> Self:
        names = self.levels()
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} is in two categories; a level's failure is credited once")
        total = sum((category.pool for category in self.categories.values()), Decimal(0))
        if self.pool is not None and total > self.pool:
            raise ValueError(f"categories add up to {total:.2%}, more than the pool of {self.pool:.2%}; lower them")
        return self


class WeightsTerms(_AllocationTerms):
    """Weights: credit = the level's weight × the amount at risk of its statement of work.

    Source: a service credit clause published by the province of British Columbia.
    """

    model: Literal["weights"] = Field(description="`weights`: weight × amount at risk.")
    weights: Allocation = Field(min_length=1, description="Each level's weight; together no more than 100 %.")

    def levels(self) -> tuple[str, ...]:
        return tuple(self.weights)

    def share_of(self, service_level: str) -> tuple[Decimal, str]:
        return self.weights[service_level], "weight"

    @model_validator(mode="after")
    def _within_whole(self) -> Self:
        total = sum(self.weights.values(), Decimal(0))
        if total > 1:
            raise ValueError(f"weights add up to {total:.2%}; together they are at most 100%")
        return self


class PointStepsTerms(SchemeTerms):
    """Points with steps: the month's points of all missed levels are looked up in steps of a share of charges.

    The value judged may be the average with the month before; the share is taken of the next month's charges. It is
    one amount, rounded once, of which each level missed has a part by its points. The terms that gave the points say
    what they cost: an amendment between the two months cancels nothing, unless it takes all credit terms away.
    Source: an availability schedule filed by TELUS (5 points 0 %, 10 points 2 %, … 30 or more 10 %), which uses the
    month's own value where the month before has none.
    """

    model: Literal["point_steps"] = Field(description="`point_steps`: total points → share of charges.")
    points: Mapping[Identifier, Annotated[int, Field(ge=0)]] = Field(
        min_length=1, description="The points each level costs when it is missed."
    )
    steps: Mapping[Annotated[int, Field(ge=0)], Annotated[Rate, Field(ge=0)]] = Field(
        min_length=1, description="From so many points on, this share; between two steps the lower one holds."
    )
    average_with_month_before: bool = Field(False, description="Judge the mean of this month's and the last's value.")
    charges_of: Literal["this month", "next month"] = Field(
        "next month", description="Which month's charges are reduced; `next month`: it appears on the next statement."
    )
    of: ChargeBasis = Field(ChargeBasis.BASE, description="Which charges: `base`, `invoice` or `at_risk`.")

    def levels(self) -> tuple[str, ...]:
        return tuple(self.points)

    @model_validator(mode="after")
    def _steps_rise(self) -> Self:
        rates = [self.steps[points] for points in sorted(self.steps)]
        if rates != sorted(set(rates)):
            raise ValueError("steps go backwards or repeat; more points reduce the charges by more")
        return self


class SeverityPointsTerms(SchemeTerms):
    """Severity points: how far a level misses decides its points; credit = points × rate a point × charges.

    A level failed in the measured period before as well counts `repeat_factor` times. Source: the UK government's
    Model Services Contract, schedule on performance levels, with target 99 %: 98.0–98.9 minor 1, 97.0–97.9 serious 2,
    96.0–96.9 severe 3, below 96 threshold 4; repeats double.
    """

    model: Literal["severity_points"] = Field(description="`severity_points`: points × rate × charges.")
    bands: Mapping[Identifier, tuple[SeverityBand, ...]] = Field(min_length=1, description="Each level's bands.")
    rate_per_point: Rate = Field(ge=0, description="The share of the charges one point costs.")
    repeat_factor: Number = Field(Decimal(2), ge=1, description="What a repeated failure's points are multiplied by.")
    of: ChargeBasis = Field(ChargeBasis.BASE, description="Which charges: `base`, `invoice` or `at_risk`.")

    def levels(self) -> tuple[str, ...]:
        return tuple(self.bands)

    @model_validator(mode="after")
    def _bands_rise(self) -> Self:
        for level, bands in self.bands.items():
            check_steps(((band, Decimal(band.points)) for band in bands), what=f"bands of {level}")
        return self


class LinearTerms(SchemeTerms):
    """Linear: credit % = target % − actual %, of the charges; 98 − 75 is 23 %.

    Source: the UK government's call-off schedule on service levels. As a bonus it counts what lies beyond the line.
    """

    model: Literal["linear"] = Field(description="`linear`: (target − actual) × charges.")
    level_ids: Texts = Field(alias="levels", min_length=1, description="The levels, or a single one.")
    counted_from: Mapping[Identifier, LevelValue] = Field(
        {}, alias="from", description="The line to count from, by level, as `98%`; its expected level without it."
    )
    factor: Number = Field(
        Decimal(1), gt=0, description="Share of the charges for a gap of 1: 1 for shares; 0.001: 0.1 % each second."
    )
    of: ChargeBasis = Field(ChargeBasis.BASE, description="Which charges: `base`, `invoice` or `at_risk`.")
    pays: Pays = Field("credit", description="`credit` to the client, or `bonus` to the provider beyond the line.")

    def levels(self) -> tuple[str, ...]:
        return self.level_ids

    @model_validator(mode="after")
    def _bonus_is_capped(self) -> Self:
        self.check_bonus_is_capped(self.pays)
        return self


class FlatTerms(SchemeTerms):
    """Flat for each failure: the same share or amount for each missed level, usually capped: 3 % each, at most 6 %."""

    model: Literal["flat"] = Field(description="`flat`: the same for each failure.")
    level_ids: Texts = Field(alias="levels", min_length=1, description="The levels, or a single one.")
    each: AtRisk = Field(description="What one failure costs: `3%` of the charges, or `{amount: 1000}`.")
    of: ChargeBasis = Field(ChargeBasis.BASE, description="Which charges: `base`, `invoice` or `at_risk`.")

    def levels(self) -> tuple[str, ...]:
        return self.level_ids


class TiersTerms(SchemeTerms):
    """Tiers: the furthest tier a value has reached decides the share of the charges.

    Source: the service-level clause of the Accord Project's template library: c2 % below a2, else c1 % below a1; at
    most a share of the month's charge, and of the last twelve months' charges less the credits in them.
    """

    model: Literal["tiers"] = Field(description="`tiers`: the furthest tier reached × charges.")
    tiers: Mapping[Identifier, tuple[Tier, ...]] = Field(min_length=1, description="Each level's tiers.")
    of: ChargeBasis = Field(ChargeBasis.BASE, description="Which charges: `base`, `invoice` or `at_risk`.")
    pays: Pays = Field("credit", description="`credit` to the client, or `bonus` to the provider.")

    def levels(self) -> tuple[str, ...]:
        return tuple(self.tiers)

    @model_validator(mode="after")
    def _tiers_rise(self) -> Self:
        for level, tiers in self.tiers.items():
            check_steps(((tier, tier.rate) for tier in tiers), what=f"tiers of {level}")
        self.check_bonus_is_capped(self.pays)
        return self


class EventCountTerms(SchemeTerms):
    """Event count: a credit falls due when a level trips a bound so often in so many months running.

    Source: a bank-processing agreement of 2007, filed publicly: at or below 96.5 % three times in any six consecutive
    months; 6 % of the invoice of the month in which the failure occurs; at most 20 % of the invoice before credits a
    month, and 100 % of the average monthly fee of the year before a calendar year; applied to the next invoice.
    """

    model: Literal["event_count"] = Field(description="`event_count`: so many trips in so many months.")
    trips: Mapping[Identifier, Bound] = Field(min_length=1, description="Each level's bound, `{at_or_below: 96.5%}`.")
    when: HowOften = Field(description="How often makes a credit event: `3 of 6 months`.")
    starts_over: bool = Field(
        False, description="After an event its trips are used up; without it a fourth trip is an event again."
    )
    rate: Rate = Field(ge=0, description="The share of the charges one event costs.")
    of: ChargeBasis = Field(ChargeBasis.INVOICE, description="Which charges: `base`, `invoice` or `at_risk`.")

    def levels(self) -> tuple[str, ...]:
        return tuple(self.trips)


class GainShareTerms(SchemeTerms):
    """Gain share: the provider's part of what the invoice stays below a baseline, and its part of an overrun."""

    model: Literal["gain_share"] = Field(description="`gain_share`: part of the saving against a baseline.")
    baseline: Number = Field(ge=0, description="The month's baseline cost.")
    gain: Rate = Field(Decimal(0), ge=0, le=1, description="The provider's part of a saving (a bonus).")
    pain: Rate = Field(Decimal(0), ge=0, le=1, description="The provider's part of an overrun (a credit).")

    def levels(self) -> tuple[str, ...]:
        return ()

    @model_validator(mode="after")
    def _gain_is_capped(self) -> Self:
        self.check_bonus_is_capped("bonus")
        return self


Scheme = Annotated[
    PoolTerms
    | CategoriesTerms
    | WeightsTerms
    | PointStepsTerms
    | SeverityPointsTerms
    | LinearTerms
    | FlatTerms
    | TiersTerms
    | EventCountTerms
    | GainShareTerms,
    Field(discriminator="model"),
]
