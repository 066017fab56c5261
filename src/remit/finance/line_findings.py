"""What can be wrong with a line of an invoice, once it is known which line of ours it stands for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from remit.finance.invoices import Finding, FindingKind, InvoiceLine
from remit.finance.pairing import Pairing, same_quantity
from remit.finance.pricing import OtherRate
from remit.finance.pro_forma import LUMP, InvoiceLineKind, ProForma, ProFormaLine

_BY_OTHER_RATE = {"band": FindingKind.WRONG_BAND, "indexation": FindingKind.INDEXATION_NOT_AGREED}
_CENT = Decimal("0.01")


class _Figures(NamedTuple):
    """What is right, what is billed, and the money between them."""

    expected: str = ""
    invoiced: str = ""
    difference: Decimal | None = None


_NO_FIGURES = _Figures()


def about_lines(pairing: Pairing, ours: ProForma) -> Iterator[Finding]:
    """The findings of every line, in the order they were paired."""
    for line, own in pairing.pairs:
        yield from _about_pair(line, own, ours)
    for line, group in pairing.combined:
        yield from _about_combined(line, group, ours)
    for line, first in pairing.twice:
        yield _plain(FindingKind.DUPLICATE_LINE, line, f"it bills again what line {first.number} bills", line.amount)
    for line in pairing.unknown:
        named = f"the rate card has no {line.charge}" if line.charge else "it names no line of the rate card"
        if any(own.charge == line.charge for own in ours.lines):
            named = f"{line.charge} comes to other lines this month"
        yield _plain(FindingKind.NOT_IN_RATE_CARD, line, named, line.signed)
    for own in pairing.missing:
        kind = FindingKind.TRUE_UP_WRONG if own.kind is InvoiceLineKind.TRUE_UP else FindingKind.LINE_MISSING
        what = f"{own.name} is not billed: {_figures(own)}"
        yield _finding(kind, own, what, None, _Figures(f"{own.amount:f}", "", -own.amount))


def _about_pair(line: InvoiceLine, own: ProFormaLine, ours: ProForma) -> Iterator[Finding]:
    own = _as_billed(line, own, ours)
    yield from _conversion(line, own, ours)
    yield from _rate(line, own)
    yield from _quantity(line, own, ours)
    yield from _arithmetic(line, own, ours)
    yield from _tax(line, own)
    yield from _days(line, own, ours)


def _conversion(line: InvoiceLine, own: ProFormaLine, ours: ProForma) -> Iterator[Finding]:
    if line.currency and line.currency not in (own.currency, ours.currency):
        what = f"it is priced in {line.currency}; the rate card prices {own.charge} in {own.currency}"
        yield _finding(FindingKind.WRONG_CURRENCY, own, what, line, _Figures(own.currency, line.currency))
    elif line.exchange_rate is not None and line.exchange_rate != own.exchange_rate:
        what = (
            f"it converts {own.currency} at {line.exchange_rate:f}; by the contract's rule the rate is "
            f"{own.exchange_rate:f}"
        )
        more = own.quantity * own.rate * (line.exchange_rate - own.exchange_rate)
        yield _finding(
            FindingKind.WRONG_EXCHANGE_RATE,
            own,
            what,
            line,
            _Figures(f"{own.exchange_rate:f}", f"{line.exchange_rate:f}", _money(more)),
        )


def _rate(line: InvoiceLine, own: ProFormaLine) -> Iterator[Finding]:
    given = line.amount if line.rate is None and own.unit == LUMP else line.rate
    if given is None or given == own.rate:
        return
    other = next((one for one in own.others if one.rate == given), None)
    kind = FindingKind.WRONG_RATE if other is None else _BY_OTHER_RATE.get(other.kind, FindingKind.WRONG_RATE)
    if own.kind is InvoiceLineKind.TRUE_UP:
        kind = FindingKind.TRUE_UP_WRONG
    yield _finding(
        kind,
        own,
        f"it is billed at {given:f} {_a_unit(own)}; by the contract {_right_rate(own)}{_which(other)}",
        line,
        _Figures(f"{own.rate:f}", f"{given:f}", _money(own.quantity * (given - own.rate) * own.exchange_rate)),
    )


def _a_unit(own: ProFormaLine) -> str:
    return "in all" if own.unit == LUMP else f"a {own.unit}"


def _right_rate(own: ProFormaLine) -> str:
    return f"it comes to {own.rate:f}" if own.unit == LUMP else f"the rate is {own.rate:f}"


def _which(other: OtherRate | None) -> str:
    return "" if other is None else f" ({other.rate:f} is {other.words})"


def _quantity(line: InvoiceLine, own: ProFormaLine, ours: ProForma) -> Iterator[Finding]:
    if line.quantity is None or same_quantity(line, own, ours.terms.quantity_places):
        return
    more = line.quantity - own.quantity
    kind = FindingKind.WRONG_QUANTITY
    if own.kind is InvoiceLineKind.TRUE_UP:
        kind = FindingKind.TRUE_UP_WRONG
    elif own.basis == "cost" and more > 0:
        kind = FindingKind.COST_WITHOUT_EVIDENCE
    delivered = "bills there are come to" if own.basis == "cost" else "delivered units are"
    yield _finding(
        kind,
        own,
        f"it bills {line.quantity:f} {own.unit}; the {delivered} {own.quantity:f}",
        line,
        _Figures(f"{own.quantity:f}", f"{line.quantity:f}", _money(more * own.rate * own.exchange_rate)),
    )


def _arithmetic(line: InvoiceLine, own: ProFormaLine, ours: ProForma) -> Iterator[Finding]:
    """Whether the line's amount is its own quantity × rate × exchange rate, within the contract's rounding."""
    quantity = own.quantity if line.quantity is None else line.quantity
    rate = own.rate if line.rate is None else line.rate
    if line.rate is None and own.unit == LUMP:
        return
    exchange_rate = own.exchange_rate if line.exchange_rate is None else line.exchange_rate
    exact = quantity * rate * exchange_rate
    is_ours = quantity == own.quantity and rate == own.rate and exchange_rate == own.exchange_rate
    target = own.amount if is_ours else exact
    slack = (Decimal(0) if is_ours else own.slack) + ours.terms.tolerance
    if abs(line.amount - target) <= slack:
        return
    if line.adjusted and abs(line.amount - line.adjusted - target) <= slack + _CENT:
        yield _adjusted(line, own, target)
        return
    what = f"{quantity:f} × {rate:f} does not make {line.amount:,f}, but {_money(target):,f}"
    yield _finding(
        FindingKind.LINE_ARITHMETIC,
        own,
        what,
        line,
        _Figures(f"{_money(target):f}", f"{line.amount:f}", line.amount - _money(target)),
    )


def _adjusted(line: InvoiceLine, own: ProFormaLine, target: Decimal) -> Finding:
    """A line that adds up with an allowance or a charge of its own, which the contract does not know."""
    word = "a charge" if line.adjusted > 0 else "an allowance"
    what = (
        f"{word} of {abs(line.adjusted):,f} makes it {line.amount:,f}; by the contract it comes to {_money(target):,f}"
    )
    figures = _Figures(f"{_money(target):f}", f"{line.amount:f}", line.amount - _money(target))
    return _finding(FindingKind.LINE_ARITHMETIC, own, what, line, figures)


def _as_billed(line: InvoiceLine, own: ProFormaLine, ours: ProForma) -> ProFormaLine:
    """Our line priced in the invoice's currency, where the invoice prices a converted line so."""
    is_converted = own.exchange_rate != 1 and line.rate not in (None, own.rate)
    if not is_converted or line.exchange_rate is not None or line.currency not in ("", ours.currency):
        return own
    rate = own.amount if own.unit == LUMP else own.rate * own.exchange_rate
    others = tuple(replace(one, rate=one.rate * own.exchange_rate) for one in own.others)
    return replace(own, rate=rate, currency=ours.currency, exchange_rate=Decimal(1), others=others)


