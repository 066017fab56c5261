"""Mails about seats: sent once the action stands, and told on the page where they could not be sent."""

import logging

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.actions import Invited
from remit.web.accounts.roles import TITLES, Role

_log = logging.getLogger("remit.web.accounts")


def link_of(invited: Invited) -> str:
    """Where an invitation is accepted, at the site's own address."""
    path: str = reverse("accounts:accept", kwargs={"key": invited.key})
    return settings.SITE_URL + path


def send_invitation(request: HttpRequest, invited: Invited) -> None:
    """Mail the link. A mail server that is down leaves the invitation standing, to be sent again."""
    invitation = invited.invitation
    told = {
        "link": link_of(invited),
        "role": TITLES[Role(invitation.role)],
        "where": invitation.engagement or invitation.organisation,
        "organisation": invitation.organisation,
        "by": invitation.invited_by,
        "until": invitation.expires_at,
    }
    try:
        get_adapter(request).send_mail("accounts/mail/invitation", invitation.email, told)
    except OSError as fault:  # smtplib's own errors are among these
        _log.warning("mail not sent", extra={"facts": {"invitation": invitation.pk, "fault": str(fault)}})
        messages.error(
            request, _("%(address)s is invited, but the mail could not be sent. Send it again later.")
            % {"address": invitation.email}
        )  # fmt: skip
        return
    messages.success(request, _("An invitation is on its way to %(address)s.") % {"address": invitation.email})
