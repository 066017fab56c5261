"""The room's background work: a reported figure led over to ours."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from remit.web.accounts.actors import Actor
from remit.web.accounts.roles import Duty
from remit.web.jobs.queue import Running, Unrepeatable, handles
from remit.web.jobs.words import call
from remit.web.performance.models import Run
from remit.web.reported.bridge import Given, bridge_of, draw_waterfall
from remit.web.reported.models import Report
from remit.web.shared.audit import Told, record
from remit.web.shared.moments import now

call({"reported.bridge": gettext_noop("Compare a reported figure")})


@handles("reported.bridge", duty=Duty.SEE_PERFORMANCE)
def lead_over(running: Running) -> Mapping[str, Any]:
    """Find the bridge from a reported figure to that of the newest run."""
    report = Report.objects.select_related("engagement", "by").get(pk=running.arguments["report"])
    runs = Run.objects.select_related("engagement").filter(engagement=report.engagement, is_measured=True)
    newest = runs.order_by("-pk").first()
    if newest is None:
        raise Unrepeatable("nothing is measured any more")
    running.tell(f"measuring {report.level} again, with one thing changed at a time")
    figures = (report.value, report.numerator, report.denominator)
    given = Given(report.level, report.month_on, *figures, report.flags, int(report.at.timestamp()))
    told = bridge_of(newest, given)
    draw_waterfall(report.pk, told, report.level, newest)
    at = now()
    after = {"report": report.pk, "steps": len(told.get("steps", [])), "is_bridged": "why" not in told}
    with running.effect(after):
        Report.objects.filter(pk=report.pk).update(told=told, run=newest)
        record(Told("reported.bridged", report, report.engagement_id, after=after), by=Actor(report.by, "job"), at=at)
    return after
