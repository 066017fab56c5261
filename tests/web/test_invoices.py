"""Invoices on the site: sent in, matched, decided line by line; money and notes only for whom they are meant."""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from remit.cli.demo_invoices import send_invoice
from remit.cli.main import main
from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import Role
from remit.web.finance import bridge
from remit.web.finance.actions import GivenInvoice, LineDecision, decide_line, receive_invoice
from remit.web.finance.models import Decision, ForecastKept, InvoiceReceived, InvoiceState, LineReceived
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.models import Run
from remit.web.shared.models import AuditEntry
from remit.web.shared.refusals import NotAllowed, Refusal
from tests.lib.web_loads import FIRST_CONTRACT
from tests.lib.web_measured import measured_contact_centre, measured_first_contract
from tests.lib.web_world import AT, World
from tests.web.conftest import signed_in


def address(view: str, **more: object) -> str:
    return reverse(f"finance:{view}", kwargs={"engagement": "care-north", **more})


def month_of(run: Run) -> str:
    return f"{run.months.earliest('starts_on').starts_on:%Y-%m}"


def pro_forma(world: World, run: Run) -> str:
    """The first month's pro-forma as CSV, as the provider's account manager downloads it."""
    client, month = signed_in(world.person(Role.ACCOUNT_MANAGER)), month_of(run)
    assert client.post(address("pro_forma", month=month)).status_code == HTTPStatus.SEE_OTHER
    work_until_idle()
    return client.get(address("pro_forma_file", month=month, form="csv")).content.decode()


def sent(client: Client, text: str, name: str = "march.csv") -> InvoiceReceived:
    answer = client.post(address("new_invoice"), {"file": SimpleUploadedFile(name, text.encode()), "month": ""})
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.content.decode()
    work_until_idle()
    found: InvoiceReceived = InvoiceReceived.objects.latest("pk")
    return found


def numbered(text: str, number: str) -> str:
    """The pro-forma's CSV under an invoice's number of its own."""
    return text.replace(text.splitlines()[1].partition(",")[0], number)


def page(client: Client, view: str, **more: object) -> str:
    return client.get(address(view, **more)).content.decode()


def test_an_invoice_made_from_the_pro_forma_has_nothing_to_object_and_is_accepted(world: World) -> None:
    run = measured_first_contract(world)
    invoice = sent(signed_in(world.person(Role.ACCOUNT_MANAGER)), numbered(pro_forma(world, run), "A-1"))
    finance = signed_in(world.person(Role.FINANCE))

    assert (invoice.state, invoice.difference, invoice.differences.count()) == (InvoiceState.MATCHED, "0", 0)
    assert "Nothing to object" in page(finance, "invoice", invoice=invoice.pk)
    finance.post(address("accept_clean", invoice=invoice.pk))
    invoice.refresh_from_db()
    assert invoice.state == InvoiceState.DECIDED
    assert set(invoice.lines.values_list("decision", flat=True)) == {Decision.ACCEPTED}
    assert {"finance.invoice_received", "finance.invoice_matched", "finance.line_decided"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )


def test_a_difference_stands_on_its_line_with_its_evidence_and_the_client_decides_it_once(world: World) -> None:
    run = measured_first_contract(world)
    wrong = numbered(pro_forma(world, run), "A-2").replace("40000.00", "41000.00").replace("40000", "41000")
    provider, finance = signed_in(world.person(Role.ACCOUNT_MANAGER)), signed_in(world.person(Role.FINANCE))
    invoice = sent(provider, wrong)
    (line,) = invoice.lines.filter(charge="monthly_fee")
    (found,) = line.differences.all()

    assert (found.kind, found.amount, line.reference) == ("wrong rate", "1000.00", "A-2/1")
    assert "half_up to 2 places" in page(provider, "invoice", invoice=invoice.pk)
    for reference in ("A-2", "A-2%2F1"):
        assert f'subject=invoice&amp;month={month_of(run)}&amp;reference={reference}"' in page(
            provider, "invoice", invoice=invoice.pk
        )
    assert "decide_invoice" not in page(provider, "invoice", invoice=invoice.pk)
    deciding = address("decide", invoice=invoice.pk, line=line.pk)
    assert provider.post(deciding, {"decision": "accepted"}).status_code == HTTPStatus.FORBIDDEN
    for wrong_input in ({}, {"decision": "disputed"}, {"decision": "short_paid", "reason": "x", "paid": "50000"}):
        assert finance.post(deciding, wrong_input).status_code == HTTPStatus.CONFLICT
    given = {"decision": "short_paid", "reason": "the fee is 40,000", "paid": "40000.00"}
    assert finance.post(deciding, given).status_code == HTTPStatus.SEE_OTHER
    assert "the fee is 40,000" in page(provider, "invoice", invoice=invoice.pk)
    again = finance.post(deciding, {"decision": "accepted"})
    assert again.status_code == HTTPStatus.CONFLICT
    assert "was decided meanwhile" in again.content.decode()


