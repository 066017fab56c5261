"""The pages of people and parties, walked as their readers walk them."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from remit.web.accounts.models import Engagement, Invitation, Membership, User
from remit.web.accounts.roles import ROLES_WITH, Role
from remit.web.providers.forms import is_lei
from remit.web.providers.models import Site
from remit.web.shared.models import AuditEntry, PersonalValue
from tests.lib.web_world import World
from tests.web.conftest import signed_in

HERE = "/engagements/care-north"


@pytest.fixture(autouse=True)
def mail_kept(settings: Any) -> None:
    """Mails are looked at here, not sent."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.getvalue().decode()


def test_an_invited_person_follows_the_link_and_stands_in_the_engagement(world: World) -> None:
    manager = signed_in(world.person(Role.ACCOUNT_MANAGER))
    answer = manager.post(f"{HERE}/people/invite/", {"email": "ann@example.org", "role": "team_lead"})
    assert (answer.status_code, answer["Location"]) == (303, f"{HERE}/people/")
    assert "ann@example.org" in text_of(manager, f"{HERE}/people/")
    (message,) = mail.outbox
    link = next(word for word in message.body.split() if "/account/invitation/" in word)
    newcomer, at = Client(), link.removeprefix("http://127.0.0.1:8000")
    assert "Team lead" in text_of(newcomer, at)
    said = {"name": "Ann", "time_zone": "Europe/Warsaw", "language": "en-gb"}
    secret = "a long enough secret"
    weak = newcomer.post(at, {**said, "password": "short", "again": "short"})
    assert (weak.status_code, "too short" in weak.content.decode()) == (200, True)
    differ = newcomer.post(at, {**said, "password": secret, "again": "another"})
    assert "The two passwords differ" in differ.content.decode()
    assert newcomer.post(at, {**said, "password": secret, "again": secret})["Location"] == "/"
    assert "ann@example.org" in text_of(newcomer, f"{HERE}/people/")
    assert Client().get(at).status_code == 410


def test_who_has_a_seat_elsewhere_signs_in_to_take_another(world: World) -> None:
    agent, manager = world.person(Role.AGENT), signed_in(world.person(Role.ACCOUNT_MANAGER))
    other = Engagement.objects.create(
        client=world.client,
        provider=world.providers["north"],
        name="Claims",
        slug="claims",
        contract_id="claims",
        created_at=agent.date_joined,
    )
    Membership.objects.create(
        user=world.person(Role.ACCOUNT_MANAGER),
        organisation=world.providers["north"],
        engagement=other,
        role=Role.ACCOUNT_MANAGER,
    )
    manager.post("/engagements/claims/people/invite/", {"email": agent.email, "role": "team_lead"})
    at = next(word for word in mail.outbox[0].body.split() if "/account/invitation/" in word)
    at = at.removeprefix("http://127.0.0.1:8000")
    assert Client().get(at)["Location"] == f"/account/login/?next={at}"
    assert "sent to somebody else" in text_of(signed_in(world.person(Role.TEAM_LEAD)), at)
    assert signed_in(world.person(Role.TEAM_LEAD)).post(at).status_code == 403
    assert signed_in(agent).post(at).status_code == 303
    assert agent.role_in(other) is Role.TEAM_LEAD


def test_a_refused_invitation_keeps_what_was_entered(world: World) -> None:
    manager = signed_in(world.person(Role.ACCOUNT_MANAGER))
    answer = manager.post(f"{HERE}/people/invite/", {"email": "agent.north@example.org", "role": "team_lead"})
    shown = answer.content.decode()
    assert (answer.status_code, mail.outbox) == (409, [])
    assert "has a role here already" in shown
    assert 'value="agent.north@example.org"' in shown


@pytest.mark.parametrize("role", ["finance", "bpo_manager", "administrator", ""])
def test_the_form_offers_the_roles_of_ones_own_side_and_takes_no_other(world: World, role: str) -> None:
    manager = signed_in(world.person(Role.ACCOUNT_MANAGER))
    answer = manager.post(f"{HERE}/people/invite/", {"email": "ann@example.org", "role": role})
    assert (answer.status_code, Invitation.objects.count()) == (200, 0)


