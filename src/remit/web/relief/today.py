"""What the room tells on the first page: relief one may ask for, claims that wait for one, and decisions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.accounts.today import Item, Part, Visit
from remit.web.relief.models import DECIDED, Claim, State

_MOST = 20
"""How many lines of a kind the first page bears."""


def tell(visit: Visit) -> Iterable[Item]:
    """One query, whatever the number of engagements."""
    deciding, asking = visit.where(Duty.DECIDE_EXCLUSIONS), visit.where(Duty.ASK_EXCLUSIONS)
    seeing = visit.where(Duty.SEE_EXCLUSIONS)
    waits = Q(engagement_id__in=list(deciding), state=State.ASKED) | Q(
        engagement_id__in=list(asking), state=State.DRAWN
    )
    is_new = Q(engagement_id__in=list(seeing), state__in=DECIDED, decided_at__gt=visit.since)
    by_others = ~Q(decided_by=visit.actor.person)
    told = Claim.objects.filter((waits & Q(told__isnull=False)) | (is_new & by_others)).defer("told")
    found = list(told.order_by("month_on", "pk"))
    asked = _("Relief for %(level)s in %(month)s waits for your decision")
    yield from _waiting([one for one in found if one.state == State.ASKED], deciding, asked, 13)
    drawn = _("You may ask for relief for %(level)s in %(month)s: its volume lay outside the forecast")
    yield from _waiting([one for one in found if one.state == State.DRAWN], asking, drawn, 43)
    yield from _decided([one for one in found if one.decided_at is not None], seeing)


def _waiting(claims: Sequence[Claim], places: Mapping[int, Place], sentence: str, order: int) -> Iterator[Item]:
    for claim in claims[:_MOST]:
        engagement = places[claim.engagement_id].engagement
        told = sentence % {"level": claim.level, "month": claim.month}
        yield Item(Part.NEEDS, told, _address(claim, engagement.slug), engagement, order=order)


def _decided(claims: Sequence[Claim], seeing: Mapping[int, Place]) -> Iterator[Item]:
    for claim in sorted(claims, key=lambda one: str(one.decided_at), reverse=True)[:_MOST]:
        engagement = seeing[claim.engagement_id].engagement
        told = {"level": claim.level, "month": claim.month, "state": State(claim.state).label}
        sentence = _("Relief for %(level)s in %(month)s is %(state)s") % told
        address = _address(claim, engagement.slug)
        yield Item(Part.CHANGED, sentence, address, engagement, at=claim.decided_at, order=41)


def _address(claim: Claim, slug: str) -> str:
    return reverse("relief:claim", kwargs={"engagement": slug, "claim": claim.pk})
