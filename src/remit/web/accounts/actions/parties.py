"""Organisations and the engagements between two of them: an administrator's to make."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement, Membership, Organisation
from remit.web.accounts.roles import Role, Side, side_of
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal


@transaction.atomic
def add_organisation(name: str, *, country: str = "", by: Actor, at: datetime) -> Organisation:
    """A company that takes part: the client or a provider. Raises Refusal where one of that name is there already."""
    by.must_administer()
    if Organisation.objects.filter(name__iexact=name).exists():
        raise Refusal(_("There is an organisation named “%(name)s” already.") % {"name": name})
    organisation = Organisation.objects.create(name=name, slug=_free_slug(Organisation, name), country=country.upper())
    told = {"name": name, "slug": organisation.slug, "country": organisation.country}
    record(Told("accounts.organisation_added", organisation, after=told), by=by, at=at)
    return organisation


@dataclass(frozen=True, slots=True)
class Opening:
    """An engagement to be opened; `contract_id` is the id that its contract file gives itself, else the slug."""

    client: Organisation
    provider: Organisation
    name: str
    contract_id: str = ""


@transaction.atomic
def open_engagement(opening: Opening, *, by: Actor, at: datetime) -> Engagement:
    """The record between a client and a provider. Raises Refusal where it would not be between two, or is there."""
    by.must_administer()
    if opening.client == opening.provider:
        raise Refusal(_("Client and provider are the same organisation."), _("Choose two."))
    # Locked against a role in the whole of one of them, given at the same time.
    list(
        Organisation.objects.select_for_update().filter(pk__in=[opening.client.pk, opening.provider.pk]).order_by("pk")
    )
    _must_stand_on(opening.client, Side.CLIENT)
    _must_stand_on(opening.provider, Side.PROVIDER)
    slug = _free_slug(Engagement, opening.name)
    contract_id = opening.contract_id or slug
    if Engagement.objects.filter(contract_id=contract_id).exists():
        raise Refusal(_("The contract id “%(id)s” belongs to another engagement.") % {"id": contract_id})
    engagement = Engagement.objects.create(
        client=opening.client,
        provider=opening.provider,
        name=opening.name,
        slug=slug,
        contract_id=contract_id,
        created_at=at,
    )
    told = {
        "name": opening.name,
        "slug": slug,
        "contract_id": contract_id,
        "client": opening.client.name,
        "provider": opening.provider.name,
    }
    record(Told("accounts.engagement_opened", engagement, engagement.pk, after=told), by=by, at=at)
    return engagement


def _must_stand_on(organisation: Organisation, side: Side) -> None:
    """A role held in a whole organisation would otherwise be one of the other side here."""
    wide = Membership.objects.filter(organisation=organisation, engagement=None)
    if any(side_of(Role(role)) is not side for role in wide.values_list("role", flat=True)):
        raise Refusal(
            _("People of %(name)s hold roles of the other side in all of its engagements.") % {"name": organisation},
            _("Give them roles in single engagements first."),
        )


def _free_slug(model: type[Model], name: str) -> str:
    """A short name for addresses that nothing else bears."""
    stem = slugify(name)[:70] or "unnamed"
    slugs = [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
    taken = set(model._default_manager.filter(slug__in=slugs).values_list("slug", flat=True))  # noqa: SLF001
    return next(slug for slug in slugs if slug not in taken)
