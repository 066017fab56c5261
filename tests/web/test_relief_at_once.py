"""Two people deciding one claim in the same moment: one decision stands, the other is told."""

import pytest

from remit.web.accounts.roles import Role
from remit.web.exclusions.models import AgreedList
from remit.web.relief import actions
from remit.web.relief.models import Claim, State
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry
from remit.web.shared.refusals import Refusal
from tests.lib.at_once import at_once
from tests.lib.web_exclusions import client, person, provider
from tests.lib.web_relief import measured, the_claim
from tests.lib.web_world import AT, build_world

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_deciding_at_once_one_decides_and_the_other_is_told() -> None:
    world = build_world()
    measured(world)
    claim = actions.ask_drawn(the_claim(), "the campaign", by=provider(world), at=AT)
    people, outcomes = [client(world), person(world, Role.EXECUTIVE)], [True, False]

    def say(lane: int) -> str:
        mine = Claim.objects.get(pk=claim.pk)
        return str(actions.decide(mine, is_agreed=outcomes[lane], answer="so be it", by=people[lane], at=AT).state)

    found = at_once(2, say)
    (won,) = [one for one in found if isinstance(one, str)]
    (lost,) = [one for one in found if isinstance(one, Refusal)]
    assert "already" in lost.sentence
    assert AgreedList.objects.count() == (1 if won == State.AGREED else 0)
    assert AuditEntry.objects.filter(action="relief.decided").count() == 1
    assert verify().faults == ()
