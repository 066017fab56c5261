"""Calendars: no open time, no closed days, days that lie outside the term."""

from collections.abc import Iterator
from datetime import date

from remit.performance.linting.findings import Finding, error, listed, warning
from remit.terms.calendars import DAY_SECONDS, Calendar
from remit.terms.contracts import Contract

_WHOLE_DAY = ((0, DAY_SECONDS),)


def is_around_the_clock(calendar: Calendar) -> bool:
    """Whether every day of the calendar is open from midnight to midnight."""
    return not _has_exceptions(calendar) and not any(calendar.breaks.days) and _is_whole(calendar.week.days)


def _is_whole(days: tuple[tuple[tuple[int, int], ...], ...]) -> bool:
    return all(spans == _WHOLE_DAY for spans in days)


def _has_exceptions(calendar: Calendar) -> bool:
    return bool(calendar.closed or calendar.special or calendar.changes)


def calendars_never_open(contract: Contract) -> Iterator[Finding]:
    """A clock on a calendar without open time never runs, and nothing on it is ever late."""
    for name, calendar in contract.calendars.items():
        weeks = [calendar.week, *(change.week for change in calendar.changes if change.week is not None)]
        has_special = any(spans for days in _special_days(calendar) for spans in days.values())
        if not any(spans for week in weeks for spans in week.days) and not has_special:
            what = "has no open time at all; a clock on it never runs"
            yield error(("calendars", name, "week"), what, 'write its hours, as {mon-fri: "08:00-18:00"}')


def calendars_without_closed_days(contract: Contract) -> Iterator[Finding]:
    """Holidays are dates written into the contract; a year without any is forgotten more often than meant."""
    for name, calendar in contract.calendars.items():
        if is_around_the_clock(calendar):
            continue
        closed = {day.year for day in (*_closed_days(calendar), *(d for days in _special_days(calendar) for d in days))}
        years = range(contract.term.first_on.year, contract.term.last_on.year + 1)
        missing = [str(year) for year in years if year not in closed]
        if missing:
            what = f"has no closed days in {listed(missing)}: holidays there count as working days"
            hint = "write them under closed; `remit holidays COUNTRY YEAR` proposes them"
            yield warning(("calendars", name, "closed"), what, hint, rests_on=["term"])


def calendar_days_outside_the_term(contract: Contract) -> Iterator[Finding]:
    """Days and changes outside the term do nothing; often a year was mistyped. Told once for each calendar."""
    for name, calendar in contract.calendars.items():
        days = [*_closed_days(calendar), *(day for special in _special_days(calendar) for day in special)]
        days += [change.from_on for change in calendar.changes]
        outside = sorted({day for day in days if day not in contract.term_period})
        if outside:
            which = _counted(outside)
            what = f"{which} outside the term, {contract.term.first_on} to {contract.term.last_on}"
            yield warning(("calendars", name), what, "correct the year, or leave them out", rests_on=["term"])


def _counted(days: list[date]) -> str:
    if len(days) == 1:
        return f"its day {days[0]} lies"
    return f"{len(days)} of its days, from {days[0]} to {days[-1]}, lie"


def _closed_days(calendar: Calendar) -> list[date]:
    return [*calendar.closed, *(day for change in calendar.changes for day in change.closed or ())]


def _special_days(calendar: Calendar) -> list[dict[date, tuple[tuple[int, int], ...]]]:
    return [calendar.special, *(change.special for change in calendar.changes if change.special is not None)]
