"""Pages about savings: what came of the business case, what moved it, and the papers it is told from."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from remit.terms.problems import Problem, ProblemsFound
from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.roles import Duty
from remit.web.benefits import bridge
from remit.web.benefits.actions import ask_for_savings, keep_case, keep_costs
from remit.web.benefits.forms import CaseForm, CostsForm
from remit.web.benefits.models import CaseKept, CostsKept, Savings
from remit.web.benefits.standing import (
    case_now,
    costs_now,
    is_newest,
    missing_costs,
    savings_done,
    savings_now,
)
from remit.web.performance.pictures import placed
from remit.web.shared.moments import now
from remit.web.shared.refusals import Refusal


def _address(place: Place, view: str, **more: Any) -> str:
    return reverse(f"benefits:{view}", kwargs={"engagement": place.engagement.slug, **more})


def _shown(place: Place) -> Savings:
    found = savings_done(place.engagement)
    if found is None:
        raise Http404("No savings are worked out yet.")
    return found


@engagement_page(Duty.SEE_BENEFITS)
def savings(request: HttpRequest, place: Place) -> HttpResponse:
    """The case month by month, planned and realised, with the picture of all its months."""
    last, done, case = savings_now(place.engagement), savings_done(place.engagement), case_now(place.engagement)
    whole = None if done is None else bridge.shown_period(done.told, "all")
    given = {
        "case": case,
        "last": last,
        "done": done,
        "told": None if done is None else bridge.overview(done.told),
        "picture": None if whole is None else placed(place, whole.chart),
        "is_outdated": done is not None and not is_newest(done, place.engagement),
        "missing": _missing(place, case),
        "may_keep": place.may(Duty.KEEP_BENEFITS),
        "forms": list(bridge.FORMS) if done is not None and place.may(Duty.EXPORT) else [],
    }
    return render(request, "benefits/savings.html", given)


def _missing(place: Place, case: CaseKept | None) -> list[Any]:
    if case is None:
        return []
    given = {(one.month_on, one.kind) for one in costs_now(place.engagement)}
    return list(missing_costs(case.months, given, now().date()))


@engagement_page(Duty.SEE_BENEFITS)
def progress(request: HttpRequest, place: Place) -> HttpResponse:
    """How far the savings are, as a part of their page; when it is over, the page is asked to show itself anew."""
    last = savings_now(place.engagement)
    response = render(request, "benefits/progress.html", {"last": last})
    if last is None or not last.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@engagement_page(Duty.SEE_BENEFITS, methods=("POST",))
def measure(_request: HttpRequest, place: Place) -> HttpResponse:
    """Have the savings worked out by the newest figures."""
    ask_for_savings(place.engagement, by=place.actor, at=now())
    return see_other(_address(place, "savings"))


@engagement_page(Duty.SEE_BENEFITS)
def period(request: HttpRequest, place: Place, period: str) -> HttpResponse:
    """A month, a year or all months: what moved the savings away from the case, each part down to its factors."""
    done = _shown(place)
    found = bridge.shown_period(done.told, period)
    if found is None:
        raise Http404("No savings are told of that month or year.")
    given = {"done": done, "found": found, "picture": placed(place, found.chart), "is_month": len(period) == 7}
    return render(request, "benefits/period.html", given)


@engagement_page(Duty.SEE_BENEFITS)
def document(_request: HttpRequest, place: Place, form: str) -> HttpResponse:
    """The savings as a file, as `remit benefits` writes it."""
    place.actor.must(Duty.EXPORT, place.engagement)
    if form not in bridge.FORMS:
        raise Http404("Savings can be had as xlsx, csv or json.")
    response = HttpResponse(_content(_shown(place), form), content_type=bridge.FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{place.engagement.slug}-savings.{form}"'
    return response


def _content(done: Savings, form: str) -> str | bytes:
    if form == "json":
        return bridge.as_json(done.told)
    return done.table if form == "csv" else bytes(done.workbook)


@engagement_page(Duty.SEE_BENEFITS)
def papers(request: HttpRequest, place: Place) -> HttpResponse:
    """Every version of the case, every list of own costs, and the costs as they stand."""
    case = case_now(place.engagement)
    cases = CaseKept.objects.filter(engagement=place.engagement).defer("content").select_related("by")
    lists = CostsKept.objects.filter(engagement=place.engagement).defer("content").select_related("by")
    given = {
        "cases": cases.order_by("-number"),
        "lists": lists.order_by("-number"),
        "costs": bridge.cost_rows(costs_now(place.engagement), case.currency if case else ""),
        "may_keep": place.may(Duty.KEEP_BENEFITS),
        "may_export": place.may(Duty.EXPORT),
    }
    return render(request, "benefits/papers.html", given)


@engagement_page(Duty.KEEP_BENEFITS, methods=("GET", "POST"))
def new_case(request: HttpRequest, place: Place) -> HttpResponse:
    """Keep the approved business case, or one that replaces it."""
    before = case_now(place.engagement)
    form = CaseForm(request.POST or None, request.FILES or None, is_first=before is None)

    def keep() -> str:
        reason = form.cleaned_data.get("reason", "")
        kept = keep_case(place.engagement, form.given, reason, by=place.actor, at=now())
        return _("Kept: %(case)s. The savings are being worked out.") % {"case": kept}

    return _kept(request, place, "benefits/new_case.html", {"form": form, "before": before}, keep)


@engagement_page(Duty.KEEP_BENEFITS, methods=("GET", "POST"))
def new_costs(request: HttpRequest, place: Place) -> HttpResponse:
    """Keep a list of the client's own costs."""
    form = CostsForm(request.POST or None, request.FILES or None)

    def keep() -> str:
        kept = keep_costs(place.engagement, form.given, by=place.actor, at=now())
        return _("Kept: %(costs)s. The savings are being worked out.") % {"costs": kept}

    given = {"form": form, "missing": _missing(place, case_now(place.engagement))}
    return _kept(request, place, "benefits/new_costs.html", given, keep)


