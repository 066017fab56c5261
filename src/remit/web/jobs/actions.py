"""What people do with jobs: call one off, or begin it anew."""

from datetime import datetime

from remit.web.accounts.actors import Actor
from remit.web.jobs import queue
from remit.web.jobs.models import Job
from remit.web.shared.refusals import NotAllowed


def is_ones_own(job: Job, by: Actor) -> bool:
    """Whether somebody asked for a job, or administers the installation."""
    return by.user is None or by.user.is_administrator or job.asked_by_id == by.user.pk


def call_off(job: Job, *, by: Actor, at: datetime) -> None:
    """Stop a job one asked for; an administrator stops any. Raises Refusal where it is over."""
    _must_be_ones_own(job, by)
    queue.cancel(job, by=by, at=at)


def begin_anew(job: Job, *, by: Actor, at: datetime) -> None:
    """Try a failed or cancelled job again. Raises Refusal where there is nothing to try again."""
    _must_be_ones_own(job, by)
    queue.retry(job, by=by, at=at)


def _must_be_ones_own(job: Job, by: Actor) -> None:
    if not is_ones_own(job, by):
        raise NotAllowed("Only who asked for a job, or an administrator, can stop it or begin it anew.")
