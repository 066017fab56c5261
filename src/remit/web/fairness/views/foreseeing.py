"""The page about how the month will end, level by level."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from remit.web.accounts.doors import Place, engagement_page
from remit.web.accounts.roles import Duty
from remit.web.fairness.bridge.showing import forecast_shown
from remit.web.fairness.models import Look
from remit.web.fairness.views.looks import shown


@engagement_page(Duty.SEE_PERFORMANCE)
def forecast(request: HttpRequest, place: Place) -> HttpResponse:
    """Each level's chance to end the month met, the least likely first; and how the forecast did before."""
    here = shown(place)
    rows = []
    if here.look is not None and here.words is not None:
        listed = sorted(here.look.forecasts.all(), key=lambda one: (float(one.chance), one.position))
        rows = [forecast_shown(one, here.words) for one in listed]
    days = here.look.forecasts.values_list("days_left", flat=True).first() if here.look is not None else None
    given = {"here": here, "rows": rows, "days_left": days, "as_of": _as_of(here.look)}
    return render(request, "fairness/forecast.html", given)


def _as_of(look: Look | None) -> datetime | None:
    """The instant the facts reach to, in the contract's zone."""
    if look is None or look.run.as_of is None:
        return None
    return datetime.fromtimestamp(look.run.as_of, UTC).astimezone(ZoneInfo(look.run.zone or "UTC"))


@engagement_page(Duty.SEE_PERFORMANCE)
def progress(request: HttpRequest, place: Place) -> HttpResponse:
    """How far a look is; when it is over, the page is asked to show itself anew."""
    here = shown(place)
    response = render(request, "fairness/look_progress.html", {"here": here})
    if here.job is None or here.job.is_over:
        response["HX-Refresh"] = "true"
    return response
