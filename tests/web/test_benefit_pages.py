"""Savings on the site: the command's numbers, papers kept as they came, and nothing of it for the provider."""

import csv
import io
import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from remit.cli.main import main
from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import Duty, Role, Side, may, roles_of
from remit.web.benefits.actions import GivenFile, ask_for_savings, keep_case, keep_costs
from remit.web.benefits.models import CaseKept, CostsKept, Savings
from remit.web.jobs.models import Job
from remit.web.jobs.queue import work_until_idle
from remit.web.shared.models import AuditEntry
from remit.web.shared.refusals import NotAllowed, Refusal
from tests.lib.web_benefits import CASE, COSTS, finance, frozen, with_savings
from tests.lib.web_loads import FIRST_CONTRACT
from tests.lib.web_measured import measured_first_contract
from tests.lib.web_world import AT, World
from tests.web.conftest import signed_in

ROOT = "/api/v1/engagements/care-north/benefits"


def address(view: str, **more: object) -> str:
    return reverse(f"benefits:{view}", kwargs={"engagement": "care-north", **more})


def page(client: Client, view: str, status: int = HTTPStatus.OK, **more: object) -> str:
    answer = client.get(address(view, **more))
    assert answer.status_code == status, view
    return answer.content.decode()


def sent(client: Client, view: str, content: bytes, name: str = "file", **more: str) -> Any:
    return client.post(address(view), {"file": SimpleUploadedFile(name, content), **more})


