"""The API of performance: the numbers of the pages and of the command, for programs; nothing of other engagements."""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from remit.cli.main import main
from remit.web.accounts.roles import Role
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.models import Load
from tests.lib.web_api import ROOT, key_of, program
from tests.lib.web_loads import FIRST_CONTRACT
from tests.lib.web_measured import measured_first_contract
from tests.lib.web_world import World

HERE = f"{ROOT}/engagements/care-north"


def asked(client: Client, where: str, status: int = HTTPStatus.OK, **query: Any) -> Any:
    answer = client.get(f"{HERE}{where}", query)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_programs_get_the_numbers_that_the_command_prints(world: World, tmp_path: Path) -> None:
    run = measured_first_contract(world)
    client = program(key_of(world.person(Role.OPERATIONS_MANAGER)))
    out = tmp_path / "settled.json"
    command = ["settle", str(FIRST_CONTRACT / "contract.yaml"), "--store", settings.STORE_URL, "--as", "json"]
    assert main([*command, "--out", str(out)]) == 0
    printed = json.loads(out.read_text())
    months = asked(client, "/settlements")["items"]
    assert [asked(client, f"/settlements/{one['month']}") for one in reversed(months)] == printed
    found = asked(client, "/attainments", limit=200)
    levels = [level for month in printed for level in month["service_levels"]]
    for one, level in zip(found["items"], levels, strict=True):
        assert {name: one[name] for name in level if name not in ("id", "window", "note")} == {
            name: value for name, value in level.items() if name not in ("id", "window", "note")
        }
    assert asked(client, "/attainments", level="SL1", first="2026-03", last="2026-03")["items"][0]["run"] == run.pk
    assert asked(client, "/attainments", level="SL9")["items"] == []
    asked(client, "/attainments", HTTPStatus.UNPROCESSABLE_ENTITY, first="March")
    asked(client, "/attainments", HTTPStatus.NOT_FOUND, run=999_999)
    asked(client, "/settlements/2031-01", HTTPStatus.NOT_FOUND)


def test_records_are_listed_on_first_asking_and_then_come_in_parts(world: World) -> None:
    measured_first_contract(world)
    client = program(key_of(world.person(Role.OPERATIONS_MANAGER)))
    where = "/levels/SL1/records/2026-03"
    first = asked(client, where, HTTPStatus.ACCEPTED)
    assert asked(client, where, HTTPStatus.ACCEPTED)["job"] == first["job"]
    work_until_idle()
    part, keys = asked(client, where, limit=3), []
    while True:
        keys += [one["key"] for one in part["items"]]
        if part["next"] is None:
            break
        part = asked(client, where, limit=3, after=part["next"])
    assert len(keys) == len(set(keys)) == part["count"]
    assert {one["met"] for one in asked(client, where, only="missed")["items"]} == {False}
    asked(client, "/levels/SL9/records/2026-03", HTTPStatus.NOT_FOUND)
    asked(client, where, HTTPStatus.UNPROCESSABLE_ENTITY, sort="password")


def test_loads_are_told_and_taken_back_by_programs(world: World) -> None:
    measured_first_contract(world)
    client = program(key_of(world.person(Role.OPERATIONS_MANAGER)))
    (load,) = asked(client, "/loads")["items"]
    assert asked(client, f"/loads/{load['id']}") == load
    answer = client.post(
        f"{HERE}/loads/{load['id']}/withdrawal", {"because": "the wrong month"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["state"]) == (HTTPStatus.OK, "withdrawing")
    again = client.post(f"{HERE}/loads/{load['id']}/withdrawal", {"because": "x"}, content_type="application/json")
    assert again.status_code == HTTPStatus.CONFLICT
    work_until_idle()
    assert asked(client, f"/loads/{load['id']}")["state"] == "withdrawn"
    stop = client.post(f"{HERE}/loads/{load['id']}/stop", content_type="application/json")
    assert stop.status_code == HTTPStatus.CONFLICT


def test_a_program_of_another_engagement_finds_nothing(world: World) -> None:
    run = measured_first_contract(world)
    client = program(key_of(world.person(Role.BPO_MANAGER, "care-south")))
    load = Load.objects.get()
    there = f"{ROOT}/engagements/care-south"
    for where in (
        f"/attainments?run={run.pk}",
        "/settlements/2026-03",
        "/levels/SL1/records/2026-03",
        f"/loads/{load.pk}",
    ):
        assert client.get(f"{there}{where}").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{HERE}/attainments").status_code == HTTPStatus.NOT_FOUND
