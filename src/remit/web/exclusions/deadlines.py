"""The contract's duties as deadlines: those nobody noted as met."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.urls import reverse

from remit.web.accounts.deadlines import Deadline
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty, Side
from remit.web.contracts.models import Version
from remit.web.exclusions.bridge.duties import due_duties
from remit.web.exclusions.bridge.terms import readable_terms, zone_of
from remit.web.exclusions.models import DutyDay

_BACK = timedelta(days=62)


def duties(place: Place, at: datetime) -> Iterator[Deadline]:
    """The duties of the last two months and the next two: a duty is met in its day, and due when that is over."""
    terms = readable_terms(Version.objects.agreed_of(place.engagement)) if place.may(Duty.SEE_CONTRACT) else None
    if terms is None:
        return
    zone = zone_of(terms)
    today = at.astimezone(zone).date()
    noted = DutyDay.objects.visible_to(place.user).filter(engagement=place.engagement, met_at__isnull=False)
    met = set(noted.values_list("duty", "due_on"))
    for one in due_duties(terms, today):
        if one.due_on < today - _BACK or (one.id, one.due_on) in met:
            continue
        day = one.due_on.isoformat()
        address = reverse("exclusions:duty", kwargs={"engagement": place.engagement.slug, "duty": one.id, "day": day})
        yield Deadline(
            f"duty-{one.id}-{day}",
            f"{one.id}: {one.what}",
            address,
            one.due_on,
            datetime.fromtimestamp(one.ends_at, UTC),
            zone.key,
            Side(one.side),
            one.clause,
        )
