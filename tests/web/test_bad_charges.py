"""Rate cards that can't price what was delivered, invoices that don't balance: a sentence, and nothing lost."""

import html
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from remit.web.accounts.roles import Role
from remit.web.contracts.actions import File, propose
from remit.web.finance.models import InvoiceReceived, InvoiceState
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.models import Load, Outcome, Run
from remit.web.shared.refusals import Refusal
from tests.lib.web_contracts import actor, agreed, drafted
from tests.lib.web_loads import FIRST_CONTRACT, contract_of
from tests.lib.web_measured import load_folder, measured_first_contract
from tests.lib.web_world import AT, World
from tests.web.conftest import signed_in

FEE = b"  - {id: monthly_fee, amount: 40000.00}\n"
TEXT = (FIRST_CONTRACT / "contract.yaml").read_bytes()
PHP = b"  - {id: desks, amount: 100, currency: PHP}\n"


def address(view: str, **more: object) -> str:
    return reverse(view, kwargs={"engagement": "care-north", **more})


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            FEE + b"  - {id: tickets, volume: {of: cases, at: opened_at}, rate_by: {by: priority, map: {P2: 5}}}\n",
            "6 delivered units have no rate: their priority is none of P2",
        ),
        (
            FEE + PHP + b"\ncurrencies:\n  PHP: {rule: month last, values: {2026-01-31: 0.016}}\n",
            "PHP has no exchange rate for 2026",
        ),
    ],
)
def test_what_was_delivered_without_a_rate_is_said_on_the_page_and_the_facts_stay(
    world: World, lines: bytes, said: str
) -> None:
    contract_of(world.engagements["care-north"], "HELPDESK-7")
    agreed(world, File("contract.yaml", TEXT.replace(FEE, lines)))
    load = load_folder(world, FIRST_CONTRACT / "export")
    (run,) = Run.objects.all()

    assert (load.outcome, run.is_measured) == (Outcome.LOADED, False)
    finance = signed_in(world.person(Role.FINANCE))
    shown = finance.get(address("performance:heat")).content.decode()
    assert said in html.unescape(shown)
    assert Load.objects.standing().count() == 1


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            FEE.replace(b"}", b", to: 2026-06-30}") + FEE.replace(b"}", b", from: 2026-03-01}"),
            "the rate cards overlap",
        ),
        (FEE + PHP, "PHP has no exchange rate in this contract"),
    ],
)
def test_a_rate_card_that_overlaps_or_lacks_a_currency_s_rate_is_not_proposed(
    world: World, lines: bytes, said: str
) -> None:
    contract_of(world.engagements["care-north"], "HELPDESK-7")

    draft = drafted(world, File("contract.yaml", TEXT.replace(FEE, lines)))
    client = signed_in(world.person(Role.BPO_MANAGER))
    assert said in html.unescape(client.get(address("contracts:draft", draft=draft.pk)).content.decode())
    with pytest.raises(Refusal, match="1 error"):
        propose(draft, note="", revision=draft.revision, by=actor(world, Role.BPO_MANAGER), at=AT)
    draft.refresh_from_db()
    assert draft.is_draft


def test_an_invoice_that_does_not_balance_is_told_with_both_sums(world: World) -> None:
    run = measured_first_contract(world)
    provider, month = (
        signed_in(world.person(Role.ACCOUNT_MANAGER)),
        f"{run.months.earliest('starts_on').starts_on:%Y-%m}",
    )
    provider.post(address("finance:pro_forma", month=month))
    work_until_idle()
    right = provider.get(address("finance:pro_forma_file", month=month, form="csv")).content.decode().splitlines()
    (total,) = (place for place, line in enumerate(right) if ",total," in line)
    amount = next(cell for cell in right[total].split(",") if cell.replace(".", "").isdigit())
    wrong = [*right[:total], right[total].replace(amount, "99.00"), *right[total + 1 :]]
    answer = provider.post(
        address("finance:new_invoice"), {"file": SimpleUploadedFile("a.csv", "\n".join(wrong).encode()), "month": ""}
    )
    work_until_idle()
    invoice = InvoiceReceived.objects.get()

    assert (answer.status_code, invoice.state) == (HTTPStatus.SEE_OTHER, InvoiceState.MATCHED)
    shown = provider.get(address("finance:invoice", invoice=invoice.pk)).content.decode()
    assert "the invoice does not balance: net" in shown
    assert "it says 99.00" in shown
    assert bytes(invoice.content) == "\n".join(wrong).encode()
