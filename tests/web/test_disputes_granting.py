"""Decisions that leave records out: named by whoever decides, worked out first, granted with the decision or not."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from remit.web.accounts.actors import installation
from remit.web.accounts.roles import Role
from remit.web.exclusions.actions import Decision
from remit.web.exclusions.actions import decide as decide_exclusion
from remit.web.exclusions.bridge.terms import Choice
from remit.web.exclusions.models import AgreedList, ExclusionRequest
from remit.web.exclusions.models import State as ExclusionState
from remit.web.issues.actions import Claim, answer, decide, escalate, name_records, raise_dispute, withdraw
from remit.web.issues.bridge import effect_of
from remit.web.issues.models import Dispute, State, Subject
from remit.web.jobs.models import Job
from remit.web.jobs.queue import work_until_idle
from remit.web.performance.uploads import GivenFile
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry
from remit.web.shared.refusals import NotAllowed, Refusal
from tests.lib.at_once import at_once
from tests.lib.web_contracts import actor
from tests.lib.web_months import CLIENT, FEBRUARY, PROVIDER, SETTLING, engagement_of, months_to_close, newest_run
from tests.lib.web_world import AT, World, build_world
from tests.web.conftest import signed_in

HERE = "/engagements/care-north/disputes/"
LATE = Choice(keys=("F-8", "F-9"))
"""February's two late records of eight: without them six of six are in time."""


def raised(world: World, *, by: Role = PROVIDER, subject: Subject = Subject.LEVEL) -> Dispute:
    """A dispute about February's SL1."""
    claim = Claim(subject, FEBRUARY, "SL1", "F-8 and F-9 waited for the client")
    return raise_dispute(engagement_of(world), claim, by=actor(world, by), at=AT)


def named(world: World, dispute: Dispute, choice: Choice = LATE) -> ExclusionRequest:
    """The client's manager names records for a dispute, and they are gathered."""
    request = name_records(dispute, "X2", choice, by=actor(world, CLIENT), at=AT)
    work_until_idle()
    request.refresh_from_db()
    dispute.refresh_from_db()
    return request


def test_what_leaving_records_out_does_is_known_before_it_is_decided(
    world: World, django_assert_max_num_queries: Any
) -> None:
    months_to_close(world)
    dispute = raised(world)
    client = signed_in(world.person(CLIENT))
    here = f"{HERE}{dispute.pk}/"
    assert "Name records to leave out" in client.get(here).content.decode()
    assert "Columns a filter may name" in client.get(f"{here}records/").content.decode()
    answered = client.post(f"{here}records/", {"clause": "X2", "keys": "F-8\nF-9"})
    assert (answered.status_code, answered["Location"]) == (303, here)
    work_until_idle()
    with django_assert_max_num_queries(30):
        shown = client.get(here).content.decode()
    assert "What leaving them out does" in shown
    assert "100.00 %" in shown
    assert "EUR 2,005.00" in shown
    request = ExclusionRequest.objects.get()
    assert request.state == ExclusionState.ASKED
    assert (
        f"Dispute {dispute.pk} of Northline"
        in client.get(f"/engagements/care-north/exclusions/{request.pk}/").content.decode()
    )


def test_upheld_a_dispute_leaves_its_records_out_with_the_decision(world: World) -> None:
    months_to_close(world)
    dispute = raised(world)
    request = named(world, dispute)
    client, here = signed_in(world.person(CLIENT)), f"{HERE}{dispute.pk}/"
    assert client.post(f"{here}decide/", {"outcome": "upheld", "reason": "They did wait."}).status_code == 303
    request.refresh_from_db()
    dispute.refresh_from_db()
    assert (request.state, request.decided_by, request.answer) == (
        ExclusionState.GRANTED,
        world.person(CLIENT),
        "They did wait.",
    )
    assert (dispute.state, dispute.exclusion) == (State.UPHELD, request)
    work_until_idle()
    assert dispute.decided_on is not None
    found = effect_of(dispute.decided_on, newest_run(world), FEBRUARY)
    assert found is not None
    assert (found.amount, [one.level for one in found.levels]) == ("EUR 2,005.00", ["SL1"])
    assert "EUR 2,005.00" in signed_in(world.person(PROVIDER)).get(here).content.decode()
    deeds = AuditEntry.objects.filter(action__in=["issues.records_named", "issues.decided", "exclusions.decided"])
    assert Counter(deeds.values_list("action", flat=True)) == dict.fromkeys(
        ("issues.records_named", "issues.decided", "exclusions.decided"), 1
    )
    told = AuditEntry.objects.get(action="issues.decided").after
    assert told is not None
    assert told["exclusion"] == request.pk
    assert verify().faults == ()


