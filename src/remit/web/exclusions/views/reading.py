"""Pages that show requests: the list, one with its records and what it would do, its files, and the agreed list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header

from remit.web.accounts.doors import Place, engagement_page
from remit.web.accounts.figures import Figure, notes_on
from remit.web.accounts.roles import Duty
from remit.web.contracts.models import Version
from remit.web.exclusions.actions.deciding import effect_shown, is_stale
from remit.web.exclusions.bridge.agreed import agreed_waivers
from remit.web.exclusions.bridge.evidence import waivers_text
from remit.web.exclusions.bridge.terms import levels_with_clauses, readable_terms
from remit.web.exclusions.bridge.working_out import ShownEffect, shown_effect
from remit.web.exclusions.forms import AttachForm, DecideForm, FilterForm, RemarkForm
from remit.web.exclusions.models import AgreedList, Effect, ExclusionRequest, RequestedRecord, State

_A_PAGE = 25
MOST_SHOWN = 200
"""How many records of a request its page lists; the rest are named by their keys."""


def mine(place: Place) -> Any:
    """The requests of an engagement that somebody may see."""
    found = ExclusionRequest.objects.visible_to(place.user).filter(engagement=place.engagement)
    return found.select_related("engagement__client", "asked_by", "decided_by", "duty_day", "job", "agreed_in")


def request_or_404(place: Place, exclusion: int) -> ExclusionRequest:
    """A request of this engagement."""
    found: ExclusionRequest = get_object_or_404(mine(place), pk=exclusion)
    return found


def address_of(place: Place, view: str, request: ExclusionRequest | None = None) -> str:
    """An address of this room."""
    more = {} if request is None else {"exclusion": request.pk}
    return reverse(f"exclusions:{view}", kwargs={"engagement": place.engagement.slug, **more})


@engagement_page(Duty.SEE_EXCLUSIONS)
def requests(request: HttpRequest, place: Place) -> HttpResponse:
    """Every request, the newest first, narrowed by state, level and month."""
    wanted = FilterForm(request.GET or None)
    listed = mine(place).order_by("-pk")
    if wanted.is_valid():
        told = wanted.cleaned_data
        given = {"state": told["state"], "level": told["level"].strip(), "month_on": told["month"]}
        listed = listed.filter(**{name: value for name, value in given.items() if value})
    terms = readable_terms(Version.objects.agreed_of(place.engagement))
    given_to_page = {
        "page": Paginator(listed, _A_PAGE).get_page(request.GET.get("page")),
        "filter": wanted,
        "is_filtered": any(request.GET.get(name) for name in ("state", "level", "month")),
        "may_ask": place.may(Duty.ASK_EXCLUSIONS),
        "has_clause": terms is not None and bool(levels_with_clauses(terms)),
        "has_contract": terms is not None,
        "agreed": AgreedList.objects.newest_of(place.engagement),
        "may_export": place.may(Duty.EXPORT) and place.may(Duty.SEE_RECORDS),
    }
    return render(request, "exclusions/requests.html", given_to_page)


@dataclass(frozen=True, slots=True)
class EffectShown:
    """What granting would do, as a page shows it: worked out, being worked out, or not to be had."""

    effect: Effect
    told: ShownEffect | None
    is_stale: bool
    count: int


def told_effect(effect: Effect | None, request: ExclusionRequest) -> EffectShown | None:
    """An effect of granting a request, as a page shows it."""
    if effect is None:
        return None
    told = shown_effect(effect.told) if effect.told is not None else None
    stale = request.is_open and told is not None and is_stale(effect)
    return EffectShown(effect, told, stale, len(effect.keys) or request.count)


@engagement_page(Duty.SEE_EXCLUSIONS)
def request_page(request: HttpRequest, place: Place, exclusion: int) -> HttpResponse:
    """One request: its records, its clause and reason, what it would do, what was said, and the decision."""
    found = request_or_404(place, exclusion)
    return shown(request, place, found)


def shown(
    request: HttpRequest, place: Place, found: ExclusionRequest, *, form: DecideForm | None = None, status: int = 200
) -> HttpResponse:
    """A request's page, with a form as it was filled in where one is given."""
    effects = [effect_shown(found), _chosen_effect(request, found)]
    effect, chosen = (told_effect(one, found) for one in effects)
    records = _records(place, found)
    figure = Figure("exclusion", found.month, str(found.pk))
    given = {
        "found": found,
        "notes": notes_on(place, [figure])[figure],
        "span": [_instant(found.choice[name]) for name in ("from_at", "to_at")],
        "records": records,
        "more": max(0, found.count - len(records)),
        "ticked": set(request.POST.getlist("key")),
        "may_see_records": place.may(Duty.SEE_RECORDS),
        "may_see_money": place.may(Duty.SEE_MONEY),
        "can_decide": found.state == State.ASKED and place.may(Duty.DECIDE_EXCLUSIONS),
        "can_withdraw": found.is_open and place.may(Duty.ASK_EXCLUSIONS),
        "can_work_out": found.state == State.ASKED,
        "may_discuss": place.may(Duty.DISCUSS_EXCLUSIONS),
        "effect": effect,
        "chosen": chosen,
        "progress": address_of(place, "progress", found),
        "remarks": list(found.remarks.select_related("by").order_by("pk")),
        "files": list(found.files.select_related("by").defer("content").order_by("pk")),
        "decide": form or DecideForm(initial={"outcome": "all"}),
        "remark": RemarkForm(),
        "attach": AttachForm(),
    }
    return render(request, "exclusions/request.html", given, status=status)


