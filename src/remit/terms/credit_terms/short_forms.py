"""Terms that may be written in a word or two: `3 of 6 months`, `12%`, `at_risk`."""

import re
from abc import abstractmethod
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from remit.terms.money import Rounding
from remit.terms.notation import Term


def read_months(given: Any) -> int:
    """A number of months from `3 months` or `3`."""
    found = re.fullmatch(r"([1-9]\d*)( months?)?", " ".join(str(given).split()))
    if found is None:
        raise ValueError(f"{str(given)!r} is not a number of months; write 3 months")
    return int(found[1])


MonthCount = Annotated[
    int,
    BeforeValidator(read_months),
    WithJsonSchema({"type": ["string", "integer"], "description": "A number of months.", "examples": ["3 months"]}),
]


class ShortTerm(Term):
    """A term with a short form in text beside its full form; the JSON schema offers both."""

    short_examples: ClassVar[tuple[str, ...]] = ()

    @classmethod
    @abstractmethod
    def read_short(cls, text: str) -> dict[str, Any]:
        """The full form's fields from the short form; raises ValueError with a hint."""

    @model_validator(mode="before")
    @classmethod
    def _from_short(cls, given: Any) -> Any:
        return given if isinstance(given, dict | cls) else cls.read_short(" ".join(str(given).split()))

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        full = handler.resolve_ref_schema(handler(core_schema))
        short = {"type": ["string", "number"], "examples": list(cls.short_examples)}
        return {"title": cls.__name__, "description": cls.__doc__, "anyOf": [short, full]}


class HowOften(ShortTerm):
    """So many times within so many settlement periods running: `1 month`, `3 of 6 months`."""

    short_examples: ClassVar[tuple[str, ...]] = ("1 month", "3 of 6 months")

    times: int = Field(ge=1, description="How many periods must be affected, the current one among them.")
    of: int = Field(ge=1, description="Within how many periods running, the current one the last.")

    @classmethod
    def read_short(cls, text: str) -> dict[str, Any]:
        found = re.fullmatch(r"(\d+)(?: (?:of|in)(?: any)? (\d+))?(?: (?:consecutive )?(?:months?|periods?))?", text)
        if found is None:
            raise ValueError(f"{text!r} is not a frequency; write 1 month or 3 of 6 months")
        return {"times": found[1], "of": found[2] or found[1]}

    @model_validator(mode="after")
    def _can_happen(self) -> "HowOften":
        if self.times > self.of:
            raise ValueError(f"{self.times} of {self.of} can never happen; the second number is the larger")
        return self

    def __str__(self) -> str:
        return f"{self.times} of {self.of} months" if self.of > 1 else "1 month"


class MoneyRounding(Rounding, ShortTerm):
    """How amounts are rounded: `half_up to 0.01`, or places and mode."""

    short_examples: ClassVar[tuple[str, ...]] = ("half_up to 0.01",)

    @classmethod
    def read_short(cls, text: str) -> dict[str, Any]:
        found = re.fullmatch(r"(half_up|half_even|up|down) to (1|0\.0*1)", text)
        if found is None:
            raise ValueError(f"{text!r} is not a rounding; write half_up to 0.01")
        return {"mode": found[1], "places": len(found[2].partition(".")[2])}