def test_a_manager_changes_a_role_and_takes_a_person_out(world: World) -> None:
    manager, agent = signed_in(world.person(Role.ACCOUNT_MANAGER)), world.person(Role.AGENT)
    seat = Membership.objects.get(user=agent)
    assert manager.post(f"{HERE}/people/{seat.pk}/", {"role": "team_lead"}).status_code == 303
    assert agent.role_in(world.engagements["care-north"]) is Role.TEAM_LEAD
    assert manager.post(f"{HERE}/people/{seat.pk}/end/").status_code == 303
    assert agent.role_in(world.engagements["care-north"]) is None


def test_the_last_managers_refusal_is_shown_on_the_form(world: World) -> None:
    manager = world.person(Role.ACCOUNT_MANAGER)
    seat = Membership.objects.get(user=manager)
    answer = signed_in(manager).post(f"{HERE}/people/{seat.pk}/", {"role": "agent"})
    assert (answer.status_code, "nobody left on this side" in answer.content.decode()) == (409, True)


def test_only_whoever_can_invite_sees_who_is_invited(world: World) -> None:
    manager = signed_in(world.person(Role.ACCOUNT_MANAGER))
    manager.post(f"{HERE}/people/invite/", {"email": "ann@example.org", "role": "agent"})
    for role in (Role.AGENT, Role.OPERATIONS_MANAGER, Role.BPO_MANAGER):
        client = signed_in(world.person(role))
        answer = client.get(f"{HERE}/people/")
        assert "ann@example.org" not in answer.content.decode()


def test_extra_fields_of_a_form_change_nothing(world: World) -> None:
    agent = world.person(Role.AGENT)
    given = {"name": "Agent", "time_zone": "UTC", "language": "en-gb"}
    more = {"is_administrator": "on", "email": "other@example.org", "organisation": "1", "is_active": "", "role": "x"}
    assert signed_in(agent).post("/account/profile/", {**given, **more}).status_code == 303
    found = User.objects.get(pk=agent.pk)
    assert (found.name, found.is_administrator, found.email) == ("Agent", False, agent.email)
    assert found.organisation == agent.organisation


def test_an_invitations_form_takes_neither_another_address_nor_another_role(world: World) -> None:
    manager = signed_in(world.person(Role.ACCOUNT_MANAGER))
    manager.post(f"{HERE}/people/invite/", {"email": "ann@example.org", "role": "agent"})
    at = next(word for word in mail.outbox[0].body.split() if "/account/invitation/" in word)
    secret = "a long enough secret"
    said = {"name": "Ann", "time_zone": "UTC", "language": "en-gb", "password": secret, "again": secret}
    more = {"email": "boss@example.org", "role": "account_manager", "is_administrator": "on"}
    Client().post(at.removeprefix("http://127.0.0.1:8000"), {**said, **more})
    ann = User.objects.get(email="ann@example.org")
    assert (ann.is_administrator, ann.role_in(world.engagements["care-north"])) == (False, Role.AGENT)


def test_an_administrator_opens_an_engagement_and_invites_its_first_manager(world: World) -> None:
    assert world.administrator is not None
    admin = signed_in(world.administrator)
    assert admin.post("/organisations/add/", {"name": "Westwind", "country": "IE"}).status_code == 303
    doubled = admin.post("/organisations/add/", {"name": "Westwind", "country": "IE"})
    assert (doubled.status_code, "named “Westwind” already" in doubled.content.decode()) == (409, True)
    west = world.client.__class__.objects.get(name="Westwind")
    opened = admin.post("/organisations/open/", {"name": "Claims", "client": world.client.pk, "provider": west.pk})
    claims = Engagement.objects.get(name="Claims")
    assert opened["Location"] == f"/people/invite/?engagement={claims.pk}"
    offered = {"email": "first@example.org", "role": "account_manager", "engagement": claims.pk}
    assert admin.post("/people/invite/", offered).status_code == 303
    assert Invitation.objects.get().organisation == west
    assert "Westwind" in text_of(admin, "/organisations/")


