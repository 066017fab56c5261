"""Pages about money: settled months, one month with every credit's sentence, its documents, and scorecards."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from remit.web.accounts.doors import Place, engagement_page
from remit.web.accounts.figures import Figure, notes_on
from remit.web.accounts.roles import Duty
from remit.web.performance.bridge.documents import FORMS, statement
from remit.web.performance.bridge.settled import cards_of, settled
from remit.web.performance.bridge.showing import money, month_name
from remit.web.performance.models import SettledMonth
from remit.web.performance.views.shown_run import ShownRun, month_or_404, run_or_404, run_shown


@engagement_page(Duty.SEE_MONEY)
def settlements(request: HttpRequest, place: Place) -> HttpResponse:
    """The months of the run, the newest first, with what they cost and what flows back."""
    here = run_shown(request, place)
    months = [] if here is None else [_listed(here, month) for month in _months(here)]
    return render(request, "performance/settlements.html", {"here": here, "months": months})


def _months(here: ShownRun) -> Iterable[SettledMonth]:
    months: Iterable[SettledMonth] = here.run.months.defer("settlement").order_by("-starts_on")
    return months


def _listed(here: ShownRun, month: SettledMonth) -> tuple[SettledMonth, str, str, str, str]:
    """A month with its address and its amounts in words."""
    charges, at_risk, credit = (
        money(text, month.currency) if text else "–" for text in (month.charges, month.at_risk, month.credit)
    )
    return month, here.link("settlement", month=month_name(month.starts_on)), charges, at_risk, credit


def _month(here: ShownRun, month: str) -> SettledMonth:
    found: SettledMonth | None = here.run.months.filter(starts_on=month_or_404(month)).first()
    if found is None:
        raise Http404("That month was not settled.")
    return found


@engagement_page(Duty.SEE_MONEY)
def settlement(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """One month: its charges, each credit with its sentence, what was measured, and where the figures come from."""
    here = run_or_404(request, place)
    kept = _month(here, month)
    told = settled(kept.settlement, here.words)
    levels = [
        {
            "shown": one,
            "name": here.words.words(one.level).name,
            "address": here.link("level", {"month": month}, level=one.level),
        }
        for one in told.levels
    ]
    figures = {line.level: Figure("credit", month, line.level) for line in told.lines}
    notes = notes_on(place, list(figures.values()))
    given = {
        "here": here,
        "lines": [(line, notes[figures[line.level]]) for line in told.lines],
        "kept": kept,
        "month": told,
        "levels": levels,
        "documents": [(form, here.link("statement", month=month, form=form)) for form in FORMS],
        "cards_address": here.link("scorecards", {"month": month}),
        "back": here.link("settlements"),
        "may_export": place.may(Duty.EXPORT),
    }
    return render(request, "performance/settlement.html", given)


@engagement_page(Duty.SEE_MONEY)
def statement_file(request: HttpRequest, place: Place, month: str, form: str) -> HttpResponse:
    """A month's statement as a document, as `remit settle` writes it."""
    place.actor.must(Duty.EXPORT, place.engagement)
    if form not in FORMS:
        raise Http404("A statement can be had as html, xlsx, csv or json.")
    here = run_or_404(request, place)
    kept = _month(here, month)
    response = HttpResponse(statement([kept.settlement], here.words, form), content_type=FORMS[form])
    name = f"{place.engagement.slug}-{month}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@engagement_page(Duty.SEE_PERFORMANCE)
def scorecards(request: HttpRequest, place: Place) -> HttpResponse:
    """A month's scorecards: levels weighed into one score, with its band."""
    here = run_shown(request, place)
    months = list(here.run.months.order_by("-starts_on").values_list("starts_on", flat=True)) if here else []
    asked = request.GET.get("month", "")
    names = [month_name(month) for month in months]
    month = asked if asked in names else next(iter(names), "")
    cards = cards_of(_month(here, month).settlement, here.words) if here is not None and month else ()
    given = {"here": here, "months": names, "month": month, "cards": cards}
    return render(request, "performance/scorecards.html", given)
