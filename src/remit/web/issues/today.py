"""What the issues room tells on the first page: disputes that wait for one's side, or lie with one's role."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.roles import Duty, side_of
from remit.web.accounts.today import Item, Part, Visit
from remit.web.issues.models import DECIDED, Dispute, State


def tell(visit: Visit) -> Iterator[Item]:
    """Two queries for all engagements together."""
    places = visit.where(Duty.SEE_MONEY)
    found = Dispute.objects.filter(engagement_id__in=places).select_related("engagement")
    for dispute in found.filter(state=State.OPEN).order_by("raised_at"):
        place = places[dispute.engagement_id]
        lies_here = str(place.role) in dispute.roles
        if lies_here or (place.may(Duty.DECIDE_DISPUTES) and dispute.answering == side_of(place.role)):
            told = {"number": dispute.pk, "reference": dispute.reference, "month": f"{dispute.month_on:%Y-%m}"}
            sentence = (
                _("Dispute %(number)s about %(reference)s in %(month)s has come to your role")
                if lies_here
                else _("Dispute %(number)s about %(reference)s in %(month)s waits for your side")
            )
            at = dispute.next_at or dispute.raised_at
            yield Item(Part.NEEDS, sentence % told, _address(dispute), dispute.engagement, at, 12 if lies_here else 18)
    for dispute in found.filter(state__in=DECIDED, decided_at__gte=visit.since).order_by("decided_at"):
        sentence = _("Dispute %(number)s is %(state)s")
        told = {"number": dispute.pk, "state": dispute.get_state_display()}
        yield Item(Part.CHANGED, sentence % told, _address(dispute), dispute.engagement, dispute.decided_at, 42)


def _address(dispute: Dispute) -> str:
    return reverse("issues:dispute", kwargs={"engagement": dispute.engagement.slug, "dispute": dispute.pk})
