"""Open disputes as deadlines: when each goes on to its next step."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.deadlines import Deadline
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.issues.models import Dispute, State
from remit.web.settlements.bridge.deadlines import months_terms


def disputes(place: Place, _at: datetime) -> Iterator[Deadline]:
    """A deadline a dispute that goes on to somebody else without a decision."""
    if not place.may(Duty.SEE_MONEY):
        return
    terms_of = months_terms(place.engagement)
    mine = Dispute.objects.filter(engagement=place.engagement, state=State.OPEN, next_at__isnull=False)
    for dispute in mine.order_by("pk"):
        terms = terms_of(dispute.month_on)
        if dispute.next_at is None or terms is None:
            continue
        told = {"number": dispute.pk, "reference": dispute.reference, "month": f"{dispute.month_on:%Y-%m}"}
        what = _("Dispute %(number)s about %(reference)s in %(month)s is decided, or goes on") % told
        address = reverse("issues:dispute", kwargs={"engagement": place.engagement.slug, "dispute": dispute.pk})
        zone, step = terms.contract.zone, dispute.step
        clause = terms.steps[step].clause if step < len(terms.steps) else terms.clause
        on = dispute.next_at.astimezone(zone).date()
        key = f"dispute-{dispute.pk}-{step}"
        yield Deadline(key, what, address, on, dispute.next_at, zone.key, dispute.answering, clause)
