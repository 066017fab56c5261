"""Disputes: raised, answered, taken on by the contract's time, decided once, and what came of it computed."""

import html
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from remit.web.accounts.actors import installation
from remit.web.accounts.roles import Role
from remit.web.issues.actions import Claim, answer, decide, escalate, note_mediation, raise_dispute, withdraw
from remit.web.issues.bridge import effect_of
from remit.web.issues.models import Answer, Dispute, State, Subject
from remit.web.performance.uploads import GivenFile
from remit.web.settlements.actions import agree, close
from remit.web.settlements.models import Closing
from remit.web.settlements.models import State as MonthState
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry
from remit.web.shared.refusals import NotAllowed, Refusal
from tests.lib.at_once import at_once
from tests.lib.web_contracts import actor
from tests.lib.web_months import (
    CLIENT,
    FEBRUARY,
    PROVIDER,
    case,
    closed,
    engagement_of,
    late_facts,
    months_to_close,
    newest_run,
    proposed,
)
from tests.lib.web_world import AT, World, build_world
from tests.web.conftest import signed_in

HERE = "/engagements/care-north/disputes/"
ESCALATION = """
settling:
  clause: Exhibit B 8
  calendar: desk
  escalation:
    - {after: 5 business days, to: [bpo_manager, account_manager], clause: Exhibit B 9}
    - {after: 15 business days, to: executive, name: Executive meeting}
"""
ALLOWED = "settling: {clause: Exhibit B 8, open_disputes: allow}"
FIRST_STEP = datetime(2026, 4, 9, 9, tzinfo=UTC)
"""Five business days after 1 April 11:00 in Warsaw, Easter Monday being closed."""


def raised(world: World, subject: Subject = Subject.LEVEL, reference: str = "SL1", **more: str) -> Dispute:
    """The provider's dispute about February."""
    claim = Claim(subject, FEBRUARY, reference, "F-8 waited for the client", **more)
    return raise_dispute(engagement_of(world), claim, by=actor(world, PROVIDER), at=AT)


def test_a_dispute_names_a_figure_that_is_there_with_its_clause(world: World) -> None:
    months_to_close(world)
    dispute = raised(world, amount="2,005.00")
    assert (dispute.side, dispute.answering, dispute.clause) == ("provider", "client", "Exhibit B 2.1")
    assert (dispute.amount, dispute.currency, dispute.run) == ("2005.00", "EUR", newest_run(world))
    assert dispute.next_at is None
    assert raised(world, Subject.CREDIT).pk != dispute.pk
    assert raised(world, Subject.INVOICE, "INV-7, line 2").clause == ""
    assert verify().faults == ()


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (Claim(Subject.LEVEL, FEBRUARY, "SL9", "wrong"), "2026-02 has no service level 'SL9'."),
        (Claim(Subject.CREDIT, FEBRUARY.replace(month=1), "SL1", "w"), "SL1 brought about no credit in 2026-01."),
        (Claim(Subject.LEVEL, FEBRUARY.replace(month=9), "SL1", "wrong"), "2026-09 was not measured."),
        (Claim(Subject.LEVEL, FEBRUARY, "SL1", "  "), "A dispute needs its claim."),
        (Claim(Subject.INVOICE, FEBRUARY, " ", "wrong"), "Name the invoice and its line."),
        (Claim(Subject.LEVEL, FEBRUARY, "SL1", "w", amount="much"), "'much' is not an amount."),
        (Claim(Subject.LEVEL, FEBRUARY, "SL1", "w", amount="NaN"), "'NaN' is not an amount."),
    ],
)
def test_a_claim_that_cannot_be_meant_is_told(world: World, claim: Claim, sentence: str) -> None:
    months_to_close(world)
    with pytest.raises(Refusal) as refused:
        raise_dispute(engagement_of(world), claim, by=actor(world, PROVIDER), at=AT)
    assert refused.value.sentence == sentence
    assert not Dispute.objects.exists()


