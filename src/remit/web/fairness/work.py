"""The room's background work: runs looked over, levels compared. Begun again, it has its effect once."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from remit.web.accounts.roles import Duty
from remit.web.connections.actions import announce
from remit.web.connections.events import Event
from remit.web.fairness.bridge.comparing import compared
from remit.web.fairness.bridge.looking import Looked, look
from remit.web.fairness.models import Comparison, LevelForecast, Look, Signal
from remit.web.jobs.queue import Running, handles
from remit.web.jobs.words import call
from remit.web.performance.models import Run
from remit.web.shared.moments import now

call({"fairness.look": gettext_noop("Look for signals and foresee the month")})
call({"fairness.compare": gettext_noop("Compare a level at one mix")})


@handles("fairness.look", duty=Duty.SEE_RECORDS)
def look_over(running: Running) -> Mapping[str, Any]:
    """Look a run over and keep what is found; a run that a newer one has overtaken meanwhile is left alone."""
    run = Run.objects.select_related("engagement").get(pk=running.arguments["run"])
    mine = Look.objects.filter(run=run, done_at=None)
    if not mine.exists() or Run.objects.newest_of(run.engagement) != run:
        return {"looked": "nothing: it is done, or a newer run is looked over"}
    found = look(run, tell=running.tell)
    told = {"run": run.pk, "signals": len(found.signals), "forecasts": len(found.forecasts)}
    known = Signal.objects.filter(look__run__engagement=run.engagement)
    before = set(known.values_list("mark", flat=True))
    with running.effect(told):
        _keep(mine.get(), found)
        fresh = [one for one in found.signals if one["mark"] not in before]
        if fresh:
            announce(run.engagement, Event.SIGNALS_RAISED, {"run": run.pk, "signals": len(fresh)}, at=now())
    return told


def _keep(kept: Look, found: Looked) -> None:
    Look.objects.filter(pk=kept.pk).update(**found.fields, done_at=now())
    Signal.objects.bulk_create(Signal(look=kept, position=place, **one) for place, one in enumerate(found.signals))
    LevelForecast.objects.bulk_create(
        LevelForecast(look=kept, position=place, **one) for place, one in enumerate(found.forecasts)
    )


@handles("fairness.compare", duty=Duty.SEE_PERFORMANCE)
def compare_level(running: Running) -> Mapping[str, Any]:
    """Compare what was asked for on its run's facts, and keep what is found."""
    asked = Comparison.objects.select_related("run__engagement").get(pk=running.arguments["comparison"])
    if asked.done_at is None:
        columns = [asked.split_by, *asked.adjusted.split(", ")]
        found = compared(asked.run, asked.level, columns, (asked.first_on, asked.last_on), tell=running.tell)
        problems = found.pop("problems", [])
        with running.effect({"comparison": asked.pk}):
            fields = {"found": found, "problems": problems, "done_at": now()}
            Comparison.objects.filter(pk=asked.pk, done_at=None).update(**fields)
    return {"comparison": asked.pk}
