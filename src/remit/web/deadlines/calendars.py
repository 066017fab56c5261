"""Deadlines as an iCalendar file (RFC 5545), as calendar programs read and follow it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from remit.web.accounts.deadlines import Deadline
from remit.web.accounts.models import Engagement

CONTENT_TYPE = "text/calendar; charset=utf-8"
_LOOK_AGAIN = timedelta(hours=6)


def calendar_of(engagement: Engagement, deadlines: Sequence[Deadline], *, at: datetime) -> bytes:
    """The file: an event a deadline, a day's for what is due on a day, an instant in the contract's zone for the rest.

    An event keeps its UID, so that a program that reads the file again moves it instead of showing it twice. It takes
    no time of anybody's day. The zones are defined in the file itself, over the years its events lie in.
    """
    file = Calendar()
    file.add("prodid", f"-//Remit//{settings.VERSION}//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    name = _("%(name)s: deadlines") % {"name": engagement.name}
    file.add("name", name)
    file.add("x-wr-calname", name)
    file.add("refresh-interval", _LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    for one in deadlines:
        file.add_component(_event(engagement, one, at))
    years = [one.on.year for one in deadlines] or [at.year]
    file.add_missing_timezones(first_date=date(min(years), 1, 1), last_date=date(max(years) + 1, 1, 1))
    return bytes(file.to_ical())


def _event(engagement: Engagement, one: Deadline, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{one.key}@{engagement.slug}.remit")
    event.add("dtstamp", at.replace(microsecond=0))
    event.add("dtstart", one.on if one.at is None else one.at.astimezone(ZoneInfo(one.zone)))
    event.add("summary", one.what)
    event.add("description", "\n".join(_lines(engagement, one)))
    event.add("url", settings.SITE_URL + one.address)
    event.add("categories", [engagement.name])
    event.add("transp", "TRANSPARENT")
    return event


def _lines(engagement: Engagement, one: Deadline) -> list[str]:
    who = _("either side") if one.side is None else engagement.organisation_on(one.side).name
    told = [_("Whose doing: %(who)s") % {"who": who}]
    return [*told, _("Clause: %(clause)s") % {"clause": one.clause}] if one.clause else told
