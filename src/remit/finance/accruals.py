"""Accruals and forecasts: what is owed for months not billed yet, and what the year will come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from remit.finance.charges import charges_of
from remit.finance.pricing import Count, Prices
from remit.finance.stretches import counts_needed
from remit.terms.contracts import Contract
from remit.terms.money import Rounding
from remit.terms.periods import Period, add_months, month_of

Method = Literal["average", "seasonal"]


@dataclass(frozen=True, slots=True)
class DeliveredMonth:
    """A month's raw counts by their keys, and what it came to: charges, and credits and bonuses that it bears.

    `days` are those of the month that lie in the term, where they are not all.
    """

    period: Period
    counts: Mapping[str, Count]
    charged: Decimal
    adjusted: Decimal = Decimal(0)
    days: Period | None = None

    @property
    def net(self) -> Decimal:
        return self.charged + self.adjusted

    @property
    def cut(self) -> Fraction:
        """How much of the month lies in the term."""
        return Fraction(1) if self.days is None else Fraction(self.days.days, self.period.days)


@dataclass(frozen=True, slots=True)
class Accrual:
    """What is owed for a delivered month that no invoice was received for."""

    period: Period
    charged: Decimal
    adjusted: Decimal

    @property
    def amount(self) -> Decimal:
        return self.charged + self.adjusted


@dataclass(frozen=True, slots=True)
class ForecastMonth:
    """What a month to come is expected to be charged, and the range: what the least and the most delivered month gives.

    Credits and bonuses are not foreseen.
    """

    period: Period
    amount: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class YearForecast:
    """A year's money: delivered months as they came, months to come as foreseen, and how that was done."""

    year: Period
    delivered: Decimal
    months: tuple[ForecastMonth, ...]
    method: Method
    looked_back_on: tuple[str, ...]

    @property
    def total(self) -> Decimal:
        return self.delivered + sum((month.amount for month in self.months), Decimal(0))

    @property
    def low(self) -> Decimal:
        return self.delivered + sum((month.low for month in self.months), Decimal(0))

    @property
    def high(self) -> Decimal:
        return self.delivered + sum((month.high for month in self.months), Decimal(0))


def accrued(delivered: Sequence[DeliveredMonth], billed: Sequence[Period]) -> tuple[Accrual, ...]:
    """An accrual for each delivered month without an invoice, in order."""
    return tuple(
        Accrual(month.period, month.charged, month.adjusted) for month in delivered if month.period not in billed
    )


def forecast(
    contract: Contract, delivered: Sequence[DeliveredMonth], year: Period, *, method: Method = "average", back: int = 6
) -> YearForecast:
    """The year's money: volumes foreseen from delivered ones, priced by the rate card in force.

    `average`: each month to come delivers the plain mean of the last `back` delivered months, by the day. `seasonal`:
    it delivers what the same month of the year before did, times how the last months compare with theirs of the year
    before; where that year was not delivered, the plain mean. Of a month in which the term begins or ends, its days in
    the term count. The range prices the least and the most any month looked back on delivered. A count that stands for
    a whole year (a yearly minimum) is what was delivered in it and what is foreseen. Raises ValueError where nothing
    was delivered.
    """
    if not delivered:
        raise ValueError("nothing was delivered yet, so that nothing can be foreseen")
    recent = tuple(delivered[-back:])
    inside = [month for month in delivered if month.period.start_on in year]
    months: list[ForecastMonth] = []
    # A year's minimum counts the months foreseen before its last one too.
    so_far = list(delivered)
    upcoming = month_of(delivered[-1].period.end_on)
    while upcoming.start_on < year.end_on and upcoming.start_on < contract.term_period.end_on:
        days = Period(upcoming.start_on, min(upcoming.end_on, contract.term_period.end_on))
        likely = _likely(contract, delivered, recent, days, method)
        months.append(_foreseen(contract, so_far, recent, days, likely))
        counts = {line_id: Rounding(places=4).apply(count) for line_id, count in likely.items()}
        so_far.append(DeliveredMonth(upcoming, counts, Decimal(0), days=days))
        upcoming = month_of(upcoming.end_on)
    done = sum((month.net for month in inside), Decimal(0))
    return YearForecast(year, done, tuple(months), method, tuple(month.period.label for month in recent))


