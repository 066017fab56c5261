"""Tokens: shown once, no more than their person may do, at most a year, taken back at once."""

import re
from collections.abc import Collection
from datetime import timedelta

import pytest
from django.test import Client

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import ApiToken
from remit.web.accounts.roles import Duty, Role
from remit.web.accounts.tokens import Asked, found_by, issue, revoke
from remit.web.shared.models import AuditEntry
from remit.web.shared.moments import now
from remit.web.shared.refusals import NotAllowed, Refusal
from tests.lib.web_api import key_of, program
from tests.lib.web_world import World
from tests.web.conftest import signed_in

pytestmark = pytest.mark.django_db
KEY = re.compile(r'value="(remit_[\w-]{43})"')


def form(days: int = 30, scopes: Collection[str] = ("see_performance",), name: str = "export") -> dict[str, object]:
    ends = (now() + timedelta(days=days)).date()
    return {"name": name, "scopes": list(scopes), "expires_on": ends.isoformat(), "engagement": ""}


def test_a_new_token_is_shown_once_and_opens_the_api(world: World) -> None:
    client = signed_in(world.person(Role.BPO_MANAGER))
    answer = client.post("/tokens/", form())
    found = KEY.search(answer.content.decode())
    assert found is not None
    assert answer["Cache-Control"] == "no-store"
    assert program(found[1]).get("/api/v1/me").json()["scopes"] == ["see_performance"]
    page = client.get("/tokens/").content.decode()
    assert found[1] not in page
    assert found[1][:12] in page


def test_only_a_digest_of_the_key_is_kept(world: World) -> None:
    key = key_of(world.person(Role.BPO_MANAGER))
    kept = ApiToken.objects.filter(key_hash__contains=key).exists() or ApiToken.objects.filter(prefix=key).exists()
    told = AuditEntry.objects.get(action="accounts.token_issued")
    assert not kept
    assert key not in str(told.after)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (form(days=400), "within a year"),
        (form(days=-2), "within a year"),
        (form(name="  "), "This field is required"),
        (form(scopes=()), "This field is required"),
        (form(scopes=("approve_contract",)), "not one of the available choices"),
        (form(scopes=("no_such_duty",)), "not one of the available choices"),
    ],
)
def test_a_form_that_asks_too_much_says_so_and_keeps_its_input(
    world: World, wrong: dict[str, object], sentence: str
) -> None:
    answer = signed_in(world.person(Role.FINANCE)).post("/tokens/", wrong)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_nobody_hands_on_what_they_may_not_do(world: World) -> None:
    by = Actor(world.person(Role.AGENT), "page")
    with pytest.raises(Refusal, match="see_money"):
        issue(Asked("x", [Duty.SEE_MONEY], now() + timedelta(days=1)), by=by, at=now())


def test_a_token_makes_no_tokens(world: World) -> None:
    by = Actor(world.person(Role.BPO_MANAGER), "api", scopes=frozenset(Duty))
    with pytest.raises(NotAllowed):
        issue(Asked("x", [Duty.SEE_MONEY], now() + timedelta(days=1)), by=by, at=now())


def test_one_who_loses_a_role_loses_what_the_token_did_by_it(world: World) -> None:
    person = world.person(Role.BPO_MANAGER)
    client = program(key_of(person))
    assert client.get("/api/v1/engagements/care-north").status_code == 200
    person.memberships.all().delete()
    assert client.get("/api/v1/engagements/care-north").status_code == 404


def test_last_use_is_noted_at_most_once_a_minute(world: World) -> None:
    key, at = key_of(world.person(Role.BPO_MANAGER)), now().replace(second=30)
    seen = []
    for later in (0, 20, 29, 61):
        found_by(key, at + timedelta(seconds=later))
        seen.append(ApiToken.objects.get().last_used_at)
    assert seen[0] == at.replace(second=0, microsecond=0)
    assert len(set(seen)) == 2


def test_ones_own_token_is_revoked_on_the_page_and_another_s_is_not_found(world: World) -> None:
    key_of(world.person(Role.BPO_MANAGER))
    token = ApiToken.objects.get()
    assert signed_in(world.person(Role.FINANCE)).post(f"/tokens/{token.pk}/revoke/").status_code == 404
    assert signed_in(world.person(Role.BPO_MANAGER)).post(f"/tokens/{token.pk}/revoke/").status_code == 303
    assert AuditEntry.objects.filter(action="accounts.token_revoked").count() == 1


def test_an_administrator_takes_anybodys_token_back(world: World) -> None:
    assert world.administrator is not None
    key = key_of(world.person(Role.BPO_MANAGER))
    revoke(ApiToken.objects.get(), by=Actor(world.administrator, "page"), at=now())
    assert program(key).get("/api/v1/me").status_code == 401


def test_the_page_of_tokens_is_for_whoever_signed_in(world: World) -> None:
    assert Client().get("/tokens/").status_code == 302
