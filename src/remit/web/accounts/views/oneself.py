"""Pages of one's own: profile and sessions; and the table of roles, which everybody may read."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from remit.web.accounts import actions
from remit.web.accounts.actors import Actor
from remit.web.accounts.doors import see_other, signed_in_page
from remit.web.accounts.forms import ProfileForm
from remit.web.accounts.models import Membership
from remit.web.accounts.roles import SENTENCES, TITLES, Duty, Role, Side, may, roles_of
from remit.web.shared.moments import now


@signed_in_page(methods=("GET", "POST"))
def profile(request: HttpRequest, by: Actor) -> HttpResponse:
    """One's name, zone and language; where one has a role; the ways to one's password, second factor and sessions."""
    person = by.person
    known = {"name": person.name, "time_zone": person.time_zone, "language": person.language}
    form = ProfileForm(request.POST or None, initial=known)
    if not form.is_valid():
        seats = Membership.objects.filter(user=person).select_related("engagement", "organisation").order_by("pk")
        return render(request, "accounts/profile.html", {"form": form, "person": person, "seats": seats})
    actions.change_profile(actions.Profile(**form.cleaned_data), by=by, at=now())
    with translation.override(form.cleaned_data["language"]):
        messages.success(request, _("Saved."))
    return see_other(reverse("accounts:profile"))


@signed_in_page(methods=("POST",))
def end_session(request: HttpRequest, by: Actor, session: int) -> HttpResponse:
    """Sign oneself out in one other place."""
    found = get_object_or_404(UserSession, pk=session, user=by.person)
    actions.end_session(found, by=by, at=now())
    messages.success(request, _("That session is signed out."))
    return see_other(reverse("usersessions_list"))


@signed_in_page()
def roles(request: HttpRequest, _by: Actor) -> HttpResponse:
    """The table of roles by duties, from the data that every door reads."""
    tables = [
        {
            "side": side,
            "titles": [TITLES[role] for role in roles_of(side)],
            "rows": [(SENTENCES[duty], _marks(duty, roles_of(side))) for duty in Duty],
        }
        for side in Side
    ]
    return render(request, "accounts/roles.html", {"tables": tables})


def _marks(duty: Duty, columns: tuple[Role, ...]) -> list[bool]:
    return [may(role, duty) for role in columns]
