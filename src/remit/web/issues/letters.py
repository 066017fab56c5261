"""Mail about disputes: to those who decide one, to the roles it has come to, and to the side that raised it.

A letter names the dispute and leads to it; what is claimed and said stands on its page, where the role decides.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import User
from remit.web.accounts.roles import ROLES_WITH, Duty, Role, side_of
from remit.web.contracts.reminders import recipients_in
from remit.web.issues.models import Dispute
from remit.web.jobs.mail import send_mail_later

Sentence = Callable[[], str]


def tell_raised(dispute: Dispute, *, by: Actor, at: datetime) -> None:
    """To whoever decides on the side that a new dispute is against."""
    roles = [role for role in ROLES_WITH[Duty.DECIDE_DISPUTES] if side_of(role) is dispute.answering]

    def sentence() -> str:
        who = dispute.engagement.organisation_on(dispute.claiming).name
        return _("%(who)s disputes a figure, and your side decides.") % {"who": who}

    _send(dispute, roles, sentence, by=by, at=at)


def tell_escalated(dispute: Dispute, *, by: Actor, at: datetime) -> None:
    """To the people of both sides in the roles that a dispute has come to."""
    roles = [Role(role) for role in dispute.roles]
    _send(dispute, roles, lambda: _("It was not decided in time, and has come to your role."), by=by, at=at)


def tell_decided(dispute: Dispute, *, by: Actor, at: datetime) -> None:
    """To those of the side that raised it who would have decided for it, and to who raised it."""
    mine = [role for role in ROLES_WITH[Duty.DECIDE_DISPUTES] if side_of(role) is dispute.claiming]

    def sentence() -> str:
        return _("It was decided: %(state)s.") % {"state": dispute.get_state_display()}

    _send(dispute, mine, sentence, by=by, at=at, also=dispute.raised_by)


def _send(
    dispute: Dispute, roles: Collection[Role], sentence: Sentence, *, by: Actor, at: datetime, also: User | None = None
) -> None:
    """A letter to each of the people, but to those who may not see disputes and to who did it."""
    seeing = recipients_in(dispute.engagement, ROLES_WITH[Duty.SEE_MONEY])
    for reader in seeing:
        if reader.user.pk != by.person_id and (reader.role in roles or reader.user == also):
            send_mail_later(_letter(reader.user, dispute, sentence), by=by, at=at)


def _letter(reader: User, dispute: Dispute, sentence: Sentence) -> EmailMessage:
    with translation.override(reader.language), timezone.override(reader.time_zone):
        named = {"number": dispute.pk, "reference": dispute.reference, "month": f"{dispute.month_on:%Y-%m}"}
        subject = _("Dispute %(number)s about %(reference)s, %(month)s") % named
        lines = [f"{dispute.engagement.name}: {subject}", "", sentence()]
        if dispute.next_at is not None:
            until = date_format(timezone.localtime(dispute.next_at), "DATETIME_FORMAT")
            told = {"until": until, "zone": reader.time_zone}
            lines.append(_("Without a decision until %(until)s (%(zone)s) it goes on to the next step.") % told)
        where = {"engagement": dispute.engagement.slug, "dispute": dispute.pk}
        lines += ["", settings.SITE_URL + reverse("issues:dispute", kwargs=where), ""]
        head = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}"
        return EmailMessage(head, "\n".join(lines), to=[reader.email])
