"""Versions of a contract: a side drafts, both sides approve, one is in force, and nothing changes after that."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Membership
from remit.web.accounts.roles import Role
from remit.web.contracts.actions import (
    CannotBeRead,
    File,
    SavedMeanwhile,
    approve,
    discard,
    propose,
    reject,
    remove_document,
    safe_name,
    save_documents,
    withdraw,
)
from remit.web.contracts.models import Approval, State, Version
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry
from remit.web.shared.refusals import NotAllowed, Refusal
from tests.lib.web_contracts import CLIENT, PROVIDER, actor, agreed, amendment_for, drafted, proposed, text_for
from tests.lib.web_world import AT, World


def actions_told() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def test_a_version_is_in_force_when_both_sides_have_approved_it(world: World) -> None:
    version = proposed(world)
    assert (version.number, version.state) == (1, State.PROPOSED)
    version = approve(version, by=actor(world, PROVIDER), at=AT)
    assert version.state == State.PROPOSED
    version = approve(version, by=actor(world, CLIENT), at=AT)
    assert version.state == State.AGREED
    assert actions_told() == ["contracts.drafted", "contracts.proposed", "contracts.approved", "contracts.approved"]
    assert verify().faults == ()


def test_the_next_agreed_version_takes_the_place_of_the_one_before(world: World) -> None:
    first = agreed(world)
    second = agreed(world, File("contract.yaml", text_for(expected="96%")))
    first.refresh_from_db()
    assert (first.state, second.state, second.number) == (State.SUPERSEDED, State.AGREED, 2)
    assert Version.objects.agreed_of(world.engagements["care-north"]) == second


def test_nobody_approves_twice_and_no_side_does(world: World) -> None:
    version = proposed(world)
    approve(version, by=actor(world, CLIENT), at=AT)
    with pytest.raises(Refusal, match="You have approved"):
        approve(version, by=actor(world, CLIENT), at=AT)
    with pytest.raises(Refusal, match="Your side, the client"):
        approve(version, by=actor(world, Role.PROCUREMENT), at=AT)
    assert Approval.objects.count() == 1


def test_a_role_of_the_other_side_does_not_let_anybody_approve_for_both(world: World) -> None:
    version = proposed(world)
    person, engagement = world.person(CLIENT), version.engagement
    approve(version, by=Actor(person, "page"), at=AT)
    Membership.objects.filter(user=person, engagement=engagement).update(role=PROVIDER)
    with pytest.raises(NotAllowed, match="organisation"):
        approve(version, by=Actor(person, "page"), at=AT)


def test_the_database_itself_holds_one_approval_a_side_and_a_person_and_one_agreed_version(world: World) -> None:
    version = agreed(world)
    for side, role in (("client", Role.PROCUREMENT), ("provider", CLIENT)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Approval.objects.create(version=version, side=side, by=world.person(role), at=AT)
    later = proposed(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=later.pk).update(state=State.AGREED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=later.pk).update(number=None)


def test_one_version_lies_on_the_table_at_a_time(world: World) -> None:
    first, second = proposed(world), drafted(world, by=PROVIDER)
    with pytest.raises(Refusal, match="lies on the table already"):
        propose(second, note="", revision=1, by=actor(world, PROVIDER), at=AT)
    withdraw(first, by=actor(world, CLIENT), at=AT)
    second = propose(second, note="", revision=1, by=actor(world, PROVIDER), at=AT)
    assert (second.number, second.state) == (2, State.PROPOSED)


def test_a_draft_is_its_own_sides_paper_until_it_is_proposed(world: World) -> None:
    draft = drafted(world)
    seen_by = {role for role in Role if Version.objects.visible_to(world.person(role)).exists()}
    assert seen_by == {Role.BPO_MANAGER, Role.PROCUREMENT}
    with pytest.raises(NotAllowed, match="client's own"):
        save_documents(draft, [File("contract.yaml", b"x")], revision=1, by=actor(world, PROVIDER), at=AT)
    propose(draft, note="", revision=1, by=actor(world, CLIENT), at=AT)
    seen_by = {role for role in Role if Version.objects.visible_to(world.person(role)).exists()}
    assert seen_by == set(Role) - {Role.TEAM_LEAD, Role.AGENT}
    foreign = world.person(CLIENT, "care-south")
    assert not Version.objects.visible_to(foreign).exists()


def test_what_is_on_the_table_can_not_be_written_any_more(world: World) -> None:
    version = proposed(world)
    by = actor(world, CLIENT)
    changes: list[Callable[[], object]] = [
        lambda: save_documents(version, [File("contract.yaml", b"x")], revision=1, by=by, at=AT),
        lambda: remove_document(version, "a.yaml", revision=1, by=by, at=AT),
        lambda: discard(version, revision=None, by=by, at=AT),
        lambda: propose(version, note="", revision=1, by=by, at=AT),
    ]
    for change in changes:
        with pytest.raises(Refusal, match="proposed meanwhile"):
            change()
    assert bytes(version.documents.get().content) == text_for()


def test_of_two_people_writing_at_once_the_second_is_told_and_nothing_is_overwritten(world: World) -> None:
    draft = drafted(world)
    save_documents(draft, [File("contract.yaml", b"first")], revision=1, by=actor(world, CLIENT), at=AT)
    with pytest.raises(SavedMeanwhile):
        save_documents(draft, [File("contract.yaml", b"second")], revision=1, by=actor(world, Role.PROCUREMENT), at=AT)
    with pytest.raises(SavedMeanwhile):
        save_documents(draft, [File("a.yaml", b"second")], revision=1, by=actor(world, CLIENT), at=AT)
    assert [bytes(one.content) for one in draft.documents.all()] == [b"first"]


def test_files_with_errors_are_kept_as_a_draft_and_not_put_on_the_table(world: World) -> None:
    draft = drafted(world, File("contract.yaml", b"remit: 1\nservice_levels: 3"))
    with pytest.raises(CannotBeRead, match="errors"):
        propose(draft, note="", revision=1, by=actor(world, CLIENT), at=AT)
    draft.refresh_from_db()
    assert (draft.state, draft.number) == (State.DRAFT, None)


def test_a_contract_of_another_engagement_is_not_put_on_the_table(world: World) -> None:
    draft = drafted(world, File("contract.yaml", text_for("care-south")))
    with pytest.raises(CannotBeRead):
        propose(draft, note="", revision=1, by=actor(world, CLIENT), at=AT)


def test_a_rejection_says_why_and_ends_it(world: World) -> None:
    version = proposed(world)
    with pytest.raises(Refusal, match="reason"):
        reject(version, reason=" ", by=actor(world, PROVIDER), at=AT)
    version = reject(version, reason="96 % can't be staffed", by=actor(world, PROVIDER), at=AT)
    assert (version.state, version.reason) == (State.REJECTED, "96 % can't be staffed")
    with pytest.raises(Refusal, match="rejected"):
        approve(version, by=actor(world, CLIENT), at=AT)


def test_only_the_side_that_proposed_can_withdraw(world: World) -> None:
    version = proposed(world)
    with pytest.raises(NotAllowed):
        withdraw(version, by=actor(world, PROVIDER), at=AT)
    assert withdraw(version, by=actor(world, Role.PROCUREMENT), at=AT).state == State.WITHDRAWN


@pytest.mark.parametrize("role", [Role.FINANCE, Role.OPERATIONS_MANAGER, Role.AGENT])
def test_without_the_duty_nothing_is_drafted_or_approved(world: World, role: Role) -> None:
    with pytest.raises(NotAllowed):
        drafted(world, by=role)
    version = proposed(world)
    with pytest.raises(NotAllowed):
        approve(version, by=actor(world, role), at=AT)


def test_an_amendment_is_added_and_taken_out_again(world: World) -> None:
    draft = drafted(world)
    draft = save_documents(draft, [File("a1.yaml", amendment_for())], revision=1, by=actor(world, CLIENT), at=AT)
    assert {one.place for one in draft.documents.all()} == {"contract.yaml", "amendments/a1.yaml"}
    draft = remove_document(draft, "a1.yaml", revision=2, by=actor(world, CLIENT), at=AT)
    assert (draft.documents.count(), draft.revision) == (1, 3)
    with pytest.raises(Refusal, match="can't be taken out"):
        remove_document(draft, "contract.yaml", revision=3, by=actor(world, CLIENT), at=AT)


@pytest.mark.parametrize(
    "name", ["../etc/passwd", "a/b", "", ".yaml", "a.txt", "contract.yaml", "ä.yaml", "a" * 100 + ".yaml"]
)
def test_a_name_that_could_be_a_path_is_refused(name: str) -> None:
    with pytest.raises(Refusal):
        safe_name(name)


def test_a_folder_before_a_name_is_left_out() -> None:
    assert (safe_name("C:\\contracts\\July 1.yaml"), safe_name("amendments/a-1.yml")) == ("July 1.yaml", "a-1.yml")
