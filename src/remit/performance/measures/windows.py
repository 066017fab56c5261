"""Measurement windows: which of a level's windows end in a settlement month."""

from datetime import date, timedelta

from remit.terms.periods import Period, add_months, contract_year_of, quarter_of
from remit.terms.service_levels import MeasurementWindow, WindowKind


def windows_ending_in(month: Period, window: MeasurementWindow, *, term: Period) -> tuple[Period, ...]:
    """The windows of a level that are judged with a settlement month, cut to the contract's term.

    A window belongs to the month that holds its last day, so that weeks and quarters are judged once. Rolling windows
    end with the month. A month that the term does not touch has none.
    """
    if not month.overlaps(term):
        return ()
    found = _whole_windows(month, window, term=term, last_on=min(month.last_on, term.last_on))
    return tuple(
        Period(max(one.start_on, term.start_on), min(one.end_on, term.end_on)) for one in found if one.overlaps(term)
    )


def _whole_windows(month: Period, window: MeasurementWindow, *, term: Period, last_on: date) -> list[Period]:
    match window.kind:
        case WindowKind.MONTH:
            return [month]
        case WindowKind.QUARTER:
            return [quarter_of(last_on)] if quarter_of(last_on).last_on == month.last_on else []
        case WindowKind.WEEK:
            return _weeks(month, window.first_weekday)
        case WindowKind.ROLLING_DAYS:
            return [Period(month.end_on - timedelta(days=window.length), month.end_on)]
        case WindowKind.ROLLING_MONTHS:
            return [Period(add_months(month.end_on, -window.length), month.end_on)]
    year = contract_year_of(last_on, term_starts_on=term.start_on)
    return [year] if year.last_on in month or term.last_on in month else []


def _weeks(month: Period, first_weekday: int) -> list[Period]:
    ends = [month.start_on + timedelta(days=day) for day in range(1, month.days + 1)]
    return [Period(end - timedelta(days=7), end) for end in ends if end.weekday() == first_weekday]


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
