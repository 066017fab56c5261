"""The catalogue of measures, each with its variants named: what a contract may ask to be counted."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from remit.terms.durations import Duration, DurationTerm, read_duration
from remit.terms.notation import Identifier, Rate, Term, form_of, read_number, read_rate, read_whole


class Unit(StrEnum):
    """What a measure's value is counted in; it decides how a target is written and a value printed."""

    SHARE = "share"
    SECONDS = "seconds"
    COUNT = "count"
    SCORE = "score"


Condition = Annotated[
    str, Field(description="A condition on the table's columns, in SQL: `priority = 'P1' AND channel <> 'test'`.")
]


class TargetByDimension(Term):
    """A target chosen by a record's own column, e.g. its priority."""

    by: Identifier = Field(description="The column that decides, e.g. `priority`.")
    map: Mapping[str, DurationTerm] = Field(description="Each value of the column and its target.")
    otherwise: DurationTerm | None = Field(
        None,
        description="The target of all other values; without it such a record has no target and is left out, and "
        "listed.",
    )


Target = Annotated[
    Annotated[TargetByDimension, Tag("by column")] | Annotated[DurationTerm, Tag("one for all")],
    Discriminator(form_of),
]
"""One target for all records, or one by a column's value."""


def durations_of(target: TargetByDimension | Duration) -> tuple[Duration, ...]:
    """Every length of time a target may stand for."""
    if isinstance(target, Duration):
        return (target,)
    return (*target.map.values(), *([target.otherwise] if target.otherwise else []))


class _Measure(Term):
    """What all measures share: the rows they look at, and how their value is to be read."""

    unit: ClassVar[Unit] = Unit.SHARE
    is_proportion: ClassVar[bool] = True
    at_most: ClassVar[bool] = False
    default_table: ClassVar[str] = "cases"

    where: Condition | None = Field(
        None, description="Which rows of the table the level is about, as an SQL condition; all without it."
    )

    @property
    def table(self) -> str:
        """The fact table whose records are counted."""
        return str(getattr(self, "of", self.default_table))

    @property
    def is_share(self) -> bool:
        """Whether the value is so many out of so many, so that a Wilson interval applies."""
        return self.is_proportion

    @property
    def value_unit(self) -> Unit:
        return self.unit

    @property
    def lower_is_better(self) -> bool:
        return self.at_most


class ServiceFactor(_Measure):
    """Contacts answered within a threshold; the six formulas in use give six figures, so the contract names one.

    Source: ICMI and Call Centre Helper's comparison of formulas. An answer exactly on the threshold counts.
    """

    kind: Literal["service_factor"] = Field("service_factor", alias="is")
    of: Literal["interactions", "interval_counts"] = Field(
        "interactions", description="Contact records, or counts by interval."
    )
    variant: Annotated[Literal[1, 2, 3, 4, 5, 6], BeforeValidator(read_whole)] = Field(
        description="1: (answered≤T + abandoned≤T) / (answered + abandoned); 2: answered≤T / answered; 3: answered≤T / "
        "(answered + abandoned); 4: answered≤T / (answered + abandoned>T); 5: (answered≤T + abandoned≤short) / "
        "(answered + abandoned); 6: answered≤T / (answered + abandoned − abandoned≤short)."
    )
    answer_within: DurationTerm = Field(description="T, the waiting threshold, e.g. `20 seconds`.")
    short_abandon: DurationTerm | None = Field(
        None, description="A caller who gives up this soon is a short abandon (variants 5 and 6)."
    )
    aggregate: Literal["pooled", "share_of_intervals"] = Field(
        "pooled",
        description="`pooled`: Σ numerators / Σ denominators; `share_of_intervals`: the share of intervals that met "
        "`interval_target`.",
    )
    interval: DurationTerm = Field(
        Duration(1800, read_duration("30 minutes").unit, "30 minutes"),
        description="The interval, for `share_of_intervals`.",
    )
    interval_target: Rate | None = Field(None, description="What an interval must reach, for `share_of_intervals`.")
    default_table: ClassVar[str] = "interactions"

    @model_validator(mode="after")
    def _variant_is_complete(self) -> Self:
        if self.variant in (5, 6) and self.short_abandon is None:
            raise ValueError(f"variant {self.variant} needs short_abandon; write e.g. short_abandon: 5 seconds")
        if self.aggregate == "share_of_intervals" and self.interval_target is None:
            raise ValueError("share_of_intervals needs interval_target; write e.g. interval_target: 80%")
        return self


class SpeedOfAnswer(_Measure):
    """ASA: the mean wait of the contacts that were answered, Σ wait of answered / answered."""

    kind: Literal["speed_of_answer"] = Field("speed_of_answer", alias="is")
    of: Literal["interactions", "interval_counts"] = Field(
        "interactions", description="Contact records, or counts by interval."
    )
    unit: ClassVar[Unit] = Unit.SECONDS
    is_proportion: ClassVar[bool] = False
    at_most: ClassVar[bool] = True


