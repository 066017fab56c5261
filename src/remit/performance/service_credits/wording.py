"""How amounts, shares and values are said in a reason: exact enough that the sentence explains the verdict."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

from remit.performance.service_levels import Attainment, Standing
from remit.terms.money import Rounding

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def money(amount: Decimal | Fraction, rounding: Rounding) -> str:
    """`48,000.00`, rounded as the contract rounds amounts."""
    return f"{rounding.apply(amount):,f}"


@lru_cache(maxsize=4096)
def number(value: Decimal | Fraction, *, places: int = 6) -> str:
    """A plain number with no more decimals than it needs: `1.5`, `312.4`, `1,200`."""
    with localcontext(prec=50):
        exact = Fraction(value)
        written = (Decimal(exact.numerator) / exact.denominator).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    text = f"{written:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: Decimal | Fraction) -> str:
    """`95 %`, `12.5 %`."""
    return f"{number(Fraction(share) * 100)} %"


def ordinal(count: int) -> str:
    """`second`, `third`; figures beyond the tenth."""
    return _ORDINALS[count - 1] if count <= len(_ORDINALS) else f"{count}th"


def measured(attainment: Attainment, *, against: Decimal | None = None) -> str:
    """A judged value: a percentage to two decimals, to more where two would look like the standard it missed."""
    value = attainment.value or Decimal(0)
    if not _is_share(attainment):
        return number(value)
    for places in (2, 4, 6, 8):
        shown = Rounding(places=places).apply(value * 100)
        if against is None or shown != against * 100 or value == against:
            return f"{shown:f} %"
    return f"{value * 100:f}".rstrip("0") + " %"


def scaled(attainment: Attainment, value: Decimal | Fraction) -> str:
    """A standard, bound or average in the attainment's own unit."""
    return percent(value) if _is_share(attainment) else number(value)


def verdict(attainment: Attainment) -> str:
    """`SL1 was 93.10 % in 2026-03, below its minimum 95 %`: the subject of a reason."""
    is_minimum = attainment.standing is Standing.BELOW_MINIMUM
    standard, name = (attainment.minimum, "minimum") if is_minimum else (attainment.expected, "expected")
    said = f"{attainment.service_level} was {measured(attainment, against=standard)} in {attainment.window.label}"
    if not attainment.standing.is_miss or standard is None:
        return said
    return f"{said}, {'over' if attainment.at_most else 'below'} its {name} {scaled(attainment, standard)}"


def _is_share(attainment: Attainment) -> bool:
    return attainment.interval is not None or (attainment.expected is not None and abs(attainment.expected) < 1)
