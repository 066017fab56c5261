"""Foreseeing: how each level's month may end, from the facts up to an instant inside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from remit.ingest.contract_files import ContractVersions
from remit.performance.alerts import LEAST_DAYS, Day, Forecast, TrackRecord, foresee, track_record
from remit.performance.service_credits import standard_of
from remit.performance.service_levels import Ratio, Standard, Standing
from remit.runs.evidence import Evidence
from remit.runs.judging import JudgedMonth, Progress, Walk, walk_of
from remit.runs.measured import adds_up, measure_level, missing_tables
from remit.terms.contracts import Contract
from remit.terms.periods import Period, midnight_at, month_of
from remit.terms.service_levels import WindowKind

PAST_DAYS = 56
"""Eight weeks: long enough for every weekday eight times, short enough to be like the days to come."""


@dataclass(frozen=True, slots=True)
class Foresight:
    """The forecasts of a month in the contract's order, and why each other level has none.

    `month` is None where there is nothing to foresee at all; then `reason` says why.
    """

    month: Period | None = None
    forecasts: tuple[Forecast, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


def forecasts(
    versions: ContractVersions, evidence: Evidence, *, as_of: int | None = None, seed: int = 1
) -> tuple[Forecast, ...]:
    """The forecast of every level of the month that holds the instant, in the contract's order; the day itself is open.

    Levels that are judged by the calendar month and whose days add up are foreseen; a median, a backlog at the month's
    end or a quarter is not. The standard is the contract's on the month's first day.
    """
    return foresight(versions, evidence, as_of=as_of, seed=seed).forecasts


def foresight(
    versions: ContractVersions, evidence: Evidence, *, as_of: int | None = None, seed: int = 1
) -> Foresight:  # fmt: skip
    """The same, with a sentence for every level that can't be foreseen."""
    walk = walk_of(versions, evidence, as_of)
    if walk is None:
        return Foresight(reason="there are no facts")
    today = walk.local_day(walk.as_of)
    month = month_of(today)
    contract = versions.terms_for(month)
    if not month.overlaps(contract.term_period):
        return Foresight(reason=f"the facts reach to {today}, which is not in the contract's term")
    found, left_out = [], {}
    for level_id, level in contract.service_levels.items():
        standard = standard_of(level_id, level, month.start_on)
        left_out[level_id] = _why_not(contract, standard, evidence)
        if left_out[level_id]:
            continue
        one = foresee(standard, month, _days(walk, month, level_id, today), today=today, seed=seed)
        if one is None:
            left_out[level_id] = f"there are fewer than {LEAST_DAYS} past days, or too few records to judge it by"
        else:
            found.append(one)
    return Foresight(month, tuple(found), {name: why for name, why in left_out.items() if why})


def _why_not(contract: Contract, standard: Standard, evidence: Evidence) -> str:
    """Why a level can't be foreseen, whatever its records; empty where it can."""
    level = contract.service_levels[standard.service_level]
    missing = missing_tables(contract, standard.service_level, evidence)
    if level.window.kind is not WindowKind.MONTH:
        return "it is not judged by the calendar month"
    if not adds_up(level.measure):
        return "its days do not add up to the month: it is a median, or is counted at the month's end"
    if standard.expected is None:
        return "it is reported, and not judged"
    return f"the facts have no table {' and no table '.join(missing)}" if missing else ""


def tried(
    versions: ContractVersions,
    evidence: Evidence,
    ends: Mapping[tuple[str, Period], Standing],
    *,
    day: int = 15,
    most: int = 6,
    progress: Progress | None = None,
) -> TrackRecord | None:
    """How the forecasts of some day of each of the last months would have done, against how the months ended.

    `ends` are the standings of months that are over. The facts are cut at the day, as the newest load has them: what
    was loaded later and is dated before counts as known.
    """
    months = sorted({window for _, window in ends}, key=lambda window: window.start_on)[-most:]
    found: list[tuple[Fraction, bool]] = []
    for number, month in enumerate(months):
        if progress is not None:
            progress(f"trying the forecast on {month.label}", number, len(months))
        at = midnight_at(month.start_on.replace(day=day), versions.signed.zone)
        for one in forecasts(versions, evidence, as_of=at):
            standing = ends.get((one.service_level, month), Standing.NOT_MEASURED)
            if standing is not Standing.NOT_MEASURED:
                found.append((one.chance, standing is Standing.MET))
    return track_record(found)


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
