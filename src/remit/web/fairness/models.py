"""What was found out about a run: signals with their records, forecasts and comparisons; and both sides' notes."""

from typing import Any, ClassVar

from django.db import models

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty, Side
from remit.web.jobs.models import Job
from remit.web.performance.models import Run

_SIDES = [(str(side), str(side)) for side in Side]


class Looks(models.QuerySet["Look"]):
    """Looks, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "Looks":
        """Those of engagements whose performance one may see."""
        return self.filter(run__engagement__in=Engagement.objects.where(user, Duty.SEE_PERFORMANCE))

    def newest_of(self, engagement: Engagement) -> "Look | None":
        """The last one that found out everything; None before there is one."""
        done = self.filter(run__engagement=engagement, done_at__isnull=False)
        return done.select_related("run").order_by("-run_id").first()


class Look(models.Model):
    """One run looked over for signals and forecasts, once; never changed when `done_at` says that it is done.

    `first_on` and `last_on` are the months looked at, `looked_at` how many places in them. `month_on` is the month that
    is foreseen, and `left_out` why a level has no forecast, by its id; `reason` why nothing is foreseen at all. `tried`
    tells how forecasts of months that are over would have done.
    """

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="look")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    looked_at = models.PositiveIntegerField(default=0)
    month_on = models.DateField(null=True, blank=True)
    left_out = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    tried = models.JSONField(default=dict)
    problems = models.JSONField(default=list)

    objects: ClassVar[Any] = Looks.as_manager()

    def __str__(self) -> str:
        return f"look at run {self.run_id}"


class Signals(models.QuerySet["Signal"]):
    """Signals, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "Signals":
        """Those of engagements whose records one may open."""
        return self.filter(look__run__engagement__in=Engagement.objects.where(user, Duty.SEE_RECORDS))


class Signal(models.Model):
    """A pattern worth asking about, as one look found it.

    `mark` says which pattern of which level and month it is: the same one found by a later look bears the same mark,
    and the notes on it stay. `level` is empty where it is of no single level; `figures` are the numbers against what
    raised it, by name; `records` each a key with the level and month it is listed in (empty where it is in none).
    """

    look = models.ForeignKey(Look, on_delete=models.CASCADE, related_name="signals")
    position = models.PositiveIntegerField()
    mark = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    level = models.CharField(max_length=100, blank=True)
    month_on = models.DateField()
    sentence = models.TextField()
    figures = models.JSONField(default=dict)
    records = models.JSONField(default=list)

    objects: ClassVar[Any] = Signals.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["look", "mark"], name="a_signal_once_a_look")]

    def __str__(self) -> str:
        return f"signal {self.pk}"

    @property
    def month(self) -> str:
        """Its month as 2026-03."""
        return f"{self.month_on:%Y-%m}"


class Notes(models.QuerySet["SignalNote"]):
    """Notes, narrowed to those somebody may read."""

    def visible_to(self, user: User) -> "Notes":
        """Those of engagements whose records one may open: both sides read all of them."""
        return self.filter(engagement__in=Engagement.objects.where(user, Duty.SEE_RECORDS))


class SignalNote(models.Model):
    """What one side says of a signal; it belongs to the signal's mark, and so outlives the look that found it."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=200)
    side = models.CharField(max_length=10, choices=_SIDES)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(max_length=2000)

    objects: ClassVar[Any] = Notes.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["engagement", "mark"], name="notes_of_a_signal")]

    def __str__(self) -> str:
        return f"note {self.pk}"


class LevelForecast(models.Model):
    """How a level's month may end, as of its run's instant. Numbers are exact decimals as text.

    `drawing` is the band as one small picture, made and escaped by our own hand.
    """

    look = models.ForeignKey(Look, on_delete=models.CASCADE, related_name="forecasts")
    position = models.PositiveIntegerField()
    level = models.CharField(max_length=100)
    chance = models.CharField(max_length=20)
    is_warning = models.BooleanField()
    is_critical = models.BooleanField()
    standing = models.CharField(max_length=20)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    sample = models.BigIntegerField()
    so_far = models.CharField(max_length=80, blank=True)
    likely = models.CharField(max_length=80)
    low = models.CharField(max_length=80)
    high = models.CharField(max_length=80)
    expected = models.CharField(max_length=80)
    at_most = models.BooleanField()
    days_left = models.PositiveIntegerField()
    drawing = models.TextField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["look", "level"], name="a_forecast_once_a_look")]

    def __str__(self) -> str:
        return f"forecast of {self.level}"


class Comparisons(models.QuerySet["Comparison"]):
    """Comparisons, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "Comparisons":
        """Those of engagements whose performance one may see."""
        return self.filter(run__engagement__in=Engagement.objects.where(user, Duty.SEE_PERFORMANCE))


class Comparison(models.Model):
    """A level compared by a column at one mix of others (`adjusted`, separated by commas), once a run.

    `found` is what `remit compare --as json` gives, with the words of its figures; `problems` say why there is nothing.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="comparisons")
    level = models.CharField(max_length=100)
    split_by = models.CharField(max_length=100)
    adjusted = models.CharField(max_length=400)
    first_on = models.DateField()
    last_on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    found = models.JSONField(default=dict)
    problems = models.JSONField(default=list)

    objects: ClassVar[Any] = Comparisons.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "level", "split_by", "adjusted", "first_on", "last_on"], name="a_comparison_once_a_run"
            )
        ]

    def __str__(self) -> str:
        return f"comparison {self.pk}"

    @property
    def is_under_way(self) -> bool:
        """Whether something is still to happen to it by itself."""
        return self.done_at is None and self.job is not None and not self.job.is_over
