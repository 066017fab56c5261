"""The look a page shows: the newest one that is done, and how far a newer one is."""

from dataclasses import dataclass

from remit.web.accounts.doors import Place
from remit.web.fairness.actions import ask_to_look
from remit.web.fairness.models import Look
from remit.web.jobs.models import Job
from remit.web.performance.bridge.kept import StatementContext, words_of
from remit.web.performance.models import Run
from remit.web.shared.moments import now


@dataclass(frozen=True)
class Shown:
    """The newest look that is done, if any, with its contract's words; and the job of a newer one, if any."""

    look: Look | None
    words: StatementContext | None
    job: Job | None
    is_measured: bool


def shown(place: Place) -> Shown:
    """What there is to show; a run that nobody has looked over yet is looked over now."""
    newest = Run.objects.newest_of(place.engagement)
    done = Look.objects.visible_to(place.user).newest_of(place.engagement)
    words = None if done is None else words_of(done.run.words)
    if newest is None or (done is not None and done.run_id == newest.pk):
        return Shown(done, words, None, newest is not None)
    return Shown(done, words, ask_to_look(newest, by=place.actor, at=now()).job, is_measured=True)
