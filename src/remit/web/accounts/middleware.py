"""The reader's own language and time zone while a request is answered, and when a session was last used."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from remit.web.accounts.models import User
from remit.web.shared.moments import now

SEEN_EVERY = timedelta(minutes=5)
"""How exactly a session's last use is known: a page costs a write of it at most this often."""


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
    """Notes when a session was last used, for the list of one's sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.session_key and isinstance(request.user, User):
            self._note(request)
        return response

    def _note(self, request: HttpRequest) -> None:
        at = now()
        seen = request.session.get("seen_at", 0)
        if at.timestamp() - seen < SEEN_EVERY.total_seconds():
            return
        request.session["seen_at"] = int(at.timestamp())
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=at)
