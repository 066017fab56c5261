"""The contract's duties in the records: due by the contract, noted by people, and the relief a late one proposes."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest

from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Role
from remit.web.exclusions import actions
from remit.web.exclusions.actions import Decision, Met
from remit.web.exclusions.actions.duties import due_duty
from remit.web.exclusions.bridge.duties import DueDuty
from remit.web.exclusions.bridge.terms import agreed_terms
from remit.web.exclusions.models import DutyDay, ExclusionRequest, Kind, State
from remit.web.jobs.queue import work_until_idle
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry
from remit.web.shared.refusals import Refusal
from tests.lib.web_exclusions import NORTH, TERMS, client, level_of, measured, person, provider
from tests.lib.web_world import AT, World
from tests.web.conftest import signed_in

FIFTH = date(2026, 1, 5)


def due(engagement: Engagement, duty: str = "forecast", on: date = FIFTH) -> DueDuty:
    return due_duty(agreed_terms(engagement), duty, on, AT)


def met(day: int, hour: int = 10) -> Met:
    return Met(datetime(2026, 1, day, hour, tzinfo=UTC), "the planner’s mail")


def test_a_duty_met_late_proposes_relief_that_the_client_decides(world: World) -> None:
    engagement = measured(world)
    actions.note_duty(engagement, due(engagement), met(8), by=client(world), at=AT)
    work_until_idle()
    request = ExclusionRequest.objects.get()
    assert (request.level, request.month, request.kind, request.asked_by) == ("SL1", "2026-01", Kind.SPAN, None)
    assert request.reason == "forecast, forecast, was due on 2026-01-05: what began in the delay is excused"
    assert list(request.records.values_list("key", flat=True)) == ["b", "c"]
    assert request.effects.get().told is not None
    actions.decide(request, Decision(None), by=client(world), at=AT)
    work_until_idle()
    assert (level_of(engagement).numerator, level_of(engagement).denominator) == (1, 2)


def test_a_duty_noted_anew_proposes_anew_and_one_in_time_nothing(world: World) -> None:
    engagement = measured(world)
    for day, proposed in ((8, [("asked", 2)]), (7, [("withdrawn", 2), ("asked", 1)]), (5, [("withdrawn", 2)])):
        actions.note_duty(engagement, due(engagement), met(day, 8), by=person(world, Role.ACCOUNT_MANAGER), at=AT)
        work_until_idle()
        told = list(ExclusionRequest.objects.order_by("pk").values_list("state", "count"))
        assert told[: len(proposed)] == proposed
    assert not ExclusionRequest.objects.exclude(state=State.WITHDRAWN).exists()
    (day_noted,) = DutyDay.objects.all()
    assert day_noted.met_at == met(5, 8).at
    assert AuditEntry.objects.filter(action="exclusions.duty_noted").count() == 3
    assert verify().faults == ()


def test_relief_is_asked_for_while_a_duty_is_not_met(world: World) -> None:
    engagement = measured(
        world, terms=TERMS.replace("gives_relief: [SL1, SL2]", "gives_relief: SL1, relief: whole_month")
    )
    at = datetime(2026, 1, 6, 9, tzinfo=UTC)
    for _ in range(2):
        actions.ask_for_relief(engagement, due(engagement), by=provider(world), at=at)
    work_until_idle()
    request = ExclusionRequest.objects.get(state=State.ASKED)
    assert (request.kind, request.count) == (Kind.MONTH, 4)
    assert request.reason.endswith("2026-01 is excused")
    with pytest.raises(Refusal, match="not late"):
        actions.ask_for_relief(engagement, due(engagement), by=provider(world), at=at - timedelta(days=1))
    report = due(engagement, "report", date(2026, 1, 10))
    with pytest.raises(Refusal, match="excuses nothing"):
        actions.ask_for_relief(engagement, report, by=provider(world), at=AT)
    actions.note_duty(engagement, due(engagement), met(7), by=client(world), at=AT)
    with pytest.raises(Refusal, match="was met"):
        actions.ask_for_relief(engagement, due(engagement), by=provider(world), at=AT)


def test_what_can_not_be_noted_is_told(world: World) -> None:
    engagement = measured(world)
    with pytest.raises(Refusal, match="not before"):
        actions.note_duty(engagement, due(engagement), Met(AT + timedelta(1), "x"), by=client(world), at=AT)
    with pytest.raises(Refusal, match="Say what shows"):
        actions.note_duty(engagement, due(engagement), Met(AT, " "), by=client(world), at=AT)
    with pytest.raises(Refusal, match="no duty forecast due on 2026-01-06"):
        due(engagement, on=date(2026, 1, 6))
    assert not DutyDay.objects.exists()


def test_the_pages_of_duties(world: World, django_assert_max_num_queries: Any) -> None:
    measured(world)
    manager = signed_in(world.person(Role.BPO_MANAGER, NORTH))
    here = f"/engagements/{NORTH}/duties/"
    with django_assert_max_num_queries(30):
        listed = manager.get(here, {"side": "client"}).content.decode()
    assert "forecast" in listed
    assert "the report" not in listed
    page = f"{here}forecast/2026-01-05/"
    assert "not met" in manager.get(page).content.decode()
    wrong = manager.post(f"{page}note/", {"met_at": "soon", "evidence": "mail"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "is not a local time" in wrong.content.decode()
    early = manager.post(f"{page}note/", {"met_at": "2999-01-01T00:00", "evidence": "mail"})
    assert "not before" in early.content.decode()
    noted = manager.post(f"{page}note/", {"met_at": "2026-01-08T10:00", "evidence": "the mail"})
    assert noted.status_code == HTTPStatus.SEE_OTHER
    with django_assert_max_num_queries(30):
        shown = manager.get(page).content.decode()
    relief = ExclusionRequest.objects.get()
    for words in ("met late", "18 h 00 min", f"Exclusion {relief.pk}", "the mail"):
        assert words in shown
    operator = signed_in(world.person(Role.OPERATIONS_MANAGER, NORTH))
    assert operator.post(f"{page}relief/").status_code == HTTPStatus.CONFLICT
    for path in ("forecast/2026-01-06/", "nothing/2026-01-05/", "forecast/tomorrow/"):
        assert manager.get(f"{here}{path}").status_code == HTTPStatus.NOT_FOUND
