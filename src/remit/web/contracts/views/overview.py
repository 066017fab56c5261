"""The contract's first page: what is in force, what lies on the table, what comes next, every version."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from remit.web.accounts.doors import Place, engagement_page
from remit.web.accounts.roles import Duty
from remit.web.contracts.bridge import dates_of, readable_terms, today_in
from remit.web.contracts.models import State, Version
from remit.web.contracts.views.choosing import around
from remit.web.shared.moments import now

_AHEAD = timedelta(days=366)
_MOST_DATES = 8


@engagement_page(Duty.SEE_CONTRACT)
def overview(request: HttpRequest, place: Place) -> HttpResponse:
    """What is agreed, what lies on the table, the next key dates, and every version that both sides have seen."""
    mine = Version.objects.visible_to(place.user)
    versions = list(mine.of(place.engagement).select_related("proposed_by").prefetch_related("approvals__by"))
    agreed = next((one for one in versions if one.state == State.AGREED), None)
    terms = None if agreed is None else readable_terms(agreed)
    values = around(place, "overview", versions=versions, agreed=agreed, terms=terms)
    values["on_table"] = next((one for one in versions if one.state == State.PROPOSED), None)
    values["drafts"] = list(mine.drafts_of(place.engagement).select_related("drafted_by", "based_on"))
    if terms is not None:
        today = today_in(terms, now())
        coming = [one for one in dates_of(terms, first_on=today, last_on=today + _AHEAD) if one.every is None]
        values |= {"coming": coming[:_MOST_DATES], "contract": terms.in_force_on(today), "today": today}
    return render(request, "contracts/overview.html", values)
