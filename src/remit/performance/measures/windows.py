"""Measurement windows: which of a level's windows end in a settlement month."""

from datetime import timedelta

from remit.terms.periods import Period, add_months, contract_year_of, quarter_of
from remit.terms.service_levels import MeasurementWindow, WindowKind


def windows_ending_in(month: Period, window: MeasurementWindow, *, term: Period) -> tuple[Period, ...]:
    """The windows of a level that are judged with a settlement month, cut to the contract's term.

    A window belongs to the month that holds its last day in the term, so that weeks and quarters are judged once, and
    what the term's end leaves of one is judged with it. Rolling windows end with the month, or with the term. A month
    that the term does not touch has none.
    """
    if not month.overlaps(term):
        return ()
    days = Period(max(month.start_on, term.start_on), min(month.end_on, term.end_on))
    cut = [
        Period(max(one.start_on, term.start_on), min(one.end_on, term.end_on))
        for one in _whole_windows(month, days, window, term=term)
        if one.overlaps(term)
    ]
    return tuple(one for one in cut if one.last_on in days)


def _whole_windows(month: Period, days: Period, window: MeasurementWindow, *, term: Period) -> list[Period]:
    """Every window with a day in the days of a month that may end in them."""
    match window.kind:
        case WindowKind.MONTH:
            return [month]
        case WindowKind.QUARTER:
            return [quarter_of(days.last_on)]
        case WindowKind.WEEK:
            return _weeks(days, window.first_weekday)
        case WindowKind.ROLLING_DAYS:
            return [Period(days.end_on - timedelta(days=window.length), days.end_on)]
        case WindowKind.ROLLING_MONTHS:
            return [Period(add_months(month.end_on, -window.length), month.end_on)]
    years = [contract_year_of(day, term_starts_on=term.start_on) for day in (days.start_on, days.last_on)]
    return list(dict.fromkeys(years))


def _weeks(days: Period, first_weekday: int) -> list[Period]:
    """The weeks that some days touch."""
    first = days.start_on - timedelta(days=(days.start_on.weekday() - first_weekday) % 7)
    starts = [first + timedelta(days=7 * number) for number in range((days.end_on - first).days // 7 + 1)]
    return [Period(start, start + timedelta(days=7)) for start in starts]


def disjoint_groups(windows: tuple[Period, ...]) -> list[list[Period]]:
    """Windows sorted into as few groups as first fit finds, none overlapping in a group: each is one query."""
    groups: list[list[Period]] = []
    for window in sorted(set(windows)):
        home = next((group for group in groups if not group[-1].overlaps(window)), None)
        if home is None:
            groups.append([window])
        else:
            home.append(window)
    return groups
