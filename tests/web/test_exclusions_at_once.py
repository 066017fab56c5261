"""Two people deciding one request in the same moment: one decision stands, the other is told, and nothing is lost."""

from collections import Counter

import pytest

from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import Role
from remit.web.exclusions import actions
from remit.web.exclusions.actions import Decision
from remit.web.exclusions.bridge.agreed import agreed_waivers
from remit.web.exclusions.bridge.terms import Choice
from remit.web.exclusions.models import AgreedList, ExclusionRequest, RequestedRecord, State
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry
from remit.web.shared.refusals import Refusal
from tests.lib.at_once import at_once
from tests.lib.web_exclusions import asked_for, client, measured, person
from tests.lib.web_world import AT, build_world

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_deciding_at_once_one_decides_and_the_other_is_told() -> None:
    world = build_world()
    engagement = measured(world)
    request = asked_for(world, Choice(is_missed_only=True))
    people: list[Actor] = [client(world), person(world, Role.EXECUTIVE)]
    decisions = [Decision(["b"], "the rest is yours"), Decision([], "none of it")]

    def say(lane: int) -> str:
        mine = ExclusionRequest.objects.get(pk=request.pk)
        return str(actions.decide(mine, decisions[lane], by=people[lane], at=AT).state)

    found = at_once(2, say)
    (won,) = [one for one in found if isinstance(one, str)]
    (lost,) = [one for one in found if isinstance(one, Refusal)]
    assert "already" in lost.sentence
    request.refresh_from_db()
    assert request.state == won
    granted = 1 if won == State.PARTLY else 0
    assert Counter(RequestedRecord.objects.values_list("state", flat=True))["granted"] == granted
    assert (AgreedList.objects.count(), len(agreed_waivers(engagement))) == (granted, granted)
    assert AuditEntry.objects.filter(action="exclusions.decided").count() == 1
    assert verify().faults == ()


def test_two_requests_granted_at_once_both_stand_in_the_list() -> None:
    world = build_world()
    engagement = measured(world)
    requests = [asked_for(world, Choice(keys=(key,))) for key in ("b", "c")]
    people = [client(world), person(world, Role.EXECUTIVE)]

    def grant(lane: int) -> None:
        mine = ExclusionRequest.objects.get(pk=requests[lane].pk)
        actions.decide(mine, Decision(None), by=people[lane], at=AT)

    assert at_once(2, grant) == [None, None]
    assert {one.record_key for one in agreed_waivers(engagement)} == {"b", "c"}
    assert sorted(AgreedList.objects.values_list("number", "waivers")) == [(1, 1), (2, 2)]
