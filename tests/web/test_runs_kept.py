"""Runs: what a page shows is what `remit settle` prints, to the last digit, and one run serves the same inputs."""

import json
from pathlib import Path

import pytest
from django.conf import settings

from remit.cli.main import main
from remit.reports.statements import as_json
from remit.web.accounts.actors import installation
from remit.web.jobs.models import Job
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.actions import withdraw_load
from remit.web.performance.bridge.kept import attainment_of, settlement_of
from remit.web.performance.measuring import ask_to_measure, ask_to_split
from remit.web.performance.models import Attained, Load, Run, SettledMonth
from tests.lib.contact_centre import generated
from tests.lib.web_loads import FIRST_CONTRACT, operator
from tests.lib.web_measured import agree, load_folder, measured_contact_centre, measured_first_contract
from tests.lib.web_world import AT, World


def printed(contract: Path, *more: str) -> str:
    """What the command prints for the facts in the store."""
    out = Path(settings.DATA) / "settled.json"
    store = ["settle", str(contract / "contract.yaml"), "--store", settings.STORE_URL, "--as", "json"]
    assert main([*store, "--out", str(out), *more]) == 0
    return out.read_text(encoding="utf-8")


@pytest.mark.slow
def test_what_is_kept_of_a_run_is_what_the_command_prints(world: World) -> None:
    run = measured_contact_centre(world)
    months = [settlement_of(month.settlement) for month in run.months.order_by("starts_on")]
    assert as_json(months) == printed(generated() / "north")
    rows = Attained.objects.filter(run=run, dimension="").order_by("month_on", "position")
    assert [attainment_of(row) for row in rows] == [one for month in months for one in month.attainments]
    sites = Attained.objects.filter(run=run, dimension="site").count()
    by_site = json.loads(printed(generated() / "north", "--by", "site"))
    assert sites == sum(len(level.get("by", [])) for month in by_site for level in month["service_levels"]) > 0


def test_amounts_are_kept_as_they_are_printed(world: World) -> None:
    run = measured_first_contract(world)
    assert as_json([settlement_of(month.settlement) for month in run.months.order_by("starts_on")]) == printed(
        FIRST_CONTRACT
    )
    told = [one["settlement"] for one in json.loads(printed(FIRST_CONTRACT))]
    kept = run.months.order_by("starts_on").values_list("charges", "at_risk", "credit", "currency")
    assert list(kept) == [(one["charges"], one["at_risk"], one["credit"], one["currency"]) for one in told]


def test_the_same_contract_and_facts_are_measured_once(world: World) -> None:
    run = measured_first_contract(world)
    assert ask_to_measure(run.engagement, by=installation(), at=AT) is None
    load_folder(world, FIRST_CONTRACT / "export")
    assert Run.objects.count() == 1


def test_facts_without_an_agreed_contract_are_measured_when_there_is_one(world: World) -> None:
    engagement = world.engagements["care-north"]
    engagement.contract_id = "HELPDESK-7"
    engagement.save()
    load_folder(world, FIRST_CONTRACT / "export")
    assert (Run.objects.count(), Job.objects.filter(kind="performance.measure").count()) == (0, 0)
    agree(world, FIRST_CONTRACT)
    work_until_idle()
    assert SettledMonth.objects.filter(run__engagement=engagement).count() >= 1


def test_a_withdrawn_load_makes_a_new_run_and_the_old_one_stays(world: World) -> None:
    run = measured_first_contract(world)
    (Path(settings.DATA) / "more").mkdir()
    more = Path(settings.DATA) / "more"
    for path in (FIRST_CONTRACT / "export").iterdir():
        (more / path.name).write_bytes(path.read_bytes())
    tickets = (more / "tickets.csv").read_text().splitlines()
    (more / "tickets.csv").write_text("\n".join([tickets[0], *(f"{line}" for line in tickets[2:4])]) + "\n")
    load_folder(world, more)
    load = Load.objects.order_by("pk").first()
    assert load is not None
    withdraw_load(load, because="wrong", by=operator(world), at=AT)
    work_until_idle()
    newest = Run.objects.newest_of(run.engagement)
    assert newest is not None
    assert (newest.pk > run.pk, newest.store_version > run.store_version) == (True, True)
    assert Run.objects.filter(pk=run.pk, months__isnull=False).exists()


def test_a_contract_the_facts_cannot_serve_keeps_its_problems(world: World, tmp_path: Path) -> None:
    engagement = world.engagements["care-north"]
    engagement.contract_id = "HELPDESK-7"
    engagement.save()
    text = (FIRST_CONTRACT / "contract.yaml").read_text()
    fee = "- {id: calls, volume: {of: interactions}, rate: 1.00}"
    (tmp_path / "contract.yaml").write_text(text.replace("- {id: monthly_fee, amount: 40000.00}", fee))
    agree(world, tmp_path)
    load_folder(world, FIRST_CONTRACT / "export")
    run = Run.objects.get()
    assert (run.is_measured, Run.objects.newest_of(engagement)) == (False, None)
    assert "no table interactions" in run.problems[0]["what"]


def test_a_run_is_split_by_another_column_when_somebody_asks(world: World) -> None:
    run = measured_first_contract(world)
    assert "priority" in run.dimensions
    split = ask_to_split(run, "priority", by=operator(world), at=AT)
    assert ask_to_split(run, "priority", by=operator(world), at=AT).job == split.job
    work_until_idle()
    split.refresh_from_db()
    parts = Attained.objects.filter(run=run, dimension="priority").values_list("part", flat=True).distinct()
    assert (split.done_at is not None, list(parts)) == (True, ["P1"])
