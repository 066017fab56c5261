"""Foreseeing: how each level's month may end, from the facts up to an instant inside it."""

from datetime import date, timedelta

from remit.ingest.contract_files import ContractVersions
from remit.performance.alerts import Day, Forecast, foresee
from remit.performance.service_credits import standard_of
from remit.performance.service_levels import Ratio
from remit.runs.evidence import Evidence
from remit.runs.judging import JudgedMonth, Walk, walk_of
from remit.runs.measured import adds_up, measure_level, missing_tables
from remit.terms.periods import Period, month_of
from remit.terms.service_levels import WindowKind

PAST_DAYS = 56
"""Eight weeks: long enough for every weekday eight times, short enough to be like the days to come."""


def forecasts(
    versions: ContractVersions, evidence: Evidence, *, as_of: int | None = None, seed: int = 1
) -> tuple[Forecast, ...]:
    """The forecast of every level of the month that holds the instant, in the contract's order; the day itself is open.

    Levels that are judged by the calendar month and whose days add up are foreseen; a median, a backlog at the month's
    end or a quarter is not. The standard is the contract's on the month's first day.
    """
    walk = walk_of(versions, evidence, as_of)
    if walk is None:
        return ()
    today = walk.local_day(walk.as_of)
    month = month_of(today)
    contract = versions.terms_for(month)
    if not month.overlaps(contract.term_period):
        return ()
    found = []
    for level_id, level in contract.service_levels.items():
        is_monthly = level.window.kind is WindowKind.MONTH and adds_up(level.measure)
        if not is_monthly or missing_tables(contract, level_id, evidence):
            continue
        standard = standard_of(level_id, level, month.start_on)
        one = foresee(standard, month, _days(walk, month, level_id, today), today=today, seed=seed)
        if one is not None:
            found.append(one)
    return tuple(found)


def _days(walk: Walk, month: Period, level_id: str, today: date) -> list[Day]:
    """The level's counts of each past day; a day of the facts without a record is a day with none."""
    first_at = walk.evidence.first_at
    if first_at is None:
        return []
    start = max(min(month.start_on, today - timedelta(days=PAST_DAYS)), walk.local_day(first_at))
    days = [start + timedelta(days=step) for step in range((today - start).days)]
    if not days:
        return []
    contract = JudgedMonth(month, walk.versions.terms_for(month)).contract
    windows = [Period(day, day + timedelta(days=1)) for day in days]
    counted = measure_level(contract, level_id, windows, walk.evidence, as_of=walk.as_of)
    nothing = Ratio(0, 0, 0)
    return [
        Day(window.start_on, counted[window, ()].ratio if (window, ()) in counted else nothing) for window in windows
    ]
