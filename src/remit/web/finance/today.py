"""What finance tells on the first page: invoices to decide, invoices that could not be read."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.accounts.today import Item, Part, Visit
from remit.web.finance.models import InvoiceReceived, InvoiceState

_MOST = 20


def tell(visit: Visit) -> Iterable[Item]:
    """One query for all engagements together."""
    seen, may_send = visit.where(Duty.SEE_MONEY), visit.where(Duty.SUBMIT_INVOICE)
    is_told = Q(engagement_id__in=seen, state=InvoiceState.MATCHED)
    is_told |= Q(engagement_id__in=may_send, state=InvoiceState.REFUSED, at__gt=visit.since)
    open_lines = Count("lines", filter=Q(lines__decision=""), distinct=True)
    told = InvoiceReceived.objects.filter(is_told).defer("content", "problems")
    counted: Any = told.annotate(open_lines=open_lines, found=Count("differences", distinct=True))
    newest = list(counted.order_by("-pk")[: 2 * _MOST])
    yield from (_waiting(one, seen[one.engagement_id]) for one in newest if one.state == InvoiceState.MATCHED)
    yield from (_refused(one, may_send[one.engagement_id]) for one in newest if one.state == InvoiceState.REFUSED)


def _waiting(one: Any, place: Place) -> Item:
    part = Part.NEEDS if place.may(Duty.DECIDE_INVOICE) else Part.CHANGED
    sentence = _("Invoice %(number)s of %(month)s: %(found)s differences, %(open)s lines to decide") % {
        "number": one.number,
        "month": one.month,
        "found": one.found,
        "open": one.open_lines,
    }
    return Item(part, sentence, _address(place.engagement.slug, one), place.engagement, one.at, 35)


def _refused(one: InvoiceReceived, place: Place) -> Item:
    sentence = _("The invoice in %(file)s could not be matched: see why, and send it again") % {"file": one.file_name}
    return Item(Part.NEEDS, sentence, _address(place.engagement.slug, one), place.engagement, one.at, 32)


def _address(engagement: str, one: InvoiceReceived) -> str:
    return reverse("finance:invoice", kwargs={"engagement": engagement, "invoice": one.pk})