class HandleTime(_Measure):
    """AHT: (talk + hold + after-contact work) / handled."""

    kind: Literal["handle_time"] = Field("handle_time", alias="is")
    of: Literal["interactions", "interval_counts"] = Field(
        "interactions", description="Contact records, or counts by interval."
    )
    unit: ClassVar[Unit] = Unit.SECONDS
    is_proportion: ClassVar[bool] = False
    at_most: ClassVar[bool] = True


class Abandonment(_Measure):
    """Contacts abandoned over contacts offered, with short abandons counted or left out of both."""

    kind: Literal["abandonment"] = Field("abandonment", alias="is")
    of: Literal["interactions", "interval_counts"] = Field(
        "interactions", description="Contact records, or counts by interval."
    )
    short_abandon: DurationTerm | None = Field(
        None,
        description="A caller who gives up this soon counts neither as offered nor as abandoned; without it all count.",
    )
    at_most: ClassVar[bool] = True


class AgentTimeShare(_Measure):
    """A share of agents' time: occupancy, utilisation, shrinkage, adherence or conformance.

    occupancy = handling / (handling + available); utilisation = handling / paid; shrinkage = 1 − available-for-work /
    paid, where available for work is worked time; adherence = in-schedule / scheduled; conformance = worked /
    scheduled.
    """

    kind: Literal["occupancy", "utilisation", "shrinkage", "adherence", "conformance"] = Field(alias="is")
    is_proportion: ClassVar[bool] = False
    default_table: ClassVar[str] = "agent_time"

    @property
    def lower_is_better(self) -> bool:
        return self.kind == "shrinkage"


class Turnaround(_Measure):
    """Working time from a clock's start to its stop: the share within a target, the mean, or a percentile.

    Elapsed time exactly on target counts as within. `first_response` is the same measure under the name the field
    gives it when the clock stops at the first answer.
    """

    kind: Literal["turnaround", "first_response"] = Field(alias="is")
    of: Literal["cases", "interactions", "transactions"] = Field(
        "cases", description="The table counted; the one its clock times."
    )
    clock: Identifier = Field(description="The clock that times each record.")
    share_within: Target | None = Field(None, description="The target; the value is the share of records within it.")
    statistic: Literal["mean", "median", "percentile"] | None = Field(
        None,
        description="Instead of a share: the mean, the median (mean of the middle two) or a percentile of the times.",
    )
    percentile: int = Field(
        90, ge=1, le=99, description="Which percentile, by the nearest rank: the ⌈p·n/100⌉-th shortest time."
    )
    within: Target | None = Field(
        None, description="With a statistic: the unit times are counted in is that of this target."
    )

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        if (self.share_within is None) == (self.statistic is None):
            raise ValueError(
                "say either share_within or statistic; write share_within: 4 business hours, or statistic: mean"
            )
        return self

    @property
    def is_share(self) -> bool:
        return self.share_within is not None

    @property
    def value_unit(self) -> Unit:
        return Unit.SHARE if self.share_within is not None else Unit.SECONDS

    @property
    def lower_is_better(self) -> bool:
        return self.statistic is not None


class FirstContactResolution(_Measure):
    """Contacts resolved at the first attempt, over contacts; the variants measure different things."""

    kind: Literal["first_contact_resolution"] = Field("first_contact_resolution", alias="is")
    of: Literal["interactions", "cases", "surveys"] = Field(
        "interactions", description="Where first contacts are recorded."
    )
    variant: Literal["no_repeat", "agent_flag", "survey", "single_contact"] = Field(
        description="`no_repeat`: no further contact of the same customer for the same reason within `repeat_within`; "
        "`agent_flag`: the agent said so; `survey`: the customer said so; `single_contact`: the case took one contact."
    )
    repeat_within: DurationTerm | None = Field(
        None, description="How long the customer must stay away (`no_repeat`), e.g. `7 days`."
    )

    @model_validator(mode="after")
    def _variant_fits_table(self) -> Self:
        fitting = {
            "no_repeat": ("interactions", "cases"),
            "agent_flag": ("interactions", "cases"),
            "survey": ("surveys",),
            "single_contact": ("cases",),
        }
        if self.of not in fitting[self.variant]:
            tables = fitting[self.variant]
            raise ValueError(f"{self.variant} is read from {' or '.join(tables)}; write of: {tables[0]}")
        if self.variant == "no_repeat" and self.repeat_within is None:
            raise ValueError("no_repeat needs repeat_within; write e.g. repeat_within: 7 days")
        return self


class Reopening(_Measure):
    """Cases opened again after they were resolved, over cases resolved."""

    kind: Literal["reopening"] = Field("reopening", alias="is")
    at_most: ClassVar[bool] = True


class Backlog(_Measure):
    """Records still open at the end of the window: how many, how old on average, or the share older than a limit."""

    kind: Literal["backlog"] = Field("backlog", alias="is")
    of: Literal["cases", "transactions"] = Field("cases", description="The table whose open records count.")
    stops: Identifier | None = Field(
        None, description="The column that ends a record; `resolved_at` of cases, `completed_at` of transactions."
    )
    calendar: str = Field("always", description="The calendar ages are counted on.")
    older_than: DurationTerm | None = Field(
        None, description="With it the value is the share of the backlog older than this."
    )
    statistic: Literal["count", "mean_age"] = Field(
        "count", description="Without older_than: the number of open records, or their mean age."
    )
    is_proportion: ClassVar[bool] = False
    at_most: ClassVar[bool] = True

    @property
    def is_share(self) -> bool:
        return self.older_than is not None

    @property
    def value_unit(self) -> Unit:
        if self.older_than is not None:
            return Unit.SHARE
        return Unit.SECONDS if self.statistic == "mean_age" else Unit.COUNT


