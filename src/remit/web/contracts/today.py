"""What the contracts room tells on the first page: a version that waits for one's own yes, and key dates near."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty, side_of
from remit.web.accounts.today import Item, Part, Visit
from remit.web.contracts.bridge import near_dates
from remit.web.contracts.models import State, Version

_MOST_DATES = 3
_MOST = 12
"""How many lines of a kind the first page bears."""


def today(visit: Visit) -> Iterator[Item]:
    """Versions on the table, key dates within thirty days, and versions that came in force since the last visit."""
    places = visit.where(Duty.SEE_CONTRACT)
    told = [State.PROPOSED, State.AGREED]
    versions = Version.objects.visible_to(visit.actor.person).filter(engagement__in=places, state__in=told)
    found = list(versions.only("engagement_id", "number", "state", "sha256", "proposed_at", "decided_at"))
    for one in found:
        one.engagement = places[one.engagement_id].engagement
    on_table = [one for one in found if one.state == State.PROPOSED]
    prefetch_related_objects(on_table, "approvals")
    for one in on_table:
        yield from _on_table(one, places[one.engagement_id])
    agreed = [one for one in found if one.state == State.AGREED]
    yield from _came_in_force([one for one in agreed if one.decided_at is not None and one.decided_at >= visit.since])
    approving = visit.where(Duty.APPROVE_CONTRACT)
    yield from _near([one for one in agreed if one.engagement_id in approving], visit)


def _on_table(version: Version, place: Place) -> Iterator[Item]:
    approved = {approval.side for approval in version.approvals.all()}
    address = _address(version)
    if place.may(Duty.APPROVE_CONTRACT) and side_of(place.role) not in approved:
        sentence = _("Version %(number)s of the contract waits for your side’s approval") % {"number": version.number}
        yield Item(Part.NEEDS, sentence, address, version.engagement, at=version.proposed_at, order=10)
    else:
        sentence = _("Version %(number)s of the contract lies on the table") % {"number": version.number}
        yield Item(Part.CHANGED, sentence, address, version.engagement, at=version.proposed_at)


def _came_in_force(versions: Sequence[Version]) -> Iterator[Item]:
    for version in sorted(versions, key=lambda one: str(one.decided_at), reverse=True)[:_MOST]:
        sentence = _("Version %(number)s of the contract is in force") % {"number": version.number}
        yield Item(Part.CHANGED, sentence, _address(version), version.engagement, at=version.decided_at)


def _near(versions: Sequence[Version], visit: Visit) -> Iterator[Item]:
    """The nearest key dates, a few of each contract."""
    near = near_dates.of(versions, visit.at)
    dated = [(one.on, version, one) for version in versions for one in near.get(version.pk, ())[:_MOST_DATES]]
    for on, version, one in sorted(dated, key=lambda told: told[0])[:_MOST]:
        address = reverse("contracts:dates", kwargs={"engagement": version.engagement.slug})
        sentence = _("%(day)s: %(what)s") % {"day": date_format(on, "DATE_FORMAT"), "what": one.what}
        at = datetime.combine(on, time(0), tzinfo=UTC)
        yield Item(Part.NEEDS, sentence, address, version.engagement, at=at, order=40)


def _address(version: Version) -> str:
    return reverse("contracts:version", kwargs={"engagement": version.engagement.slug, "version": version.number})
