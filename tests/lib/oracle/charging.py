"""What a month is charged: each line of the rate card over its days of the month, converted and rounded once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.lib.oracle.hours import instant
from tests.lib.oracle.prices import exchange_rate, indexed
from tests.lib.oracle.records import CAME_AT, Records, meets
from tests.lib.oracle.words import Days, Words, add_months, flag, listed, number, rounded


@dataclass(frozen=True)
class Charged:
    """What one line of the rate card comes to in a month."""

    line_id: str
    amount: Fraction
    is_passed_on: bool = False
    is_true_up: bool = False


@dataclass(frozen=True)
class Asked:
    """A line, and the month it is charged for."""

    contract: Words
    line: Words
    month: Days
    term: Days
    records: Records

    @property
    def days(self) -> Days:
        """The days of the month on which the line is in force."""
        return self.within(self.month.cut_to(self.term))

    @property
    def share(self) -> Fraction:
        """How much of a month's amount is charged: its days, or the whole."""
        if self.line.get("prorate") == "none":
            return Fraction(1)
        return Fraction(self.days.number, self.month.number)

    def within(self, days: Days) -> Days:
        first = date.fromisoformat(self.line["from"]) if "from" in self.line else days.first
        after = date.fromisoformat(self.line["to"]) + timedelta(days=1) if "to" in self.line else days.after
        return days.cut_to(Days(first, after))

    def price(self, text: str) -> Fraction:
        """A written amount or rate as it is in this month."""
        return indexed(text, self.line, self.contract, self.month.first)

    def units(self, days: Days, also: str | None = None) -> Fraction:
        """The units of some days, and of some rows only where there is a condition more."""
        volume = volume_of(self.line)
        zone, at = self.contract["time_zone"], volume.get("at", CAME_AT[volume["of"]])
        start, end = instant(days.first, zone), instant(days.after, zone)
        rows = [
            row
            for row in self.records.get(volume["of"], ())
            if row[at] is not None
            and start <= row[at] < end
            and all(meets(row, one) for one in (volume.get("where"), self.line.get("where"), also))
        ]
        if "sum" not in volume:
            return Fraction(len(rows), int(volume.get("unit", "1")))
        summed = sum((Fraction(row[name] or 0) for row in rows for name in listed(volume["sum"])), Fraction(0))
        return summed / int(volume.get("unit", "1"))


BASES: dict[str, Words] = {
    "fte": {"of": "headcount", "sum": "fte"},
    "seat": {"of": "headcount", "sum": "seats"},
    "login hour": {"of": "agent_time", "sum": "worked_seconds", "unit": "3600"},
    "productive hour": {"of": "agent_time", "sum": ["available_seconds", "handling_seconds"], "unit": "3600"},
    "handled minute": {
        "of": "interactions",
        "sum": ["talk_seconds", "hold_seconds", "after_contact_seconds"],
        "unit": "60",
    },
    "transaction": {"of": "transactions", "at": "completed_at"},
    "resolution": {"of": "cases", "at": "resolved_at"},
}


def volume_of(line: Words) -> Words:
    """What a line counts, as its basis says where it has one."""
    if line.get("basis") == "cost":
        return {"of": "passed_on_costs", "sum": "amount", "where": f"charge = '{line['id']}'"}
    found: Words = BASES[line["basis"]] if line.get("basis") in BASES else line["volume"]
    return found


def charge_lines(contract: Words, month: Days, term: Days, records: Records) -> list[Charged]:
    """Each line's amount, those of the year's missing units last."""
    asked = [Asked(contract, line, month, term, records) for line in listed(contract.get("charges"))]
    return [
        *(_charged(one, _amount(one)) for one in asked if one.days.number),
        *(_charged(one, amount, is_true_up=True) for one in asked for amount in _missing(one)),
    ]


def _charged(asked: Asked, amount: Fraction, *, is_true_up: bool = False) -> Charged:
    line = asked.line
    terms: Any = line.get("rounding", {})
    converted = amount * exchange_rate(line, asked.contract, asked.month)
    money = rounded(converted, int(terms.get("places", "2")), terms.get("mode", "half_up"))
    is_passed_on = flag(line, "pass_through") or line.get("basis") == "cost"
    return Charged(line["id"], money, is_passed_on, is_true_up)


