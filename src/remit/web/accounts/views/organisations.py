"""Organisations, the engagements between them, and roles in all of an organisation's: an administrator's to keep."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts import actions
from remit.web.accounts.actors import Actor
from remit.web.accounts.doors import administrator_page, see_other
from remit.web.accounts.forms import GiveRoleForm, OpeningForm, OrganisationForm, RoleForm
from remit.web.accounts.models import Engagement, Invitation, Membership, Organisation
from remit.web.accounts.roles import Role, Side
from remit.web.shared.forms import again
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal


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


def _address_of(organisation: Organisation) -> str:
    return reverse("accounts:organisation", kwargs={"organisation": organisation.pk})


def _sides(organisation: Organisation) -> tuple[Side, ...]:
    """The sides on which an organisation stands; both as long as it has no engagement."""
    stands = {Side.CLIENT: organisation.as_client.exists(), Side.PROVIDER: organisation.as_provider.exists()}
    return tuple(side for side in Side if stands[side] or not any(stands.values()))


def _found(by: Actor, number: int) -> Organisation:
    found: Organisation = get_object_or_404(Organisation.objects.visible_to(by.person), pk=number)
    return found


def _shown(by: Actor, organisation: Organisation) -> dict[str, object]:
    """What an organisation's page says beside its form."""
    wide = Membership.objects.filter(organisation=organisation, engagement=None)
    invited = Invitation.objects.visible_to(by.person).filter(
        organisation=organisation, engagement=None, accepted_at=None, withdrawn_at=None
    )
    engagements = Engagement.objects.filter(Q(client=organisation) | Q(provider=organisation))
    at = now()
    return {
        "organisation": organisation,
        "seats": wide.select_related("user").order_by("user__name", "pk"),
        "invitations": [(one, one.is_open(at)) for one in invited.order_by("email")],
        "engagements": engagements.select_related("client", "provider").order_by("name"),
    }


@administrator_page(methods=("GET", "POST"))
def organisation(request: HttpRequest, by: Actor, organisation: int) -> HttpResponse:
    """One organisation: who has a role in all of its engagements; give one of its people such a role."""
    found = _found(by, organisation)
    form = GiveRoleForm(request.POST or None, organisation=found, sides=_sides(found))
    if not form.is_valid():
        return render(request, "accounts/organisation.html", {**_shown(by, found), "form": form})
    person, role = form.cleaned_data["person"], Role(form.cleaned_data["role"])
    try:
        given = actions.give_role(person, role, found, by=by, at=now())
    except Refusal as refusal:
        return again(request, "accounts/organisation.html", refusal, form=form, **_shown(by, found))
    messages.success(request, _("%(name)s is %(role)s in all engagements now.") % {"name": person, "role": given.title})
    return see_other(_address_of(found))


def _wide_seat(by: Actor, organisation: int, seat: int) -> Membership:
    wide = Membership.objects.visible_to(by.person).filter(organisation_id=organisation, engagement=None)
    found: Membership = get_object_or_404(wide.select_related("user", "organisation"), pk=seat)
    return found


@administrator_page(methods=("GET", "POST"))
def wide_role(request: HttpRequest, by: Actor, organisation: int, seat: int) -> HttpResponse:
    """One person's role in all of an organisation's engagements: change it."""
    found = _wide_seat(by, organisation, seat)
    form = RoleForm(request.POST or None, sides=(found.side,), initial={"role": found.role})
    if not form.is_valid():
        return render(request, "accounts/wide_role.html", {"form": form, "seat": found})
    try:
        actions.change_role(found, Role(form.cleaned_data["role"]), by=by, at=now())
    except Refusal as refusal:
        return again(request, "accounts/wide_role.html", refusal, form=form, seat=found)
    messages.success(
        request, _("%(name)s is %(role)s in all engagements now.") % {"name": found.user, "role": found.title}
    )
    return see_other(_address_of(found.organisation))


@administrator_page(methods=("POST",))
def end_wide_role(request: HttpRequest, by: Actor, organisation: int, seat: int) -> HttpResponse:
    """Take a role in all of an organisation's engagements back; roles given in single engagements stay."""
    found = _wide_seat(by, organisation, seat)
    actions.end_membership(found, by=by, at=now())
    messages.success(request, _("%(name)s has no role in all engagements any more.") % {"name": found.user})
    return see_other(_address_of(found.organisation))
