"""Values of an invoice as they are written: amounts, days, shares; and what is wrong with them, all at once."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from remit.terms.problems import Problem, ProblemsFound

LARGEST_BYTES = 10_000_000
MOST_LINES = 20_000
_LONGEST = 200


@dataclass(slots=True)
class Faults:
    """The faults of one file, each at its place, told together."""

    name: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, place: str, what: str, hint: str = "", *, line: int = 0) -> None:
        """Note one fault; after a hundred of them the file is not worth more words."""
        if len(self.problems) < 100:
            self.problems.append(Problem(self.name, line, place, what, hint))

    def raise_if_any(self) -> None:
        """Raise what was found."""
        if self.problems:
            raise ProblemsFound(self.problems)


def refused(name: str, what: str, hint: str = "") -> ProblemsFound:
    """A file that can't be read at all."""
    return ProblemsFound([Problem(name, 0, "", what, hint)])


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the words for a person, and the line of a text file where there is one."""

    words: str
    line: int = 0


def amount_in(text: str, place: Place, faults: Faults) -> Decimal | None:
    """An exact number with a decimal point; None, and a fault, for anything else."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_finite() and abs(number) < Decimal(10) ** 15 and number.as_tuple().exponent >= -12:  # type: ignore[operator]
        return number
    hint = "write it with a decimal point and without signs between thousands, as 12500.00"
    faults.add(place.words, f"{_cut(text)!r} is not a number", hint, line=place.line)
    return None


def share_in(text: str, place: Place, faults: Faults) -> Decimal | None:
    """A tax rate: `23%` or `0.23`."""
    percent = text.strip().endswith("%")
    number = amount_in(text.strip().removesuffix("%"), place, faults)
    if number is None:
        return None
    share = number / 100 if percent else number
    if not 0 <= share <= 1:
        hint = f'write "{_cut(text)}%" if percent is meant'
        faults.add(place.words, f"{_cut(text)!r} is not a tax rate", hint, line=place.line)
        return None
    return share


def day_in(text: str, place: Place, faults: Faults) -> date | None:
    """A day, written 2026-03-31; an instant counts as its day."""
    try:
        return (
            datetime.fromisoformat(text.strip()).date() if len(text.strip()) > 10 else date.fromisoformat(text.strip())
        )
    except ValueError:
        faults.add(place.words, f"{_cut(text)!r} is not a day", "write it as 2026-03-31", line=place.line)
        return None


def currency_in(text: str, place: Place, faults: Faults) -> str:
    """Three capital letters."""
    if re.fullmatch("[A-Z]{3}", text.strip()):
        return text.strip()
    hint = "write its three letters, as EUR"
    faults.add(place.words, f"{_cut(text)!r} is not a currency", hint, line=place.line)
    return ""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
