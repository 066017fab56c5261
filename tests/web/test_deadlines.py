"""What is due in an engagement: each role's own list, the calendar file, and the calendar that a program follows."""

import html
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar, Event

from remit.web.accounts.actors import Actor
from remit.web.accounts.deadlines import Deadline, deadlines_of
from remit.web.accounts.doors import Place
from remit.web.accounts.models import ApiToken, Membership
from remit.web.accounts.roles import Duty, Role, Side
from remit.web.accounts.tokens import Asked, issue, revoke
from remit.web.deadlines import following
from remit.web.deadlines.calendars import calendar_of
from remit.web.deadlines.following import follow
from remit.web.exclusions.actions import Met, note_duty
from remit.web.exclusions.actions.duties import due_duty
from remit.web.exclusions.bridge.terms import agreed_terms
from remit.web.issues.actions import Claim, raise_dispute
from remit.web.issues.models import Subject
from remit.web.shared.api.limits import Limit
from remit.web.shared.moments import now
from tests.lib.web_contracts import actor
from tests.lib.web_months import CLIENT, FEBRUARY, PROVIDER, SETTLING, engagement_of, months_to_close, proposed
from tests.lib.web_world import AT, World
from tests.web.conftest import signed_in

HERE = "/engagements/care-north/deadlines/"
WARSAW = ZoneInfo("Europe/Warsaw")
DUTIES = """
obligations:
  - {id: forecast, what: "send the forecast, by site; final", side: client, every: month, due_day: 5, clause: A 4}
"""
STEPS = "  escalation: [{after: 5 business days, to: executive, clause: Exhibit B 9}]\n"


def busy(world: World) -> None:
    """Months to close with a proposal before the client, a dispute, and a duty each month."""
    months_to_close(world, SETTLING + STEPS + DUTIES)
    proposed(world)
    claim = Claim(Subject.LEVEL, FEBRUARY, "SL1", "F-8 waited")
    raise_dispute(engagement_of(world), claim, by=actor(world, PROVIDER), at=AT)


def place_of(world: World, role: Role) -> Place:
    """Where somebody of the northern engagement stands."""
    return Place(engagement_of(world), role, Actor(world.person(role), "page"))


def told_to(world: World, role: Role) -> dict[str, Deadline]:
    """The deadlines a role may know of on the first of April."""
    return {one.key: one for one in deadlines_of(place_of(world, role), at=AT)}


def events(content: bytes) -> dict[str, Event]:
    """A calendar read back, as a program reads it: its events by their UID."""
    read = Calendar.from_ical(content)
    found = {str(one["uid"]): one for one in read.events}
    assert len(found) == len(read.walk("VEVENT"))
    return found


def test_each_subject_tells_its_own_deadlines_to_those_who_may_know(world: World) -> None:
    busy(world)
    found = told_to(world, CLIENT)
    month, dispute = found["month-2026-02"], next(one for key, one in found.items() if key.startswith("dispute-"))
    assert (month.at, month.side, month.zone) == (datetime(2026, 4, 16, 9, tzinfo=UTC), Side.CLIENT, "Europe/Warsaw")
    assert (dispute.at, dispute.side, dispute.clause) == (
        datetime(2026, 4, 9, 9, tzinfo=UTC), Side.CLIENT, "Exhibit B 9"
    )  # fmt: skip
    duty = found["duty-forecast-2026-04-05"]
    assert (duty.on, duty.clause, duty.side) == (date(2026, 4, 5), "A 4", Side.CLIENT)
    assert any(one.what == "The term ends" and one.on == date(2026, 12, 31) for one in found.values())
    assert list(found.values()) == sorted(found.values(), key=lambda one: (one.order, one.key))
    # A planner reads the contract and sees no money; a team lead neither.
    planner = told_to(world, Role.PLANNER)
    assert {key.partition("-")[0] for key in planner} == {"date", "duty"}
    assert told_to(world, Role.TEAM_LEAD) == {}


def test_a_duty_that_was_met_is_due_no_more(world: World) -> None:
    busy(world)
    terms = agreed_terms(engagement_of(world))
    due = due_duty(terms, "forecast", date(2026, 4, 5), AT)
    note_duty(engagement_of(world), due, Met(AT, "the mail of today"), by=actor(world, CLIENT), at=AT)
    assert "duty-forecast-2026-04-05" not in told_to(world, CLIENT)


def test_a_calendar_program_reads_the_file_back(world: World) -> None:
    busy(world)
    told = deadlines_of(place_of(world, CLIENT), at=AT)
    content = calendar_of(engagement_of(world), told, at=AT)
    found = events(content)
    assert len(found) == len(told)
    month = found["month-2026-02@care-north.remit"]
    assert month.start == datetime(2026, 4, 16, 11, tzinfo=WARSAW)
    assert month["dtstart"].params["TZID"] == "Europe/Warsaw"
    assert str(month["transp"]) == "TRANSPARENT"
    assert str(month["url"]).endswith("/engagements/care-north/months/2026-02/")
    duty = found["duty-forecast-2026-04-05@care-north.remit"]
    assert str(duty["summary"]) == "forecast: send the forecast, by site; final"
    assert "Meridian Travel" in str(duty["description"])
    end = next(one for one in found.values() if str(one["summary"]) == "The term ends")
    assert end.start == date(2026, 12, 31)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Warsaw" in content
    assert events(calendar_of(engagement_of(world), (), at=AT)) == {}


