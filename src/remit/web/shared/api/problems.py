"""Problems: every error of the API as `application/problem+json` (RFC 9457), with the sentence a page would show."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    BadRequest,
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Schema
from ninja.errors import HttpError, ValidationError

from remit.web.shared.refusals import Refusal
from remit.web.shared.requests import request_id

CONTENT_TYPE = "application/problem+json"
PREFIX = "/api/"
_log = logging.getLogger("remit.web.api")


class Fault(Schema):
    """One thing that is wrong with what was sent."""

    where: str = Field(description="The place in the request, as `body.name` or `query.limit`.")
    what: str = Field(description="What is wrong there.")


class Problem(Schema):
    """Why a request was not answered as asked."""

    type: str = Field(description="Always `about:blank`: the status says what kind of problem it is.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What went wrong, in a sentence.")
    hint: str = Field(description="What to do instead; empty where there is nothing to say.")
    errors: list[Fault] = Field(description="What is wrong in the request, place by place.")
    request: str = Field(description="The request's id, by which the installation's log tells more.")


class NotSignedIn(Refusal):
    """Nobody is known to be asking."""

    status = HTTPStatus.UNAUTHORIZED


class NotUnderstood(Refusal):
    """The request's form is right and its content is not."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class Faulty(NotUnderstood):
    """The same, with everything that is wrong and where: pairs of place and sentence."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(_first_of([f"{where}: {what}" for where, what in faults]))
        self.faults = faults


class Malformed(Refusal):
    """The request can't be read."""

    status = HTTPStatus.BAD_REQUEST


class Outdated(Refusal):
    """The caller's version of a record is not the one that stands."""

    status = HTTPStatus.PRECONDITION_FAILED


class TooMany(Refusal):
    """More requests than allowed; `after_seconds` says when to come again."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, after_seconds: int) -> None:
        super().__init__("Too many requests.", f"Try again in {after_seconds} s.")
        self.after_seconds = after_seconds


def problem(status: int, detail: str = "", *, hint: str = "", errors: Sequence[Mapping[str, str]] = ()) -> HttpResponse:
    """A problem as a response; without a sentence of its own it says the status in words."""
    title = HTTPStatus(status).phrase
    told = {
        "type": "about:blank",
        "title": title,
        "status": int(status),
        "detail": detail or f"{title}.",
        "hint": hint,
        "errors": list(errors),
        "request": request_id.get(),
    }
    return HttpResponse(json.dumps(told, ensure_ascii=False), status=status, content_type=CONTENT_TYPE)


def problem_of(request: HttpRequest, fault: Exception) -> HttpResponse:
    """What an exception becomes. One that nobody foresaw is logged in full and told as 500 without its text."""
    if isinstance(fault, Refusal):
        return _refused(fault)
    if isinstance(fault, ValidationError):
        errors = [_fault_of(error) for error in fault.errors]
        return problem(422, _first_of([f"{one['where']}: {one['what']}" for one in errors]), errors=errors)
    if isinstance(fault, HttpError):
        return problem(fault.status_code, _sentence(str(fault)))
    for kind, status, sentence in _FORESEEN:
        if isinstance(fault, kind):
            return problem(status, sentence or str(fault))
    _log.error("operation failed", exc_info=fault, extra={"facts": {"path": request.path}})
    return problem(
        500, "Something went wrong here, and nothing was written.", hint="Tell the request's id to whoever runs it."
    )


_FORESEEN: tuple[tuple[type[Exception], int, str], ...] = (
    (Http404, 404, ""),
    (ObjectDoesNotExist, 404, "There is no such record, or you have no part in it."),
    (PermissionDenied, 403, "You can't do that."),
    (RequestDataTooBig, 413, "The request is larger than this installation takes."),
    (BadRequest, 400, ""),
    (SuspiciousOperation, 400, "The request can't be read."),
)


def _refused(refusal: Refusal) -> HttpResponse:
    faults = refusal.faults if isinstance(refusal, Faulty) else ()
    errors = [{"where": where, "what": what} for where, what in faults]
    response = problem(refusal.status, refusal.sentence, hint=refusal.hint, errors=errors)
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(refusal.after_seconds)
    if isinstance(refusal, NotSignedIn):
        response["WWW-Authenticate"] = 'Bearer realm="Remit"'
    return response


def _fault_of(error: Mapping[str, Any]) -> dict[str, str]:
    """A pydantic error by its place: the name a body has in our code means nothing to who sent it."""
    place = [str(part) for part in error["loc"]]
    source, rest = place[0], place[2:] if place[0] in ("body", "query", "form") and len(place) > 2 else place[1:]
    return {"where": ".".join([source, *rest]), "what": _sentence(error["msg"].removeprefix("Value error, "))}


def _first_of(sentences: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = f" And {len(sentences) - 3} more." if len(sentences) > 3 else ""
    return " ".join(sentences[:3]) + more


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


class Problems:
    """Answers what fails outside an operation, as an unknown address below `/api/`, by a problem like any other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_ours = request.path.startswith(PREFIX) and response.status_code >= HTTPStatus.BAD_REQUEST
        if not is_ours or response.get("Content-Type", "").startswith(CONTENT_TYPE):
            return response
        told = problem(response.status_code, _OUTSIDE.get(response.status_code, ""))
        if "Allow" in response:
            told["Allow"] = response["Allow"]
        return told


_OUTSIDE = {
    404: "There is nothing at this address; /api/v1/docs lists what there is.",
    405: "This address does not take that method.",
}
