"""Invoices as providers send them: right but for errors planted on purpose, with a ledger of what was planted where."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from remit.finance.invoices import EntryKind, FindingKind, Invoice, InvoiceLine
from remit.finance.pro_forma import LUMP, InvoiceLineKind, ProForma, ProFormaLine, tax_of
from remit.terms.money import Rounding

_CENTS = Rounding(places=2)


@dataclass(frozen=True, slots=True)
class Planted:
    """One error of the ledger: its kind, and the line it was planted on; empty for the invoice as a whole."""

    kind: FindingKind
    line: str = ""


@dataclass(slots=True)
class Draft:
    """An invoice on its way: its lines are changed one error at a time, each on a line no other error has touched."""

    invoice: Invoice
    ours: ProForma
    lines: list[InvoiceLine]
    free: list[str]

    def take(self, fits: Callable[[InvoiceLine, ProFormaLine], bool]) -> tuple[InvoiceLine, ProFormaLine] | None:
        """A line that still is as it should be and fits, with ours; it is free no more."""
        for line, own in zip(self.invoice.lines, self.ours.lines, strict=False):
            if line.number in self.free and fits(line, own):
                self.free.remove(line.number)
                return line, own
        return None

    def put(self, line: InvoiceLine) -> str:
        """The line in place of the one of its number."""
        self.lines = [line if one.number == line.number else one for one in self.lines]
        return line.number

    def add(self, line: InvoiceLine) -> str:
        """A further line, numbered after the others."""
        taken = [int(one.number) for one in (*self.lines, *self.invoice.lines) if one.number.isdecimal()]
        number = str(max(taken, default=0) + 1)
        self.lines.append(replace(line, number=number))
        return number


Plant = Callable[[Draft], str | None]


def planted_invoice(
    right: Invoice, ours: ProForma, kinds: Sequence[FindingKind] = tuple(FindingKind)
) -> tuple[Invoice, tuple[Planted, ...]]:
    """An invoice with an error of each kind that its lines allow, and the ledger of them.

    `right` is the pro-forma as an invoice. An error in the invoice's own sums is planted last, on what the others made,
    so that every error stands by itself: the invoice balances but for those.
    """
    draft = Draft(right, ours, list(right.lines), [line.number for line in right.lines])
    ledger = []
    for kind, plant in _LINE_ERRORS.items():
        number = plant(draft) if kind in kinds else None
        if number is not None:
            ledger.append(Planted(kind, number))
    made = _balanced(replace(right, lines=tuple(draft.lines)), ours)
    for kind, spoil in _WHOLE_ERRORS.items():
        spoiled = spoil(made, ours) if kind in kinds else made
        if spoiled != made:
            ledger.append(Planted(kind))
        made = spoiled
    return made, tuple(ledger)


def _balanced(invoice: Invoice, ours: ProForma) -> Invoice:
    """The invoice with the sums its lines make."""
    amounts: dict[Decimal, list[Decimal]] = {}
    for line in invoice.lines:
        amounts.setdefault(line.tax_rate or Decimal(0), []).append(line.signed)
    tax = sum((tax_of(ours.terms, rate, found) for rate, found in amounts.items()), Decimal(0))
    return replace(invoice, net=invoice.entered, tax=tax, total=invoice.entered + tax, subtotals=())


def _priced(line: InvoiceLine) -> InvoiceLine:
    """The line with the amount its own quantity, rate and exchange rate make."""
    exact = (line.quantity or Decimal(1)) * (line.rate or Decimal(0)) * (line.exchange_rate or Decimal(1))
    return replace(line, amount=_CENTS.apply(exact))


def _is_counted(_: InvoiceLine, own: ProFormaLine) -> bool:
    return own.unit != LUMP and own.kind is InvoiceLineKind.CHARGE and own.exchange_rate == 1 and own.amount != 0


def _wrong_quantity(draft: Draft) -> str | None:
    found = draft.take(lambda line, own: _is_counted(line, own) and not own.others)
    found = found or draft.take(_is_counted)
    if found is None:
        return None
    line, own = found
    return draft.put(_priced(replace(line, quantity=own.quantity + 100)))


def _wrong_rate(draft: Draft) -> str | None:
    found = draft.take(lambda line, own: _is_counted(line, own) and not _other(own, "indexation", "band"))
    if found is None:
        return None
    line, own = found
    return draft.put(_priced(replace(line, rate=own.rate + Decimal("0.01"))))


def _other(own: ProFormaLine, *kinds: str) -> Decimal | None:
    return next((one.rate for one in own.others if one.kind in kinds and one.rate != own.rate), None)


def _at_other_rate(kind: str) -> Plant:
    def plant(draft: Draft) -> str | None:
        found = draft.take(lambda _, own: _other(own, kind) is not None and own.exchange_rate == 1 and own.amount != 0)
        if found is None:
            return None
        line, own = found
        return draft.put(_priced(replace(line, rate=_other(own, kind))))

    return plant


def _not_in_rate_card(draft: Draft) -> str:
    extra = InvoiceLine("", Decimal("1250.00"), text="Overtime at weekends", quantity=Decimal(50), rate=Decimal(25))
    return draft.add(replace(extra, charge="overtime", tax_rate=draft.ours.terms.tax))


def _line_missing(draft: Draft) -> str | None:
    alone = [own.charge for own in draft.ours.lines]
    found = draft.take(
        lambda _, own: own.kind is InvoiceLineKind.CHARGE and own.amount != 0 and alone.count(own.charge) == 1
    )
    if found is None:
        return None
    draft.lines.remove(next(one for one in draft.lines if one.number == found[0].number))
    return ""


def _duplicate_line(draft: Draft) -> str | None:
    found = draft.take(lambda _, own: own.kind is InvoiceLineKind.CHARGE and own.amount != 0)
    return None if found is None else draft.add(found[0])


def _changed_adjustment(kind: EntryKind) -> Plant:
    def plant(draft: Draft) -> str | None:
        line = next((one for one in draft.lines if one.kind is kind), None)
        if line is None:
            return None
        return draft.put(
            replace(line, amount=line.amount + (Decimal(10) if kind is EntryKind.BONUS else -line.amount / 2))
        )

    return plant


def _true_up_wrong(draft: Draft) -> str | None:
    found = draft.take(lambda _, own: own.kind is InvoiceLineKind.TRUE_UP)
    if found is None:
        return None
    line, own = found
    return draft.put(_priced(replace(line, quantity=own.quantity + 1000)))


def _wrong_tax_rate(draft: Draft) -> str | None:
    found = draft.take(lambda _, own: own.amount != 0)
    if found is None:
        return None
    line, own = found
    return draft.put(replace(line, tax_rate=own.tax_rate + Decimal("0.05")))


def _wrong_exchange_rate(draft: Draft) -> str | None:
    found = draft.take(lambda line, own: line.exchange_rate is not None and own.amount != 0)
    if found is None:
        return None
    line, own = found
    return draft.put(_priced(replace(line, exchange_rate=own.exchange_rate * Decimal("1.02"))))


def _period_outside(draft: Draft) -> str | None:
    found = draft.take(lambda _, own: own.kind is not InvoiceLineKind.TRUE_UP and own.amount != 0)
    if found is None:
        return None
    line, own = found
    first = own.first_on - timedelta(days=31)
    return draft.put(replace(line, first_on=first, last_on=own.first_on - timedelta(days=1)))


def _line_arithmetic(draft: Draft) -> str | None:
    found = draft.take(_is_counted)
    return None if found is None else draft.put(replace(found[0], amount=found[0].amount + Decimal("90.00")))


def _cost_without_evidence(draft: Draft) -> str | None:
    found = draft.take(lambda _, own: own.basis == "cost" and own.amount != 0)
    if found is None:
        return None
    line, own = found
    return draft.put(_priced(replace(line, quantity=own.quantity + 640)))


_LINE_ERRORS: dict[FindingKind, Plant] = {
    FindingKind.TRUE_UP_WRONG: _true_up_wrong,
    FindingKind.COST_WITHOUT_EVIDENCE: _cost_without_evidence,
    FindingKind.WRONG_EXCHANGE_RATE: _wrong_exchange_rate,
    FindingKind.INDEXATION_NOT_AGREED: _at_other_rate("indexation"),
    FindingKind.WRONG_BAND: _at_other_rate("band"),
    FindingKind.WRONG_RATE: _wrong_rate,
    FindingKind.WRONG_QUANTITY: _wrong_quantity,
    FindingKind.LINE_ARITHMETIC: _line_arithmetic,
    FindingKind.LINE_MISSING: _line_missing,
    FindingKind.DUPLICATE_LINE: _duplicate_line,
    FindingKind.WRONG_TAX_RATE: _wrong_tax_rate,
    FindingKind.PERIOD_OUTSIDE: _period_outside,
    FindingKind.NOT_IN_RATE_CARD: _not_in_rate_card,
    FindingKind.CREDIT_NOT_NETTED: _changed_adjustment(EntryKind.CREDIT),
    FindingKind.BONUS_WRONG: _changed_adjustment(EntryKind.BONUS),
}


def _without_order(invoice: Invoice, ours: ProForma) -> Invoice:
    if ours.terms.purchase_order is not None:
        return replace(invoice, purchase_order="")
    return replace(invoice, contract="") if ours.terms.contract_reference else invoice


def _tax_sum(invoice: Invoice, _: ProForma) -> Invoice:
    tax, total = invoice.tax or Decimal(0), invoice.total or Decimal(0)
    return replace(invoice, tax=tax + Decimal("12.40"), total=total + Decimal("12.40"))


def _total(invoice: Invoice, _: ProForma) -> Invoice:
    return replace(invoice, total=(invoice.total or Decimal(0)) + Decimal("100.00"))


def _currency(invoice: Invoice, _: ProForma) -> Invoice:
    return replace(invoice, currency="CHF" if invoice.currency != "CHF" else "EUR")


_WHOLE_ERRORS: dict[FindingKind, Callable[[Invoice, ProForma], Invoice]] = {
    FindingKind.MISSING_REFERENCE: _without_order,
    FindingKind.WRONG_CURRENCY: _currency,
    FindingKind.TAX_SUM_WRONG: _tax_sum,
    FindingKind.TOTAL_ARITHMETIC: _total,
}
