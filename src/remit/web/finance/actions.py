"""What a person does about invoices: send one in, decide its lines, write a note to one's own side."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError, transaction

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty, side_of
from remit.web.finance.models import (
    Decision,
    ForecastMethod,
    InvoiceNote,
    InvoiceReceived,
    InvoiceState,
    LineReceived,
    YearKind,
)
from remit.web.jobs.models import Job
from remit.web.jobs.queue import Work, enqueue
from remit.web.performance.models import Run
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal

MOST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class GivenInvoice:
    """A file as somebody sends it, and the month it is for where the file may not say so."""

    name: str
    content: bytes
    month_on: date | None = None


def receive_invoice(engagement: Engagement, given: GivenInvoice, *, by: Actor, at: datetime) -> InvoiceReceived:
    """Keep an invoice as it came and ask for it to be matched.

    Raises Refusal where the very same file was received before, is empty, or is too large.
    """
    by.must(Duty.SUBMIT_INVOICE, engagement)
    if not given.content:
        raise Refusal(f"{given.name!r} is empty.", "Send the invoice again.")
    if len(given.content) > MOST_BYTES:
        raise Refusal(f"{given.name!r} is more than {MOST_BYTES // 1_000_000} MB.", "Send one month's invoice.")
    digest = hashlib.sha256(given.content).hexdigest()
    try:
        with transaction.atomic():
            return _received(engagement, given, digest, by=by, at=at)
    except IntegrityError:
        before = InvoiceReceived.objects.filter(engagement=engagement, sha256=digest).first()
        if before is None:
            raise
        raise Refusal(f"This very file was received before, as {before}.", "Open that invoice instead.") from None


def _received(engagement: Engagement, given: GivenInvoice, digest: str, *, by: Actor, at: datetime) -> InvoiceReceived:
    invoice = InvoiceReceived.objects.create(
        engagement=engagement,
        file_name=given.name[:200],
        content=given.content,
        sha256=digest,
        by=by.user,
        at=at,
        month_on=given.month_on,
    )
    invoice.job = enqueue(_match_work(invoice), by=by, at=at)
    invoice.save(update_fields=["job"])
    told = {"invoice": invoice.pk, "file": invoice.file_name, "sha256": digest}
    record(Told("finance.invoice_received", invoice, engagement.pk, after=told), by=by, at=at)
    return invoice


def _match_work(invoice: InvoiceReceived) -> Work:
    return Work("finance.match", {"invoice": invoice.pk}, invoice.engagement, f"invoice {invoice.pk}")


@dataclass(frozen=True, slots=True)
class LineDecision:
    """What is done about a line: the decision, why, and of a short-paid line how much of it is paid."""

    decision: str
    reason: str = ""
    paid: str = ""


@transaction.atomic
def decide_line(line: LineReceived, given: LineDecision, *, by: Actor, at: datetime) -> None:
    """Accept a line, dispute it, or pay less than it asks; once. Both sides read the decision and its reason.

    Raises Refusal where somebody decided it meanwhile, a reason is lacking, or the amount paid is none.
    """
    engagement = line.invoice.engagement
    by.must(Duty.DECIDE_INVOICE, engagement)
    if given.decision not in (Decision.ACCEPTED, Decision.DISPUTED, Decision.SHORT_PAID):
        raise Refusal("Say what is decided.", "A line is accepted, disputed or short-paid.")
    reason = given.reason.strip()[:1000]
    if given.decision != Decision.ACCEPTED and not reason:
        raise Refusal("Say why.", "The provider reads the reason beside the line.")
    paid = _paid(line, given)
    fields = {"decision": given.decision, "reason": reason, "paid": paid, "decided_by": by.user, "decided_at": at}
    if not LineReceived.objects.filter(pk=line.pk, decision=Decision.OPEN).update(**fields):
        raise Refusal(f"Line {line.reference} was decided meanwhile.", "Open the invoice again to see how.")
    is_open = LineReceived.objects.filter(invoice=line.invoice, decision=Decision.OPEN).exists()
    if not is_open:
        matched = InvoiceReceived.objects.filter(pk=line.invoice_id, state=InvoiceState.MATCHED)
        matched.update(state=InvoiceState.DECIDED)
    after = {"line": line.reference, "decision": given.decision, "paid": paid, "reason": reason}
    record(Told("finance.line_decided", line, engagement.pk, after=after), by=by, at=at)


def _paid(line: LineReceived, given: LineDecision) -> str:
    """How much of the line is paid: all, nothing, or what is written, which lies between."""
    amount = Decimal(line.amount)
    if given.decision != Decision.SHORT_PAID:
        return line.amount if given.decision == Decision.ACCEPTED else "0"
    try:
        paid = Decimal(given.paid.strip())
    except InvalidOperation:
        paid = Decimal("NaN")
    if not paid.is_finite() or not min(amount, Decimal(0)) <= paid <= max(amount, Decimal(0)) or paid == amount:
        raise Refusal(
            f"{given.paid.strip()[:60]!r} is no part of {line.amount}.", "Write what is paid of it, as 1250.00."
        )
    return f"{paid:f}"


@transaction.atomic
def accept_clean_lines(invoice: InvoiceReceived, *, by: Actor, at: datetime) -> int:
    """Accept every open line that nothing was found on; how many there were."""
    by.must(Duty.DECIDE_INVOICE, invoice.engagement)
    clean = LineReceived.objects.filter(invoice=invoice, decision=Decision.OPEN, differences=None)
    lines = list(clean.order_by("position"))
    if not lines:
        raise Refusal("No open line is free of differences.", "Decide the others one by one.")
    for line in lines:
        decide_line(line, LineDecision(Decision.ACCEPTED), by=by, at=at)
    return len(lines)


@transaction.atomic
def write_note(invoice: InvoiceReceived, text: str, *, by: Actor, at: datetime) -> InvoiceNote:
    """A note to one's own side; the other side never reads it."""
    by.must(Duty.SEE_MONEY, invoice.engagement)
    role = by.role(invoice.engagement)
    if not text.strip() or role is None or by.user is None:
        raise Refusal("The note is empty.", "Write what your own side should know.")
    note: InvoiceNote = InvoiceNote.objects.create(
        invoice=invoice, side=str(side_of(role)), by=by.user, at=at, text=text.strip()[:2000]
    )
    told = {"invoice": invoice.pk, "side": note.side}
    record(Told("finance.noted", invoice, invoice.engagement_id, after=told), by=by, at=at)
    return note


