"""The API's conventions: who asks, problems, pages by cursor, versions, writes sent twice, limits."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from remit.web.accounts import api_doors
from remit.web.accounts.actors import Actor
from remit.web.accounts.models import ApiToken, Membership, Organisation
from remit.web.accounts.roles import Duty, Role
from remit.web.accounts.tokens import revoke
from remit.web.api import document
from remit.web.shared.api.limits import Limit
from remit.web.shared.models import AuditEntry, KeptAnswer
from remit.web.shared.moments import now
from tests.lib.web_api import key_of, program
from tests.lib.web_world import World
from tests.web.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has asked anything yet."""
    monkeypatch.setattr(api_doors, "_asked", Limit())
    monkeypatch.setattr(api_doors, "_wrong_keys", Limit())


@pytest.fixture
def manager(world: World) -> Client:
    """A program of the northern engagement's BPO manager."""
    return program(key_of(world.person(Role.BPO_MANAGER)))


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    told: dict[str, Any] = answer.json()
    assert (told["status"], told["request"]) == (status, answer["X-Request-ID"])
    return told


# Who asks.


def test_a_token_is_its_person_narrowed_to_its_scopes(world: World) -> None:
    client = program(key_of(world.person(Role.FINANCE), [Duty.SEE_MONEY]))
    told = client.get("/api/v1/me").json()
    assert (told["email"], told["scopes"]) == ("finance.north@example.org", ["see_money"])


@pytest.mark.parametrize("header", ["Bearer remit_wrong", "Bearer ", "Basic YTpi", "", "Bearer é"])
def test_a_wrong_key_opens_nothing_even_beside_a_session(world: World, header: str) -> None:
    client = signed_in(world.person(Role.BPO_MANAGER))
    answer = client.get("/api/v1/me", headers={"Authorization": header})
    assert "opens nothing" in problem(answer, 401)["detail"]
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_or_revoked_token_and_one_of_a_person_deactivated_are_dead(world: World) -> None:
    person = world.person(Role.BPO_MANAGER)
    keys = [key_of(person) for _ in range(3)]
    expired, revoked, _ = ApiToken.objects.order_by("pk")
    ApiToken.objects.filter(pk=expired.pk).update(expires_at=now())
    revoke(revoked, by=Actor(person, "page"), at=now())
    assert [program(key).get("/api/v1/me").status_code for key in keys] == [401, 401, 200]
    person.is_active = False
    person.save()
    assert program(keys[2]).get("/api/v1/me").status_code == 401


def test_a_browsers_write_needs_its_csrf_token(world: World) -> None:
    person = world.person(Role.BPO_MANAGER)
    key_of(person)
    token = ApiToken.objects.get()
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    assert "CSRF" in problem(client.delete(f"/api/v1/tokens/{token.pk}"), 403)["detail"]
    client.get("/account/login/")
    client.cookies["remit_csrf"] = "a" * 32
    answer = client.delete(f"/api/v1/tokens/{token.pk}", headers={"X-CSRFToken": "a" * 32})
    assert answer.status_code == 204


def test_guessing_keys_is_slowed_down_and_a_good_key_from_elsewhere_is_not(world: World) -> None:
    good = key_of(world.person(Role.BPO_MANAGER))
    answers = [program("remit_guess").get("/api/v1/me", REMOTE_ADDR="192.0.2.9") for _ in range(31)]
    assert problem(answers[-1], 429)["hint"].startswith("Try again in")
    assert int(answers[-1]["Retry-After"]) >= 1
    assert program(good).get("/api/v1/me", REMOTE_ADDR="192.0.2.10").status_code == 200