def test_a_side_disputes_a_figure_once_at_a_time(world: World) -> None:
    months_to_close(world)
    first = raised(world)
    with pytest.raises(Refusal, match="disputes that already"):
        raised(world)
    withdraw(first, by=actor(world, PROVIDER), at=AT)
    assert raised(world).pk != first.pk


def test_answers_carry_evidence_while_it_is_open(world: World) -> None:
    months_to_close(world)
    dispute = raised(world)
    answer(dispute, "See the log", GivenFile("log.csv", [b"a,b\n"]), by=actor(world, CLIENT), at=AT)
    assert Answer.objects.values_list("side", "text", "file_name").get() == ("client", "See the log", "log.csv")
    decide(dispute, State.REFUSED, "The clock is right.", by=actor(world, CLIENT), at=AT)
    with pytest.raises(Refusal, match=r"was refused by .* meanwhile"):
        answer(dispute, "But", by=actor(world, PROVIDER), at=AT)


def test_an_open_dispute_goes_on_by_the_contracts_time_to_the_roles_it_names(world: World) -> None:
    months_to_close(world, ESCALATION)
    dispute = raised(world)
    assert dispute.next_at == FIRST_STEP
    job = installation("job")
    assert not escalate(dispute, by=job, at=FIRST_STEP - timedelta(seconds=1))
    assert escalate(dispute, by=job, at=FIRST_STEP)
    assert (dispute.step, dispute.roles) == (1, ["bpo_manager", "account_manager"])
    assert dispute.next_at == datetime(2026, 4, 23, 9, tzinfo=UTC)
    entry = AuditEntry.objects.order_by("-number")[0]
    assert entry.after is not None
    assert (entry.action, entry.person_id, entry.after["clause"]) == ("issues.escalated", None, "Exhibit B 9")
    assert not escalate(dispute, by=job, at=FIRST_STEP)
    assert escalate(dispute, by=job, at=FIRST_STEP + timedelta(days=60))
    assert Dispute.objects.values_list("step", "roles", "next_at").get() == (2, ["executive"], None)
    assert not escalate(dispute, by=job, at=FIRST_STEP + timedelta(days=600))


def test_what_is_decided_goes_on_to_nobody(world: World) -> None:
    months_to_close(world, ESCALATION)
    dispute = raised(world)
    decide(dispute, State.REFUSED, "No.", by=actor(world, CLIENT), at=AT)
    assert not escalate(dispute, by=installation("job"), at=FIRST_STEP)


def test_a_dispute_is_decided_by_the_other_side_and_once_escalated_by_whom_it_lies_with(world: World) -> None:
    months_to_close(world, ESCALATION)
    dispute = raised(world)
    with pytest.raises(NotAllowed, match="the other side decides"):
        decide(dispute, State.UPHELD, "Of course", by=actor(world, PROVIDER), at=AT)
    with pytest.raises(NotAllowed):
        decide(dispute, State.UPHELD, "x", by=actor(world, Role.AUDITOR), at=AT)
    escalate(dispute, by=installation("job"), at=FIRST_STEP)
    escalate(dispute, by=installation("job"), at=FIRST_STEP + timedelta(days=60))
    with pytest.raises(NotAllowed, match="lies with Executive by now"):
        decide(dispute, State.UPHELD, "x", by=actor(world, CLIENT), at=AT)
    note_mediation(dispute, "Chamber of commerce", "Half of it", by=actor(world, PROVIDER), at=AT)
    decide(dispute, State.IN_PART, "F-8 alone.", by=actor(world, Role.EXECUTIVE), at=AT)
    assert (dispute.state, dispute.mediator) == (State.IN_PART, "Chamber of commerce")


@pytest.mark.parametrize(("outcome", "reason"), [(State.OPEN, "x"), (State.WITHDRAWN, "x"), (State.UPHELD, " ")])
def test_a_decision_is_one_of_three_and_has_its_reason(world: World, outcome: State, reason: str) -> None:
    months_to_close(world)
    with pytest.raises(Refusal):
        decide(raised(world), outcome, reason, by=actor(world, CLIENT), at=AT)


