"""Which run a page shows: the newest, or the one its address names; and how its links keep to it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse

from remit.web.accounts.doors import Place
from remit.web.performance.bridge.kept import StatementContext, words_of
from remit.web.performance.bridge.showing import first_day, is_month
from remit.web.performance.models import Run


@dataclass(frozen=True)
class ShownRun:
    """A run as a page shows it; `is_named` says that the address asked for it rather than for the newest."""

    run: Run
    words: StatementContext
    place: Place
    is_named: bool

    def link(self, view: str, query: dict[str, Any] | None = None, **rest: str) -> str:
        """The address of another page about the same run."""
        asked = {"run": self.run.pk} if self.is_named else {}
        asked |= {name: value for name, value in (query or {}).items() if value}
        address = reverse(f"performance:{view}", kwargs={"engagement": self.place.engagement.slug, **rest})
        return f"{address}?{urlencode(asked)}" if asked else address


def run_shown(request: HttpRequest, place: Place) -> ShownRun | None:
    """The run a page is asked for, of this engagement alone; None where nothing was measured yet."""
    named = request.GET.get("run", "")
    if not named:
        newest = Run.objects.newest_of(place.engagement)
        return None if newest is None else ShownRun(newest, words_of(newest.words), place, is_named=False)
    run = (
        Run.objects.filter(pk=int(named), engagement=place.engagement, is_measured=True).first()
        if (named.isdecimal() and len(named) < 19)
        else None
    )
    if run is None:
        raise Http404("There is no such run of this engagement.")
    return ShownRun(run, words_of(run.words), place, is_named=True)


def run_or_404(request: HttpRequest, place: Place) -> ShownRun:
    """The run a page is asked for; a page that has nothing to show without one is not there."""
    found = run_shown(request, place)
    if found is None:
        raise Http404("Nothing was measured yet.")
    return found


def month_or_404(text: str) -> date:
    """The first day of a month in an address."""
    if not is_month(text):
        raise Http404("Write the month as 2026-03.")
    return first_day(text)
