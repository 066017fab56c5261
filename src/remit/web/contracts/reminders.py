"""Reminders of key dates: a mail to whoever approves contracts for a side, each date and distance once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from remit.web.accounts.actors import Actor, installation
from remit.web.accounts.models import Engagement, Membership, User
from remit.web.accounts.roles import ROLES_WITH, Duty, Role, Side, side_of
from remit.web.contracts.bridge import Due, due_reminders, next_reminder_on, readable_terms, today_in
from remit.web.contracts.models import Reminder, State, Version
from remit.web.jobs.mail import send_mail_later
from remit.web.jobs.queue import Running, Work, enqueue, handles
from remit.web.shared.moments import now

KIND = "contracts.remind"
_HOUR = time(6, 0, tzinfo=UTC)
_LOOK_AGAIN = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is written to, for which side and in which role."""

    user: User
    side: Side
    role: Role


def remind_of(version: Version, *, by: Actor, at: datetime) -> None:
    """Ask for the reminders of a version that has come in force; declared as `contract_agreed` of this room itself."""
    _ask(version, by=by, at=at, due_at=at)


def _ask(version: Version, *, by: Actor, at: datetime, due_at: datetime) -> None:
    arguments = {"version": version.pk}
    work = Work(KIND, arguments, version.engagement, key=f"{version.engagement_id}-{version.pk}", due_at=due_at)
    enqueue(work, by=by, at=at)


@handles(KIND, duty=Duty.APPROVE_CONTRACT)
def remind(running: Running) -> Mapping[str, Any]:
    """Send what is due today and ask for the next day on which something is; an end where another version holds."""
    version = Version.objects.select_related("engagement").get(pk=running.arguments["version"])
    terms = readable_terms(version) if version.state == State.AGREED else None
    if terms is None:
        return {"sent": 0}
    at = now()
    today = today_in(terms, at)
    following = next_reminder_on(terms, today) or today + _LOOK_AGAIN
    result: dict[str, Any] = {"sent": 0, "next": following.isoformat()}
    with running.effect(result):
        due = [one for one in due_reminders(terms, today) if _is_new(one, version.engagement, at)]
        for recipient in recipients_in(version.engagement) if due else ():
            mine = [one for one in due if one.date.side in (None, str(recipient.side))]
            if mine:
                send_mail_later(_mail(recipient.user, version.engagement, mine), by=installation("job"), at=at)
        _ask(version, by=installation("job"), at=at, due_at=datetime.combine(following, _HOUR))
    return result


def _is_new(due: Due, engagement: Engagement, at: datetime) -> bool:
    """Whether a date is reminded of at this distance for the first time; it is noted with that."""
    _, is_new = Reminder.objects.get_or_create(
        engagement=engagement,
        what=due.date.what[:200],
        on=due.date.on,
        days_before=due.days_before,
        defaults={"sent_at": at},
    )
    return is_new


def recipients_in(
    engagement: Engagement, roles: Collection[Role] = ROLES_WITH[Duty.APPROVE_CONTRACT]
) -> list[Recipient]:
    """Active people with one of some roles, those who approve for their side without any said.

    A role given here takes the place of one in all.
    """
    members = Membership.objects.in_engagement(engagement).select_related("user").filter(user__is_active=True)
    role_of: dict[User, Role] = {}
    for member in sorted(members, key=lambda member: member.engagement_id is not None):
        role_of[member.user] = Role(member.role)
    found = [Recipient(user, side_of(role), role) for user, role in role_of.items() if role in roles]
    return sorted(found, key=lambda one: one.user.pk)


def _mail(user: User, engagement: Engagement, due: Sequence[Due]) -> EmailMessage:
    with translation.override(user.language):
        lines = [_line(one) for one in due]
        address = settings.SITE_URL + reverse("contracts:dates", kwargs={"engagement": engagement.slug})
        subject = ngettext("%(name)s: a key date is near", "%(name)s: %(count)s key dates are near", len(due))
        text = _("Key dates of %(name)s:") % {"name": engagement.name}
        body = "\n".join([text, "", *lines, "", _("All of them: %(address)s") % {"address": address}, ""])
        told = subject % {"name": engagement.name, "count": len(due)}
        return EmailMessage(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{told}", body, to=[user.email])


def _line(due: Due) -> str:
    day = date_format(due.date.on, "DATE_FORMAT")
    clause = f" ({due.date.clause})" if due.date.clause else ""
    return f"- {day}: {due.date.what}{clause}"