def test_what_a_contract_calls_a_duty_can_add_no_event_of_its_own(world: World) -> None:
    what = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil\r\nSUMMARY:pay"
    one = Deadline("duty-1", what, "/", date(2026, 4, 5), clause="C\r\nATTACH:http://evil.example")
    found = events(calendar_of(engagement_of(world), [one], at=AT))
    assert list(found) == ["duty-1@care-north.remit"]
    assert "attach" not in found["duty-1@care-north.remit"]


def test_the_page_lists_and_downloads_what_its_reader_may_know(
    world: World, django_assert_max_num_queries: Any
) -> None:
    empty = signed_in(world.person(Role.TEAM_LEAD))
    assert "Nothing is due" in empty.get(HERE).content.decode()
    busy(world)
    client, planner = signed_in(world.person(CLIENT)), signed_in(world.person(Role.PLANNER))
    with django_assert_max_num_queries(30):
        shown = client.get(HERE).content.decode()
    assert "The term ends" in shown
    assert "Dispute" in shown.partition("<main")[2]
    assert "Dispute" not in planner.get(HERE).content.decode().partition("<main")[2]
    with django_assert_max_num_queries(30):
        got = client.get(f"{HERE}deadlines.ics")
    assert got["Content-Type"] == "text/calendar; charset=utf-8"
    assert any(uid.startswith("dispute-") for uid in events(got.content))
    api = client.get("/api/v1/engagements/care-north/deadlines").json()
    assert {f"{one['key']}@care-north.remit" for one in api} == set(events(got.content))


def test_a_program_follows_the_calendar_by_an_address_that_opens_nothing_else(world: World) -> None:
    busy(world)
    person = signed_in(world.person(CLIENT))
    made = person.post(f"{HERE}follow/")
    assert made["Cache-Control"] == "no-store"
    match = re.search(r'value="(http://127\.0\.0\.1:8000[^"]+)"', made.content.decode())
    assert match is not None
    address = html.unescape(match[1]).removeprefix("http://127.0.0.1:8000")
    program = Client()
    got = program.get(address)
    assert got.status_code == 200
    assert events(got.content).keys() == events(person.get(f"{HERE}deadlines.ics").content).keys()
    key = address.partition("key=")[2]
    token = ApiToken.objects.get()
    assert (token.scopes, token.engagement) == (["follow_deadlines"], engagement_of(world))
    assert token.expires_at <= now() + timedelta(days=365)
    bearer = {"Authorization": f"Bearer {key}"}
    for path in ("engagements/care-north/deadlines", "engagements/care-north/disputes", "me", "tokens"):
        assert program.get(f"/api/v1/{path}", headers=bearer).status_code == 401, path
    assert program.delete(f"/api/v1/tokens/{token.pk}", headers=bearer).status_code == 401
    for wrong in (f"{HERE}followed.ics", f"{HERE}followed.ics?key=remit_wrong", address.replace("north", "south")):
        assert program.get(wrong).status_code == 404, wrong
    revoke(token, by=actor(world, CLIENT), at=now())
    assert program.get(address).status_code == 404


def test_the_calendar_shows_what_its_person_may_see_when_it_is_asked(world: World) -> None:
    busy(world)
    address = follow(engagement_of(world), by=actor(world, CLIENT), at=now())
    program, kinds = Client(), []
    for role in (CLIENT, Role.AGENT):
        Membership.objects.filter(user=world.person(CLIENT)).update(role=role)
        kinds.append({uid.partition("-")[0] for uid in events(program.get(address).content)})
    assert kinds == [{"date", "duty", "month", "dispute"}, set()]
    Membership.objects.filter(user=world.person(CLIENT)).delete()
    assert program.get(address).status_code == 404


def test_a_token_of_the_api_opens_no_calendar_since_it_has_no_business_in_an_address(world: World) -> None:
    scopes = [Duty.FOLLOW_DEADLINES, Duty.SEE_MONEY]
    asked = Asked("report", scopes, now() + timedelta(days=9), engagement_of(world))
    _token, key = issue(asked, by=actor(world, CLIENT), at=now())
    assert Client().get(f"{HERE}followed.ics?key={key}").status_code == 404


def test_guessing_keys_is_slowed_down(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_wrong_keys", Limit())
    statuses = [Client().get(f"{HERE}followed.ics?key=remit_{number}").status_code for number in range(40)]
    assert (statuses[0], statuses[-1]) == (404, 429)
