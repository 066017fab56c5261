"""The reader's own language and time zone while a request is answered, and when a session was last used."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from remit.web.accounts.models import User
from remit.web.shared.moments import now

SEEN_EVERY = timedelta(minutes=5)
"""How exactly a session's last use is known: a page costs a write of it at most this often."""
_PROLONGED_EVERY = timedelta(days=1)
_MOST_NOTED = 10_000


class ReaderSettings:
    """Shows instants in the reader's zone and words in the reader's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        with timezone.override(ZoneInfo(user.time_zone)), translation.override(user.language):
            return self.get_response(request)


class LastSeen:
    """Notes when a session was last used, for the list of one's sessions.

    Each process remembers by itself which it noted of late, so that a page costs a write only now and then. Once a day
    the session itself is written, which prolongs it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.noted_at: dict[str, datetime] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.session_key and isinstance(request.user, User):
            at = now()
            self._note(request.session.session_key, at)
            self._prolong(request, request.user, at)
        return response

    def _prolong(self, request: HttpRequest, user: User, at: datetime) -> None:
        """A session that nobody prolonged yet is as old as its signing in."""
        since = user.last_login or at
        prolonged_at = request.session.get("seen_at", since.timestamp())
        if at.timestamp() - prolonged_at >= _PROLONGED_EVERY.total_seconds():
            request.session["seen_at"] = int(at.timestamp())

    def _note(self, session_key: str, at: datetime) -> None:
        noted_at = self.noted_at.get(session_key)
        if noted_at is not None and at - noted_at < SEEN_EVERY:
            return
        if len(self.noted_at) >= _MOST_NOTED:
            self.noted_at.clear()
        self.noted_at[session_key] = at
        UserSession.objects.filter(session_key=session_key).update(last_seen_at=at)