def test_refused_or_taken_back_it_leaves_nothing_out(world: World) -> None:
    months_to_close(world)
    for end in ("refused", "withdrawn"):
        dispute = raised(world)
        request = named(world, dispute)
        if end == "refused":
            decide(dispute, State.REFUSED, "They did not.", by=actor(world, CLIENT), at=AT)
        else:
            withdraw(dispute, by=actor(world, PROVIDER), at=AT)
        request.refresh_from_db()
        assert request.state == ExclusionState.WITHDRAWN
    assert not AgreedList.objects.exists()


def test_named_anew_the_records_named_before_are_dropped(world: World) -> None:
    months_to_close(world)
    dispute = raised(world, subject=Subject.CREDIT)
    first = named(world, dispute)
    second = named(world, dispute, Choice(keys=("F-8",)))
    first.refresh_from_db()
    assert (first.state, second.state, dispute.exclusion) == (ExclusionState.WITHDRAWN, ExclusionState.ASKED, second)
    decide(dispute, State.IN_PART, "F-8 alone.", by=actor(world, CLIENT), at=AT)
    second.refresh_from_db()
    assert (second.state, second.count) == (ExclusionState.GRANTED, 1)


def test_what_is_not_there_to_be_looked_at_is_not_granted(world: World) -> None:
    months_to_close(world)
    dispute = raised(world)
    name_records(dispute, "X2", LATE, by=actor(world, CLIENT), at=AT)
    with pytest.raises(Refusal, match="are being gathered"):
        decide(dispute, State.UPHELD, "Yes", by=actor(world, CLIENT), at=AT)
    named(world, dispute, Choice(keys=("NO-SUCH",)))
    with pytest.raises(Refusal, match="can’t be had: NO-SUCH: no such record"):
        decide(dispute, State.UPHELD, "Yes", by=actor(world, CLIENT), at=AT)
    dispute.refresh_from_db()
    assert dispute.is_open
    told = signed_in(world.person(CLIENT)).post(
        f"{HERE}{dispute.pk}/decide/", {"outcome": "upheld", "reason": "My reasons"}
    )
    assert told.status_code == 409
    assert "My reasons" in told.content.decode()


def test_programs_name_records_too(world: World) -> None:
    months_to_close(world)
    dispute = raised(world)
    api = f"/api/v1/engagements/care-north/disputes/{dispute.pk}"
    given = json.dumps({"clause": "X2", "records": {"missed_only": True}})
    provider, client = (signed_in(world.person(role)) for role in (PROVIDER, CLIENT))
    assert provider.post(f"{api}/records", given, "application/json").status_code == 403
    told = client.post(f"{api}/records", given, "application/json").json()
    request = ExclusionRequest.objects.get()
    assert told["exclusion"] == request.pk
    work_until_idle()
    assert (
        client.post(f"{api}/decide", json.dumps({"outcome": "upheld", "reason": "Yes"}), "application/json").json()[
            "state"
        ]
        == "upheld"
    )
    assert set(request.records.values_list("key", "state")) == {("F-8", "granted"), ("F-9", "granted")}


def test_what_was_granted_by_itself_meanwhile_stays_granted(world: World) -> None:
    months_to_close(world)
    dispute = raised(world)
    request = named(world, dispute)
    decide_exclusion(request, Decision(None), by=actor(world, CLIENT), at=AT)
    decide(dispute, State.UPHELD, "As decided already.", by=actor(world, CLIENT), at=AT)
    assert AgreedList.objects.count() == 1


