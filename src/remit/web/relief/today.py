"""What the room tells on the first page: relief one may ask for, claims that wait for one, and decisions."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.roles import Duty
from remit.web.accounts.today import Item, Part, Visit
from remit.web.relief.models import DECIDED, Claim, State


def tell(visit: Visit) -> Iterable[Item]:
    """Three queries, whatever the number of engagements."""
    asked = _("Relief for %(level)s in %(month)s waits for your decision")
    yield from _waiting(visit, Duty.DECIDE_EXCLUSIONS, State.ASKED, asked, 13)
    drawn = _("You may ask for relief for %(level)s in %(month)s: its volume lay outside the forecast")
    yield from _waiting(visit, Duty.ASK_EXCLUSIONS, State.DRAWN, drawn, 43)
    yield from _decided(visit)


def _waiting(visit: Visit, duty: Duty, state: State, sentence: str, order: int) -> Iterator[Item]:
    places = visit.where(duty)
    mine = Claim.objects.filter(engagement_id__in=list(places), state=state, told__isnull=False)
    for claim in mine.order_by("month_on", "pk")[:20]:
        engagement = places[claim.engagement_id].engagement
        told = sentence % {"level": claim.level, "month": claim.month}
        yield Item(Part.NEEDS, told, _address(claim, engagement.slug), engagement, order=order)


def _decided(visit: Visit) -> Iterator[Item]:
    seeing = visit.where(Duty.SEE_EXCLUSIONS)
    since = Claim.objects.filter(engagement_id__in=list(seeing), state__in=DECIDED, decided_at__gt=visit.since)
    for claim in since.exclude(decided_by=visit.actor.person).order_by("-decided_at")[:20]:
        engagement = seeing[claim.engagement_id].engagement
        told = {"level": claim.level, "month": claim.month, "state": State(claim.state).label}
        sentence = _("Relief for %(level)s in %(month)s is %(state)s") % told
        address = _address(claim, engagement.slug)
        yield Item(Part.CHANGED, sentence, address, engagement, at=claim.decided_at, order=41)


def _address(claim: Claim, slug: str) -> str:
    return reverse("relief:claim", kwargs={"engagement": slug, "claim": claim.pk})
