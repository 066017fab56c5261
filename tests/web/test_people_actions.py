"""What people may do about people: one's own side only, never the last manager, and one entry for each deed."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client

from remit.web.accounts import actions
from remit.web.accounts.actors import Actor, installation
from remit.web.accounts.models import ApiToken, Engagement, Invitation, Membership, Organisation, User
from remit.web.accounts.roles import Role
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry, PersonalValue
from remit.web.shared.refusals import NotAllowed, Refusal
from tests.lib.web_world import AT, PASSWORD, World


def as_role(world: World, role: Role) -> Actor:
    return Actor(world.person(role), "page")


def as_administrator(world: World) -> Actor:
    return Actor(world.administrator, "page")


def seat_for(world: World, email: str, role: Role) -> actions.Seat:
    return actions.Seat(email, role, world.engagements["care-north"])


def newcomer() -> actions.Newcomer:
    return actions.Newcomer("Ann Example", "a long enough secret", "Europe/Warsaw", "de")


def told() -> list[str]:
    """What the trail tells so far; it holds."""
    assert verify().faults == ()
    return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def test_a_manager_invites_and_the_invited_takes_the_seat_with_a_password_of_their_own(world: World) -> None:
    manager = as_role(world, Role.ACCOUNT_MANAGER)
    invited = actions.invite(seat_for(world, "Ann@Example.org", Role.TEAM_LEAD), by=manager, at=AT)
    ann = actions.accept(invited.invitation, newcomer(), by=installation("page"), at=AT)
    engagement = world.engagements["care-north"]
    assert (ann.email, ann.organisation, ann.time_zone) == ("ann@example.org", engagement.provider, "Europe/Warsaw")
    assert (ann.role_in(engagement), ann.check_password("a long enough secret")) == (Role.TEAM_LEAD, True)
    assert EmailAddress.objects.get(user=ann).verified
    assert told() == ["accounts.invited", "accounts.invitation_accepted"]


def test_an_entry_keeps_the_invited_address_beside_the_chain(world: World) -> None:
    manager = as_role(world, Role.ACCOUNT_MANAGER)
    actions.invite(seat_for(world, "ann@example.org", Role.TEAM_LEAD), by=manager, at=AT)
    entry = AuditEntry.objects.get()
    assert "ann@example.org" not in str([entry.before, entry.after])
    assert PersonalValue.objects.get(entry=entry, field="invited address").value == "ann@example.org"


def test_the_link_itself_is_kept_nowhere(world: World) -> None:
    manager = as_role(world, Role.ACCOUNT_MANAGER)
    invited = actions.invite(seat_for(world, "ann@example.org", Role.TEAM_LEAD), by=manager, at=AT)
    kept = [
        str(value) for row in (*Invitation.objects.values(), *AuditEntry.objects.values()) for value in row.values()
    ]
    assert not [value for value in kept if invited.key in value]


@pytest.mark.parametrize(
    ("by", "offered"),
    [
        (Role.BPO_MANAGER, Role.OPERATIONS_MANAGER),
        (Role.ACCOUNT_MANAGER, Role.FINANCE),
        (Role.FINANCE, Role.FINANCE),
        (Role.OPERATIONS_MANAGER, Role.AGENT),
    ],
)
def test_only_a_sides_manager_invites_and_only_to_that_side(world: World, by: Role, offered: Role) -> None:
    with pytest.raises(NotAllowed):
        actions.invite(seat_for(world, "ann@example.org", offered), by=as_role(world, by), at=AT)
    assert (told(), Invitation.objects.count()) == ([], 0)


def test_nobody_invites_into_an_engagement_they_have_no_part_in(world: World) -> None:
    seat = actions.Seat("ann@example.org", Role.TEAM_LEAD, world.engagements["care-south"])
    with pytest.raises(NotAllowed):
        actions.invite(seat, by=as_role(world, Role.ACCOUNT_MANAGER), at=AT)


def test_an_administrator_invites_the_first_people_of_either_side_and_of_a_whole_organisation(world: World) -> None:
    by = as_administrator(world)
    actions.invite(seat_for(world, "one@example.org", Role.BPO_MANAGER), by=by, at=AT)
    actions.invite(seat_for(world, "two@example.org", Role.ACCOUNT_MANAGER), by=by, at=AT)
    actions.invite(actions.Seat("three@example.org", Role.EXECUTIVE, None, world.client), by=by, at=AT)
    assert told() == ["accounts.invited"] * 3
    assert set(AuditEntry.objects.values_list("role", flat=True)) == {"administrator"}


def test_a_role_in_a_whole_organisation_stands_on_that_organisations_side(world: World) -> None:
    seat = actions.Seat("ann@example.org", Role.ACCOUNT_MANAGER, None, world.client)
    with pytest.raises(Refusal, match="is not a role of Meridian Travel's side"):
        actions.invite(seat, by=as_administrator(world), at=AT)


def test_an_address_is_invited_once_and_not_where_it_has_a_role(world: World) -> None:
    manager = as_role(world, Role.ACCOUNT_MANAGER)
    actions.invite(seat_for(world, "ann@example.org", Role.TEAM_LEAD), by=manager, at=AT)
    with pytest.raises(Refusal, match="invited already"):
        actions.invite(seat_for(world, "ANN@example.org", Role.AGENT), by=manager, at=AT)
    with pytest.raises(Refusal, match="has a role here already"):
        actions.invite(seat_for(world, "agent.north@example.org", Role.TEAM_LEAD), by=manager, at=AT)


def test_an_invitation_is_accepted_once_and_not_after_its_time_or_its_withdrawal(world: World) -> None:
    manager = as_role(world, Role.ACCOUNT_MANAGER)
    late = actions.invite(seat_for(world, "late@example.org", Role.AGENT), by=manager, at=AT).invitation
    with pytest.raises(Refusal, match="expired"):
        actions.accept(late, newcomer(), by=installation(), at=AT + timedelta(days=14))
    actions.withdraw(late, by=manager, at=AT)
    with pytest.raises(Refusal, match="withdrawn"):
        actions.accept(late, newcomer(), by=installation(), at=AT)
    taken = actions.invite(seat_for(world, "once@example.org", Role.AGENT), by=manager, at=AT).invitation
    actions.accept(taken, newcomer(), by=installation(), at=AT)
    with pytest.raises(Refusal, match="accepted"):
        actions.accept(taken, newcomer(), by=installation(), at=AT)
    with pytest.raises(Refusal, match="accepted or withdrawn"):
        actions.withdraw(taken, by=manager, at=AT)


def test_an_invitation_sent_again_has_a_new_link_and_the_old_one_opens_nothing(world: World) -> None:
    manager = as_role(world, Role.ACCOUNT_MANAGER)
    first = actions.invite(seat_for(world, "ann@example.org", Role.AGENT), by=manager, at=AT)
    second = actions.invite_again(first.invitation, by=manager, at=AT + timedelta(days=20))
    assert (first.key != second.key, second.invitation.is_open(AT + timedelta(days=30))) == (True, True)
    client = Client()
    assert client.get(f"/account/invitation/{first.key}/").status_code == 410


def test_an_invitation_is_for_the_address_it_was_sent_to_and_its_organisation(world: World) -> None:
    manager = as_role(world, Role.ACCOUNT_MANAGER)
    invited = actions.invite(seat_for(world, "ann@example.org", Role.AGENT), by=manager, at=AT).invitation
    with pytest.raises(NotAllowed, match="somebody else"):
        actions.accept(invited, world.person(Role.AGENT, "care-south"), by=installation(), at=AT)
    foreign = actions.invite(seat_for(world, "agent.south@example.org", Role.AGENT), by=manager, at=AT).invitation
    with pytest.raises(Refusal, match="another organisation"):
        actions.accept(foreign, world.person(Role.AGENT, "care-south"), by=installation(), at=AT)


def test_a_role_is_changed_by_ones_own_side_only(world: World) -> None:
    engagement = world.engagements["care-north"]
    agent = Membership.objects.get(user=world.person(Role.AGENT))
    with pytest.raises(NotAllowed):
        actions.change_role(agent, Role.TEAM_LEAD, by=as_role(world, Role.BPO_MANAGER), at=AT)
    with pytest.raises(NotAllowed, match="keeps to one side"):
        actions.change_role(agent, Role.FINANCE, by=as_role(world, Role.ACCOUNT_MANAGER), at=AT)
    actions.change_role(agent, Role.TEAM_LEAD, by=as_role(world, Role.ACCOUNT_MANAGER), at=AT)
    assert world.person(Role.AGENT).role_in(engagement) is Role.TEAM_LEAD
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after, entry.role) == ({"role": "agent"}, {"role": "team_lead"}, "account_manager")


def test_two_who_change_a_role_at_once_do_not_both_win(world: World) -> None:
    first, second = (Membership.objects.get(user=world.person(Role.AGENT)) for _ in range(2))
    by = as_role(world, Role.ACCOUNT_MANAGER)
    actions.change_role(first, Role.TEAM_LEAD, by=by, at=AT)
    with pytest.raises(Refusal, match="Somebody else has just changed"):
        actions.change_role(second, Role.OPERATIONS_MANAGER, by=by, at=AT)
    assert told() == ["accounts.role_changed"]


def test_the_last_manager_of_a_side_can_neither_leave_nor_step_down(world: World) -> None:
    manager = as_role(world, Role.ACCOUNT_MANAGER)
    own = Membership.objects.get(user=manager.user)
    with pytest.raises(Refusal, match="nobody left on this side"):
        actions.end_membership(own, by=manager, at=AT)
    with pytest.raises(Refusal, match="nobody left on this side"):
        actions.change_role(own, Role.AGENT, by=manager, at=AT)
    lead = Membership.objects.get(user=world.person(Role.TEAM_LEAD))
    actions.change_role(lead, Role.ACCOUNT_MANAGER, by=manager, at=AT)
    actions.end_membership(own, by=manager, at=AT)
    assert manager.person.role_in(world.engagements["care-north"]) is None


def test_a_deactivated_manager_does_not_count_as_one(world: World) -> None:
    manager = as_role(world, Role.ACCOUNT_MANAGER)
    lead = Membership.objects.get(user=world.person(Role.TEAM_LEAD))
    actions.change_role(lead, Role.ACCOUNT_MANAGER, by=manager, at=AT)
    actions.deactivate(lead.user, by=as_administrator(world), at=AT)
    with pytest.raises(Refusal, match="nobody left on this side"):
        actions.end_membership(Membership.objects.get(user=manager.user), by=manager, at=AT)


def test_a_deactivated_persons_sessions_and_tokens_end_at_once(world: World) -> None:
    agent = world.person(Role.AGENT)
    client = Client()
    assert client.post("/account/login/", {"login": agent.email, "password": PASSWORD}).status_code == 302
    assert client.get("/account/profile/").status_code == 200
    token = ApiToken.objects.create(
        user=agent, name="t", prefix="x", key_hash="x", created_at=AT, expires_at=AT + timedelta(days=1)
    )
    actions.deactivate(agent, by=as_administrator(world), at=AT)
    token.refresh_from_db()
    assert client.get("/account/profile/").status_code == 302
    assert (UserSession.objects.filter(user=agent).count(), token.revoked_at) == (0, AT)
    assert (
        client.post("/account/login/", {"login": agent.email, "password": PASSWORD})["Location"] == "/account/inactive/"
    )
    actions.reactivate(agent, by=as_administrator(world), at=AT)
    token.refresh_from_db()
    assert client.post("/account/login/", {"login": agent.email, "password": PASSWORD})["Location"] == "/"
    assert token.revoked_at == AT


def test_the_last_administrator_stays_one(world: World) -> None:
    admin = world.administrator
    assert admin is not None
    by = as_administrator(world)
    for deed in (actions.deactivate, actions.take_administration):
        with pytest.raises(Refusal, match="the only administrator"):
            deed(admin, by=by, at=AT)
    other = actions.name_administrator("second@example.org", by=by, at=AT)
    actions.take_administration(admin, by=Actor(other, "page"), at=AT)
    assert not User.objects.get(pk=admin.pk).is_administrator


@pytest.mark.parametrize("role", [Role.BPO_MANAGER, Role.ACCOUNT_MANAGER])
def test_a_sides_manager_is_no_administrator(world: World, role: Role) -> None:
    by, agent = as_role(world, role), world.person(Role.AGENT)
    with pytest.raises(NotAllowed):
        actions.deactivate(agent, by=by, at=AT)
    with pytest.raises(NotAllowed):
        actions.name_administrator(agent.email, by=by, at=AT)
    with pytest.raises(NotAllowed):
        actions.add_organisation("Westwind", by=by, at=AT)
    with pytest.raises(NotAllowed):
        actions.mask_person(agent, reason="asked", by=by, at=AT)
    assert told() == []


def test_an_engagement_is_opened_between_two_organisations(world: World) -> None:
    by = as_administrator(world)
    westwind = actions.add_organisation("Westwind", country="ie", by=by, at=AT)
    opened = actions.open_engagement(actions.Opening(world.client, westwind, "Claims handling"), by=by, at=AT)
    assert (opened.slug, opened.contract_id, westwind.country) == ("claims-handling", "claims-handling", "IE")
    again = actions.open_engagement(actions.Opening(world.client, westwind, "Claims handling"), by=by, at=AT)
    assert again.slug == "claims-handling-2"
    with pytest.raises(Refusal, match="same organisation"):
        actions.open_engagement(actions.Opening(westwind, westwind, "Own work"), by=by, at=AT)
    with pytest.raises(Refusal, match="belongs to another engagement"):
        actions.open_engagement(actions.Opening(world.client, westwind, "More", "care-north"), by=by, at=AT)
    with pytest.raises(Refusal, match="an organisation named"):
        actions.add_organisation("WESTWIND", by=by, at=AT)
    assert (Engagement.objects.count(), Organisation.objects.count()) == (4, 4)


def test_people_change_their_own_name_zone_and_language_and_nothing_else(world: World) -> None:
    agent = as_role(world, Role.AGENT)
    actions.change_profile(actions.Profile("New Name", "Asia/Manila", "de"), by=agent, at=AT)
    found = User.objects.get(pk=agent.person_id)
    assert (found.name, found.time_zone, found.language) == ("New Name", "Asia/Manila", "de")
    actions.change_profile(actions.Profile("New Name", "Asia/Manila", "de"), by=Actor(found, "page"), at=AT)
    assert told() == ["accounts.profile_changed"]


def test_masking_a_person_takes_name_and_address_out_of_every_entry_and_the_chain_holds(world: World) -> None:
    manager = Actor(world.person(Role.ACCOUNT_MANAGER), "page", address="192.0.2.9")
    actions.invite(seat_for(world, "ann@example.org", Role.AGENT), by=manager, at=AT)
    actions.deactivate(manager.person, by=as_administrator(world), at=AT)
    count = actions.mask_person(manager.person, reason="asked to be forgotten", by=as_administrator(world), at=AT)
    kept = " ".join(PersonalValue.objects.values_list("value", flat=True))
    assert (count, manager.person.email in kept, "192.0.2.9" in kept) == (3, False, False)
    assert told() == ["accounts.invited", "accounts.deactivated", "accounts.person_masked"]
    with pytest.raises(Refusal, match="masked already"):
        actions.mask_person(manager.person, reason="again", by=as_administrator(world), at=AT)
