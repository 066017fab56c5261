"""The site's addresses and two more: a page with nothing on it, and one with nothing but the frame."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from remit.web.accounts.actors import Actor
from remit.web.accounts.doors import signed_in_page


@signed_in_page()
def bare(_request: HttpRequest, by: Actor) -> HttpResponse:
    """All that stands before any page: the middleware, the session, who is asking."""
    return HttpResponse(f"<!doctype html><title>Nothing</title><p>{by.person.pk}")


@signed_in_page()
def frame(request: HttpRequest, _by: Actor) -> HttpResponse:
    """The frame with an empty middle, as a bare page of the framework would be rendered."""
    return render(request, "shared/base.html")


urlpatterns = [
    path("bench/bare/", bare),
    path("bench/frame/", frame),
    path("", include("remit.web.urls")),
]
