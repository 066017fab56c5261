"""What drawn years say together: the credit to expect, how bad it may get, and how sure that is."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from remit.performance.backtests.drawing import Season
from remit.performance.backtests.past_months import PastMonth
from remit.performance.backtests.variations import Varied
from remit.performance.backtests.years import YearOutcome
from remit.performance.service_credits import CreditStatement, MeasuredPeriod, level_months
from remit.terms.contracts import Contract
from remit.terms.periods import Period

_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Chance:
    """In how many of the drawn years something happened."""

    years: int
    of: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.years, self.of)


@dataclass(frozen=True, slots=True)
class Outlook:
    """A year's credit over the drawn years, in the contract's currency, rounded to cents half to even.

    `expected` is their mean; `at_90` and `at_95` are the least amounts that 90 and 95 of 100 years stay within; `most`
    is the largest. `drawing_error` is the standard error of `expected` from drawing so many years: more years make it
    smaller. `months_error` is its standard error from there being so few past months, which no number of years heals.
    """

    expected: Decimal
    at_90: Decimal
    at_95: Decimal
    most: Decimal
    drawing_error: Decimal
    months_error: Decimal


@dataclass(frozen=True, slots=True)
class LevelOutlook:
    """One level: what the past months were by the terms, and what years drawn from them cost.

    `credited` is what the level was credited in the past months themselves, after earn-backs. `is_credited` says in
    how many drawn years it brought the client any credit, `terminates` in how many it gave a right to terminate.
    """

    service_level: str
    months_measured: int
    months_missed: int
    credited: Decimal
    outlook: Outlook
    is_credited: Chance
    earned_back: Decimal
    terminates: Chance


@dataclass(frozen=True, slots=True)
class Backtest:
    """Terms tested on past months.

    `months` and `statements` are the past months themselves, settled in order by the terms; `credited` is their sum.
    The rest is of `years` years drawn from them with `seed`; `yearly` is what each of those came to, the least first.
    `variations` is what changing one thing would do to the expected credit, the largest difference first.
    """

    contract: Contract
    past: tuple[PastMonth, ...]
    months: tuple[MeasuredPeriod, ...]
    statements: tuple[CreditStatement, ...]
    yearly: tuple[Decimal, ...]
    seed: int
    season: Season
    outlook: Outlook
    levels: tuple[LevelOutlook, ...]
    is_capped: Chance
    months_capped: Fraction
    earns_back: Chance
    earned_back: Decimal
    terminates: Chance
    notes: tuple[str, ...]
    variations: tuple[Varied, ...] = ()

    @property
    def years(self) -> int:
        return len(self.yearly)

    @property
    def credited(self) -> Decimal:
        return sum((one.credit for one in self.statements), Decimal(0))

    @property
    def span(self) -> Period:
        return Period(self.months[0].period.start_on, self.months[-1].period.end_on)

    @property
    def charges_a_year(self) -> Decimal:
        """The credit base of an average past month, twelve times."""
        base = sum((Fraction(one.charges) for one in self.statements), Fraction(0))
        return cents(base * _MONTHS_A_YEAR / len(self.statements))


@dataclass(frozen=True, slots=True)
class Replay:
    """What a backtest is made from: the terms, the past months by them, and the years drawn from those months."""

    contract: Contract
    past: tuple[PastMonth, ...]
    months: tuple[MeasuredPeriod, ...]
    statements: tuple[CreditStatement, ...]
    outcomes: tuple[YearOutcome, ...]


def backtest_of(
    tested: Replay, *, seed: int, season: Season, notes: Sequence[str] = (), variations: Sequence[Varied] = ()
) -> Backtest:
    """The drawn years put together, for each level that the terms credit and in total."""
    outcomes, terms = tested.outcomes, tested.contract.credits
    credited = () if terms is None else tuple(name for name in terms.levels() if name in tested.contract.service_levels)
    others = {name for one in outcomes for name in one.by_level} - set(credited)
    count = len(outcomes)
    return Backtest(
        contract=tested.contract,
        past=tested.past,
        months=tested.months,
        statements=tested.statements,
        yearly=tuple(sorted(one.credit for one in outcomes)),
        seed=seed,
        season=season,
        outlook=estimated(outcomes, lambda one: one.credit, past_months=len(tested.past)),
        levels=tuple(_level(tested, name) for name in (*credited, *sorted(others))),
        is_capped=_chance(outcomes, lambda one: one.months_capped > 0),
        months_capped=Fraction(sum(one.months_capped for one in outcomes), count),
        earns_back=_chance(outcomes, lambda one: one.earned_back < 0),
        earned_back=_mean([one.earned_back for one in outcomes]),
        terminates=_chance(outcomes, lambda one: one.may_terminate),
        notes=tuple(notes),
        variations=tuple(variations),
    )


def _level(tested: Replay, name: str) -> LevelOutlook:
    outcomes = tested.outcomes
    worst = [level_months(month.attainments).get(name) for month in tested.months]
    measured = [one.worst for one in worst if one is not None and one.is_measured]
    lines = [line.amount for one in tested.statements for line in one.lines if line.service_level == name]
    return LevelOutlook(
        service_level=name,
        months_measured=len(measured),
        months_missed=sum(one.standing.is_miss for one in measured),
        credited=sum(lines, Decimal(0)),
        outlook=estimated(outcomes, lambda one: one.by_level.get(name, Decimal(0)), past_months=len(tested.past)),
        is_credited=_chance(outcomes, lambda one: one.credited(name) > 0),
        earned_back=_mean([one.earned_back_by_level.get(name, Decimal(0)) for one in outcomes]),
        terminates=_chance(outcomes, lambda one: name in one.terminations),
    )


def _chance(outcomes: Sequence[YearOutcome], happened: Callable[[YearOutcome], bool]) -> Chance:
    return Chance(sum(happened(one) for one in outcomes), len(outcomes))


def _mean(amounts: Sequence[Decimal]) -> Decimal:
    return cents(sum((Fraction(one) for one in amounts), Fraction(0)) / len(amounts))


def expected_credit(outcomes: Sequence[YearOutcome]) -> Decimal:
    """The mean credit of a year."""
    return _mean([one.credit for one in outcomes])


def estimated(
    outcomes: Sequence[YearOutcome], amount: Callable[[YearOutcome], Decimal], *, past_months: int
) -> Outlook:
    """The outlook of one amount over drawn years.

    Points are of the nearest rank, so that each is an amount some drawn year had. The error from few months is what
    the bootstrap itself says of it: a year is a sum of twelve independent draws, so the mean of n months, times
    twelve, has the year's spread times √(12 / n). Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap
    (1993), chapter 6; what looks back over months makes it an approximation.
    """
    amounts = sorted(amount(one) for one in outcomes)
    count = len(amounts)
    mean = sum((Fraction(one) for one in amounts), Fraction(0)) / count
    squares = sum(((Fraction(one) - mean) ** 2 for one in amounts), Fraction(0))
    spread = math.sqrt(squares / (count - 1)) if count > 1 else 0.0
    return Outlook(
        expected=cents(mean),
        at_90=_point(amounts, 90),
        at_95=_point(amounts, 95),
        most=amounts[-1],
        drawing_error=cents(Fraction(spread / math.sqrt(count))),
        months_error=cents(Fraction(spread * math.sqrt(_MONTHS_A_YEAR / past_months))),
    )


def cents(amount: Fraction) -> Decimal:
    """An estimate, to two places: it is no money that anybody pays."""
    return Decimal(round(amount * 100)).scaleb(-2)


def _point(amounts: Sequence[Decimal], percent: int) -> Decimal:
    """The least of some sorted amounts that so many percent of them stay within."""
    return amounts[-(-len(amounts) * percent // 100) - 1]
