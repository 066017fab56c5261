"""What home keeps: when somebody looked. It is no deed in the business and leaves no audit entry."""

from datetime import datetime, timedelta

from django.db.models import F

from remit.web.accounts.models import User
from remit.web.home.models import LastLook

ONE_LOOK = timedelta(minutes=30)
"""Opening the page again within this time is still the same look: news don't vanish by a reload."""

FIRST_SPAN = timedelta(days=14)
"""How far back the news of somebody's very first look go."""


def look(user: User, *, at: datetime) -> datetime:
    """Note that somebody looks at the first page; from when on something is news to them."""
    seen, is_first = LastLook.objects.get_or_create(user=user, defaults={"latest_at": at, "before_at": at - FIRST_SPAN})
    if is_first or at - seen.latest_at <= ONE_LOOK / 10:
        return _before(seen)
    mine = LastLook.objects.filter(user=user)
    if not mine.filter(latest_at__lt=at - ONE_LOOK).update(before_at=F("latest_at"), latest_at=at):
        mine.filter(latest_at__lt=at - ONE_LOOK / 10).update(latest_at=at)
    seen.refresh_from_db()
    return _before(seen)


def _before(seen: LastLook) -> datetime:
    before: datetime = seen.before_at
    return before
