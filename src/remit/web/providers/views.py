"""The sites of an engagement's two sides, and the ids by which registers know the parties."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.models import Organisation
from remit.web.accounts.roles import Duty, Side, side_of
from remit.web.providers import actions
from remit.web.providers.forms import LegalIdForm, SiteForm
from remit.web.providers.models import LegalId, Site
from remit.web.shared.countries import countries
from remit.web.shared.forms import again
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal


def _address(place: Place) -> str:
    return reverse("providers:sites", kwargs={"engagement": place.engagement.slug})


@engagement_page(Duty.SEE_ENGAGEMENT)
def sites(request: HttpRequest, place: Place) -> HttpResponse:
    """Both parties: who they are, and where their people work, near or far from the client."""
    found = list(Site.objects.visible_to(place.user).of(place.engagement).order_by("name"))
    ids = list(LegalId.objects.visible_to(place.user).order_by("kind"))
    own = place.engagement.organisation_on(side_of(place.role))
    parties = [_party(place, place.engagement.organisation_on(side), found, ids) for side in Side]
    shown = {"parties": parties, "own": own if place.may("manage_sites") else None}
    return render(request, "providers/sites.html", shown)


def _party(place: Place, party: Organisation, sites: list[Site], ids: list[LegalId]) -> dict[str, object]:
    return {
        "organisation": party,
        "country": countries().get(party.country, ""),
        "sites": [
            (one, one.distance_from(place.engagement.client)) for one in sites if one.organisation_id == party.pk
        ],
        "ids": [one for one in ids if one.organisation_id == party.pk],
    }


def _facts(form: SiteForm) -> actions.SiteFacts:
    return actions.SiteFacts(**form.cleaned_data)


@engagement_page(Duty.MANAGE_SITES, methods=("GET", "POST"))
def add_site(request: HttpRequest, place: Place) -> HttpResponse:
    """A site of one's own organisation."""
    form = SiteForm(request.POST or None)
    if not form.is_valid():
        return render(request, "providers/site.html", {"form": form})
    try:
        actions.add_site(_facts(form), engagement=place.engagement, by=place.actor, at=now())
    except Refusal as refusal:
        return again(request, "providers/site.html", refusal, form=form)
    messages.success(request, _("The site is added."))
    return see_other(_address(place))


def _own_site(place: Place, number: int) -> Site:
    own = place.engagement.organisation_on(side_of(place.role))
    found: Site = get_object_or_404(Site.objects.visible_to(place.user), pk=number, organisation=own)
    return found


@engagement_page(Duty.MANAGE_SITES, methods=("GET", "POST"))
def site(request: HttpRequest, place: Place, site: int) -> HttpResponse:
    """Correct what is told of a site of one's own."""
    found = _own_site(place, site)
    known = {name: getattr(found, name) for name in ("name", "city", "country", "time_zone", "near")}
    form = SiteForm(request.POST or None, initial=known)
    if not form.is_valid():
        return render(request, "providers/site.html", {"form": form, "site": found})
    try:
        actions.change_site(found, _facts(form), engagement=place.engagement, by=place.actor, at=now())
    except Refusal as refusal:
        return again(request, "providers/site.html", refusal, form=form, site=found)
    messages.success(request, _("Saved."))
    return see_other(_address(place))


_DEEDS = {"close": actions.close_site, "reopen": actions.reopen_site}


@engagement_page(Duty.MANAGE_SITES, methods=("POST",))
def turn_site(request: HttpRequest, place: Place, site: int, deed: str) -> HttpResponse:
    """Close a site of one's own, or open it again."""
    if deed not in _DEEDS:
        raise Http404
    _DEEDS[deed](_own_site(place, site), engagement=place.engagement, by=place.actor, at=now())
    messages.success(request, _("Done."))
    return see_other(_address(place))


@engagement_page(Duty.MANAGE_SITES, methods=("GET", "POST"))
def legal_id(request: HttpRequest, place: Place) -> HttpResponse:
    """Set an id by which a register knows one's own organisation."""
    form = LegalIdForm(request.POST or None)
    if not form.is_valid():
        return render(request, "providers/legal_id.html", {"form": form})
    given = form.cleaned_data
    actions.set_legal_id(given["kind"], given["value"], engagement=place.engagement, by=place.actor, at=now())
    messages.success(request, _("Saved."))
    return see_other(_address(place))
