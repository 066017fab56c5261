"""Which line of an invoice stands for which line of the pro-forma."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from remit.finance.invoices import InvoiceLine
from remit.finance.pro_forma import InvoiceLineKind, ProFormaLine


@dataclass(slots=True)
class Pairing:
    """Lines that met, lines that stand for several of ours at once, and what was left over on either side."""

    pairs: list[tuple[InvoiceLine, ProFormaLine]] = field(default_factory=list)
    combined: list[tuple[InvoiceLine, tuple[ProFormaLine, ...]]] = field(default_factory=list)
    twice: list[tuple[InvoiceLine, InvoiceLine]] = field(default_factory=list)
    unknown: list[InvoiceLine] = field(default_factory=list)
    missing: list[ProFormaLine] = field(default_factory=list)


def paired(given: Sequence[InvoiceLine], expected: Sequence[ProFormaLine], places: int) -> Pairing:
    """Lines by the charge they name, then within it from the most alike down.

    A line that names no charge is found by its words, or by its figures where only one of ours has them.
    """
    found = Pairing()
    groups = _by_charge(given, expected)
    for charge in dict.fromkeys([*(line.charge for line in expected), *groups]):
        mine = [line for line in expected if line.charge == charge]
        _pair_group(found, groups.get(charge, []), mine, places)
    return found


def _by_charge(given: Sequence[InvoiceLine], expected: Sequence[ProFormaLine]) -> dict[str, list[InvoiceLine]]:
    known = {line.charge for line in expected} | {line.ref for line in expected}
    groups: dict[str, list[InvoiceLine]] = {}
    for line in given:
        groups.setdefault(_charge_named(line, expected, known), []).append(line)
    return groups


def _charge_named(line: InvoiceLine, expected: Sequence[ProFormaLine], known: set[str]) -> str:
    if line.charge in known:
        return line.charge.partition("/")[0]
    if line.charge:
        return line.charge
    by_words = {one.charge for one in expected if line.text and line.text.casefold() == one.name.casefold()}
    by_figures = {one.charge for one in expected if (one.quantity, one.rate) == (line.quantity, line.rate)}
    for charges in (by_words, by_figures):
        if len(charges) == 1:
            return next(iter(charges))
    return ""


def _pair_group(found: Pairing, given: list[InvoiceLine], mine: list[ProFormaLine], places: int) -> None:
    given, mine, many = list(given), list(mine), len(mine)
    _take(found, given, mine, _same_all, places)
    _take_twice(found, given)
    is_whole = len(given) == 1 and len(mine) == many > 1
    if is_whole and all(line.kind is not InvoiceLineKind.TRUE_UP for line in mine):
        found.combined.append((given[0], tuple(mine)))
        return
    for is_alike in _FROM_ALIKE_DOWN:
        _take(found, given, mine, is_alike, places)
    for line, own in zip(list(given), list(mine), strict=False):
        found.pairs.append((line, own))
        given.remove(line)
        mine.remove(own)
    for line in given:
        first = next((one for one, _ in found.pairs if one.charge == line.charge and _is_twin(one, line)), None)
        if first is None:
            found.unknown.append(line)
        else:
            found.twice.append((line, first))
    found.missing += [own for own in mine if own.amount]


_Alike = Callable[[InvoiceLine, ProFormaLine, int], bool]


def _take(found: Pairing, given: list[InvoiceLine], mine: list[ProFormaLine], is_alike: _Alike, places: int) -> None:
    for line in list(given):
        own = next((one for one in mine if is_alike(line, one, places)), None)
        if own is not None and not _stands_for_all(line, mine):
            found.pairs.append((line, own))
            given.remove(line)
            mine.remove(own)


def _stands_for_all(line: InvoiceLine, mine: Sequence[ProFormaLine]) -> bool:
    """Whether a line has the amount of all of ours together: one line for several bands."""
    return len(mine) > 1 and line.amount == sum(one.amount for one in mine)


def _take_twice(found: Pairing, given: list[InvoiceLine]) -> None:
    """What is left and equals a line that already met one of ours, to the last figure, is that line again."""
    for line in list(given):
        first = next((one for one, _ in found.pairs if one.charge == line.charge and _is_copy(one, line)), None)
        if first is not None:
            found.twice.append((line, first))
            given.remove(line)


def _is_copy(one: InvoiceLine, other: InvoiceLine) -> bool:
    return (one.quantity, one.rate, one.amount) == (other.quantity, other.rate, other.amount)


def _is_twin(one: InvoiceLine, other: InvoiceLine) -> bool:
    """The same quantity at another rate, or the same rate and words: the line again, changed."""
    return one.quantity == other.quantity or (one.rate == other.rate and one.text == other.text)


def same_quantity(line: InvoiceLine, own: ProFormaLine, places: int) -> bool:
    """Whether a quantity is ours, at the places the contract gives quantities; one that is left out is."""
    if line.quantity is None:
        return True
    return abs(line.quantity - own.quantity) <= Decimal(5).scaleb(-places - 1)


def _same_all(line: InvoiceLine, own: ProFormaLine, places: int) -> bool:
    return line.amount == own.amount and _same_rate(line, own, places) and same_quantity(line, own, places)


def _same_rate(line: InvoiceLine, own: ProFormaLine, _places: int) -> bool:
    return line.rate is None or line.rate == own.rate


def _same_given_rate(line: InvoiceLine, own: ProFormaLine, _places: int) -> bool:
    return line.rate is not None and line.rate == own.rate


def _same_given_quantity(line: InvoiceLine, own: ProFormaLine, places: int) -> bool:
    return line.quantity is not None and same_quantity(line, own, places)


def _same_words(line: InvoiceLine, own: ProFormaLine, _places: int) -> bool:
    return bool(line.text) and line.text.casefold() == own.name.casefold()


_FROM_ALIKE_DOWN: tuple[_Alike, ...] = (_same_words, _same_given_rate, _same_given_quantity)
