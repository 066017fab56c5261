"""A version's terms told to people: what differs, key dates, levels, calendars; all from the corridor's own reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from remit.ingest.contract_files import ContractVersions
from remit.reports.contracts import (
    CalendarYear,
    Difference,
    KeyDate,
    LevelRow,
    catalogue_of,
    differences,
    key_dates,
    year_of,
)
from remit.reports.contracts.subjects import SECTIONS
from remit.terms.calendars import Calendar
from remit.terms.contracts import Contract


@dataclass(frozen=True, slots=True)
class ToldPart:
    """What differs in one part of the contract."""

    title: str
    differences: tuple[Difference, ...]


def today_in(terms: ContractVersions, at: datetime) -> date:
    """The day it is where the contract's days begin and end."""
    return at.astimezone(terms.latest.zone).date()


def differing_parts(old: ContractVersions | None, new: ContractVersions) -> tuple[ToldPart, ...]:
    """What differs between two versions, part by part; nothing where there is no older one."""
    if old is None:
        return ()
    found = differences(old.versions, new.versions)
    grouped = groupby(sorted(found, key=lambda one: one.section), key=lambda one: one.section)
    parts = {title: ToldPart(title, tuple(members)) for title, members in grouped}
    order = ["General", *SECTIONS.values()]
    return tuple(parts[title] for title in sorted(parts, key=order.index))


def level_rows(terms: ContractVersions, on: date) -> tuple[LevelRow, ...]:
    """Every service level by the terms in force on a day."""
    return catalogue_of(terms.versions, on=on)


def dates_of(terms: ContractVersions, *, first_on: date, last_on: date) -> tuple[KeyDate, ...]:
    """The key dates from one day to another, both included."""
    return key_dates(terms.versions, first_on=first_on, last_on=last_on)


def calendars_on(terms: ContractVersions, on: date) -> Mapping[str, Calendar]:
    """The calendars of the terms in force on a day, by name."""
    return terms.in_force_on(on).calendars


def calendar_year(terms: ContractVersions, name: str, year: int) -> CalendarYear | None:
    """A calendar's year by the terms in force at its end, or at the term's; None where there is no such calendar.

    A calendar's own changes stand inside it; an amendment that replaces one shows as of the year's last day.
    """
    on = min(date(year, 12, 31), terms.latest.term.last_on)
    calendar = terms.in_force_on(on).calendars.get(name)
    return None if calendar is None else year_of(calendar, year)


def years_of(contract: Contract) -> Sequence[int]:
    """The years the term touches."""
    return range(contract.term.first_on.year, contract.term.last_on.year + 1)
