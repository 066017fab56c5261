"""A match kept: the invoice's lines with references for good, and every difference on its line."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from remit.web.finance.bridge import Finding, Held, Invoice, hold
from remit.web.finance.models import Difference, InvoiceReceived, InvoiceState, LineReceived, ProFormaKept

_MISSING = "missing"


def keep_match(received: InvoiceReceived, invoice: Invoice, ours: ProFormaKept, month: date) -> None:
    """Keep what a match found. It is called inside the effect of its job."""
    others = InvoiceReceived.objects.filter(engagement=received.engagement).exclude(pk=received.pk).exclude(number="")
    earlier = others.filter(at__lte=received.at).values_list("number", "month_on", "invoiced")
    held = hold(invoice, ours.content, list(earlier))
    lines = LineReceived.objects.bulk_create([*_billed(received, invoice), *_lacking(received, invoice, held)])
    by_number = {line.number: line for line in lines if line.kind != _MISSING}
    by_ref = {line.reference: line for line in lines if line.kind == _MISSING}
    Difference.objects.bulk_create(
        _difference(received, one, position, by_number.get(one.line) or by_ref.get(_own_reference(invoice, one.ref)))
        for position, one in enumerate(held.matched.findings, 1)
    )
    InvoiceReceived.objects.filter(pk=received.pk).update(
        state=InvoiceState.MATCHED,
        number=invoice.number[:200],
        month_on=month,
        currency=invoice.currency,
        invoiced="" if invoice.total is None else f"{invoice.total:f}",
        by_contract=f"{held.by_contract:f}",
        difference=f"{held.matched.difference:f}",
        pro_forma=ours,
    )


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _billed(received: InvoiceReceived, invoice: Invoice) -> Iterator[LineReceived]:
    taken: set[str] = set()
    for position, line in enumerate(invoice.lines, 1):
        reference = f"{invoice.number[:200]}/{line.number[:90]}"
        if reference in taken:
            # Two lines of one number: the later one is told by its place as well.
            reference = f"{reference}#{position}"
        taken.add(reference)
        yield LineReceived(
            invoice=received,
            position=position,
            number=line.number[:100],
            reference=reference,
            kind=str(line.kind),
            charge=line.charge[:200] or line.service_level[:200],
            text=line.text[:2000],
            quantity=_text(line.quantity),
            unit=line.unit[:60],
            rate=_text(line.rate),
            amount=f"{line.signed:f}",
        )


def _own_reference(invoice: Invoice, ref: str) -> str:
    return f"{invoice.number[:200]}/missing:{ref[:90]}"


def _lacking(received: InvoiceReceived, invoice: Invoice, held: Held) -> Iterator[LineReceived]:
    """The lines the contract bills and the invoice lacks: the provider may bill them yet, or they are waived."""
    for position, (ref, charge, words) in enumerate(held.missing, len(invoice.lines) + 1):
        yield LineReceived(
            invoice=received,
            position=position,
            reference=_own_reference(invoice, ref),
            kind=_MISSING,
            charge=charge[:200],
            text=words[:2000],
            amount="0",
        )


def _difference(received: InvoiceReceived, one: Finding, position: int, line: LineReceived | None) -> Difference:
    return Difference(
        invoice=received,
        line=line,
        position=position,
        kind=str(one.kind),
        what=one.what,
        ref=one.ref[:200],
        charge=one.charge[:200],
        expected=one.expected[:200],
        invoiced=one.invoiced[:200],
        amount=_text(one.difference),
        evidence=list(one.evidence),
        clause=(one.clause or "")[:300],
        place=one.place[:300],
    )
