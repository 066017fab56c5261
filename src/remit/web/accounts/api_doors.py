"""Doors of the API: every operation says here who may ask it, as pages do. The role walk finds one without a door.

A door stands before everything else of an operation: who asks, how often, and whether the role allows it is settled
before a word of the request is read. Then repeats and versions are seen to.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja.decorators import decorate_view
from ninja.utils import check_csrf

from remit.web.accounts import tokens
from remit.web.accounts.actors import Actor
from remit.web.accounts.doors import Access, enter
from remit.web.accounts.models import User
from remit.web.accounts.roles import SENTENCES, Duty
from remit.web.shared.api.limits import Limit
from remit.web.shared.api.problems import Malformed, NotSignedIn, problem_of
from remit.web.shared.api.repeats import once
from remit.web.shared.api.versions import with_version
from remit.web.shared.moments import now
from remit.web.shared.refusals import NotAllowed
from remit.web.shared.requests import address_of, request_id

Operation = Callable[..., Any]
Run = Callable[..., HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_asked = Limit()
_wrong_keys = Limit()
_WRONG_KEYS_A_MINUTE = 30


def engagement_operation(duty: Duty) -> Callable[[Operation], Operation]:
    """An operation inside an engagement; it takes `request` and the `Place`, then the rest of the request.

    Its path has `{slug:engagement}` in it.
    """
    return _door(Access("engagement", duty), lambda request: request.place)  # type: ignore[attr-defined]


def personal_operation(scope: Duty | None = None) -> Callable[[Operation], Operation]:
    """An operation about oneself or over all one's engagements; it takes `request` and the `Actor`.

    A token must be narrowed to nothing less than `scope`. Lists of such an operation start from `.visible_to(person)`
    and leave out what `only_engagement_id` leaves out.
    """
    return _door(Access("signed_in", scope), lambda request: request.actor)  # type: ignore[attr-defined]


def _door(access: Access, first: Callable[[HttpRequest], Any]) -> Callable[[Operation], Operation]:
    def declare(view: Operation) -> Operation:
        @wraps(view)
        def door(request: HttpRequest, **given: Any) -> Any:
            if access.kind == "engagement":
                given.pop("engagement")
            return view(request, first(request), **given)

        door.__signature__ = _signature(view, access)  # type: ignore[attr-defined]
        door.access = access  # type: ignore[attr-defined]
        return decorate_view(lambda run: _guarded(run, access))(door)

    return declare


def _signature(view: Operation, access: Access) -> inspect.Signature:
    """What the request is read into: the view's own arguments, with the engagement's slug in the place's place."""
    asked, _handed, *rest = inspect.signature(view).parameters.values()
    if access.kind == "engagement":
        rest.insert(0, inspect.Parameter("engagement", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=str))
    named = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in rest]
    return inspect.Signature([asked.replace(name="request"), *named])


def _guarded(run: Run, access: Access) -> Run:
    @wraps(run)
    def guarded(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            actor = _admitted(request, access, path)
            key = request.headers.get("Idempotency-Key")
            if key is None or request.method in SAFE:
                return with_version(request, run(request, **path))
            return once(request, lambda: run(request, **path), person_id=actor.person.pk, key=key, at=now())
        except Exception as fault:  # noqa: BLE001  # every fault of an operation is told as a problem
            return problem_of(request, fault)

    return guarded


def _admitted(request: HttpRequest, access: Access, path: dict[str, Any]) -> Actor:
    actor = asking(request)
    request.actor = actor  # type: ignore[attr-defined]
    _asked.spend(f"person {actor.person_id}", a_minute=settings.API_REQUESTS_A_MINUTE)
    if "\0" in request.path or any("\0" in value for values in request.GET.lists() for value in values[1]):
        raise Malformed("The address holds a zero character.")
    if access.kind == "engagement" and access.duty is not None:
        request.place = enter(actor, path["engagement"], access.duty)  # type: ignore[attr-defined]
    elif access.duty is not None and actor.scopes is not None and str(access.duty) not in actor.scopes:
        raise NotAllowed(f"This token can't {SENTENCES[access.duty]}.", f"Make one with the scope {access.duty}.")
    return actor


def asking(request: HttpRequest) -> Actor:
    """Who asks: the person of the token in `Authorization: Bearer …`, else whoever is signed in on this browser.

    Raises NotSignedIn where neither is there, and NotAllowed for a browser's write without the CSRF token: a page of
    another site could have sent it.
    """
    header = request.headers.get("Authorization")
    if header is not None:
        return _by_token(request, header)
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        raise NotSignedIn("Nobody is signed in.", "Send a token as `Authorization: Bearer …`; pages: /tokens/.")
    if request.method not in SAFE and check_csrf(request) is not None:
        raise NotAllowed("This came without its CSRF token.", "Send X-CSRFToken with the remit_csrf cookie's value.")
    return Actor(user=user, via="api", address=address_of(request), request=request_id.get())


def _by_token(request: HttpRequest, header: str) -> Actor:
    address = address_of(request)
    _wrong_keys.must_have_some(address, a_minute=_WRONG_KEYS_A_MINUTE)
    scheme, _, key = header.partition(" ")
    token = tokens.found_by(key.strip(), now()) if scheme.lower() == "bearer" else None
    if token is None or token.is_for_calendars:
        _wrong_keys.spend(address, a_minute=_WRONG_KEYS_A_MINUTE)
        raise NotSignedIn("This token opens nothing: it is unknown, expired or revoked.", "Make a new one at /tokens/.")
    request.user = token.user
    return Actor(
        user=token.user,
        via="api",
        address=address,
        request=request_id.get(),
        scopes=frozenset(token.scopes),
        only_engagement_id=token.engagement_id,
    )


def must_find(found: Any) -> Any:
    """The one record of a query. Raises Http404 in the same words whether it is absent or somebody else's."""
    one = found.first()
    if one is None:
        raise Http404("There is no such record, or you have no part in it.")
    return one
