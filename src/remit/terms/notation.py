"""How a contract writes its values: percentages, amounts, lists of one; and the base of all terms."""

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema


class Term(BaseModel):
    """A value of the contract: frozen, with no words the format does not know.

    Every term may cite the paragraph of the signed document it restates, so that a number on a statement
    opens down to the clause both sides signed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    clause: str | None = Field(None, description="The paragraph of the signed document, e.g. `Exhibit B 4.2`.")


def read_rate(given: Any) -> Decimal:
    """A share from `95%`, `95 %` or `0.95`; exact, never through a float."""
    if isinstance(given, Decimal):
        return given
    text = str(given).strip()
    is_percent = text.endswith("%")
    try:
        number = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        raise ValueError(f'{text!r} is not a share; write 95 % as 0.95 or "95%"') from None
    if not number.is_finite():
        raise ValueError(f'{text!r} is not a share; write 95 % as 0.95 or "95%"')
    if not is_percent and abs(number) > 1:
        raise ValueError(f'{text!r} is more than the whole; a share is 0 to 1, or has a percent sign: "{text}%"')
    return number / 100 if is_percent else number


def read_number(given: Any) -> Decimal:
    """An exact decimal from `400000`, `400_000` or `12.50`."""
    text = str(given).strip()
    try:
        number = Decimal(text.replace("_", ""))
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a number; write digits with a point, as 12500.00") from None
    if not number.is_finite():
        raise ValueError(f"{text!r} is not a number; write digits with a point, as 12500.00")
    return number


def read_whole(given: Any) -> Any:
    """A whole number from its digits, for choices among numbers; anything else is left for the choice to refuse."""
    text = str(given).strip()
    return int(text) if text.isdecimal() else given


def read_list(given: Any) -> Any:
    """One value stands for a list of one: `status: Closed` is `status: [Closed]`."""
    return given if isinstance(given, list | tuple) else [given]


def form_of(given: Any) -> str:
    """Which of two written forms a value has: a mapping that decides by a column, or one plain value for all."""
    return "by column" if isinstance(given, dict | Term) else "one for all"


def read_identifier(given: Any) -> str:
    """A name used as a key: letters, digits, `_`, `-`, `.`; it appears in queries and file names."""
    text = str(given)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", text):
        raise ValueError(f"{text!r} can't be a name here; start with a letter, then letters, digits, _ - or .")
    return text


Rate = Annotated[
    Decimal,
    BeforeValidator(read_rate),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "description": "A share: `95%` or `0.95`.",
            "examples": ["95%"],
        }
    ),
]
Number = Annotated[
    Decimal,
    BeforeValidator(read_number),
    WithJsonSchema({"type": ["number", "string"], "description": "An exact decimal number.", "examples": [12500]}),
]
Identifier = Annotated[
    str, BeforeValidator(read_identifier), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_.-]*$"})
]
Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(read_list),
    WithJsonSchema(
        {
            "oneOf": [
                {"type": ["string", "number", "boolean"]},
                {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
            ],
        }
    ),
]