def _instant(at: int | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)


def _chosen_effect(request: HttpRequest, found: ExclusionRequest) -> Effect | None:
    """The effect of some of the records that the address names."""
    named = request.GET.get("effect", "")
    if not named.isdecimal() or len(named) > 18:
        return None
    chosen = Effect.objects.filter(pk=int(named), request=found).exclude(keys=[]).select_related("job")
    effect: Effect | None = chosen.first()
    return effect


def _records(place: Place, found: ExclusionRequest) -> Sequence[RequestedRecord]:
    if not place.may(Duty.SEE_RECORDS):
        return []
    return list(found.records.order_by("position")[:MOST_SHOWN])


@engagement_page(Duty.SEE_EXCLUSIONS)
def progress(request: HttpRequest, place: Place, exclusion: int) -> HttpResponse:
    """How far the work on a request is; when it is over, the page is asked to show itself anew."""
    found = request_or_404(place, exclusion)
    effects = Effect.objects.filter(request=found, done_at=None).select_related("job").order_by("pk")
    jobs = [found.job, *(one.job for one in effects)]
    job = next((one for one in jobs if one is not None and not one.is_over), None)
    given = {"job": job or found.job, "address": address_of(place, "progress", found)}
    if given["job"] is None:
        raise Http404
    response = render(request, "shared/progress.html", given)
    if job is None:
        response["HX-Refresh"] = "true"
    return response


@engagement_page(Duty.SEE_EXCLUSIONS)
def evidence_file(_request: HttpRequest, place: Place, exclusion: int, attachment: int) -> HttpResponse:
    """A file of evidence, to be kept and not to be opened in the browser."""
    found = get_object_or_404(request_or_404(place, exclusion).files, pk=attachment)
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    told = content_disposition_header(as_attachment=True, filename=found.name)
    response["Content-Disposition"] = told or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@engagement_page(Duty.SEE_RECORDS)
def agreed_file(_request: HttpRequest, place: Place) -> HttpResponse:
    """The waivers agreed on now, as `remit settle --waivers` reads them."""
    place.actor.must(Duty.EXPORT, place.engagement)
    response = HttpResponse(waivers_text(agreed_waivers(place.engagement)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{place.engagement.slug}-waivers.csv"'
    return response
