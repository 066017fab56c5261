"""Fair figures on the site: forecasts, signals and comparisons, alike for both sides, with the commands' numbers."""

import json
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from remit.cli.main import main
from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Role
from remit.web.accounts.today import Part, items_of, visit_of
from remit.web.connections.models import Delivery
from remit.web.contracts.actions import File
from remit.web.fairness.actions import Wanted, ask_to_compare, ask_to_look, note_signal
from remit.web.fairness.models import Comparison, Look, Signal, SignalNote
from remit.web.jobs.models import Job, State
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.models import Run
from remit.web.shared.models import AuditEntry
from remit.web.shared.moments import now
from remit.web.shared.refusals import NotAllowed, Refusal
from tests.lib.run_facts import HEAD
from tests.lib.web_api import ROOT, key_of, program
from tests.lib.web_contracts import actor, agreed
from tests.lib.web_loads import contract_of, loaded
from tests.lib.web_world import AT, World
from tests.web.conftest import signed_in

DESK = f"""{HEAD}
facts: {{dimensions: [site, queue]}}
clocks: {{resolution: {{of: cases, starts: opened_at, stops: closed_at}}}}
service_levels:
  SL1:
    name: In time
    class: critical
    measure: {{is: turnaround, clock: resolution, share_within: 4 hours}}
    expected: 60%
  SL2: {{name: Median, measure: {{is: turnaround, clock: resolution, statistic: median}}, expected: 5 hours}}
charges:
  - {{id: fee, amount: 1000.00}}
"""
MAPPING = "remit_mapping: 1\ntime_zone: UTC\nsources:\n  - {table: cases, files: '*.csv'}\n"
HEADER = "case_key,opened_at,closed_at,site,queue"
CLIENT, PROVIDER = Role.BPO_MANAGER, Role.OPERATIONS_MANAGER


