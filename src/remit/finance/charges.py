"""What a period is charged: fixed amounts by its days, volumes at their rates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from remit.performance.service_credits import PeriodCharges, Step, Trace
from remit.terms.periods import Period, months_between
from remit.terms.rate_cards import ChargeLine


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of a period's charges: the amount, rounded as the line says, and the steps it came from."""

    id: str
    amount: Decimal
    is_pass_through: bool
    trace: Trace


@dataclass(frozen=True, slots=True)
class Charges:
    """A period's charges; `base` leaves pass-through out, `total` is all of them."""

    lines: tuple[Charge, ...]
    base: Decimal
    total: Decimal

    @property
    def trace(self) -> Trace:
        """All steps of all lines, in the rate card's order."""
        return tuple(step for line in self.lines for step in line.trace)

    def for_credits(self) -> PeriodCharges:
        """The charges as settling takes them: base, invoice, and each line by its id."""
        return PeriodCharges(self.base, self.total, tuple((line.id, line.amount) for line in self.lines))


def charges_of(period: Period, lines: Sequence[ChargeLine], volumes: Mapping[str, int]) -> Charges:
    """The charges of one period.

    `volumes` has, by the line's id, the raw count of each line with a volume that is in force (records, or the
    column's sum before its unit divides it); a volume of nothing is a 0 that somebody counted, so a missing one is a
    KeyError. A line not in force in any day of the period has no charge. A volume is not prorated: its count covers
    the days of the line only.
    """
    found = tuple(_charge(line, period, volumes) for line in lines if _days_in(line, period))
    base = sum((charge.amount for charge in found if not charge.is_pass_through), Decimal(0))
    return Charges(found, base, sum((charge.amount for charge in found), Decimal(0)))


def volume_lines(lines: Sequence[ChargeLine], period: Period) -> tuple[ChargeLine, ...]:
    """The lines in force in a period whose volume has to be counted, for `charges_of`."""
    return tuple(line for line in lines if line.volume is not None and _days_in(line, period))


def _charge(line: ChargeLine, period: Period, volumes: Mapping[str, int]) -> Charge:
    exact, steps = _fixed(line, period) if line.volume is None else _by_volume(line, period, volumes)
    amount = line.rounding.apply(exact)
    last = Step(line.id, f"{amount:,f}", f"{line.rounding.mode.value} to {line.rounding.places} places")
    return Charge(line.id, amount, line.pass_through, (*steps, last))


def _fixed(line: ChargeLine, period: Period) -> tuple[Fraction, list[Step]]:
    """The month's amount for each calendar month the period touches, by the days in force."""
    monthly = Fraction(line.amount or 0) / (12 if line.per == "year" else 1)
    exact, steps = Fraction(0), []
    for month in months_between(period.start_on, period.last_on):
        days = _days_in(line, Period(max(month.start_on, period.start_on), min(month.end_on, period.end_on)))
        if not days:
            continue
        is_whole = line.prorate == "none" or days == month.days
        exact += monthly if is_whole else monthly * days / month.days
        rule = "the whole month" if is_whole else f"{days} of {month.days} days"
        steps.append(Step(line.id, f"{line.amount} a {line.per}", f"{month.label}: {rule}"))
    return exact, steps


def _by_volume(line: ChargeLine, period: Period, volumes: Mapping[str, int]) -> tuple[Fraction, list[Step]]:
    if line.id not in volumes:
        raise KeyError(f"the volume of charge {line.id} was not counted for {period.label}")
    unit = line.volume.unit if line.volume is not None else 1
    units = Fraction(volumes[line.id], unit)
    steps = [Step(line.id, str(volumes[line.id]), f"counted in {period.label}, {unit} to the unit charged")]
    if line.minimum_volume is not None and units < line.minimum_volume:
        units = Fraction(line.minimum_volume)
        steps.append(Step(line.id, str(line.minimum_volume), "minimum volume"))
    if line.rate is not None:
        return units * Fraction(line.rate), [*steps, Step(line.id, str(line.rate), "rate a unit")]
    exact, in_bands = _in_bands(line, units)
    return exact, [*steps, *in_bands]


def _in_bands(line: ChargeLine, units: Fraction) -> tuple[Fraction, list[Step]]:
    exact, lower, steps = Fraction(0), Fraction(0), []
    for band in line.bands:
        upper = units if band.up_to is None else min(units, Fraction(band.up_to))
        if line.bands_apply == "whole" and upper == units:
            return units * Fraction(band.rate), [Step(line.id, str(band.rate), f"{_band(band.up_to)}, whole volume")]
        if line.bands_apply == "marginal" and upper > lower:
            exact += (upper - lower) * Fraction(band.rate)
            steps.append(Step(line.id, str(band.rate), f"{_band(band.up_to)}: {upper - lower} units"))
            lower = upper
    return exact, steps


def _band(up_to: Decimal | None) -> str:
    return "above the last band" if up_to is None else f"band up to {up_to}"


def _days_in(line: ChargeLine, period: Period) -> int:
    """The days of a period on which the line is in force."""
    first = max(period.start_on, line.first_on or date.min)
    last = min(period.last_on, line.last_on or date.max)
    return max(0, (last - first).days + 1)
