"""The people of the installation as its administrators keep them. Not what engagements hold."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts import actions
from remit.web.accounts.actors import Actor
from remit.web.accounts.doors import administrator_page, see_other
from remit.web.accounts.forms import OfferForm, ReasonForm
from remit.web.accounts.letters import send_invitation
from remit.web.accounts.models import Membership, User
from remit.web.accounts.roles import Role
from remit.web.shared.forms import again
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

A_PAGE = 50


@administrator_page(methods=("GET", "POST"))
def offer(request: HttpRequest, by: Actor) -> HttpResponse:
    """Invite somebody of either side, or for all engagements of an organisation."""
    named = {name: request.GET.get(name) for name in ("engagement", "organisation")}
    form = OfferForm(request.POST or None, initial=named)
    if not form.is_valid():
        return render(request, "accounts/add.html", {"form": form, "title": _("Invite a person")})
    given = form.cleaned_data
    seat = actions.Seat(given["email"], Role(given["role"]), given["engagement"], given["organisation"])
    try:
        with transaction.atomic():
            send_invitation(request, actions.invite(seat, by=by, at=now()))
    except Refusal as refusal:
        return again(request, "accounts/add.html", refusal, form=form, title=_("Invite a person"))
    return see_other(reverse("accounts:everybody"))


@administrator_page()
def everybody(request: HttpRequest, by: Actor) -> HttpResponse:
    """The people of the installation."""
    wanted = request.GET.get("text", "").strip()
    found = User.objects.visible_to(by.person).select_related("organisation").order_by("name", "pk")
    if wanted:
        found = found.filter(Q(name__icontains=wanted) | Q(email__icontains=wanted))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/everybody.html", {"page": page, "text": wanted})


@administrator_page()
def person(request: HttpRequest, by: Actor, person: int) -> HttpResponse:
    """One person: where they have roles, and what an administrator can do about them."""
    found = get_object_or_404(User.objects.visible_to(by.person).select_related("organisation"), pk=person)
    seats = Membership.objects.filter(user=found).select_related("engagement", "organisation").order_by("pk")
    return render(request, "accounts/person.html", {"person": found, "seats": seats, "form": ReasonForm()})


def _name_administrator(person: User, *, by: Actor, at: datetime) -> None:
    actions.name_administrator(person.email, by=by, at=at)


_DEEDS = {
    "deactivate": actions.deactivate,
    "reactivate": actions.reactivate,
    "name-administrator": _name_administrator,
    "take-administration": actions.take_administration,
}


@administrator_page(methods=("POST",))
def change_person(request: HttpRequest, by: Actor, person: int, deed: str) -> HttpResponse:
    """Deactivate or reactivate somebody, or make an administrator an ordinary person; the deed is in the address."""
    found = get_object_or_404(User.objects.visible_to(by.person), pk=person)
    if deed not in _DEEDS:
        raise Http404
    _DEEDS[deed](found, by=by, at=now())
    messages.success(request, _("Done."))
    return see_other(reverse("accounts:person", kwargs={"person": found.pk}))


@administrator_page(methods=("POST",))
def mask_person(request: HttpRequest, by: Actor, person: int) -> HttpResponse:
    """Take a person's name and addresses out of the audit trail for good, with the reason."""
    found = get_object_or_404(User.objects.visible_to(by.person), pk=person)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        seats = Membership.objects.filter(user=found).select_related("engagement", "organisation").order_by("pk")
        return render(request, "accounts/person.html", {"person": found, "seats": seats, "form": form}, status=422)
    count = actions.mask_person(found, reason=form.cleaned_data["reason"], by=by, at=now())
    messages.success(request, _("%(count)s values are masked.") % {"count": count})
    return see_other(reverse("accounts:person", kwargs={"person": found.pk}))
