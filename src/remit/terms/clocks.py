"""Clocks: when measuring a record's time starts, pauses, resumes and stops, and on whose calendar."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from remit.terms.durations import DurationTerm
from remit.terms.notation import Identifier, Term, Texts, form_of

ALWAYS_OPEN = "always"
"""The calendar every contract has without writing it: open around the clock, in UTC."""


class ByDimension(Term):
    """A calendar chosen by a record's own column, e.g. its site."""

    by: Identifier = Field(description="The column that decides, e.g. `site`.")
    map: Mapping[str, str] = Field(description="Each value of the column and its calendar.")
    otherwise: str | None = Field(
        None, description="The calendar of all other values; without it such a record is not measured, and listed."
    )


class Moment(Term):
    """An instant in a case's life: entering one of some statuses, or one of some kinds of event."""

    status: Texts = Field((), description="Entering one of these statuses.")
    event: Texts = Field((), description="The first event of one of these kinds.")

    @model_validator(mode="after")
    def _names_one_way(self) -> Self:
        if bool(self.status) == bool(self.event):
            raise ValueError("name either statuses or events; write {status: [Resolved, Closed]}")
        return self


class Pause(Term):
    """The statuses in which the clock stands still."""

    status: Texts = Field(description="Statuses in which the clock does not run, e.g. `Waiting for customer`.")


def _read_pause(given: Any) -> Any:
    return None if given in (None, "none") else given


class ReopenPolicy(StrEnum):
    """What a case that is opened again after its stop does to the measured time."""

    RESUME = "resume"
    RESTART = "restart"
    FIRST_STOP_WINS = "first_stop_wins"
    NEW_RECORD = "new_record"


class Reopen(Term):
    """Reopening: what it does within a window, and after it."""

    do: ReopenPolicy = Field(
        ReopenPolicy.RESUME,
        description="`resume`: the clock goes on, the time between stands still; `restart`: it begins again at the "
        "reopening; `first_stop_wins`: later life is ignored; `new_record`: the reopening is measured as a record of "
        "its own.",
    )
    within: DurationTerm | None = Field(
        None, description="How soon after the stop `do` applies, on the clock's calendar; without it, always."
    )
    otherwise: ReopenPolicy = Field(ReopenPolicy.NEW_RECORD, description="What a later reopening does.")


class PriorityChange(StrEnum):
    """Which target a record has whose priority changed on the way."""

    FINAL = "final"
    INITIAL = "initial"
    HIGHEST = "highest"
    PROPORTIONAL = "proportional"
    RESTART = "restart"


class CalendarChange(StrEnum):
    """Whose calendar counts when a record moves between sites or teams on the way."""

    AT_START = "at_start"
    AT_STOP = "at_stop"
    PER_SEGMENT = "per_segment"


CalendarChoice = Annotated[
    Annotated[ByDimension, Tag("by column")] | Annotated[str, Tag("one for all")], Discriminator(form_of)
]
MomentChoice = Annotated[
    Annotated[Moment, Tag("by column")] | Annotated[str, Tag("one for all")], Discriminator(form_of)
]


class Clock(Term):
    """One clock of the contract.

    A start or stop that is a column's name (`opened_at`) reads that column; one that names statuses or events
    reads the case's history, `case_events`.
    """

    of: Literal["cases", "interactions", "transactions"] = Field(
        "cases", description="The table whose records the clock times."
    )
    calendar: CalendarChoice = Field(
        ALWAYS_OPEN, description="A calendar's name, or the column that chooses one; `always` is around the clock."
    )
    starts: MomentChoice = Field("opened_at", description="A column, or the status or event that starts the clock.")
    stops: MomentChoice = Field("resolved_at", description="A column, or the status or event that stops it.")
    pauses: Annotated[Pause | None, BeforeValidator(_read_pause)] = Field(
        None, description="When the clock stands still; `none` where it never does."
    )
    max_pause: DurationTerm | None = Field(
        None, description="The longest pause a record may have in all; past it the clock runs (against parking)."
    )
    reopen: Reopen | None = Field(None, description="What reopening does; without it the clock goes on (`resume`).")
    priority_change: PriorityChange = Field(
        PriorityChange.FINAL,
        description="Which target counts when the deciding column changed: `final`, `initial`, `highest` (the shortest "
        "target it ever had), `proportional` (the shares of each target used up add to at most one) or `restart`.",
    )
    calendar_change: CalendarChange = Field(
        CalendarChange.AT_START,
        description="Whose calendar counts when a record moves: `at_start`, `at_stop` or `per_segment`.",
    )
    stop_the_clock: Texts = Field(
        (), description="Exclusions (by id) whose time windows are closed hours for this clock."
    )

    @property
    def needs_history(self) -> bool:
        """Whether the clock reads `case_events` rather than columns alone."""
        moments = isinstance(self.starts, Moment) or isinstance(self.stops, Moment)
        follows = (
            self.priority_change is not PriorityChange.FINAL or self.calendar_change is not CalendarChange.AT_START
        )
        return moments or self.pauses is not None or follows or self.reopen is not None

    @property
    def calendars(self) -> tuple[str, ...]:
        """The names of every calendar the clock may run on, in the order written."""
        if isinstance(self.calendar, str):
            return (self.calendar,)
        names = [*self.calendar.map.values(), *([self.calendar.otherwise] if self.calendar.otherwise else [])]
        return tuple(dict.fromkeys(names))

    @model_validator(mode="after")
    def _history_is_of_cases(self) -> Self:
        if self.needs_history and self.of != "cases":
            raise ValueError(f"only cases have a status history; a clock of {self.of} starts and stops at columns")
        if self.max_pause is not None and self.pauses is None:
            raise ValueError("max_pause limits pauses, but the clock has none; name their statuses under pauses")
        return self