def test_only_whoever_decides_names_records_and_only_where_they_can_be_excluded(world: World) -> None:
    months_to_close(world)
    dispute = raised(world)
    for role in (PROVIDER, Role.FINANCE):
        with pytest.raises(NotAllowed):
            name_records(dispute, "X2", LATE, by=actor(world, role), at=AT)
    with pytest.raises(Refusal, match="is no clause"):
        name_records(dispute, "X9", LATE, by=actor(world, CLIENT), at=AT)
    ours = raised(world, by=CLIENT)
    with pytest.raises(NotAllowed):
        name_records(ours, "X2", LATE, by=actor(world, CLIENT), at=AT)
    claim = Claim(Subject.INVOICE, FEBRUARY, "INV-7/2", "Not ordered")
    invoice = raise_dispute(engagement_of(world), claim, by=actor(world, PROVIDER), at=AT)
    with pytest.raises(Refusal, match="can’t leave records out"):
        name_records(invoice, "X2", LATE, by=actor(world, CLIENT), at=AT)
    decide(dispute, State.REFUSED, "No", by=actor(world, CLIENT), at=AT)
    with pytest.raises(Refusal, match="was refused by"):
        name_records(dispute, "X2", LATE, by=actor(world, CLIENT), at=AT)
    assert not ExclusionRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_people_deciding_at_once_one_does_and_the_records_are_granted_with_it_or_not_at_all() -> None:
    world = build_world()
    months_to_close(world)
    dispute = raised(world)
    request = named(world, dispute)
    people = [actor(world, CLIENT), actor(world, Role.EXECUTIVE)]

    def act(lane: int) -> Dispute:
        mine = Dispute.objects.get(pk=dispute.pk)
        return decide(mine, (State.UPHELD, State.REFUSED)[lane], "so", by=people[lane], at=AT)

    found = Counter(type(one).__name__ for one in at_once(2, act))
    assert found == {"Dispute": 1, "Refusal": 1}
    dispute.refresh_from_db()
    request.refresh_from_db()
    expected = ExclusionState.GRANTED if dispute.state == State.UPHELD else ExclusionState.WITHDRAWN
    assert request.state == expected
    assert AgreedList.objects.count() == (1 if dispute.state == State.UPHELD else 0)
    assert verify().faults == ()


def letters() -> list[tuple[str, str]]:
    """The mail asked for so far: to whom, and its text; each is told once."""
    mine = Job.objects.filter(kind="jobs.mail", state="waiting").order_by("pk")
    told = [(str(one.arguments["to"][0]), str(one.arguments["body"])) for one in mine]
    mine.delete()
    return sorted(told)


def test_mail_tells_who_decides_whom_it_has_come_to_and_how_it_ended(world: World) -> None:
    steps = "  escalation: [{after: 5 business days, to: [executive, account_manager, team_lead]}]\n"
    months_to_close(world, SETTLING + steps)
    letters()
    dispute = raised(world)
    told = letters()
    assert [to for to, _ in told] == ["bpo_manager.north@example.org", "executive.north@example.org"]
    assert "Northline disputes a figure, and your side decides." in told[0][1]
    assert f"http://127.0.0.1:8000{HERE}{dispute.pk}/" in told[0][1]
    assert "Without a decision until" in told[0][1]
    assert "waited for the client" not in told[0][1]
    assert dispute.next_at is not None
    assert escalate(dispute, by=installation("job"), at=dispute.next_at)
    # A team lead sees no money, and so no disputes: no letter about what could not be opened.
    assert [to for to, _ in letters()] == ["account_manager.north@example.org", "executive.north@example.org"]
    decide(dispute, State.REFUSED, "The clock is right.", by=actor(world, Role.EXECUTIVE), at=AT)
    told = letters()
    assert [to for to, _ in told] == ["account_manager.north@example.org", "operations_manager.north@example.org"]
    assert "It was decided: refused." in told[0][1]


def test_evidence_that_is_no_evidence_is_refused_with_a_sentence(world: World) -> None:
    months_to_close(world)
    dispute = raised(world)
    here = f"{HERE}{dispute.pk}/answer/"
    client = signed_in(world.person(CLIENT))
    for name in ("run.exe", "page.html", "no-ending"):
        told = client.post(here, {"text": "See", "file": SimpleUploadedFile(name, b"x")})
        assert told.status_code in (409, 422), name
        assert "See" in told.content.decode()
    assert not dispute.answers.exists()


def test_evidence_of_more_than_its_limit_is_refused_before_it_is_kept(world: World, settings: Any) -> None:
    months_to_close(world)
    dispute = raised(world)
    before = sorted(Path(settings.DATA).rglob("*"))
    file = GivenFile("log.csv", (b"a,b\n" * 2**18 for _ in range(26)))
    with pytest.raises(Refusal, match="25 MB"):
        answer(dispute, "See", file, by=actor(world, CLIENT), at=AT)
    assert not dispute.answers.exists()
    assert sorted(Path(settings.DATA).rglob("*")) == before
