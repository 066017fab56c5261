"""Key dates are reminded of by mail, each once at each distance; what waits stands on the first page."""

from datetime import UTC, date, datetime, timedelta

import pytest

from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Role
from remit.web.accounts.today import Item, Part, items_of, visit_of
from remit.web.contracts import reminders
from remit.web.contracts.actions import File
from remit.web.contracts.bridge import due_reminders, next_reminder_on, terms_of
from remit.web.contracts.models import Document, Reminder
from remit.web.contracts.reminders import recipients_in
from remit.web.jobs.models import Job, State
from remit.web.jobs.queue import take, work_on
from tests.lib.web_contracts import CLIENT, PROVIDER, actor, agreed, proposed, text_for
from tests.lib.web_world import AT, World

DUTIES = b"""
obligations:
  - {id: O1, what: forecast, side: client, every: month, due_day: 10}
  - {id: O2, what: continuity test, side: provider, due: 2026-05-20}
renewal: {notice: 90 calendar days}
"""


@pytest.mark.parametrize(
    ("today", "due"),
    [
        ("2026-04-02", ["2026-05-20 O2 90"]),
        ("2026-04-03", ["2026-04-10 O1 7", "2026-05-20 O2 90"]),
        ("2026-04-20", ["2026-05-20 O2 30"]),
        ("2026-05-13", ["2026-05-20 O2 7"]),
        ("2026-05-21", []),
        ("2026-12-30", ["2026-12-31 The 7"]),
    ],
)
def test_of_several_distances_the_nearest_that_has_begun_is_due(world: World, today: str, due: list[str]) -> None:
    terms = terms_of(agreed(world, File("contract.yaml", text_for() + DUTIES)))
    found = due_reminders(terms, date.fromisoformat(today))
    told = [f"{one.date.on} {one.date.what.split()[0].rstrip(':')} {one.days_before}" for one in found]
    assert told == due


def test_the_next_reminder_is_the_nearest_day_to_come(world: World) -> None:
    terms = terms_of(agreed(world, File("contract.yaml", text_for() + DUTIES)))
    assert next_reminder_on(terms, date(2026, 4, 1)) == date(2026, 4, 3)
    assert next_reminder_on(terms, date(2027, 1, 1)) is None


def reminded_at(at: datetime, monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The mails asked for by a worker that looks at an instant."""
    monkeypatch.setattr(reminders, "now", lambda: at)
    before = set(Job.objects.filter(kind="jobs.mail").values_list("pk", flat=True))
    job = Job.objects.filter(kind=reminders.KIND, state=State.WAITING).first()
    assert job is not None
    Job.objects.filter(pk=job.pk).update(due_at=at)
    while (taken := take("w", at + timedelta(seconds=1))) is not None:
        if taken.kind == reminders.KIND:
            work_on(taken, "w")
            break
    return list(Job.objects.filter(kind="jobs.mail").exclude(pk__in=before))


def test_each_date_is_mailed_once_to_those_it_concerns(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(world, File("contract.yaml", text_for() + DUTIES))
    at = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
    mails = reminded_at(at, monkeypatch)
    assert len(mails) == 1
    told = str(mails[0].arguments)
    assert world.person(PROVIDER).email in told
    assert "continuity test" in told
    assert Reminder.objects.count() == 1
    waiting = Job.objects.get(kind=reminders.KIND, state=State.WAITING)
    assert waiting.due_at == datetime(2026, 5, 3, 6, 0, tzinfo=UTC)
    assert reminded_at(at, monkeypatch) == []


def test_a_version_that_holds_no_more_is_not_reminded_of(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(world, File("contract.yaml", text_for() + DUTIES))
    first = Job.objects.get(kind=reminders.KIND)
    agreed(world, File("contract.yaml", text_for()))
    Job.objects.filter(kind=reminders.KIND).exclude(pk=first.pk).delete()
    assert reminded_at(datetime(2026, 4, 20, 9, 0, tzinfo=UTC), monkeypatch) == []
    assert not Job.objects.filter(kind=reminders.KIND, state=State.WAITING).exists()


def test_only_whoever_may_approve_is_reminded_and_for_the_own_side(world: World) -> None:
    found = {(one.user.email, str(one.side)) for one in recipients_in(world.engagements["care-north"])}
    assert found == {
        ("bpo_manager.north@example.org", "client"),
        ("procurement.north@example.org", "client"),
        ("account_manager.north@example.org", "provider"),
    }


def items(world: World, role: Role, at: datetime = AT) -> dict[Part, list[Item]]:
    engagements = Engagement.objects.visible_to(world.person(role)).select_related("client", "provider")
    return items_of(visit_of(actor(world, role), engagements, at=at, since=at - timedelta(days=1)))


def sentences(found: list[Item]) -> list[str]:
    return [str(item.sentence) for item in found if "contract" in item.address]


def test_a_version_on_the_table_waits_on_the_first_page_of_whoever_can_approve_it(world: World) -> None:
    proposed(world)
    waits = "Version 1 of the contract waits for your side’s approval"
    assert sentences(items(world, PROVIDER)[Part.NEEDS]) == [waits]
    assert sentences(items(world, Role.FINANCE)[Part.NEEDS]) == []
    assert sentences(items(world, Role.FINANCE)[Part.CHANGED]) == ["Version 1 of the contract lies on the table"]
    assert sentences(items(world, Role.AGENT)[Part.CHANGED]) == []


def test_key_dates_near_and_a_new_version_stand_on_the_first_page(world: World) -> None:
    agreed(world)
    near = items(world, CLIENT, at=datetime(2026, 12, 10, 9, 0, tzinfo=UTC))
    assert sentences(near[Part.NEEDS]) == ["31 Dec 2026: The term ends"]
    assert sentences(items(world, CLIENT)[Part.CHANGED]) == ["Version 1 of the contract is in force"]


def test_files_that_can_be_read_no_more_leave_the_first_page_without_their_dates(world: World) -> None:
    agreed(world)
    at = datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
    assert sentences(items(world, CLIENT, at=at)[Part.NEEDS]) == ["31 Dec 2026: The term ends"]
    Document.objects.update(content=b"remit: [")
    assert sentences(items(world, CLIENT, at=at + timedelta(days=1))[Part.NEEDS]) == []
