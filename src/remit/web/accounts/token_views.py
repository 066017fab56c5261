"""Pages of tokens: one's own, a new one with its key shown once, and taking one back."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from remit.web.accounts import tokens
from remit.web.accounts.actors import Actor
from remit.web.accounts.doors import see_other, signed_in_page
from remit.web.accounts.models import ApiToken
from remit.web.accounts.roles import SENTENCES, Duty
from remit.web.accounts.token_forms import TokenForm
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal


@signed_in_page(methods=("GET", "POST"))
def my_tokens(request: HttpRequest, by: Actor) -> HttpResponse:
    """One's own tokens and the form for another.

    A new key is shown in the answer to the form itself: kept for a page after it, it would lie somewhere in clear.
    """
    at, key = now(), ""
    form = TokenForm(request.POST or None, user=by.person, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            _token, key = tokens.issue(form.asked(), by=by, at=at)
            form = TokenForm(user=by.person, at=at)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.sentence} {refusal.hint}")
    shown = {"form": form, "key": key, "tokens": [_shown(one, at) for one in _newest(by)]}
    response = render(request, "accounts/tokens.html", shown, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


def _newest(by: Actor) -> list[ApiToken]:
    mine = ApiToken.objects.filter(user=by.person).select_related("engagement")
    return list(mine.order_by("-created_at", "-pk")[:200])


def _shown(token: ApiToken, at: datetime) -> dict[str, object]:
    state = "revoked" if token.revoked_at else "live" if token.is_live(at) else "ended"
    return {"token": token, "state": state, "scopes": [SENTENCES[Duty(name)] for name in token.scopes]}


@signed_in_page(methods=("POST",))
def revoke(_request: HttpRequest, by: Actor, token: int) -> HttpResponse:
    """A token taken back."""
    tokens.revoke(get_object_or_404(ApiToken.objects.visible_to(by.person), pk=token), by=by, at=now())
    return see_other(reverse("tokens:mine"))
