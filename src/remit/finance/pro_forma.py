"""The pro-forma invoice: what a month comes to by the contract, net of credits and bonuses, with its tax."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from remit.finance.charges import Charge, ChargeItem, Charges
from remit.finance.invoices import EntryKind, Invoice, InvoiceLine, TaxSubtotal
from remit.finance.pricing import OtherRate
from remit.finance.stretches import days_in_force
from remit.performance.service_credits import CreditStatement, LineKind, Trace
from remit.terms.contracts import Contract
from remit.terms.invoicing import InvoicingTerms
from remit.terms.money import Rounding, RoundingMode
from remit.terms.periods import Period, month_of
from remit.terms.rate_cards import Basis, ChargeLine


class InvoiceLineKind(StrEnum):
    """What a line of an invoice stands for."""

    CHARGE = "charge"
    COST = "pass-through"
    TRUE_UP = "true-up"


LUMP = "lump"
"""The unit of an amount without a quantity, such as a month's fee."""


@dataclass(frozen=True, slots=True)
class ProFormaLine:
    """One line of the pro-forma: a quantity at a rate of the rate card.

    `ref` names it for good (`minutes/2`: the second item of the charge minutes); `rate` is in the line's `currency`,
    `amount` in the invoice's. `slack` is how far the amount may lie from quantity × rate × exchange rate without being
    wrong: what the contract's rounding of the line and of its quantity can make. `others` are the card's rates that do
    not hold here; `trace` tells how the whole charge came about.
    """

    ref: str
    charge: str
    kind: InvoiceLineKind
    name: str
    quantity: Decimal
    unit: str
    rate: Decimal
    amount: Decimal
    tax_rate: Decimal
    tax_category: str
    currency: str
    exchange_rate: Decimal
    slack: Decimal
    first_on: date
    last_on: date
    clause: str | None = None
    basis: str = ""
    trace: Trace = ()
    others: tuple[OtherRate, ...] = ()


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A credit, an earn-back or a bonus of a month, as this invoice bears it: positive adds, negative takes off."""

    kind: LineKind
    service_level: str
    month: str
    amount: Decimal
    reason: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class ProForma:
    """A month's invoice as the contract makes it; `total` is what is to pay, less than 0 where credits exceed it."""

    contract: str
    client: str
    provider: str
    currency: str
    period: Period
    terms: InvoicingTerms
    lines: tuple[ProFormaLine, ...]
    adjustments: tuple[Adjustment, ...]
    subtotals: tuple[TaxSubtotal, ...]
    notes: tuple[str, ...] = ()

    @property
    def charged(self) -> Decimal:
        """All lines together."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def adjusted(self) -> Decimal:
        """All credits, earn-backs and bonuses together."""
        return sum((one.amount for one in self.adjustments), Decimal(0))

    @property
    def net(self) -> Decimal:
        return self.charged + self.adjusted

    @property
    def tax(self) -> Decimal:
        return sum((one.tax for one in self.subtotals), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


def pro_forma(
    contract: Contract, period: Period, charges: Charges, statements: Sequence[tuple[str, CreditStatement]]
) -> ProForma:
    """A month's pro-forma from its charges and the credit statements of the months before it and of its own.

    `statements` come with their month's label; each bears on the invoice its contract says (`applies_to`), so those
    that bear on another month's are left out here. The period is the month, or its days that lie in the term: what a
    month cut short by the term bears is the month's all the same.
    """
    terms, label = contract.invoicing, _label_of(period)
    lines = tuple(_told_apart(line for charge in charges.lines for line in _lines(contract, period, charge)))
    adjustments = tuple(
        Adjustment(one.kind, one.service_level, month, -one.amount, one.reason, one.clause)
        for month, statement in statements
        if statement.applies_to == label
        for one in statement.lines
        if one.amount
    )
    notes = [*_credits_after_the_term(contract, period, statements), *_provisional(statements)]
    return ProForma(
        contract=contract.id,
        client=contract.contract.client,
        provider=contract.contract.provider,
        currency=contract.currency,
        period=period,
        terms=terms,
        lines=lines,
        adjustments=adjustments,
        subtotals=_subtotals(terms, lines, adjustments),
        notes=tuple(dict.fromkeys(notes)),
    )


def _label_of(period: Period) -> str:
    """The label that statements know an invoice's month by."""
    month = month_of(period.start_on)
    return month.label if period.last_on in month else period.label


