"""Mails about seats: asked for in the transaction of the action, sent by the worker."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.actions import Invited
from remit.web.accounts.models import User
from remit.web.accounts.reset_links import reset_address
from remit.web.accounts.roles import TITLES, Role


def link_of(invited: Invited) -> str:
    """Where an invitation is accepted, at the site's own address."""
    path: str = reverse("accounts:accept", kwargs={"key": invited.key})
    return settings.SITE_URL + path


def send_invitation(request: HttpRequest, invited: Invited) -> None:
    """Mail the link to the address it was made for; nobody else ever sees it."""
    invitation = invited.invitation
    told = {
        "link": link_of(invited),
        "role": TITLES[Role(invitation.role)],
        "where": invitation.engagement or invitation.organisation,
        "organisation": invitation.organisation,
        "by": invitation.invited_by,
        "until": invitation.expires_at,
    }
    get_adapter(request).send_mail("accounts/mail/invitation", invitation.email, told)
    messages.success(request, _("An invitation is on its way to %(address)s.") % {"address": invitation.email})


def password_link(person: User) -> str:
    """Where a person chooses a password, at the site's own address: it works once, for as long as a reset does."""
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    return reset_address(key)
