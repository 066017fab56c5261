"""The reader's own language and time zone, for as long as a request is answered."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from remit.web.accounts.models import User


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
