"""Repeats: a write sent again with the same `Idempotency-Key` is done once, and answered the same each time."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from remit.web.shared.api.problems import Malformed, NotUnderstood
from remit.web.shared.models import KeptAnswer

KEPT = timedelta(days=7)
"""How long an answer is kept for a repeat."""

_KEY = re.compile(r"[\x21-\x7e]{1,100}")
_HEADERS = ("Location",)


def once(
    request: HttpRequest, act: Callable[[], HttpResponse], *, person_id: int, key: str, at: datetime
) -> HttpResponse:
    """The answer of `act`, kept in the transaction that did it; the kept one where the key came before.

    Both are there or neither is, so that a process killed in between leaves a request that can be sent again. Only
    success is kept: what was refused has done nothing. Two at once wait for each other at the key.
    Raises Malformed for a key that is none, and NotUnderstood where the key came with another request.
    """
    if not _KEY.fullmatch(key):
        raise Malformed("Idempotency-Key: send 1 to 100 letters, digits or signs without blanks.")
    asked = _digest(request)
    KeptAnswer.objects.filter(at__lt=at - KEPT).delete()
    with transaction.atomic():
        kept = KeptAnswer(person_id=person_id, key=key, asked=asked, at=at)
        try:
            with transaction.atomic():
                kept.save(force_insert=True)
        except IntegrityError:
            return _repeated(KeptAnswer.objects.get(person_id=person_id, key=key), asked)
        response = act()
        if not 200 <= response.status_code < 300:
            transaction.set_rollback(True)
            return response
        kept.status, kept.content_type = response.status_code, response.get("Content-Type", "")
        kept.content = response.content.decode()
        kept.headers = {name: response[name] for name in _HEADERS if name in response}
        kept.save()
    return response


def _digest(request: HttpRequest) -> str:
    told = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hashlib.sha256(told).hexdigest()


def _repeated(kept: KeptAnswer, asked: str) -> HttpResponse:
    if kept.asked != asked:
        raise NotUnderstood(
            "This Idempotency-Key came with another request before.", "Make a new key for each thing to be done."
        )
    response = HttpResponse(kept.content, status=kept.status, content_type=kept.content_type)
    for name, value in kept.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response
