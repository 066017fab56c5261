"""Versions of what the API shows: an ETag for each answer, so that nothing unchanged is sent, nor newer work undone."""

import hashlib
import json

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from ninja.responses import NinjaJSONEncoder

from remit.web.shared.api.problems import Outdated


def etag_of(content: bytes) -> str:
    """The strong ETag of an answer's bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def with_version(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An answer with its ETag; 304 without a body where the caller has the same already (`If-None-Match`)."""
    if response.status_code != 200 or response.streaming or request.method not in ("GET", "HEAD"):
        return response
    version = etag_of(response.content)
    if version in _listed(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    response["ETag"] = version
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Authorization, Cookie, Accept-Language"
    return response


def must_match(request: HttpRequest, shown: Schema) -> None:
    """Raises Outdated where the caller changes another version (`If-Match`) than what a GET shows now."""
    wanted = request.headers.get("If-Match", "")
    if not wanted or wanted.strip() == "*":
        return
    now = etag_of(json.dumps(shown.model_dump(), cls=NinjaJSONEncoder).encode())
    if now not in _listed(wanted):
        raise Outdated("Somebody changed this in the meantime.", "Get it again and repeat your change on what it says.")


def _listed(header: str) -> list[str]:
    """The ETags of a header; a weak one (`W/`) is compared by its value."""
    return [one.strip().removeprefix("W/") for one in header.split(",")]
