"""An invoice matched against the pro-forma, line by line: every difference with its evidence and its clause."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from remit.finance.invoices import EarlierInvoice, EntryKind, Finding, FindingKind, Invoice, InvoiceLine, Matched
from remit.finance.line_findings import about_lines
from remit.finance.pairing import paired
from remit.finance.pro_forma import Adjustment, ProForma, tax_of
from remit.performance.service_credits import LineKind


def match(invoice: Invoice, ours: ProForma, *, earlier: Sequence[EarlierInvoice] = ()) -> Matched:
    """Every difference between an invoice and the pro-forma of its month, each told once and at its root.

    A wrong rate makes a wrong amount, tax and total too; only the rate is told, because the invoice's own arithmetic
    is judged by its own figures. An amount may differ by what the contract's rounding of line and quantity can make,
    and by the tolerance it names; by nothing else.
    """
    pairing = paired([line for line in invoice.lines if line.kind is EntryKind.LINE], ours.lines, _places(ours))
    findings = [
        *_about_the_invoice(invoice, ours, earlier),
        *about_lines(pairing, ours),
        *_about_adjustments(invoice, ours),
        *_about_totals(invoice, ours),
    ]
    combined = [(line.number, own.ref) for line, group in pairing.combined for own in group]
    pairs = [(line.number, own.ref) for line, own in pairing.pairs]
    return Matched((*pairs, *combined), tuple(findings))


def _places(ours: ProForma) -> int:
    return ours.terms.quantity_places


def _about_the_invoice(invoice: Invoice, ours: ProForma, earlier: Sequence[EarlierInvoice]) -> Iterator[Finding]:
    yield from _received_before(invoice, ours, earlier)
    yield from _references(invoice, ours)
    if invoice.currency != ours.currency:
        what = f"the invoice is in {invoice.currency}; the contract's currency is {ours.currency}"
        yield Finding(FindingKind.WRONG_CURRENCY, what, expected=ours.currency, invoiced=invoice.currency)
    first, last = invoice.first_on or ours.period.start_on, invoice.last_on or ours.period.last_on
    if first < ours.period.start_on or last > ours.period.last_on or last < first:
        what = f"the invoice is for {first} to {last}; it was matched with {ours.period.label}"
        yield Finding(FindingKind.PERIOD_OUTSIDE, what, expected=ours.period.label, invoiced=f"{first} to {last}")


def _received_before(invoice: Invoice, ours: ProForma, earlier: Sequence[EarlierInvoice]) -> Iterator[Finding]:
    """One number twice; or the same month billed again to the same total under another number."""
    for one in earlier:
        is_same_number = _folded(one.number) == _folded(invoice.number)
        is_same_sum = one.total is not None and (one.period, one.total) == (ours.period, invoice.total)
        if not (is_same_number or is_same_sum):
            continue
        told = "bears the same number" if is_same_number else f"is for the same month and comes to the same {one.total}"
        what = f"the invoice {one.number} of {one.period.label}, received before, {told}"
        yield Finding(FindingKind.DUPLICATE_INVOICE, what, invoiced=invoice.number, difference=invoice.entered)
        return


def _folded(number: str) -> str:
    return "".join(number.split()).casefold()


def _references(invoice: Invoice, ours: ProForma) -> Iterator[Finding]:
    wanted = [("purchase order", ours.terms.purchase_order, invoice.purchase_order)]
    if ours.terms.contract_reference:
        wanted.append(("contract", ours.contract, invoice.contract))
    for word, expected, given in wanted:
        if expected is None or _folded(expected) == _folded(given):
            continue
        what = f"the invoice names no {word}" if not given else f"the invoice names the {word} {given}"
        yield Finding(
            FindingKind.MISSING_REFERENCE,
            f"{what}; it must name {expected}",
            expected=expected,
            invoiced=given,
            clause=ours.terms.clause,
        )


def _about_adjustments(invoice: Invoice, ours: ProForma) -> Iterator[Finding]:
    """Credits taken off and bonuses added, each kind as a sum and, where the invoice names our levels, one by one."""
    credits_ = [one for one in ours.adjustments if one.kind is LineKind.CREDIT]
    bonuses = [one for one in ours.adjustments if one.kind is not LineKind.CREDIT]
    for given_kind, own, kind in (
        (EntryKind.CREDIT, credits_, FindingKind.CREDIT_NOT_NETTED),
        (EntryKind.BONUS, bonuses, FindingKind.BONUS_WRONG),
    ):
        given = [line for line in invoice.lines if line.kind is given_kind]
        yield from _adjustments_of(given, own, kind)


def _adjustments_of(given: list[InvoiceLine], own: list[Adjustment], kind: FindingKind) -> Iterator[Finding]:
    levels = {line.service_level for line in given}
    if not given or not levels <= {one.service_level for one in own}:
        yield from _adjusted("", given, own, kind)
        return
    for level in dict.fromkeys([*(one.service_level for one in own), *(line.service_level for line in given)]):
        mine = [one for one in own if one.service_level == level]
        yield from _adjusted(level, [line for line in given if line.service_level == level], mine, kind)


def _adjusted(level: str, given: list[InvoiceLine], own: list[Adjustment], kind: FindingKind) -> Iterator[Finding]:
    expected = sum((abs(one.amount) for one in own), Decimal(0))
    invoiced = sum((line.amount for line in given), Decimal(0))
    if expected == invoiced:
        return
    is_credit = kind is FindingKind.CREDIT_NOT_NETTED
    word = "credits" if is_credit else "bonuses and earn-backs"
    of_level = f" for {level}" if level else ""
    verb = "takes off" if is_credit else "adds"
    yield Finding(
        kind,
        f"the invoice {verb} {word} of {invoiced:,f}{of_level}; by the contract they come to {expected:,f}",
        line=given[0].number if given else "",
        charge=level,
        expected=f"{expected:f}",
        invoiced=f"{invoiced:f}",
        difference=expected - invoiced if is_credit else invoiced - expected,
        evidence=tuple(f"{one.month}: {one.reason}" for one in own),
        clause=next((one.clause for one in own if one.clause), None),
        place=given[0].place if given else "",
    )


def _about_totals(invoice: Invoice, ours: ProForma) -> Iterator[Finding]:
    """The invoice's own sums, judged by its own lines: whether it balances, whatever it bills."""
    net = invoice.entered if invoice.net is None else invoice.net
    if net != invoice.entered:
        yield _unbalanced(
            f"its lines come to {invoice.entered:,f}, less credits and with bonuses; it says {net:,f}",
            invoice.entered,
            net,
        )
    tax = _tax_of_its_lines(invoice, ours)
    given_tax = tax if invoice.tax is None else invoice.tax
    if abs(given_tax - tax) > ours.terms.tolerance:
        rates = sorted({_tax_rate(line, ours) for line in invoice.lines}, reverse=True)
        what = f"the tax of its lines is {tax:,f}; it says {given_tax:,f}"
        yield Finding(
            FindingKind.TAX_SUM_WRONG,
            what,
            expected=f"{tax:f}",
            invoiced=f"{given_tax:f}",
            difference=given_tax - tax,
            evidence=tuple(f"{rate * 100:f} % of the lines at that rate" for rate in rates),
            clause=ours.terms.clause,
        )
    if invoice.total is not None and invoice.total != net + given_tax:
        yield _unbalanced(
            f"net {net:,f} and tax {given_tax:,f} make {net + given_tax:,f}; it says {invoice.total:,f}",
            net + given_tax,
            invoice.total,
        )


def _unbalanced(what: str, expected: Decimal, given: Decimal) -> Finding:
    return Finding(
        FindingKind.TOTAL_ARITHMETIC,
        f"the invoice does not balance: {what}",
        expected=f"{expected:f}",
        invoiced=f"{given:f}",
        difference=given - expected,
    )


def _tax_of_its_lines(invoice: Invoice, ours: ProForma) -> Decimal:
    amounts: dict[Decimal, list[Decimal]] = {}
    for line in invoice.lines:
        amounts.setdefault(_tax_rate(line, ours), []).append(line.signed)
    return sum((tax_of(ours.terms, rate, found) for rate, found in amounts.items()), Decimal(0))


def _tax_rate(line: InvoiceLine, ours: ProForma) -> Decimal:
    """The tax rate a line gives itself; without one, that of its charge in the contract."""
    if line.tax_rate is not None:
        return line.tax_rate
    own = next((one.tax_rate for one in ours.lines if line.charge and line.charge in (one.charge, one.ref)), None)
    return ours.terms.tax if own is None else own
