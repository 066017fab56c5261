"""Measures of quantity and supply: volume, throughput, availability, attrition, forecasts, ratios of one's own."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from remit.terms.durations import DurationTerm
from remit.terms.measure_terms.bases import Condition, MeasureTerms, Unit
from remit.terms.notation import Identifier


class Volume(MeasureTerms):
    """How many records the window has; a window without one is not measured: nothing may have been loaded."""

    kind: Literal["volume"] = Field("volume", alias="is")
    of: Literal["interactions", "cases", "transactions", "surveys", "evaluations"] = Field(
        description="The table counted."
    )
    unit: ClassVar[Unit] = Unit.COUNT
    is_proportion: ClassVar[bool] = False


class Throughput(MeasureTerms):
    """Records finished in the window, in all or per open day or hour.

    Where records were open at some time of the window and none was finished, that is a measured 0; a window in which
    there was nothing to finish is not measured.
    """

    kind: Literal["throughput"] = Field("throughput", alias="is")
    of: Literal["cases", "transactions"] = Field("cases", description="The table counted.")
    stops: Identifier | None = Field(
        None, description="The column that ends a record; `resolved_at` of cases, `completed_at` of transactions."
    )
    per: Literal["window", "open_day", "open_hour"] = Field("window", description="What the number is divided by.")
    calendar: str = Field("always", description="The calendar of open days and hours.")
    unit: ClassVar[Unit] = Unit.COUNT
    is_proportion: ClassVar[bool] = False


class Availability(MeasureTerms):
    """Scheduled time without an outage, over scheduled time; overlapping outages count once."""

    kind: Literal["availability"] = Field("availability", alias="is")
    service: str = Field(description="The service, as the outages table names it.")
    calendar: str = Field("always", description="The scheduled hours.")
    planned: Literal["excluded", "counted"] = Field(
        "excluded",
        description="Whether planned maintenance counts as an outage; `excluded` leaves it out of scheduled time.",
    )
    notice: DurationTerm | None = Field(
        None, description="Planned maintenance is excused only when announced this long before."
    )
    is_proportion: ClassVar[bool] = False
    default_table: ClassVar[str] = "outages"


class CustomRatio(MeasureTerms):
    """Records that meet one condition over records that meet another, or one column's sum over another's.

    `good`/`total` are conditions and count records; `sum`/`per` are columns and add them up. A record for which a
    condition is unknown (null) does not meet it.
    """

    kind: Literal["ratio"] = Field("ratio", alias="is")
    of: Literal[
        "interactions",
        "cases",
        "transactions",
        "surveys",
        "evaluations",
        "agent_time",
        "headcount",
        "outages",
        "interval_counts",
    ] = Field(description="The table counted.")
    good: Condition | None = Field(None, description="The numerator: records that meet this condition.")
    total: Condition | None = Field(None, description="The denominator: records that meet this; all rows without it.")
    sum: Identifier | None = Field(None, description="The numerator: the sum of this column.")
    per: Identifier | None = Field(
        None,
        description="The denominator: the sum of this column; the number of rows without it. A row that lacks a column "
        "to be added up is left out.",
    )
    counted_in: Unit = Field(
        Unit.SHARE, description="How the value is written and printed: share, seconds, count or score."
    )
    is_proportion: ClassVar[bool] = False

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        if (self.good is None) == (self.sum is None):
            raise ValueError('say either good (a condition) or sum (a column); write good: "errors = 0"')
        if self.sum is not None and self.total is not None:
            raise ValueError(
                "sum goes with per (a column), total goes with good; write per: column, or where: condition"
            )
        return self

    @property
    def is_share(self) -> bool:
        return self.good is not None

    @property
    def value_unit(self) -> Unit:
        return self.counted_in


class Attrition(MeasureTerms):
    """Separations / average headcount × 12 / months of the window."""

    kind: Literal["attrition"] = Field("attrition", alias="is")
    is_proportion: ClassVar[bool] = False
    at_most: ClassVar[bool] = True
    default_table: ClassVar[str] = "headcount"


class ForecastAccuracy(MeasureTerms):
    """1 − Σ|actual − forecast| / Σ actual over intervals (WAPE), or the bias Σ(forecast − actual) / Σ actual."""

    kind: Literal["forecast_accuracy", "forecast_bias"] = Field(alias="is")
    is_proportion: ClassVar[bool] = False
    default_table: ClassVar[str] = "interval_counts"

    @property
    def lower_is_better(self) -> bool:
        return self.kind == "forecast_bias"
