"""Every page, by every role, in one's own engagement and in another's: the answer is the one declared at its door."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from remit.web.accounts.doors import Access
from remit.web.accounts.roles import Role, may
from tests.lib.web_pages import ARGUMENTS, EXAMPLES_OF_OTHERS
from tests.lib.web_world import World
from tests.web.conftest import signed_in

_OF_LIBRARIES = ("allauth.", "django.", "ninja.")
"""Pages of allauth are about oneself, or about signing in; what they answer is tested beside them. Ninja's views are
the API's operations, walked one by one in test_api_walk.py."""


@dataclass(frozen=True)
class Page:
    """A view with its name and what its address takes."""

    name: str
    callback: Any
    takes: tuple[str, ...]

    @property
    def access(self) -> Access | None:
        found: Access | None = getattr(self.callback, "access", None)
        return found


def pages(resolver: URLResolver | None = None, space: str = "") -> Iterator[Page]:
    """Every view that has an address, but those of libraries."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from pages(one, f"{space}{one.namespace}:" if one.namespace else space)
        elif not _is_of_a_library(one.callback):
            yield Page(f"{space}{one.name}", one.callback, tuple(one.pattern.converters))


def _is_of_a_library(callback: Any) -> bool:
    view = getattr(callback, "view_class", getattr(callback, "func", callback))
    return str(view.__module__).startswith(_OF_LIBRARIES)


PAGES = {page.name: page for page in pages()}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_page_declares_who_may_open_it(name: str) -> None:
    assert PAGES[name].access is not None, f"{name} has no door: see remit.web.accounts.doors"
    unknown = set(PAGES[name].takes) - {"engagement"} - set(ARGUMENTS)
    assert not unknown, f"{name} takes {unknown}: say in tests/lib/web_pages.py what to open it with"


def address_in(page: Page, engagement: str) -> str:
    """A page's address with arguments that exist in an engagement."""
    given = {name: ARGUMENTS[name] for name in page.takes if name != "engagement"}
    return reverse(page.name, kwargs={**given, **({"engagement": engagement} if "engagement" in page.takes else {})})


def answer(client: Client, page: Page, engagement: str) -> int:
    """The status of a page; for one that only takes a form, of the form sent empty."""
    send = client.get if "GET" in page.callback.methods else client.post
    return send(address_in(page, engagement)).status_code


def expected_in_own(access: Access, role: Role) -> bool:
    """Whether a role is let in at a door of its own engagement."""
    if access.kind == "engagement":
        return access.duty is not None and may(role, access.duty)
    return access.kind in ("open", "signed_in")


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_its_duties_allow_in_its_own_engagement(world: World, role: Role) -> None:
    client, wrong = signed_in(world.person(role)), []
    for page in PAGES.values():
        access = page.access
        assert access is not None
        status = answer(client, page, "care-north")
        if expected_in_own(access, role):
            is_wrong = status in (HTTPStatus.FORBIDDEN, HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            is_wrong = status != HTTPStatus.FORBIDDEN
        wrong += [f"{page.name}: {status}"] if is_wrong else []
    assert not wrong


@pytest.mark.parametrize("role", list(Role))
def test_nobody_learns_that_another_engagement_exists(world: World, role: Role) -> None:
    client, wrong = signed_in(world.person(role)), []
    for page in PAGES.values():
        if "engagement" not in page.takes:
            continue
        foreign, absent = answer(client, page, "care-south"), answer(client, page, "no-such-engagement")
        if (foreign, absent) != (HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND):
            wrong.append(f"{page.name}: {foreign} for another's, {absent} for one that does not exist")
    assert not wrong


@pytest.mark.parametrize("role", list(Role))
def test_no_page_names_another_provider_to_a_provider(world: World, role: Role) -> None:
    client, told = signed_in(world.person(role)), []
    for page in PAGES.values():
        if "GET" not in page.callback.methods:
            continue
        text = client.get(address_in(page, "care-north")).getvalue().decode(errors="replace")
        told += [f"{page.name} tells {word}" for word in EXAMPLES_OF_OTHERS if word in text]
    assert not told


def test_without_signing_in_only_open_pages_are_shown(world: World) -> None:
    client, wrong = Client(), []
    for page in PAGES.values():
        status, access = answer(client, page, "care-north"), page.access
        assert access is not None
        if access.kind != "open" and status not in (HTTPStatus.FOUND, HTTPStatus.UNAUTHORIZED):
            wrong.append(f"{page.name}: {status}, expected to be sent to sign in")
    assert not wrong


def test_an_administrator_sees_no_contents_of_engagements(world: World) -> None:
    assert world.administrator is not None
    client = signed_in(world.administrator)
    for page in PAGES.values():
        if page.access is not None and page.access.kind == "engagement":
            assert answer(client, page, "care-north") == HTTPStatus.NOT_FOUND, page.name
