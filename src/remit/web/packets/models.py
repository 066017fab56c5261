"""A packet that was asked for, and a packet that somebody gave to be verified."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty
from remit.web.jobs.models import Job
from remit.web.performance.models import Run


class Personal(models.TextChoices):
    """What becomes of personal data in a packet."""

    PSEUDONYMS = "pseudonyms", _("people and records under other names")
    LEAVE_OUT = "leave-out", _("records by their keys, people left out or under other names")
    KEEP = "keep", _("every column as it stands")


class Outcome(models.TextChoices):
    """How far a packet, or its verifying, has come."""

    PENDING = "", _("under way")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")


class _Mine(models.QuerySet[Any]):
    def visible_to(self, user: User) -> "_Mine":
        """Those of engagements whose money one may see: a packet holds the statement."""
        return self.filter(engagement__in=Engagement.objects.where(user, Duty.SEE_MONEY))


class Packet(models.Model):
    """One month of a run as one file; the same run, month and choice give the same bytes, and so one packet."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="packets")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="packets")
    month_on = models.DateField()
    personal = models.CharField(max_length=12, choices=Personal.choices)
    key = models.CharField(max_length=32, unique=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.PENDING, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    fingerprint = models.CharField(max_length=60, blank=True)
    problem = models.TextField(blank=True)

    objects: ClassVar[Any] = _Mine.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "month_on", "personal"],
                condition=~models.Q(outcome="refused"),
                name="a_packet_once_a_month_and_run",
            )
        ]

    def __str__(self) -> str:
        return f"packet {self.pk}"

    @property
    def month(self) -> str:
        """The month as addresses have it."""
        return f"{self.month_on:%Y-%m}"

    @property
    def file_name(self) -> str:
        """The name under which it is downloaded."""
        return f"{self.engagement.slug}-{self.month}-{self.personal}.zip"


class Check(models.Model):
    """A packet that was given, and what came out of it; the file itself is not kept."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="packet_checks")
    key = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    trusted = models.CharField(max_length=200, blank=True)
    unsigned = models.BooleanField(default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.PENDING, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    told = models.JSONField(default=dict)

    objects: ClassVar[Any] = _Mine.as_manager()

    def __str__(self) -> str:
        return f"check {self.pk}"

    @property
    def verdict(self) -> str:
        """What came out of it, in a word or two."""
        if self.told.get("is_reproduced"):
            return gettext("reproduced")
        if self.told.get("difference"):
            return gettext("not reproduced")
        has_failed = self.job is not None and self.job.is_over
        return gettext("refused") if self.told else gettext("stopped") if has_failed else gettext("under way")
