"""Exclusions as people meet them: asked for from a list of records, worked out, decided, seen beside the records."""

import re
from http import HTTPStatus
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from remit.web.accounts.roles import Role
from remit.web.exclusions import actions
from remit.web.exclusions.bridge.terms import Choice
from remit.web.exclusions.models import ExclusionRequest, State
from remit.web.jobs.queue import work_until_idle
from tests.lib.web_api import key_of, program
from tests.lib.web_exclusions import CLAUSE, NORTH, TERMS, asked_for, measured, provider
from tests.lib.web_world import AT, World
from tests.web.conftest import signed_in

HERE = f"/engagements/{NORTH}"


def as_role(world: World, role: Role) -> Client:
    return signed_in(world.person(role, NORTH))


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path if path.startswith("/") else f"{HERE}/{path}")
    assert answer.status_code == status, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


RECORDS = f"{HERE}/performance/levels/SL1/2026-01/"


def records_listed(client: Client) -> None:
    """The list of January's records, made by a worker."""
    client.get(RECORDS)
    work_until_idle()


def asked_by_page(operator: Client) -> str:
    """A request for two records with a mail as evidence, as its form sends it; its page."""
    given = {"level": "SL1", "month": "2026-01", "clause": "X2", "reason": "their system was down", "keys": "b\nc"}
    mail = SimpleUploadedFile("mail.eml", b"From: the client")
    asked = operator.post(f"{HERE}/exclusions/new/", {**given, "evidence": mail})
    assert asked.status_code == HTTPStatus.SEE_OTHER
    work_until_idle()
    return str(asked.headers["Location"])


def test_a_list_of_records_leads_to_asking(world: World, django_assert_max_num_queries: Any) -> None:
    measured(world)
    operator, manager = as_role(world, Role.OPERATIONS_MANAGER), as_role(world, Role.BPO_MANAGER)
    records_listed(operator)
    with django_assert_max_num_queries(30):
        listed = operator.get(RECORDS, {"only": "missed"}).content.decode()
    assert 'name="key" value="b"' in listed
    assert "exclusions/new/?level=SL1&amp;month=2026-01&amp;only=missed" in listed
    assert 'name="key"' not in manager.get(RECORDS).content.decode()
    form = operator.get(f"{HERE}/exclusions/new/?level=SL1&month=2026-01&key=b&key=c").content.decode()
    assert re.search(r"<textarea[^>]*>\s*b\s+c</textarea>", form)
    page = asked_by_page(operator)
    assert "1 exclusion waits for your decision" in text_of(manager, "/")
    with django_assert_max_num_queries(30):
        shown = text_of(manager, page)
    for words in ("their system was down", "below minimum", "EUR 100.00", "mail.eml", "X2: waived in writing (B 6)"):
        assert words in shown
    evidence = manager.get(f"{page}files/1/")
    assert (evidence.content, evidence["Content-Type"]) == (b"From: the client", "application/octet-stream")


def test_a_decision_shows_beside_the_records(world: World, django_assert_max_num_queries: Any) -> None:
    measured(world)
    operator, manager = as_role(world, Role.OPERATIONS_MANAGER), as_role(world, Role.BPO_MANAGER)
    page = asked_by_page(operator)
    worked = manager.post(f"{page}effect/", {"outcome": "some", "key": ["b"]})
    work_until_idle()
    assert "1 of them excluded" in text_of(manager, worked.headers["Location"])
    refused = manager.post(f"{page}decide/", {"outcome": "some", "key": ["b"], "answer": ""})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "Say why records are to count" in refused.content.decode()
    decided = manager.post(f"{page}decide/", {"outcome": "some", "key": ["b"], "answer": "c was yours"})
    assert decided.status_code == HTTPStatus.SEE_OTHER
    again = as_role(world, Role.EXECUTIVE).post(f"{page}decide/", {"outcome": "none", "answer": "no"})
    assert (again.status_code, "This request is granted in part already" in again.content.decode()) == (409, True)
    work_until_idle()
    assert "granted in part" in text_of(operator, "/")
    records_listed(operator)
    with django_assert_max_num_queries(30):
        shown = text_of(operator, RECORDS)
    assert "excluded by agreement : their system was down" in shown
    assert "agreed by Bpo_Manager.North" in shown
    assert "excluded by agreement" in text_of(operator, f"{RECORDS}record/?key=b")
    with django_assert_max_num_queries(30):
        assert "granted in part" in text_of(operator, "performance/levels/SL1/?month=2026-01")
    agreed = operator.get(f"{HERE}/exclusions/agreed.csv").content.decode()
    assert agreed.splitlines()[1].startswith(f"E{ExclusionRequest.objects.get().pk}-1,b,SL1,Meridian Travel,")
    assert "Agreed exclusions" in text_of(manager, "settlements/2026-01/")