def test_an_open_dispute_keeps_the_month_from_being_closed_where_the_contract_says_so(world: World) -> None:
    months_to_close(world)
    dispute = raised(world)
    closing = agree(proposed(world), by=actor(world, CLIENT), at=AT)
    with pytest.raises(Refusal, match=f"Dispute {dispute.pk} about SL1 is open"):
        close(closing, by=actor(world, CLIENT), at=AT)
    decide(dispute, State.REFUSED, "The clock is right.", by=actor(world, CLIENT), at=AT)
    assert close(closing, by=actor(world, CLIENT), at=AT).state == MonthState.CLOSED


def test_where_the_contract_allows_it_a_month_is_closed_beside_an_open_dispute(world: World) -> None:
    months_to_close(world, ALLOWED)
    raised(world)
    assert closed(world).state == MonthState.CLOSED


def test_what_a_decision_changed_is_computed_from_what_followed(world: World) -> None:
    months_to_close(world)
    closed(world)
    dispute = raised(world)
    decide(dispute, State.UPHELD, "F-8 took an hour.", by=actor(world, CLIENT), at=AT)
    assert dispute.decided_on is not None
    found = effect_of(dispute.decided_on, newest_run(world), FEBRUARY)
    assert found is not None
    assert found.is_nothing
    # The corrected record: seven of eight in time are 87.5 %, still below expected; another one makes it met.
    late_facts(world, case("F-8", "2026-02-08T09", 1), case("F-9", "2026-02-09T09", 1))
    found = effect_of(dispute.decided_on, newest_run(world), FEBRUARY)
    assert found is not None
    assert (found.amount, [one.level for one in found.levels]) == ("EUR 2,005.00", ["SL1"])
    drawn = Closing.objects.get(number=1)
    assert drawn.amount == "2005.00"
    told = signed_in(world.person(PROVIDER)).get(f"{HERE}{dispute.pk}/").content.decode()
    assert "EUR 2,005.00" in told
    assert "75.00 %" in told


@pytest.mark.django_db(transaction=True)
def test_of_two_people_deciding_a_dispute_at_once_one_does() -> None:
    world = build_world()
    months_to_close(world)
    dispute = raised(world)
    people = [actor(world, CLIENT), actor(world, Role.EXECUTIVE), actor(world, PROVIDER)]

    def act(lane: int) -> Dispute:
        mine = Dispute.objects.get(pk=dispute.pk)
        if lane == 2:
            return withdraw(mine, by=people[lane], at=AT)
        return decide(mine, (State.UPHELD, State.REFUSED)[lane], "so", by=people[lane], at=AT)

    found = Counter(type(one).__name__ for one in at_once(3, act))
    assert found == {"Dispute": 1, "Refusal": 2}
    ends = ["issues.decided", "issues.withdrawn"]
    assert AuditEntry.objects.filter(action__in=ends).count() == 1
    assert verify().faults == ()


def test_two_sides_settle_a_dispute_by_its_pages(world: World) -> None:
    months_to_close(world, ESCALATION)
    provider, client = (signed_in(world.person(role)) for role in (PROVIDER, CLIENT))
    form = provider.get(f"{HERE}new/?subject=level&month=2026-02&reference=SL1").content.decode()
    assert 'value="2026-02"' in form
    given = {"subject": "level", "month": "2026-02", "reference": "SL9", "claim": "F-8 waited"}
    answered = provider.post(f"{HERE}new/", given)
    assert answered.status_code == 422
    assert "has no service level" in answered.content.decode()
    assert "F-8 waited" in answered.content.decode()
    assert provider.post(f"{HERE}new/", given | {"reference": "SL1"}).status_code == 303
    dispute = Dispute.objects.get()
    here = f"{HERE}{dispute.pk}/"
    assert f"Dispute {dispute.pk} about SL1 in 2026-02 waits for your side" in client.get("/").content.decode()
    assert (
        f"Dispute {dispute.pk} about SL1 is open"
        in client.get("/engagements/care-north/months/2026-02/").content.decode()
    )
    file = SimpleUploadedFile("log.csv", b"a,b\n1,2\n")
    assert client.post(f"{here}answer/", {"text": "See", "file": file}).status_code == 303
    kept = Answer.objects.get()
    got = provider.get(f"{here}evidence/{kept.pk}/")
    assert b"".join(got.streaming_content) == b"a,b\n1,2\n"  # type: ignore[attr-defined]
    assert client.post(f"{here}answer/", {}).status_code == 409
    assert provider.post(f"{here}decide/", {"outcome": "upheld", "reason": "x"}).status_code == 403
    assert client.post(f"{here}decide/", {"outcome": "upheld", "reason": ""}).status_code == 422
    assert client.post(f"{here}mediation/", {"mediator": "Chamber", "proposal": "Half"}).status_code == 303
    assert client.post(f"{here}decide/", {"outcome": "in part", "reason": "F-8 alone"}).status_code == 303
    assert client.post(f"{here}decide/", {"outcome": "refused", "reason": "no"}).status_code == 409
    assert "upheld in part" in provider.get(here).content.decode()
    assert here in provider.get(f"{HERE}?state=in part&month=2026-02").content.decode()
    assert here not in provider.get(f"{HERE}?month=nothing").content.decode()


