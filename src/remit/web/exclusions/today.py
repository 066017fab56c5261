"""What the room tells on the first page: requests that wait for one, decisions, late duties."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count
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


def tell(visit: Visit) -> Iterable[Item]:
    """Four queries, whatever the number of engagements."""
    yield from _waiting(visit)
    yield from _decided(visit)
    yield from _late(visit)


def _waiting(visit: Visit) -> Iterator[Item]:
    deciding = visit.where(Duty.DECIDE_EXCLUSIONS)
    asked = ExclusionRequest.objects.filter(engagement_id__in=list(deciding), state=State.ASKED)
    for engagement_id, count in asked.values_list("engagement_id").annotate(Count("pk")).order_by("engagement_id"):
        engagement = deciding[engagement_id].engagement
        sentence = ngettext(
            "%(count)s exclusion waits for your decision", "%(count)s exclusions wait for your decision", count
        ) % {"count": count}
        address = reverse("exclusions:requests", kwargs={"engagement": engagement.slug})
        yield Item(Part.NEEDS, sentence, f"{address}?state=asked", engagement, order=12)


def _decided(visit: Visit) -> Iterator[Item]:
    seeing = visit.where(Duty.SEE_EXCLUSIONS)
    since = ExclusionRequest.objects.filter(
        engagement_id__in=list(seeing), state__in=DECIDED, decided_at__gt=visit.since
    ).exclude(decided_by=visit.actor.person)
    for request in since.order_by("-decided_at")[:20]:
        engagement = seeing[request.engagement_id].engagement
        sentence = _("Exclusion %(number)s of %(level)s in %(month)s is %(state)s") % {
            "number": request.pk,
            "level": request.level,
            "month": request.month,
            "state": State(request.state).label,
        }
        address = reverse("exclusions:request", kwargs={"engagement": engagement.slug, "exclusion": request.pk})
        yield Item(Part.CHANGED, sentence, address, engagement, at=request.decided_at, order=40)


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
