"""Lengths of time as contracts write them: `30 seconds`, `4 business hours`, `3 business days by end of day`."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604_800}
_DURATION = re.compile(
    r"(?P<count>\d+(\.\d+)?)\s*(?P<kind>business|calendar)?\s*(?P<unit>second|minute|hour|day|week)s?(?P<end>\s+by\s+end\s+of\s+day)?",
    re.IGNORECASE,
)
_HINT = "write as 30 seconds, 4 business hours, 3 business days or 2 calendar days by end of day"


class ClockUnit(StrEnum):
    """What a clock counts towards a target."""

    ALL_SECONDS = "seconds around the clock"
    OPEN_SECONDS = "open seconds of the calendar"
    OPEN_DAYS = "open days of the calendar, due at the same local time"
    OPEN_DAYS_END = "open days of the calendar, due at the end of the day"
    ALL_DAYS = "calendar days, due at the same local time"
    ALL_DAYS_END = "calendar days, due at the end of the day"

    @property
    def needs_business_hours(self) -> bool:
        return self in (ClockUnit.OPEN_SECONDS, ClockUnit.OPEN_DAYS, ClockUnit.OPEN_DAYS_END)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time and the clock it is counted on.

    `seconds` is the reading at which a clock of that unit has run the whole length: for day units a day is
    86,400 readings whatever its open hours, since a business day is the calendar's open day and never 24 open
    hours. `text` keeps the contract's own words for print.
    """

    seconds: int
    unit: ClockUnit
    text: str

    def __str__(self) -> str:
        return self.text


def read_duration(given: Any) -> Duration:
    """A duration from the contract's words; raises ValueError with a hint."""
    if isinstance(given, Duration):
        return given
    text = " ".join(str(given).split())
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a length of time; {_HINT}")
    kind, unit, by_end = found["kind"], found["unit"].lower(), bool(found["end"])
    whole, _, part = found["count"].partition(".")
    scale = 10 ** len(part)
    seconds, rest = divmod(int(whole + part) * _SECONDS[unit], scale)
    if rest:
        raise ValueError(f"{text!r} is not a whole number of seconds; {_HINT}")
    return Duration(seconds, _unit_of(text, (kind or "").lower(), unit, by_end=by_end, seconds=seconds), text)


def _unit_of(text: str, kind: str, unit: str, *, by_end: bool, seconds: int) -> ClockUnit:
    in_days = unit in ("day", "week") and kind != ""
    if by_end and not in_days:
        raise ValueError(f"{text!r}: only business days and calendar days end by end of day; {_HINT}")
    if kind == "business" and unit == "week":
        raise ValueError(f"{text!r}: a business week has no fixed length; count business days instead")
    if kind == "calendar" and not in_days:
        raise ValueError(f"{text!r}: calendar goes with days; {_HINT}")
    if not in_days:
        return ClockUnit.OPEN_SECONDS if kind == "business" else ClockUnit.ALL_SECONDS
    if seconds % 86400:
        raise ValueError(f"{text!r}: days are counted whole; {_HINT}")
    if kind == "business":
        return ClockUnit.OPEN_DAYS_END if by_end else ClockUnit.OPEN_DAYS
    return ClockUnit.ALL_DAYS_END if by_end else ClockUnit.ALL_DAYS


DurationTerm = Annotated[
    Duration,
    BeforeValidator(read_duration),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A length of time: `30 seconds`, `4 business hours`, `3 business days`, `2 calendar days "
            "by end of day`.",
            "examples": ["4 business hours"],
        }
    ),
]
