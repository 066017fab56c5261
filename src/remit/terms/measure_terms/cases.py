"""Measures of cases and their time: turnaround, first contact resolution, reopening, backlog."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from remit.terms.durations import DurationTerm
from remit.terms.measure_terms.bases import MeasureTerms, Target, Unit
from remit.terms.notation import Identifier


class Turnaround(MeasureTerms):
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


class FirstContactResolution(MeasureTerms):
    """Contacts resolved at the first attempt, over contacts; the variants measure different things."""

    kind: Literal["first_contact_resolution"] = Field("first_contact_resolution", alias="is")
    of: Literal["interactions", "cases", "surveys"] = Field(
        "interactions", description="Where first contacts are recorded."
    )
    variant: Literal["no_repeat", "agent_flag", "survey", "single_contact"] = Field(
        description="`no_repeat`: no further contact of the same customer for the same reason within `repeat_within` "
        "(one that a condition excludes repeats nothing, a waived one does); "
        "`agent_flag`: the agent said so; `survey`: the customer said so; `single_contact`: the case took "
        "one contact, of the cases resolved."
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


class Reopening(MeasureTerms):
    """Cases opened again after they were resolved, over cases resolved; those that do not say so are left out."""

    kind: Literal["reopening"] = Field("reopening", alias="is")
    at_most: ClassVar[bool] = True


class Backlog(MeasureTerms):
    """Records still open at the end of the window: how many, how old on average, or the share older than a limit.

    None open is a backlog of 0 where one was open in the window; without any, nothing is measured.
    """

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