def test_a_figure_leads_to_its_dispute_and_its_dispute_stands_with_the_figure(
    world: World, django_assert_max_num_queries: Any
) -> None:
    months_to_close(world)
    north = "/engagements/care-north/"
    level, credit = f"{north}performance/levels/SL1/?month=2026-02", f"{north}settlements/2026-02/"
    provider, client = (signed_in(world.person(role)) for role in (PROVIDER, CLIENT))
    for page, subject in ((level, "level"), (credit, "credit")):
        found = re.search(r'href="([^"]*/disputes/new/[^"]*)"', provider.get(page).content.decode())
        assert found is not None
        form = provider.get(html.unescape(found[1])).content.decode()
        assert f'<option value="{subject}" selected>' in form
        assert 'value="2026-02"' in form
        assert 'value="SL1"' in form
        dispute = raised(world, Subject(subject))
        with django_assert_max_num_queries(30):
            shown = client.get(page).content.decode()
        assert f"Dispute {dispute.pk} of Northline" in shown
        assert f"{HERE}{dispute.pk}/" in shown
        # The other side may claim the contrary; one's own has claimed it already.
        assert "Dispute this" in shown
        assert "Dispute this" not in provider.get(page).content.decode()
        decide(dispute, State.REFUSED, "The clock is right.", by=actor(world, CLIENT), at=AT)
        assert "refused" in client.get(page).content.decode()
        withdraw(raised(world, Subject(subject)), by=actor(world, PROVIDER), at=AT)
        assert client.get(page).content.decode().count("of Northline") == 1
    # A planner sees the level, and nothing of money or of quarrels about it.
    assert "Dispute" not in signed_in(world.person(Role.PLANNER)).get(level).content.decode().partition("<main")[2]


def test_programs_raise_and_decide_by_the_same_actions(world: World) -> None:
    months_to_close(world)
    api = "/api/v1/engagements/care-north/disputes"
    provider, client = (signed_in(world.person(role)) for role in (PROVIDER, CLIENT))
    claim = {"subject": "credit", "month": "2026-02", "reference": "SL1", "claim": "F-8", "amount": "2005.00"}
    told = provider.post(api, json.dumps(claim), "application/json").json()
    assert (told["state"], told["amount"], told["side"]) == ("open", "2005.00", "provider")
    here = f"{api}/{told['id']}"
    assert client.post(f"{here}/answers", json.dumps({"text": "We look"}), "application/json").status_code == 200
    decision = json.dumps({"outcome": "refused", "reason": "The clock is right."})
    assert provider.post(f"{here}/decide", decision, "application/json").status_code == 403
    assert client.post(f"{here}/decide", decision, "application/json").json()["state"] == "refused"
    assert provider.post(f"{here}/withdraw", "", "application/json").status_code == 409
    assert provider.get(api).json()["items"][0]["answers"][0]["text"] == "We look"