def _kept(request: HttpRequest, place: Place, template: str, given: dict[str, Any], keep: Any) -> HttpResponse:
    """The answer to a paper's form: to the savings where it was kept, else the form again with every fault."""
    problems: list[Problem] = []
    refusal = None
    if request.method == "POST" and given["form"].is_valid():
        try:
            messages.success(request, keep())
        except Refusal as refused:
            refusal = refused
        except ProblemsFound as found:
            problems = list(found.problems)
        else:
            return see_other(_address(place, "savings"))
    status = 422 if request.method == "POST" else 200
    return render(request, template, {**given, "refusal": refusal, "problems": problems}, status=status)


@engagement_page(Duty.SEE_BENEFITS)
def case_file(_request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """A version of the case, byte for byte as it came."""
    place.actor.must(Duty.EXPORT, place.engagement)
    kept = get_object_or_404(CaseKept, engagement=place.engagement, number=number)
    return _file(bytes(kept.content), f"{place.engagement.slug}-business-case-{number}.yaml")


@engagement_page(Duty.SEE_BENEFITS)
def costs_file(_request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """A list of own costs, byte for byte as it came."""
    place.actor.must(Duty.EXPORT, place.engagement)
    kept = get_object_or_404(CostsKept, engagement=place.engagement, number=number)
    return _file(bytes(kept.content), f"{place.engagement.slug}-own-costs-{number}.csv")


@engagement_page(Duty.SEE_BENEFITS)
def costs_as_they_stand(_request: HttpRequest, place: Place) -> HttpResponse:
    """Every month's own costs by the last word on them, as the file that `remit benefits` reads."""
    place.actor.must(Duty.EXPORT, place.engagement)
    told = bridge.costs_as_csv(costs_now(place.engagement))
    return _file(told.encode(), f"{place.engagement.slug}-own-costs.csv")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