def _likely(
    contract: Contract,
    delivered: Sequence[DeliveredMonth],
    recent: Sequence[DeliveredMonth],
    period: Period,
    method: Method,
) -> dict[str, Fraction]:
    """The raw count each line is expected to have in a month to come."""
    seen = _seen(contract, recent, period)
    means = {line_id: sum(found, Fraction(0)) / len(found) for line_id, found in seen.items()}
    if method == "average":
        return means
    return {line_id: _seasonal(line_id, delivered, period, mean) for line_id, mean in means.items()}


def _seen(contract: Contract, recent: Sequence[DeliveredMonth], period: Period) -> dict[str, list[Fraction]]:
    """What each month looked back on would be, were it as long as the one to come."""
    lines = [line.id for line in contract.charges if line.volume is not None]
    return {line_id: [_whole(line_id, one) * period.days / one.period.days for one in recent] for line_id in lines}


def _foreseen(
    contract: Contract,
    so_far: Sequence[DeliveredMonth],
    recent: Sequence[DeliveredMonth],
    period: Period,
    likely: Mapping[str, Fraction],
) -> ForecastMonth:
    seen = _seen(contract, recent, period)
    least = {line_id: min(*found, likely[line_id]) for line_id, found in seen.items()}
    most = {line_id: max(*found, likely[line_id]) for line_id, found in seen.items()}
    amounts = [_priced(contract, period, counts, so_far) for counts in (likely, least, most)]
    return ForecastMonth(month_of(period.start_on), amounts[0], min(amounts), max(amounts))


def _counted(line_id: str, month: DeliveredMonth) -> Fraction:
    """A line's raw count of a month, all its parts together; a year's count is none of a month."""
    prefixes = (f"{line_id} from ", f"{line_id}: ")
    mine = (value for key, value in month.counts.items() if key == line_id or key.startswith(prefixes))
    return sum((Fraction(value) for value in mine), Fraction(0))


def _whole(line_id: str, month: DeliveredMonth) -> Fraction:
    """A line's count of a month as it would be, had the term held all of its days."""
    return _counted(line_id, month) / month.cut


def _seasonal(line_id: str, delivered: Sequence[DeliveredMonth], period: Period, mean: Fraction) -> Fraction:
    """The same month of the year before, moved by how the months since compare with theirs."""
    by_start = {month.period.start_on: month for month in delivered}
    before = by_start.get(add_months(period.start_on, -12))
    if before is None:
        return mean
    pairs = [(month, by_start.get(add_months(start, -12))) for start, month in by_start.items()]
    then = sum((_whole(line_id, old) for _, old in pairs if old is not None), Fraction(0))
    now = sum((_whole(line_id, month) for month, old in pairs if old is not None), Fraction(0))
    part = Fraction(period.days, month_of(period.start_on).days)
    return _whole(line_id, before) * part * (now / then if then else 1)


def _priced(
    contract: Contract, period: Period, units: Mapping[str, Fraction], delivered: Sequence[DeliveredMonth]
) -> Decimal:
    """A month of foreseen raw counts by the rate card; a line's parts share its count as in the last month."""
    counts: dict[str, Count] = {}
    for line, part in counts_needed(contract.charges, period, term=contract.term_period):
        known = units[line.id]
        if part.key.startswith(f"{line.id} in the year"):
            inside = [month for month in delivered if month.period.start_on in part.days]
            known += sum((_counted(line.id, month) for month in inside), Fraction(0))
        elif part.is_rest:
            known = Fraction(0)
        elif part.value is not None:
            known *= _share(line.id, part.key, delivered)
        else:
            known *= Fraction(part.days.days, period.days)
        counts[part.key] = Rounding(places=4).apply(known)
    return charges_of(period, contract.charges, counts, prices=Prices.of(contract)).total


def _share(line_id: str, key: str, delivered: Sequence[DeliveredMonth]) -> Fraction:
    """Which share of a line's count one value of its column had in the last month that tells them apart."""
    last = next(month for month in reversed(delivered) if key in month.counts or month is delivered[0])
    whole = _counted(line_id, last)
    return Fraction(last.counts.get(key, 0)) / whole if whole else Fraction(0)