@transaction.atomic
def ask_for_pro_forma(run: Run, month_on: date, *, by: Actor, at: datetime) -> Job:
    """Ask for a month's pro-forma by a run; asked for while it is under way, it is one job."""
    by.must(Duty.SEE_MONEY, run.engagement)
    month = f"{month_on:%Y-%m}"
    work = Work("finance.pro_forma", {"run": run.pk, "month": month}, run.engagement, f"pro-forma {run.pk} {month}")
    job = enqueue(work, by=by, at=at)
    told = {"run": run.pk, "month": month}
    record(Told("finance.pro_forma_asked", run, run.engagement_id, after=told), by=by, at=at)
    return job


@transaction.atomic
def ask_for_forecast(run: Run, method: str, year: str, *, by: Actor, at: datetime) -> Job:
    """Ask for a run's year to be foreseen; asked for while it is under way, it is one job."""
    by.must(Duty.SEE_MONEY, run.engagement)
    if method not in ForecastMethod.values or year not in YearKind.values:
        raise Refusal("A year is foreseen by average or seasonal, for the calendar or the contract year.")
    told = {"run": run.pk, "method": method, "year": year}
    job = enqueue(Work("finance.forecast", told, run.engagement, forecast_key(run, method, year)), by=by, at=at)
    record(Told("finance.forecast_asked", run, run.engagement_id, after=told), by=by, at=at)
    return job


def forecast_key(run: Run, method: str, year: str) -> str:
    """By what the job of a forecast is known."""
    return f"forecast {run.pk} {method} {year}"
