"""Pages about what was measured: from the heat map to one record, the corridor's numbers all the way."""

import csv
import io
import json
from http import HTTPStatus
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from remit.cli.main import main
from remit.web.accounts.roles import Role
from remit.web.jobs.models import Job
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.bridge.records import listing
from remit.web.performance.models import Attained, Run
from tests.lib.web_loads import FIRST_CONTRACT
from tests.lib.web_measured import measured_contact_centre, measured_first_contract
from tests.lib.web_world import World
from tests.web.conftest import signed_in


def address(view: str, engagement: str = "care-north", **more: object) -> str:
    return reverse(f"performance:{view}", kwargs={"engagement": engagement, **more})


def manager(world: World) -> Client:
    return signed_in(world.person(Role.BPO_MANAGER))


def page(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == HTTPStatus.OK, where
    return answer.content.decode()


def listed(client: Client, where: str) -> str:
    """A list of records, made by a worker when it is opened for the first time."""
    first = page(client, where)
    if "being listed" in first:
        work_until_idle()
        first = page(client, where)
    return first


def test_before_anything_is_measured_the_pages_say_what_to_do(world: World) -> None:
    client = manager(world)
    assert "There are no facts yet" in page(client, address("heat"))
    assert "Nothing settled yet" in page(client, address("settlements"))
    assert "No scorecard" in page(client, address("scorecards"))
    assert "Nothing was measured yet" in page(client, address("runs"))
    assert "No facts yet" in page(client, address("loads"))


@pytest.mark.slow
def test_one_walks_from_the_heat_map_to_the_records_and_the_money(
    world: World, django_assert_max_num_queries: Any
) -> None:
    run = measured_contact_centre(world)
    client = manager(world)
    missed = Attained.objects.filter(run=run, dimension="", level="SL4", standing="below_minimum").first()
    assert missed is not None
    month = f"{missed.month_on:%Y-%m}"
    with django_assert_max_num_queries(20):
        heat = page(client, address("heat"))
    level_at = f"{address('level', level='SL4')}?month={month}"
    assert level_at in heat
    assert "below minimum" in heat
    with django_assert_max_num_queries(20):
        level = page(client, level_at)
    assert f"{missed.numerator} / {missed.denominator}" in level
    assert "Krakow" in level
    records_at = address("records", level="SL4", month=month)
    assert records_at in level
    found = listed(client, records_at)
    assert "SELECT" in found
    with django_assert_max_num_queries(20):
        only_missed = page(client, f"{records_at}?only=missed")
    assert f"{missed.denominator - missed.numerator} records" in only_missed
    settlement = page(client, address("settlement", month=month))
    assert "SL4" in settlement
    assert level_at in settlement
    assert "Scorecards" in page(client, f"{address('scorecards')}?month={month}")
    assert f"Run {run.pk}" in page(client, address("runs"))
    old = page(client, f"{address('heat')}?run={run.pk}")
    assert f"run={run.pk}" in old


def test_a_statement_is_the_one_the_command_writes(world: World, tmp_path: Any) -> None:
    run = measured_first_contract(world)
    client = manager(world)

    for form in ("json", "csv"):
        out = tmp_path / f"march.{form}"
        asked = ["settle", str(FIRST_CONTRACT / "contract.yaml"), "--store", settings.STORE_URL, "--period", "2026-03"]
        assert main([*asked, "--as", form, "--out", str(out)]) == 0
        given = client.get(address("statement", month="2026-03", form=form))
        assert given.content == out.read_bytes()
    html = client.get(address("statement", month="2026-03", form="html"))
    assert html["Content-Disposition"].startswith("attachment")
    book = client.get(address("statement", month="2026-03", form="xlsx"))
    assert "xl/workbook.xml" in ZipFile(io.BytesIO(book.content)).namelist()
    told = json.loads(client.get(address("statement", month="2026-03", form="json")).content)
    kept = run.months.get(starts_on="2026-03-01")
    assert told[0]["settlement"]["credit"] == kept.credit
    assert client.get(address("statement", month="2026-03", form="pdf")).status_code == HTTPStatus.NOT_FOUND


def test_records_are_paged_sorted_filtered_and_none_is_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = measured_first_contract(world)
    client = manager(world)
    where = address("records", level="SL1", month="2026-03")
    listed(client, where)
    found = listing(run.pk, "SL1", "2026-03")
    assert found is not None
    monkeypatch.setattr("remit.web.performance.views.records._A_PAGE", 3)
    keys: list[str] = []
    for sort in ("", "key", "-key", "-at", "seconds"):
        keys = []
        asked = client.get(where, {"sort": sort})
        while True:
            rows = asked.context["rows"]
            keys += [row.record.key for row in rows]
            if not asked.context["next"]:
                break
            asked = client.get(asked.context["next"])
        assert len(keys) == len(set(keys)) == found.windows[0].records
        if sort in ("key", "-key"):
            assert keys == sorted(keys, reverse=sort == "-key")
    missed = client.get(where, {"only": "missed"}).context
    assert {row.record.style for row in missed["rows"]} == {"missed"}
    some = keys[3]
    assert [row.record.key for row in client.get(where, {"text": some.lower()}).context["rows"]] == [some]
    for wrong in ({"after": "bm9uc2Vuc2U="}, {"after": "é"}, {"sort": "secret"}, {"only": "x"}, {"text": "'; DROP --"}):
        assert client.get(where, wrong).status_code == HTTPStatus.OK


def test_an_exported_list_adds_up_to_the_number(world: World) -> None:
    run = measured_first_contract(world)
    client = manager(world)
    where = address("records", level="SL1", month="2026-03")
    listed(client, where)
    file = address("records_file", level="SL1", month="2026-03", form="csv")
    given = b"".join(client.get(file).streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(given)))
    row = Attained.objects.get(run=run, level="SL1", dimension="", month_on="2026-03-01")
    sums = (sum(int(one["numerator"]) for one in rows), sum(int(one["denominator"]) for one in rows))
    assert sums == (row.numerator, row.denominator)
    missed = b"".join(client.get(f"{file}?only=missed").streaming_content).decode()  # type: ignore[attr-defined]
    assert len(list(csv.DictReader(io.StringIO(missed)))) == row.denominator - row.numerator
    book = client.get(address("records_file", level="SL1", month="2026-03", form="xlsx"))
    assert "xl/worksheets/sheet1.xml" in ZipFile(io.BytesIO(book.content)).namelist()


