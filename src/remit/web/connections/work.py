"""Deliveries in the background: each attempt is logged, a failed one is tried again, a dead webhook is switched off."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext_noop

from remit.web.accounts.actors import installation
from remit.web.accounts.roles import Duty
from remit.web.connections.actions import note_failure
from remit.web.connections.models import Attempt, Delivery, Webhook
from remit.web.connections.sending import Answered, Undelivered, send, signature
from remit.web.jobs.kinds import Lane
from remit.web.jobs.mail import send_mail_later
from remit.web.jobs.queue import Running, Unrepeatable, handles
from remit.web.jobs.words import call
from remit.web.shared.moments import now

_GONE = 410
call({"connections.deliver": gettext_noop("Tell a webhook")})


@handles("connections.deliver", duty=Duty.MANAGE_CONNECTIONS, lane=Lane.OUTSIDE)
def deliver(running: Running) -> Mapping[str, Any]:
    """Send a message. It arrives at least once, each time under the same id."""
    found = Delivery.objects.select_related("webhook__engagement", "webhook__created_by")
    delivery = found.filter(pk=running.arguments["delivery"]).first()
    if delivery is None or not delivery.webhook.is_on:
        raise Unrepeatable("the webhook is off or was removed")
    running.tell("sending")
    answered = _sent(delivery)
    at = now()
    Attempt.objects.create(
        delivery=delivery, at=at, milliseconds=answered.milliseconds, status=answered.status, fault=answered.fault
    )
    if not answered.is_taken:
        _failed(delivery.webhook, answered)
    with running.effect({"status": answered.status}):
        Delivery.objects.filter(pk=delivery.pk).update(delivered_at=at)
        Webhook.objects.filter(pk=delivery.webhook_id).update(failures=0)
    return {"status": answered.status}


def _sent(delivery: Delivery) -> Answered:
    body, timestamp = delivery.body.encode(), int(now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(delivery.webhook.secret, delivery.message_id, timestamp, body),
    }
    return send(delivery.webhook.url, body, headers)


def _failed(webhook: Webhook, answered: Answered) -> None:
    """Raises Undelivered, to be tried again; Unrepeatable where the webhook was switched off by it."""
    why = answered.fault or f"the receiver answered {answered.status}"
    if note_failure(webhook, at=now(), is_gone=answered.status == _GONE):
        _tell_keeper(webhook)
        raise Unrepeatable(f"{why}; the webhook was switched off")
    raise Undelivered(why)


@transaction.atomic
def _tell_keeper(webhook: Webhook) -> None:
    address = f"{settings.SITE_URL}/engagements/{webhook.engagement.slug}/webhooks/{webhook.pk}/"
    text = (
        f"Remit no longer sends events of {webhook.engagement.name} to {webhook.url}: {webhook.off_because}.\n\n"
        f"When the receiver is well again, switch the webhook on: {address}\n"
    )
    message = EmailMessage("Remit: a webhook was switched off", text, to=[webhook.created_by.email])
    send_mail_later(message, by=installation("job"), at=now())
