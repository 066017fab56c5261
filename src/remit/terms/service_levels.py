"""Service levels: what is expected of whom, over which window, and how its records are attributed."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from remit.terms.calendars import DayTerm
from remit.terms.durations import DurationTerm
from remit.terms.measure_terms import Measure, read_level_value
from remit.terms.money import Rounding
from remit.terms.notation import Identifier, Number, Rate, Term, Texts

LevelValue = Annotated[
    Decimal,
    BeforeValidator(read_level_value),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "description": "A value in the measure's unit: `95%`, `30 seconds`, `4 business hours`, `1200`.",
            "examples": ["95%"],
        }
    ),
]


class WindowKind(StrEnum):
    """The shapes of measurement window a contract may name."""

    MONTH = "calendar month"
    QUARTER = "calendar quarter"
    WEEK = "week"
    ROLLING_DAYS = "rolling days"
    ROLLING_MONTHS = "rolling months"
    CONTRACT_YEAR = "contract year"


class MeasurementWindow(Term):
    """A window and its length; weeks name their first day, rolling windows how many days or months."""

    kind: WindowKind
    length: int = Field(1, ge=1, le=3660)
    first_weekday: int = Field(0, ge=0, le=6)


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WINDOW_HINT = "write calendar month, quarter, week from monday, rolling 30 days, rolling 3 months or contract year"


def read_window(given: Any) -> Any:
    """A window from the contract's words."""
    if isinstance(given, MeasurementWindow):
        return given
    text = " ".join(str(given).lower().split())
    plain = {"calendar month": WindowKind.MONTH, "month": WindowKind.MONTH, "calendar quarter": WindowKind.QUARTER,
             "quarter": WindowKind.QUARTER, "contract year": WindowKind.CONTRACT_YEAR}  # fmt: skip
    if text in plain:
        return MeasurementWindow(kind=plain[text])
    if week := re.fullmatch(r"week( from (\w+))?", text):
        first = week[2] or "monday"
        if first in _WEEKDAYS:
            return MeasurementWindow(kind=WindowKind.WEEK, first_weekday=_WEEKDAYS.index(first))
    if rolling := re.fullmatch(r"rolling (\d+) (day|month)s?", text):
        kind = WindowKind.ROLLING_DAYS if rolling[2] == "day" else WindowKind.ROLLING_MONTHS
        return MeasurementWindow(kind=kind, length=int(rolling[1]))
    raise ValueError(f"{text!r} is not a measurement window; {_WINDOW_HINT}")


Window = Annotated[
    MeasurementWindow,
    BeforeValidator(read_window),
    WithJsonSchema(
        {
            "type": "string",
            "description": "`calendar month`, `quarter`, `week from monday`, `rolling 30 days`, `rolling 3 months` or "
            "`contract year`.",
            "examples": ["calendar month"],
        }
    ),
]


class LowVolume(Term):
    """What happens to a window with few records, where chance decides more than work does."""

    below: int = Field(ge=1, description="Fewer records than this is low volume.")
    then: Literal["not_measured", "accumulate", "allow_misses"] = Field(
        "not_measured",
        description="`not_measured`; `accumulate`: its records count in the next window; `allow_misses`: so many "
        "misses are still met.",
    )
    misses: int = Field(0, ge=0, description="How many misses are allowed, with allow_misses.")

    @model_validator(mode="after")
    def _misses_go_with_allowing(self) -> Self:
        if (self.then == "allow_misses") != (self.misses > 0):
            raise ValueError(
                "allow_misses needs misses, and nothing else does; write {below: 20, then: allow_misses, misses: 1}"
            )
        return self


