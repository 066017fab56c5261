"""Invitations: a seat offered to a mail address by its own side, taken by whoever holds the link sent there."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from remit.web.accounts.actions.seats import must_fit
from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement, Invitation, Membership, Organisation, User
from remit.web.accounts.roles import Duty, Role, side_of
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import NotAllowed, Refusal

STANDS = timedelta(days=14)
"""How long an invitation can be accepted."""


@dataclass(frozen=True, slots=True)
class Seat:
    """What is offered: a role in an engagement, or, without one, in every engagement of an organisation."""

    email: str
    role: Role
    engagement: Engagement | None = None
    organisation: Organisation | None = None

    @property
    def of(self) -> Organisation:
        """The organisation whose seat it is: the one on the role's side of the engagement."""
        if self.engagement is not None:
            return self.engagement.organisation_on(side_of(self.role))
        if self.organisation is None:
            raise ValueError("a seat is in an engagement or in an organisation")
        return self.organisation


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and the secret of its link, which is kept nowhere: whoever has it takes the seat."""

    invitation: Invitation
    key: str


@transaction.atomic
def invite(seat: Seat, *, by: Actor, at: datetime) -> Invited:
    """Offer a seat on one's own side.

    Raises NotAllowed for the other side's seats and for roles in a whole organisation, which only administrators
    give; Refusal where the address has a role there or is invited already.
    """
    _must_offer(seat, by)
    where = Q(engagement=seat.engagement) if seat.engagement else Q(engagement=None, organisation=seat.of)
    if Membership.objects.filter(where, user__email__iexact=seat.email).exists():
        raise Refusal(_("%(address)s has a role here already.") % {"address": seat.email}, _("Change that role."))
    waiting = Invitation.objects.filter(where, email__iexact=seat.email, accepted_at=None, withdrawn_at=None)
    if waiting.filter(expires_at__gt=at).exists():
        raise Refusal(_("%(address)s is invited already.") % {"address": seat.email}, _("Send that invitation again."))
    key = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=seat.email.lower(),
        organisation=seat.of,
        engagement=seat.engagement,
        role=seat.role,
        invited_by=by.person,
        key_hash=hash_of_key(key),
        created_at=at,
        expires_at=at + STANDS,
    )
    _tell("accounts.invited", invitation, by, at)
    return Invited(invitation, key)


def hash_of_key(key: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(key.encode()).hexdigest()


def _must_offer(seat: Seat, by: Actor) -> None:
    if seat.engagement is None:
        by.must_administer()
        must_fit(seat.role, seat.of)
        return
    if by.person.is_administrator and by.role(seat.engagement) is None:
        by.must_administer()
        return
    by.must(Duty.INVITE_PEOPLE, seat.engagement)
    role = by.role(seat.engagement)
    if role is None or side_of(role) is not side_of(seat.role):
        raise NotAllowed(_("You can invite people of your own side only."), _("Ask the other side's manager."))


def _open(invitation: Invitation, at: datetime) -> Invitation:
    """The invitation as it stands now, locked. Raises Refusal where it can no longer be accepted."""
    kept: Invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("engagement", "organisation")
        .get(pk=invitation.pk)
    )
    if not kept.is_open(at):
        raise Refusal(_("This invitation was accepted or withdrawn, or it has expired."), _("Ask for a new one."))
    return kept


def _must_keep(invitation: Invitation, by: Actor) -> None:
    """Whoever may offer the seat may take the offer back, or send it again."""
    _must_offer(Seat(invitation.email, Role(invitation.role), invitation.engagement, invitation.organisation), by)


@transaction.atomic
def invite_again(invitation: Invitation, *, by: Actor, at: datetime) -> Invited:
    """A new link for an invitation, which then stands anew; the link sent before opens nothing any more."""
    _must_keep(invitation, by)
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise Refusal(_("This invitation was accepted or withdrawn."), _("Invite the person anew."))
    key = secrets.token_urlsafe(32)
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not waiting.update(key_hash=hash_of_key(key), expires_at=at + STANDS):
        raise Refusal(_("This invitation was accepted or withdrawn."), _("Invite the person anew."))
    invitation.refresh_from_db()
    _tell("accounts.invited_again", invitation, by, at)
    return Invited(invitation, key)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Take an offer back; its link opens nothing any more. Raises Refusal where it was accepted before."""
    _must_keep(invitation, by)
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not waiting.update(withdrawn_at=at):
        raise Refusal(_("This invitation was accepted or withdrawn already."))
    _tell("accounts.invitation_withdrawn", invitation, by, at)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody without a seat yet says of themselves; the password is checked by the form."""

    name: str
    password: str
    time_zone: str = "UTC"
    language: str = "en-gb"


@transaction.atomic
def accept(invitation: Invitation, who: User | Newcomer, *, by: Actor, at: datetime) -> User:
    """Take the seat: as the person who has that address already, or as somebody new.

    Raises Refusal where the invitation no longer stands, where it was sent to somebody else, where the person belongs
    to another organisation, or where a role in a whole one would not stand on its side any more. `by` tells from
    where; the entry is the new person's own.
    """
    kept = _open(invitation, at)
    if kept.engagement is None:
        # An engagement opened since may have put the organisation on the other side.
        must_fit(Role(kept.role), Organisation.objects.select_for_update().get(pk=kept.organisation_id))
    user = who if isinstance(who, User) else _newcomer(kept, who, at)
    if user.email.lower() != kept.email.lower():
        raise NotAllowed(_("This invitation was sent to somebody else."), _("Sign in with the address it was sent to."))
    if user.organisation_id not in (None, kept.organisation_id):
        raise Refusal(
            _("You belong to another organisation than the one that invites you."),
            _("Ask to be invited with an address of that organisation."),
        )
    if user.organisation_id is None:
        User.objects.filter(pk=user.pk).update(organisation=kept.organisation)
    if Membership.objects.filter(user=user, organisation=kept.organisation, engagement=kept.engagement).exists():
        raise Refusal(_("You have a role here already."))
    Membership.objects.create(user=user, organisation=kept.organisation, engagement=kept.engagement, role=kept.role)
    Invitation.objects.filter(pk=kept.pk).update(accepted_at=at)
    as_them = Actor(user=user, via=by.via, address=by.address, request=by.request)
    _tell("accounts.invitation_accepted", kept, as_them, at)
    return user


def _newcomer(invitation: Invitation, who: Newcomer, at: datetime) -> User:
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise Refusal(_("There is a person with this address already."), _("Sign in, then open the link again."))
    user = User(
        email=invitation.email,
        name=who.name,
        organisation=invitation.organisation,
        time_zone=who.time_zone,
        language=who.language,
        date_joined=at,
    )
    user.set_password(who.password)
    user.save(force_insert=True)
    # Whoever has the link reads the mail sent to the address: it is proved.
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _tell(action: str, invitation: Invitation, by: Actor, at: datetime) -> None:
    after = {"role": str(invitation.role), "organisation": invitation.organisation.slug}
    personal = {"invited address": invitation.email}
    told = Told(action, invitation, invitation.engagement_id, after=after, personal=personal)
    record(told, by=by, at=at)
