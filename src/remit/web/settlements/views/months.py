"""Pages over the months: where each stands, and the calendar of what is due."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from remit.web.accounts.doors import Place, engagement_page
from remit.web.accounts.roles import Duty
from remit.web.performance.models import Run, SettledMonth
from remit.web.settlements.bridge.deadlines import MonthTerms, months_terms
from remit.web.settlements.bridge.figures import amount_shown
from remit.web.settlements.models import UNDER_WAY, Closing, State
from remit.web.settlements.views.shown import Awaited, address_of, awaited, state_shown
from remit.web.shared.moments import now


@dataclass(frozen=True, slots=True)
class Row:
    """A month of the list."""

    starts_on: date
    address: str
    style: str
    words: str
    is_provisional: bool
    is_restatement: bool
    awaited: Awaited | None
    is_late: bool
    credit: str
    due: str


def rows_of(place: Place, at: datetime) -> list[Row]:
    """The months measured or begun, the newest first; a handful of queries whatever their number."""
    engagement = place.engagement
    run = Run.objects.newest_of(engagement)
    months: dict[date, SettledMonth] = {}
    if run is not None:
        months = {one.starts_on: one for one in run.months.defer("settlement").select_related("run__engagement")}
    last: dict[date, Closing] = {}
    mine = Closing.objects.visible_to(place.user).filter(engagement=engagement).exclude(state=State.DROPPED)
    for closing in (
        mine.defer("settlement").select_related("engagement__client", "engagement__provider").order_by("number")
    ):
        last[closing.starts_on] = closing
    terms = months_terms(engagement)
    return [
        _row(place, months.get(day), last.get(day), terms(day), at=at) for day in sorted({*months, *last}, reverse=True)
    ]  # fmt: skip


def _row(
    place: Place, month: SettledMonth | None, closing: Closing | None, terms: MonthTerms | None, *, at: datetime
) -> Row:  # fmt: skip
    given = month or closing
    assert given is not None  # noqa: S101
    waits = awaited(closing, month, terms)
    style, words = state_shown(closing)
    currency = closing.currency if closing is not None else month.currency if month is not None else ""
    credit = closing.credit if closing is not None and closing.credit else month.credit if month is not None else ""
    return Row(
        starts_on=given.starts_on,
        address=address_of(place.engagement, given.starts_on),
        style=style,
        words=words,
        is_provisional=month is not None and month.is_provisional,
        is_restatement=closing is not None and closing.is_restatement and closing.state in UNDER_WAY,
        awaited=waits,
        is_late=waits is not None and waits.until is not None and waits.until <= at,
        credit=amount_shown(credit, currency),
        due=amount_shown(closing.due if closing is not None else "", currency),
    )


@engagement_page(Duty.SEE_MONEY)
def months(request: HttpRequest, place: Place) -> HttpResponse:
    """Every month with its state between the two sides."""
    return render(request, "settlements/months.html", {"rows": rows_of(place, now())})


@engagement_page(Duty.SEE_MONEY)
def deadlines(request: HttpRequest, place: Place) -> HttpResponse:
    """What is awaited of whom, by when it is due; what has no end stands last."""
    rows = [row for row in rows_of(place, now()) if row.awaited is not None]
    dated = [row for row in rows if row.awaited is not None and row.awaited.until is not None]
    dated.sort(key=lambda row: row.awaited.until if row.awaited is not None and row.awaited.until else now())
    open_ended = [row for row in rows if row not in dated]
    return render(request, "settlements/deadlines.html", {"rows": [*dated, *open_ended]})
