"""What the provider reports of a level's month: a figure, or a verdict on each record; and the bridge to ours."""

from typing import Any, ClassVar

from django.db import models

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty
from remit.web.jobs.models import Job


class Reports(models.QuerySet["Report"]):
    """Reports, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "Reports":
        """Those of engagements whose performance one may see."""
        return self.filter(engagement__in=Engagement.objects.where(user, Duty.SEE_PERFORMANCE))


class Report(models.Model):
    """One level of one month as the provider reports it; a later report stands beside it and counts in its place.

    `value` is an exact decimal as text, empty where counts or flags say more; `flags` are the provider's verdicts by
    record. `told` is the bridge, as `remit reconcile --bridge --as json` gives it, or the reason why there is none.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="reports")
    month_on = models.DateField()
    level = models.CharField(max_length=100)
    value = models.CharField(max_length=80, blank=True)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    flags = models.JSONField(default=dict)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    told = models.JSONField(default=dict)
    run = models.ForeignKey("performance.Run", on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = Reports.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["engagement", "month_on", "level"], name="reports_of_a_month")]

    def __str__(self) -> str:
        return f"report {self.pk}"