def rows() -> list[str]:
    """Ten cases a day from March to 17 April; those of March that would be just late are hurried to their target."""
    lines = []
    for number in range(480):
        opened_at = datetime(2026, 3, 1, 6, tzinfo=UTC) + timedelta(days=number // 10, minutes=30 * (number % 10))
        taken = 120 + (number * 37) % 240
        taken = 238 if opened_at.month == 3 and 240 < taken <= 264 else taken
        closed_at = opened_at + timedelta(minutes=taken)
        site, queue = ("BER", "hard") if number % 3 else ("NYC", "easy" if number % 2 else "hard")
        lines.append(f"C{number},{opened_at:%Y-%m-%d %H:%M},{closed_at:%Y-%m-%d %H:%M},{site},{queue}")
    return lines


def moved(closed: str) -> list[str]:
    """Cases that one load closes in April and the next in March."""
    return [f"M{number},2026-03-31 09:00,{closed},BER,hard" for number in range(12)]


def the_desk(world: World) -> Run:
    """The desk's contract, agreed and measured on two loads, of which the second moved cases over the month's end."""
    engagement = contract_of(world.engagements["care-north"], "C-1")
    agreed(world, File("contract.yaml", DESK.encode()))
    for name, closed in (("one.csv", "2026-04-01 10:00"), ("two.csv", "2026-03-31 10:00")):
        loaded(world, {name: "\n".join([HEADER, *rows(), *moved(closed)])}, mapping=MAPPING)
    run: Run | None = Run.objects.newest_of(engagement)
    assert run is not None
    return run


@pytest.fixture
def desk(world: World) -> Run:
    return the_desk(world)


def looked(desk: Run) -> Look:
    """The desk's run looked over, as somebody who opens the page has it done."""
    look = ask_to_look(desk, by=Actor(None, "job"), at=now())
    work_until_idle()
    look.refresh_from_db()
    assert look.done_at is not None, look.job and look.job.fault
    return look


def address(view: str, **more: object) -> str:
    return reverse(f"fairness:{view}", kwargs={"engagement": "care-north", **more})


def page(client: Client, where: str, status: int = HTTPStatus.OK) -> str:
    answer = client.get(where)
    assert answer.status_code == status, (where, answer.status_code)
    return answer.content.decode()


def told(world: World, role: Role, part: Part) -> list[str]:
    somebody = world.person(role)
    mine = Engagement.objects.visible_to(somebody)
    visit = visit_of(Actor(somebody, "page"), mine, at=now(), since=now() - timedelta(hours=1))
    return [str(item.sentence) for item in items_of(visit)[part]]


@pytest.mark.parametrize("view", ["forecast", "comparisons", "signals"])
def test_before_anything_is_measured_each_page_says_how_it_fills(world: World, view: str) -> None:
    assert "Nothing measured yet" in page(signed_in(world.person(CLIENT)), address(view))
    assert not Look.objects.exists()


def test_a_measured_run_is_looked_over_once_loads_have_calmed_down_or_when_somebody_opens_the_page(
    desk: Run, world: World
) -> None:
    waiting = Look.objects.get(run=desk)
    assert waiting.job is not None
    assert waiting.job.state == State.WAITING
    client = signed_in(world.person(CLIENT))
    assert "Waiting for its turn" in page(client, address("forecast"))
    work_until_idle()
    waiting.refresh_from_db()
    assert waiting.done_at is not None
    assert client.get(address("look_progress"))["HX-Refresh"] == "true"
    assert Job.objects.filter(kind="fairness.look").count() == Run.objects.count()


def test_a_run_that_a_newer_one_has_overtaken_is_left_alone(desk: Run) -> None:
    earlier = Run.objects.exclude(pk=desk.pk).latest("pk")
    Job.objects.filter(kind="fairness.look").update(due_at=AT)
    work_until_idle()
    assert Look.objects.get(run=earlier).done_at is None
    assert Look.objects.get(run=desk).done_at is not None


def test_both_sides_see_how_the_month_will_end_with_the_numbers_of_the_command(
    desk: Run, world: World, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    looked(desk)
    (kept,) = Look.objects.get(run=desk).forecasts.all()
    shown = []
    for role in (CLIENT, PROVIDER):
        with django_assert_max_num_queries(30):
            shown.append(page(signed_in(world.person(role)), address("forecast")))
    assert all("How April 2026 will end" in one and "likely missed" in one for one in shown)
    assert all('<svg class="band"' in one and "it is a median" in one for one in shown)
    (tmp_path / "contract.yaml").write_text(DESK)
    out = tmp_path / "forecast.json"
    line = ["forecast", str(tmp_path / "contract.yaml"), "--store", settings.STORE_URL, "--as", "json"]
    assert main([*line, "--out", str(out)]) == 0
    (printed,) = json.loads(out.read_text())
    assert printed["chance_met"] == float(kept.chance)
    assert (printed["numerator"], printed["likely"]) == (kept.numerator, float(kept.likely))


def test_managers_of_both_sides_are_told_of_levels_likely_missed_and_others_are_not(desk: Run, world: World) -> None:
    looked(desk)
    warning = "SL1 In time will likely be missed in 2026-04"
    for role in (CLIENT, PROVIDER, Role.ACCOUNT_MANAGER):
        assert [one for one in told(world, role, Part.RISK) if one.startswith(warning)]
    for role in (Role.FINANCE, Role.AGENT, Role.AUDITOR):
        assert not [one for one in told(world, role, Part.RISK) if one.startswith(warning)]


def test_signals_stand_with_their_figures_and_records_and_either_side_answers_them(
    desk: Run, world: World, django_assert_max_num_queries: Any
) -> None:
    looked(desk)
    client, provider = signed_in(world.person(CLIENT)), signed_in(world.person(PROVIDER))
    assert {one.kind for one in Signal.objects.all()} == {"bunched", "redated"}
    with django_assert_max_num_queries(30):
        listed = page(client, address("signals"))
    assert "stopped just within the target" in listed
    assert "moved 12 records over the month&#x27;s end, 12 of them back into 2026-03" in listed
    assert [one for one in told(world, PROVIDER, Part.NEEDS) if one.startswith("2 signals in the records")]

    signal = Signal.objects.get(kind="redated")
    with django_assert_max_num_queries(30):
        shown = page(client, address("signal", signal=signal.pk))
    assert f"run={desk.pk}&amp;key=M0" in shown
    assert "Nobody has answered yet" in shown
    text = "Looked into: closed late in the tool by hand."
    answer = provider.post(address("note", signal=signal.pk), {"text": text})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert text in page(client, address("signal", signal=signal.pk))
    assert [one for one in told(world, PROVIDER, Part.NEEDS) if one.startswith("1 signal in the records")]
    (entry,) = AuditEntry.objects.filter(action="fairness.noted")
    assert entry.after == {"signal": signal.mark, "note": SignalNote.objects.get().pk}
    assert "closed late" not in json.dumps(entry.after)


def test_notes_outlive_the_run_that_raised_the_signal(desk: Run, world: World) -> None:
    looked(desk)
    signal = Signal.objects.get(kind="redated")
    note_signal(signal, "a tool's clock was wrong", by=actor(world, CLIENT), at=AT)
    loaded(world, {"three.csv": f"{HEADER}\nN1,2026-04-17 08:00,2026-04-17 09:00,BER,hard\n"}, mapping=MAPPING)
    newer = Run.objects.newest_of(desk.engagement)
    assert newer is not None
    assert newer != desk
    looked(newer)
    again = Signal.objects.get(kind="redated", look__run=newer)
    assert again.mark == signal.mark
    assert "a tool&#x27;s clock was wrong" in page(
        signed_in(world.person(PROVIDER)), address("signal", signal=again.pk)
    )


def test_signals_are_for_whoever_opens_records_and_answers_for_whoever_has_the_duty(desk: Run, world: World) -> None:
    looked(desk)
    signal = Signal.objects.all()[0]
    for role in (Role.AGENT, Role.FINANCE):
        page(signed_in(world.person(role)), address("signals"), HTTPStatus.FORBIDDEN)
        page(signed_in(world.person(role)), address("signal", signal=signal.pk), HTTPStatus.FORBIDDEN)
    auditor = signed_in(world.person(Role.AUDITOR))
    assert "Looked into" not in page(auditor, address("signal", signal=signal.pk))
    with pytest.raises(NotAllowed):
        note_signal(signal, "mine", by=actor(world, Role.AUDITOR), at=AT)
    with pytest.raises(Refusal, match="nothing to note"):
        note_signal(signal, "  ", by=actor(world, CLIENT), at=AT)
    stranger = signed_in(world.person(CLIENT, "care-south"))
    page(stranger, address("signal", signal=signal.pk), HTTPStatus.NOT_FOUND)
    assert not SignalNote.objects.exists()
    answer = signed_in(world.person(CLIENT)).post(address("note", signal=signal.pk), {"text": " "})
    assert "There is nothing to note" in answer.content.decode()


def test_sites_are_compared_raw_and_at_one_mix_with_the_numbers_of_the_command(
    desk: Run, world: World, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(world.person(CLIENT))
    asked = {"level": "SL1", "split_by": "site", "adjust": ["queue"], "first": "2026-03-01", "last": "2026-04-01"}
    assert "Service level" in page(client, address("comparisons"))
    answer = client.post(address("comparisons"), asked)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.content.decode()
    found = Comparison.objects.get()
    assert "Waiting for its turn" in page(client, address("comparison", comparison=found.pk))
    work_until_idle()
    assert client.get(address("comparison_progress", comparison=found.pk))["HX-Refresh"] == "true"
    other = signed_in(world.person(PROVIDER))
    page(other, address("comparison", comparison=found.pk))
    work_until_idle()
    with django_assert_max_num_queries(30):
        shown = page(other, address("comparison", comparison=found.pk))
    assert "<svg" in shown
    assert "BER has no record in 16.26 % of the mix" in shown
    assert client.post(address("comparisons"), asked).status_code == HTTPStatus.SEE_OTHER
    assert Comparison.objects.count() == 1
    (tmp_path / "contract.yaml").write_text(DESK)
    out = tmp_path / "comparison.json"
    line = ["compare", str(tmp_path / "contract.yaml"), "SL1", "--by", "site", "--adjust", "queue"]
    months = ["--from", "2026-03", "--to", "2026-04"]
    assert main([*line, *months, "--store", settings.STORE_URL, "--as", "json", "--out", str(out)]) == 0
    found.refresh_from_db()
    assert found.found["subjects"] == json.loads(out.read_text())["subjects"]
    with django_assert_max_num_queries(30):
        assert "comparison" in page(client, address("comparisons"))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"split_by": "colour"}, "can't be split by 'colour'"),
        ({"adjust": ["site"]}, "would even out what is compared"),
        ({"adjust": []}, "Name one to 3 columns"),
        ({"level": "SL9"}, "no service level 'SL9'"),
        ({"first_on": date(2026, 5, 1)}, "lies before the first"),
    ],
)
def test_what_can_not_be_compared_is_refused_in_a_sentence(
    desk: Run, world: World, changed: dict[str, Any], sentence: str
) -> None:
    given = {"level": "SL1", "split_by": "site", "adjust": ["queue"], "first_on": date(2026, 3, 1)}
    wanted = Wanted(**{**given, "last_on": date(2026, 4, 1), **changed})
    with pytest.raises(Refusal, match=sentence):
        ask_to_compare(desk.engagement, wanted, by=actor(world, CLIENT), at=AT)
    assert not Comparison.objects.exists()


