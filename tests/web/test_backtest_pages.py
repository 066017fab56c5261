"""Back-tests on the site: each side for itself, the numbers of the command, and nothing of the other side's drafts."""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from remit.cli.main import main
from remit.web.accounts.roles import Role
from remit.web.backtests.actions import Wanted, ask_for_test
from remit.web.backtests.models import Backtest
from remit.web.contracts.actions import File, discard
from remit.web.contracts.models import Version
from remit.web.jobs.models import Job
from remit.web.jobs.queue import work_until_idle
from remit.web.shared.models import AuditEntry
from remit.web.shared.refusals import Refusal
from tests.lib.web_api import ROOT, key_of, program
from tests.lib.web_contracts import actor, drafted
from tests.lib.web_loads import FIRST_CONTRACT
from tests.lib.web_measured import measured_first_contract
from tests.lib.web_world import AT, World
from tests.web.conftest import signed_in

HARDER = (FIRST_CONTRACT / "contract.yaml").read_bytes().replace(b"expected: 90%", b"expected: 97%")
CLIENT, PROVIDER = Role.BPO_MANAGER, Role.ACCOUNT_MANAGER


def address(view: str, engagement: str = "care-north", **more: object) -> str:
    return reverse(f"backtests:{view}", kwargs={"engagement": engagement, **more})


def page(client: Client, where: str, status: int = HTTPStatus.OK) -> str:
    answer = client.get(where)
    assert answer.status_code == status, where
    return answer.content.decode()


def agreed(world: World) -> Version:
    version = Version.objects.agreed_of(world.engagements["care-north"])
    assert version is not None
    return version


def asked(client: Client, **given: Any) -> Backtest:
    """A back-test asked for by the form, and done."""
    answer = client.post(address("new"), {"years": 40, "seed": 1, "season": "none", **given})
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.content.decode()
    work_until_idle()
    test: Backtest = Backtest.objects.order_by("-pk")[0]
    return test


