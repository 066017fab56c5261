"""Did it pay: a month's savings against the approved business case, and what moved them.

Savings are products of what can move on its own: work × units for each × rate × exchange rate. Which factor "came
first" is nobody's knowledge, and each order gives another split. So each part is Shapley's share: the mean of what a
factor adds over all orders. It favours no order, adds up exactly, and gives nothing to a factor that did not move.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from remit.finance.charges import Charge, Charges
from remit.performance.relief.shapley import shapley_shares
from remit.terms.business_cases import BusinessCase, PlannedCharge, PlannedMonth, value_on
from remit.terms.money import Rounding
from remit.terms.periods import Period

_CENT = Rounding(places=2)


class Driver(StrEnum):
    """What moves savings away from the case."""

    RATE = "rate"
    VOLUME = "volume"
    PRODUCTIVITY = "productivity"
    TRANSITION = "transition"
    RETAINED = "retained organisation"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class ActualMonth:
    """What a month came to, in the contract's currency.

    `volumes` are units of each kind of the baseline's work, `adjusted` its credits and bonuses (a credit is negative),
    `index` what the baseline's prices are multiplied by.
    """

    period: Period
    volumes: Mapping[str, Fraction]
    charges: Charges
    adjusted: Decimal
    retained: Decimal
    transition: Decimal
    index: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one factor of one item did to savings, to the cent: positive saves more than the case.

    `planned` and `actual` are the factor's own values, exact: units, a rate, an amount.
    """

    item: str
    driver: Driver
    planned: Fraction
    actual: Fraction
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BenefitMonth:
    """A month's savings as the case had them and as they came; `effects` add up to the variance to the cent."""

    period: Period
    baseline_planned: Decimal
    baseline: Decimal
    cost_planned: Decimal
    cost: Decimal
    planned: Decimal
    realised: Decimal
    effects: tuple[Effect, ...]

    @property
    def variance(self) -> Decimal:
        """How much more was saved than planned; negative for less."""
        return self.realised - self.planned

    def part(self, driver: Driver) -> Decimal:
        """What one driver did to savings."""
        return sum((one.amount for one in self.effects if one.driver is driver), Decimal(0))


@dataclass(frozen=True, slots=True)
class _Factor:
    driver: Driver
    planned: Fraction
    actual: Fraction


@dataclass(frozen=True, slots=True)
class _Product:
    """One item of the savings: a product of factors, each of another driver; `sign` is −1 for what costs."""

    item: str
    sign: int
    factors: tuple[_Factor, ...]

    def worth(self, moved: frozenset[str]) -> Fraction:
        """The item's amount where some factors have moved and the others stand as planned."""
        amount = Fraction(self.sign)
        for factor in self.factors:
            amount *= factor.actual if factor.driver.value in moved else factor.planned
        return amount

    @property
    def planned(self) -> Fraction:
        return self.worth(frozenset())

    @property
    def actual(self) -> Fraction:
        return self.worth(frozenset(factor.driver.value for factor in self.factors))

    def shares(self) -> Iterator[tuple[_Factor, Fraction]]:
        """What each factor adds, exactly; one that did not move adds nothing."""
        shares = shapley_shares([factor.driver.value for factor in self.factors], self.worth)
        for factor in self.factors:
            if shares[factor.driver.value]:
                yield factor, shares[factor.driver.value]


def benefits_in(case: BusinessCase, plan: PlannedMonth, actual: ActualMonth) -> BenefitMonth:
    """A month's savings against its plan.

    Savings are exact and rounded once, half up to the cent; effects are rounded as a running sum from the planned
    savings to the realised ones, so that no cent is lost between them.
    """
    worth = list(_baseline(case, plan, actual))
    costs = list(_costs(case, plan, actual))
    everything = [*worth, *costs]
    planned, realised = (_total(everything, is_actual=is_actual) for is_actual in (False, True))
    return BenefitMonth(
        period=actual.period,
        baseline_planned=_CENT.apply(_total(worth, is_actual=False)),
        baseline=_CENT.apply(_total(worth, is_actual=True)),
        cost_planned=_CENT.apply(-_total(costs, is_actual=False)),
        cost=_CENT.apply(-_total(costs, is_actual=True)),
        planned=_CENT.apply(planned),
        realised=_CENT.apply(realised),
        effects=tuple(_effects(everything, planned)),
    )


def _total(products: list[_Product], *, is_actual: bool) -> Fraction:
    return sum((one.actual if is_actual else one.planned for one in products), Fraction(0))


def _effects(products: list[_Product], planned: Fraction) -> Iterator[Effect]:
    exact, told = planned, _CENT.apply(planned)
    for product in products:
        for factor, share in product.shares():
            exact += share
            reached = _CENT.apply(exact)
            yield Effect(product.item, factor.driver, factor.planned, factor.actual, reached - told)
            told = reached


