"""Seats: who has which role in an engagement, changed by the side's own manager; no side is left without one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement, Membership
from remit.web.accounts.roles import ROLES_WITH, Duty, Role, Side, may, side_of
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import NotAllowed, Refusal


@transaction.atomic
def change_role(membership: Membership, role: Role, *, by: Actor, at: datetime) -> None:
    """Give somebody of one's own side another role of that side.

    Raises NotAllowed for the other side's people and roles, and Refusal where the side would be left without anybody
    who can invite, or where the role was changed by somebody else meanwhile.
    """
    _must_seat(membership, by)
    if side_of(role) is not membership.side:
        raise NotAllowed(_("A person keeps to one side: choose a role of theirs."))
    if role == membership.role:
        return
    _must_leave_a_manager(membership, unless=role)
    before = str(membership.role)
    if not Membership.objects.filter(pk=membership.pk, role=before).update(role=role):
        raise Refusal(_("Somebody else has just changed this role."), _("Look again."))
    membership.role = role
    _tell("accounts.role_changed", membership, by, at, before={"role": before}, after={"role": str(role)})


@transaction.atomic
def end_membership(membership: Membership, *, by: Actor, at: datetime) -> None:
    """Take somebody of one's own side out of an engagement; the person and what they did stay on record."""
    _must_seat(membership, by)
    _must_leave_a_manager(membership)
    before = {"role": str(membership.role)}
    _tell("accounts.membership_ended", membership, by, at, before=before)
    if not Membership.objects.filter(pk=membership.pk).delete()[0]:
        raise Refusal(_("This person has no role here any more."))


def _must_seat(membership: Membership, by: Actor) -> None:
    engagement = membership.engagement
    if engagement is None or (by.user is not None and by.person.is_administrator and by.role(engagement) is None):
        by.must_administer()
        return
    by.must(Duty.INVITE_PEOPLE, engagement)
    role = by.role(engagement)
    if by.user is not None and (role is None or side_of(role) is not membership.side):
        raise NotAllowed(_("You can change the roles of your own side only."), _("Ask the other side's manager."))


def _must_leave_a_manager(membership: Membership, unless: Role | None = None) -> None:
    """Raises Refusal where nobody of the side could invite people any more in some engagement."""
    if not may(Role(membership.role), Duty.INVITE_PEOPLE) or may(unless, Duty.INVITE_PEOPLE):
        return
    for engagement in _touched(membership):
        if not others_who_invite(engagement, membership.side, but=membership):
            raise Refusal(
                _("%(name)s would have nobody left on this side who can invite people.") % {"name": engagement},
                _("Give somebody else that role first."),
            )


def _touched(membership: Membership) -> list[Engagement]:
    """The engagements in which a membership counts, locked against two people changing seats at once."""
    locked = Engagement.objects.select_for_update().order_by("pk")
    if membership.engagement_id is not None:
        return list(locked.filter(pk=membership.engagement_id))
    side = (
        {"client": membership.organisation} if membership.side is Side.CLIENT else {"provider": membership.organisation}
    )
    return list(locked.filter(**side))


def others_who_invite(engagement: Engagement, side: Side, *, but: Membership) -> bool:
    """Whether somebody else who can sign in may invite people of a side."""
    roles = [role for role in ROLES_WITH[Duty.INVITE_PEOPLE] if side_of(role) is side]
    there = Membership.objects.in_engagement(engagement).filter(user__is_active=True, role__in=roles)
    return bool(there.exclude(pk=but.pk).exclude(user_id=but.user_id).exists())


def _tell(
    action: str,
    membership: Membership,
    by: Actor,
    at: datetime,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> None:
    personal = {"person": f"{membership.user.name} <{membership.user.email}>"}
    told = Told(action, membership, membership.engagement_id, before=before, after=after, personal=personal)
    record(told, by=by, at=at)
