"""Roles in all engagements of an organisation: given, changed and taken back by an administrator and nobody else."""

import pytest
from django.core import mail

from remit.web.accounts import actions
from remit.web.accounts.actors import Actor, installation
from remit.web.accounts.models import Engagement, Membership, Organisation, User
from remit.web.accounts.roles import Role
from remit.web.shared.audit import verify
from remit.web.shared.models import AuditEntry, PersonalValue
from remit.web.shared.refusals import NotAllowed, Refusal
from tests.lib.web_world import AT, World, person
from tests.web.conftest import signed_in


def administrator(world: World) -> Actor:
    return Actor(world.administrator, "page")


def colleague(world: World, name: str = "new") -> User:
    """Somebody of the client who has no role yet."""
    return person(f"{name}@example.org", world.client)


def wide(world: World, role: Role = Role.BPO_MANAGER, name: str = "new") -> Membership:
    return actions.give_role(colleague(world, name), role, world.client, by=administrator(world), at=AT)


def another_engagement(world: World, provider: Organisation | None = None) -> Engagement:
    opening = actions.Opening(world.client, provider or world.providers["north"], "Claims")
    return actions.open_engagement(opening, by=installation(), at=AT)


def told() -> list[str]:
    """What the trail tells so far; it holds."""
    assert verify().faults == ()
    return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def test_a_role_in_all_engagements_holds_in_those_opened_later_too(world: World) -> None:
    given = wide(world, Role.AUDITOR)
    assert [given.user.role_in(one) for one in world.engagements.values()] == [Role.AUDITOR, Role.AUDITOR]
    assert given.user.role_in(another_engagement(world)) is Role.AUDITOR
    entry = AuditEntry.objects.get(action="accounts.role_given")
    assert (entry.role, entry.after) == ("administrator", {"role": "auditor", "organisation": "meridian"})
    assert PersonalValue.objects.get(entry=entry, field="person").value == "New <new@example.org>"


def test_a_role_in_one_engagement_holds_there_instead(world: World) -> None:
    finance = world.person(Role.FINANCE)
    actions.give_role(finance, Role.AUDITOR, world.client, by=administrator(world), at=AT)
    assert finance.role_in(world.engagements["care-north"]) is Role.FINANCE
    assert finance.role_in(world.engagements["care-south"]) is Role.AUDITOR


@pytest.mark.parametrize("role", list(Role))
def test_only_an_administrator_gives_changes_and_takes_roles_in_all_engagements(world: World, role: Role) -> None:
    given, by = wide(world), Actor(world.person(role), "page")
    deeds = len(told())
    with pytest.raises(NotAllowed):
        actions.give_role(colleague(world, "another"), Role.FINANCE, world.client, by=by, at=AT)
    with pytest.raises(NotAllowed):
        actions.change_role(given, Role.FINANCE, by=by, at=AT)
    with pytest.raises(NotAllowed):
        actions.end_membership(given, by=by, at=AT)
    assert len(told()) == deeds


def test_a_role_is_of_the_organisations_side_for_its_own_people_and_given_once(world: World) -> None:
    by, given = administrator(world), wide(world)
    with pytest.raises(Refusal, match="Account manager is not a role of Meridian Travel's side"):
        actions.give_role(colleague(world, "two"), Role.ACCOUNT_MANAGER, world.client, by=by, at=AT)
    with pytest.raises(Refusal, match="does not work for Meridian Travel"):
        actions.give_role(world.person(Role.AGENT), Role.FINANCE, world.client, by=by, at=AT)
    with pytest.raises(Refusal, match="has a role in all engagements already"):
        actions.give_role(given.user, Role.FINANCE, world.client, by=by, at=AT)
    actions.deactivate(given.user, by=by, at=AT)
    with pytest.raises(Refusal, match="does not work for Meridian Travel"):
        actions.give_role(User.objects.get(pk=given.user_id), Role.FINANCE, world.client, by=by, at=AT)
    assert told() == ["accounts.role_given", "accounts.deactivated"]


def test_the_last_manager_of_a_side_keeps_a_role_in_all_engagements(world: World) -> None:
    by, given = administrator(world), wide(world)
    claims = another_engagement(world)
    with pytest.raises(Refusal, match="Claims would have nobody left on this side"):
        actions.end_membership(given, by=by, at=AT)
    with pytest.raises(Refusal, match="Claims would have nobody left on this side"):
        actions.change_role(given, Role.EXECUTIVE, by=by, at=AT)
    second = wide(world, name="second")
    actions.end_membership(given, by=by, at=AT)
    assert (given.user.role_in(claims), second.user.role_in(claims)) == (None, Role.BPO_MANAGER)
    assert told()[-1] == "accounts.role_taken_back"


