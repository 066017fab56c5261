"""What a period is charged: fixed amounts by their days, volumes at their rates, each line rounded once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from remit.finance.pricing import Count, OtherRate, Priced, Prices, RateMissing, price, true_ups
from remit.finance.stretches import days_in_force
from remit.performance.service_credits import PeriodCharges, Step, Trace
from remit.terms.money import Rounding
from remit.terms.periods import Period
from remit.terms.price_changes import PriceMissing
from remit.terms.rate_cards import ChargeLine


@dataclass(frozen=True, slots=True)
class ChargeItem:
    """One quantity at one rate within a charge; the amounts of a charge's items add up to it, to the cent.

    `rate` is in the line's currency, `amount` in the contract's. A lump stands for an amount without a quantity: a
    month's fee. `others` are the rates of the card that do not hold here.
    """

    text: str
    quantity: Fraction
    rate: Fraction
    amount: Decimal
    is_lump: bool = False
    others: tuple[OtherRate, ...] = ()


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of a period's charges: the amount, rounded as the line says, and the steps it came from."""

    id: str
    amount: Decimal
    is_pass_through: bool
    trace: Trace
    line: ChargeLine
    items: tuple[ChargeItem, ...] = ()
    exchange_rate: Decimal = Decimal(1)
    is_true_up: bool = False


@dataclass(frozen=True, slots=True)
class Charges:
    """A period's charges; `base` leaves pass-through and a year's true-ups out, `total` is all of them."""

    lines: tuple[Charge, ...]
    base: Decimal
    total: Decimal

    @property
    def trace(self) -> Trace:
        """All steps of all lines, in the rate card's order."""
        return tuple(step for line in self.lines for step in line.trace)

    def for_credits(self) -> PeriodCharges:
        """The charges as settling takes them: base, invoice, and each line by its id."""
        amounts = tuple((line.id, line.amount) for line in self.lines if not line.is_true_up)
        return PeriodCharges(self.base, self.total, amounts)


NO_PRICES = Prices()


def charges_of(
    period: Period, lines: Sequence[ChargeLine], volumes: Mapping[str, Count], *, prices: Prices = NO_PRICES
) -> Charges:
    """The charges of one period.

    `volumes` has the raw count of everything `counts_needed` names (records, or the column's sum before its unit
    divides it); a volume of nothing is a 0 that somebody counted, so a missing one is a KeyError. A line not in force
    in any day of the period has no charge. A volume is not prorated: its count covers the days of the line only. What
    follows an index steps on the first of a month, so a period longer than a month has the prices of its first day. A
    true-up pays for what did not come in a year: it is invoiced, and credits are not counted on it.
    Raises RateMissing where a line can't be priced.
    """
    found = [_charge(line, period, volumes, prices) for line in lines if days_in_force(line, period) is not None]
    found += [one for line in lines for one in _true_ups(line, period, volumes, prices)]
    base = sum((one.amount for one in found if not (one.is_pass_through or one.is_true_up)), Decimal(0))
    return Charges(tuple(found), base, sum((one.amount for one in found), Decimal(0)))


def _charge(line: ChargeLine, period: Period, volumes: Mapping[str, Count], prices: Prices) -> Charge:
    try:
        return _rounded(line, price(line, period, volumes, prices), prices.exchange_rate(line, period))
    except PriceMissing as missing:
        raise RateMissing(line.id, str(missing)) from None


def _true_ups(line: ChargeLine, period: Period, volumes: Mapping[str, Count], prices: Prices) -> tuple[Charge, ...]:
    try:
        return tuple(
            _rounded(line, priced, prices.exchange_rate(line, period), is_true_up=True)
            for priced in true_ups(line, period, volumes, prices)
        )
    except PriceMissing as missing:
        raise RateMissing(line.id, str(missing)) from None


def _rounded(line: ChargeLine, priced: Priced, exchange_rate: Decimal, *, is_true_up: bool = False) -> Charge:
    """The line's drafts in the contract's currency, rounded once; its items share the amount exactly."""
    steps = list(priced.steps)
    if exchange_rate != 1:
        steps.append(Step(line.id, str(exchange_rate), f"exchange rate of {line.currency}"))
    exact, rounded, items = Fraction(0), Decimal(0), []
    for draft in priced.drafts:
        exact += draft.amount * Fraction(exchange_rate)
        reached = line.rounding.apply(exact)
        items.append(ChargeItem(draft.text, draft.quantity, draft.rate, reached - rounded, draft.is_lump, draft.others))
        rounded = reached
    amount = rounded if priced.drafts else line.rounding.apply(exact)
    steps.append(Step(line.id, f"{amount:,f}", _rounding_words(line.rounding)))
    return Charge(
        id=line.id,
        amount=amount,
        is_pass_through=line.pass_through,
        trace=tuple(steps),
        line=line,
        items=tuple(items),
        exchange_rate=exchange_rate,
        is_true_up=is_true_up,
    )


def _rounding_words(rounding: Rounding) -> str:
    return f"{rounding.mode.value} to {rounding.places} places"
