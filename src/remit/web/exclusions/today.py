"""What the room tells on the first page: requests that wait for one, decisions, late duties."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty, side_of
from remit.web.accounts.today import Item, Part, Visit
from remit.web.contracts.models import State as VersionState
from remit.web.contracts.models import Version
from remit.web.exclusions.bridge.duties import NEWS, DueDuty, news_of_duties
from remit.web.exclusions.models import DECIDED, DutyDay, ExclusionRequest, State

_MOST_DUTIES = 3
_MOST_NEWS = 20


class _Told(NamedTuple):
    """What is told of a request."""

    pk: int
    engagement_id: int
    state: str
    level: str
    month_on: date
    decided_at: datetime | None


def tell(visit: Visit) -> Iterable[Item]:
    """Three queries, whatever the number of engagements."""
    deciding, seeing = visit.where(Duty.DECIDE_EXCLUSIONS), visit.where(Duty.SEE_EXCLUSIONS)
    waits = Q(engagement_id__in=deciding, state=State.ASKED)
    is_news = Q(engagement_id__in=seeing, state__in=DECIDED, decided_at__gt=visit.since)
    others = ~Q(decided_by=visit.actor.person) | Q(decided_by=None)
    found = ExclusionRequest.objects.filter(waits | (is_news & others)).order_by("-decided_at", "pk")
    told = [_Told(*row) for row in found.values_list(*_Told._fields)]
    yield from _waiting(Counter(one.engagement_id for one in told if one.state == State.ASKED), deciding)
    news = [one for one in told if one.decided_at is not None][:_MOST_NEWS]
    yield from (_decided(one, seeing[one.engagement_id]) for one in news)
    yield from _late(visit)


def _waiting(counted: Mapping[int, int], deciding: Mapping[int, Place]) -> Iterator[Item]:
    for engagement_id, count in sorted(counted.items()):
        engagement = deciding[engagement_id].engagement
        sentence = ngettext(
            "%(count)s exclusion waits for your decision", "%(count)s exclusions wait for your decision", count
        ) % {"count": count}
        address = reverse("exclusions:requests", kwargs={"engagement": engagement.slug})
        yield Item(Part.NEEDS, sentence, f"{address}?state=asked", engagement, order=12)


def _decided(one: _Told, place: Place) -> Item:
    sentence = _("Exclusion %(number)s of %(level)s in %(month)s is %(state)s") % {
        "number": one.pk,
        "level": one.level,
        "month": f"{one.month_on:%Y-%m}",
        "state": State(one.state).label,
    }
    address = reverse("exclusions:request", kwargs={"engagement": place.engagement.slug, "exclusion": one.pk})
    return Item(Part.CHANGED, sentence, address, place.engagement, at=one.decided_at, order=40)


def _late(visit: Visit) -> Iterator[Item]:
    """Duties of one's own side whose day has gone by and that nobody noted as met: the latest few."""
    places = visit.where(Duty.NOTE_DUTIES)
    agreed = Version.objects.filter(engagement_id__in=list(places), state=VersionState.AGREED)
    versions = list(agreed.only("engagement_id", "sha256"))
    due = news_of_duties.of(versions, visit.at)
    if not any(due.values()):
        return
    noted = DutyDay.objects.filter(engagement_id__in=list(places), met_at__isnull=False)
    recent = noted.filter(due_on__gte=(visit.at - NEWS).date() - timedelta(days=1))
    met = set(recent.values_list("engagement_id", "duty", "due_on"))
    for version in versions:
        yield from _late_in(places[version.engagement_id], due.get(version.pk, ()), met, visit)


def _late_in(place: Place, duties: Sequence[DueDuty], met: set[tuple[int, str, date]], visit: Visit) -> Iterator[Item]:
    engagement, own = place.engagement, str(side_of(place.role))
    late = [
        one
        for one in duties
        if one.side == own
        and one.ends_at <= int(visit.at.timestamp())
        and (engagement.pk, one.id, one.due_on) not in met
    ]
    for one in late[-_MOST_DUTIES:]:
        sentence = _("%(what)s was due on %(day)s and is not noted as met") % {
            "what": f"{one.id}: {one.what}",
            "day": date_format(one.due_on, "DATE_FORMAT"),
        }
        address = reverse(
            "exclusions:duty",
            kwargs={"engagement": engagement.slug, "duty": one.id, "day": one.due_on.isoformat()},
        )
        at = datetime.fromtimestamp(one.ends_at, UTC)
        yield Item(Part.NEEDS, sentence, address, engagement, at=at, order=42)
