"""The demo's invoice: what a provider sends for the last month that is over, wrong in as many ways as it can be."""

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remit.web.accounts.actors import Actor
    from remit.web.accounts.models import Engagement


def send_invoice(engagement: "Engagement", *, by: "Actor") -> None:
    """The provider sends an invoice with planted errors for the last month that is over; once, and where it can."""
    from remit.finance.invoices import FindingKind
    from remit.finance.pro_forma import as_invoice
    from remit.reports.invoices import invoice_as_ubl
    from remit.specimens.invoices import planted_invoice
    from remit.web.finance.actions import GivenInvoice, receive_invoice
    from remit.web.finance.bridge import make, pro_forma_of
    from remit.web.finance.models import InvoiceReceived
    from remit.web.performance.models import Run
    from remit.web.shared.moments import now

    run = Run.objects.newest_of(engagement)
    if run is None or InvoiceReceived.objects.filter(engagement=engagement).exists():
        return
    month = run.months.filter(is_provisional=False).order_by("-starts_on").first()
    made = None if month is None else make(run, month.starts_on, tell=lambda *_: None)
    if month is None or made is None or made.problems:
        return
    ours = pro_forma_of(made.content)
    issued_on = ours.period.last_on + timedelta(days=5)
    right = as_invoice(ours, number=f"{ours.period.label}-117", issued_on=issued_on)
    kinds = [kind for kind in FindingKind if kind is not FindingKind.WRONG_CURRENCY]
    wrong, _ = planted_invoice(right, ours, kinds)
    given = GivenInvoice(
        f"invoice-{ours.period.label}.xml", invoice_as_ubl(wrong, terms=ours.terms).encode(), month.starts_on
    )
    receive_invoice(engagement, given, by=by, at=now())
