"""What people do about fair figures: have a run looked over, ask for a comparison, note what became of a signal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor, installation
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.fairness.models import Comparison, Look, Signal, SignalNote
from remit.web.jobs.models import Job, State
from remit.web.jobs.queue import Work, enqueue
from remit.web.performance.models import Attained, Run
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal

CALM = timedelta(minutes=10)
"""Loads come in bursts, and looking over every record takes longer than measuring: it waits until they are through."""
LONGEST = 2_000
MOST_ADJUSTED = 3
"""Finer strata than three columns make hold single records."""


def months_measured(run: Run, *, at: datetime) -> None:
    """What follows when the months were measured anew: the run is looked over, once loads have calmed down."""
    _enqueue_look(run, by=installation("job"), at=at, due_at=at + CALM)


def ask_to_look(run: Run, *, by: Actor, at: datetime) -> Look:
    """Have a run looked over now; what is done, is under way or failed is not begun again."""
    by.must(Duty.SEE_PERFORMANCE, run.engagement)
    look: Look = _enqueue_look(run, by=by, at=at, due_at=at)
    if look.job is not None and look.done_at is None:
        hastened = Job.objects.filter(pk=look.job.pk, state=State.WAITING, due_at__gt=at, attempts=0)
        if hastened.update(due_at=at):
            look.job.refresh_from_db()
    return look


@transaction.atomic
def _enqueue_look(run: Run, *, by: Actor, at: datetime, due_at: datetime) -> Look:
    look: Look
    look, is_new = Look.objects.select_related("job", "run").get_or_create(run=run)
    if is_new:
        work = Work("fairness.look", {"run": run.pk}, run.engagement, key=f"look {run.pk}", due_at=due_at)
        look.job = enqueue(work, by=by, at=at)
        look.save(update_fields=["job"])
    return look


@dataclass(frozen=True, slots=True)
class Wanted:
    """A comparison as somebody asks for it; months are their first days."""

    level: str
    split_by: str
    adjust: Sequence[str]
    first_on: date
    last_on: date


@transaction.atomic
def ask_to_compare(engagement: Engagement, wanted: Wanted, *, by: Actor, at: datetime) -> Comparison:
    """Ask for a level to be compared at one mix; the same of the same run is asked for once.

    Raises Refusal for a level, a column or months that the newest run has not.
    """
    by.must(Duty.SEE_PERFORMANCE, engagement)
    run = Run.objects.newest_of(engagement)
    if run is None:
        raise Refusal(_("Nothing is measured yet."), _("Load the facts first."))
    _must_be_comparable(run, wanted)
    found: Comparison
    found, is_new = Comparison.objects.select_related("job").get_or_create(
        run=run,
        level=wanted.level,
        split_by=wanted.split_by,
        adjusted=", ".join(wanted.adjust),
        first_on=wanted.first_on,
        last_on=wanted.last_on,
        defaults={"by": by.person, "at": at},
    )
    if is_new:
        found.job = enqueue(
            Work("fairness.compare", {"comparison": found.pk}, engagement, f"comparison {found.pk}"), by=by, at=at
        )
        found.save(update_fields=["job"])
        told = {"level": wanted.level, "by": wanted.split_by, "adjusted": found.adjusted}
        record(Told("fairness.compared", found, engagement.pk, after=told), by=by, at=at)
    return found


def _must_be_comparable(run: Run, wanted: Wanted) -> None:
    columns = ", ".join(run.dimensions) or _("nothing")
    for name in (wanted.split_by, *wanted.adjust):
        if name not in run.dimensions:
            raise Refusal(
                _("The facts can't be split by %(column)r.") % {"column": name[:60]},
                _("They can be split by %(columns)s.") % {"columns": columns},
            )
    if not wanted.adjust or len(wanted.adjust) > MOST_ADJUSTED or len(set(wanted.adjust)) < len(wanted.adjust):
        raise Refusal(_("Name one to %(most)s columns whose mix is evened out.") % {"most": MOST_ADJUSTED})
    if wanted.split_by in wanted.adjust:
        raise Refusal(
            _("Evening out %(column)r would even out what is compared.") % {"column": wanted.split_by},
            _("Name another column."),
        )
    if wanted.first_on > wanted.last_on:
        raise Refusal(_("The last month lies before the first."), _("Swap them."))
    levels = Attained.objects.filter(run=run, dimension="").values_list("level", flat=True).distinct()
    if wanted.level not in levels:
        raise Refusal(
            _("There is no service level %(level)r.") % {"level": wanted.level[:60]},
            _("It has %(levels)s.") % {"levels": ", ".join(sorted(levels))},
        )


@transaction.atomic
def note_signal(signal: Signal, text: str, *, by: Actor, at: datetime) -> SignalNote:
    """Note for one's side what became of a signal. Raises Refusal for nothing at all."""
    engagement = signal.look.run.engagement
    by.must(Duty.ANSWER_SIGNALS, engagement)
    if not text.strip():
        raise Refusal(_("There is nothing to note."), _("Say what you looked into, and what it was."))
    written: SignalNote = SignalNote.objects.create(
        engagement=engagement,
        mark=signal.mark,
        side=by.side(engagement),
        by=by.person,
        at=at,
        text=text.strip()[:LONGEST],
    )
    after: dict[str, Any] = {"signal": signal.mark, "note": written.pk}
    record(Told("fairness.noted", signal, engagement.pk, after=after, personal={"text": written.text}), by=by, at=at)
    return written
