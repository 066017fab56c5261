"""Doors: every page says here who may open it. A view without a door is found by the role walk."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import TITLES, Duty, Role
from remit.web.shared.requests import address_of, request_id

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Access:
    """Who may open a view: anybody, whoever signed in, administrators, or the roles with a duty in the engagement."""

    kind: Literal["open", "signed_in", "administrator", "engagement"]
    duty: Duty | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person stands: an engagement entered with a role, and as whom actions are done from there."""

    engagement: Engagement
    role: Role
    actor: Actor

    @property
    def user(self) -> User:
        """Who stands here."""
        return self.actor.person

    @property
    def title(self) -> str:
        """The role in words."""
        return TITLES[self.role]

    def may(self, duty: Duty | str) -> bool:
        """Whether the person may do something here; templates ask by the duty's name."""
        return self.actor.may(Duty(duty), self.engagement)


def actor_of(request: HttpRequest) -> Actor:
    """The person of a request, acting by a page."""
    given = getattr(request, "actor", None)
    if isinstance(given, Actor):
        return given
    user = request.user if isinstance(request.user, User) else None
    if user is None:
        raise PermissionError("nobody is signed in")
    return Actor(user=user, via="page", address=address_of(request), request=request_id.get())


def enter(actor: Actor, slug: str, duty: Duty) -> Place:
    """An engagement entered for a duty.

    Raises Http404 where the actor has no role in it, in the same words as for one that does not exist, and NotAllowed
    where the role has not the duty.
    """
    if actor.user is None:
        raise Http404
    visible = Engagement.objects.visible_to(actor.user).select_related("client", "provider")
    if actor.only_engagement_id is not None:
        visible = visible.filter(pk=actor.only_engagement_id)
    engagement = visible.filter(slug=slug).first()
    role = None if engagement is None else actor.role(engagement)
    if engagement is None or role is None:
        raise Http404("There is no such engagement, or you have no part in it.")
    actor.must(duty, engagement)
    return Place(engagement, role, actor)


def sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """The way to the sign-in page and back; for a part of a page the whole page goes there, not its part."""
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    page = urlsplit(request.headers.get("HX-Current-URL", "/"))
    back = f"{page.path}?{page.query}" if page.query else page.path
    return HttpResponse(status=401, headers={"HX-Redirect": redirect_to_login(back).url})


def engagement_page(duty: Duty, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page inside an engagement; the view takes `request` and the `Place`, then the rest of its address."""

    def declare(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, engagement: str, **rest: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            place = enter(actor_of(request), engagement, duty)
            request.place = place  # type: ignore[attr-defined]
            return view(request, place, **rest)

        return _declared(door, Access("engagement", duty), methods)

    return declare


def signed_in_page(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page of one's own, for whoever signed in; the view takes `request` and the `Actor`."""

    def declare(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, **rest: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            return view(request, actor_of(request), **rest)

        return _declared(door, Access("signed_in"), methods)

    return declare


def administrator_page(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page for administrators of the installation; the view takes `request` and the `Actor`."""

    def declare(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, **rest: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            actor = actor_of(request)
            actor.must_administer()
            return view(request, actor, **rest)

        return _declared(door, Access("administrator"), methods)

    return declare


def open_page(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page for anybody, such as a health check."""

    def declare(view: View) -> View:
        return login_not_required(_declared(view, Access("open"), methods))

    return declare


def _declared(view: View, access: Access, methods: tuple[str, ...]) -> View:
    allowed = (*methods, "HEAD") if "GET" in methods else methods
    kept: View = require_http_methods(list(allowed))(view)
    kept.access = access  # type: ignore[attr-defined]
    kept.methods = methods  # type: ignore[attr-defined]
    return kept


def see_other(url: str) -> HttpResponse:
    """The answer to a form that was done: look there now (303), so that a reload does not do it again."""
    return HttpResponse(status=303, headers={"Location": url})