def test_an_administrator_finds_deactivates_and_masks_a_person(world: World) -> None:
    assert world.administrator is not None
    admin, agent = signed_in(world.administrator), world.person(Role.AGENT)
    assert agent.email in text_of(admin, "/people/?text=agent.north")
    assert admin.post(f"/people/{agent.pk}/deactivate/").status_code == 303
    assert "deactivated" in text_of(admin, f"/people/{agent.pk}/")
    assert admin.post(f"/people/{agent.pk}/mask/", {"reason": ""}).status_code == 422
    assert admin.post(f"/people/{agent.pk}/mask/", {"reason": "asked to be forgotten"}).status_code == 303
    assert not PersonalValue.objects.filter(value__contains=agent.email).exists()
    assert admin.post(f"/people/{agent.pk}/promote/").status_code == 404


def test_the_roles_page_says_what_the_table_says(world: World) -> None:
    shown = text_of(signed_in(world.person(Role.AGENT)), "/roles/")
    assert shown.count("<td>yes</td>") == sum(len(roles) for roles in ROLES_WITH.values())


def test_the_trail_is_searched_filtered_and_opened(world: World) -> None:
    manager = signed_in(world.person(Role.ACCOUNT_MANAGER))
    manager.post(f"{HERE}/people/invite/", {"email": "ann@example.org", "role": "agent"})
    seat = Membership.objects.get(user=world.person(Role.AGENT))
    manager.post(f"{HERE}/people/{seat.pk}/", {"role": "team_lead"})
    auditor = signed_in(world.person(Role.AUDITOR))
    everything = text_of(auditor, f"{HERE}/audit/")
    assert "invited somebody" in everything
    narrowed = auditor.get(f"{HERE}/audit/?action=accounts.role_changed").context["lines"]
    assert [title for _, title, _, _ in narrowed] == ["changed a role"]
    by_text = auditor.get(f"{HERE}/audit/?text=ann@example.org").context["lines"]
    assert [title for _, title, _, _ in by_text] == ["invited somebody"]
    assert len(auditor.get(f"{HERE}/audit/?since=2200-01-01").context["lines"]) == 0
    assert "Enter a valid date" in text_of(auditor, f"{HERE}/audit/?since=tomorrow")
    number = AuditEntry.objects.get(action="accounts.role_changed").number
    shown = text_of(auditor, f"{HERE}/audit/{number}/")
    assert "<td>Agent</td><td>Team lead</td>" in shown
    assert auditor.get(f"{HERE}/audit/999999/").status_code == 404


def test_an_auditor_sees_nothing_of_another_engagement(world: World) -> None:
    south = signed_in(world.person(Role.ACCOUNT_MANAGER, "care-south"))
    south.post("/engagements/care-south/people/invite/", {"email": "bob@example.org", "role": "agent"})
    number = AuditEntry.objects.get(action="accounts.invited").number
    auditor = signed_in(world.person(Role.AUDITOR))
    assert "bob@example.org" not in auditor.get(f"{HERE}/audit/export/").getvalue().decode()
    assert auditor.get(f"{HERE}/audit/{number}/").status_code == 404
    assert len(auditor.get(f"{HERE}/audit/").context["lines"]) == 0


def test_an_exported_trail_runs_no_formula(world: World) -> None:
    manager = world.person(Role.ACCOUNT_MANAGER)
    User.objects.filter(pk=manager.pk).update(name='=HYPERLINK("http://x")')
    manager.refresh_from_db()
    signed_in(manager).post(f"{HERE}/people/invite/", {"email": "ann@example.org", "role": "agent"})
    answer = signed_in(world.person(Role.AUDITOR)).get(f"{HERE}/audit/export/")
    lines = answer.getvalue().decode().splitlines()
    assert answer["Content-Disposition"] == 'attachment; filename="audit-care-north.csv"'
    assert lines[0].startswith("number,at,action")
    assert "\"'=HYPERLINK" in lines[1]