def _credits_after_the_term(
    contract: Contract, period: Period, statements: Sequence[tuple[str, CreditStatement]]
) -> Iterator[str]:
    for month, statement in statements:
        if statement.credit and month == _label_of(period) != statement.applies_to:
            after = " (the term ends before it)" if period.end_on >= contract.term_period.end_on else ""
            credit, other = f"{statement.credit:,f}", statement.applies_to
            yield f"the credits of {month}, {credit}, come off the invoice of {other}{after}"


def _provisional(statements: Sequence[tuple[str, CreditStatement]]) -> Iterator[str]:
    for _, statement in statements:
        yield from (note for note in statement.notes if note.startswith("provisional"))


def _lines(contract: Contract, period: Period, charge: Charge) -> Iterator[ProFormaLine]:
    days = days_in_force(charge.line, period) or period
    many = len(charge.items) > 1
    for position, item in enumerate(charge.items, 1):
        line, terms = charge.line, contract.invoicing
        ref = f"{charge.id}/{'true-up' if charge.is_true_up else _place(charge, position)}"
        yield ProFormaLine(
            ref=ref,
            charge=charge.id,
            kind=_kind(charge),
            name=_name(charge, item, many=many),
            quantity=_rounded_quantity(item, terms),
            unit=LUMP if item.is_lump else unit_of(line),
            rate=_rate(charge, item),
            amount=item.amount,
            tax_rate=terms.tax if line.tax is None else line.tax,
            tax_category=_category(contract, line),
            currency=line.currency or contract.currency,
            exchange_rate=charge.exchange_rate,
            slack=_slack(charge, item, terms, many=many),
            first_on=days.start_on,
            last_on=days.last_on,
            clause=line.clause,
            basis="" if line.basis is None else str(line.basis),
            trace=charge.trace,
            others=item.others,
        )


def _told_apart(lines: Iterable[ProFormaLine]) -> Iterator[ProFormaLine]:
    """Lines under names of their own: a month in which two years of a minimum end has two true-ups of one charge."""
    seen: Counter[str] = Counter()
    for line in lines:
        seen[line.ref] += 1
        yield line if seen[line.ref] == 1 else replace(line, ref=f"{line.ref}-{seen[line.ref]}")


def _place(charge: Charge, position: int) -> str:
    """The item's number; versions of a line in one month are told apart by their first day."""
    return str(position) if charge.line.first_on is None else f"{charge.line.first_on}/{position}"


def _kind(charge: Charge) -> InvoiceLineKind:
    if charge.is_true_up:
        return InvoiceLineKind.TRUE_UP
    return InvoiceLineKind.COST if charge.is_pass_through else InvoiceLineKind.CHARGE


def _name(charge: Charge, item: ChargeItem, *, many: bool) -> str:
    name = charge.line.name or charge.id
    return f"{name}: {item.text}" if item.text and (many or charge.is_true_up or not item.is_lump) else name


def unit_of(line: ChargeLine) -> str:
    """What one unit of a line's volume is called."""
    if line.basis is Basis.COST:
        return line.currency or "currency"
    if line.basis is not None:
        return str(line.basis)
    volume = line.volume
    if volume is None:
        return LUMP
    column = volume.sum[0] if len(volume.sum) == 1 else ""
    named = {60: "minute", 3600: "hour"}.get(volume.unit) if column.endswith("_seconds") else None
    return named or (volume.of.removesuffix("s") if not volume.sum else "unit")


def _rounded_quantity(item: ChargeItem, terms: InvoicingTerms) -> Decimal:
    return Rounding(places=terms.quantity_places).apply(item.quantity)


def _rate(charge: Charge, item: ChargeItem) -> Decimal:
    """The rate as a decimal: written ones are; a part of a month's fee is rounded as the line is."""
    if not item.is_lump:
        return _decimal(item.rate)
    return item.amount if charge.exchange_rate == 1 else charge.line.rounding.apply(item.rate)


