"""Measures of contacts and of the time of those who take them."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from remit.terms.durations import Duration, DurationTerm, read_duration
from remit.terms.measure_terms.bases import MeasureTerms, Unit
from remit.terms.notation import Rate, read_whole


class ServiceFactor(MeasureTerms):
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


class SpeedOfAnswer(MeasureTerms):
    """ASA: the mean wait of the contacts that were answered, Σ wait of answered / answered."""

    kind: Literal["speed_of_answer"] = Field("speed_of_answer", alias="is")
    of: Literal["interactions", "interval_counts"] = Field(
        "interactions", description="Contact records, or counts by interval."
    )
    unit: ClassVar[Unit] = Unit.SECONDS
    is_proportion: ClassVar[bool] = False
    at_most: ClassVar[bool] = True


class HandleTime(MeasureTerms):
    """AHT: (talk + hold + after-contact work) / handled."""

    kind: Literal["handle_time"] = Field("handle_time", alias="is")
    of: Literal["interactions", "interval_counts"] = Field(
        "interactions", description="Contact records, or counts by interval."
    )
    unit: ClassVar[Unit] = Unit.SECONDS
    is_proportion: ClassVar[bool] = False
    at_most: ClassVar[bool] = True


class Abandonment(MeasureTerms):
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


class AgentTimeShare(MeasureTerms):
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
