"""Pages about comparisons: a form with those there are, and one with its figures, its chart and its strata."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.fairness.actions import Wanted, ask_to_compare
from remit.web.fairness.bridge.comparing import picture_of, strata_shown, subjects_shown
from remit.web.fairness.forms import ComparisonForm
from remit.web.fairness.models import Comparison
from remit.web.performance.bridge.kept import words_of
from remit.web.performance.models import Attained, Run
from remit.web.performance.pictures import placed
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal

_A_PAGE = 25


def _mine(place: Place) -> Any:
    mine = Comparison.objects.visible_to(place.user).filter(run__engagement=place.engagement)
    return mine.select_related("run", "by", "job")


@engagement_page(Duty.SEE_PERFORMANCE, methods=("GET", "POST"))
def comparisons(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask for a comparison, and see those that were asked for."""
    run = Run.objects.newest_of(place.engagement)
    form = None if run is None else _form(run, request)
    refusal = None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            found = ask_to_compare(place.engagement, _wanted(form.cleaned_data), by=place.actor, at=now())
        except Refusal as refused:
            refusal = refused
        else:
            return see_other(_address(place, "comparison", found))
    listed = _mine(place).defer("found").order_by("-pk")
    page = Paginator(listed, _A_PAGE).get_page(request.GET.get("page"))
    status = 422 if request.method == "POST" else 200
    given = {"form": form, "refusal": refusal, "page": page}
    return render(request, "fairness/comparisons.html", given, status=status)


def _form(run: Run, request: HttpRequest) -> ComparisonForm:
    words = words_of(run.words)
    rows = Attained.objects.filter(run=run, dimension="").order_by("position").values_list("level", flat=True)
    levels = [(level, f"{level} {words.words(level).name}") for level in dict.fromkeys(rows)]
    months = run.months.order_by("-starts_on").values_list("starts_on", flat=True)
    return ComparisonForm(request.POST or None, levels=levels, columns=run.dimensions, months=list(months))


def _wanted(given: dict[str, Any]) -> Wanted:
    return Wanted(given["level"], given["split_by"], given["adjust"], given["first"], given["last"])


def _address(place: Place, view: str, found: Comparison) -> str:
    return reverse(f"fairness:{view}", kwargs={"engagement": place.engagement.slug, "comparison": found.pk})


@engagement_page(Duty.SEE_PERFORMANCE)
def one(request: HttpRequest, place: Place, comparison: int) -> HttpResponse:
    """One comparison: each subject raw and at one mix, the chart, and the strata."""
    found: Comparison = get_object_or_404(_mine(place), pk=comparison)
    given: dict[str, Any] = {"comparison": found, "address": _address(place, "comparison_progress", found)}
    given["name"] = words_of(found.run.words).words(found.level).name
    if found.found:
        chart, subjects = picture_of(found.found), subjects_shown(found.found)
        given |= {
            "subjects": subjects,
            "doubtful": [one for one in subjects if one.left_out or one.has_thin],
            "strata": strata_shown(found.found),
            "picture": None if chart is None else placed(place, chart),
        }
    return render(request, "fairness/comparison.html", given)


@engagement_page(Duty.SEE_PERFORMANCE)
def progress(request: HttpRequest, place: Place, comparison: int) -> HttpResponse:
    """How far a comparison is; when it is over, the page is asked to show itself anew."""
    found: Comparison = get_object_or_404(_mine(place), pk=comparison)
    address = _address(place, "comparison_progress", found)
    response = render(request, "shared/progress.html", {"job": found.job, "address": address})
    if not found.is_under_way:
        response["HX-Refresh"] = "true"
    return response
