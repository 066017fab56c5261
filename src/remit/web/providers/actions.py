"""What people do about sites and legal ids: each side keeps its own."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement, Organisation
from remit.web.accounts.roles import Duty, side_of
from remit.web.providers.models import LegalId, Site
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import NotAllowed, Refusal


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What is told of a site: its zone is an IANA name, countries are ISO codes."""

    name: str
    city: str
    country: str
    time_zone: str
    near: list[str] = field(default_factory=list)


def own_organisation(by: Actor, engagement: Engagement) -> Organisation:
    """The organisation on the actor's side. Raises NotAllowed where the actor does not keep sites there."""
    by.must(Duty.MANAGE_SITES, engagement)
    role = by.role(engagement)
    if role is None:
        raise NotAllowed(_("You stand on neither side of this engagement."))
    return engagement.organisation_on(side_of(role))


def _must_own(organisation_id: int, by: Actor, engagement: Engagement) -> None:
    if own_organisation(by, engagement).pk != organisation_id:
        raise NotAllowed(_("You can keep the sites of your own organisation only."))


def _facts(site: Site) -> Mapping[str, Any]:
    return {name: getattr(site, name) for name in ("name", "city", "country", "time_zone", "near")}


@transaction.atomic
def add_site(facts: SiteFacts, *, engagement: Engagement, by: Actor, at: datetime) -> Site:
    """A site of one's own organisation. Raises Refusal where it has one of that name."""
    organisation = own_organisation(by, engagement)
    _must_be_free(organisation.pk, facts.name)
    site = Site.objects.create(organisation=organisation, **asdict(facts))
    record(Told("providers.site_added", site, engagement.pk, after=_facts(site)), by=by, at=at)
    return site


@transaction.atomic
def change_site(site: Site, facts: SiteFacts, *, engagement: Engagement, by: Actor, at: datetime) -> None:
    """Correct what is told of a site."""
    _must_own(site.organisation_id, by, engagement)
    _must_be_free(site.organisation_id, facts.name, but=site.pk)
    kept = Site.objects.select_for_update().get(pk=site.pk)
    before = _facts(kept)
    Site.objects.filter(pk=site.pk).update(**asdict(facts))
    told = Told("providers.site_changed", site, engagement.pk, before=before, after=asdict(facts))
    record(told, by=by, at=at)


@transaction.atomic
def close_site(site: Site, *, engagement: Engagement, by: Actor, at: datetime) -> None:
    """Nobody works there any more; the site stays on record."""
    _must_own(site.organisation_id, by, engagement)
    if not Site.objects.filter(pk=site.pk, closed_at=None).update(closed_at=at):
        raise Refusal(_("%(name)s is closed already.") % {"name": site})
    record(Told("providers.site_closed", site, engagement.pk, after={"name": site.name}), by=by, at=at)


@transaction.atomic
def reopen_site(site: Site, *, engagement: Engagement, by: Actor, at: datetime) -> None:
    """People work there again."""
    _must_own(site.organisation_id, by, engagement)
    if not Site.objects.filter(pk=site.pk, closed_at__isnull=False).update(closed_at=None):
        raise Refusal(_("%(name)s is open already.") % {"name": site})
    record(Told("providers.site_reopened", site, engagement.pk, after={"name": site.name}), by=by, at=at)


@transaction.atomic
def set_legal_id(kind: str, value: str, *, engagement: Engagement, by: Actor, at: datetime) -> None:
    """Say by which id a register knows one's own organisation; an empty value takes it back."""
    organisation = own_organisation(by, engagement)
    known = LegalId.objects.select_for_update().filter(organisation=organisation, kind=kind).first()
    before = None if known is None else {kind: known.value}
    if (None if known is None else known.value) == (value or None):
        return
    if not value:
        action = "providers.legal_id_removed"
        LegalId.objects.filter(organisation=organisation, kind=kind).delete()
    else:
        action = "providers.legal_id_set"
        LegalId.objects.update_or_create(organisation=organisation, kind=kind, defaults={"value": value})
    after = {kind: value} if value else None
    record(Told(action, organisation, engagement.pk, before=before, after=after), by=by, at=at)


def _must_be_free(organisation_id: int, name: str, but: int = 0) -> None:
    if Site.objects.filter(organisation_id=organisation_id, name__iexact=name).exclude(pk=but).exists():
        raise Refusal(_("There is a site named “%(name)s” already.") % {"name": name}, _("Choose another name."))
