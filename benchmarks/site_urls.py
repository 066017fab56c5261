"""The site's addresses and three more: a page with nothing on it, one with nothing but the frame, and a deed."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from remit.web.accounts.actors import Actor
from remit.web.accounts.doors import signed_in_page
from remit.web.shared.audit import Told, record
from remit.web.shared.moments import now


@signed_in_page()
def bare(_request: HttpRequest, by: Actor) -> HttpResponse:
    """All that stands before any page: the middleware, the session, who is asking."""
    return HttpResponse(f"<!doctype html><title>Nothing</title><p>{by.person.pk}")


@signed_in_page()
def frame(request: HttpRequest, _by: Actor) -> HttpResponse:
    """The frame with an empty middle, as a bare page of the framework would be rendered."""
    return render(request, "shared/base.html")


@signed_in_page()
def deed(_request: HttpRequest, by: Actor) -> HttpResponse:
    """Something done, as its audit entry tells it: whatever was kept in mind until something happens is no longer."""
    with transaction.atomic():
        record(Told("benchmark.deed", by.person, None), by=by, at=now())
    return HttpResponse("done")


urlpatterns = [
    path("bench/deed/", deed),
    path("bench/bare/", bare),
    path("bench/frame/", frame),
    path("", include("remit.web.urls")),
]