def test_an_administrator_masks_one_value_with_a_reason(world: World) -> None:
    assert world.administrator is not None
    admin = signed_in(world.administrator)
    admin.post(f"/people/{world.person(Role.AGENT).pk}/deactivate/")
    number = AuditEntry.objects.get(action="accounts.deactivated").number
    assert "Agent.North" in text_of(admin, f"/audit/{number}/")
    done = admin.post(f"/audit/{number}/mask/", {"field": "person", "reason": "asked"})
    assert done.status_code == 303
    assert "Agent.North" not in text_of(admin, f"/audit/{number}/")
    again = admin.post(f"/audit/{number}/mask/", {"field": "person", "reason": "asked"})
    told = {"entry": number, "field": "person", "reason": "asked"}
    assert (again.status_code, AuditEntry.objects.latest("number").after) == (409, told)


def test_a_side_keeps_its_own_sites_and_both_see_how_far_they_are(world: World) -> None:
    manager = signed_in(world.person(Role.OPERATIONS_MANAGER))
    krakow = {"name": "Kraków 1", "city": "Kraków", "country": "PL", "time_zone": "Europe/Warsaw", "near": ["GB"]}
    cebu = {"name": "Cebu", "city": "Cebu", "country": "PH", "time_zone": "Asia/Manila"}
    assert manager.post(f"{HERE}/sites/add/", krakow).status_code == 303
    assert manager.post(f"{HERE}/sites/add/", cebu).status_code == 303
    assert manager.post(f"{HERE}/sites/add/", {**cebu, "name": "CEBU"}).status_code == 409
    shown = text_of(signed_in(world.person(Role.FINANCE)), f"{HERE}/sites/")
    assert ("nearshore" in shown, "offshore" in shown, "onshore" in shown) == (True, True, False)
    site = Site.objects.get(name="Cebu")
    client = signed_in(world.person(Role.BPO_MANAGER))
    assert client.post(f"{HERE}/sites/{site.pk}/", {**cebu, "name": "Mine"}).status_code == 404
    assert manager.post(f"{HERE}/sites/{site.pk}/close/").status_code == 303
    assert manager.post(f"{HERE}/sites/{site.pk}/close/").status_code == 409
    assert "closed" in text_of(manager, f"{HERE}/sites/")


def test_a_mistyped_legal_id_is_told_and_a_good_one_shown_to_both_sides(world: World) -> None:
    manager = signed_in(world.person(Role.ACCOUNT_MANAGER))
    wrong = manager.post(f"{HERE}/sites/legal-ids/", {"kind": "lei", "value": "529900T8BM49AURSDO56"})
    assert "is no LEI" in wrong.content.decode()
    assert manager.post(f"{HERE}/sites/legal-ids/", {"kind": "lei", "value": "529900T8BM49AURSDO55"}).status_code == 303
    assert "529900T8BM49AURSDO55" in text_of(signed_in(world.person(Role.RISK)), f"{HERE}/sites/")
    manager.post(f"{HERE}/sites/legal-ids/", {"kind": "lei", "value": ""})
    told = list(AuditEntry.objects.order_by("number").values_list("action", flat=True))
    assert told == ["providers.legal_id_set", "providers.legal_id_removed"]


@pytest.mark.parametrize(
    ("value", "holds"),
    [("529900T8BM49AURSDO55", True), ("529900T8BM49AURSDO54", False), ("529900T8BM49AURSDO5", False), ("", False)],
)
def test_the_check_digits_of_an_lei_are_reckoned(value: str, holds: bool) -> None:  # noqa: FBT001
    assert is_lei(value) is holds


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.BPO_MANAGER, f"{HERE}/people/"),
        (Role.BPO_MANAGER, f"{HERE}/audit/"),
        (Role.BPO_MANAGER, f"{HERE}/sites/"),
        (Role.BPO_MANAGER, "/account/profile/"),
        (Role.BPO_MANAGER, "/roles/"),
        (None, "/people/"),
        (None, "/organisations/"),
        (None, "/audit/"),
    ],
)
def test_a_page_asks_the_database_a_bounded_number_of_times(
    world: World, role: Role | None, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    user = world.administrator if role is None else world.person(role)
    assert user is not None
    client = signed_in(user)
    with django_assert_max_num_queries(30):
        assert client.get(address).status_code == 200