def test_a_line_the_invoice_lacks_has_a_reference_too(world: World) -> None:
    run = measured_first_contract(world)
    lines = numbered(pro_forma(world, run), "A-3").splitlines()
    extra = lines[1].replace("monthly_fee", "overtime").replace("40000.00", "10.00").replace("40000", "10")
    invoice = sent(signed_in(world.person(Role.ACCOUNT_MANAGER)), f"{lines[0]}\n{extra}\n")
    (missing,) = invoice.lines.filter(kind="missing")

    assert (missing.reference, missing.amount) == ("A-3/missing:monthly_fee/1", "0")
    assert {one.kind for one in missing.differences.all()} == {"line missing"}


def test_the_same_file_is_taken_once_and_an_unreadable_one_says_why_and_is_kept(world: World) -> None:
    run = measured_first_contract(world)
    provider = signed_in(world.person(Role.ACCOUNT_MANAGER))
    invoice = sent(provider, "invoice,currency,amount,from\nA-4,EUR,viel,2026-01-01\n")

    assert invoice.state == InvoiceState.REFUSED
    assert "&#x27;viel&#x27; is not a number" in page(provider, "invoice", invoice=invoice.pk)
    assert provider.get(address("invoice_file", invoice=invoice.pk)).content.startswith(b"invoice,currency")
    again = provider.post(
        address("new_invoice"), {"file": SimpleUploadedFile("b.csv", bytes(invoice.content)), "month": ""}
    )
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "received before" in again.content.decode()
    undated = sent(provider, "invoice,currency,amount\nA-5,EUR,5\n")
    assert "does not say which days it is for" in str(undated.problems)
    early = sent(
        provider,
        f"invoice,currency,amount,from\nA-6,EUR,5,{run.months.earliest('starts_on').starts_on.year - 9}-01-01\n",
    )
    assert "lies outside the term" in str(early.problems)
    for name, text, month in (("empty.csv", "", ""), ("a.csv", "x", "March")):
        answer = provider.post(
            address("new_invoice"), {"file": SimpleUploadedFile(name, text.encode()), "month": month}
        )
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_note_stays_on_its_own_side(world: World) -> None:
    run = measured_first_contract(world)
    provider, finance = signed_in(world.person(Role.ACCOUNT_MANAGER)), signed_in(world.person(Role.FINANCE))
    invoice = sent(provider, numbered(pro_forma(world, run), "A-7"))
    finance.post(address("note", invoice=invoice.pk), {"text": "we would settle for half"})
    provider.post(address("note", invoice=invoice.pk), {"text": "they never look"})

    assert "settle for half" in page(finance, "invoice", invoice=invoice.pk)
    assert "settle for half" in page(signed_in(world.person(Role.BPO_MANAGER)), "invoice", invoice=invoice.pk)
    assert "settle for half" not in page(provider, "invoice", invoice=invoice.pk)
    assert "never look" not in page(finance, "invoice", invoice=invoice.pk)
    assert finance.post(address("note", invoice=invoice.pk), {"text": " "}).status_code == HTTPStatus.CONFLICT


def test_money_is_for_those_who_see_money(world: World) -> None:
    run = measured_first_contract(world)
    invoice = sent(signed_in(world.person(Role.ACCOUNT_MANAGER)), numbered(pro_forma(world, run), "A-8"))
    analyst = signed_in(world.person(Role.QUALITY_ANALYST))

    for view, more in (("invoices", {}), ("invoice", {"invoice": invoice.pk}), ("pro_forma", {"month": month_of(run)})):
        assert analyst.get(address(view, **more)).status_code == HTTPStatus.FORBIDDEN
    line = LineReceived.objects.select_related("invoice__engagement").filter(invoice=invoice).earliest("pk")
    with pytest.raises(NotAllowed):
        decide_line(line, LineDecision("accepted"), by=Actor(world.person(Role.ACCOUNT_MANAGER), "page"), at=AT)
    with pytest.raises(NotAllowed):
        receive_invoice(
            invoice.engagement, GivenInvoice("a.csv", b"x"), by=Actor(world.person(Role.RISK), "page"), at=AT
        )
    with pytest.raises(Refusal, match="more than 10 MB"):
        receive_invoice(
            invoice.engagement,
            GivenInvoice("a.csv", b"x" * 10_000_001),
            by=Actor(world.person(Role.FINANCE), "page"),
            at=AT,
        )


def test_the_first_page_and_the_list_tell_of_invoices_with_few_queries(
    world: World, django_assert_max_num_queries: object
) -> None:
    run = measured_first_contract(world)
    invoice = sent(signed_in(world.person(Role.ACCOUNT_MANAGER)), numbered(pro_forma(world, run), "A-9"))
    finance = signed_in(world.person(Role.FINANCE))

    assert "Invoice A-9 of " in finance.get("/").content.decode()
    for view, more in (("invoices", {}), ("invoice", {"invoice": invoice.pk}), ("pro_forma", {"month": month_of(run)})):
        with django_assert_max_num_queries(30):  # type: ignore[operator]
            assert finance.get(address(view, **more)).status_code == HTTPStatus.OK


