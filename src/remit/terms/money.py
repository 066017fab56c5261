"""Money: exact decimals with a currency, rounded only where the contract says so."""

import re
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from remit.terms.notation import Term


def _read_currency(given: object) -> str:
    text = str(given).strip()
    if not re.fullmatch("[A-Z]{3}", text):
        raise ValueError(f"{text!r} is not a currency; write its three letters, as USD or EUR")
    return text


Currency = Annotated[
    str,
    BeforeValidator(_read_currency),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 code.", "examples": ["USD"]}),
]


class RoundingMode(StrEnum):
    """How a value between two steps is settled; `half_up` is what people learn at school."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"
    DOWN = "down"


class Rounding(Term):
    """Decimal places kept and what happens to the rest."""

    places: int = Field(2, ge=0, le=12, description="Decimal places kept.")
    mode: RoundingMode = Field(RoundingMode.HALF_UP, description="half_up, half_even, up (away from zero) or down.")

    def apply(self, value: Decimal | Fraction) -> Decimal:
        """The value rounded, exact for fractions: no binary or decimal approximation comes before the rounding."""
        numerator, denominator = value.as_integer_ratio()
        whole = _rounded(numerator * 10**self.places, denominator, self.mode)
        return Decimal(whole).scaleb(-self.places)


def _rounded(numerator: int, denominator: int, mode: RoundingMode) -> int:
    """A fraction to a whole number; in integers, since years of months are rounded when terms are tested."""
    sign = -1 if numerator < 0 else 1
    whole, rest = divmod(abs(numerator), denominator)
    if mode is RoundingMode.UP:
        return sign * (whole + (rest > 0))
    if mode is RoundingMode.DOWN:
        return sign * whole
    is_half = 2 * rest == denominator
    up = 2 * rest > denominator or (is_half and (mode is RoundingMode.HALF_UP or whole % 2 == 1))
    return sign * (whole + up)
