"""Two people at one month in the same moment: it is proposed once, agreed once, closed once."""

from collections import Counter
from collections.abc import Sequence

import pytest

from remit.web.settlements.actions import agree, close, object_to, propose
from remit.web.settlements.models import Closing, Position, State
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry
from tests.lib.at_once import at_once
from tests.lib.web_contracts import actor
from tests.lib.web_months import CLIENT, FEBRUARY, PROVIDER, engagement_of, months_to_close, proposed
from tests.lib.web_world import AT, build_world

pytestmark = pytest.mark.django_db(transaction=True)


def names(found: Sequence[object]) -> Counter[str]:
    return Counter(type(one).__name__ for one in found)


def test_of_both_sides_proposing_at_once_one_does() -> None:
    world = build_world()
    months_to_close(world)
    people = [actor(world, CLIENT), actor(world, PROVIDER)]
    found = at_once(2, lambda lane: propose(engagement_of(world), FEBRUARY, by=people[lane], at=AT))
    assert names(found) == {"Closing": 1, "Refusal": 1}
    assert (Closing.objects.get().round, Position.objects.count()) == (1, 1)


def test_of_an_agreement_and_an_objection_at_once_one_holds() -> None:
    world = build_world()
    months_to_close(world)
    closing = proposed(world)

    def say(lane: int) -> Closing:
        mine = Closing.objects.get(pk=closing.pk)
        if lane:
            return agree(mine, by=actor(world, CLIENT), at=AT)
        return object_to(mine, reason="SL1", by=actor(world, PROVIDER), at=AT)

    assert names(at_once(2, say)) == {"Closing": 1, "Refusal": 1}
    assert Position.objects.count() == 2


def test_of_two_people_closing_a_month_at_once_one_closes_it_and_the_other_is_told() -> None:
    world = build_world()
    months_to_close(world)
    closing = agree(proposed(world), by=actor(world, CLIENT), at=AT)
    people = [actor(world, CLIENT), actor(world, PROVIDER), actor(world, CLIENT)]
    found = at_once(3, lambda lane: close(Closing.objects.get(pk=closing.pk), by=people[lane], at=AT))
    assert names(found) == {"Closing": 1, "Refusal": 2}
    assert all(str(one).startswith("2026-02 is closed") for one in found if not isinstance(one, Closing))
    assert Closing.objects.get().state == State.CLOSED
    assert AuditEntry.objects.filter(action="settlements.closed").count() == 1
    assert verify().faults == ()
