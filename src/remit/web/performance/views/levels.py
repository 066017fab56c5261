"""Pages about service levels: the heat map, one level, and what was measured when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from remit.web.accounts.doors import Place, engagement_page, see_other
from remit.web.accounts.figures import Figure, notes_on
from remit.web.accounts.roles import Duty
from remit.web.exclusions.noting import of_month
from remit.web.performance.bridge.pictures import parts_chart, trend
from remit.web.performance.bridge.settled import CreditShown, credits_of
from remit.web.performance.bridge.showing import (
    Shown,
    first_day,
    heat_lines,
    is_month,
    month_name,
    shown,
    tallies,
    windows_by_month,
    words_for,
    worst_first,
)
from remit.web.performance.measuring import ask_to_split
from remit.web.performance.models import Attained, Load, Run, Split
from remit.web.performance.pictures import Picture, drawing, placed
from remit.web.performance.views.shown_run import ShownRun, run_or_404, run_shown
from remit.web.shared.moments import now

_MONTHS = 12
_A_PAGE = 25
_NAME_LENGTH = 64


@engagement_page(Duty.SEE_PERFORMANCE)
def heat(request: HttpRequest, place: Place) -> HttpResponse:
    """Service levels by months, each cell with its value and its standing."""
    here = run_shown(request, place)
    if here is None:
        return render(request, "performance/nothing_measured.html", _why_nothing(place))
    months = list(here.run.months.order_by("starts_on").values_list("starts_on", flat=True))
    window = _window(months, request.GET.get("until", ""))
    rows = Attained.objects.filter(run=here.run, dimension="", month_on__in=window).order_by("month_on", "position")
    found = list(rows)
    last = window[-1] if window else None
    # The newest month stands beside the names: where the table is wider than the screen, it is the one that is seen.
    newest_first = window[::-1]
    given = {
        "here": here,
        "months": [month_name(month) for month in newest_first],
        "lines": _linked(heat_lines(found, newest_first, here.words), here),
        "last": last,
        "tallies": tallies(row for row in found if row.month_on == last),
        "earlier": here.link("heat", {"until": month_name(_before(months, window[0]))})
        if _has_before(months, window)
        else "",
        "later": here.link("heat") if window and window[-1] != months[-1] else "",
        "newer_problems": _problems_since(here.run),
    }
    return render(request, "performance/heat.html", given)


def _why_nothing(place: Place) -> dict[str, Any]:
    """What the page can say while nothing is measured: the problems of the last attempt, or what is missing."""
    last = Run.objects.filter(engagement=place.engagement).order_by("-pk").first()
    has_facts = Load.objects.standing().filter(engagement=place.engagement).exists()
    return {"failed": last, "has_facts": has_facts, "may_load": place.may(Duty.LOAD_FACTS)}


def _window(months: Sequence[date], until: str) -> list[date]:
    """The twelve months up to one, up to the last without it."""
    upto = [month for month in months if not is_month(until) or month_name(month) <= until]
    return list((upto or months)[-_MONTHS:])


def _has_before(months: Sequence[date], window: Sequence[date]) -> bool:
    return bool(window) and window[0] != months[0]


def _before(months: Sequence[date], month: date) -> date:
    return max(one for one in months if one < month)


def _problems_since(run: Run) -> Run | None:
    """A newer attempt that could not measure: the page shows the run before, and says so."""
    newer = Run.objects.filter(engagement_id=run.engagement_id, pk__gt=run.pk, is_measured=False)
    return newer.order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the heat map with its addresses, made here: a template would resolve each of hundreds by itself."""

    line: Any
    address: str
    cells: tuple[tuple[Any, str], ...]


def _linked(lines: Sequence[Any], here: ShownRun) -> list[_Row]:
    base = here.link("level", level="LEVEL")
    glue = "&" if "?" in base else "?"
    rows = []
    for line in lines:
        address = base.replace("LEVEL", line.level)
        cells = tuple((cell, f"{address}{glue}month={cell.month}" if cell else "") for cell in line.cells)
        rows.append(_Row(line, address, cells))
    return rows


