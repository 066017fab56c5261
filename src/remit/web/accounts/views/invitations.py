"""The page behind an invitation's link, and the one that says how seats come about."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from remit.web.accounts import actions
from remit.web.accounts.actions.invitations import hash_of_key
from remit.web.accounts.doors import open_page, see_other
from remit.web.accounts.forms import AcceptForm
from remit.web.accounts.models import Invitation, User
from remit.web.accounts.traces import actor_for
from remit.web.shared.forms import again
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal


@open_page()
def by_invitation(request: HttpRequest) -> HttpResponse:
    """Where a library's page to sign up would be: seats come by invitation."""
    return render(request, "accounts/by_invitation.html")


@open_page(methods=("GET", "POST"))
@never_cache
def accept(request: HttpRequest, key: str) -> HttpResponse:
    """Take a seat: whoever has the address already signs in first, a newcomer says a name and chooses a password."""
    found = Invitation.objects.filter(key_hash=hash_of_key(key)).select_related("engagement", "organisation").first()
    if found is None or not found.is_open(now()):
        return render(request, "accounts/invitation_over.html", status=410)
    if isinstance(request.user, User):
        return _as_oneself(request, request.user, found)
    if User.objects.filter(email__iexact=found.email).exists():
        return redirect_to_login(request.get_full_path())
    return _as_a_newcomer(request, found)


def _as_oneself(request: HttpRequest, user: User, found: Invitation) -> HttpResponse:
    if request.method != "POST":
        is_mine = user.email.lower() == found.email.lower()
        return render(request, "accounts/accept.html", {"invitation": found, "is_mine": is_mine})
    actions.accept(found, user, by=actor_for(request, user), at=now())
    return _to_the_seat(request)


def _as_a_newcomer(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = AcceptForm(request.POST or None, email=found.email, initial={"time_zone": "UTC", "language": "en-gb"})
    if not form.is_valid():
        return render(request, "accounts/accept.html", {"invitation": found, "form": form})
    said = form.cleaned_data
    who = actions.Newcomer(said["name"], said["password"], said["time_zone"], said["language"])
    try:
        user = actions.accept(found, who, by=actor_for(request, None), at=now())
    except Refusal as refusal:
        return again(request, "accounts/accept.html", refusal, form=form, invitation=found)
    get_adapter(request).login(request, user)
    return _to_the_seat(request)


def _to_the_seat(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Welcome: your seat is ready."))
    return see_other(reverse("landing"))
