"""What finance tells on the first page: invoices to decide, invoices that could not be read."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.roles import Duty
from remit.web.accounts.today import Item, Part, Visit
from remit.web.finance.models import InvoiceReceived, InvoiceState


def tell(visit: Visit) -> Iterable[Item]:
    """Two queries for all engagements together."""
    seen = visit.where(Duty.SEE_MONEY)
    waiting = InvoiceReceived.objects.filter(engagement_id__in=seen, state=InvoiceState.MATCHED).defer("content")
    open_lines = Count("lines", filter=Q(lines__decision=""), distinct=True)
    counted: Any = waiting.annotate(open_lines=open_lines, found=Count("differences", distinct=True))
    for one in counted.order_by("-pk")[:20]:
        place = seen[one.engagement_id]
        part = Part.NEEDS if place.may(Duty.DECIDE_INVOICE) else Part.CHANGED
        sentence = _("Invoice %(number)s of %(month)s: %(found)s differences, %(open)s lines to decide") % {
            "number": one.number,
            "month": one.month,
            "found": one.found,
            "open": one.open_lines,
        }
        yield Item(part, sentence, _address(place.engagement.slug, one), place.engagement, one.at, 35)
    yield from _refused(visit)


def _refused(visit: Visit) -> Iterator[Item]:
    may_send = visit.where(Duty.SUBMIT_INVOICE)
    refused = InvoiceReceived.objects.filter(
        engagement_id__in=may_send, state=InvoiceState.REFUSED, at__gt=visit.since
    ).defer("content")
    for one in refused.order_by("-pk")[:20]:
        place = may_send[one.engagement_id]
        sentence = _("The invoice in %(file)s could not be matched: see why, and send it again") % {
            "file": one.file_name
        }
        yield Item(Part.NEEDS, sentence, _address(place.engagement.slug, one), place.engagement, one.at, 32)


def _address(engagement: str, one: InvoiceReceived) -> str:
    return reverse("finance:invoice", kwargs={"engagement": engagement, "invoice": one.pk})
