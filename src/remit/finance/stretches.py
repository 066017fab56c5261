"""What of a rate card's line has to be counted for a period: its days, in parts that each have one price."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from remit.terms.periods import Period, contract_year_of, months_between
from remit.terms.rate_cards import ChargeLine


@dataclass(frozen=True, slots=True)
class Part:
    """One count of a line's volume: over some days, of all records or of those with one value of a column.

    `rate` is the written rate that holds for it, where the line has a single one; `value` the column's value, and
    `is_rest` marks the records whose value has no rate.
    """

    key: str
    days: Period
    rate: Decimal | None = None
    value: str | None = None
    is_rest: bool = False


def days_in_force(line: ChargeLine, period: Period) -> Period | None:
    """The days of a period on which a line is in force; None where there are none."""
    start = max(period.start_on, line.first_on or period.start_on)
    last = min(period.last_on, line.last_on or period.last_on)
    return Period(start, last + timedelta(days=1)) if start <= last else None


def parts_of(line: ChargeLine, period: Period) -> tuple[Part, ...]:
    """What has to be counted of a line in a period: one part, or one for each of its prices."""
    days = days_in_force(line, period)
    if line.volume is None or days is None:
        return ()
    if line.rate_by is not None:
        return tuple(_by_value(line, period, days))
    if not line.rates:
        return (Part(_key(line, period, days), days, line.rate),)
    edges = [days.start_on, *sorted(day for day in line.rates if days.start_on < day < days.end_on), days.end_on]
    stretches = [Period(start, end) for start, end in pairwise(edges)]
    return tuple(Part(_key(line, period, one), one, line.rate_on(one.start_on)) for one in stretches)


def _key(line: ChargeLine, period: Period, days: Period) -> str:
    """The line's id; with the day where the part begins later than the period, so that versions are told apart."""
    return line.id if days.start_on == period.start_on else f"{line.id} from {days.start_on}"


def _by_value(line: ChargeLine, period: Period, days: Period) -> Iterator[Part]:
    key, rates = _key(line, period, days), {} if line.rate_by is None else line.rate_by.map
    for value, rate in rates.items():
        yield Part(f"{key}: {value}", days, rate, value)
    yield Part(f"{key}: no rate", days, is_rest=True)


def years_of(line: ChargeLine, period: Period, term: Period | None) -> tuple[tuple[Period, Period], ...]:
    """The years whose minimum is trued up in a period, each with the line's days in it; none where no year ends in it.

    A year ends early where the line or the term does, so that one month may end two: the whole one in its middle, and
    what the term leaves of the next with its last day. Without a term the line's year is the calendar's.
    """
    if line.year_minimum is None:
        return ()
    found = []
    for year in _years_touching(period, None if line.year_minimum.year == "calendar" else term):
        within = year if term is None else _common(year, term)
        days = None if within is None else days_in_force(line, within)
        if days is not None and days.last_on in period:
            found.append((year, days))
    return tuple(found)


def _years_touching(period: Period, term: Period | None) -> Iterator[Period]:
    """The contract's years with a day in the period, or the calendar's where no term says otherwise."""
    day = period.start_on
    while day in period:
        calendar = Period(date(day.year, 1, 1), date(day.year + 1, 1, 1))
        year = calendar if term is None else contract_year_of(day, term_starts_on=term.start_on)
        yield year
        day = year.end_on


def _common(one: Period, other: Period) -> Period | None:
    start, end = max(one.start_on, other.start_on), min(one.end_on, other.end_on)
    return Period(start, end) if start < end else None


def year_key(line: ChargeLine, days: Period) -> str:
    """Under which key the count of a year stands among the volumes."""
    return f"{line.id} in the year from {days.start_on}"


def counts_needed(
    lines: Sequence[ChargeLine], period: Period, *, term: Period | None = None
) -> tuple[tuple[ChargeLine, Part], ...]:
    """Every count that `charges_of` needs for a period, years to be trued up among them."""
    found = [(line, part) for line in lines for part in parts_of(line, period)]
    found += [(line, Part(year_key(line, days), days)) for line in lines for _, days in years_of(line, period, term)]
    return tuple(found)


def share_of_months(line: ChargeLine, period: Period) -> list[tuple[Period, int, bool]]:
    """The calendar months a line is in force in: the month, its days in force, and whether it is charged whole."""
    found = []
    for month in months_between(period.start_on, period.last_on):
        within = Period(max(month.start_on, period.start_on), min(month.end_on, period.end_on))
        days = days_in_force(line, within)
        if days is not None:
            found.append((month, days.days, line.prorate == "none" or days.days == month.days))
    return found