def test_the_pro_forma_can_be_had_in_every_form(world: World) -> None:
    run = measured_first_contract(world)
    pro_forma(world, run)
    finance = signed_in(world.person(Role.FINANCE))

    assert "40,000.00" in page(finance, "pro_forma", month=month_of(run))
    for form, start in (("csv", b"invoice,"), ("json", b"{"), ("xml", b"<?xml"), ("xlsx", b"PK")):
        assert finance.get(address("pro_forma_file", month=month_of(run), form=form)).content.startswith(start)
    assert finance.get(address("pro_forma_file", month=month_of(run), form="exe")).status_code == HTTPStatus.NOT_FOUND
    assert finance.get(address("pro_forma", month="2026-99")).status_code == HTTPStatus.NOT_FOUND
    finance.post(address("pro_forma", month="2036-01"))
    assert "It is being made" in page(finance, "pro_forma", month="2036-01")
    work_until_idle()
    assert "lies outside the term" in page(finance, "pro_forma", month="2036-01")


def test_what_is_not_billed_is_owed_until_its_invoice_comes(world: World) -> None:
    run = measured_first_contract(world)
    finance, month = signed_in(world.person(Role.FINANCE)), month_of(run)

    assert month in page(finance, "accruals")
    sent(signed_in(world.person(Role.ACCOUNT_MANAGER)), numbered(pro_forma(world, run), "A-11"))
    assert month not in page(finance, "accruals")


def test_the_year_is_foreseen_on_the_page_as_the_command_foresees_it(
    world: World, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    run = measured_first_contract(world)
    provider = signed_in(world.person(Role.ACCOUNT_MANAGER))
    sent(provider, numbered(pro_forma(world, run), "A-12"))
    finance, how = signed_in(world.person(Role.FINANCE)), {"method": "average", "year": "contract"}

    assert "Foresee the year" in page(finance, "accruals")
    answer = finance.post(address("accruals"), how)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert "The year is being foreseen" in finance.get(answer["Location"]).content.decode()
    work_until_idle()
    out = tmp_path / "accruals.json"
    given = ["accruals", str(FIRST_CONTRACT / "contract.yaml"), "--store", settings.STORE_URL, "--year", "contract"]
    assert main([*given, "--as", "json", "--out", str(out)]) == 0
    printed = json.loads(out.read_text())

    (kept,) = ForecastKept.objects.all()
    assert kept.told == printed
    with django_assert_max_num_queries(30):
        shown = finance.get(answer["Location"]).content.decode()
    year = printed["forecast"]
    for amount in (year["delivered"], year["total"], year["low"], *(one["high"] for one in year["months"])):
        assert f"{float(amount):,.2f}" in shown
    assert "delivers the mean of the months looked back on" in shown
    assert "Billed" in shown
    assert ForecastKept.objects.count() == 1
    assert (
        finance.post(address("accruals"), {"method": "guess", "year": "contract"}).status_code == HTTPStatus.SEE_OTHER
    )
    assert bridge.owed(run, []).months[0][-1].replace(",", "") == printed["accruals"][0]["amount"]


def test_programs_read_invoices_and_decide_lines(world: World) -> None:
    run = measured_first_contract(world)
    invoice = sent(signed_in(world.person(Role.ACCOUNT_MANAGER)), numbered(pro_forma(world, run), "A-10"))
    finance, root = signed_in(world.person(Role.FINANCE)), "/api/v1/engagements/care-north/invoices"

    assert finance.get(root).json()["items"][0]["number"] == "A-10"
    opened = finance.get(f"{root}/{invoice.pk}").json()
    assert opened["differences"] == []
    line = opened["lines"][0]
    provider = signed_in(world.person(Role.ACCOUNT_MANAGER))
    path, given = f"{root}/{invoice.pk}/lines/{line['id']}/decision", {"decision": "disputed", "reason": "not ours"}
    assert provider.post(path, given, content_type="application/json").status_code == HTTPStatus.FORBIDDEN
    decided = finance.post(path, given, content_type="application/json")
    assert (decided.status_code, decided.json()["decision"]) == (HTTPStatus.OK, "disputed")


@pytest.mark.slow
def test_the_demo_s_invoice_has_at_least_twelve_kinds_of_errors_and_all_stand_on_its_page(world: World) -> None:
    run = measured_contact_centre(world)
    account_manager = Actor(world.person(Role.ACCOUNT_MANAGER), "command")
    for _ in range(2):
        send_invoice(run.engagement, by=account_manager)
        work_until_idle()
    (invoice,) = InvoiceReceived.objects.all()
    kinds = set(invoice.differences.values_list("kind", flat=True))

    assert (invoice.state, invoice.problems) == (InvoiceState.MATCHED, [])
    assert len(kinds) >= 12
    told = page(signed_in(world.person(Role.BPO_MANAGER)), "invoice", invoice=invoice.pk)
    assert [kind for kind in kinds if kind not in told] == []
