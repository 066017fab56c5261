"""What administrators of the installation keep: organisations, engagements, people. Not what engagements hold."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts import actions
from remit.web.accounts.actors import Actor
from remit.web.accounts.doors import administrator_page, see_other
from remit.web.accounts.forms import OfferForm, OpeningForm, OrganisationForm, ReasonForm
from remit.web.accounts.letters import send_invitation
from remit.web.accounts.models import Engagement, Membership, Organisation, User
from remit.web.accounts.roles import Role
from remit.web.shared.forms import again
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

A_PAGE = 50


@administrator_page()
def organisations(request: HttpRequest, by: Actor) -> HttpResponse:
    """The organisations, and the engagements between them."""
    shown = {
        "organisations": Organisation.objects.visible_to(by.person)
        .annotate(people_count=Count("people", filter=Q(people__is_active=True)))
        .order_by("name"),
        "engagements": Engagement.objects.select_related("client", "provider").order_by("name"),
    }
    return render(request, "accounts/organisations.html", shown)


@administrator_page(methods=("GET", "POST"))
def add_organisation(request: HttpRequest, by: Actor) -> HttpResponse:
    """A company that takes part."""
    form = OrganisationForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/add.html", {"form": form, "title": _("Add an organisation")})
    try:
        made = actions.add_organisation(
            form.cleaned_data["name"], country=form.cleaned_data["country"], by=by, at=now()
        )
    except Refusal as refusal:
        return again(request, "accounts/add.html", refusal, form=form, title=_("Add an organisation"))
    messages.success(request, _("%(name)s is added.") % {"name": made})
    return see_other(reverse("accounts:organisations"))


@administrator_page(methods=("GET", "POST"))
def open_engagement(request: HttpRequest, by: Actor) -> HttpResponse:
    """An engagement between two organisations; then its first people are invited."""
    form = OpeningForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/add.html", {"form": form, "title": _("Open an engagement")})
    try:
        made = actions.open_engagement(actions.Opening(**form.cleaned_data), by=by, at=now())
    except Refusal as refusal:
        return again(request, "accounts/add.html", refusal, form=form, title=_("Open an engagement"))
    messages.success(request, _("%(name)s is open. Invite a manager of each side now.") % {"name": made})
    return see_other(reverse("accounts:offer") + f"?engagement={made.pk}")


@administrator_page(methods=("GET", "POST"))
def offer(request: HttpRequest, by: Actor) -> HttpResponse:
    """Invite somebody of either side, or for all engagements of an organisation."""
    form = OfferForm(request.POST or None, initial={"engagement": request.GET.get("engagement")})
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
