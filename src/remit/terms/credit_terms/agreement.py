"""The contract's credit terms as a whole: what is at risk, the models, and the rules around them."""

from collections.abc import Collection
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from remit.terms.credit_terms.limits import AtRisk, ChargeBasis, MonthCap, YearBasis, YearCap
from remit.terms.credit_terms.rules import Defaults, Earnback, Multiplier, Ratchet, SameIncident, TerminationTrigger
from remit.terms.credit_terms.schemes import CategoriesTerms, PoolTerms, Scheme, WeightsTerms
from remit.terms.credit_terms.short_forms import MoneyRounding
from remit.terms.notation import Rate, Term, Texts


class CreditTerms(Term):
    """Everything a contract says about service credits; several models may stand side by side, and are summed.

    Where there is an at-risk amount, a month's credits never exceed it unless the contract says so.
    """

    base: Texts = Field((), description="The charge ids credits are counted on; all but pass-through without it.")
    at_risk: AtRisk | None = Field(None, description="The month's at-risk amount: `12%` of the base, or fixed.")
    schemes: tuple[Scheme, ...] = Field(description="The credit models, each over its own levels.")
    defaults: Defaults = Field(Defaults(), description="When a miss is a default.")
    below_expected_factor: Rate = Field(
        Decimal(1), ge=0, le=1, description="The part of an allocation that a below-expected default costs."
    )
    multiplier: Multiplier | None = Field(
        None, description="For repeated defaults, in every model but points, event counts and gain share."
    )
    same_incident: tuple[SameIncident, ...] = Field((), description="Levels that one incident can miss together.")
    each_window: bool = Field(
        False, description="A level with several windows in a month is credited for each; without it its worst, once."
    )
    month_cap: MonthCap | None = Field(
        None, description="The most all credits of a month may come to; the at-risk amount without it."
    )
    may_exceed_at_risk: bool = Field(False, description="Without a month_cap, the at-risk amount is no cap either.")
    year_cap: YearCap | None = Field(None, description="The most all credits of a year may come to.")
    earnback: Earnback | None = Field(None, description="How credits are earned back.")
    ratchet: Ratchet | None = Field(None, description="How expected levels rise with performance.")
    termination: tuple[TerminationTrigger, ...] = Field((), description="Chronic failures that allow to terminate.")
    rounding: MoneyRounding = Field(MoneyRounding(), description="How each line is rounded, once: `half_up to 0.01`.")
    applies_to: Literal["this invoice", "next invoice"] = Field(
        "this invoice", description="Which invoice the month's credit reduces."
    )

    @model_validator(mode="after")
    def _has_a_scheme(self) -> Self:
        # Not `min_length`: pydantic would add "too short" to a scheme's own problem.
        if not self.schemes:
            raise ValueError("credits without a scheme credit nothing; write schemes: [{model: pool, …}]")
        return self

    @model_validator(mode="after")
    def _something_is_at_risk(self) -> Self:
        for scheme in self.schemes:
            if not isinstance(scheme, PoolTerms | CategoriesTerms | WeightsTerms):
                continue
            if scheme.at_risk is None and self.at_risk is None:
                raise ValueError(f"{scheme.key} allocates an at-risk amount, and there is none; write at_risk: 12%")
        return self

    @model_validator(mode="after")
    def _what_counts_on_at_risk_has_one(self) -> Self:
        for limited in (self, *self.schemes):
            month_cap, year_cap = limited.month_cap, limited.year_cap
            needs_one = getattr(limited, "of", None) is ChargeBasis.AT_RISK
            needs_one |= month_cap is not None and month_cap.of is ChargeBasis.AT_RISK
            needs_one |= year_cap is not None and year_cap.of is YearBasis.AT_RISK
            if needs_one and self.at_risk is None and getattr(limited, "at_risk", None) is None:
                raise ValueError("what is counted on the at-risk amount needs one; write at_risk: 12%")
        return self

    @model_validator(mode="after")
    def _schemes_can_be_told_apart(self) -> Self:
        keys = [scheme.key for scheme in self.schemes]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"two schemes are called {', '.join(twice)}; give each its own name: …")
        return self

    @property
    def cap(self) -> MonthCap | None:
        """The cap on a month's credits: as written, else the at-risk amount where there is one."""
        if self.month_cap is not None or self.at_risk is None or self.may_exceed_at_risk:
            return self.month_cap
        return MonthCap(rate=Decimal(1), of=ChargeBasis.AT_RISK)

    def levels(self) -> tuple[str, ...]:
        """The service levels the schemes name, each once, in order of first mention."""
        return tuple(dict.fromkeys(level for scheme in self.schemes for level in scheme.levels()))

    def earnback_can_be_earned(self, *, levels_with_minimum: Collection[str]) -> bool:
        """Whether any credit could ever come back, for the linter.

        An earn-back only for misses above the minimum is empty where allocations are credited below the minimum
        only and every allocated level has one.
        """
        if self.earnback is None or not self.earnback.only_above_minimum or self.defaults.below_expected is not None:
            return True
        allocated = [s for s in self.schemes if isinstance(s, PoolTerms | CategoriesTerms | WeightsTerms)]
        others = len(allocated) < len(self.schemes)
        return others or any(level not in levels_with_minimum for s in allocated for level in s.levels())
