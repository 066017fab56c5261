"""A test of one version of the contract, or of two side by side, on the facts as they stood."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty, Side
from remit.web.contracts.models import Version
from remit.web.jobs.models import Job

_SIDES = [(str(side), str(side)) for side in Side]


class Season(models.TextChoices):
    """From which past months a month of a drawn year is taken."""

    NONE = "none"
    QUARTER = "quarter"
    MONTH = "month"


class Backtests(models.QuerySet["Backtest"]):
    """Back-tests, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "Backtests":
        """Those of one's own side, in engagements where one may test terms: what a side weighs is its own paper."""
        ours = Q(side=Side.CLIENT, engagement__client_id=user.organisation_id)
        ours |= Q(side=Side.PROVIDER, engagement__provider_id=user.organisation_id)
        return self.filter(ours, engagement__in=Engagement.objects.where(user, Duty.TEST_TERMS))


class Backtest(models.Model):
    """Terms tested for one side; never changed once `done_at` says that it is done.

    `first_sha256` and `second_sha256` are the files as they were when the test was asked for: a draft changed since
    then is not what was tested. `found` is what the pages show, `documents` the same as files by their form; `problems`
    say why there is neither.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="backtests")
    side = models.CharField(max_length=10, choices=_SIDES)
    first = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    first_sha256 = models.CharField(max_length=64)
    second = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    second_sha256 = models.CharField(max_length=64, blank=True)
    years = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    season = models.CharField(max_length=10, choices=Season.choices, default=Season.NONE)
    varies = models.BooleanField(default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    store_version = models.PositiveIntegerField(null=True, blank=True)
    facts_sha256 = models.CharField(max_length=64, blank=True)
    expected = models.CharField(max_length=60, blank=True)
    second_expected = models.CharField(max_length=60, blank=True)
    currency = models.CharField(max_length=10, blank=True)
    found = models.JSONField(default=dict)
    documents = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = Backtests.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(years__gte=10, years__lte=10_000), name="backtests_draw_some_years")
        ]

    def __str__(self) -> str:
        return f"back-test {self.pk}"

    @property
    def is_under_way(self) -> bool:
        """Whether something is still to happen to it by itself."""
        return self.done_at is None and self.job is not None and not self.job.is_over
