"""Closing a month: the state machine as a table, figures frozen, timers, what stands in the way."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from remit.store import read_manifest
from remit.web.accounts.actors import installation
from remit.web.accounts.roles import Role
from remit.web.settlements.actions import agree, close, deem_agreed, object_to, propose
from remit.web.settlements.models import Closing, Kind, Position, State
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry
from remit.web.shared.refusals import NotAllowed, Refusal
from tests.lib.web_contracts import actor
from tests.lib.web_loads import asked_for
from tests.lib.web_months import (
    APRIL,
    CLIENT,
    FEBRUARY,
    JANUARY,
    NO_DEADLINE,
    PROVIDER,
    case,
    cases,
    closed,
    engagement_of,
    months_to_close,
    newest_run,
    proposed,
)
from tests.lib.web_world import AT, World

DUE = datetime(2026, 4, 16, 9, tzinfo=UTC)
"""Ten business days after 1 April 11:00 in Warsaw, Easter Monday being closed."""

Deed = Callable[[World, Closing, Role], object]
DEEDS: dict[str, Deed] = {
    "propose": lambda world, closing, role: propose(
        closing.engagement, closing.starts_on, by=actor(world, role), at=AT
    ),
    "object": lambda world, closing, role: object_to(closing, reason="SL1 is wrong", by=actor(world, role), at=AT),
    "agree": lambda world, closing, role: agree(closing, by=actor(world, role), at=AT),
    "close": lambda world, closing, role: close(closing, by=actor(world, role), at=AT),
}

TABLE = """
  done before                | deed     by        | state         or what is said
  propose                    | propose  provider  | 2026-02 is proposed; it can’t be proposed now.
  propose                    | propose  client    | 2026-02 is proposed; it can’t be proposed now.
  propose                    | agree    client    | agreed
  propose                    | agree    provider  | Your side, the provider, proposed these figures.
  propose                    | object   client    | under review
  propose                    | object   provider  | under review
  propose                    | close    client    | 2026-02 is proposed; it can’t be closed now.
  propose object             | propose  client    | proposed
  propose object             | propose  provider  | proposed
  propose object             | agree    client    | 2026-02 is under review; it can’t be agreed to now.
  propose object             | object   client    | 2026-02 is under review; it can’t be objected to now.
  propose object             | close    client    | 2026-02 is under review; it can’t be closed now.
  propose object propose     | agree    client    | agreed
  propose agree              | propose  provider  | 2026-02 is agreed; it can’t be proposed now.
  propose agree              | agree    client    | 2026-02 is agreed; it can’t be agreed to now.
  propose agree              | object   client    | 2026-02 is agreed; it can’t be objected to now.
  propose agree              | close    client    | closed
  propose agree              | close    provider  | closed
  propose agree close        | close    client    | 2026-02 is closed; it can’t be closed now.
  propose agree close        | propose  provider  | 2026-02 is closed; it can’t be proposed now.
  propose agree close        | object   client    | 2026-02 is closed; it can’t be objected to now.
  propose agree close        | agree    client    | 2026-02 is closed; it can’t be agreed to now.
