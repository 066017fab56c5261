"""Pages on the two sets of books: the months, and one month's levels with the bridge from their figure to ours."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.performance.models import Attained, Run, SettledMonth
from remit.web.performance.pictures import Picture, placed
from remit.web.reported.actions import report_figures
from remit.web.reported.bridge import waterfall_of
from remit.web.reported.forms import ReportForm
from remit.web.reported.models import Report
from remit.web.reported.reading import Figure, figure_in_words, figures_in_file
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

_MOST_BYTES = 20 << 20
_SHOWN_RECORDS = 200
_MOST_ASKED = 2
"""So many drawings that are lost are asked for at once; those of a fresh report are there already."""


def _run(place: Place) -> Run | None:
    run: Run | None = Run.objects.visible_to(place.user).newest_of(place.engagement)
    return run


def _reports(place: Place) -> Any:
    mine = Report.objects.visible_to(place.user).filter(engagement=place.engagement)
    return mine.select_related("by", "job", "run").defer("flags")


def _newest(place: Place, month_on: date) -> list[Report]:
    """The last report of each level of a month."""
    found = {one.level: one for one in _reports(place).filter(month_on=month_on).order_by("pk")}
    return [found[level] for level in sorted(found)]


@engagement_page(Duty.SEE_PERFORMANCE)
def months(request: HttpRequest, place: Place) -> HttpResponse:
    """The measured months, and how many levels of each the provider has reported."""
    months = SettledMonth.objects.filter(run=_run(place)).order_by("-starts_on").values_list("starts_on", flat=True)
    counted: dict[date, set[str]] = {}
    mine = Report.objects.visible_to(place.user).filter(engagement=place.engagement)
    for month_on, level in mine.values_list("month_on", "level"):
        counted.setdefault(month_on, set()).add(level)
    listed = [(one, f"{one:%Y-%m}", len(counted.get(one, ()))) for one in months]
    return render(request, "reported/months.html", {"months": listed})


def _month_on(place: Place, month: str) -> tuple[date, list[str]]:
    """A measured month and its levels."""
    try:
        found = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404("A month is written 2026-03.") from None
    rows = Attained.objects.filter(run=_run(place), month_on=found, dimension="").order_by("position")
    levels = list(dict.fromkeys(rows.values_list("level", flat=True)))
    if not levels:
        raise Http404("That month was not measured.")
    return found, levels


@engagement_page(Duty.SEE_PERFORMANCE)
def month(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """Every reported level of a month: their figure, the steps, ours."""
    month_on, levels = _month_on(place, month)
    form = ReportForm(levels=levels) if place.may(Duty.REPORT_FIGURES) else None
    given = {"month_on": month_on, "month": month, "reports": _shown(place, month_on), "form": form}
    return render(request, "reported/month.html", given)


def _shown(place: Place, month_on: date) -> list[dict[str, Any]]:
    may_see_records = place.may(Duty.SEE_RECORDS)
    shown: list[dict[str, Any]] = []
    waiting = 0
    for report in _newest(place, month_on):
        words = report.told.get("words", {})
        steps = [
            {
                "told": step,
                "words": said,
                "count": len(step["records"]),
                "records": step["records"][:_SHOWN_RECORDS] if may_see_records else [],
            }
            for step, said in zip(report.told.get("steps", []), words.get("steps", []), strict=True)
        ]
        address = reverse("reported:progress", kwargs={"engagement": place.engagement.slug, "report": report.pk})
        picture = _picture(place, report) if waiting < _MOST_ASKED else None
        waiting += picture is not None and picture.drawing.svg is None
        shown.append({"report": report, "words": words, "steps": steps, "address": address, "picture": picture})
    return shown


def _picture(place: Place, report: Report) -> Picture | None:
    """The bridge drawn; its table stands beside it."""
    chart = None if report.run is None else waterfall_of(report.pk, report.told, report.level, report.run)
    return None if chart is None else placed(place, chart)


@engagement_page(Duty.REPORT_FIGURES, methods=("POST",))
def give(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """Report figures of a month, by the form or a file."""
    month_on, levels = _month_on(place, month)
    form = ReportForm(request.POST, request.FILES, levels=levels)
    if not form.is_valid():
        raise Refusal(_("The form can't be read: choose a service level of the month and write its figure."))
    reports = report_figures(place.engagement, month_on, _figures(form), by=place.actor, at=now())
    messages.success(request, _("Figures reported: %(count)s. They are being compared.") % {"count": len(reports)})
    return see_other(reverse("reported:month", kwargs={"engagement": place.engagement.slug, "month": month}))


def _figures(form: ReportForm) -> list[Figure]:
    told = form.cleaned_data
    file = told.get("file")
    if file is None:
        return [figure_in_words(told["level"], told["figure"])]
    if file.size > _MOST_BYTES:
        raise Refusal(_("The file has more than %(limit)s MB.") % {"limit": _MOST_BYTES >> 20})
    return figures_in_file(file.name or "", file.read())


@engagement_page(Duty.SEE_PERFORMANCE)
def progress(request: HttpRequest, place: Place, report: int) -> HttpResponse:
    """How far a comparison is; once it is there the page is loaded anew."""
    found: Report = get_object_or_404(_reports(place), pk=report)
    if found.job is None:
        raise Http404
    address = reverse("reported:progress", kwargs={"engagement": place.engagement.slug, "report": found.pk})
    answer = render(request, "shared/progress.html", {"job": found.job, "address": address})
    if found.job.is_over:
        answer["HX-Refresh"] = "true"
    return answer
