"""What a month comes to, and what later figures of a closed month change: levels, charges, credits, the difference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from remit.performance.service_credits.statements import CreditStatement, Step, Trace
from remit.performance.service_levels import Attainment
from remit.performance.settlements import Settlement
from remit.terms.periods import Period

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A level of the period whose figure or standing is another one now; None where it was not judged."""

    service_level: str
    window: Period
    before: Attainment | None
    after: Attainment | None


def level_changes(first: Settlement | None, last: Settlement | None) -> tuple[LevelChange, ...]:
    """The levels that two settlements of one period judge differently, window by window."""
    before, after = _by_level(first), _by_level(last)
    return tuple(
        LevelChange(level, window, before.get((level, window)), after.get((level, window)))
        for level, window in dict.fromkeys([*before, *after])
        if _differ(before.get((level, window)), after.get((level, window)))
    )


def _by_level(settlement: Settlement | None) -> dict[tuple[str, Period], Attainment]:
    attainments: Sequence[Attainment] = () if settlement is None else settlement.attainments
    return {(one.service_level, one.window): one for one in attainments}


def _differ(before: Attainment | None, after: Attainment | None) -> bool:
    if before is None or after is None:
        return True
    return (before.ratio, before.excluded, before.standing) != (after.ratio, after.excluded, after.standing)


@dataclass(frozen=True, slots=True)
class BroughtForward:
    """The difference of a month that was closed before, settled with this one.

    `amount` is what the client owes more for that month, negative where the provider gives something back; `trace` says
    how it came about, step by step.
    """

    period: Period
    number: int
    amount: Decimal
    trace: Trace


@dataclass(frozen=True, slots=True)
class MonthAccount:
    """What the two sides owe each other for a month: everything invoiced, less credits, and what was brought forward.

    `due` is what the client owes for the month, negative where it gets something back. A credit counts in the month it
    arose in, whichever invoice the contract takes it off.
    """

    currency: str
    invoice: Decimal
    credit: Decimal
    brought: tuple[BroughtForward, ...] = ()

    @property
    def brought_forward(self) -> Decimal:
        """All that comes from months closed before."""
        return sum((one.amount for one in self.brought), _NOTHING)

    @property
    def due(self) -> Decimal:
        """Charges less credits, and what was brought forward."""
        return self.invoice - self.credit + self.brought_forward


def account_of(settlement: Settlement, brought: Sequence[BroughtForward] = ()) -> MonthAccount:
    """A month's account. Raises ValueError where something brought forward is of a month that is not before it."""
    for one in brought:
        if one.period.start_on >= settlement.period.start_on:
            raise ValueError(
                f"{one.period.label} is not before {settlement.period.label}, and can't be brought forward"
            )
    statement = settlement.statement
    return MonthAccount(statement.currency, statement.invoice, statement.credit, tuple(brought))


@dataclass(frozen=True, slots=True)
class MonthChange:
    """What other figures do to a closed month.

    `credits` has the credit of each service level that differs, before and after.
    """

    period: Period
    currency: str
    levels: tuple[LevelChange, ...]
    credits: Mapping[str, tuple[Decimal, Decimal]]
    invoice: tuple[Decimal, Decimal]
    credit: tuple[Decimal, Decimal]

    @property
    def amount(self) -> Decimal:
        """What the client owes more for the month: more charges, less what credits grew by. Negative: it gets back."""
        return (self.invoice[1] - self.invoice[0]) - (self.credit[1] - self.credit[0])

    @property
    def is_nothing(self) -> bool:
        """Whether no figure of the month is another one."""
        same_money = self.invoice[0] == self.invoice[1] and self.credit[0] == self.credit[1]
        return same_money and not self.levels and not self.credits

    @property
    def trace(self) -> Trace:
        """How the amount came about, in steps."""
        steps = []
        if self.invoice[0] != self.invoice[1]:
            steps.append(_step("charges", self.invoice, "the client owes the difference"))
        for level, amounts in self.credits.items():
            steps.append(_step(f"credit of {level}", amounts, "part of the month's service credit"))
        if self.credit[0] != self.credit[1]:
            steps.append(_step("service credit", self.credit, "the client owes the difference less"))
        return (*steps, Step("difference", f"{self.amount:f}", "charges' difference less the credit's"))


def _step(what: str, amounts: tuple[Decimal, Decimal], rule: str) -> Step:
    return Step(what, f"{amounts[0]:f} → {amounts[1]:f}", rule)


def month_change(before: Settlement, after: Settlement) -> MonthChange:
    """What differs between a month as it was closed and as it is measured now.

    Raises ValueError for settlements of two periods or two currencies: their difference would mean nothing.
    """
    if before.period != after.period or before.statement.currency != after.statement.currency:
        raise ValueError(
            f"{before.period.label} can't be compared with {after.period.label} in another currency or time"
        )
    first, last = before.statement, after.statement
    return MonthChange(
        before.period,
        first.currency,
        level_changes(before, after),
        _credit_changes(first, last),
        (first.invoice, last.invoice),
        (first.credit, last.credit),
    )


def _credit_changes(first: CreditStatement, last: CreditStatement) -> dict[str, tuple[Decimal, Decimal]]:
    before, after = _credit_by_level(first), _credit_by_level(last)
    pairs = {level: (before.get(level, _NOTHING), after.get(level, _NOTHING)) for level in {**before, **after}}
    return {level: pair for level, pair in pairs.items() if pair[0] != pair[1]}


def _credit_by_level(statement: CreditStatement) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in statement.lines:
        found[line.service_level] = found.get(line.service_level, _NOTHING) + line.amount
    return found
