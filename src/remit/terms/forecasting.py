"""What the client owes of its forecast: how far the volume may stray from it, and what is excused where it strays."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from remit.terms.notation import Identifier, Rate, Term, read_list


class ForecastTerms(Term):
    """The band of the forecast, and the relief the provider may claim where the volume lies outside it.

    Relief is counted by the calendar month, from the table `interval_counts`; `remit relief` shows it, and it enters a
    settlement when both sides have agreed on it.
    """

    band: Rate = Field(
        ge=0, le=1, description="How far the volume may lie from the forecast, e.g. `10%`; on the edge is inside."
    )
    by: Literal["interval", "day", "month"] = Field(
        "day", description="The stretch whose volume is compared with its forecast, each queue by itself."
    )
    counts: Literal["above", "either"] = Field(
        "above", description="Which side counts as outside: more than forecast (`above`), or also less (`either`)."
    )
    at_least: Rate | None = Field(
        None,
        ge=0,
        le=1,
        description="The share of a month's stretches that must lie outside before there is relief; any without it.",
    )
    excuses: Annotated[tuple[Identifier, ...], BeforeValidator(read_list)] = Field(
        min_length=1, description="The service levels that are excused, e.g. `[SL1]`."
    )
    relief: Literal["whole_month", "volume_gap"] = Field(
        "whole_month",
        description="How relief is given: `whole_month`: a missed level counts as not measured in that month; "
        "`volume_gap`: the contacts are added that would have been answered in time, had the volume outside the band "
        "come as forecast, in whole contacts rounded down; the level is judged again with them.",
    )
