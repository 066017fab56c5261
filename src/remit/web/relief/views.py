"""Pages of relief: the claims, one with what was measured, asking, deciding."""

from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.contracts.models import Version
from remit.web.relief import actions
from remit.web.relief.bridge.terms import band_of, excused_levels, readable_terms, terms_of_sha256
from remit.web.relief.bridge.working_out import shown
from remit.web.relief.forms import AskForm, DecideForm, ReasonForm
from remit.web.relief.models import OPEN, Claim, State
from remit.web.shared.forms import again
from remit.web.shared.moments import now
from remit.web.shared.refusals import NotAllowed, Refusal

_A_PAGE = 25


def _mine(place: Place) -> Any:
    found = Claim.objects.visible_to(place.user).filter(engagement=place.engagement)
    return found.select_related("engagement__client", "asked_by", "decided_by", "job", "agreed_in")


def _claim_or_404(place: Place, claim: int) -> Claim:
    found: Claim = get_object_or_404(_mine(place), pk=claim)
    return found


def _address(place: Place, view: str, claim: Claim | None = None) -> str:
    more = {} if claim is None else {"claim": claim.pk}
    return reverse(f"relief:{view}", kwargs={"engagement": place.engagement.slug, **more})


def _levels(place: Place) -> dict[str, str] | None:
    """The levels that the agreed contract's forecast terms excuse; None without a contract."""
    terms = readable_terms(Version.objects.agreed_of(place.engagement))
    return None if terms is None else dict(excused_levels(terms))


@engagement_page(Duty.SEE_EXCLUSIONS)
def claims(request: HttpRequest, place: Place) -> HttpResponse:
    """Every claim, the newest month first."""
    levels = _levels(place)
    given = {
        "page": Paginator(_mine(place).order_by("-month_on", "-pk"), _A_PAGE).get_page(request.GET.get("page")),
        "has_contract": levels is not None,
        "levels": levels,
        "may_ask": place.may(Duty.ASK_EXCLUSIONS) and bool(levels),
    }
    return render(request, "relief/claims.html", given)


@engagement_page(Duty.ASK_EXCLUSIONS, methods=("GET", "POST"))
def new(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask for a level's month to be relieved."""
    levels = _levels(place) or {}
    if request.method != "POST":
        initial = {name: request.GET.get(name, "")[:100] for name in ("level", "month")}
        form = AskForm(initial=initial, levels=levels)
        return render(request, "relief/new.html", {"form": form, "levels": levels})
    form = AskForm(request.POST, levels=levels)
    if not form.is_valid():
        return render(request, "relief/new.html", {"form": form, "levels": levels}, status=422)
    told = form.cleaned_data
    try:
        asked = actions.ask(place.engagement, told["level"], told["month"], told["reason"], by=place.actor, at=now())
    except Refusal as refusal:
        return again(request, "relief/new.html", refusal, form=form, levels=levels)
    return see_other(_address(place, "claim", asked))


@engagement_page(Duty.SEE_EXCLUSIONS)
def claim_page(request: HttpRequest, place: Place, claim: int) -> HttpResponse:
    """One claim: the band, whose doing the miss was, the month with and without relief, and the decision."""
    return _shown(request, place, _claim_or_404(place, claim))


def _shown(
    request: HttpRequest, place: Place, found: Claim, *, form: Form | None = None, status: int = 200
) -> HttpResponse:
    may_ask, is_asked = place.may(Duty.ASK_EXCLUSIONS), found.state == State.ASKED
    stale = found.state in (State.DRAWN, *OPEN) and actions.is_stale(found)
    terms = terms_of_sha256(place.engagement, found.contract_sha256) if found.contract_sha256 else None
    given = {
        "found": found,
        "told": None if found.told is None else shown(found.told),
        "band": None if terms is None else band_of(terms, found.month_on),
        "is_stale": stale,
        "is_measuring": found.job is not None and not found.job.is_over,
        "may_see_money": place.may(Duty.SEE_MONEY),
        "can_ask": may_ask and found.state == State.DRAWN,
        "can_withdraw": may_ask and found.state in (State.DRAWN, *OPEN),
        "can_decide": is_asked and place.may(Duty.DECIDE_EXCLUSIONS),
        "can_measure": found.state in (State.DRAWN, *OPEN) and (stale or bool(found.fault)),
        "progress": _address(place, "progress", found),
        "form": form or (DecideForm() if is_asked else ReasonForm()),
    }
    return render(request, "relief/claim.html", given, status=status)


@engagement_page(Duty.SEE_EXCLUSIONS)
def progress(request: HttpRequest, place: Place, claim: int) -> HttpResponse:
    """How far the measuring of a claim is; when it is over, the page is asked to show itself anew."""
    found = _claim_or_404(place, claim)
    if found.job is None:
        raise Http404
    given = {"job": found.job, "address": _address(place, "progress", found)}
    response = render(request, "shared/progress.html", given)
    if found.job.is_over:
        response["HX-Refresh"] = "true"
    return response


@engagement_page(Duty.ASK_EXCLUSIONS, methods=("POST",))
def ask_claim(request: HttpRequest, place: Place, claim: int) -> HttpResponse:
    """Ask for a relief that the site has drawn up."""
    found, form = _claim_or_404(place, claim), ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, place, found, form=form, status=422)
    actions.ask_drawn(found, form.cleaned_data["reason"], by=place.actor, at=now())
    return see_other(_address(place, "claim", found))


@engagement_page(Duty.SEE_EXCLUSIONS, methods=("POST",))
def measure_claim(_request: HttpRequest, place: Place, claim: int) -> HttpResponse:
    """Have a claim measured on what holds now."""
    found = _claim_or_404(place, claim)
    actions.measure_anew(found, by=place.actor, at=now())
    return see_other(_address(place, "claim", found))


@engagement_page(Duty.ASK_EXCLUSIONS, methods=("POST",))
def withdraw_claim(_request: HttpRequest, place: Place, claim: int) -> HttpResponse:
    """Take a claim back."""
    found = _claim_or_404(place, claim)
    actions.withdraw(found, by=place.actor, at=now())
    return see_other(_address(place, "claim", found))


@engagement_page(Duty.DECIDE_EXCLUSIONS, methods=("POST",))
def decide_claim(request: HttpRequest, place: Place, claim: int) -> HttpResponse:
    """Agree to a relief, or refuse it."""
    found, form = _claim_or_404(place, claim), DecideForm(request.POST)
    if not form.is_valid():
        return _shown(request, place, found, form=form, status=422)
    told = form.cleaned_data
    try:
        is_agreed = told["outcome"] == "agree"
        actions.decide(found, is_agreed=is_agreed, answer=told["answer"], by=place.actor, at=now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(None, f"{refusal.sentence} {refusal.hint}".strip())
        found.refresh_from_db()
        return _shown(request, place, found, form=form, status=refusal.status)
    return see_other(_address(place, "claim", found))
