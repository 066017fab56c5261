"""Mail as jobs: what is sent waits in the database, so that a mail server that is down loses no invitation.

A message is asked for in the caller's transaction: an action that is undone sends nothing. Its text is taken out of the
job once it is sent. A mail is sent at least once: again only where the worker was killed after the mail server took it
and before that was noted, then with the same `Message-ID`, by which mailboxes know it.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from remit.web.accounts.actors import Actor, installation
from remit.web.jobs.kinds import Lane
from remit.web.jobs.models import Job
from remit.web.jobs.queue import Running, Work, enqueue, handles
from remit.web.shared.moments import now

KIND = "jobs.mail"
MOST_ATTEMPTS = 12
"""With waits that double, a mail server may be down for half a day."""


def send_mail_later(message: EmailMessage, *, by: Actor, at: datetime) -> Job:
    """Ask for a message to be sent; it may have alternatives and attachments, like any other of the framework's."""
    return enqueue(Work(KIND, _told(message), most_attempts=MOST_ATTEMPTS), by=by, at=at)


class LaterBackend(BaseEmailBackend):
    """What `EMAIL_BACKEND` names: every mail of ours and of libraries becomes a job."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Ask for all of them; how many there are."""
        for message in email_messages:
            send_mail_later(message, by=installation("page"), at=now())
        return len(email_messages)


@handles(KIND, lane=Lane.OUTSIDE)
def send(running: Running) -> Mapping[str, Any]:
    """Hand the message to the mail server; a fault there is tried again."""
    message = _message(running.arguments)
    domain = parseaddr(message.from_email)[1].rpartition("@")[2] or "localhost"
    message.extra_headers = {**message.extra_headers, "Message-ID": f"<job-{running.job.pk}@{domain}>"}
    connection = get_connection(settings.MAIL_DELIVERY_BACKEND)
    connection.send_messages([message])
    result = {"recipients": len(message.recipients())}
    with running.effect(result):
        Job.objects.filter(pk=running.job.pk).update(arguments={})
    return result


def _told(message: EmailMessage) -> dict[str, Any]:
    """A message as JSON."""
    alternatives = getattr(message, "alternatives", [])
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "from_email": message.from_email,
        "to": list(message.to),
        "cc": list(message.cc),
        "bcc": list(message.bcc),
        "reply_to": list(message.reply_to),
        "headers": dict(message.extra_headers),
        "alternatives": [[str(content), str(kind)] for content, kind in alternatives],
        "attachments": [_attached(one) for one in message.attachments],
    }


def _attached(attachment: Any) -> list[str]:
    """A file of a message: its name, its bytes in base 64, its kind. Raises TypeError for a MIME part made by hand."""
    if not isinstance(attachment, tuple):
        raise TypeError("attach files by name, content and kind")
    name, content, kind = attachment
    raw = content.encode() if isinstance(content, str) else content
    return [name or "", base64.b64encode(raw).decode(), kind or "application/octet-stream"]


def _message(told: Mapping[str, Any]) -> EmailMultiAlternatives:
    plain = {name: told[name] for name in told if name not in ("alternatives", "attachments")}
    message = EmailMultiAlternatives(**plain)
    for content, kind in told["alternatives"]:
        message.attach_alternative(content, kind)
    for name, content, kind in told["attachments"]:
        message.attach(name, base64.b64decode(content), kind)
    return message