def test_a_manager_of_all_engagements_who_is_something_else_in_one_is_no_manager_there(world: World) -> None:
    finance, by = world.person(Role.FINANCE), administrator(world)
    actions.give_role(finance, Role.BPO_MANAGER, world.client, by=by, at=AT)
    own = Membership.objects.get(user=world.person(Role.BPO_MANAGER))
    with pytest.raises(Refusal, match="Customer care Northline would have nobody left"):
        actions.end_membership(own, by=Actor(own.user, "page"), at=AT)


def test_an_invitation_to_all_engagements_stands_no_longer_once_the_organisation_is_on_the_other_side(
    world: World,
) -> None:
    by = administrator(world)
    westwind = actions.add_organisation("Westwind", by=by, at=AT)
    offered = actions.Seat("ann@example.org", Role.EXECUTIVE, organisation=westwind)
    invited = actions.invite(offered, by=by, at=AT)
    another_engagement(world, provider=westwind)
    ann = actions.Newcomer("Ann", "a long enough secret")
    with pytest.raises(Refusal, match="Executive is not a role of Westwind's side"):
        actions.accept(invited.invitation, ann, by=installation("page"), at=AT)
    assert not User.objects.filter(email="ann@example.org").exists()


def test_an_administrator_gives_changes_and_takes_back_on_the_organisations_page(world: World) -> None:
    assert world.administrator is not None
    admin, new = signed_in(world.administrator), colleague(world)
    here = f"/organisations/{world.client.pk}/"
    assert here in admin.get("/organisations/").content.decode()
    assert "Nobody has a role in all of its engagements" in admin.get(here).content.decode()
    assert admin.post(here, {"person": new.pk, "role": "auditor"})["Location"] == here
    shown = admin.get(here).content.decode()
    assert "<td>Auditor</td>" in shown
    assert f'<option value="{new.pk}"' not in shown
    seat = Membership.objects.get(user=new)
    assert admin.post(f"{here}roles/{seat.pk}/", {"role": "finance"})["Location"] == here
    assert new.role_in(world.engagements["care-south"]) is Role.FINANCE
    assert admin.post(f"{here}roles/{seat.pk}/end/")["Location"] == here
    assert new.role_in(world.engagements["care-south"]) is None
    assert told() == ["accounts.role_given", "accounts.role_changed", "accounts.role_taken_back"]


def test_the_page_offers_the_roles_of_the_organisations_side_and_its_own_people_alone(world: World) -> None:
    assert world.administrator is not None
    admin, here = signed_in(world.administrator), f"/organisations/{world.client.pk}/"
    agent, finance = world.person(Role.AGENT), world.person(Role.FINANCE)
    for given in ({"person": agent.pk, "role": "auditor"}, {"person": finance.pk, "role": "agent"}, {}):
        assert admin.post(here, given).status_code == 200
    assert told() == []


def test_a_refused_change_of_a_role_in_all_engagements_says_why_beside_the_form(world: World) -> None:
    assert world.administrator is not None
    admin, given = signed_in(world.administrator), wide(world)
    another_engagement(world)
    answer = admin.post(f"/organisations/{world.client.pk}/roles/{given.pk}/", {"role": "executive"})
    assert (answer.status_code, "nobody left on this side" in answer.content.decode()) == (409, True)


def test_a_role_of_one_engagement_is_not_changed_on_an_organisations_page(world: World) -> None:
    assert world.administrator is not None
    admin, seat = signed_in(world.administrator), Membership.objects.get(user=world.person(Role.FINANCE))
    assert admin.post(f"/organisations/{world.client.pk}/roles/{seat.pk}/end/").status_code == 404
    other = wide(world)
    assert admin.get(f"/organisations/{world.providers['north'].pk}/roles/{other.pk}/").status_code == 404


def test_the_page_leads_to_an_invitation_for_the_whole_organisation(world: World, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    assert world.administrator is not None
    admin = signed_in(world.administrator)
    form = admin.get(f"/people/invite/?organisation={world.client.pk}").content.decode()
    assert f'<option value="{world.client.pk}" selected>' in form
    given = {"email": "ann@example.org", "role": "auditor", "organisation": world.client.pk}
    assert admin.post("/people/invite/", given).status_code == 303
    assert len(mail.outbox) == 1
    assert "ann@example.org" in admin.get(f"/organisations/{world.client.pk}/").content.decode()
