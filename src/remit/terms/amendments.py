"""Amendments: files beside the contract that change named terms of it from a date on."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from remit.terms.calendars import DayTerm
from remit.terms.notation import Identifier, Term, Texts, read_whole


class AmendmentHead(Term):
    """Which contract is amended, from when, and under which document."""

    id: Identifier = Field(description="The amendment's own number, e.g. `A1`.")
    to: Identifier = Field(description="The id of the contract it amends.")
    from_on: DayTerm = Field(alias="from", description="The first day on which the changed terms are in force.")
    signed_on: DayTerm | None = Field(None, description="The day of the last signature.")
    title: str | None = Field(None, description="The document's title.")


Changes = Annotated[
    Mapping[str, Any],
    WithJsonSchema({"type": "object", "examples": [{"service_levels.SL1.expected": "96%", "credits.at_risk": "10%"}]}),
]
Additions = Annotated[
    Mapping[str, Any],
    WithJsonSchema({"type": "object", "examples": [{"service_levels": {"SL9": {"name": "…"}}}]}),
]


class Amendment(Term):
    """An amendment file: what it changes, adds and takes away; everything else stays as it was.

    A place is written as the words on the way to it, with points between: `service_levels.SL1.expected`. A member of a
    list is named by its id, or by its number from 0: `charges.monthly_fee.amount`, `obligations[2].due`.
    """

    format: Annotated[Literal[1], BeforeValidator(read_whole)] = Field(
        alias="remit", description="The format's version: 1."
    )
    amendment: AmendmentHead = Field(description="Which contract is amended, from when, and under which document.")
    change: Changes = Field(
        {},
        description="Places and their new values: `service_levels.SL1.expected: 96%`. The whole value is replaced.",
    )
    add: Additions = Field(
        {},
        description="Places and what is added there: new names to a mapping (`service_levels: {SL9: …}`), new members "
        "to a list (`charges: [{…}]`).",
    )
    remove: Texts = Field((), description="Places that no longer hold: `[service_levels.KM2]`.")

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not (self.change or self.add or self.remove):
            raise ValueError("this amendment changes nothing; give change, add or remove")
        return self