def _tax(line: InvoiceLine, own: ProFormaLine) -> Iterator[Finding]:
    if line.tax_rate is None or line.tax_rate == own.tax_rate:
        return
    given, right = ((rate * 100).normalize() for rate in (line.tax_rate, own.tax_rate))
    what = f"it is taxed at {given:f} %; by the contract at {right:f} %"
    yield _finding(FindingKind.WRONG_TAX_RATE, own, what, line, _Figures(f"{own.tax_rate:f}", f"{line.tax_rate:f}"))


def _days(line: InvoiceLine, own: ProFormaLine, ours: ProForma) -> Iterator[Finding]:
    first, last = line.first_on or ours.period.start_on, line.last_on or ours.period.last_on
    is_true_up = own.kind is InvoiceLineKind.TRUE_UP
    if is_true_up or (first >= ours.period.start_on and last <= ours.period.last_on):
        return
    what = f"it is for {first} to {last}, which is not within {ours.period.label}"
    yield _finding(FindingKind.PERIOD_OUTSIDE, own, what, line, _Figures(ours.period.label, f"{first} to {last}"))


def _about_combined(line: InvoiceLine, group: Sequence[ProFormaLine], ours: ProForma) -> Iterator[Finding]:
    """One line for a charge that has several items: right where its amount is theirs together."""
    amount = sum((own.amount for own in group), Decimal(0))
    quantity = sum((own.quantity for own in group), Decimal(0))
    first = group[0]
    if abs(line.amount - amount) > ours.terms.tolerance:
        is_band = any(own.rate == line.rate for own in group) and line.quantity == quantity
        kind = FindingKind.WRONG_BAND if is_band else FindingKind.WRONG_QUANTITY
        if line.quantity == quantity and not is_band:
            kind = FindingKind.WRONG_RATE
        told = "; ".join(_figures(own) for own in group)
        yield _finding(
            kind,
            first,
            f"it bills {line.amount:,f} in one line; by the contract {told}, together {amount:,f}",
            line,
            _Figures(f"{amount:f}", f"{line.amount:f}", line.amount - amount),
        )
    yield from _tax(line, first)
    yield from _days(line, first, ours)


