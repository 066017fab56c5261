"""The people of an engagement, and their seats."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts import actions
from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.forms import InviteForm, RoleForm
from remit.web.accounts.letters import send_invitation
from remit.web.accounts.models import Engagement, Invitation, Membership
from remit.web.accounts.roles import Duty, Role, Side, side_of
from remit.web.shared.forms import again
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal


def _address_of_people(place: Place) -> str:
    return reverse("accounts:people", kwargs={"engagement": place.engagement.slug})


@engagement_page(Duty.SEE_PEOPLE)
def people(request: HttpRequest, place: Place) -> HttpResponse:
    """Who works in the engagement, side by side, and who is invited by one's own."""
    found = Membership.objects.visible_to(place.user).in_engagement(place.engagement)
    seats = list(found.select_related("user", "organisation", "engagement").order_by("user__name", "pk"))
    invited = Invitation.objects.visible_to(place.user).filter(
        engagement=place.engagement, accepted_at=None, withdrawn_at=None
    )
    at = now()
    shown = {
        "sides": [_side(place.engagement, side, seats) for side in Side],
        "own_side": side_of(place.role),
        "can_invite": place.may(Duty.INVITE_PEOPLE),
        "invitations": [(one, one.is_open(at)) for one in invited.order_by("email")],
    }
    return render(request, "accounts/people.html", shown)


def _side(engagement: Engagement, side: Side, seats: list[Membership]) -> dict[str, object]:
    return {
        "side": side,
        "organisation": engagement.organisation_on(side),
        "seats": [seat for seat in seats if seat.side is side],
    }


@engagement_page(Duty.INVITE_PEOPLE, methods=("GET", "POST"))
def invite(request: HttpRequest, place: Place) -> HttpResponse:
    """Offer a seat on one's own side; the link goes to the address, and nowhere else."""
    form = InviteForm(request.POST or None, sides=(side_of(place.role),))
    if not form.is_valid():
        return render(request, "accounts/invite.html", {"form": form})
    seat = actions.Seat(form.cleaned_data["email"], Role(form.cleaned_data["role"]), place.engagement)
    try:
        with transaction.atomic():
            send_invitation(request, actions.invite(seat, by=place.actor, at=now()))
    except Refusal as refusal:
        return again(request, "accounts/invite.html", refusal, form=form)
    return see_other(_address_of_people(place))


def _own_invitation(place: Place, number: int) -> Invitation:
    mine = Invitation.objects.visible_to(place.user).filter(engagement=place.engagement)
    found: Invitation = get_object_or_404(mine, pk=number)
    return found


@engagement_page(Duty.INVITE_PEOPLE, methods=("POST",))
def invite_again(request: HttpRequest, place: Place, invitation: int) -> HttpResponse:
    """Send an invitation anew; the old link opens nothing any more."""
    found = _own_invitation(place, invitation)
    with transaction.atomic():
        send_invitation(request, actions.invite_again(found, by=place.actor, at=now()))
    return see_other(_address_of_people(place))


@engagement_page(Duty.INVITE_PEOPLE, methods=("POST",))
def withdraw(request: HttpRequest, place: Place, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    actions.withdraw(_own_invitation(place, invitation), by=place.actor, at=now())
    messages.success(request, _("The invitation is withdrawn."))
    return see_other(_address_of_people(place))


def _seat(place: Place, number: int) -> Membership:
    """A seat of one's own side in this engagement: one in a whole organisation is an administrator's to change."""
    own = place.engagement.organisation_on(side_of(place.role))
    here = Membership.objects.visible_to(place.user).filter(engagement=place.engagement, organisation=own)
    found: Membership = get_object_or_404(here.select_related("user", "engagement", "organisation"), pk=number)
    return found


@engagement_page(Duty.INVITE_PEOPLE, methods=("GET", "POST"))
def seat(request: HttpRequest, place: Place, seat: int) -> HttpResponse:
    """One person's role: change it."""
    found = _seat(place, seat)
    form = RoleForm(request.POST or None, sides=(found.side,), initial={"role": found.role})
    if not form.is_valid():
        return render(request, "accounts/seat.html", {"form": form, "seat": found})
    try:
        actions.change_role(found, Role(form.cleaned_data["role"]), by=place.actor, at=now())
    except Refusal as refusal:
        return again(request, "accounts/seat.html", refusal, form=form, seat=found)
    messages.success(request, _("%(name)s is %(role)s now.") % {"name": found.user, "role": found.title})
    return see_other(_address_of_people(place))


@engagement_page(Duty.INVITE_PEOPLE, methods=("POST",))
def end_seat(request: HttpRequest, place: Place, seat: int) -> HttpResponse:
    """Take somebody out of the engagement."""
    found = _seat(place, seat)
    actions.end_membership(found, by=place.actor, at=now())
    messages.success(request, _("%(name)s has no role here any more.") % {"name": found.user})
    return see_other(_address_of_people(place))