def _baseline(case: BusinessCase, plan: PlannedMonth, actual: ActualMonth) -> Iterator[_Product]:
    """What the work would have cost before, kind by kind, so that another mix of work is no saving."""
    for kind, work in case.baseline.items():
        cost = Fraction(work.unit_cost)
        unit_cost = _Factor(Driver.RATE, cost * Fraction(plan.index), cost * actual.index)
        yield _Product(
            f"baseline of {kind}",
            1,
            (_Factor(Driver.VOLUME, Fraction(plan.volume[kind]), actual.volumes[kind]), unit_cost),
        )


def _costs(case: BusinessCase, plan: PlannedMonth, actual: ActualMonth) -> Iterator[_Product]:
    billed: dict[str, list[Charge]] = {}
    for charge in actual.charges.lines:
        billed.setdefault(charge.id, []).append(charge)
    for line_id, planned in case.charges.items():
        yield from _charge(case, line_id, planned, plan, actual, billed.pop(line_id, []))
    for line_id, charges in billed.items():
        for charge in charges:
            item = f"{_named(line_id, charge)} (not in the case)"
            yield _one(item, Driver.VOLUME if charge.is_true_up else Driver.RATE, Fraction(0), Fraction(charge.amount))
    yield _one("credits and bonuses", Driver.RATE, Fraction(0), Fraction(actual.adjusted))
    retained = value_on(case.retained, actual.period.start_on)
    yield _one("retained organisation", Driver.RETAINED, Fraction(retained), Fraction(actual.retained))
    yield _one("transition", Driver.TRANSITION, Fraction(plan.transition), Fraction(actual.transition))


def _one(item: str, driver: Driver, planned: Fraction, actual: Fraction) -> _Product:
    return _Product(item, -1, (_Factor(driver, planned, actual),))


def _named(line_id: str, charge: Charge) -> str:
    return f"{line_id}, true-up" if charge.is_true_up else line_id


def _charge(
    case: BusinessCase,
    line_id: str,
    planned: PlannedCharge,
    plan: PlannedMonth,
    actual: ActualMonth,
    billed: list[Charge],
) -> Iterator[_Product]:
    """One planned line against what was charged on it; a true-up pays for work that did not come, so it is volume."""
    month_on = actual.period.start_on
    usual = next((charge for charge in billed if not charge.is_true_up), None)
    rate_planned = Fraction(planned.exchange_rate)
    exchange = rate_planned if usual is None else Fraction(usual.exchange_rate)
    currency = _Factor(Driver.CURRENCY, rate_planned, exchange)
    if planned.units_each is None or planned.rate is None:
        was = Fraction(value_on(planned.amount or {}, month_on))
        now = Fraction(0) if usual is None else Fraction(usual.amount) / exchange
        yield _Product(line_id, -1, (_Factor(Driver.RATE, was, now), currency))
    else:
        units_each, rate = (Fraction(value_on(values, month_on)) for values in (planned.units_each, planned.rate))
        kinds = planned.of or tuple(case.baseline)
        work = (sum((Fraction(plan.volume[kind]) for kind in kinds), Fraction(0)),
                sum((actual.volumes[kind] for kind in kinds), Fraction(0)))  # fmt: skip
        yield from _by_units(line_id, work, (units_each, rate), currency, usual)
    for charge in billed:
        if charge.is_true_up:
            yield _one(_named(line_id, charge), Driver.VOLUME, Fraction(0), Fraction(charge.amount))


def _by_units(
    line_id: str,
    work: tuple[Fraction, Fraction],
    planned: tuple[Fraction, Fraction],
    currency: _Factor,
    usual: Charge | None,
) -> Iterator[_Product]:
    """A line that follows the work: work × units for each × rate × exchange rate.

    The actual rate is what the charged units cost on average, so bands and sites show as rate. Where nothing was
    charged there is no actual rate and the planned one stands; without any work, units are all productivity. An amount
    charged without a quantity was not planned, and shows as rate.
    """
    items = () if usual is None else usual.items
    units = sum((item.quantity for item in items if not item.is_lump), Fraction(0))
    charged = Fraction(0) if usual is None else Fraction(usual.amount)
    by_units = sum((Fraction(item.amount) for item in items if not item.is_lump), Fraction(0)) if units else Fraction(0)
    rate = _Factor(Driver.RATE, planned[1], by_units / units / currency.actual if units else planned[1])
    yield _Product(line_id, -1, (*_quantity(work, planned[0], units), rate, currency))
    if charged != by_units:
        yield _one(f"{line_id}, without a quantity", Driver.RATE, Fraction(0), charged - by_units)


def _quantity(work: tuple[Fraction, Fraction], units_each: Fraction, units: Fraction) -> tuple[_Factor, ...]:
    if not work[1] and units:
        return (_Factor(Driver.PRODUCTIVITY, work[0] * units_each, units),)
    each = units / work[1] if work[1] else units_each
    return _Factor(Driver.VOLUME, *work), _Factor(Driver.PRODUCTIVITY, units_each, each)
