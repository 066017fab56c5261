"""Prices of a line in a period: quantities at rates, before anything is rounded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from remit.finance.stretches import Part, parts_of, share_of_months, year_key, years_of
from remit.performance.service_credits import Step
from remit.terms.contracts import Contract
from remit.terms.periods import Period
from remit.terms.price_changes import ExchangeRule, PriceIndex, PriceMissing
from remit.terms.rate_cards import ChargeLine

Count = int | Decimal


class RateMissing(ValueError):
    """A line that can't be priced: a delivered unit without a rate, an index or a currency without a value."""

    def __init__(self, line_id: str, what: str) -> None:
        super().__init__(what)
        self.line_id = line_id


@dataclass(frozen=True, slots=True)
class Prices:
    """What lines lean on besides themselves: indexes, exchange rates, the contract's own currency, its term."""

    currency: str = ""
    indexes: Mapping[str, PriceIndex] = field(default_factory=dict)
    currencies: Mapping[str, ExchangeRule] = field(default_factory=dict)
    term: Period | None = None

    @classmethod
    def of(cls, contract: Contract) -> "Prices":
        """Those of a contract."""
        return cls(contract.currency, contract.indexes, contract.currencies, contract.term_period)

    def exchange_rate(self, line: ChargeLine, period: Period) -> Decimal:
        """How much of the contract's currency one unit of the line's is worth; 1 for its own."""
        if line.currency is None or line.currency == self.currency:
            return Decimal(1)
        if line.currency not in self.currencies:
            raise PriceMissing(f"the contract has no exchange rate for {line.currency}")
        return self.currencies[line.currency].for_period(period, line.currency)


@dataclass(frozen=True, slots=True)
class OtherRate:
    """A rate of the card that does not hold here, and might be billed by mistake."""

    rate: Decimal
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One quantity at one rate, in the line's currency and exact; a lump is an amount with no quantity to speak of."""

    text: str
    quantity: Fraction
    rate: Fraction
    is_lump: bool = False
    others: tuple[OtherRate, ...] = ()

    @property
    def amount(self) -> Fraction:
        return self.quantity * self.rate


@dataclass(slots=True)
class Priced:
    """The drafts of one line, with the steps they came from."""

    drafts: list[Draft] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def tell(self, line: ChargeLine, value: object, rule: str) -> None:
        """Add a step."""
        self.steps.append(Step(line.id, str(value), rule))


def indexed(line: ChargeLine, rate: Decimal, day: date, prices: Prices) -> Decimal:
    """A written rate or amount as the index has moved it by a day, rounded as the indexation says."""
    if line.indexation is None or not line.indexation.steps(day):
        return rate
    index = _index_of(line, prices)
    return line.indexation.rounding.apply(Fraction(rate) * line.indexation.factor(index, day))


def _index_of(line: ChargeLine, prices: Prices) -> PriceIndex:
    name = "" if line.indexation is None else line.indexation.index
    if name not in prices.indexes:
        raise PriceMissing(f"the contract has no index {name}")
    return prices.indexes[name]


def rates_not_agreed(line: ChargeLine, rate: Decimal, day: date, prices: Prices) -> tuple[OtherRate, ...]:
    """The rates another reading of the indexation gives: steps left out, taken early, or beyond their bounds."""
    terms = line.indexation
    if terms is None or terms.index not in prices.indexes:
        return ()
    index, right = prices.indexes[terms.index], indexed(line, rate, day, prices)
    found = [(rate, "without indexation")]
    steps = list(terms.steps(day))
    later = next(iter(sorted(set(terms.steps(max((*index.values, day)))) - set(steps))), None)
    for step in (*steps, *(() if later is None else (later,))):
        for is_bounded, words in ((True, f"indexed to {step}"), (False, f"indexed to {step} beyond its bounds")):
            try:
                factor = terms.factor(index, step, is_bounded=is_bounded)
            except PriceMissing:
                continue
            found.append((terms.rounding.apply(Fraction(rate) * factor), words))
    return tuple(OtherRate(other, "indexation", words) for other, words in found if other != right)


