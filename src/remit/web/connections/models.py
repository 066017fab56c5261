"""Webhooks of an engagement's sides, what was to be delivered to each, and every attempt at it."""

from typing import Any, ClassVar

from django.db import models

from remit.web.accounts.models import Engagement, Organisation, User
from remit.web.accounts.roles import Duty
from remit.web.connections.events import SENTENCES
from remit.web.jobs.models import Job


class Webhooks(models.QuerySet["Webhook"]):
    """Webhooks, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "Webhooks":
        """Those of one's own side, in engagements whose connections one keeps."""
        kept = Engagement.objects.where(user, Duty.MANAGE_CONNECTIONS)
        return self.filter(engagement__in=kept, organisation_id=user.organisation_id)

    def of_side(self, engagement: Engagement, organisation: Organisation) -> "Webhooks":
        """Those of one side in an engagement."""
        return self.filter(engagement=engagement, organisation=organisation)


class Webhook(models.Model):
    """An address of one side's to which events of an engagement are sent.

    `secret` signs what is sent, so it is kept as it is; pages show it once. `failures` counts the failed attempts since
    the last one that went through: too many switch the webhook off, and `off_because` says so.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="webhooks")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=500)
    secret = models.CharField(max_length=100)
    events = models.JSONField(default=list)
    is_on = models.BooleanField(default=True)
    off_because = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects: ClassVar[Any] = Webhooks.as_manager()

    def __str__(self) -> str:
        return self.url

    @property
    def sentences(self) -> list[str]:
        """What it is told of, in words."""
        return [sentence for event, sentence in SENTENCES.items() if str(event) in self.events]


class Delivery(models.Model):
    """One event for one webhook. `message_id` is the same in every attempt: by it a receiver knows a repeat."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=64, unique=True)
    event = models.CharField(max_length=60)
    body = models.TextField()
    at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["webhook", "-at"], name="deliveries_of_a_webhook")]

    def __str__(self) -> str:
        return self.message_id

    @property
    def state(self) -> str:
        """Where it is, in a word: delivered, or where its job is."""
        if self.delivered_at is not None:
            return "delivered"
        return "given up" if self.job is None or self.job.is_over else "under way"


class Attempt(models.Model):
    """One attempt at a delivery: the status answered, or the fault that kept an answer from coming."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.fault or str(self.status)