def test_two_versions_are_compared_on_a_page_with_the_numbers_of_the_command(
    world: World, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    measured_first_contract(world)
    draft = drafted(world, File("contract.yaml", HARDER))
    client = signed_in(world.person(CLIENT))
    assert "No terms tested yet" in page(client, address("all"))
    assert f'<option value="{draft.pk}">draft {draft.pk}</option>' in page(client, address("new"))

    test = asked(client, first=agreed(world).pk, second=draft.pk, varies="on")

    with django_assert_max_num_queries(20):
        shown = page(client, address("one", backtest=test.pk))
    assert "Side by side" in shown
    assert "its expected level is 90 %, then 97 %" in shown
    assert shown.count('class="money"') >= 4
    (tmp_path / "harder.yaml").write_bytes(HARDER)
    out = tmp_path / "printed.json"
    command = ["backtest", str(FIRST_CONTRACT / "contract.yaml"), "--against", str(tmp_path / "harder.yaml")]
    assert main([*command, "--store", settings.STORE_URL, "--years", "40", "--as", "json", "--out", str(out)]) == 0
    printed = json.loads(out.read_text())
    kept = json.loads(test.documents["json"])
    assert [one["credit"] for one in kept["terms"]] == [one["credit"] for one in printed["terms"]]
    with django_assert_max_num_queries(20):
        assert test.expected in page(client, address("all"))
    for form in ("html", "csv", "json"):
        assert client.get(address("document", backtest=test.pk, form=form)).status_code == HTTPStatus.OK
    page(client, address("document", backtest=test.pk, form="xlsx"), HTTPStatus.NOT_FOUND)
    assert client.get(address("progress", backtest=test.pk))["HX-Refresh"] == "true"


def test_the_other_side_sees_neither_the_test_nor_the_draft_nor_the_job(world: World) -> None:
    measured_first_contract(world)
    draft = drafted(world, File("contract.yaml", HARDER))
    test = asked(signed_in(world.person(CLIENT)), first=draft.pk)
    other = signed_in(world.person(PROVIDER))

    assert "No terms tested yet" in page(other, address("all"))
    page(other, address("one", backtest=test.pk), HTTPStatus.NOT_FOUND)
    page(other, address("document", backtest=test.pk, form="json"), HTTPStatus.NOT_FOUND)
    assert f'value="{draft.pk}"' not in page(other, address("new"))
    answer = other.post(address("new"), {"first": draft.pk, "years": 40, "seed": 1, "season": "none"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Job.objects.visible_to(world.person(PROVIDER)).filter(kind="backtests.test").exists()
    (entry,) = AuditEntry.objects.filter(action="backtests.asked")
    assert entry.after == {"side": "client"}
    with pytest.raises(Refusal, match="no such version"):
        ask_for_test(world.engagements["care-north"], Wanted(draft), by=actor(world, PROVIDER), at=AT)


def test_what_cannot_be_tested_is_refused_in_a_sentence(world: World) -> None:
    engagement, by = world.engagements["care-north"], actor(world, CLIENT)
    early = drafted(world)
    with pytest.raises(Refusal, match="no facts to test terms on"):
        ask_for_test(engagement, Wanted(early), by=by, at=AT)
    measured_first_contract(world)
    engagement.refresh_from_db()
    broken = drafted(world, File("contract.yaml", b"remit: 1\n"))
    with pytest.raises(Refusal, match="has errors"):
        ask_for_test(engagement, Wanted(broken), by=by, at=AT)
    with pytest.raises(Refusal, match="Both versions are the same"):
        ask_for_test(engagement, Wanted(broken, broken), by=by, at=AT)
    with pytest.raises(Refusal, match="draws 10 to 10,000 years"):
        ask_for_test(engagement, Wanted(broken, years=5), by=by, at=AT)
    client = signed_in(world.person(CLIENT))
    answer = client.post(address("new"), {"first": broken.pk, "years": 40, "seed": 1, "season": "none"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "has errors" in answer.content.decode()
    assert not Backtest.objects.exists()


def test_terms_without_credits_are_told_on_the_page(world: World) -> None:
    measured_first_contract(world)
    bare = drafted(world, File("contract.yaml", HARDER.split(b"credits:")[0]))
    client = signed_in(world.person(CLIENT))
    test = asked(client, first=bare.pk)
    assert "the terms have no credits to test" in page(client, address("one", backtest=test.pk))
    assert "refused" in page(client, address("all"))


def test_a_draft_changed_meanwhile_is_not_what_was_tested(world: World) -> None:
    measured_first_contract(world)
    draft = drafted(world, File("contract.yaml", HARDER))
    by = actor(world, CLIENT)
    test = ask_for_test(world.engagements["care-north"], Wanted(draft), by=by, at=AT)
    assert "Waiting for its turn" in page(signed_in(world.person(CLIENT)), address("one", backtest=test.pk))
    draft.documents.update(content=HARDER.replace(b"97%", b"98%"))

    work_until_idle()

    test.refresh_from_db()
    assert test.done_at is None
    assert test.job is not None
    assert "was changed after the test was asked for" in test.job.fault
    discard(draft, revision=draft.revision, by=by, at=AT)
    assert "not done" in page(signed_in(world.person(CLIENT)), address("all"))


def test_programs_ask_for_a_test_and_read_it(world: World) -> None:
    measured_first_contract(world)
    client = program(key_of(world.person(CLIENT)))
    where = f"{ROOT}/engagements/care-north/backtests"
    number = agreed(world).number

    answer = client.post(where, {"version": number, "years": 20}, content_type="application/json")
    assert answer.status_code == HTTPStatus.ACCEPTED, answer.content
    told = answer.json()
    assert client.get(f"{where}/{told['id']}").json()["report"] is None
    work_until_idle()

    whole = client.get(f"{where}/{told['id']}").json()
    assert whole["state"] == "done"
    assert whole["report"]["terms"][0]["years"] == 20
    assert [one["id"] for one in client.get(where).json()["items"]] == [told["id"]]
    missing = client.post(where, {"version": 99, "years": 20}, content_type="application/json")
    assert missing.status_code == HTTPStatus.NOT_FOUND
    same = {"version": number, "against": number, "years": 20}
    assert client.post(where, same, content_type="application/json").status_code == HTTPStatus.CONFLICT
