"""A credit model's findings before caps and rounding: exact amounts with the words and steps behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from remit.performance.service_credits.statements import LineKind, Step, Trace


@dataclass(frozen=True, slots=True)
class Draft:
    """One amount a scheme arrived at, exact and never negative; its kind decides the sign on the statement.

    `subject` says what happened and `formula` how the amount follows. Drafts with the same `bundle` are parts of one
    amount and are rounded together, so that the parts add up to it.
    """

    scheme: str
    service_level: str
    amount: Fraction
    subject: str
    formula: str
    trace: Trace
    kind: LineKind = LineKind.CREDIT
    clause: str | None = None
    bundle: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one scheme found in one period.

    `failed` says for each level whether the scheme counts a failure (None: not measured), for the months to come.
    """

    drafts: tuple[Draft, ...] = ()
    failed: Mapping[str, bool | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of an amount: its value, its words in the formula, and its step in the trace."""

    value: Fraction
    words: str
    step: Step


def product(factors: list[Factor]) -> tuple[Fraction, str, Trace]:
    """The factors multiplied, the formula in words, and the steps."""
    amount = Fraction(1)
    for factor in factors:
        amount *= factor.value
    return amount, " × ".join(factor.words for factor in factors), tuple(factor.step for factor in factors)
