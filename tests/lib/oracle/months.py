"""What the credits of a month are counted from: its levels, its charges, and the months before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.lib.oracle.charging import Charged, base_of, invoice_of
from tests.lib.oracle.judging import BELOW_MINIMUM, Judged
from tests.lib.oracle.words import Days, Words, add_months, flag, listed, number, rounded


@dataclass
class Line:
    """One amount on a statement: what a level costs by a scheme, a bonus, or what is earned back."""

    level_id: str
    scheme: str
    kind: str
    amount: Fraction


@dataclass
class Month:
    """A settled month, with the marks that later months look back at."""

    days: Days
    contract: Words
    judged: Sequence[Judged]
    charges: Sequence[Charged]
    lines: list[Line] = field(default_factory=list)
    failed: dict[tuple[str, str], bool | None] = field(default_factory=dict)
    """By scheme and level: whether it failed there; None where it was not measured."""
    trips: set[tuple[str, str]] = field(default_factory=set)
    """By scheme and level: what tripped, as long as no event has used it up."""
    points: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def credits(self) -> Words:
        return self.contract.get("credits") or {}

    @property
    def schemes(self) -> dict[str, Words]:
        return {one.get("name", one["model"]): one for one in listed(self.credits.get("schemes"))}

    def at_risk(self, scheme: Words | None = None) -> Fraction:
        """The at-risk amount: the scheme's own, or the contract's, a rate being taken of the base in question."""
        words = (scheme or {}).get("at_risk", self.credits.get("at_risk"))
        return self.sum_of(words, "base", scheme) if words is not None else Fraction(0)

    def money(self, of: str, scheme: Words | None = None) -> Fraction:
        if of == "invoice":
            return invoice_of(self.charges)
        if of == "at_risk":
            return self.at_risk(scheme)
        return base_of(self.charges, (scheme or {}).get("base", self.credits.get("base")))

    def sum_of(self, words: Any, of: str, scheme: Words | None = None) -> Fraction:
        """`6%`, `{rate: 6%, of: invoice}`, `{amount: 1000}` or `at_risk`, in money."""
        if words == "at_risk":
            return self.money("at_risk", scheme)
        if isinstance(words, str):
            return number(words) * self.money(of, scheme)
        if "amount" in words:
            return number(words["amount"])
        return number(words["rate"]) * self.money(words.get("of", of), scheme)

    def windows(self, level_id: str) -> list[Judged]:
        """The level's measured windows that can cost something: each of them, or the worst alone."""
        found = [one for one in self.judged if one.level_id == level_id and one.is_measured]
        worst = self.worst(level_id)
        return found if worst is None or flag(self.credits, "each_window") else [worst]

    def worst(self, level_id: str) -> Judged | None:
        """The window a month counts by, however many of them cost something."""
        found = [one for one in self.judged if one.level_id == level_id and one.is_measured]
        return min(found, key=lambda one: (-1 if one.at_most else 1) * (one.value or 0)) if found else None

    def value(self, level_id: str) -> Fraction | None:
        found = self.worst(level_id)
        return None if found is None else found.value

    def missed(self, level_id: str) -> bool | None:
        """Whether any window missed the expected level; None where none was measured."""
        found = self.windows(level_id)
        return any(one.is_miss for one in found) if found else None

    def below_minimum(self, level_id: str) -> bool | None:
        found = self.windows(level_id)
        return any(is_below_minimum(one) for one in found) if found else None

    @property
    def unit_places(self) -> int:
        return rounding_of(self.credits)[0]

    def rounded(self, amount: Fraction) -> Fraction:
        return rounded(amount, *rounding_of(self.credits))


def is_below_minimum(one: Judged) -> bool:
    """A level without a minimum has one standard only: missing it counts as missing the minimum."""
    return one.standing == BELOW_MINIMUM or (one.is_miss and one.minimum is None)


def rounding_of(terms: Words) -> tuple[int, str]:
    words = terms.get("rounding", {})
    if isinstance(words, str):
        mode, _, unit = words.partition(" to ")
        return len(unit.partition(".")[2]), mode
    return int(words.get("places", "2")), words.get("mode", "half_up")


def run_before(months: Sequence[Month], scheme: str, level_id: str) -> int:
    """How many failures ran up to the month before the last; months not measured neither count nor break the run."""
    running = 0
    for month in reversed(months[:-1]):
        failed = month.failed.get((scheme, level_id))
        if failed is False:
            break
        running += failed is True
    return running


def factor(terms: Words, running: int) -> Fraction:
    """What the credit for a default is multiplied by, after so many before it."""
    words = terms.get("multiplier")
    if not words:
        return Fraction(1)
    entries = {int(key): number(value) for key, value in words["consecutive_months"].items()}
    k = running + 1
    reached = [key for key in entries if key <= k]
    found = entries[max(reached)] if reached else Fraction(1)
    if reached and max(reached) == max(entries):
        found += number(words.get("then_each", "0")) * (k - max(entries))
    return min(found, number(words["cap"])) if "cap" in words else found


def contract_year(month: Days, term: Days) -> int:
    """Which year of the term a month lies in, from 0: that of its first day in the term."""
    first = max(month.first, term.first)
    return max(number for number in range(20) if add_months(term.first, 12 * number) <= first)


def shared_out(amounts: Sequence[Fraction], room: Fraction, places: int) -> list[Fraction]:
    """Amounts cut in proportion to what there is room for."""
    total = sum(amounts, Fraction(0))
    if total <= room:
        return list(amounts)
    unit = Fraction(1, 10**places)
    return apportioned(amounts, max(Fraction(0), room // unit * unit), places)


def apportioned(amounts: Sequence[Fraction], room: Fraction, places: int) -> list[Fraction]:
    """An amount shared out in proportion to others; what is left over goes to the largest remainders, in order."""
    total, unit = sum(amounts, Fraction(0)), Fraction(1, 10**places)
    if not total:
        return list(amounts)
    exact = [amount * room / total for amount in amounts]
    cut = [one // unit * unit for one in exact]
    order = sorted(range(len(cut)), key=lambda index: cut[index] - exact[index])
    for index in order[: int((room - sum(cut, Fraction(0))) / unit)]:
        cut[index] += unit
    return cut
