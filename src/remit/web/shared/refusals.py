"""Refusals: what a person may not do, or not now, as a sentence on a page or a problem in the API."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Refusal(Exception):
    """An action that is not done; the sentence says why in the user's words, the hint what to do instead."""

    status = HTTPStatus.CONFLICT

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.hint = sentence, hint


class NotAllowed(Refusal):
    """The role does not allow it."""

    status = HTTPStatus.FORBIDDEN


class Refusals:
    """Answers a page whose action was refused by the sentence; nothing has been written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal as a page, or as a part of one where a part was asked for; anything else goes on."""
        if not isinstance(exception, Refusal):
            return None
        template = "shared/refusal.html" if getattr(request, "htmx", False) else "shared/refused.html"
        return render(request, template, {"refusal": exception}, status=exception.status)