def _amount(asked: Asked) -> Fraction:
    line, amount = asked.line, Fraction(0)
    if "amount" in line:
        amount += asked.price(line["amount"]) / (12 if line.get("per") == "year" else 1) * asked.share
    if "baseline" in line:
        return amount + _around_baseline(asked, line["baseline"])
    if "volume" not in line and "basis" not in line:
        return amount
    if "rate_by" in line:
        by, rates = line["rate_by"]["by"], line["rate_by"]["map"]
        return sum(
            (asked.units(asked.days, f"{by} = '{value}'") * asked.price(rate) for value, rate in rates.items()),
            Fraction(0),
        )
    if "rates" in line:
        return sum((asked.units(days) * asked.price(rate) for days, rate in _dated(asked)), Fraction(0))
    units = asked.units(asked.days)
    units = max(units, number(line["minimum_volume"])) if "minimum_volume" in line else units
    return _banded(units, asked) if "bands" in line else units * asked.price(line.get("rate", "1"))


def _dated(asked: Asked) -> Iterator[tuple[Days, str]]:
    """The days of each rate, which holds until the next begins."""
    rates = sorted((date.fromisoformat(day), rate) for day, rate in asked.line["rates"].items())
    ends = [day for day, _ in rates[1:]] + [asked.days.after]
    for (day, rate), after in zip(rates, ends, strict=True):
        days = asked.days.cut_to(Days(day, after))
        if days.number:
            yield days, rate


def _banded(units: Fraction, asked: Asked) -> Fraction:
    """Marginal: each unit at its own band's rate; whole: all at the band the volume has reached."""
    bands = [
        (number(one["up_to"]) if "up_to" in one else None, asked.price(one["rate"])) for one in asked.line["bands"]
    ]
    if asked.line.get("bands_apply") == "whole":
        return units * next(rate for up_to, rate in bands if up_to is None or units <= up_to)
    total, below = Fraction(0), None
    for up_to, rate in bands:
        upper = units if up_to is None else min(units, up_to)
        total += (upper if below is None else max(Fraction(0), upper - below)) * rate
        below = up_to
    return total


def _around_baseline(asked: Asked, terms: Words) -> Fraction:
    """What units beyond the dead-band cost, or give back."""
    baseline, units = number(terms["volume"]) * asked.share, asked.units(asked.days)
    dead = number(terms.get("deadband", "0%"))
    from_edge = terms.get("counted_from", "edge") == "edge"
    if units > baseline * (1 + dead):
        above = units - (baseline * (1 + dead) if from_edge else baseline)
        return above * asked.price(terms["additional_charge"])
    if units < baseline * (1 - dead):
        below = (baseline * (1 - dead) if from_edge else baseline) - units
        return -below * asked.price(terms["reduced_charge"])
    return Fraction(0)


def _missing(asked: Asked) -> Iterator[Fraction]:
    """What the missing units cost of each year that ends in the month, for the line or altogether."""
    terms = asked.line.get("year_minimum")
    if not terms:
        return
    for year in _years(asked.term, is_calendar=terms.get("year") == "calendar"):
        days = asked.within(year.cut_to(asked.term))
        if days.number and asked.month.first <= days.last < asked.month.after:
            minimum = number(terms["volume"])
            if asked.line.get("prorate") != "none":
                minimum *= Fraction(days.number, year.number)
            units = asked.units(days)
            if units < minimum:
                yield (minimum - units) * asked.price(terms.get("rate", asked.line.get("rate", "0")))


def _years(term: Days, *, is_calendar: bool) -> Iterator[Days]:
    first = term.first.replace(month=1, day=1) if is_calendar else term.first
    for index in range(10):
        yield Days(add_months(first, 12 * index), add_months(first, 12 * index + 12))


def base_of(lines: Sequence[Charged], names: Any) -> Fraction:
    """The charges credits are counted on: those named, or all that are not only passed on; never a year's true-up."""
    mine = [one for one in lines if not one.is_true_up]
    if names:
        return sum((one.amount for one in mine if one.line_id in listed(names)), Fraction(0))
    return sum((one.amount for one in mine if not one.is_passed_on), Fraction(0))


def invoice_of(lines: Sequence[Charged]) -> Fraction:
    return sum((one.amount for one in lines), Fraction(0))
