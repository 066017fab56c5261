"""A contract told to people: what differs between two, its key dates, its hours as a year, its service levels."""

from remit.reports.contracts.calendar_years import CalendarYear, DayKind, DayOfYear, year_of
from remit.reports.contracts.catalogue import LevelRow, catalogue_of
from remit.reports.contracts.differences import Difference, differences
from remit.reports.contracts.key_dates import KeyDate, KeyDateKind, key_dates
from remit.reports.contracts.leaves import InForce

__all__ = [
    "CalendarYear",
    "DayKind",
    "DayOfYear",
    "Difference",
    "InForce",
    "KeyDate",
    "KeyDateKind",
    "LevelRow",
    "catalogue_of",
    "differences",
    "key_dates",
    "year_of",
]
