"""The contract's key dates as deadlines; duties that come again and again are told by the room that notes them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from django.urls import reverse

from remit.web.accounts.deadlines import Deadline
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty, Side
from remit.web.contracts.bridge import dates_of, readable_terms, today_in
from remit.web.contracts.models import Version

_BACK, _AHEAD = timedelta(days=62), timedelta(days=3 * 366)


def key_dates(place: Place, at: datetime) -> Iterator[Deadline]:
    """The dates of the last two months and the next three years that stand by themselves."""
    terms = readable_terms(Version.objects.agreed_of(place.engagement)) if place.may(Duty.SEE_CONTRACT) else None
    if terms is None:
        return
    today, zone = today_in(terms, at), terms.latest.zone.key
    address = reverse("contracts:dates", kwargs={"engagement": place.engagement.slug})
    for one in dates_of(terms, first_on=today - _BACK, last_on=today + _AHEAD):
        if one.every is None and one.kind != "obligation":
            key = sha256(f"{one.kind} {one.what} {one.on}".encode()).hexdigest()[:24]
            side = None if one.side is None else Side(one.side)
            yield Deadline(f"date-{key}", one.what, address, one.on, zone=zone, side=side, clause=one.clause or "")