class Accuracy(_Measure):
    """1 − defective / audited; critical and non-critical errors kept apart.

    Of evaluations, a defective one has an error of the kinds named; of transactions, only audited ones count.
    """

    kind: Literal["accuracy"] = Field("accuracy", alias="is")
    of: Literal["evaluations", "transactions"] = Field(
        "evaluations", description="Quality evaluations, or audited transactions."
    )
    errors: Literal[
        "all", "critical", "non_critical", "customer_critical", "business_critical", "compliance_critical"
    ] = Field("all", description="Which errors make a record defective; the last three are of evaluations.")
    per: Literal["record", "opportunity"] = Field(
        "record",
        description="`record`: defective records / audited records; `opportunity`: errors / opportunities for error.",
    )

    @model_validator(mode="after")
    def _table_has_the_errors(self) -> Self:
        if self.of == "transactions" and self.errors.endswith("_critical") and self.errors != "non_critical":
            raise ValueError(
                f"transactions don't tell {self.errors} errors apart; write errors: critical, or of: evaluations"
            )
        if self.per == "opportunity" and self.of == "transactions":
            raise ValueError("transactions count no opportunities for error; write per: record, or of: evaluations")
        return self

    @property
    def is_share(self) -> bool:
        return self.per == "record"


class Satisfaction(_Measure):
    """CSAT: the share of answers in the top boxes of the scale."""

    kind: Literal["satisfaction"] = Field("satisfaction", alias="is")
    top_boxes: int = Field(2, ge=1, description="How many of the highest marks count as satisfied.")
    scale_max: int = Field(5, ge=2, description="The highest mark, where the answers do not bring their own.")
    default_table: ClassVar[str] = "surveys"


class NetPromoter(_Measure):
    """NPS: the share of marks 9–10 less the share of marks 0–6; from −1 to 1, printed as −100 to 100."""

    kind: Literal["net_promoter"] = Field("net_promoter", alias="is")
    unit: ClassVar[Unit] = Unit.SCORE
    is_proportion: ClassVar[bool] = False
    default_table: ClassVar[str] = "surveys"


class Volume(_Measure):
    """How many records the window has."""

    kind: Literal["volume"] = Field("volume", alias="is")
    of: Literal["interactions", "cases", "transactions", "surveys", "evaluations"] = Field(
        description="The table counted."
    )
    unit: ClassVar[Unit] = Unit.COUNT
    is_proportion: ClassVar[bool] = False


class Throughput(_Measure):
    """Records finished in the window, in all or per open day or open hour of a calendar."""

    kind: Literal["throughput"] = Field("throughput", alias="is")
    of: Literal["cases", "transactions"] = Field("cases", description="The table counted.")
    stops: Identifier | None = Field(
        None, description="The column that ends a record; `resolved_at` of cases, `completed_at` of transactions."
    )
    per: Literal["window", "open_day", "open_hour"] = Field("window", description="What the number is divided by.")
    calendar: str = Field("always", description="The calendar of open days and hours.")
    unit: ClassVar[Unit] = Unit.COUNT
    is_proportion: ClassVar[bool] = False


class Availability(_Measure):
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


class CustomRatio(_Measure):
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
        None, description="The denominator: the sum of this column; the number of rows without it."
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


class Attrition(_Measure):
    """Separations / average headcount × 12 / months of the window."""

    kind: Literal["attrition"] = Field("attrition", alias="is")
    is_proportion: ClassVar[bool] = False
    at_most: ClassVar[bool] = True
    default_table: ClassVar[str] = "headcount"


class ForecastAccuracy(_Measure):
    """1 − Σ|actual − forecast| / Σ actual over intervals (WAPE), or the bias Σ(forecast − actual) / Σ actual."""

    kind: Literal["forecast_accuracy", "forecast_bias"] = Field(alias="is")
    is_proportion: ClassVar[bool] = False
    default_table: ClassVar[str] = "interval_counts"

    @property
    def lower_is_better(self) -> bool:
        return self.kind == "forecast_bias"


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


def read_level_value(given: Any) -> Decimal:
    """A value in its measure's unit: `95%` → 0.95, `30 seconds` → 30, `4 business hours` → 14400, `1200` → 1200."""
    if isinstance(given, Decimal):
        return given
    text = str(given).strip()
    if text.endswith("%"):
        return read_rate(text)
    if text[:1].isdigit() and text[-1].isalpha():
        return Decimal(read_duration(text).seconds)
    try:
        return read_number(text)
    except ValueError:
        raise ValueError(f'{text!r} is not a number; write 95 % as 0.95 or "95%", a time as 30 seconds') from None
