"""What the contracts room tells on the first page: a version that waits for one's own yes, and key dates near."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty, side_of
from remit.web.accounts.today import Item, Part, Visit
from remit.web.contracts.bridge import KeyDate, near_dates
from remit.web.contracts.models import State, Version

_NEAR = timedelta(days=30)
_MOST_DATES = 3
_MOST_NEWS = 12


def today(visit: Visit) -> Iterator[Item]:
    """Versions on the table, key dates within thirty days, and versions that came in force since the last visit."""
    places = visit.where(Duty.SEE_CONTRACT)
    told = [State.PROPOSED, State.AGREED]
    versions = Version.objects.visible_to(visit.actor.person).filter(engagement__in=places, state__in=told)
    found = list(versions)
    for one in found:
        one.engagement = places[one.engagement_id].engagement
    prefetch_related_objects([one for one in found if one.state == State.PROPOSED], "approvals")
    approving = visit.where(Duty.APPROVE_CONTRACT)
    held = [one for one in found if one.state == State.AGREED and one.engagement_id in approving]
    near = near_dates(held, visit.at, within=_NEAR)
    found.sort(key=lambda one: one.decided_at or visit.at, reverse=True)
    news = [one.pk for one in found if one.state == State.AGREED][:_MOST_NEWS]
    for version in found:
        if version.state == State.PROPOSED:
            yield from _on_table(version, places[version.engagement_id])
        else:
            yield from _in_force(version, near.get(version.pk, ()), visit.since if version.pk in news else visit.at)


def _on_table(version: Version, place: Place) -> Iterator[Item]:
    approved = {approval.side for approval in version.approvals.all()}
    address = _address(version)
    if place.may(Duty.APPROVE_CONTRACT) and side_of(place.role) not in approved:
        sentence = _("Version %(number)s of the contract waits for your side’s approval") % {"number": version.number}
        yield Item(Part.NEEDS, sentence, address, version.engagement, at=version.proposed_at, order=10)
    else:
        sentence = _("Version %(number)s of the contract lies on the table") % {"number": version.number}
        yield Item(Part.CHANGED, sentence, address, version.engagement, at=version.proposed_at)


def _in_force(version: Version, near: Sequence[KeyDate], since: datetime) -> Iterator[Item]:
    if version.decided_at is not None and version.decided_at >= since:
        sentence = _("Version %(number)s of the contract is in force") % {"number": version.number}
        yield Item(Part.CHANGED, sentence, _address(version), version.engagement, at=version.decided_at)
    for one in near[:_MOST_DATES]:
        address = reverse("contracts:dates", kwargs={"engagement": version.engagement.slug})
        sentence = _("%(day)s: %(what)s") % {"day": date_format(one.on, "DATE_FORMAT"), "what": one.what}
        at = datetime.combine(one.on, time(0), tzinfo=UTC)
        yield Item(Part.NEEDS, sentence, address, version.engagement, at=at, order=40)


def _address(version: Version) -> str:
    return reverse("contracts:version", kwargs={"engagement": version.engagement.slug, "version": version.number})
