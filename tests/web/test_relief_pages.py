"""Relief as people meet it: found on the first page, asked for, looked through, decided; and as programs read it."""

import re
from http import HTTPStatus
from typing import Any

from django.test import Client

from remit.web.accounts.roles import Role
from remit.web.contracts.actions import File
from remit.web.jobs.queue import work_until_idle
from tests.lib.web_api import key_of, program
from tests.lib.web_contracts import agreed
from tests.lib.web_exclusions import NORTH, TERMS
from tests.lib.web_relief import GAP, measured, the_claim
from tests.lib.web_world import World
from tests.web.conftest import signed_in

HERE = f"/engagements/{NORTH}/relief/"


def as_role(world: World, role: Role) -> Client:
    return signed_in(world.person(role, NORTH))


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_from_the_first_page_to_a_relieved_month(world: World, django_assert_max_num_queries: Any) -> None:
    measured(world, more=GAP)
    operator, manager = as_role(world, Role.OPERATIONS_MANAGER), as_role(world, Role.BPO_MANAGER)
    page = f"{HERE}{the_claim().pk}/"
    assert "You may ask for relief for SL1 in 2026-03" in text_of(operator, "/")
    assert "You may ask for relief" not in text_of(manager, "/")
    assert manager.get(page).status_code == HTTPStatus.NOT_FOUND
    with django_assert_max_num_queries(30):
        shown = text_of(operator, page)
    for words in (
        "20 of 20",
        "28 contacts are added",
        "B 7.2",
        "−29.00 pp",
        "EUR 100.00",
        "what the model does not tell",
    ):
        assert words in shown
    refused = operator.post(f"{page}ask/", {"reason": " "})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    asked = operator.post(f"{page}ask/", {"reason": "the campaign of 9 March"})
    assert asked.status_code == HTTPStatus.SEE_OTHER
    assert "Relief for SL1 in 2026-03 waits for your decision" in text_of(manager, "/")
    with django_assert_max_num_queries(30):
        assert "the campaign of 9 March" in text_of(manager, page)
    without = manager.post(f"{page}decide/", {"outcome": "refuse", "answer": ""})
    assert "Say why the month is not relieved" in without.content.decode()
    assert manager.post(f"{page}decide/", {"outcome": "agree"}).status_code == HTTPStatus.SEE_OTHER
    work_until_idle()
    assert "Relief for SL1 in 2026-03 is agreed" in text_of(operator, "/")
    with django_assert_max_num_queries(30):
        assert "28 contacts" in text_of(operator, HERE)
    level = text_of(operator, f"/engagements/{NORTH}/performance/levels/SL1/?month=2026-03")
    assert "relieved under B 7.2: 28 contacts added" in level
    assert f"Relief {the_claim().pk} agreed" in level


def test_who_may_not_see_money_sees_no_money(world: World) -> None:
    measured(world)
    claim = the_claim()
    as_role(world, Role.OPERATIONS_MANAGER).post(f"{HERE}{claim.pk}/ask/", {"reason": "the campaign"})
    shown = text_of(as_role(world, Role.PLANNER), f"{HERE}{claim.pk}/")
    assert "20 of 20" in shown
    assert "EUR" not in shown


def test_pages_without_anything_teach(world: World) -> None:
    operator = as_role(world, Role.OPERATIONS_MANAGER)
    assert "No relief is asked for" in text_of(operator, HERE)
    agreed(world, File("contract.yaml", TERMS.strip().encode()))
    assert "The contract has no forecast terms" in text_of(operator, HERE)
    assert "The contract has no forecast terms" in text_of(operator, f"{HERE}new/")


def test_asking_by_the_form_and_what_is_wrong_with_it(world: World) -> None:
    measured(world, came=2)
    operator = as_role(world, Role.OPERATIONS_MANAGER)
    given = {"level": "SL1", "month": "2026-03", "reason": "so many calls"}
    for wrong in ({"month": "March"}, {"month": "0000-01"}, {"level": "SL9"}, {"reason": ""}):
        assert operator.post(f"{HERE}new/", given | wrong).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    late = operator.post(f"{HERE}new/", given | {"month": "2031-01"})
    assert "outside the contract" in late.content.decode()
    asked = operator.post(f"{HERE}new/", given)
    assert operator.get(f"{asked.headers['Location']}progress/").status_code == HTTPStatus.OK
    work_until_idle()
    assert operator.get(f"{asked.headers['Location']}progress/").headers["HX-Refresh"] == "true"
    assert "No relief is due: it was not missed" in text_of(operator, asked.headers["Location"])


def test_programs_read_ask_and_decide(world: World) -> None:
    measured(world)
    operator, manager = (key_of(world.person(role, NORTH)) for role in (Role.OPERATIONS_MANAGER, Role.BPO_MANAGER))
    api = f"/api/v1{HERE.rstrip('/')}"
    (drawn,) = program(operator).get(api).json()["items"]
    assert (drawn["state"], drawn["is_due"], drawn["outside"], drawn["asked_at"]) == ("drawn", True, 20, None)
    assert program(manager).get(api).json()["items"] == []
    body = {"service_level": "SL1", "month": "2026-03", "reason": "the campaign"}
    made = program(operator).post(api, body, content_type="application/json")
    assert (made.status_code, made.json()["state"]) == (201, "asked")
    one = f"{api}/{made.json()['id']}"
    told = program(manager).post(f"{one}/decision", {"is_agreed": True}, content_type="application/json")
    assert (told.status_code, told.json()["state"]) == (200, "agreed")
    again = program(operator).post(f"{one}/withdrawal", {}, content_type="application/json")
    assert again.status_code == 409
    assert (
        program(operator).get(api, {"state": "agreed", "service_level": "SL1"}).json()["items"][0]["id"] == drawn["id"]
    )