def price(line: ChargeLine, period: Period, volumes: Mapping[str, Count], prices: Prices) -> Priced:
    """A line's quantities at their rates over a period; raises RateMissing or PriceMissing where one has no price."""
    priced = Priced()
    if line.amount is not None:
        _fixed(priced, line, period, prices)
    if line.volume is None:
        return priced
    for part in parts_of(line, period):
        units = _counted(priced, line, part, volumes, period)
        if part.is_rest:
            _refuse_unrated(line, units)
        elif line.baseline is not None:
            _around_baseline(priced, line, period, units, prices)
        elif line.bands:
            _in_bands(priced, line, period, units, prices)
        else:
            _at_rate(priced, line, part, units, prices)
    return priced


def _fixed(priced: Priced, line: ChargeLine, period: Period, prices: Prices) -> None:
    """The month's amount for each calendar month the period touches, by the days in force."""
    for month, days, is_whole in share_of_months(line, period):
        written = indexed(line, line.amount or Decimal(0), month.start_on, prices)
        monthly = Fraction(written) / (12 if line.per == "year" else 1)
        rule = "the whole month" if is_whole else f"{days} of {month.days} days"
        amount = monthly if is_whole else monthly * days / month.days
        others = rates_not_agreed(line, line.amount or Decimal(0), month.start_on, prices)
        priced.drafts.append(Draft(f"{month.label}: {rule}", Fraction(1), amount, is_lump=True, others=others))
        priced.tell(line, f"{written} a {line.per}", f"{month.label}: {rule}")


def _counted(priced: Priced, line: ChargeLine, part: Part, volumes: Mapping[str, Count], period: Period) -> Fraction:
    if part.key not in volumes:
        raise KeyError(f"the volume of charge {part.key} was not counted for {period.label}")
    unit = line.volume.unit if line.volume is not None else 1
    units = Fraction(volumes[part.key]) / unit
    if part.is_rest:
        return units
    scope = "" if part.value is None else f", {part.value}"
    days = period.label if part.key == line.id or part.value is not None else f"from {part.days.start_on}"
    priced.tell(line, volumes[part.key], f"counted in {days}{scope}, {unit} to the unit charged")
    if line.minimum_volume is not None and units < line.minimum_volume:
        units = Fraction(line.minimum_volume)
        priced.tell(line, line.minimum_volume, "minimum volume")
    return units


def _refuse_unrated(line: ChargeLine, units: Fraction) -> None:
    if not units or line.rate_by is None:
        return
    raise RateMissing(
        line.id,
        f"{_plain(units)} delivered units have no rate: their {line.rate_by.by} is none of "
        f"{', '.join(line.rate_by.map)}",
    )


def _at_rate(priced: Priced, line: ChargeLine, part: Part, units: Fraction, prices: Prices) -> None:
    day = part.days.start_on
    if part.rate is None:
        if units:
            raise RateMissing(line.id, f"{_plain(units)} delivered units have no rate: none holds on {day}")
        return
    rate = indexed(line, part.rate, day, prices)
    others = [*rates_not_agreed(line, part.rate, day, prices), *_written_elsewhere(line, part, prices)]
    told = part.value if part.value is not None else ("" if not line.rates else f"from {day}")
    told = told or ""
    priced.drafts.append(Draft(told, units, Fraction(rate), others=tuple(o for o in others if o.rate != rate)))
    priced.tell(line, rate, f"rate a unit{f', {told}' if told else ''}")


def _written_elsewhere(line: ChargeLine, part: Part, prices: Prices) -> Iterator[OtherRate]:
    """The line's rates of other days and of other values."""
    for start, rate in line.rates.items():
        yield OtherRate(indexed(line, rate, part.days.start_on, prices), "date", f"the rate from {start}")
    for value, rate in ({} if line.rate_by is None else line.rate_by.map).items():
        yield OtherRate(indexed(line, rate, part.days.start_on, prices), "column", f"the rate of {value}")


