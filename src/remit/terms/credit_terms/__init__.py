"""Service credits as the contract words them: models, defaults, caps, earn-back, ratchet and termination."""

from remit.terms.credit_terms.agreement import CreditTerms
from remit.terms.credit_terms.bounds import Bound, SeverityBand, Tier
from remit.terms.credit_terms.limits import AtRisk, ChargeBasis, MonthCap, YearBasis, YearCap, YearKind
from remit.terms.credit_terms.rules import (
    Defaults,
    Earnback,
    Multiplier,
    Ratchet,
    SameIncident,
    TerminationTrigger,
)
from remit.terms.credit_terms.schemes import (
    CategoriesTerms,
    CategoryTerms,
    EventCountTerms,
    FlatTerms,
    GainShareTerms,
    LinearTerms,
    PointStepsTerms,
    PoolTerms,
    Scheme,
    SchemeTerms,
    SeverityPointsTerms,
    TiersTerms,
    WeightsTerms,
)
from remit.terms.credit_terms.short_forms import HowOften, MoneyRounding

__all__ = [
    "AtRisk",
    "Bound",
    "CategoriesTerms",
    "CategoryTerms",
    "ChargeBasis",
    "CreditTerms",
    "Defaults",
    "Earnback",
    "EventCountTerms",
    "FlatTerms",
    "GainShareTerms",
    "HowOften",
    "LinearTerms",
    "MoneyRounding",
    "MonthCap",
    "Multiplier",
    "PointStepsTerms",
    "PoolTerms",
    "Ratchet",
    "SameIncident",
    "Scheme",
    "SchemeTerms",
    "SeverityBand",
    "SeverityPointsTerms",
    "TerminationTrigger",
    "Tier",
    "TiersTerms",
    "WeightsTerms",
    "YearBasis",
    "YearCap",
    "YearKind",
]
