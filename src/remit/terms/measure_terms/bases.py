"""What all measures share: the rows they look at, how their value is counted, and how it is written."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import Discriminator, Field, Tag

from remit.terms.durations import Duration, DurationTerm, read_duration
from remit.terms.notation import Identifier, Term, form_of, read_number, read_rate


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


class MeasureTerms(Term):
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
