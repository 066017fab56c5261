"""Seats: who has which role, in an engagement or in all of an organisation's; no side is left without a manager."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement, Membership, Organisation, User
from remit.web.accounts.roles import TITLES, Duty, Role, Side, may, side_of
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import NotAllowed, Refusal


@transaction.atomic
def give_role(person: User, role: Role, organisation: Organisation, *, by: Actor, at: datetime) -> Membership:
    """Give one of an organisation's own people a role in all of its engagements, those opened later too.

    Where the person has a role in one engagement, that one holds there. Raises NotAllowed for everybody but
    administrators, and Refusal for people of other organisations, for roles of the other side, and where the person
    has such a role already.
    """
    by.must_administer()
    kept = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if person.organisation_id != kept.pk or not person.is_active:
        raise Refusal(
            _("%(person)s does not work for %(name)s.") % {"person": person, "name": kept}, _("Invite the person.")
        )
    must_fit(role, kept)
    given, is_new = Membership.objects.get_or_create(
        user=person, organisation=kept, engagement=None, defaults={"role": role}
    )
    if not is_new:
        raise Refusal(_("%(person)s has a role in all engagements already.") % {"person": person}, _("Change it."))
    _tell("accounts.role_given", given, by, at, after={"role": str(role), "organisation": kept.slug})
    return given


def must_fit(role: Role, organisation: Organisation) -> None:
    """Raises Refusal where a role in a whole organisation would not stand on its side in one of its engagements."""
    other = {"provider": organisation} if side_of(role) is Side.CLIENT else {"client": organisation}
    if Engagement.objects.filter(**other).exists():
        raise Refusal(
            _("%(role)s is not a role of %(name)s's side.") % {"role": TITLES[role], "name": organisation.name}
        )


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
    """Take somebody of one's own side out of an engagement, or a role in all of them back from somebody.

    The person and what they did stay on record. Raises as `change_role` does.
    """
    _must_seat(membership, by)
    _must_leave_a_manager(membership)
    before = {"role": str(membership.role)}
    deed = "accounts.role_taken_back" if membership.engagement_id is None else "accounts.membership_ended"
    _tell(deed, membership, by, at, before=before)
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
    for engagement in _without_a_manager(_touched(membership), membership, unless):
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


def _without_a_manager(
    engagements: Sequence[Engagement], membership: Membership, unless: Role | None
) -> list[Engagement]:
    """The engagements in which nobody of a side who can sign in may invite, once a membership is gone or another role.

    A role in one engagement takes the place of the one in all: it counts there alone.
    """
    here = Q(engagement__in=engagements) | Q(engagement=None, organisation_id=membership.organisation_id)
    rows = Membership.objects.filter(here, user__is_active=True).exclude(pk=membership.pk)
    seats: list[tuple[int, int | None, str]] = list(rows.values_list("user_id", "engagement_id", "role"))
    if unless is not None:
        seats.append((membership.user_id, membership.engagement_id, unless))
    by_engagement: dict[int | None, dict[int, Role]] = defaultdict(dict)
    for user_id, engagement_id, role in seats:
        by_engagement[engagement_id][user_id] = Role(role)
    wide = by_engagement[None]
    return [
        one
        for one in engagements
        if not any(
            side_of(role) is membership.side and may(role, Duty.INVITE_PEOPLE)
            for role in {**wide, **by_engagement[one.pk]}.values()
        )
    ]


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
