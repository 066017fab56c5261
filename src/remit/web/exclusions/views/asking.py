"""Pages by which one asks, comments, attaches evidence and takes a request back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.contracts.models import Version
from remit.web.exclusions import actions
from remit.web.exclusions.bridge.terms import (
    ContractVersions,
    columns_of,
    level_words,
    levels_with_clauses,
    readable_terms,
    zone_of,
)
from remit.web.exclusions.forms import AskForm, AttachForm
from remit.web.exclusions.views.reading import address_of, request_or_404
from remit.web.shared.forms import again
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

_FROM_LIST = ("level", "month", "clause", "where", "containing", "from_at", "to_at")


@engagement_page(Duty.ASK_EXCLUSIONS, methods=("GET", "POST"))
def new(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask for records to be excluded; a list of records leads here with those chosen, or with its filter."""
    terms = readable_terms(Version.objects.agreed_of(place.engagement))
    clauses = {} if terms is None else levels_with_clauses(terms)
    if terms is None or not clauses:
        return render(request, "exclusions/no_clause.html", {"has_contract": terms is not None})
    form = _form(request, terms)
    shown = {"columns": columns_of(terms)}
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.ask(place.engagement, form.asked(), by=place.actor, at=now())
        except Refusal as refusal:
            return again(request, "exclusions/new.html", refusal, form=form, **shown)
        return see_other(address_of(place, "request", asked))
    return render(request, "exclusions/new.html", {"form": form, **shown}, status=422 if form.errors else 200)


def _form(request: HttpRequest, terms: ContractVersions) -> AskForm:
    names = {level: words.name for level, words in level_words(terms).items()}
    more: dict[str, Any] = {"clauses": levels_with_clauses(terms), "names": names, "zone": zone_of(terms)}
    if request.method == "POST":
        return AskForm(request.POST, request.FILES, **more)
    initial = {name: request.GET.get(name, "")[:4_000] for name in _FROM_LIST}
    initial["keys"] = "\n".join(key[:500] for key in request.GET.getlist("key")[:1_000])
    return AskForm(initial={**initial, "missed_only": request.GET.get("only") == "missed"}, **more)


@engagement_page(Duty.DISCUSS_EXCLUSIONS, methods=("POST",))
def comment(request: HttpRequest, place: Place, exclusion: int) -> HttpResponse:
    """Say something about a request."""
    found = request_or_404(place, exclusion)
    actions.say(found, request.POST.get("text", "")[:4_000], by=place.actor, at=now())
    return see_other(f"{address_of(place, 'request', found)}#said")


@engagement_page(Duty.DISCUSS_EXCLUSIONS, methods=("POST",))
def attach_files(request: HttpRequest, place: Place, exclusion: int) -> HttpResponse:
    """Attach evidence to a request."""
    found = request_or_404(place, exclusion)
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refusal(" ".join(map(str, form.errors["evidence"])))
    actions.attach(found, form.cleaned_data["evidence"], by=place.actor, at=now())
    return see_other(f"{address_of(place, 'request', found)}#evidence")


@engagement_page(Duty.ASK_EXCLUSIONS, methods=("POST",))
def withdraw_request(_request: HttpRequest, place: Place, exclusion: int) -> HttpResponse:
    """Take a request back."""
    found = request_or_404(place, exclusion)
    actions.withdraw(found, by=place.actor, at=now())
    return see_other(address_of(place, "request", found))
