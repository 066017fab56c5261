"""The first page: what needs somebody, what changed since they looked, and nothing of what is not theirs."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement, Invitation
from remit.web.accounts.roles import Role, Side
from remit.web.accounts.today import Item, Part, Visit, items_of, visit_of
from remit.web.home.actions import FIRST_SPAN, ONE_LOOK, look
from remit.web.home.apps import HomeConfig
from remit.web.jobs.models import Job, State
from remit.web.shared.audit import Told, record
from remit.web.shared.moments import now
from tests.lib.web_many import alike, busy_engagement, manager_of_all
from tests.lib.web_pages import MOST_QUERIES
from tests.lib.web_world import AT, World, person
from tests.web.conftest import signed_in


def visit(world: World, role: Role, *, ago: timedelta = timedelta(hours=1)) -> Visit:
    somebody = world.person(role)
    at = now()
    mine = Engagement.objects.visible_to(somebody)
    return visit_of(Actor(somebody, "page"), mine, at=at, since=at - ago)


def told(world: World, role: Role, part: Part) -> list[str]:
    return [str(item.sentence) for item in items_of(visit(world, role))[part]]


@pytest.mark.django_db(transaction=True)
def test_deeds_of_others_are_news_to_whoever_may_read_the_trail(world: World) -> None:
    from django.db import transaction

    engagement = world.engagements["care-north"]
    with transaction.atomic():
        record(Told("tests.done", engagement, engagement.pk), by=Actor(world.person(Role.FINANCE), "page"), at=now())
    assert told(world, Role.AUDITOR, Part.CHANGED) == ["1 new entry in the audit trail"]
    assert told(world, Role.FINANCE, Part.CHANGED) == []


def test_an_invitation_that_runs_out_unanswered_needs_the_side_that_sent_it(world: World) -> None:
    north = world.engagements["care-north"]
    Invitation.objects.create(
        email="late@example.org",
        organisation=north.provider,
        engagement=north,
        role=Role.AGENT,
        invited_by=world.person(Role.ACCOUNT_MANAGER),
        key_hash="0" * 64,
        created_at=now(),
        expires_at=now() + timedelta(days=1),
    )
    assert told(world, Role.ACCOUNT_MANAGER, Part.NEEDS) == ["late@example.org has not accepted the invitation"]
    assert told(world, Role.BPO_MANAGER, Part.NEEDS) == []


def test_failed_work_needs_the_administrator(world: World) -> None:
    assert world.administrator is not None
    Job.objects.create(kind="tests", state=State.FAILED, asked_at=now(), due_at=now(), ended_at=now())
    page = signed_in(world.administrator).get("/").content.decode()
    assert "1 job failed" in page
    assert "1 job failed" not in signed_in(world.person(Role.BPO_MANAGER)).get("/").content.decode()


def test_what_matters_most_stands_first_and_what_is_due_first_after_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(seen: Visit) -> list[Item]:
        return [
            Item(Part.RISK, "later", "/", at=seen.at + timedelta(days=2)),
            Item(Part.RISK, "sooner", "/", at=seen.at + timedelta(days=1)),
            Item(Part.RISK, "first", "/", order=1),
        ]

    monkeypatch.setattr("remit.web.home.today.tell", tell)
    assert HomeConfig.today == "remit.web.home.today.tell"
    sentences = [item.sentence for item in items_of(visit(world, Role.BPO_MANAGER))[Part.RISK]]
    assert [one for one in sentences if one in ("first", "sooner", "later")] == ["first", "sooner", "later"]


def test_news_stay_news_for_one_look_and_a_reload_keeps_them(world: World) -> None:
    user, at = world.person(Role.BPO_MANAGER), AT
    assert look(user, at=at) == at - FIRST_SPAN
    assert look(user, at=at + timedelta(minutes=5)) == at - FIRST_SPAN
    next_day = at + timedelta(days=1)
    assert look(user, at=next_day) == at + timedelta(minutes=5)
    assert look(user, at=next_day + ONE_LOOK / 2) == at + timedelta(minutes=5)


def test_the_first_page_asks_few_queries_however_many_engagements(
    world: World, django_assert_max_num_queries: Any
) -> None:
    provider = world.providers["north"]
    for number in range(60):
        Engagement.objects.create(
            client=world.client,
            provider=provider,
            name=f"Engagement {number}",
            slug=f"e-{number}",
            contract_id=f"e-{number}",
            created_at=AT,
        )
    everywhere = person("everywhere@example.org", world.client)
    everywhere.memberships.create(organisation=world.client, role=Role.BPO_MANAGER)
    client = signed_in(everywhere)
    client.get("/roles/")
    with django_assert_max_num_queries(28):
        page = client.get("/")
    with django_assert_max_num_queries(10):
        client.get("/")
    assert page.content.decode().count("Engagement 3") >= 11
    assert '?all=1#where">All engagements' in page.content.decode()


def queries_of(client: Client, address: str) -> int:
    """How many queries a page asks."""
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    assert page.status_code == HTTPStatus.OK
    return len(asked)


def test_sixty_busy_engagements_cost_the_first_page_no_more_queries_than_three(world: World) -> None:
    engagement = busy_engagement(world)
    client = signed_in(manager_of_all(world))
    alike(engagement, range(2))
    first_ever, few = queries_of(client, "/"), queries_of(client, "/")
    told = " ".join(str(item.sentence) for item in client.get("/").context["parts"]["needs"])
    wanted = ("below minimum", "exclusion waits", "Dispute", "agreement", "Invoice", "Load", "was due on")
    assert [word for word in wanted if word not in told] == []
    alike(engagement, range(2, 59))
    many = queries_of(client, "/?all=1")
    assert (few, max(first_ever, few, many) <= MOST_QUERIES) == (many, True), (first_ever, few, many)


def test_an_overview_tells_parties_people_and_role(world: World) -> None:
    page = signed_in(world.person(Role.TEAM_LEAD)).get("/engagements/care-north/").content.decode()
    assert "Northline works for Meridian Travel" in page
    assert "Team lead" in page
    assert str(world.engagements["care-north"].organisation_on(Side.CLIENT)) in page


def test_somebody_without_a_seat_is_told_how_to_get_one(world: World) -> None:
    page = signed_in(person("new@example.org", world.client)).get("/").content.decode()
    assert "You have no part in an engagement yet" in page


def test_a_fault_of_ours_has_a_page_that_needs_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise ValueError("broken on purpose")

    monkeypatch.setattr("remit.web.home.remembered.items_of", broken)
    client = Client(raise_request_exception=False)
    client.force_login(world.person(Role.BPO_MANAGER))
    page = client.get("/")
    assert page.status_code == 500
    assert "A fault of ours" in page.content.decode()
    assert "broken on purpose" not in page.content.decode()
