"""Pages of the contract's duties: what was due when, how late it was met, and the relief that follows."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.contracts.models import Version
from remit.web.exclusions import actions
from remit.web.exclusions.actions.duties import due_duty
from remit.web.exclusions.bridge.duties import DueDuty, due_duties, late_text, reliefs
from remit.web.exclusions.bridge.terms import ContractVersions, readable_terms, zone_of
from remit.web.exclusions.forms import MetForm
from remit.web.exclusions.models import DutyDay, ExclusionRequest
from remit.web.shared.forms import again
from remit.web.shared.moments import now
from remit.web.shared.refusals import NotAllowed, Refusal

_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A dated duty with what is known of it; `state` is one of met, late, missed (not met yet) and coming."""

    due: DueDuty
    day: DutyDay | None
    state: str
    late: str
    address: str

    @property
    def style(self) -> str:
        """Its look."""
        return {"met": "met", "late": "below", "missed": "missed"}.get(self.state, "none")


def _row(due: DueDuty, day: DutyDay | None, terms: ContractVersions, place: Place, at: datetime) -> Row:
    met_at = None if day is None else day.met_at
    late = late_text(terms, due, met_at or at)
    states = ("missed", "coming") if met_at is None else ("late", "met")
    return Row(due, day, states[0] if late else states[1], late, _address(place, "duty", due))


def _address(place: Place, view: str, due: DueDuty) -> str:
    slug, day = place.engagement.slug, due.due_on.isoformat()
    return reverse(f"exclusions:{view}", kwargs={"engagement": slug, "duty": due.id, "day": day})


def _days(place: Place) -> dict[tuple[str, date], DutyDay]:
    known = DutyDay.objects.visible_to(place.user).filter(engagement=place.engagement).select_related("noted_by")
    return {(one.duty, one.due_on): one for one in known}


@engagement_page(Duty.SEE_CONTRACT)
def listed(request: HttpRequest, place: Place) -> HttpResponse:
    """The duties of both sides, the latest first: met, late, missed, or still to come."""
    terms, at = readable_terms(Version.objects.agreed_of(place.engagement)), now()
    side = request.GET.get("side", "")
    every = () if terms is None else due_duties(terms, at.astimezone(zone_of(terms)).date())
    wanted = [one for one in reversed(every) if side not in ("client", "provider") or one.side == side]
    page = Paginator(wanted, _A_PAGE).get_page(request.GET.get("page"))
    days = _days(place)
    rows = [_row(one, days.get((one.id, one.due_on)), terms, place, at) for one in page] if terms is not None else []
    given = {"page": page, "rows": rows, "side": side, "has_contract": terms is not None}
    return render(request, "exclusions/duties.html", given)


@dataclass(frozen=True)
class _Here:
    """A duty that a page is about."""

    terms: ContractVersions
    due: DueDuty
    at: datetime


def _here(place: Place, duty: str, day: str) -> _Here:
    terms, at = readable_terms(Version.objects.agreed_of(place.engagement)), now()
    try:
        due_on = date.fromisoformat(day)
    except ValueError:
        raise Http404("Write the day as 2026-03-05.") from None
    if terms is None:
        raise Http404("No version of the contract is agreed yet.")
    try:
        return _Here(terms, due_duty(terms, duty, due_on, at), at)
    except Refusal as refusal:
        raise Http404(refusal.sentence) from None


@engagement_page(Duty.SEE_CONTRACT)
def one(request: HttpRequest, place: Place, duty: str, day: str) -> HttpResponse:
    """One duty on its day: whether and when it was met, and what its delay excuses."""
    here = _here(place, duty, day)
    form = MetForm(zone=zone_of(here.terms))
    return render(request, "exclusions/duty.html", {**_given(place, here), "form": form})


def _given(place: Place, here: _Here) -> dict[str, Any]:
    known = DutyDay.objects.visible_to(place.user).filter(engagement=place.engagement, duty=here.due.id)
    day = known.filter(due_on=here.due.due_on).select_related("noted_by").first()
    row = _row(here.due, day, here.terms, place, here.at)
    until = day.met_at if day is not None and day.met_at is not None else here.at
    requests: Any = ExclusionRequest.objects.visible_to(place.user).filter(duty_day=day).order_by("pk") if day else ()
    return {
        "row": row,
        "due": here.due,
        "ends_at": datetime.fromtimestamp(here.due.ends_at, UTC),
        "reliefs": reliefs(here.terms, here.due, until) if here.due.gives_relief else (),
        "requests": list(requests) if place.may(Duty.SEE_EXCLUSIONS) else [],
        "may_note": place.may(Duty.NOTE_DUTIES),
        "can_ask": row.state == "missed" and bool(here.due.gives_relief) and place.may(Duty.ASK_EXCLUSIONS),
        "note_address": _address(place, "note_duty", here.due),
        "relief_address": _address(place, "relief", here.due),
    }


@engagement_page(Duty.NOTE_DUTIES, methods=("POST",))
def note(request: HttpRequest, place: Place, duty: str, day: str) -> HttpResponse:
    """Note when a duty was met."""
    here = _here(place, duty, day)
    form = MetForm(request.POST, zone=zone_of(here.terms))
    if not form.is_valid():
        return render(request, "exclusions/duty.html", {**_given(place, here), "form": form}, status=422)
    met = actions.Met(form.cleaned_data["met_at"], form.cleaned_data["evidence"])
    try:
        actions.note_duty(place.engagement, here.due, met, by=place.actor, at=here.at)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return again(request, "exclusions/duty.html", refusal, form=form, **_given(place, here))
    return see_other(_address(place, "duty", here.due))


@engagement_page(Duty.ASK_EXCLUSIONS, methods=("POST",))
def relief(_request: HttpRequest, place: Place, duty: str, day: str) -> HttpResponse:
    """Ask for the relief of a duty that is late and not met."""
    here = _here(place, duty, day)
    actions.ask_for_relief(place.engagement, here.due, by=place.actor, at=here.at)
    return see_other(_address(place, "duty", here.due))