def _in_bands(priced: Priced, line: ChargeLine, period: Period, units: Fraction, prices: Prices) -> None:
    """Each unit at its own band's rate, or all at the one reached; less than nothing (corrections), at the first."""
    rates = [indexed(line, band.rate, period.start_on, prices) for band in line.bands]
    lower = Fraction(0)
    for band, rate in zip(line.bands, rates, strict=True):
        upper = units if band.up_to is None else min(units, Fraction(band.up_to))
        named = _band(band.up_to)
        others = tuple(
            OtherRate(other, "band", _band(one.up_to))
            for one, other in zip(line.bands, rates, strict=True)
            if other != rate
        ) + rates_not_agreed(line, band.rate, period.start_on, prices)
        if line.bands_apply == "whole" and upper == units:
            priced.drafts.append(Draft(named, units, Fraction(rate), others=others))
            priced.tell(line, rate, f"{named}, whole volume")
            return
        is_reached = upper > lower or (upper < 0 and band is line.bands[0])
        if line.bands_apply == "marginal" and is_reached:
            priced.drafts.append(Draft(named, upper - lower, Fraction(rate), others=others))
            priced.tell(line, rate, f"{named}: {upper - lower} units")
            lower = upper


def _band(up_to: Decimal | None) -> str:
    return "above the last band" if up_to is None else f"band up to {up_to}"


def _around_baseline(priced: Priced, line: ChargeLine, period: Period, units: Fraction, prices: Prices) -> None:
    """Units above the dead-band are charged, units below it given back; inside it nothing changes."""
    terms = line.baseline
    if terms is None:
        return
    months = sum(
        (Fraction(1) if is_whole else Fraction(days, month.days))
        for month, days, is_whole in share_of_months(line, period)
    )
    baseline = Fraction(terms.volume) * months
    upper, lower = baseline * (1 + Fraction(terms.deadband)), baseline * (1 - Fraction(terms.deadband))
    priced.tell(line, terms.volume, f"baseline; nothing changes from {_plain(lower)} to {_plain(upper)}")
    if lower <= units <= upper:
        return
    is_above = units > upper
    edge = baseline if terms.counted_from == "baseline" else upper if is_above else lower
    written = terms.additional_charge if is_above else terms.reduced_charge
    rate = indexed(line, written, period.start_on, prices)
    words = "additional units" if is_above else "reduced units, given back"
    others = rates_not_agreed(line, written, period.start_on, prices)
    priced.drafts.append(Draft(words, units - edge, Fraction(rate), others=others))
    priced.tell(line, rate, f"{words}: {_plain(abs(units - edge))}")


def true_ups(line: ChargeLine, period: Period, volumes: Mapping[str, Count], prices: Prices) -> Iterator[Priced]:
    """The units of a year's minimum that did not come, of each year that ends in this period and lacks some.

    The minimum of a year in which the line has only some days is that part of it, unless the line prorates nothing.
    """
    unit, terms = 1 if line.volume is None else line.volume.unit, line.year_minimum
    for year, days in years_of(line, period, prices.term):
        key = year_key(line, days)
        if key not in volumes:
            raise KeyError(f"the volume of charge {key} was not counted")
        priced, minimum = Priced(), Fraction(0 if terms is None else terms.volume)
        priced.tell(line, volumes[key], f"counted from {days.start_on} to {days.last_on}, {unit} to the unit charged")
        if line.prorate == "days" and days != year:
            minimum = minimum * days.days / year.days
        priced.tell(line, _plain(minimum), "minimum of the year")
        missing = minimum - Fraction(volumes[key]) / unit
        if missing > 0:
            rate = indexed(line, _rate_of_missing(line), period.start_on, prices)
            priced.drafts.append(Draft(f"true-up of {days.start_on} to {days.last_on}", missing, Fraction(rate)))
            priced.tell(line, rate, f"rate of each of {_plain(missing)} missing units")
            yield priced


def _rate_of_missing(line: ChargeLine) -> Decimal:
    own = None if line.year_minimum is None else line.year_minimum.rate
    return own if own is not None else line.rate or Decimal(0)


def _plain(units: Fraction) -> str:
    """Units as a person reads them: whole where they are, else to four places."""
    return str(units) if units.denominator == 1 else f"{Decimal(units.numerator) / Decimal(units.denominator):.4f}"