@engagement_page(Duty.SEE_PERFORMANCE)
def level(request: HttpRequest, place: Place, level: str) -> HttpResponse:
    """One service level: its trend, its month, its parts, and how it is measured."""
    here = run_or_404(request, place)
    rows = list(Attained.objects.filter(run=here.run, level=level, dimension="").order_by("window_start"))
    if not rows:
        raise Http404("The contract has no such service level, or it was not measured.")
    words = words_for(here.words, level)
    by_month = windows_by_month(rows)
    month = request.GET.get("month", "")
    month = month if month in by_month else next(reversed(by_month))
    windows = [shown(row, words) for row in by_month[month]]
    recent = rows[-36:]
    breakdown = _breakdown(request, place, here, by_month[month][-1])
    figure = Figure("level", month, level)
    given = {
        "here": here,
        "level": level,
        "words": words,
        "month": month,
        "now": windows[-1],
        "windows": windows,
        "trend": [shown(row, words) for row in reversed(recent)],
        "picture": placed(place, trend(recent, words)),
        "breakdown": breakdown,
        "split_form": here.link("split", level=level),
        "split_address": here.link("split_progress", dimension=breakdown.dimension) if breakdown.dimension else "",
        "credits": _credits(here, place, level, month),
        "settlement": here.link("settlement", month=month),
        "records": here.link("records", level=level, month=month),
        "may_see_records": place.may(Duty.SEE_RECORDS),
        "notes": notes_on(place, [figure])[figure],
        "exclusions": list(of_month(place, level, month)),
        "back": here.link("heat"),
    }
    return render(request, "performance/level.html", given)


def _credits(here: ShownRun, place: Place, level: str, month: str) -> tuple[CreditShown, ...]:
    """What a level's month costs, to those who see money."""
    if not place.may(Duty.SEE_MONEY):
        return ()
    kept = here.run.months.filter(starts_on=first_day(month)).values_list("settlement", flat=True).first()
    return credits_of(kept, here.words, level) if kept else ()


@dataclass(frozen=True, slots=True)
class _Breakdown:
    """A level's window split by a column: its parts, or that nobody asked for it yet, or the job at work on it."""

    dimension: str
    choices: tuple[str, ...]
    parts: list[Shown]
    is_done: bool
    job: Any = None
    picture: Picture | None = None


def _breakdown(request: HttpRequest, place: Place, here: ShownRun, window: Attained) -> _Breakdown:
    choices = tuple(here.run.dimensions)
    splits = {one.dimension: one for one in Split.objects.filter(run=here.run).select_related("job")}
    done = [name for name in choices if name in splits and splits[name].done_at is not None]
    asked = request.GET.get("by", "")
    dimension = asked if asked in choices else next(iter(done), next(iter(choices), ""))
    split = splits.get(dimension)
    if split is None or split.done_at is None:
        job = None if split is None else split.job
        return _Breakdown(dimension, choices, [], is_done=False, job=job)
    rows = Attained.objects.filter(run=here.run, dimension=dimension, level=window.level)
    rows = worst_first(rows.filter(window_start=window.window_start, window_end=window.window_end))
    words = words_for(here.words, window.level)
    chart = parts_chart(rows, words, dimension)
    picture = None if chart is None else placed(place, chart)
    return _Breakdown(dimension, choices, [shown(row, words) for row in rows], is_done=True, picture=picture)


@engagement_page(Duty.SEE_PERFORMANCE, methods=("POST",))
def split(request: HttpRequest, place: Place, level: str) -> HttpResponse:
    """Ask for a run's levels to be split by a column."""
    here = run_or_404(request, place)
    by = request.POST.get("by", "")
    ask_to_split(here.run, by, by=place.actor, at=now())
    return see_other(here.link("level", {"month": request.POST.get("month", ""), "by": by}, level=level))


@engagement_page(Duty.SEE_PERFORMANCE)
def split_progress(request: HttpRequest, place: Place, dimension: str) -> HttpResponse:
    """How far a split is; when it is over, the page is asked to show itself anew."""
    here = run_or_404(request, place)
    found = Split.objects.filter(run=here.run, dimension=dimension).select_related("job").first()
    if found is None:
        raise Http404
    given = {"job": found.job, "address": here.link("split_progress", dimension=dimension)}
    response = render(request, "shared/progress.html", given)
    if found.done_at is not None or found.job is None or found.job.is_over:
        response["HX-Refresh"] = "true"
    return response


@engagement_page(Duty.SEE_PERFORMANCE)
def picture(request: HttpRequest, place: Place, picture: str) -> HttpResponse:
    """A chart that is being drawn, or is there by now: the part of a page that asks for itself again."""
    if len(picture) != _NAME_LENGTH or not set(picture) <= set("0123456789abcdef"):
        raise Http404("There is no such chart.")
    return render(request, "performance/drawing.html", {"drawing": drawing(place, picture)})


@engagement_page(Duty.SEE_PERFORMANCE)
def runs(request: HttpRequest, place: Place) -> HttpResponse:
    """What was measured when, of which facts and by which contract: any figure of before can be opened again."""
    mine = Run.objects.visible_to(place.user).filter(engagement=place.engagement).order_by("-pk")
    page = Paginator(mine.defer("words"), _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "performance/runs.html", {"page": page})
