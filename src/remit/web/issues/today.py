"""What the issues room tells on the first page: disputes that wait for one's side, or lie with one's role."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty, side_of
from remit.web.accounts.today import Item, Part, Visit
from remit.web.issues.models import DECIDED, Dispute, State


def tell(visit: Visit) -> Iterator[Item]:
    """One query for all engagements together."""
    places = visit.where(Duty.SEE_MONEY)
    is_news = Q(state__in=DECIDED, decided_at__gte=visit.since)
    found = Dispute.objects.filter(Q(state=State.OPEN) | is_news, engagement_id__in=places)
    for dispute in found.order_by("decided_at", "raised_at"):
        place = places[dispute.engagement_id]
        if dispute.state == State.OPEN:
            yield from _needs(dispute, place)
        else:
            told = {"number": dispute.pk, "state": dispute.get_state_display()}
            sentence = _("Dispute %(number)s is %(state)s") % told
            yield Item(Part.CHANGED, sentence, _address(dispute, place), place.engagement, dispute.decided_at, 42)


def _needs(dispute: Dispute, place: Place) -> Iterator[Item]:
    lies_here = str(place.role) in dispute.roles
    if not lies_here and not (place.may(Duty.DECIDE_DISPUTES) and dispute.answering == side_of(place.role)):
        return
    at = dispute.next_at or dispute.raised_at
    sentence = _sentence(dispute, lies_here=lies_here)
    yield Item(Part.NEEDS, sentence, _address(dispute, place), place.engagement, at, 12 if lies_here else 18)


def _sentence(dispute: Dispute, *, lies_here: bool) -> str:
    """What waits for whom, and until when where the contract sets a time."""
    told = {"number": dispute.pk, "reference": dispute.reference, "month": f"{dispute.month_on:%Y-%m}"}
    sentence = (
        _("Dispute %(number)s about %(reference)s in %(month)s has come to your role")
        if lies_here
        else _("Dispute %(number)s about %(reference)s in %(month)s waits for your side")
    )
    if dispute.next_at is None:
        return sentence % told
    until = date_format(localtime(dispute.next_at), "DATETIME_FORMAT")
    return _("%(sentence)s; to be decided by %(until)s") % {"sentence": sentence % told, "until": until}


def _address(dispute: Dispute, place: Place) -> str:
    return reverse("issues:dispute", kwargs={"engagement": place.engagement.slug, "dispute": dispute.pk})
