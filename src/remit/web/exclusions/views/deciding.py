"""Pages by which a decision is worked out and taken."""

from django.http import HttpRequest, HttpResponse

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.exclusions import actions
from remit.web.exclusions.forms import DecideForm
from remit.web.exclusions.views.reading import address_of, request_or_404, shown
from remit.web.shared.moments import now
from remit.web.shared.refusals import NotAllowed, Refusal


def _chosen(request: HttpRequest, outcome: str) -> list[str] | None:
    """The keys that are granted: those ticked and those written down; None for all of them."""
    if outcome != "some":
        return None if outcome == "all" else []
    written = [line.strip() for line in request.POST.get("keys", "").splitlines() if line.strip()]
    return list(dict.fromkeys([*request.POST.getlist("key"), *written]))


@engagement_page(Duty.SEE_EXCLUSIONS, methods=("POST",))
def work_out(request: HttpRequest, place: Place, exclusion: int) -> HttpResponse:
    """Work out what granting all of a request, or the records chosen, would do."""
    found = request_or_404(place, exclusion)
    outcome = "some" if request.POST.get("outcome") == "some" else "all"
    effect = actions.ask_for_effect(found, _chosen(request, outcome), by=place.actor, at=now())
    named = f"?effect={effect.pk}" if effect.keys else ""
    return see_other(f"{address_of(place, 'request', found)}{named}#effect")


@engagement_page(Duty.DECIDE_EXCLUSIONS, methods=("POST",))
def decide_request(request: HttpRequest, place: Place, exclusion: int) -> HttpResponse:
    """Grant a request, refuse it, or grant it in part."""
    found = request_or_404(place, exclusion)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return shown(request, place, found, form=form, status=422)
    granted = _chosen(request, form.cleaned_data["outcome"])
    decision = actions.Decision(granted, form.cleaned_data["answer"])
    try:
        actions.decide(found, decision, by=place.actor, at=now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(None, f"{refusal.sentence} {refusal.hint}".strip())
        found.refresh_from_db()
        return shown(request, place, found, form=form, status=refusal.status)
    return see_other(address_of(place, "request", found))
