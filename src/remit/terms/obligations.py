"""What either side has to do besides the work itself: obligations, deliverables, renewal and notice."""

from typing import Literal, Self

from pydantic import Field, model_validator

from remit.terms.calendars import DayTerm
from remit.terms.durations import DurationTerm
from remit.terms.notation import Identifier, Term, Texts


class Obligation(Term):
    """A duty of the client or the provider, due once or again and again."""

    id: Identifier = Field(description="Its name in this contract.")
    what: str = Field(description="The duty, in words.")
    side: Literal["client", "provider"] = Field(description="Whose duty it is.")
    due: DayTerm | None = Field(None, description="The day it is due, for a duty met once.")
    every: Literal["week", "month", "quarter", "year"] | None = Field(None, description="How often it falls due.")
    due_day: int = Field(
        1, ge=1, le=31, description="The day of the month (or of the quarter's or year's first month) it is due."
    )
    starts: DayTerm | None = Field(None, description="From when a repeating duty runs; the term's start without it.")
    owner: str | None = Field(None, description="The role that sees to it.")
    evidence: str | None = Field(None, description="What shows that it was met.")
    calendar: str | None = Field(
        None, description="The calendar whose open hours tell how late a duty is met; all hours count without it."
    )
    gives_relief: Texts = Field((), description="Service levels excused when the client misses this duty.")
    relief: Literal["records_of_delay", "whole_month"] = Field(
        "records_of_delay",
        description="What missing it excuses: `records_of_delay`: records that begin after the day it was due and "
        "before it is met; `whole_month`: each month the delay touches. An exclusion with `waivers: true` takes them "
        "out.",
    )

    @model_validator(mode="after")
    def _is_due_some_day(self) -> Self:
        if (self.due is None) == (self.every is None):
            raise ValueError(
                "an obligation is due on a date or again and again; write due: 2026-03-31, or every: month"
            )
        if self.gives_relief and self.side == "provider":
            raise ValueError("only a duty of the client gives the provider relief; leave gives_relief out")
        if "relief" in self.model_fields_set and not self.gives_relief:
            raise ValueError(
                "relief says how levels are excused, and gives_relief names none; name them, or leave it out"
            )
        return self


class Renewal(Term):
    """How the contract goes on or ends when its term does."""

    automatic: bool = Field(False, description="Whether it renews unless someone gives notice.")
    extends_by_months: int | None = Field(None, ge=1, description="By how many months it renews.")
    notice: DurationTerm = Field(description="How long before the end notice must be given, e.g. `90 calendar days`.")
    at_most_times: int | None = Field(None, ge=1, description="How often it may renew.")
    termination_assistance_months: int | None = Field(
        None, ge=0, description="How long the provider helps with the exit."
    )
