"""A load: files given by one side, what became of their rows, and whether it still stands."""

from typing import Any, ClassVar

from django.db import models

from remit.web.accounts.models import Engagement, User
from remit.web.accounts.roles import Duty
from remit.web.jobs.models import Job, State


class Loads(models.QuerySet["Load"]):
    """Loads, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "Loads":
        """Those of engagements whose performance one may see."""
        return self.filter(engagement__in=Engagement.objects.where(user, Duty.SEE_PERFORMANCE))

    def standing(self) -> "Loads":
        """Those whose facts are in the store."""
        return self.filter(outcome__in=[Outcome.LOADED, Outcome.NOTHING_NEW, Outcome.WITHDRAWING])


class Outcome(models.TextChoices):
    """What became of a load once its job was over; empty before."""

    PENDING = "", "waiting"
    LOADED = "loaded", "loaded"
    NOTHING_NEW = "nothing_new", "nothing new"
    REFUSED = "refused", "refused"
    WITHDRAWING = "withdrawing", "being withdrawn"
    WITHDRAWN = "withdrawn", "withdrawn"


class Source(models.TextChoices):
    """The door the files came through."""

    PAGE = "page", "page"
    API = "api", "API"
    COMMAND = "command", "command"


class Load(models.Model):
    """Files given at one time. They lie as they were given in `DATA/uploads/<key>/`, whatever becomes of them.

    `files` lists their names, sizes and SHA-256. `store_load` is the load's id in the store, `store_version` the
    version it made. `same_as` is the earlier load that brought the very same files by the same mapping; `again` the one
    whose rows these files mend. Before its job is over a load is where its job is: see `state`.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="loads")
    key = models.CharField(max_length=32, unique=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    files = models.JSONField(default=list)
    files_sha256 = models.CharField(max_length=64, db_index=True)
    mapping = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default=Outcome.PENDING)
    ended_at = models.DateTimeField(null=True, blank=True)
    rows = models.BigIntegerField(default=0)
    new = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    older = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    store_load = models.CharField(max_length=40, blank=True)
    store_version = models.PositiveIntegerField(null=True, blank=True)
    problems = models.JSONField(default=list)
    same_as = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    again = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="mended_by")
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)

    objects: ClassVar[Any] = Loads.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["engagement", "-at"], name="loads_of_an_engagement")]

    def __str__(self) -> str:
        return f"load {self.pk}"

    @property
    def state(self) -> str:
        """Where the load is, in a word: its outcome; before there is one, where its job is."""
        if self.outcome:
            return str(self.outcome)
        return str(self.job.state) if self.job is not None else str(State.CANCELLED)

    @property
    def is_under_way(self) -> bool:
        """Whether something is still to happen to it by itself."""
        if self.outcome == Outcome.WITHDRAWING:
            return self.job is not None and not self.job.is_over
        return self.state in (State.WAITING, State.RUNNING)

    @property
    def problem_count(self) -> int:
        """How many problems its files had."""
        return len(self.problems)
