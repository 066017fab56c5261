"""The landing page, an engagement's overview, and the two questions a load balancer asks."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from remit.web.accounts.actors import Actor
from remit.web.accounts.doors import Place, administrator_page, engagement_page, open_page, signed_in_page
from remit.web.accounts.models import Engagement, Membership, Organisation
from remit.web.accounts.places import IN_MENU
from remit.web.accounts.roles import Duty
from remit.web.accounts.today import Item, Part, items_of, visit_of
from remit.web.home.actions import look
from remit.web.home.remembered import seen_by
from remit.web.shared.moments import now

MOST_ENGAGEMENTS = 1_000
_MOST_CARDS = 12


@signed_in_page()
def landing(request: HttpRequest, by: Actor) -> HttpResponse:
    """What needs whoever signed in, what is at risk, what changed since they last looked; and where they work."""
    at = now()
    mine = Engagement.objects.visible_to(by.person).order_by("name")
    since = look(by.person, at=at)
    seen = seen_by(by.person, lambda: visit_of(by, mine[:MOST_ENGAGEMENTS], at=at, since=since), since=since, at=at)
    visit = seen.visit
    shown = visit.places if request.GET.get("all") else visit.places[:_MOST_CARDS]
    in_menu = [place.engagement for place in visit.places[:IN_MENU]]
    _name_parties([*in_menu, *(place.engagement for place in shown[IN_MENU:])])
    request.my_engagements = in_menu  # type: ignore[attr-defined]
    told = {
        "visit": visit,
        "parts": _parts(seen.items),
        "shown": shown,
        "is_new": by.person.is_administrator and not visit.places,
    }
    return render(request, "home/landing.html", told)


@engagement_page(Duty.SEE_ENGAGEMENT)
def overview(request: HttpRequest, place: Place) -> HttpResponse:
    """One engagement: its parties, what needs the reader in it, and the ways on."""
    at = now()
    visit = visit_of(place.actor, [place.engagement], at=at, since=look(place.user, at=at))
    people = Membership.objects.in_engagement(place.engagement).values("user_id").distinct().count()
    return render(request, "home/overview.html", {"parts": _parts(items_of(visit)), "visit": visit, "people": people})


def _name_parties(engagements: Sequence[Engagement]) -> None:
    """Both organisations of each by one query."""
    keys = {key for one in engagements for key in (one.client_id, one.provider_id)}
    found = Organisation.objects.in_bulk(keys)
    for one in engagements:
        one.client, one.provider = found[one.client_id], found[one.provider_id]


def _parts(items: Mapping[Part, list[Item]]) -> dict[str, Any]:
    """By names that a template can ask for."""
    return {str(part): found for part, found in items.items()}


@administrator_page()
def style(request: HttpRequest, _by: Actor) -> HttpResponse:
    """Every part that pages are made of, for whoever writes one."""
    return render(request, "home/style.html", {"cells": ("met", "below", "missed", "none")})


@open_page()
def alive(_request: HttpRequest) -> JsonResponse:
    """Whether the process answers."""
    return JsonResponse({"status": "ok"})


@open_page()
def ready(_request: HttpRequest) -> JsonResponse:
    """Whether the database answers too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
