"""Operations on webhooks: those of one's side, their log, and trying one."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from remit.web.accounts.api_doors import engagement_operation, must_find
from remit.web.accounts.doors import Place
from remit.web.accounts.roles import Duty
from remit.web.connections import actions
from remit.web.connections.actions import Asked
from remit.web.connections.events import Event
from remit.web.connections.models import Delivery, Webhook
from remit.web.connections.sending import LONGEST_URL
from remit.web.shared.api.arguments import Number
from remit.web.shared.api.paging import Page, Paging, page_of
from remit.web.shared.api.versions import must_match
from remit.web.shared.moments import now

router = Router(tags=["webhooks"])
_HERE = "/engagements/{slug:engagement}/webhooks"


class WebhookShown(Schema):
    """A webhook without its secret."""

    id: int
    url: str
    events: list[str]
    is_on: bool
    off_because: str = Field(description="Why it was switched off by itself; empty where it was not.")
    failures: int = Field(description="Failed attempts since the last one that went through.")
    created_at: datetime


class WebhookAdded(WebhookShown):
    """A new webhook with the secret that signs what it is sent; it is told this once."""

    secret: str


class WebhookGiven(Schema):
    """A webhook as it should be."""

    url: str = Field(min_length=1, max_length=LONGEST_URL, description="Begins with https://.")
    events: list[Event] = Field(min_length=1, max_length=50)
    is_on: bool = True

    def asked(self) -> Asked:
        """For the action."""
        return Asked(self.url, self.events, self.is_on)


class AttemptShown(Schema):
    """One attempt at a delivery."""

    at: datetime
    milliseconds: int
    status: int | None = Field(description="What the receiver answered; null where no answer came.")
    fault: str


class DeliveryShown(Schema):
    """One event for a webhook."""

    id: int
    message_id: str = Field(description="The `webhook-id` of every attempt.")
    event: str
    at: datetime
    state: str = Field(description="`delivered`, `under way` or `given up`.")
    attempts: list[AttemptShown]

    @staticmethod
    def resolve_attempts(delivery: Delivery) -> list[Any]:
        """The first attempt first."""
        return sorted(delivery.attempts.all(), key=lambda attempt: attempt.pk)


def _mine(place: Place) -> Any:
    side = actions.side_here(place.engagement, place.actor)
    return Webhook.objects.of_side(place.engagement, side).select_related("engagement")


@router.get(_HERE, response=Page[WebhookShown], summary="Webhooks of my side")
@engagement_operation(Duty.MANAGE_CONNECTIONS)
def webhooks(_request: HttpRequest, place: Place, paging: Query[Paging]) -> dict[str, Any]:
    """In the order in which they were added."""
    return page_of(_mine(place), paging)


@router.post(_HERE, response={201: WebhookAdded}, summary="Add a webhook")
@engagement_operation(Duty.MANAGE_CONNECTIONS)
def add_webhook(_request: HttpRequest, place: Place, given: WebhookGiven) -> Any:
    """The secret in the answer signs every message; it is told this once."""
    return Status(201, actions.add_webhook(place.engagement, given.asked(), by=place.actor, at=now()))


@router.get(_HERE + "/{webhook}", response=WebhookShown, summary="One webhook")
@engagement_operation(Duty.MANAGE_CONNECTIONS)
def webhook(_request: HttpRequest, place: Place, webhook: Number) -> Any:
    """Without its secret."""
    return must_find(_mine(place).filter(pk=webhook))


@router.put(_HERE + "/{webhook}", response=WebhookShown, summary="Change a webhook")
@engagement_operation(Duty.MANAGE_CONNECTIONS)
def change_webhook(request: HttpRequest, place: Place, webhook: Number, given: WebhookGiven) -> Any:
    """Address, events, on or off. Switched on again it begins with a clean slate."""
    found = must_find(_mine(place).filter(pk=webhook))
    must_match(request, WebhookShown.from_orm(found))
    return actions.change_webhook(found, given.asked(), by=place.actor, at=now())


@router.delete(_HERE + "/{webhook}", response={204: None}, summary="Remove a webhook")
@engagement_operation(Duty.MANAGE_CONNECTIONS)
def remove_webhook(request: HttpRequest, place: Place, webhook: Number) -> Any:
    """With its log."""
    found = must_find(_mine(place).filter(pk=webhook))
    must_match(request, WebhookShown.from_orm(found))
    actions.remove_webhook(found, by=place.actor, at=now())
    return Status(204, None)


@router.post(_HERE + "/{webhook}/ping", response={202: DeliveryShown}, summary="Try a webhook")
@engagement_operation(Duty.MANAGE_CONNECTIONS)
def ping_webhook(_request: HttpRequest, place: Place, webhook: Number) -> Any:
    """Sends a message of type `ping`; the log tells what became of it."""
    return Status(202, actions.ping(must_find(_mine(place).filter(pk=webhook)), by=place.actor, at=now()))


@router.get(_HERE + "/{webhook}/deliveries", response=Page[DeliveryShown], summary="Log of a webhook")
@engagement_operation(Duty.MANAGE_CONNECTIONS)
def deliveries(_request: HttpRequest, place: Place, webhook: Number, paging: Query[Paging]) -> dict[str, Any]:
    """Newest first, each with its attempts."""
    found = must_find(_mine(place).filter(pk=webhook))
    return page_of(found.deliveries.select_related("job").prefetch_related("attempts"), paging, by=["-at"])
