"""Pages of deadlines: the list, the calendar file, and the address by which a calendar program follows it."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from remit.web.accounts.deadlines import Deadline, deadlines_of
from remit.web.accounts.doors import Place, engagement_page, open_page
from remit.web.accounts.roles import Duty
from remit.web.deadlines.calendars import CONTENT_TYPE, calendar_of
from remit.web.deadlines.following import follow, follower
from remit.web.shared.moments import now


@engagement_page(Duty.SEE_ENGAGEMENT)
def listed(request: HttpRequest, place: Place) -> HttpResponse:
    """What is due and what is over, as far as the reader may know of it."""
    return _shown(request, place)


def _shown(request: HttpRequest, place: Place, *, address: str = "") -> HttpResponse:
    at = now()
    found = [(one, _who(place, one)) for one in deadlines_of(place, at=at)]
    given = {
        "coming": [told for told in found if not told[0].is_over(at)],
        "past": [told for told in reversed(found) if told[0].is_over(at)],
        "address": address,
        "may_follow": place.may(Duty.FOLLOW_DEADLINES),
    }
    response = render(request, "deadlines/listed.html", given)
    if address:
        # The key in it is shown in the answer to the form itself, as any token's is.
        response["Cache-Control"] = "no-store"
    return response


def _who(place: Place, one: Deadline) -> str:
    return "" if one.side is None else place.engagement.organisation_on(one.side).name


@engagement_page(Duty.FOLLOW_DEADLINES, methods=("POST",))
def follow_by_calendar(request: HttpRequest, place: Place) -> HttpResponse:
    """An address for a calendar program, shown once."""
    return _shown(request, place, address=follow(place.engagement, by=place.actor, at=now()))


@engagement_page(Duty.SEE_ENGAGEMENT)
def file(_request: HttpRequest, place: Place) -> HttpResponse:
    """The deadlines as they stand, as a file."""
    response = _calendar(place)
    response["Content-Disposition"] = f'attachment; filename="{place.engagement.slug}-deadlines.ics"'
    return response


@open_page()
def feed(request: HttpRequest, engagement: str) -> HttpResponse:
    """The deadlines as they stand, for the program whose key is in the address; in its person's language and zone."""
    place = follower(request, engagement, at=now())
    with timezone.override(ZoneInfo(place.user.time_zone)), translation.override(place.user.language):
        response = _calendar(place)
    response["Cache-Control"] = "private, no-store"
    return response


def _calendar(place: Place) -> HttpResponse:
    at = now()
    made = calendar_of(place.engagement, deadlines_of(place, at=at), at=at)
    return HttpResponse(made, content_type=CONTENT_TYPE)
