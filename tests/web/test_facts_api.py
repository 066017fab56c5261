"""Facts pushed by programs: on disk before they are acknowledged, landed through the same checks, nothing lost."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from remit.engines import duckdb_engine
from remit.store import read_manifest, snapshot
from remit.web.accounts.roles import Duty, Role
from remit.web.jobs.queue import work_until_idle
from remit.web.performance import uploads
from remit.web.performance.models import Load
from tests.lib.web_api import key_of, program
from tests.lib.web_world import World
from tests.web.test_api import problem

pytestmark = pytest.mark.django_db
CASES = "/api/v1/engagements/care-north/facts/cases"
FIRST = {"case_key": "C-1", "opened_at": "2026-03-02T09:00:00Z", "resolved_at": None, "priority": "P1"}


@pytest.fixture
def feeder(world: World) -> Client:
    """A program of the provider's that may load facts and nothing else."""
    return program(key_of(world.person(Role.OPERATIONS_MANAGER), [Duty.LOAD_FACTS]))


def push(client: Client, records: object, address: str = CASES, key: str = "", **more: object) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(address, {"records": records, **more}, "application/json", headers=headers)


def stored(columns: str, table: str = "cases") -> list[tuple[Any, ...]]:
    """What the store holds of the northern engagement."""
    manifest = read_manifest(str(settings.STORE_URL))
    connection = duckdb_engine.connect(threads=1)
    snapshot(manifest, "care-north", connection, version=manifest.head)
    return connection.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()


def test_a_batch_is_on_disk_when_it_is_acknowledged_and_lands_as_a_load(world: World, feeder: Client) -> None:
    answer = push(feeder, [FIRST, {**FIRST, "case_key": "C-2", "resolved_at": "2026-03-02T10:00:00+01:00"}])
    assert (answer.status_code, answer.json()["records"]) == (202, 2)
    load = Load.objects.get(pk=answer.json()["load"])
    lines = (uploads.files_folder(load) / "cases.jsonl").read_text().splitlines()
    assert [json.loads(line)["case_key"] for line in lines] == ["C-1", "C-2"]
    assert (load.source, load.by) == ("api", world.person(Role.OPERATIONS_MANAGER))
    work_until_idle()
    load.refresh_from_db()
    assert (load.state, load.new, load.quarantined) == ("loaded", 2, 0)
    assert stored("case_key, resolved_at IS NULL") == [("C-1", True), ("C-2", False)]


def test_a_row_that_fails_a_check_waits_in_the_loads_quarantine(feeder: Client) -> None:
    push(feeder, [FIRST, {**FIRST, "case_key": "C-2", "opened_at": "yesterday"}])
    work_until_idle()
    load = Load.objects.get()
    assert (load.new, load.quarantined) == (1, 1)


def test_a_batch_sent_again_is_one_load(feeder: Client) -> None:
    answers = [push(feeder, [FIRST], key="batch-1").json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert Load.objects.count() == 1


def test_the_same_records_under_another_key_change_nothing(feeder: Client) -> None:
    first = push(feeder, [FIRST], key="a").json()
    work_until_idle()
    second = push(feeder, [FIRST], key="b").json()
    assert second["same_as"] == first["load"]
    work_until_idle()
    assert [load.state for load in Load.objects.order_by("pk")] == ["loaded", "nothing_new"]


def test_columns_of_ones_own_and_the_instant_of_change_travel_with_the_records(feeder: Client) -> None:
    record = {**FIRST, "updated_at": "2026-03-05T00:00:00Z", "parcels": 3}
    extra = {"updated_at": "instant", "parcels": "integer"}
    assert push(feeder, [{**record, "parcels": 4}], extra=extra).status_code == 202
    assert push(feeder, [{**record, "updated_at": "2026-03-04T00:00:00Z"}], extra=extra).status_code == 202
    work_until_idle()
    assert stored("case_key, parcels") == [("C-1", 4)]


def test_a_decimal_arrives_as_it_was_written(feeder: Client) -> None:
    record = '{"transaction_key": "T-1", "received_at": "2026-03-02T09:00:00Z", "amount": 12345678901234.5678}'
    address = CASES.replace("cases", "transactions")
    assert feeder.post(address, f'{{"records": [{record}]}}', "application/json").status_code == 202
    work_until_idle()
    assert [str(amount) for (amount,) in stored("amount", "transactions")] == ["12345678901234.5678"]


@pytest.mark.parametrize(
    ("records", "where"),
    [
        ([], "body.records"),
        ([FIRST] * 1001, "body.records"),
        (["C-1"], "body.records.0"),
        ([{}], "body.records.0.case_key"),
        ([{**FIRST, "colour": "red"}], "body.records.0.colour"),
        ([{"case_key": "C-1"}], "body.records.0.opened_at"),
        ([FIRST, {"case_key": "C-2", "opened_at": None, "resolved_at": None}], "body.records.1.priority"),
        ([FIRST, {**FIRST, "queue": "voice"}], "body.records.1.queue"),
        ([{**FIRST, "priority": ["P1"]}], "body.records.0.priority"),
        ([{**FIRST, "priority": "x" * 10_001}], "body.records.0.priority"),
    ],
)
def test_a_batch_of_the_wrong_shape_is_refused_whole_and_says_where(feeder: Client, records: Any, where: str) -> None:
    told = problem(push(feeder, records), 422)
    assert told["errors"][0]["where"] == where
    assert not Load.objects.exists()
    assert not (settings.DATA / "uploads").exists()


@pytest.mark.parametrize("extra", [{"priority": "text"}, {"colour": "paint"}, {"x; drop": "text"}])
def test_columns_of_ones_own_have_a_name_and_a_kind(feeder: Client, extra: dict[str, str]) -> None:
    assert "extra" in problem(push(feeder, [FIRST], extra=extra), 422)["errors"][0]["where"]


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", '{"records": [NaN]}', '{"records": [{"a": 1e999999}]}', '{"records": [], "records": []}',
     '{"records": [{"case_key": "\\u0000"}]}', '{"records": [{"case_key": "\\ud800"}]}', "[" * 100_000],
)  # fmt: skip
def test_what_is_no_json_a_record_can_hold_is_refused(feeder: Client, body: str) -> None:
    answer = feeder.post(CASES, body, "application/json")
    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code)


def test_a_body_beyond_the_limit_is_too_large(feeder: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    problem(push(feeder, [FIRST] * 50), 413)


def test_a_table_that_there_is_not_is_refused(feeder: Client) -> None:
    told = problem(push(feeder, [FIRST], CASES.replace("cases", "tickets")), 422)
    assert told["errors"][0]["where"] == "path.table"


def test_who_may_not_load_facts_pushes_none(world: World) -> None:
    client = program(key_of(world.person(Role.FINANCE)))
    assert "load" in problem(push(client, [FIRST]), 403)["detail"]
