"""The room's background work: savings worked out. Begun again, it has its effect once."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from remit.web.benefits.bridge import draw_pictures, work_out
from remit.web.benefits.models import Savings
from remit.web.jobs.queue import Running, handles
from remit.web.jobs.words import call
from remit.web.shared.moments import now

call({"benefits.work_out": gettext_noop("Work out savings")})


@handles("benefits.work_out")
def work_out_savings(running: Running) -> Mapping[str, Any]:
    """Work out what was asked for, and keep what is found."""
    savings = Savings.objects.select_related("case", "run__engagement").get(pk=running.arguments["savings"])
    if savings.done_at is not None:
        return {"savings": savings.pk}
    found = work_out(savings, tell=running.tell)
    if found.told:
        running.tell("drawing")
        draw_pictures(savings.engagement_id, found.told)
    with running.effect({"savings": savings.pk}):
        Savings.objects.filter(pk=savings.pk, done_at=None).update(
            told=found.told,
            table=found.table,
            workbook=found.workbook,
            problems=found.problems,
            done_at=now(),
        )
    return {"savings": savings.pk}
