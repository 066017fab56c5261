"""What a month is charged: each line rounded once, over the days of the month that lie in the term and in the line."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.lib.oracle.hours import instant
from tests.lib.oracle.records import CAME_AT, Records, meets
from tests.lib.oracle.words import Days, Words, flag, listed, number, rounded


def charge_lines(contract: Words, month: Days, term: Days, records: Records) -> dict[str, tuple[Fraction, bool]]:
    """Each line's amount by its id, and whether it is only passed on."""
    found = {}
    for line in listed(contract.get("charges")):
        days = month.cut_to(term)
        if "from" in line:
            days = Days(max(days.first, date.fromisoformat(line["from"])), days.after)
        if "to" in line:
            days = Days(days.first, min(days.after, date.fromisoformat(line["to"]) + timedelta(days=1)))
        amount = _amount(line, days, month, contract, records) if days.number else Fraction(0)
        found[line["id"]] = (_rounded(amount, line), flag(line, "pass_through"))
    return found


def _rounded(amount: Fraction, line: Words) -> Fraction:
    terms: Any = line.get("rounding", {})
    return rounded(amount, int(terms.get("places", "2")), terms.get("mode", "half_up"))


def _amount(line: Words, days: Days, month: Days, contract: Words, records: Records) -> Fraction:
    if "amount" in line:
        amount = number(line["amount"]) / (12 if line.get("per") == "year" else 1)
        return amount if line.get("prorate") == "none" else amount * days.number / month.number
    units = max(_units(line["volume"], days, contract["time_zone"], records), number(line.get("minimum_volume", "0")))
    if "rate" in line:
        return units * number(line["rate"])
    return _banded(units, line)


def _units(volume: Words, days: Days, zone: str, records: Records) -> Fraction:
    start, end = instant(days.first, zone), instant(days.after, zone)
    rows = [
        row
        for row in records.get(volume["of"], ())
        if start <= row[CAME_AT[volume["of"]]] < end and meets(row, volume.get("where"))
    ]
    if "sum" not in volume:
        return Fraction(len(rows))
    return Fraction(sum(row[volume["sum"]] or 0 for row in rows), int(volume.get("unit", "1")))


def _banded(units: Fraction, line: Words) -> Fraction:
    """Marginal: each unit at its own band's rate; whole: all at the band the volume has reached."""
    bands = [(number(one["up_to"]) if "up_to" in one else None, number(one["rate"])) for one in line["bands"]]
    if line.get("bands_apply") == "whole":
        return units * next(rate for up_to, rate in bands if up_to is None or units <= up_to)
    total, below = Fraction(0), Fraction(0)
    for up_to, rate in bands:
        inside = units - below if up_to is None else min(units, up_to) - below
        total += max(Fraction(0), inside) * rate
        below = below if up_to is None else up_to
    return total


def base_of(lines: dict[str, tuple[Fraction, bool]], names: Any) -> Fraction:
    """The charges credits are counted on: those named, or all that are not only passed on."""
    if names:
        return sum((lines[name][0] for name in listed(names) if name in lines), Fraction(0))
    return sum((amount for amount, passed_on in lines.values() if not passed_on), Fraction(0))


def invoice_of(lines: dict[str, tuple[Fraction, bool]]) -> Fraction:
    return sum((amount for amount, _ in lines.values()), Fraction(0))
