"""What people do about webhooks, and how what happened is announced to them."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F

from remit.web.accounts.actors import Actor, installation
from remit.web.accounts.models import Engagement, Organisation
from remit.web.accounts.roles import Duty, side_of
from remit.web.connections.events import CHOSEN, SENTENCES, Event
from remit.web.connections.models import Delivery, Webhook
from remit.web.connections.sending import check_url, new_secret
from remit.web.jobs.queue import Work, enqueue
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal

MOST = 20
"""How many webhooks one side keeps in an engagement."""
MOST_ATTEMPTS = 14
"""With waits that double from ten seconds, a receiver may be away for most of a day."""
MOST_FAILURES = 40
"""So many failed attempts without one that went through switch a webhook off."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A webhook as somebody asks for it."""

    url: str
    events: Collection[Event]
    is_on: bool = True


def side_here(engagement: Engagement, by: Actor) -> Organisation:
    """The organisation on whose side somebody acts. Raises Refusal without a role."""
    role = by.role(engagement)
    if role is None:
        raise Refusal("You have no role in this engagement.")
    return engagement.organisation_on(side_of(role))


@transaction.atomic
def add_webhook(engagement: Engagement, asked: Asked, *, by: Actor, at: datetime) -> Webhook:
    """A new webhook of one's own side, with its secret."""
    by.must(Duty.MANAGE_CONNECTIONS, engagement)
    _check(asked)
    organisation = side_here(engagement, by)
    if Webhook.objects.of_side(engagement, organisation).count() >= MOST:
        raise Refusal(f"There are {MOST} webhooks already.", "Remove one that is no longer used.")
    webhook: Webhook = Webhook.objects.create(
        engagement=engagement,
        organisation=organisation,
        url=asked.url,
        secret=new_secret(),
        events=_names(asked.events),
        is_on=asked.is_on,
        created_by=by.person,
        created_at=at,
    )
    record(Told("connections.webhook_added", webhook, engagement.pk, after=_told(webhook)), by=by, at=at)
    return webhook


@transaction.atomic
def change_webhook(webhook: Webhook, asked: Asked, *, by: Actor, at: datetime) -> Webhook:
    """Another address, other events, on or off. Switched on again it begins with a clean slate."""
    by.must(Duty.MANAGE_CONNECTIONS, webhook.engagement)
    _check(asked)
    before = _told(webhook)
    if asked.is_on and not webhook.is_on:
        webhook.failures, webhook.off_because = 0, ""
    webhook.url, webhook.events, webhook.is_on = asked.url, _names(asked.events), asked.is_on
    webhook.save(update_fields=["url", "events", "is_on", "failures", "off_because"])
    told = Told("connections.webhook_changed", webhook, webhook.engagement_id, before=before, after=_told(webhook))
    record(told, by=by, at=at)
    return webhook


@transaction.atomic
def renew_secret(webhook: Webhook, *, by: Actor, at: datetime) -> Webhook:
    """A new secret; the old one signs nothing from now on."""
    by.must(Duty.MANAGE_CONNECTIONS, webhook.engagement)
    webhook.secret = new_secret()
    webhook.save(update_fields=["secret"])
    record(Told("connections.secret_renewed", webhook, webhook.engagement_id), by=by, at=at)
    return webhook


@transaction.atomic
def remove_webhook(webhook: Webhook, *, by: Actor, at: datetime) -> None:
    """Take a webhook away with its log."""
    by.must(Duty.MANAGE_CONNECTIONS, webhook.engagement)
    told = Told("connections.webhook_removed", webhook, webhook.engagement_id, before=_told(webhook))
    record(told, by=by, at=at)
    webhook.delete()


