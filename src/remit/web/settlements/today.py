"""What the settlements room tells on the first page: months that wait for one's side, restatements, closed months."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty, side_of
from remit.web.accounts.today import Item, Part, Visit
from remit.web.performance.bridge.showing import month_name
from remit.web.settlements.models import Closing, State


def tell(visit: Visit) -> Iterator[Item]:
    """One query for all engagements together."""
    places = visit.where(Duty.SEE_MONEY)
    waits = Q(state__in=[State.PROPOSED, State.REVIEW, State.AGREED]) | Q(state=State.OPEN, number__gt=0)
    is_news = Q(state=State.CLOSED, closed_at__gte=visit.since)
    found = Closing.objects.filter(waits | is_news, engagement_id__in=places)
    for closing in found.defer("settlement").order_by("starts_on"):
        place = places[closing.engagement_id]
        closing.engagement = place.engagement
        if place.may(Duty.SETTLE_MONTHS):
            yield from _needs(closing, place)
        if closing.state == State.CLOSED:
            sentence = _("%(month)s is closed") % {"month": _name(closing)}
            yield Item(Part.CHANGED, sentence, _address(closing), closing.engagement, closing.closed_at, 40)


def _needs(closing: Closing, place: Place) -> Iterator[Item]:
    if closing.state == State.PROPOSED and closing.awaited == side_of(place.role):
        sentence = _("%(month)s waits for your side’s agreement") % {"month": _name(closing)}
        yield Item(Part.NEEDS, sentence, _address(closing), closing.engagement, closing.due_at, 15)
    elif closing.state == State.OPEN and closing.is_restatement:
        sentence = _("Later facts change %(month)s: its restatement can be proposed") % {
            "month": f"{closing.starts_on:%Y-%m}"
        }
        yield Item(Part.NEEDS, sentence, _address(closing), closing.engagement, closing.begun_at, 35)
    elif closing.state == State.REVIEW:
        sentence = _("%(month)s is under review: propose its figures anew") % {"month": _name(closing)}
        yield Item(Part.NEEDS, sentence, _address(closing), closing.engagement, None, 25)
    elif closing.state == State.AGREED:
        sentence = _("%(month)s is agreed by both sides and can be closed") % {"month": _name(closing)}
        yield Item(Part.NEEDS, sentence, _address(closing), closing.engagement, closing.agreed_at, 25)


def _name(closing: Closing) -> str:
    if closing.is_restatement:
        told = {"number": closing.number, "month": month_name(closing.starts_on)}
        return _("Restatement %(number)s of %(month)s") % told
    return month_name(closing.starts_on)


def _address(closing: Closing) -> str:
    given = {"engagement": closing.engagement.slug, "month": month_name(closing.starts_on)}
    return reverse("settlements:month", kwargs=given)
