"""The service desk that is measured: four sites in four zones, four targets, statuses that run and that pause."""

from datetime import UTC, datetime
from functools import cache
from itertools import pairwise

from remit.performance.clocks import ClockTable, compile_clock_table
from remit.terms.calendars import Calendar
from remit.terms.durations import ClockUnit

YEAR = 2026
HOUR = 3_600

CALENDARS = {
    "Lisbon": Calendar.model_validate(
        {
            "time_zone": "Europe/Lisbon",
            "week": {"mon-fri": "09:00-18:00"},
            "breaks": {"mon-fri": "13:00-14:00"},
            "closed": ["2026-01-01", "2026-04-03", "2026-05-01", "2026-12-08", "2026-12-25"],
        }
    ),
    "Manila": Calendar.model_validate(
        {
            "time_zone": "Asia/Manila",
            "week": {"mon-fri": "20:00-05:00", "sat": "08:00-12:00"},
            "closed": ["2026-01-01", "2026-06-12", "2026-11-30", "2026-12-25", "2026-12-30"],
        }
    ),
    "Hyderabad": Calendar.model_validate(
        {
            "time_zone": "Asia/Kolkata",
            "week": {"mon-sat": "07:30-19:30"},
            "closed": ["2026-01-26", "2026-08-15", "2026-10-02"],
        }
    ),
    "New York": Calendar.model_validate(
        {
            "time_zone": "America/New_York",
            "week": {"mon-fri": "08:00-18:00"},
            "closed": ["2026-01-01", "2026-05-25", "2026-07-03", "2026-11-26", "2026-12-25"],
            "special": {"2026-12-24": "08:00-12:00"},
        }
    ),
}

TARGET_SECONDS = {"P1": 4 * HOUR, "P2": 8 * HOUR, "P3": 24 * HOUR, "P4": 40 * HOUR}

# Whether the clock runs in a status.
RUNS = {"New": 1, "In Progress": 1, "Awaiting Customer": 0, "Awaiting Vendor": 0, "On Hold": 0}

# Cases opened late in December are resolved up to this much later.
LONGEST_LIFE_SECONDS = 14 * 24 * HOUR


def year_starts_at() -> int:
    return month_starts_at(0)


def year_ends_at() -> int:
    return month_starts_at(12)


@cache
def resolution_clock() -> ClockTable:
    """The four calendars in one clock table, with the months of the year, and the January after, as its windows."""
    return compile_clock_table(
        "resolution",
        CALENDARS,
        unit=ClockUnit.OPEN_SECONDS,
        from_at=year_starts_at(),
        to_at=year_ends_at() + LONGEST_LIFE_SECONDS,
        windows=list(pairwise(month_starts_at(month) for month in range(14))),
    )


def month_starts_at(month: int) -> int:
    """The first second of a month counted from January of the year measured."""
    years, month_index = divmod(month, 12)
    return int(datetime(YEAR + years, 1 + month_index, 1, tzinfo=UTC).timestamp())
