"""The catalogue of measures, each with its variants named: what a contract may ask to be counted."""

from typing import Annotated

from pydantic import Field

from remit.terms.measure_terms.bases import (
    Condition,
    MeasureTerms,
    Target,
    TargetByDimension,
    Unit,
    durations_of,
    read_level_value,
)
from remit.terms.measure_terms.cases import Backlog, FirstContactResolution, Reopening, Turnaround
from remit.terms.measure_terms.contacts import Abandonment, AgentTimeShare, HandleTime, ServiceFactor, SpeedOfAnswer
from remit.terms.measure_terms.quality import Accuracy, NetPromoter, Satisfaction
from remit.terms.measure_terms.quantities import (
    Attrition,
    Availability,
    CustomRatio,
    ForecastAccuracy,
    Throughput,
    Volume,
)

__all__ = [
    "Abandonment",
    "Accuracy",
    "AgentTimeShare",
    "Attrition",
    "Availability",
    "Backlog",
    "Condition",
    "CustomRatio",
    "FirstContactResolution",
    "ForecastAccuracy",
    "HandleTime",
    "Measure",
    "MeasureTerms",
    "NetPromoter",
    "Reopening",
    "Satisfaction",
    "ServiceFactor",
    "SpeedOfAnswer",
    "Target",
    "TargetByDimension",
    "Throughput",
    "Turnaround",
    "Unit",
    "Volume",
    "durations_of",
    "read_level_value",
]

Measure = Annotated[
    ServiceFactor
    | SpeedOfAnswer
    | HandleTime
    | Abandonment
    | AgentTimeShare
    | Turnaround
    | FirstContactResolution
    | Reopening
    | Backlog
    | Accuracy
    | Satisfaction
    | NetPromoter
    | Volume
    | Throughput
    | Availability
    | CustomRatio
    | Attrition
    | ForecastAccuracy,
    Field(discriminator="kind"),
]
