"""The landing page, and the two questions a load balancer asks."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from remit.web.accounts.actors import Actor
from remit.web.accounts.doors import open_page, signed_in_page
from remit.web.accounts.models import Engagement


@signed_in_page()
def landing(request: HttpRequest, by: Actor) -> HttpResponse:
    """The engagements a person works in."""
    engagements = Engagement.objects.visible_to(by.person).select_related("client", "provider").order_by("name")
    return render(request, "home/landing.html", {"engagements": engagements})


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