class ServiceLevel(Term):
    """One service level: a measure, what is expected of it, and over which window.

    A `critical` level can earn credits; a `key` measurement is reported only.
    """

    name: str = Field(description="What both sides call it.")
    level_class: Literal["critical", "key"] = Field(
        "key", alias="class", description="`critical` levels can earn credits, `key` measurements are reported."
    )
    measure: Measure = Field(description="What is measured, in which variant.")
    expected: LevelValue | None = Field(
        None, description="The expected level; without it the level is reported and not judged."
    )
    minimum: LevelValue | None = Field(None, description="The minimum level; worse than this is a graver default.")
    better: Literal["higher", "lower"] | None = Field(
        None, description="Which way is better, where it isn't the measure's own: `higher` or `lower`."
    )
    window: Window = Field(
        MeasurementWindow(kind=WindowKind.MONTH), description="The measurement window, in the contract's time zone."
    )
    attribute_to: Literal["start", "stop", "due"] = Field(
        "stop",
        description="Which instant decides the window a timed record belongs to: its start, its stop, or when it is "
        "due.",
    )
    still_open: Literal["left_out", "missed_once_past_target", "carried"] = Field(
        "left_out",
        description="A record not stopped yet: `left_out`; `missed_once_past_target`: counted as missed in the window "
        "it fell due, as is one that stops late (in the window of its start, where that decides); `carried` into the "
        "window in which it stops (one that stops by the time it is due stays in the window it is due in, where that "
        "decides).",
    )
    low_volume: LowVolume | None = Field(None, description="What happens to a window with few records.")
    rounding: Rounding | None = Field(
        None,
        description="How the value is rounded before it is judged; exact without it. Places count on the value as a "
        "share: 4 places is 95.12 %.",
    )
    history: Mapping[DayTerm, LevelValue] = Field(
        {}, description="Expected levels by the day they begin (a glide path); the latest begun counts."
    )

    @property
    def is_critical(self) -> bool:
        return self.level_class == "critical"

    @property
    def at_most(self) -> bool:
        """Whether smaller values are better, as for abandonment or handle time."""
        return self.measure.lower_is_better if self.better is None else self.better == "lower"

    def expected_on(self, day: date) -> Decimal | None:
        """The expected level in force on a day, by the glide path where there is one."""
        begun = [start for start in self.history if start <= day]
        return self.history[max(begun)] if begun else self.expected

    @model_validator(mode="after")
    def _minimum_is_no_better(self) -> Self:
        if self.minimum is None:
            return self
        if self.expected is None:
            raise ValueError("a minimum needs an expected level beside it; write expected: …")
        if (self.minimum < self.expected) if self.at_most else (self.minimum > self.expected):
            better = "lower" if self.at_most else "higher"
            raise ValueError(
                f"minimum {self.minimum} is harder than expected {self.expected} ({better} is better); "
                "swap them, or set better: …"
            )
        return self


class ClockStop(Term):
    """A stretch of time that stops the clock: a window both sides agreed, or an announced outage."""

    start: str = Field(
        alias="from", description="First instant, ISO 8601 with offset, or local in the contract's zone."
    )
    end: str = Field(alias="to", description="First instant after it.")


class Exclusion(Term):
    """Records left out, or time that stops clocks; each with its reason.

    Excluding never deletes: the record keeps its row, with this id, the reason and the clause.
    """

    id: Identifier = Field(description="The name shown beside each record left out.")
    reason: str = Field(description="Why, in words a reader of the statement understands.")
    of: str | None = Field(None, description="The table whose records are left out, e.g. `interactions`.")
    where: str | None = Field(None, description="Which records, as an SQL condition on the table's columns.")
    waivers: bool = Field(
        False, description="Records listed in the `waivers` table, where approved and reasoned, are left out."
    )
    stop_the_clock: tuple[ClockStop, ...] = Field(
        (), description="Stretches of time that are closed hours for the clocks that name this exclusion."
    )
    planned_outages_of: Texts = Field(
        (), description="Services whose planned outages are closed hours for the clocks that name this exclusion."
    )
    notice: DurationTerm | None = Field(
        None, description="Planned outages stop the clock only when announced this long before."
    )
    levels: Texts = Field((), description="The service levels concerned; all of the table's without it.")

    @model_validator(mode="after")
    def _excludes_something(self) -> Self:
        ways = [self.where is not None, self.waivers, bool(self.stop_the_clock), bool(self.planned_outages_of)]
        if sum(ways) != 1:
            raise ValueError(
                "an exclusion is one of where, waivers, stop_the_clock or planned_outages_of; write one of them, and "
                "the others as exclusions of their own"
            )
        if self.where is not None and self.of is None:
            raise ValueError("where needs the table it is about; write of: interactions")
        return self


class ScorecardWeight(Term):
    """A service level's part in a scorecard, and the values that make 0 and 100 points."""

    weight: Rate = Field(ge=0, le=1, description="Its share of the scorecard; together they make 100 %.")
    zero_at: LevelValue = Field(description="The value that scores 0.")
    full_at: LevelValue = Field(description="The value that scores 100.")

    @model_validator(mode="after")
    def _scale_has_a_length(self) -> Self:
        if self.zero_at == self.full_at:
            raise ValueError(f"zero_at and full_at are both {self.zero_at}; a scale needs two different values")
        return self


class ScorecardBand(Term):
    """A named band of scores."""

    name: str = Field(description="What the band is called, e.g. `green`.")
    score_from: Number = Field(alias="from", ge=0, le=100, description="The lowest score in it, 0 to 100.")


class ScorecardTerms(Term):
    """How attainments become one score for comparing providers, sites or periods."""

    weights: Mapping[str, ScorecardWeight] = Field(description="Each service level's weight and scale.")
    bands: tuple[ScorecardBand, ...] = Field((), description="Named bands of the score.")
    by: Identifier | None = Field(None, description="The column whose values are compared, e.g. `provider`.")