def test_a_level_whose_parts_do_not_add_up_says_so_on_its_page(desk: Run, world: World) -> None:
    wanted = Wanted("SL2", "site", ["queue"], date(2026, 3, 1), date(2026, 4, 1))
    found = ask_to_compare(desk.engagement, wanted, by=actor(world, CLIENT), at=AT)
    work_until_idle()
    shown = page(signed_in(world.person(CLIENT)), address("comparison", comparison=found.pk))
    assert "its parts do not add up to it" in shown
    assert "not possible" in page(signed_in(world.person(CLIENT)), address("comparisons"))
    posted = signed_in(world.person(CLIENT)).post(address("comparisons"), {"level": "SL1", "split_by": "site"})
    assert posted.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_programs_read_forecasts_and_signals_and_ask_for_comparisons(desk: Run, world: World) -> None:
    looked(desk)
    signal = Signal.objects.get(kind="redated")
    note_signal(signal, "known", by=actor(world, CLIENT), at=AT)
    client = program(key_of(world.person(PROVIDER)))
    where = f"{ROOT}/engagements/care-north"
    (forecast,) = client.get(f"{where}/forecasts").json()["items"]
    assert (forecast["level"], forecast["run"], forecast["is_warning"]) == ("SL1", desk.pk, True)
    found = client.get(f"{where}/signals").json()["items"]
    (redated,) = [one for one in found if one["kind"] == "redated"]
    assert sorted(redated["records"]) == sorted(f"M{number}" for number in range(12))
    assert [(one["side"], one["text"]) for one in redated["notes"]] == [("client", "known")]

    asked = {"level": "SL1", "split_by": "site", "adjust": ["queue"], "first": "2026-03", "last": "2026-04"}
    answer = client.post(f"{where}/comparisons", asked, content_type="application/json")
    assert answer.status_code == HTTPStatus.ACCEPTED, answer.content
    work_until_idle()
    whole = client.get(f"{where}/comparisons/{answer.json()['id']}").json()
    assert whole["state"] == "done"
    assert {one["subject"] for one in whole["found"]["subjects"]} == {"BER", "NYC"}
    assert [one["id"] for one in client.get(f"{where}/comparisons").json()["items"]] == [whole["id"]]
    wrong = {**asked, "split_by": "colour"}
    refused = client.post(f"{where}/comparisons", wrong, content_type="application/json")
    assert refused.status_code == HTTPStatus.CONFLICT
    assert Delivery.objects.count() == 0
