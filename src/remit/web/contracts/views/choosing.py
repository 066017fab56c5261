"""Which version a page is about, and what every page of the room shows around it."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.contracts.bridge import ContractVersions, readable_terms
from remit.web.contracts.models import State, Version

_PARTS = (
    ("overview", gettext_noop("Overview")),
    ("levels", gettext_noop("Service levels")),
    ("calendars", gettext_noop("Calendars")),
    ("dates", gettext_noop("Key dates")),
    ("compare", gettext_noop("Compare")),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The version a page is about with its terms; both None where nothing can be shown yet."""

    version: Version | None
    terms: ContractVersions | None


def numbered(place: Place, number: int) -> Version:
    """A version both sides have seen; raises Http404."""
    return _found(Version.objects.visible_to(place.user).filter(engagement=place.engagement, number=number))


def own_draft(place: Place, pk: int) -> Version:
    """A draft of one's own side; raises Http404, also for one that is no draft any more."""
    mine = Version.objects.visible_to(place.user).filter(engagement=place.engagement, state=State.DRAFT, pk=pk)
    return _found(mine)


def _found(versions: Any) -> Version:
    related = ("engagement__client", "engagement__provider", "drafted_by", "proposed_by", "decided_by", "based_on")
    version: Version | None = versions.select_related(*related).first()
    if version is None:
        raise Http404(_("There is no such version of the contract."))
    return version


def chosen_version(request: HttpRequest, place: Place) -> Chosen:
    """The version the query names, else the one agreed on, else the newest that was proposed."""
    asked = request.GET.get("version", "")
    if asked:
        if not asked.isascii() or not asked.isdigit() or len(asked) > 9:
            raise Http404(_("There is no such version of the contract."))
        version: Version | None = numbered(place, int(asked))
    else:
        seen = Version.objects.visible_to(place.user)
        version = seen.agreed_of(place.engagement) or seen.of(place.engagement).first()
    return Chosen(version, None if version is None else readable_terms(version))


def around(place: Place, here: str, **more: Any) -> dict[str, Any]:
    """A page's values with the room's own links."""
    at = {"engagement": place.engagement.slug}
    parts = [(_(title), reverse(f"contracts:{name}", kwargs=at), name == here) for name, title in _PARTS]
    return {
        "parts": parts,
        "engagement": place.engagement,
        "may_draft": place.may(Duty.DRAFT_CONTRACT),
        "may_approve": place.may(Duty.APPROVE_CONTRACT),
        **more,
    }
