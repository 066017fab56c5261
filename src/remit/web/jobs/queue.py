"""Asking for background work, and taking it: guarded updates in place of locks, a lease in place of trust."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.jobs.kinds import Kind, Lane, kinds_in
from remit.web.jobs.kinds import declare as declare_kind
from remit.web.jobs.models import Job, State
from remit.web.shared.audit import Told, record
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

LEASE = timedelta(seconds=30)
"""How long a silent worker keeps a job. A worker renews three times as often, so that only a dead one is silent."""

_log = logging.getLogger("remit.web.jobs")


class Cancelled(Exception):
    """Somebody asked the job to stop, or another worker holds it now."""


class Unrepeatable(Exception):
    """A fault that trying again would not mend; its text is shown to whoever asked."""


@dataclass
class Running:
    """A job in the hands of its worker."""

    job: Job
    worker: str

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What it was asked with."""
        given: Mapping[str, Any] = self.job.arguments
        return given

    def tell(self, doing: str, done: int = 0, of: int = 0) -> None:
        """Say how far the work is, and keep the lease. Raises Cancelled where the work is no longer wanted."""
        fields = {"doing": doing[:300], "done": done, "of": of, "leased_until": now() + LEASE}
        if not _held(self.job.pk, self.worker).filter(is_cancel_asked=False).update(**fields):
            raise Cancelled

    @contextmanager
    def effect(self, result: Mapping[str, Any] | None = None) -> Iterator[None]:
        """The job's effect and its end in one transaction, so that the effect comes once however often it is begun.

        Raises Cancelled, and nothing is written, where another worker holds the job now or it was called off.
        """
        with transaction.atomic():
            over = {"state": State.DONE, "result": result, "fault": "", "doing": "", "ended_at": now()}
            if not _held(self.job.pk, self.worker).filter(is_cancel_asked=False).update(**over):
                raise Cancelled
            yield


Handler = Callable[[Running], Mapping[str, Any] | None]
HANDLERS: dict[str, Handler] = {}


def handles(kind: str, *, duty: Duty | None = None, lane: Lane = Lane.LONG) -> Callable[[Handler], Handler]:
    """Declare what does a kind of job. A handler may be begun again after a crash: its effect must come once.

    `duty` is what people of the engagement need to see such a job; `lane` says which other jobs it waits for.
    """

    def declare(handler: Handler) -> Handler:
        if kind in HANDLERS:
            raise ValueError(f"two handlers for {kind}")
        HANDLERS[kind] = handler
        declare_kind(kind, Kind(duty, lane))
        return handler

    return declare


@dataclass(frozen=True, slots=True)
class Work:
    """What is asked for: work of a `key` that waits or runs already is not asked for twice."""

    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    engagement: Engagement | None = None
    key: str = ""
    due_at: datetime | None = None
    most_attempts: int = 3


def enqueue(work: Work, *, by: Actor, at: datetime) -> Job:
    """Ask for work; it is begun once the caller's transaction is through. The live job of the same key, if any."""
    job = Job(
        kind=work.kind,
        key=work.key,
        arguments=dict(work.arguments),
        engagement=work.engagement,
        asked_by=by.user,
        asked_at=at,
        due_at=work.due_at or at,
        most_attempts=work.most_attempts,
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        live = Job.objects.filter(kind=work.kind, key=work.key, state__in=[State.WAITING, State.RUNNING]).first()
        if live is None:
            raise
        return live
    return job


@transaction.atomic
def cancel(job: Job, *, by: Actor, at: datetime) -> None:
    """Stop a job: at once where it waits, at its next step where it runs. Raises Refusal where it is over."""
    waiting = Job.objects.filter(pk=job.pk, state=State.WAITING)
    running = Job.objects.filter(pk=job.pk, state=State.RUNNING)
    if not waiting.update(state=State.CANCELLED, ended_at=at) and not running.update(is_cancel_asked=True):
        raise Refusal("That job is over already.")
    record(Told("jobs.cancelled", job, job.engagement_id, after={"kind": job.kind}), by=by, at=at)


@transaction.atomic
def retry(job: Job, *, by: Actor, at: datetime) -> None:
    """Begin a failed or cancelled job anew. Raises Refusal where it is not over, or was done."""
    fresh = {"state": State.WAITING, "attempts": 0, "due_at": at, "fault": "", "is_cancel_asked": False}
    over = Job.objects.filter(pk=job.pk, state__in=[State.FAILED, State.CANCELLED])
    if not over.update(**fresh, ended_at=None, worker="", leased_until=None):
        raise Refusal("Only a job that failed or was cancelled can be begun again.")
    record(Told("jobs.retried", job, job.engagement_id, after={"kind": job.kind}), by=by, at=at)


def take(worker: str, at: datetime, lane: Lane | None = None) -> Job | None:
    """The next job for a worker: the longest due, or one whose worker has fallen silent. None where there is none.

    A worker of a lane takes that lane's jobs alone; what no kind was declared for is done in the long one.
    """
    free = Q(state=State.WAITING, due_at__lte=at) | Q(state=State.RUNNING, leased_until__lt=at)
    if lane is Lane.LONG:
        free &= ~Q(kind__in=[*kinds_in(Lane.QUICK), *kinds_in(Lane.OUTSIDE)])
    elif lane is not None:
        free &= Q(kind__in=kinds_in(lane))
    for found in Job.objects.filter(free).order_by("due_at", "pk")[:10]:
        guarded = Job.objects.filter(free, pk=found.pk, attempts=found.attempts)
        began = {"state": State.RUNNING, "worker": worker, "attempts": found.attempts + 1, "began_at": at}
        if guarded.update(**began, leased_until=at + LEASE):
            found.refresh_from_db()
            return found
    return None


def _held(job_id: int, worker: str) -> Any:
    return Job.objects.filter(pk=job_id, worker=worker, state=State.RUNNING)


def work_on(job: Job, worker: str) -> None:
    """Do a taken job to its end: done, failed for good, or due again later."""
    running = Running(job, worker)
    try:
        if job.attempts > job.most_attempts:
            raise Unrepeatable(f"its worker was lost {job.most_attempts} times")
        result = HANDLERS[job.kind](running)
    except Cancelled:
        _held(job.pk, worker).update(state=State.CANCELLED, ended_at=now())
    except (Unrepeatable, Refusal) as fault:
        _held(job.pk, worker).update(state=State.FAILED, fault=str(fault), ended_at=now())
    except Exception as fault:  # noqa: BLE001  # a worker outlives whatever a job does
        _log.exception("job failed", extra={"facts": {"job": job.pk, "kind": job.kind}})
        _again_or_failed(job, worker, f"{type(fault).__name__}: {fault}")
    else:
        _held(job.pk, worker).update(state=State.DONE, result=result, fault="", doing="", ended_at=now())


def _again_or_failed(job: Job, worker: str, fault: str) -> None:
    """Try again after a while, twice as long each time; failed for good after the last attempt."""
    at = now()
    if job.attempts >= job.most_attempts:
        _held(job.pk, worker).update(state=State.FAILED, fault=fault, ended_at=at)
        return
    wait = timedelta(seconds=5 * 2**job.attempts)
    _held(job.pk, worker).update(state=State.WAITING, fault=fault, due_at=at + wait, worker="", leased_until=None)


def work_until_idle(worker: str = "in process") -> int:
    """Do every job that is due, one after another; how many there were. For tests and commands."""
    count = 0
    while (job := take(worker, now())) is not None:
        work_on(job, worker)
        count += 1
    return count
