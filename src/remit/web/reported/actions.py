"""What the provider does with its own figures: report them."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from remit.web.accounts.actors import Actor
from remit.web.accounts.models import Engagement
from remit.web.accounts.roles import Duty
from remit.web.jobs.queue import Work, enqueue
from remit.web.performance.models import Attained, Run
from remit.web.reported.models import Report
from remit.web.reported.reading import Figure
from remit.web.shared.audit import Told, record
from remit.web.shared.refusals import Refusal


@transaction.atomic
def report_figures(
    engagement: Engagement, month_on: date, figures: Sequence[Figure], *, by: Actor, at: datetime
) -> list[Report]:
    """Report levels of a month. Raises Refusal, and keeps nothing, where it is not measured or has no such level."""
    by.must(Duty.REPORT_FIGURES, engagement)
    run = Run.objects.newest_of(engagement)
    measured = Attained.objects.filter(run=run, month_on=month_on, dimension="").values_list("level", flat=True)
    known = sorted(set(measured))
    if not known:
        raise Refusal(_("That month was not measured."), _("Load its facts first."))
    unknown = [one.level for one in figures if one.level not in known]
    if unknown:
        raise Refusal(
            _("The month has no service level %(level)r.") % {"level": unknown[0][:60]},
            _("It has %(levels)s.") % {"levels": ", ".join(known)},
        )
    reports = [_kept(engagement, month_on, one, by, at) for one in figures]
    told = {"month": f"{month_on:%Y-%m}", "levels": [one.level for one in reports]}
    record(Told("reported.figures_given", reports[0], engagement.pk, after=told), by=by, at=at)
    return reports


def _kept(engagement: Engagement, month_on: date, figure: Figure, by: Actor, at: datetime) -> Report:
    report: Report = Report.objects.create(
        engagement=engagement,
        month_on=month_on,
        level=figure.level,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        flags=figure.flags,
        by=by.person,
        at=at,
    )
    work = Work("reported.bridge", {"report": report.pk}, engagement, f"report {report.pk}")
    report.job = enqueue(work, by=by, at=at)
    report.save(update_fields=["job"])
    return report