"""
ROWS = [[part.strip() for part in line.split("|")] for line in TABLE.strip().splitlines()[1:]]
BY_DEFAULT = {"propose": PROVIDER, "object": CLIENT, "agree": CLIENT, "close": CLIENT}


def what_comes_of(world: World, before: str, deed: str) -> str:
    """The state a month is in after a deed, or what is said where it is not done; nothing of it stays."""
    with transaction.atomic():
        closing = proposed(world)
        for done in before.split()[1:]:
            DEEDS[done](world, closing, BY_DEFAULT[done])
        what, by = deed.split()
        state, entries = Closing.objects.get().state, AuditEntry.objects.count()
        try:
            DEEDS[what](world, closing, {"client": CLIENT, "provider": PROVIDER}[by])
        except Refusal as refused:
            found, count = refused.sentence, 0
            assert Closing.objects.get().state == state
        else:
            found, count = Closing.objects.get().state, 1
        assert AuditEntry.objects.count() == entries + count
        transaction.set_rollback(True)
    return found


def test_a_month_moves_only_as_the_table_says(world: World) -> None:
    months_to_close(world)
    found = [[before, deed, what_comes_of(world, before, deed)] for before, deed, _ in ROWS]
    assert found == ROWS
    assert verify().faults == ()


def test_a_proposal_freezes_the_figures_with_all_they_rest_on(world: World) -> None:
    run = months_to_close(world)
    closing = proposed(world)
    kept = run.months.get(starts_on=FEBRUARY)
    assert closing.settlement == kept.settlement
    assert closing.settlement_sha256 == hashlib.sha256(kept.settlement.encode()).hexdigest()
    assert (closing.contract_sha256, closing.facts_sha256) == (run.contract_sha256, run.facts_sha256)
    assert (closing.store_version, closing.run_id) == (run.store_version, run.pk)
    # 40,000 and eight cases at 12.50; 10 % of that at risk, half of it for a month below expected.
    assert (closing.invoice, closing.credit) == ("40100.00", "2005.00")
    assert (closing.brought_forward, closing.due) == ("0", "38095.00")
    assert closing.due_at == DUE
    (position,) = Position.objects.all()
    assert (position.side, position.kind, position.by) == ("provider", Kind.PROPOSED, world.person(PROVIDER))


def test_either_side_may_propose_and_the_other_agrees_to_those_figures_alone(world: World) -> None:
    months_to_close(world)
    closing = proposed(world, by=CLIENT)
    with pytest.raises(Refusal, match="other figures"):
        agree(closing, sha256="0" * 64, by=actor(world, PROVIDER), at=AT)
    agree(closing, sha256=closing.settlement_sha256, by=actor(world, PROVIDER), at=AT)
    assert closing.state == State.AGREED


def test_a_month_of_another_role_is_not_proposed(world: World) -> None:
    months_to_close(world)
    for role in (Role.AUDITOR, Role.TEAM_LEAD):
        with pytest.raises(NotAllowed):
            proposed(world, by=role)
    assert not Closing.objects.exists()


def test_an_objection_needs_its_reason(world: World) -> None:
    months_to_close(world)
    with pytest.raises(Refusal, match="needs its reason"):
        object_to(proposed(world), reason="  ", by=actor(world, CLIENT), at=AT)


def test_silence_is_agreement_when_the_time_is_over_and_nobodys_word(world: World) -> None:
    months_to_close(world)
    closing = proposed(world)
    assert not deem_agreed(closing, by=installation("job"), at=DUE - timedelta(seconds=1))
    assert deem_agreed(closing, by=installation("job"), at=DUE)
    position = Position.objects.get(kind=Kind.DEEMED)
    assert (position.side, position.by, position.clause, position.at) == ("client", None, "Exhibit B 8", DUE)
    entry = AuditEntry.objects.order_by("-number")[0]
    assert entry.after is not None
    assert (entry.action, entry.person_id, entry.after["clause"]) == (
        "settlements.deemed_agreed",
        None,
        "Exhibit B 8",
    )
    assert not deem_agreed(closing, by=installation("job"), at=DUE)
    assert verify().faults == ()


def test_an_objection_after_the_time_is_over_comes_too_late_even_before_the_job_ran(world: World) -> None:
    months_to_close(world)
    closing = proposed(world)
    with pytest.raises(
        Refusal, match=r"The 10 business days to object were over on 2026-04-16 09:00 UTC \(Exhibit B 8\)"
    ):
        object_to(closing, reason="late", by=actor(world, CLIENT), at=DUE)
    object_to(closing, reason="just in time", by=actor(world, CLIENT), at=DUE - timedelta(seconds=1))
    assert closing.state == State.REVIEW


def test_without_such_a_term_silence_means_nothing(world: World) -> None:
    months_to_close(world, NO_DEADLINE)
    closing = proposed(world)
    assert closing.due_at is None
    assert not deem_agreed(closing, by=installation("job"), at=AT + timedelta(days=900))
    object_to(closing, reason="still wrong", by=actor(world, CLIENT), at=AT + timedelta(days=900))
    assert closing.state == State.REVIEW


@pytest.mark.parametrize(
    ("month", "sentence"),
    [
        (APRIL, "2026-04 is not over: its figures are provisional."),
        (APRIL.replace(month=5), "2026-05 was not measured."),
    ],
)
def test_a_month_without_final_figures_is_not_proposed(world: World, month: object, sentence: str) -> None:
    months_to_close(world)
    with pytest.raises(Refusal) as refused:
        propose(engagement_of(world), month, by=actor(world, PROVIDER), at=AT)  # type: ignore[arg-type]
    assert refused.value.sentence == sentence


def test_a_month_is_not_proposed_while_newer_facts_are_being_measured(world: World) -> None:
    months_to_close(world)
    from remit.web.jobs.queue import take, work_on
    from remit.web.shared.moments import now

    asked_for(world, cases(case("F-20", "2026-02-20T09", 9)))
    for _ in range(9):
        job = take("test", now())
        assert job is not None
        work_on(job, "test")
        if job.kind == "performance.load":
            break
    with pytest.raises(Refusal, match="being measured anew"):
        proposed(world)


def test_closing_holds_the_facts_for_good_and_leaves_the_figures(world: World) -> None:
    from django.conf import settings

    months_to_close(world)
    closing = closed(world)
    assert closing.store_version in read_manifest(settings.STORE_URL).pinned
    assert (closing.closed_by, closing.closed_at) == (world.person(CLIENT), AT)
    again = closed(world, JANUARY)
    assert again.store_version == closing.store_version
    assert len([one for one in read_manifest(settings.STORE_URL).entries if one.deed == "pin"]) == 1
    assert newest_run(world).store_version == closing.store_version


def test_the_database_knows_one_closing_a_month(world: World) -> None:
    months_to_close(world)
    closing = closed(world)
    for fields in ({"state": State.CLOSED}, {"number": 0}):
        copy = Closing.objects.get(pk=closing.pk)
        copy.pk, copy.number = None, 7
        for name, value in fields.items():
            setattr(copy, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)
