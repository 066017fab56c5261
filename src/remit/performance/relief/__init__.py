"""Relief: whose doing a missed service factor was, among volume, handle time and staffing, by replaying intervals."""

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
    "Attribution",
    "CountedInterval",
    "Interval",
    "LevelRelief",
    "MonthRelief",
    "Plan",
    "Stretch",
    "answered_in_time",
    "attribute",
    "is_outside",
    "relief_of",
    "shapley_shares",
    "stretches_of",
    "waiting_share",
]
