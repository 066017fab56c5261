"""Pages of the contracts room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from remit.web.accounts.doors import Place, engagement_page
from remit.web.accounts.roles import Duty
from remit.web.contracts.models import Version


@engagement_page(Duty.SEE_CONTRACT)
def overview(request: HttpRequest, place: Place) -> HttpResponse:
    """What is agreed, what lies on the table, and every version that both sides have seen."""
    visible = Version.objects.visible_to(place.user)
    return render(request, "contracts/overview.html", {"versions": visible.of(place.engagement)})
