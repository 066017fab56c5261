"""Every operation of the API, by every role, by session and by token: the answer is the one declared at its door."""

import re

import pytest
from django.test import Client

from remit.web.accounts.roles import Duty, Role, may
from remit.web.api import api, document
from tests.lib.web_api import ask, key_of, program
from tests.lib.web_pages import ARGUMENTS, EXAMPLES_OF_OTHERS
from tests.lib.web_world import World
from tests.web.conftest import signed_in
from tests.web.test_role_walk import PAGES, answer

OPERATIONS = {f"{one.method} {one.path}": one for one in api.declared()}
INSIDE = [one for one in OPERATIONS.values() if "engagement}" in one.path]


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_declares_who_may_ask_it(name: str) -> None:
    assert OPERATIONS[name].access is not None, f"{name} has no door: see remit.web.accounts.api_doors"
    takes = set(re.findall(r"{(?:\w+:)?(\w+)}", OPERATIONS[name].path))
    assert not takes - {"engagement"} - set(ARGUMENTS), f"{name}: say in tests/lib/web_pages.py what to ask it with"
    access = OPERATIONS[name].access
    assert access is not None
    assert ("engagement" in takes) == (access.kind == "engagement")


def test_every_operation_has_a_name_of_its_own_and_its_own_door_in_the_document() -> None:
    told = [
        (f"{method.upper()} {path}", one)
        for path, methods in document()["paths"].items()
        for method, one in methods.items()
    ]
    assert len({one["operationId"] for _, one in told}) == len(told) == len(OPERATIONS)
    for name, one in OPERATIONS.items():
        address = f"{one.method} /api/v1{re.sub(r'{[a-z]+:', '{', one.path)}"
        scopes = [str(one.access.duty)] if one.access is not None and one.access.duty is not None else []
        assert dict(told)[address]["security"][0] == {"token": scopes}, name


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_answered_what_its_duties_allow(world: World, role: Role) -> None:
    person = world.person(role)
    browser, by_token, wrong = signed_in(person), program(key_of(person)), []
    for name, one in OPERATIONS.items():
        access = one.access
        assert access is not None
        inside = access.kind == "engagement"
        is_let_in = not inside or (access.duty is not None and may(role, access.duty))
        for client in (browser, by_token):
            status = ask(client, one, "care-north").status_code
            if (status == 403) == is_let_in or status >= 500:
                wrong.append(f"{name}: {status}")
    assert not wrong


@pytest.mark.parametrize("role", [Role.BPO_MANAGER, Role.ACCOUNT_MANAGER])
def test_a_token_does_no_more_than_its_scopes_say(world: World, role: Role) -> None:
    person, wrong = world.person(role), []
    for duty in (Duty.SEE_ENGAGEMENT, Duty.SEE_AUDIT):
        client = program(key_of(person, [duty]))
        for name, one in OPERATIONS.items():
            access = one.access
            assert access is not None
            is_let_in = access.duty in (None, duty)
            status = ask(client, one, "care-north").status_code
            wrong += [f"{name} with {duty}: {status}"] if (status == 403) == is_let_in else []
    assert not wrong


@pytest.mark.parametrize("role", list(Role))
def test_no_operation_tells_that_another_engagement_exists(world: World, role: Role) -> None:
    browser = signed_in(world.person(role))
    for one in INSIDE:
        foreign, absent = ask(browser, one, "care-south"), ask(browser, one, "no-such-engagement")
        assert (foreign.status_code, absent.status_code) == (404, 404), one.path
        assert foreign.json()["detail"] == absent.json()["detail"]


@pytest.mark.parametrize("role", list(Role))
def test_no_operation_names_another_provider_to_a_provider(world: World, role: Role) -> None:
    browser = signed_in(world.person(role))
    for one in OPERATIONS.values():
        text = ask(browser, one, "care-north").content.decode()
        assert not [word for word in EXAMPLES_OF_OTHERS if word in text], one.path


def test_nobody_is_answered_anything_without_signing_in(world: World) -> None:
    for one in OPERATIONS.values():
        assert ask(Client(), one, "care-north").status_code == 401, one.path


def test_a_token_of_one_engagement_opens_no_other(world: World) -> None:
    person = world.person(Role.BPO_MANAGER)
    person.memberships.create(
        organisation=world.client, engagement=world.engagements["care-south"], role=Role.BPO_MANAGER
    )
    client = program(key_of(person, engagement=world.engagements["care-north"]))
    for one in OPERATIONS.values():
        answer = ask(client, one, "care-south")
        assert answer.status_code == 404 or one not in INSIDE, one.path
        if one not in INSIDE:
            assert not [word for word in EXAMPLES_OF_OTHERS if word in answer.content.decode()], one.path


def test_no_token_administers(world: World) -> None:
    assert world.administrator is not None
    world.administrator.memberships.create(
        organisation=world.client, engagement=world.engagements["care-north"], role=Role.AUDITOR
    )
    client = program(key_of(world.administrator))
    assert {one.access.kind for one in OPERATIONS.values() if one.access is not None} == {"engagement", "signed_in"}
    for page in PAGES.values():
        if page.access is not None and page.access.kind == "administrator":
            # A token opens the API alone: a page sends whoever brings one to sign in.
            assert answer(client, page, "care-north") == 302, page.name