def printed(tmp_path: Path, costs: bytes) -> dict[str, Any]:
    """What the command says of the same case, costs and store."""
    (tmp_path / "case.yaml").write_bytes(frozen())
    (tmp_path / "own-costs.csv").write_bytes(costs)
    out = tmp_path / "printed.json"
    given = [str(tmp_path / "case.yaml"), str(FIRST_CONTRACT / "contract.yaml"), "--store", settings.STORE_URL]
    told = ["--costs", str(tmp_path / "own-costs.csv"), "--as", "json", "--out", str(out)]
    assert main(["benefits", *given, *told]) == 0
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def test_the_page_s_savings_are_the_command_s_and_open_down_to_their_factors(
    world: World, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    measured_first_contract(world)
    client = signed_in(world.person(Role.FINANCE))
    assert "No business case yet" in page(client, "savings")
    assert sent(client, "new_case", frozen(), "case.yaml").status_code == HTTPStatus.SEE_OTHER
    work_until_idle()
    assert "no retained and no transition cost is given" in page(client, "savings").lower()
    assert sent(client, "new_costs", COSTS.encode(), "costs.csv").status_code == HTTPStatus.SEE_OTHER
    assert "Waiting for its turn" in page(client, "savings")
    work_until_idle()

    kept = json.loads(client.get(address("document", form="json")).content)
    assert kept == printed(tmp_path, client.get(address("costs_as_they_stand")).content)
    (march,) = kept["months"]
    with django_assert_max_num_queries(30):
        shown = page(client, "savings")
    assert "Savings of all months: from planned to realised</title>" in shown
    for amount in (march["savings"]["planned"], march["savings"]["actual"], march["variance"]):
        assert f"{float(amount):,.2f}".replace("-", "−") in shown
    for period in ("all", "2026", "2026-03"):
        with django_assert_max_num_queries(30):
            opened = page(client, "period", period=period)
        assert "monthly_fee" in opened
        assert "39,000" in opened
        assert "Retained organisation" in opened
    work_until_idle()
    assert "<svg" in page(client, "period", period="2026-03")
    rows = list(csv.DictReader(io.StringIO(client.get(address("document", form="csv")).content.decode())))
    assert sum(float(row["amount"]) for row in rows if row["kind"] == "effect") == float(march["variance"])
    assert client.get(address("document", form="xlsx")).content.startswith(b"PK")
    for wrong in ({"period": "2026-04"}, {"period": "2027"}, {"period": "20"}, {"period": "2026-03-01"}):
        page(client, "period", HTTPStatus.NOT_FOUND, **wrong)
    page(client, "document", HTTPStatus.NOT_FOUND, form="exe")


def test_no_role_of_the_provider_sees_the_case_its_savings_or_its_jobs(world: World) -> None:
    run = measured_first_contract(world)
    with_savings(world, run.engagement)

    for role in roles_of(Side.PROVIDER):
        assert not may(role, Duty.SEE_BENEFITS)
        client = signed_in(world.person(role))
        for view, more in (
            ("savings", {}),
            ("papers", {}),
            ("period", {"period": "all"}),
            ("case_file", {"number": 1}),
        ):
            page(client, view, HTTPStatus.FORBIDDEN, **more)
        assert client.get(ROOT).status_code == HTTPStatus.FORBIDDEN
        assert not Job.objects.visible_to(world.person(role)).filter(kind="benefits.work_out").exists()
        assert "Savings" not in client.get("/engagements/care-north/").content.decode()
    entries = AuditEntry.objects.filter(action__startswith="benefits.")
    assert {key for one in entries for key in one.after or ()} == {"version", "list", "sha256"}
    with pytest.raises(NotAllowed):
        keep_case(
            run.engagement,
            GivenFile("case.yaml", frozen()),
            "",
            by=Actor(world.person(Role.ACCOUNT_MANAGER), "page"),
            at=AT,
        )


def test_the_executive_and_the_auditor_look_and_keep_nothing(world: World) -> None:
    run = measured_first_contract(world)
    with_savings(world, run.engagement)

    for role in (Role.EXECUTIVE, Role.AUDITOR):
        client = signed_in(world.person(role))
        assert "Add own costs" not in page(client, "savings")
        page(client, "new_case", HTTPStatus.FORBIDDEN)
    assert page(signed_in(world.person(Role.QUALITY_ANALYST)), "savings", HTTPStatus.FORBIDDEN)


def test_a_case_is_replaced_with_a_reason_and_every_version_stays_as_it_came(world: World) -> None:
    run = measured_first_contract(world)
    with_savings(world, run.engagement)
    client = signed_in(world.person(Role.FINANCE))
    other = frozen(CASE.replace("unit_cost: 9000", "unit_cost: 8000"))

    again = sent(client, "new_case", frozen(), "case.yaml", reason="once more")
    assert (again.status_code, "counts already" in again.content.decode()) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    without = sent(client, "new_case", other, "case.yaml")
    assert "Say why the case is replaced" in without.content.decode()
    assert CaseKept.objects.count() == 1
    assert sent(client, "new_case", other, "b.yaml", reason="prices of 2026").status_code == HTTPStatus.SEE_OTHER
    work_until_idle()

    listed = page(client, "papers")
    assert "prices of 2026" in listed
    assert client.get(address("case_file", number=1)).content == frozen()
    assert client.get(address("case_file", number=2)).content == other
    assert Savings.objects.latest("pk").case.number == 2
    assert "BC-7" in page(client, "savings")
    assert [one["number"] for one in client.get(f"{ROOT}/cases").json()["items"]] == [2, 1]


def test_a_later_list_of_costs_counts_for_the_months_it_names_alone(world: World) -> None:
    run = measured_first_contract(world)
    with_savings(world, run.engagement)
    client = signed_in(world.person(Role.FINANCE))
    before = Savings.objects.latest("pk").told["months"][0]["savings"]["actual"]

    later = "month,kind,amount\n2026-03,retained,5000\n2026-03,retained,400\n2026-04,retained,1\n"
    assert sent(client, "new_costs", later.encode()).status_code == HTTPStatus.SEE_OTHER
    work_until_idle()
    after = Savings.objects.latest("pk").told["months"][0]["savings"]["actual"]

    assert float(after) - float(before) == pytest.approx(0.50)
    assert client.get(f"{ROOT}/costs").json() == [
        {"month": "2026-03", "kind": "retained", "amount": "5400", "source": "own costs 2"},
        {"month": "2026-03", "kind": "transition", "amount": "900", "source": "own costs 1"},
        {"month": "2026-04", "kind": "retained", "amount": "1", "source": "own costs 2"},
    ]
    assert client.get(address("costs_file", number=1)).content == COSTS.encode()


@pytest.mark.parametrize(
    ("view", "content", "said"),
    [
        ("new_case", frozen().replace(b"unit_cost: 9000", b"unit_cost: 8999"), ["the case is not what was approved"]),
        ("new_case", CASE.encode(), ["does not freeze the case: there is no hash; once it is approved, write sha256:"]),
        ("new_case", frozen(CASE.replace("HELPDESK-7", "OTHER-1")), ["the case is of &#x27;OTHER-1&#x27;"]),
        ("new_case", frozen(CASE.replace("monthly_fee", "weekly_fee")), ["is no line of the contract", "line 9"]),
        ("new_case", b"\xff\xfe", ["is not UTF-8"]),
        ("new_case", b" ", ["is empty"]),
        (
            "new_costs",
            b"month,kind,amount\n2026-3,rent,much\n2026-04,retained,5\n2026-05,retained\n",
            [
                "line 2: month",
                "&#x27;rent&#x27; is no kind of cost; choose from",
                "is not a number",
                "line 4: has 2 cells",
            ],
        ),
        ("new_costs", b"month,kind,amount\n", ["The list has no row"]),
        ("new_costs", b"month,kind\n", ["has no column amount"]),
    ],
)
def test_a_paper_with_faults_tells_all_of_them_and_nothing_is_kept(
    world: World, view: str, content: bytes, said: list[str]
) -> None:
    measured_first_contract(world)
    answer = sent(signed_in(world.person(Role.FINANCE)), view, content, "given")

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    shown = answer.content.decode()
    assert [one for one in said if one not in shown] == []
    assert (
        CaseKept.objects.count(),
        CostsKept.objects.count(),
        Job.objects.filter(kind="benefits.work_out").count(),
    ) == (
        0,
        0,
        0,
    )


def test_finance_is_told_on_the_first_page_which_months_lack_own_costs(world: World) -> None:
    run = measured_first_contract(world)
    with_savings(world, run.engagement, costs="month,kind,amount\n2026-03,retained,5\n")
    client = signed_in(world.person(Role.FINANCE))

    assert "Own costs of 2 months are missing, March 2026 to April 2026" in client.get("/").content.decode()
    assert "Own costs" not in signed_in(world.person(Role.EXECUTIVE)).get("/").content.decode()
    keep_costs(run.engagement, GivenFile("more.csv", COSTS.encode()), by=finance(world), at=AT)
    assert "Own costs of April 2026 are missing" in client.get("/").content.decode()


def test_savings_follow_newer_figures_by_themselves_and_can_be_asked_for_once(world: World) -> None:
    engagement = world.engagements["care-north"]
    with pytest.raises(Refusal, match="no business case yet"):
        ask_for_savings(engagement, by=finance(world), at=AT)
    engagement.contract_id = "HELPDESK-7"
    engagement.save(update_fields=["contract_id"])
    with_savings(world, engagement)
    with pytest.raises(Refusal, match="No month is measured yet"):
        ask_for_savings(engagement, by=finance(world), at=AT)
    assert not Savings.objects.exists()

    measured_first_contract(world)

    (savings,) = Savings.objects.all()
    assert (len(savings.told["months"]), savings.problems) == (1, [])
    with pytest.raises(Refusal, match="worked out already"):
        ask_for_savings(engagement, by=finance(world), at=AT)
    told = signed_in(world.person(Role.FINANCE)).get(ROOT).json()
    assert (told["case"], told["is_newest"], told["report"]["sha256"]) == (1, True, savings.case.sha256)


def test_what_cannot_be_worked_out_is_said_on_the_page(world: World) -> None:
    run = measured_first_contract(world)
    case = frozen(CASE.replace("of: cases, at: opened_at", "of: surveys"))
    keep_case(run.engagement, GivenFile("case.yaml", case), "", by=finance(world), at=AT)
    keep_costs(run.engagement, GivenFile("costs.csv", COSTS.encode()), by=finance(world), at=AT)
    work_until_idle()

    assert "the facts have no table surveys" in page(signed_in(world.person(Role.FINANCE)), "savings")
