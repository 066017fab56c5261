"""What follows when months were measured: the site looks for those that the forecast's clause would relieve."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Protocol

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.jobs.queue import Work, enqueue
from remit.web.relief.bridge.terms import agreed_terms, excused_levels
from remit.web.relief.models import OPEN, Claim, State

_MISSED = ("below_expected", "below_minimum")


class MeasuredRun(Protocol):
    """A run as the subject above keeps it."""

    pk: int
    engagement: Engagement
    attained: Any


def months_measured(run: MeasuredRun, *, at: datetime) -> None:
    """Ask for a look at the missed months of excused levels, and at claims that rest on earlier figures."""
    terms = agreed_terms(run.engagement)
    levels = {} if terms is None else excused_levels(terms)
    if not levels:
        return
    missed = run.attained.filter(level__in=list(levels), standing__in=_MISSED, dimension="")
    months: Iterable[date] = missed.values_list("month_on", flat=True)
    waiting = Claim.objects.filter(engagement=run.engagement, state__in=[State.DRAWN, *OPEN])
    found = sorted({*months, *waiting.values_list("month_on", flat=True)})
    if not found:
        return
    arguments = {"engagement": run.engagement.pk, "first": found[0].isoformat(), "last": found[-1].isoformat()}
    work = Work("relief.look", arguments, run.engagement, key=f"relief of run {run.pk}")
    enqueue(work, by=Actor(None, "job"), at=at)
