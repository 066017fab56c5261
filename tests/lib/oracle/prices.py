"""What changes a written price: the steps of an index, and the exchange rate of a month."""

from datetime import date
from fractions import Fraction

from tests.lib.oracle.words import Days, Words, add_months, how_often, number, rounded


def indexed(text: str, line: Words, contract: Words, day: date) -> Fraction:
    """A written price as the index has moved it by a day, each step on the one before and within its bounds."""
    price, terms = number(text), line.get("indexation")
    if not terms:
        return price
    every = how_often(terms.get("every", "12 months"))[0]
    first = date.fromisoformat(terms["from"])
    before = date.fromisoformat(terms["base"]) if "base" in terms else add_months(first, -every)
    values = contract["indexes"][terms["index"]]["values"]
    factor, step, count = Fraction(1), first, 0
    while step <= day:
        moved = (_on(values, step) / _on(values, before) - 1) * number(terms.get("share", "100%"))
        if "cap" in terms:
            moved = min(moved, number(terms["cap"]))
        if "collar" in terms:
            moved = max(moved, number(terms["collar"]))
        factor *= 1 + moved
        count += 1
        before, step = step, add_months(first, count * every)
    if not count:
        return price
    rounding = terms.get("rounding", {})
    return rounded(price * factor, int(rounding.get("places", "4")), rounding.get("mode", "half_up"))


def _on(values: Words, day: date) -> Fraction:
    """The value that counts on a day: the last one begun."""
    return number(values[max(one for one in values if date.fromisoformat(one) <= day)])


def exchange_rate(line: Words, contract: Words, month: Days) -> Fraction:
    """What one unit of the line's currency is worth in the contract's in a month, by the contract's rule."""
    currency = line.get("currency", contract["currency"])
    if currency == contract["currency"]:
        return Fraction(1)
    terms = contract["currencies"][currency]
    if terms.get("rule", "fixed") == "fixed":
        return number(terms["rate"])
    known = sorted((date.fromisoformat(day), number(rate)) for day, rate in terms["values"].items())
    until = [rate for day, rate in known if day < month.after]
    inside = [rate for day, rate in known if month.first <= day < month.after]
    found = {"latest": until[-1:], "month last": inside[-1:], "month average": inside}[terms["rule"]]
    rounding = terms.get("rounding", {})
    mean = sum(found, Fraction(0)) / len(found)
    return rounded(mean, int(rounding.get("places", "6")), rounding.get("mode", "half_up"))