def _decimal(value: Fraction) -> Decimal:
    """A fraction that is a decimal, as one."""
    places = 0
    while (value * 10**places).denominator != 1 and places < 12:
        places += 1
    return Rounding(places=places).apply(value)


def _slack(charge: Charge, item: ChargeItem, terms: InvoicingTerms, *, many: bool) -> Decimal:
    rounding = charge.line.rounding
    step = Decimal(1).scaleb(-rounding.places)
    is_whole_step = many or rounding.mode in (RoundingMode.UP, RoundingMode.DOWN)
    own = step if is_whole_step else step / 2
    half_quantity = Decimal(5).scaleb(-terms.quantity_places - 1)
    of_rate = step / 2 if item.is_lump and charge.exchange_rate != 1 else half_quantity * abs(_decimal(item.rate))
    return own + (Decimal(0) if item.is_lump and charge.exchange_rate == 1 else of_rate * charge.exchange_rate)


def _category(contract: Contract, line: ChargeLine) -> str:
    """The line's tax category; `O` can't stand beside others on one invoice, so untaxed lines are `Z` there."""
    terms = contract.invoicing
    rate = terms.tax if line.tax is None else line.tax
    if line.tax is not None and line.tax != terms.tax:
        return "S" if rate else "Z"
    is_mixed = any(one.tax for one in contract.charges)
    return "Z" if terms.category == "O" and is_mixed else terms.category


def _subtotals(
    terms: InvoicingTerms, lines: Sequence[ProFormaLine], adjustments: Sequence[Adjustment]
) -> tuple[TaxSubtotal, ...]:
    """Tax by rate, of lines and adjustments together, rounded as the contract says."""
    categories = {line.tax_rate: line.tax_category for line in lines}
    amounts: dict[Decimal, list[Decimal]] = {}
    for line in lines:
        amounts.setdefault(line.tax_rate, []).append(line.amount)
    for one in adjustments:
        amounts.setdefault(terms.tax, []).append(one.amount)
    return tuple(
        TaxSubtotal(rate, categories.get(rate, terms.category), sum(found, Decimal(0)), tax_of(terms, rate, found))
        for rate, found in sorted(amounts.items(), reverse=True)
    )


def tax_of(terms: InvoicingTerms, rate: Decimal, amounts: Sequence[Decimal]) -> Decimal:
    """The tax of one rate on some amounts: rounded once on their sum, or once on each."""
    if terms.tax_rounding == "line":
        return sum((terms.rounding.apply(amount * rate) for amount in amounts), Decimal(0))
    return terms.rounding.apply(sum(amounts, Decimal(0)) * rate)


def as_invoice(ours: ProForma, *, number: str, issued_on: date) -> Invoice:
    """The pro-forma as an invoice that says just this: what a provider may send as it stands."""
    lines = [
        InvoiceLine(
            number=str(position),
            amount=one.amount,
            charge=one.charge,
            text=one.name,
            quantity=one.quantity,
            unit=one.unit,
            rate=one.rate,
            tax_rate=one.tax_rate,
            tax_category=one.tax_category,
            currency=one.currency,
            exchange_rate=one.exchange_rate if one.currency != ours.currency else None,
            first_on=one.first_on,
            last_on=one.last_on,
        )
        for position, one in enumerate(ours.lines, 1)
    ]
    category = next((one.category for one in ours.subtotals if one.rate == ours.terms.tax), ours.terms.category)
    for position, one in enumerate(ours.adjustments, 1):
        lines.append(
            InvoiceLine(
                number=f"A{position}",
                amount=abs(one.amount),
                kind=EntryKind.CREDIT if one.amount < 0 else EntryKind.BONUS,
                text=f"{one.kind} of {one.month}: {one.reason}",
                tax_rate=ours.terms.tax,
                tax_category=category,
                service_level=one.service_level,
            )
        )
    return Invoice(
        number=number,
        currency=ours.currency,
        lines=tuple(lines),
        issued_on=issued_on,
        seller=ours.provider,
        buyer=ours.client,
        contract=ours.contract,
        purchase_order=ours.terms.purchase_order or "",
        first_on=ours.period.start_on,
        last_on=ours.period.last_on,
        net=ours.net,
        tax=ours.tax,
        total=ours.total,
        subtotals=ours.subtotals,
    )
