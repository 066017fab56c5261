"""The room's background work: silence taken for agreement when its time is over, closed months compared."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from remit.web.accounts.actors import installation
from remit.web.jobs.queue import Running, handles
from remit.web.jobs.words import call
from remit.web.performance.models import Run
from remit.web.settlements.actions import deem_agreed
from remit.web.settlements.models import Closing
from remit.web.settlements.restating import compare
from remit.web.shared.moments import now

call(
    {
        "settlements.deadline": gettext_noop("Look whether a time to object is over"),
        "settlements.compare": gettext_noop("Compare closed months with newer figures"),
    }
)


@handles("settlements.deadline")
def deadline(running: Running) -> Mapping[str, Any]:
    """When the time to object is over: silence is what the contract says it is. Begun again, it finds it done."""
    closing = Closing.objects.select_related("engagement").get(pk=running.arguments["closing"])
    if closing.round != running.arguments["round"]:
        return {"agreed": False, "because": "it was proposed anew"}
    return {"agreed": deem_agreed(closing, by=installation("job"), at=now())}


@handles("settlements.compare")
def compare_months(running: Running) -> Mapping[str, Any]:
    """Closed months against a run; one that a newer run has overtaken is left to that one."""
    run = Run.objects.select_related("engagement").get(pk=running.arguments["run"])
    newest = Run.objects.newest_of(run.engagement)
    if newest is None or newest.pk != run.pk:
        return {"restatements": 0, "because": "a newer run is there"}
    running.tell("comparing the closed months with the newest figures")
    drawn = compare(run, by=installation("job"), at=now())
    return {"restatements": len(drawn), "months": ", ".join(str(one) for one in drawn)}
