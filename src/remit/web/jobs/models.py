"""A job: what is to be done in the background, for whom, and how far it is."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from remit.web.accounts.doors import Place
from remit.web.accounts.models import Engagement, User
from remit.web.jobs.kinds import by_duty


class Jobs(models.QuerySet["Job"]):
    """Jobs, narrowed to those somebody may see."""

    def visible_to(self, user: User) -> "Jobs":
        """What one asked for, and of one's engagements what one's duties let one see; all for an administrator.

        A job says what it fell over, in the words of whatever did: not everybody of an engagement may read that.
        """
        if user.is_administrator:
            return self
        mine = Q(engagement=None) | Q(engagement__in=Engagement.objects.visible_to(user))
        seen = Q(asked_by=user) & mine
        for duty, kinds in by_duty().items():
            seen |= Q(kind__in=kinds, engagement__in=Engagement.objects.where(user, duty))
        return self.filter(seen)

    def seen_in(self, place: Place) -> "Jobs":
        """Those of one engagement, as far as whoever is there, or their token, may see them."""
        kinds = [name for duty, names in by_duty().items() if place.may(duty) for name in names]
        return self.filter(Q(kind__in=kinds) | Q(asked_by=place.user), engagement=place.engagement)


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """One piece of background work.

    A worker holds a running job by a lease (`worker`, `leased_until`), renewed as it goes: a job whose worker was
    killed is free again when the lease has run out, and is begun anew. `key` makes asking for the same work twice one
    job while the first one waits or runs.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, blank=True)
    arguments = models.JSONField(default=dict)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, null=True, related_name="jobs")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    due_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    most_attempts = models.PositiveIntegerField(default=3)
    worker = models.CharField(max_length=64, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    is_cancel_asked = models.BooleanField(default=False)
    doing = models.CharField(max_length=300, blank=True)
    done = models.BigIntegerField(default=0)
    of = models.BigIntegerField(default=0)
    result = models.JSONField(null=True, blank=True)
    fault = models.TextField(blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, db_index=True)

    objects: ClassVar[Any] = Jobs.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state__in=[State.WAITING, State.RUNNING]) & ~Q(key=""),
                name="one_live_job_a_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.state}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (State.DONE, State.FAILED, State.CANCELLED)

    @property
    def share_done(self) -> int | None:
        """How far it is in percent, for a bar; None where nobody can tell."""
        return min(100, self.done * 100 // self.of) if self.of else None