def test_a_request_is_discussed_filtered_and_seen_by_those_who_may(world: World) -> None:
    measured(world)
    request = asked_for(world, Choice(is_missed_only=True))
    page = f"{HERE}/exclusions/{request.pk}/"
    analyst = as_role(world, Role.QUALITY_ANALYST)
    assert analyst.post(f"{page}comment/", {"text": "I have the log"}).status_code == HTTPStatus.SEE_OTHER
    given = {"evidence": SimpleUploadedFile("log.txt", b"down")}
    assert analyst.post(f"{page}attach/", given).status_code == HTTPStatus.SEE_OTHER
    assert analyst.post(f"{page}comment/", {"text": " "}).status_code == HTTPStatus.CONFLICT
    assert analyst.post(f"{page}attach/", {}).status_code == HTTPStatus.CONFLICT
    finance = text_of(as_role(world, Role.FINANCE), page)
    assert "EUR 100.00" in finance
    assert "The records" not in finance
    planner = text_of(as_role(world, Role.PLANNER), page)
    assert "EUR 100.00" not in planner
    assert "I have the log" in planner
    for query, found in (("state=asked", True), ("state=granted", False), ("month=2026-01&level=SL1", True)):
        assert (f"Exclusion {request.pk}" in text_of(analyst, f"exclusions/?{query}")) is found
    assert "is not a month" in text_of(analyst, "exclusions/?month=2026-1x")
    wrong = as_role(world, Role.EXECUTIVE).post(f"{page}decide/", {"outcome": "maybe"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    south = signed_in(world.person(Role.BPO_MANAGER, "care-south"))
    assert south.get(f"/engagements/care-south/exclusions/{request.pk}/").status_code == HTTPStatus.NOT_FOUND
    assert as_role(world, Role.OPERATIONS_MANAGER).post(f"{page}withdraw/").status_code == HTTPStatus.SEE_OTHER
    assert "withdrawn" in text_of(analyst, page)


WRONG = [
    ({"month": "2026-13"}, "is not a month"),
    ({"from_at": "yesterday"}, "is not a local time"),
    ({"clause": "X9"}, "X9 is not one of the available choices"),
    ({"keys": "", "where": "sight = 1"}, "did you mean"),
    ({"keys": ""}, "Say which records are meant"),
]


def test_wrong_input_is_told_and_what_was_entered_stays(world: World) -> None:
    measured(world)
    for change, said in WRONG:
        given = {"level": "SL1", "month": "2026-01", "clause": "X2", "reason": "kept words", "keys": "b", **change}
        answer = as_role(world, Role.ACCOUNT_MANAGER).post(f"{HERE}/exclusions/new/", given)
        assert answer.status_code in (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT)
        told = answer.content.decode()
        assert said in told
        assert "kept words" in told
    assert not ExclusionRequest.objects.exists()


def test_a_contract_without_a_clause_is_told_on_every_page_about_it(world: World) -> None:
    operator = as_role(world, Role.OPERATIONS_MANAGER)
    assert "No version of the contract is agreed yet" in text_of(operator, "exclusions/new/")
    measured(world, terms=TERMS.replace(CLAUSE, "").replace(", gives_relief: [SL1, SL2]", ""))
    assert "The contract has no clause by which records can be left out" in text_of(operator, "exclusions/new/")
    assert "waivers: true" in text_of(operator, "exclusions/")


def test_programs_ask_and_decide_too(world: World) -> None:
    measured(world)
    operator = program(key_of(world.person(Role.OPERATIONS_MANAGER, NORTH)))
    manager = program(key_of(world.person(Role.BPO_MANAGER, NORTH)))
    root = f"/api/v1{HERE}/exclusions"
    body = {"service_level": "SL1", "month": "2026-01", "clause": "X2", "reason": "down"}
    span = {"from_at": "2026-01-06T00:00:00Z", "to_at": "2026-01-08T00:00:00Z"}
    asked = operator.post(root, {**body, "records": span}, content_type="application/json")
    assert (asked.status_code, asked.json()["state"], asked.json()["kind"]) == (201, "gathering", "span")
    number = asked.json()["id"]
    work_until_idle()
    listed = manager.get(root, {"state": "asked"}).json()["items"]
    assert [(one["id"], one["records"]) for one in listed] == [(number, 2)]
    records = manager.get(f"{root}/{number}/records").json()["items"]
    assert [(one["key"], one["met"], one["state"]) for one in records] == [("b", False, "asked"), ("c", False, "asked")]
    wrong = manager.post(f"{root}/{number}/decision", {"granted": ["a"]}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["detail"]) == (409, "This request is not about a.")
    done = manager.post(f"{root}/{number}/decision", {"granted": None}, content_type="application/json")
    assert (done.json()["state"], done.json()["decided_by"]) == ("granted", "Bpo_Manager.North")
    late = operator.post(f"{root}/{number}/withdrawal", content_type="application/json")
    assert late.status_code == HTTPStatus.CONFLICT
    duties = operator.get(f"/api/v1{HERE}/duties").json()
    assert duties[0]["duty"] == "forecast"
    assert duties[0]["excuses"] == ["SL1", "SL2"]


def test_a_request_under_way_shows_how_far_it_is(world: World) -> None:
    engagement = measured(world)
    given = actions.Asked("SL1", AT.date().replace(month=1), "X2", "down", Choice(keys=("b",)))
    request = actions.ask(engagement, given, by=provider(world), at=AT)
    manager = as_role(world, Role.BPO_MANAGER)
    page = f"{HERE}/exclusions/{request.pk}/"
    assert "being gathered" in text_of(manager, page)
    assert "HX-Refresh" not in manager.get(f"{page}progress/").headers
    early = manager.post(f"{page}decide/", {"outcome": "none", "answer": "no"})
    assert "Its records are there in a moment" in early.content.decode()
    work_until_idle()
    assert manager.get(f"{page}progress/").headers["HX-Refresh"] == "true"
    request.refresh_from_db()
    assert request.state == State.ASKED