@transaction.atomic
def ping(webhook: Webhook, *, by: Actor, at: datetime) -> Delivery:
    """Send a message that means nothing, to try the address."""
    by.must(Duty.MANAGE_CONNECTIONS, webhook.engagement)
    if not webhook.is_on:
        raise Refusal("This webhook is off.", "Switch it on first.")
    delivery = _deliver(webhook, Event.PING, {}, by=by, at=at)
    told = Told("connections.pinged", webhook, webhook.engagement_id, after={"message": delivery.message_id})
    record(told, by=by, at=at)
    return delivery


@transaction.atomic
def send_again(delivery: Delivery, *, by: Actor, at: datetime) -> None:
    """Send a message again that was given up or delivered already; under the id it had."""
    webhook = delivery.webhook
    by.must(Duty.MANAGE_CONNECTIONS, webhook.engagement)
    if not webhook.is_on:
        raise Refusal("This webhook is off.", "Switch it on first.")
    if delivery.state == "under way":
        raise Refusal("This message is on its way already.")
    Delivery.objects.filter(pk=delivery.pk).update(delivered_at=None)
    _enqueue(delivery, by=by, at=at)
    told = Told("connections.sent_again", webhook, webhook.engagement_id, after={"message": delivery.message_id})
    record(told, by=by, at=at)


def announce(engagement: Engagement, event: Event, data: Mapping[str, Any], *, at: datetime) -> int:
    """Tell the webhooks of an engagement what happened; how many are told.

    Called in the transaction of what happened: what is undone is told to nobody. `data` names records and holds nothing
    that a role might not see: the receiver looks it up by the API, where its token's role decides.
    """
    told = Webhook.objects.filter(engagement=engagement, is_on=True).select_related("engagement")
    chosen = [webhook for webhook in told.order_by("pk") if str(event) in webhook.events]
    for webhook in chosen:
        _deliver(webhook, event, data, by=installation("job"), at=at)
    return len(chosen)


def note_failure(webhook: Webhook, *, at: datetime, is_gone: bool) -> bool:
    """Count a failed attempt. Whether it switched the webhook off: after too many, or where it is gone for good."""
    Webhook.objects.filter(pk=webhook.pk).update(failures=F("failures") + 1)
    webhook.refresh_from_db()
    if webhook.failures < MOST_FAILURES and not is_gone:
        return False
    why = "the receiver says that it is gone (410)" if is_gone else f"{webhook.failures} attempts in a row failed"
    with transaction.atomic():
        if not Webhook.objects.filter(pk=webhook.pk, is_on=True).update(is_on=False, off_because=why):
            return False
        told = Told("connections.webhook_switched_off", webhook, webhook.engagement_id, after={"because": why})
        record(told, by=installation("job"), at=at)
    webhook.refresh_from_db()
    return True


def _deliver(webhook: Webhook, event: Event, data: Mapping[str, Any], *, by: Actor, at: datetime) -> Delivery:
    told = {"type": str(event), "timestamp": at, "data": {"engagement": webhook.engagement.slug, **data}}
    delivery = Delivery.objects.create(
        webhook=webhook,
        message_id=f"msg_{uuid4().hex}",
        event=str(event),
        body=json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False),
        at=at,
    )
    _enqueue(delivery, by=by, at=at)
    return delivery


def _enqueue(delivery: Delivery, *, by: Actor, at: datetime) -> None:
    work = Work(
        "connections.deliver",
        {"delivery": delivery.pk},
        engagement=delivery.webhook.engagement,
        key=delivery.message_id,
        most_attempts=MOST_ATTEMPTS,
    )
    delivery.job = enqueue(work, by=by, at=at)
    delivery.save(update_fields=["job"])


def _check(asked: Asked) -> None:
    check_url(asked.url)
    if not asked.events or not set(asked.events) <= set(CHOSEN):
        raise Refusal("A webhook is told of at least one kind of event.", f"Choose among {', '.join(CHOSEN)}.")


def _names(events: Collection[Event]) -> list[str]:
    return [str(event) for event in SENTENCES if event in events]


def _told(webhook: Webhook) -> dict[str, Any]:
    return {"url": webhook.url, "events": webhook.events, "is_on": webhook.is_on}