def test_a_record_shows_its_columns_its_changes_and_a_clock_that_adds_up(
    world: World, django_assert_max_num_queries: Any
) -> None:
    measured_first_contract(world)
    client = manager(world)
    where = address("records", level="SL1", month="2026-03")
    listed(client, where)
    record = address("record", level="SL1", month="2026-03")
    for row in client.get(where).context["rows"]:
        with django_assert_max_num_queries(20):
            answer = client.get(record, {"key": row.record.key})
        line = answer.context["opened"].line
        assert sum(span.counted for span in line.spans) == line.seconds
    paused = client.get(record, {"key": "T-1007"})
    text = paused.content.decode()
    assert "Waiting for customer" in text
    assert "paused" in text
    assert "closed hours" in text
    assert "Europe/Berlin" in text
    assert client.get(record, {"key": "T-9999"}).status_code == HTTPStatus.NOT_FOUND


def test_a_level_is_split_by_another_column_from_its_page(world: World) -> None:
    measured_first_contract(world)
    client = manager(world)
    level = address("level", level="SL1")
    asked = page(client, f"{level}?by=status")
    assert "Not measured by this column yet" in asked
    answer = client.post(address("split", level="SL1"), {"by": "priority", "month": "2026-03"})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert "Waiting for its turn" in page(client, answer["Location"])
    work_until_idle()
    assert client.get(address("split_progress", dimension="priority"))["HX-Refresh"] == "true"
    assert "P1" in page(client, answer["Location"])
    wrong = client.post(address("split", level="SL1"), {"by": "password"})
    assert wrong.status_code == HTTPStatus.CONFLICT


def test_nothing_of_an_engagement_is_found_from_another(world: World) -> None:
    run = measured_first_contract(world)
    client = signed_in(world.person(Role.BPO_MANAGER, "care-south"))
    assert "Nothing measured yet" in page(client, address("heat", "care-south"))
    for view, more in (
        ("heat", {}),
        ("level", {"level": "SL1"}),
        ("settlement", {"month": "2026-03"}),
        ("statement", {"month": "2026-03", "form": "json"}),
        ("records", {"level": "SL1", "month": "2026-03"}),
        ("record", {"level": "SL1", "month": "2026-03"}),
        ("records_file", {"level": "SL1", "month": "2026-03", "form": "csv"}),
    ):
        asked = f"{address(view, 'care-south', **more)}?run={run.pk}"
        assert client.get(asked).status_code == HTTPStatus.NOT_FOUND, view
    assert Job.objects.filter(kind="performance.records").count() == 0


@pytest.mark.parametrize("named", ["0", "x", "-1", "9" * 30, "1; DROP TABLE"])
def test_a_run_that_is_not_there_is_not_found(world: World, named: str) -> None:
    measured_first_contract(world)
    assert manager(world).get(address("heat"), {"run": named}).status_code == HTTPStatus.NOT_FOUND


def test_money_is_shown_to_those_whose_role_sees_it(world: World) -> None:
    measured_first_contract(world)
    planner = signed_in(world.person(Role.PLANNER))
    assert planner.get(address("settlement", month="2026-03")).status_code == HTTPStatus.FORBIDDEN
    finance = signed_in(world.person(Role.FINANCE))
    text = page(finance, address("settlement", month="2026-03"))
    assert "EUR" in text
    assert finance.get(address("records", level="SL1", month="2026-03")).status_code == HTTPStatus.FORBIDDEN


def test_figures_are_written_as_the_readers_locale_writes_them(world: World) -> None:
    measured_first_contract(world)
    reader = world.person(Role.BPO_MANAGER)
    reader.language = "de"
    reader.save()
    row = Attained.objects.filter(run=Run.objects.get(), level="SL1").exclude(value="").first()
    assert row is not None
    assert "40.000,00" in page(manager(world), address("settlement", month="2026-03"))


def test_the_first_page_leads_to_a_level_missed_last_month(world: World, django_assert_max_num_queries: Any) -> None:
    run = measured_first_contract(world)
    missed = Attained.objects.filter(run=run, dimension="", standing__startswith="below").order_by("-month_on").first()
    assert missed is not None
    client = manager(world)
    client.get("/roles/")
    with django_assert_max_num_queries(30):
        first = page(client, "/")
    level_at = f"{address('level', level='SL1')}?month={missed.month_on:%Y-%m}"
    assert level_at in first
    credit = run.months.get(starts_on=missed.month_on).credit
    assert (f"EUR {float(credit):,.2f}" in page(client, level_at), float(credit) > 0) == (True, True)
    assert "EUR" not in page(signed_in(world.person(Role.PLANNER)), level_at)
    assert "SL1" not in page(signed_in(world.person(Role.BPO_MANAGER, "care-south")), "/")
