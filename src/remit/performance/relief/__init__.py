"""Relief: whose doing a missed service factor was, among volume, handle time and staffing, by replaying intervals."""

from remit.performance.relief.agreed import AgreedRelief, Relieved, excused, relieved, why_not_relievable
from remit.performance.relief.erlang import answered_in_time, waiting_share
from remit.performance.relief.granting import (
    CountedInterval,
    LevelRelief,
    MonthRelief,
    Stretch,
    relief_of,
    stretches_of,
)
from remit.performance.relief.replaying import FACTORS, Attribution, Interval, Plan, attribute, is_outside
from remit.performance.relief.shapley import shapley_shares

__all__ = [
    "FACTORS",
    "AgreedRelief",
    "Attribution",
    "CountedInterval",
    "Interval",
    "LevelRelief",
    "MonthRelief",
    "Plan",
    "Relieved",
    "Stretch",
    "answered_in_time",
    "attribute",
    "excused",
    "is_outside",
    "relief_of",
    "relieved",
    "shapley_shares",
    "stretches_of",
    "waiting_share",
    "why_not_relievable",
]