def _figures(own: ProFormaLine) -> str:
    """`1,200.5000 minute × 0.36 = 432.18`; a lump has its amount alone."""
    if own.unit == LUMP:
        return f"{own.amount:,f}"
    converted = "" if own.exchange_rate == 1 else f" {own.currency} × {own.exchange_rate:f}"
    return f"{own.quantity:,f} {own.unit} × {own.rate:f}{converted} = {own.amount:,f}"


def _plain(kind: FindingKind, line: InvoiceLine, what: str, difference: Decimal) -> Finding:
    return Finding(
        kind,
        what,
        line=line.number,
        charge=line.charge,
        invoiced=f"{line.amount:f}",
        difference=difference,
        place=line.place,
    )


def _finding(
    kind: FindingKind,
    own: ProFormaLine,
    what: str,
    line: InvoiceLine | None = None,
    figures: _Figures = _NO_FIGURES,
) -> Finding:
    return Finding(
        kind=kind,
        what=what,
        line="" if line is None else line.number,
        ref=own.ref,
        charge=own.charge,
        expected=figures.expected,
        invoiced=figures.invoiced,
        difference=figures.difference,
        evidence=tuple(f"{step.value}: {step.rule}" for step in own.trace),
        clause=own.clause,
        place="" if line is None else line.place,
    )


def _money(amount: Decimal) -> Decimal:
    """An amount in cents, for telling a difference; standings of lines are judged on exact values."""
    return amount.quantize(_CENT)
