"""Each request's id, and one log line about how it ended."""

import logging
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from ipaddress import ip_address
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request being answered, for log lines and audit entries."""

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = logging.getLogger("remit.web")


class RequestLog:
    """Gives a request its id (the caller's, where it is a plain word) and logs method, path, status and time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        name = given if _GIVEN_ID.fullmatch(given) else uuid4().hex
        token = request_id.set(name)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = name
            # The path without its query: a query may hold what somebody searched for.
            facts = {"method": request.method, "path": request.path, "status": response.status_code}
            facts["milliseconds"] = round((time.perf_counter() - began) * 1000)
            user = getattr(request, "user", None)
            facts["user"] = getattr(user, "pk", None)
            _log.info("request", extra={"facts": facts})
            return response
        finally:
            request_id.reset(token)


def address_of(request: HttpRequest) -> str:
    """Where a request came from: the peer, or, behind so many trusted proxies, the address the outermost of them saw.

    What stands further left in X-Forwarded-For was written by the caller, and is not believed.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    seen = [word.strip() for word in request.headers.get("X-Forwarded-For", "").split(",") if word.strip()]
    trusted: int = settings.TRUSTED_PROXIES
    if not trusted or len(seen) < trusted:
        return peer
    return seen[-trusted] if _is_address(seen[-trusted]) else peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
