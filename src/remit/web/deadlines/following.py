"""Following an engagement's deadlines by a calendar program: a token that opens nothing but that calendar.

Calendar programs know no other way to sign in than an address. So the key in it is one of its own: of one engagement,
with one duty alone, ending within a year, revocable at /tokens/ like any other, and refused by the API. What it shows
is what its person may see when it is asked; a role that ends takes the calendar with it.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts import tokens
from remit.web.accounts.actors import Actor
from remit.web.accounts.doors import Place, enter
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.shared.api.limits import Limit
from remit.web.shared.requests import address_of, request_id

_HOW_LONG = timedelta(days=365)
_WRONG_KEYS_A_MINUTE = 30
_wrong_keys = Limit()


def follow(engagement: Engagement, *, by: Actor, at: datetime) -> str:
    """A new address by which a calendar program follows an engagement's deadlines; shown this once, kept nowhere."""
    by.must(Duty.FOLLOW_DEADLINES, engagement)
    name = _("Calendar of %(name)s") % {"name": engagement.name}
    asked = tokens.Asked(name[:100], [Duty.FOLLOW_DEADLINES], at + _HOW_LONG, engagement)
    _token, key = tokens.issue(asked, by=by, at=at)
    where = reverse("deadlines:feed", kwargs={"engagement": engagement.slug})
    return f"{settings.SITE_URL}{where}?key={key}"


def follower(request: HttpRequest, slug: str, *, at: datetime) -> Place:
    """The place of whoever's key stands in an address, with the role that person has there now.

    Raises Http404 for every key that opens no calendar of that engagement, be it unknown, ended, another engagement's,
    or a token of the API, which has no business in an address; and TooMany for one wrong key after another.
    """
    address = address_of(request)
    _wrong_keys.must_have_some(address, a_minute=_WRONG_KEYS_A_MINUTE)
    token = tokens.found_by(request.GET.get("key", ""), at)
    if token is None or not token.is_for_calendars:
        _wrong_keys.spend(address, a_minute=_WRONG_KEYS_A_MINUTE)
        raise Http404("There is no such calendar, or its key has ended.")
    actor = Actor(token.user, "page", address, request_id.get(), only_engagement_id=token.engagement_id)
    return enter(actor, slug, Duty.FOLLOW_DEADLINES)
