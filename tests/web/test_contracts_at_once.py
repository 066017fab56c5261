"""Two people at one contract in the same moment: both approvals count, one proposal is made, one text is saved."""

from collections import Counter

import pytest

from remit.web.accounts.roles import Role
from remit.web.contracts.actions import File, approve, propose, save_documents
from remit.web.contracts.models import Approval, State, Version
from remit.web.shared.audit import verify
from tests.lib.at_once import at_once
from tests.lib.web_contracts import CLIENT, PROVIDER, actor, agreed, drafted, proposed, text_for
from tests.lib.web_world import AT, build_world

pytestmark = pytest.mark.django_db(transaction=True)


def test_both_sides_approving_at_once_bring_the_version_in_force() -> None:
    world = build_world()
    first = agreed(world)
    version = proposed(world, File("contract.yaml", text_for(expected="96%")))
    people = [actor(world, CLIENT), actor(world, PROVIDER), actor(world, Role.PROCUREMENT)]

    def say_yes(lane: int) -> None:
        approve(Version.objects.get(pk=version.pk), by=people[lane], at=AT)

    found = Counter(type(one).__name__ for one in at_once(3, say_yes))
    assert found == {"NoneType": 2, "Refusal": 1}
    states = dict(Version.objects.values_list("pk", "state"))
    assert states == {first.pk: State.SUPERSEDED, version.pk: State.AGREED}
    assert Approval.objects.filter(version=version).values("side").distinct().count() == 2
    assert verify().faults == ()


def test_of_drafts_proposed_at_once_one_lies_on_the_table() -> None:
    world = build_world()
    drafts = [drafted(world), drafted(world, by=PROVIDER), drafted(world)]
    people = [actor(world, CLIENT), actor(world, PROVIDER), actor(world, CLIENT)]

    def put(lane: int) -> int | None:
        return propose(drafts[lane], note="", revision=1, by=people[lane], at=AT).number

    found = at_once(3, put)
    assert [one for one in found if isinstance(one, int)] == [1]
    assert Counter(Version.objects.values_list("state", flat=True)) == {State.PROPOSED: 1, State.DRAFT: 2}


def test_of_texts_saved_at_once_one_is_kept_and_the_others_are_told() -> None:
    world = build_world()
    draft = drafted(world)

    def save(lane: int) -> None:
        mine = Version.objects.get(pk=draft.pk)
        save_documents(mine, [File("contract.yaml", b"%d" % lane)], revision=1, by=actor(world, CLIENT), at=AT)

    found = Counter(type(one).__name__ for one in at_once(4, save))
    assert found == {"NoneType": 1, "SavedMeanwhile": 3}
    draft.refresh_from_db()
    assert draft.revision == 2
