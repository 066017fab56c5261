"""What a version says: its catalogue of service levels, its calendars as years, its key dates."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR

from remit.web.accounts.doors import Place, engagement_page
from remit.web.accounts.roles import Duty
from remit.web.contracts.bridge import (
    ContractVersions,
    calendar_year,
    calendars_on,
    dates_of,
    level_rows,
    today_in,
    years_of,
)
from remit.web.contracts.views.choosing import Chosen, around, chosen_version
from remit.web.shared.moments import now

_BEYOND = timedelta(days=3 * 366)


@engagement_page(Duty.SEE_CONTRACT)
def levels(request: HttpRequest, place: Place) -> HttpResponse:
    """The catalogue: every service level with its definition, standard, hours and money."""
    chosen = chosen_version(request, place)
    values = around(place, "levels", version=chosen.version, terms=chosen.terms)
    if chosen.terms is not None:
        on = _day_within(chosen.terms)
        values |= {"rows": level_rows(chosen.terms, on), "on": on}
    return render(request, "contracts/levels.html", values)


@engagement_page(Duty.SEE_CONTRACT)
def level(request: HttpRequest, place: Place, level: str) -> HttpResponse:
    """One service level: all that the contract says about it, and what was asked of it when."""
    chosen, terms = _readable(request, place)
    on = _day_within(terms)
    row = next((one for one in level_rows(terms, on) if one.id == level), None)
    if row is None:
        raise Http404
    values = around(place, "levels", version=chosen.version, row=row, on=on)
    return render(request, "contracts/level.html", values)


@engagement_page(Duty.SEE_CONTRACT)
def calendars(request: HttpRequest, place: Place) -> HttpResponse:
    """The calendars by name, with their week and their levels."""
    chosen = chosen_version(request, place)
    values = around(place, "calendars", version=chosen.version, terms=chosen.terms)
    if chosen.terms is not None:
        on = _day_within(chosen.terms)
        used = level_rows(chosen.terms, on)
        values["calendars"] = [
            (name, one, [row for row in used if name in row.calendars])
            for name, one in calendars_on(chosen.terms, on).items()
        ]
    return render(request, "contracts/calendars.html", values)


@engagement_page(Duty.SEE_CONTRACT)
def calendar(request: HttpRequest, place: Place, calendar: str) -> HttpResponse:
    """One calendar drawn as a year."""
    chosen, terms = _readable(request, place)
    years = years_of(terms.latest)
    year = _year(request.GET.get("year", ""), default=_day_within(terms).year)
    drawn = calendar_year(terms, calendar, year)
    if drawn is None:
        raise Http404
    values = around(place, "calendars", version=chosen.version, name=calendar, drawn=drawn, years=years)
    values |= {
        "before": year - 1 if year - 1 in years else None,
        "after": year + 1 if year + 1 in years else None,
        "special": [day for day in drawn.days if day.is_special],
        "weekday_names": [(WEEKDAYS_ABBR[day], WEEKDAYS[day]) for day in range(7)],
        "zone": calendars_on(terms, min(date(year, 12, 31), terms.latest.term.last_on))[calendar].time_zone,
    }
    return render(request, "contracts/calendar.html", values)


@engagement_page(Duty.SEE_CONTRACT)
def dates(request: HttpRequest, place: Place) -> HttpResponse:
    """The key dates of the whole term on a line; duties that come again and again only where they are asked for."""
    chosen = chosen_version(request, place)
    with_repeated = request.GET.get("repeated") == "1"
    values = around(place, "dates", version=chosen.version, terms=chosen.terms, with_repeated=with_repeated)
    if chosen.terms is not None:
        today, term = today_in(chosen.terms, now()), chosen.terms.latest.term
        found = dates_of(chosen.terms, first_on=term.first_on - _BEYOND, last_on=term.last_on + _BEYOND)
        shown = [one for one in found if with_repeated or one.every is None]
        values |= {"past": [one for one in shown if one.on < today], "today": today}
        values["coming"] = [one for one in shown if one.on >= today]
    return render(request, "contracts/dates.html", values)


def _readable(request: HttpRequest, place: Place) -> tuple[Chosen, ContractVersions]:
    chosen = chosen_version(request, place)
    if chosen.terms is None:
        raise Http404
    return chosen, chosen.terms


def _day_within(terms: ContractVersions) -> date:
    """Today, or the end of the term nearest to it: a contract that is over is shown as it last was."""
    term = terms.latest.term
    return min(max(today_in(terms, now()), term.first_on), term.last_on)


def _year(given: str, *, default: int) -> int:
    if not given:
        return default
    if not (given.isascii() and given.isdigit() and 1971 <= int(given[:5]) <= 2199):
        raise Http404
    return int(given)
