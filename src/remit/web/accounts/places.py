"""What every page's frame shows: the engagements a person can enter, and the one the person stands in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.navigation import Frame, frame_of, site_links_of

IN_MENU = 51
"""One more than the menu shows: it then leads to all of them."""


def places(request: HttpRequest) -> dict[str, Any]:
    """The frame's values; the list of engagements costs a query only where a page shows it and has none at hand."""
    user = getattr(request, "user", None)
    visible = getattr(request, "my_engagements", None) or SimpleLazyObject(
        lambda: (
            list(Engagement.objects.visible_to(user).select_related("client", "provider").order_by("name")[:IN_MENU])
            if isinstance(user, User)
            else []
        )
    )
    place = getattr(request, "place", None)
    return {
        "place": place,
        "frame": frame_of(place, request.path) if place is not None else Frame(),
        "site_links": site_links_of(user, request.path) if isinstance(user, User) else (),
        "my_engagements": visible,
        "remit_version": settings.VERSION,
    }
