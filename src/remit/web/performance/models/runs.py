"""A run: the agreed contract settled on one version of the facts, kept with everything it measured."""

from typing import Any, ClassVar

from django.db import models

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty
from remit.web.jobs.models import Job


class Runs(models.QuerySet["Run"]):
    """Runs, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "Runs":
        """Those of engagements whose performance one may see."""
        return self.filter(engagement__in=Engagement.objects.where(user, Duty.SEE_PERFORMANCE))

    def newest_of(self, engagement: Engagement) -> "Run | None":
        """What the pages of an engagement show: the newest run that measured something; None before there is one."""
        return self.filter(engagement=engagement, is_measured=True).order_by("-pk").first()


class Run(models.Model):
    """The months of an engagement measured and settled, never changed afterwards; a correction makes a new run.

    `words` is what the contract calls things, as JSON (`StatementContext`); `dimensions` the columns its facts can be
    split by; `waivers_sha256` identifies the agreed exclusions it was measured with, empty for none. One that could not
    be measured (`is_measured` False) has the `problems` instead.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="runs")
    contract_sha256 = models.CharField(max_length=64)
    store_version = models.PositiveIntegerField()
    store_name = models.TextField(blank=True)
    facts_sha256 = models.CharField(max_length=64, blank=True)
    as_of = models.BigIntegerField(null=True)
    zone = models.CharField(max_length=60, blank=True)
    remit_version = models.CharField(max_length=40)
    waivers_sha256 = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    is_measured = models.BooleanField()
    problems = models.JSONField(default=list)
    words = models.TextField(blank=True)
    dimensions = models.JSONField(default=list)

    objects: ClassVar[Any] = Runs.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["engagement", "contract_sha256", "store_version", "remit_version", "waivers_sha256"],
                name="one_run_of_the_same_inputs",
            )
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"


class SettledMonth(models.Model):
    """One month of a run, settled. Amounts are exact decimals as text: SQLite would keep numbers in binary.

    `settlement` is the whole settlement as JSON, from which every document is made again.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="months")
    starts_on = models.DateField()
    ends_on = models.DateField()
    currency = models.CharField(max_length=10)
    charges = models.CharField(max_length=60)
    at_risk = models.CharField(max_length=60, blank=True)
    credit = models.CharField(max_length=60)
    is_provisional = models.BooleanField(default=False)
    settlement = models.TextField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "starts_on"], name="a_month_once_a_run")]
        # The first page asks for the last month of hundreds of runs: the index alone answers, beside long settlements.
        indexes: ClassVar = [models.Index(fields=["run", "is_provisional", "starts_on"], name="last_months_of_runs")]

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m} of run {self.run_id}"


class Attained(models.Model):
    """One service level over one window, judged; of a part of it where `dimension` names a column and `part` its value.

    Numbers that decide a standing are exact decimals as text, empty where there is none.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="attained")
    month_on = models.DateField()
    level = models.CharField(max_length=100)
    position = models.PositiveIntegerField()
    window_start = models.DateField()
    window_end = models.DateField()
    standing = models.CharField(max_length=20)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    sample = models.BigIntegerField()
    excluded = models.BigIntegerField()
    value = models.CharField(max_length=80, blank=True)
    expected = models.CharField(max_length=80, blank=True)
    minimum = models.CharField(max_length=80, blank=True)
    low = models.CharField(max_length=80, blank=True)
    high = models.CharField(max_length=80, blank=True)
    is_critical = models.BooleanField()
    at_most = models.BooleanField()
    note = models.TextField(blank=True)
    dimension = models.CharField(max_length=100, blank=True)
    part = models.CharField(max_length=300, blank=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "dimension", "level", "window_start", "window_end", "part"], name="a_window_once_a_run"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["run", "month_on", "dimension"], name="a_months_attainments")]

    def __str__(self) -> str:
        return f"{self.level} {self.window_start}"


class Split(models.Model):
    """A run's levels split by a column, asked for; its rows are there once `done_at` says so."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="splits")
    dimension = models.CharField(max_length=100)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "dimension"], name="a_split_once_a_run")]

    def __str__(self) -> str:
        return f"run {self.run_id} by {self.dimension}"
