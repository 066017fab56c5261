"""Other libraries' working time, each called as its own documentation says, on one calendar and the same records."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from benchmarks.desk import LONGEST_LIFE_SECONDS, year_ends_at, year_starts_at
from remit.performance.clocks import ClockTable, compile_clock_table
from remit.terms.calendars import Calendar
from remit.terms.durations import ClockUnit

Seconds = npt.NDArray[np.int64]

ZONE = "America/New_York"
OPENS, CLOSES = time(9), time(17)
CLOSED = [
    date(2026, 1, 1),
    date(2026, 5, 25),
    date(2026, 7, 3),
    date(2026, 9, 7),
    date(2026, 11, 26),
    date(2026, 12, 25),
    # Past the last stretch: businesstimedelta fails where no holiday follows.
    date(2027, 12, 31),
]


@dataclass(frozen=True, slots=True)
class Spells:
    """Stretches of time in the three forms the libraries take: UTC seconds, naive local times, aware UTC times."""

    starts: Seconds
    stops: Seconds
    local: Sequence[tuple[datetime, datetime]]
    aware: Sequence[tuple[datetime, datetime]]


def make_spells(count: int, *, written_out: int) -> Spells:
    """Seeded stretches of up to two weeks; the first `written_out` also as Python's own times."""
    random = np.random.default_rng(20_260_101)
    starts = random.integers(year_starts_at(), year_ends_at(), count)
    stops = starts + 60 + (random.random(count) ** 3 * (LONGEST_LIFE_SECONDS - 60)).astype(np.int64)
    zone = ZoneInfo(ZONE)
    aware = [
        (datetime.fromtimestamp(int(start), UTC), datetime.fromtimestamp(int(stop), UTC))
        for start, stop in zip(starts[:written_out], stops[:written_out], strict=True)
    ]
    local = [
        (start.astimezone(zone).replace(tzinfo=None), stop.astimezone(zone).replace(tzinfo=None))
        for start, stop in aware
    ]
    return Spells(starts, stops, local, aware)


def one_calendar_clock() -> ClockTable:
    """Remit's clock table of the same hours."""
    calendar = Calendar.model_validate(
        {
            "time_zone": ZONE,
            "week": {"mon-fri": f"{OPENS:%H:%M}-{CLOSES:%H:%M}"},
            "closed": [f"{day:%Y-%m-%d}" for day in CLOSED],
        }
    )
    return compile_clock_table(
        "desk",
        {"desk": calendar},
        unit=ClockUnit.OPEN_SECONDS,
        from_at=year_starts_at(),
        to_at=year_ends_at() + LONGEST_LIFE_SECONDS,
    )


Run = Callable[[int], list[float]]


def timegrid_run(spells: Spells) -> Run:
    """timegrid: a compiled timeline over the whole range, asked for each stretch of local time."""
    from timegrid import TimeGridCalendar

    calendar = TimeGridCalendar.weekdays(OPENS, CLOSES)
    for day in CLOSED:
        calendar = calendar.close(day)
    zone = ZoneInfo(ZONE)
    first = datetime.fromtimestamp(year_starts_at(), zone).replace(tzinfo=None) - timedelta(days=1)
    last = datetime.fromtimestamp(year_ends_at() + LONGEST_LIFE_SECONDS, zone).replace(tzinfo=None)
    working = calendar.compile(first, last).get_working_duration
    return lambda count: [working(start, stop).total_seconds() for start, stop in spells.local[:count]]


def business_duration_run(spells: Spells) -> Run:
    """business-duration: a function of local times, hours and a list of holidays."""
    import business_duration

    holidays = dict.fromkeys(CLOSED, "closed")
    return lambda count: [
        float(business_duration.businessDuration(start, stop, OPENS, CLOSES, holidaylist=holidays, unit="sec"))
        for start, stop in spells.local[:count]
    ]


def businesstimedelta_run(spells: Spells) -> Run:
    """businesstimedelta: rules for working days and holidays, asked for the difference of two aware times."""
    import businesstimedelta
    from pytz import timezone  # type: ignore[import-untyped]

    zone = timezone(ZONE)
    rules = businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(start_time=OPENS, end_time=CLOSES, working_days=[0, 1, 2, 3, 4], tz=zone),
            businesstimedelta.HolidayRule(dict.fromkeys(CLOSED, "closed"), tz=zone),
        ]
    )
    return lambda count: [
        rules.difference(start, stop).timedelta.total_seconds() for start, stop in spells.aware[:count]
    ]


def bizdurr_run(spells: Spells) -> Run:
    """bizdurr: an object holding week, zone and holidays, asked for each pair of aware times."""
    from bizdurr import BusinessDuration

    hours = {"start": f"{OPENS:%H:%M}", "end": f"{CLOSES:%H:%M}"}
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), hours)
    calculate = BusinessDuration(business_hours=week, business_timezone=ZONE, holidays=CLOSED).calculate
    return lambda count: [calculate(start, stop).total_seconds() for start, stop in spells.aware[:count]]


LIBRARIES: dict[str, Callable[[Spells], Run]] = {
    "timegrid": timegrid_run,
    "business-duration": business_duration_run,
    "businesstimedelta": businesstimedelta_run,
    "bizdurr": bizdurr_run,
}