def test_who_asks_too_often_is_told_when_to_come_again(manager: Client, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 3
    answers = [manager.get("/api/v1/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "20"


# Problems.


def test_an_address_or_method_that_is_not_there_is_a_problem_too(manager: Client) -> None:
    assert "/api/v1/docs" in problem(manager.get("/api/v1/nothing"), 404)["detail"]
    answer = manager.put("/api/v1/me")
    assert (problem(answer, 405)["title"], answer["Allow"]) == ("Method Not Allowed", "GET")


def test_wrong_values_are_told_all_at_once_by_their_place(manager: Client) -> None:
    told = problem(manager.get("/api/v1/engagements?limit=-1&name=" + "x" * 201), 422)
    assert [error["where"] for error in told["errors"]] == ["query.limit", "query.name"]


def test_a_refusal_says_its_sentence(manager: Client, world: World) -> None:
    token = ApiToken.objects.create(
        user=world.person(Role.BPO_MANAGER),
        name="old",
        key_hash="x",
        created_at=now(),
        expires_at=now(),
        revoked_at=now(),
    )
    told = problem(manager.delete(f"/api/v1/tokens/{token.pk}"), 409)
    assert told["detail"] == "That token was revoked already."


@pytest.mark.parametrize("query", ["name=%00", "after=%00", "limit=1%00"])
def test_a_zero_character_is_no_fault_of_the_database(manager: Client, query: str) -> None:
    problem(manager.get(f"/api/v1/engagements?{query}"), 400)


# Pages.


def test_pages_by_cursor_hold_every_item_once(world: World, manager: Client) -> None:
    north = world.engagements["care-north"]
    found, after = [], ""
    while True:
        page = manager.get(f"/api/v1/engagements/care-north/people?limit=5&after={after}").json()
        found += [one["email"] for one in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    members = Membership.objects.in_engagement(north).order_by("pk")
    assert found == [member.user.email for member in members]


def test_items_that_come_in_before_the_cursor_shift_nothing(world: World) -> None:
    assert world.administrator is not None
    client = signed_in(world.administrator)
    first = client.get("/api/v1/organisations?limit=2").json()
    Organisation.objects.create(name="Aardvark", slug="aardvark")
    rest = client.get(f"/api/v1/organisations?limit=2&after={first['next']}").json()
    assert [one["name"] for one in first["items"] + rest["items"]] == ["Meridian Travel", "Northline", "Southgate"]


@pytest.mark.parametrize(
    "cursor", ["x", "WyJhIl0", "bnVsbA", "WyJhIiwiYiJd", "WyJhIiwiOTk5OTk5OTk5OTk5OTk5OTk5OTk5OSJd"]
)
def test_a_cursor_that_no_list_gave_is_refused(manager: Client, cursor: str) -> None:
    assert "cursor" in problem(manager.get(f"/api/v1/engagements?after={cursor}"), 422)["detail"]


def test_a_list_is_narrowed_by_part_of_the_name(world: World) -> None:
    assert world.administrator is not None
    answer = signed_in(world.administrator).get("/api/v1/organisations?name=NORTH")
    assert [one["slug"] for one in answer.json()["items"]] == ["north"]


# Versions and repeats.


def test_what_is_unchanged_is_not_sent_again(world: World, manager: Client) -> None:
    first = manager.get("/api/v1/engagements/care-north")
    again = manager.get("/api/v1/engagements/care-north", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    world.engagements["care-north"].name = "Another name"
    world.engagements["care-north"].save()
    changed = manager.get("/api/v1/engagements/care-north", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_a_write_sent_twice_with_its_key_is_done_once_and_answered_the_same(world: World, manager: Client) -> None:
    key_of(world.person(Role.BPO_MANAGER))
    token = ApiToken.objects.latest("pk")
    answers = [manager.delete(f"/api/v1/tokens/{token.pk}", headers={"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert AuditEntry.objects.filter(action="accounts.token_revoked").count() == 1


def test_a_key_of_another_request_is_refused(world: World, manager: Client) -> None:
    for _ in range(2):
        key_of(world.person(Role.BPO_MANAGER))
    first, second = ApiToken.objects.order_by("-pk")[:2]
    manager.delete(f"/api/v1/tokens/{first.pk}", headers={"Idempotency-Key": "k-1"})
    answer = manager.delete(f"/api/v1/tokens/{second.pk}", headers={"Idempotency-Key": "k-1"})
    assert "another request" in problem(answer, 422)["detail"]
    assert ApiToken.objects.get(pk=second.pk).revoked_at is None


def test_what_was_refused_can_be_sent_again_with_its_key(world: World, manager: Client) -> None:
    assert manager.delete("/api/v1/tokens/999999", headers={"Idempotency-Key": "k-1"}).status_code == 404
    assert not KeptAnswer.objects.exists()


def test_answers_are_kept_for_a_week(world: World, manager: Client) -> None:
    KeptAnswer.objects.create(person_id=1, key="old", asked="x", at=now() - timedelta(days=8))
    manager.delete("/api/v1/tokens/999999", headers={"Idempotency-Key": "k-1"})
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", "a b", "x" * 101])
def test_a_key_that_is_none_is_refused(manager: Client, key: str) -> None:
    problem(manager.delete("/api/v1/tokens/1", headers={"Idempotency-Key": key}), 400)


# The document.


def test_the_document_tells_each_operations_scope_and_problems() -> None:
    told = document()["paths"]["/api/v1/engagements/{engagement}/people"]["get"]
    assert told["security"] == [{"token": ["see_people"]}, {"session": []}]
    assert {"200", "304", "401", "403", "404", "422", "429", "500"} <= {str(status) for status in told["responses"]}


def test_the_document_and_its_page_need_nobody_signed_in(db: None) -> None:
    assert Client().get("/api/v1/openapi.json").json()["openapi"] == "3.1.0"
    page = Client().get("/api/v1/docs")
    assert page.status_code == 200
    assert b"/api/v1/engagements/{engagement}/people" in page.content
    scripts = re.findall(rb"<script[^>]*>", page.content)
    assert [tag for tag in scripts if b'src="/static/' not in tag] == []
