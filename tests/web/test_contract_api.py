"""Contracts for programs: files looked over, proposed, approved by their hash, and read back byte for byte."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from remit.web.accounts.roles import Role
from remit.web.contracts.models import State, Version
from tests.lib.web_api import ROOT, key_of, program
from tests.lib.web_contracts import CLIENT, PROVIDER, agreed, amendment_for, proposed, text_for
from tests.lib.web_world import World

HERE = f"{ROOT}/engagements/care-north/contract"
FILES = [
    {"name": "contract.yaml", "text": text_for().decode()},
    {"name": "a1.yaml", "text": amendment_for().decode()},
]


def of(world: World, role: Role) -> Client:
    return program(key_of(world.person(role)))


def send(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"{HERE}/{path}", body, content_type="application/json")


def test_a_program_proposes_and_both_sides_approve_what_they_read(world: World) -> None:
    client, provider = of(world, CLIENT), of(world, PROVIDER)
    answer = send(client, "versions", files=FILES, note="July")
    assert answer.status_code == HTTPStatus.CREATED
    told = answer.json()
    assert (told["number"], told["state"], [one["place"] for one in told["files"]]) == (
        1,
        "proposed",
        ["contract.yaml", "amendments/a1.yaml"],
    )
    assert send(provider, "versions/1/approve", sha256="0" * 64).status_code == HTTPStatus.CONFLICT
    for one in (client, provider):
        answer = send(one, "versions/1/approve", sha256=told["sha256"])
        assert answer.status_code == HTTPStatus.OK
    assert (answer.json()["state"], len(answer.json()["approvals"])) == ("agreed", 2)
    read = provider.get(f"{HERE}/versions/1/files/a1.yaml")
    assert (read.content, read["Content-Type"]) == (amendment_for(), "application/yaml; charset=utf-8")
    assert provider.get(f"{HERE}/versions").json()["items"] == [provider.get(f"{HERE}/versions/1").json()]


def test_what_can_not_be_proposed_leaves_nothing_behind(world: World) -> None:
    client = of(world, CLIENT)
    wrong = [{"name": "contract.yaml", "text": "remit: 1"}]
    assert send(client, "versions", files=wrong).status_code == HTTPStatus.CONFLICT
    proposed(world)
    assert send(client, "versions", files=FILES).status_code == HTTPStatus.CONFLICT
    assert Version.objects.count() == 1


def test_looking_files_over_tells_problems_by_line_and_keeps_nothing(world: World) -> None:
    client = of(world, CLIENT)
    wrong = [{"name": "contract.yaml", "text": text_for(expected="eighty").decode()}]
    told = send(client, "check", files=wrong).json()
    assert (told["can_be_proposed"], told["sha256"]) == (False, None)
    (problem,) = [one for one in told["problems"] if one["severity"] == "error"]
    assert (problem["file"], problem["path"], problem["line"] > 1) == (
        "contract.yaml",
        "service_levels.SL1.expected",
        True,
    )
    assert send(client, "check", files=FILES).json()["can_be_proposed"] is True
    assert Version.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"files": []}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"files": [{"name": "..", "text": ""}]}, HTTPStatus.CONFLICT),
        ({"files": [{"name": "a.sh", "text": ""}]}, HTTPStatus.CONFLICT),
        ({"files": [{"name": "contract.yaml", "text": "\ud800"}]}, HTTPStatus.BAD_REQUEST),
        ({"files": [{"name": "contract.yaml", "text": "a" * 1_000_001}]}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"files": [FILES[0], FILES[0]]}, HTTPStatus.CONFLICT),
    ],
)
def test_a_body_that_is_none_is_refused_with_a_sentence(world: World, body: Any, status: HTTPStatus) -> None:
    for path in ("check", "versions"):
        answer = send(of(world, CLIENT), path, **body)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), path
        assert answer.json()["detail"]


def test_a_version_is_rejected_with_a_reason_and_withdrawn_by_its_side(world: World) -> None:
    proposed(world)
    assert send(of(world, PROVIDER), "versions/1/reject", reason="").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert send(of(world, PROVIDER), "versions/1/reject", reason="no").json()["state"] == "rejected"
    proposed(world)
    assert send(of(world, PROVIDER), "versions/2/withdraw").status_code == HTTPStatus.FORBIDDEN
    assert send(of(world, CLIENT), "versions/2/withdraw").json()["state"] == State.WITHDRAWN


def test_key_dates_are_those_of_the_version_in_force(world: World) -> None:
    client = of(world, Role.FINANCE)
    assert client.get(f"{HERE}/dates").json() == []
    agreed(world)
    dates = client.get(f"{HERE}/dates").json()
    assert all(set(one) == {"on", "what", "kind", "clause", "side", "every"} for one in dates)
    assert client.get(f"{HERE}/dates", {"version": 7}).status_code == HTTPStatus.NOT_FOUND
