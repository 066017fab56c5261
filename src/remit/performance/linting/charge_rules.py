"""Rate cards that overlap, or leave a delivered unit, a currency or an index without a rate."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from remit.performance.linting.findings import Finding, error, nearest, warning
from remit.terms.contracts import Contract
from remit.terms.rate_cards import ChargeLine


def overlapping_rate_cards(contract: Contract) -> Iterator[Finding]:
    """Two versions of a line in force on one day: nobody could say which price holds."""
    for (first, one), (second, other) in combinations(enumerate(contract.charges), 2):
        if one.id != other.id or not _overlap(one, other):
            continue
        what = f"{one.id!r} is also the id of charges[{first}]"
        if _is_dated(one) or _is_dated(other):
            start = max(one.first_on or contract.term.first_on, other.first_on or contract.term.first_on)
            what += f", and both are in force from {start}: the rate cards overlap"
            yield error(("charges", second, "id"), what, "let one end (to) before the other begins (from)")
        else:
            yield error(("charges", second, "id"), what, "give each its own id")


def units_charged_twice(contract: Contract) -> Iterator[Finding]:
    """Two lines that count the same records on the same days: each unit is paid twice."""
    for (first, one), (second, other) in combinations(enumerate(contract.charges), 2):
        if one.volume is None or one.volume != other.volume or one.id == other.id or not _overlap(one, other):
            continue
        what = f"{other.id} counts the same units as {one.id} (charges[{first}]): each is charged twice"
        yield warning(("charges", second), what, "give one of them another `where`, or leave it out")


def lines_without_a_rate_at_first(contract: Contract) -> Iterator[Finding]:
    """Dated rates that begin after the line does leave the units before them without a rate."""
    for index, line in enumerate(contract.charges):
        starts_on = max(line.first_on or contract.term.first_on, contract.term.first_on)
        if line.rates and line.rate_on(starts_on) is None:
            what = f"no rate holds from {starts_on}, the line's first day: the first is from {min(line.rates)}"
            hint = f"write a rate from {starts_on}"
            yield error(("charges", index, "rates"), what, hint, rests_on=["term"])


def currencies_without_a_rate(contract: Contract) -> Iterator[Finding]:
    """A line in a currency for which the contract has no exchange rate."""
    for index, line in enumerate(contract.charges):
        if line.currency is None or line.currency == contract.currency or line.currency in contract.currencies:
            continue
        what = f"{line.currency} has no exchange rate in this contract, whose currency is {contract.currency}"
        hint = f"write currencies: {{{line.currency}: {{rule: fixed, rate: …}}}}"
        yield error(("charges", index, "currency"), what, hint, rests_on=["currencies", "currency"])


def undefined_indexes(contract: Contract) -> Iterator[Finding]:
    """A line follows an index the contract does not hold, or one that is silent on the day it is measured from."""
    for index, line in enumerate(contract.charges):
        terms = line.indexation
        if terms is None:
            continue
        place = ("charges", index, "indexation", "index")
        if terms.index not in contract.indexes:
            hint = nearest(terms.index, contract.indexes)
            yield error(place, f"there is no index {terms.index!r}", hint, rests_on=["indexes"])
        elif contract.indexes[terms.index].on(terms.base_on) is None:
            what = f"the index {terms.index} has no value for {terms.base_on}, which the first step is measured against"
            yield error(place, what, "add the value to the index, or write another base", rests_on=["indexes"])


def _overlap(one: ChargeLine, other: ChargeLine) -> bool:
    first = max(one.first_on or date.min, other.first_on or date.min)
    return first <= min(one.last_on or date.max, other.last_on or date.max)


def _is_dated(line: ChargeLine) -> bool:
    return line.first_on is not None or line.last_on is not None
