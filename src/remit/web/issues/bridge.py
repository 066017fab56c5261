"""What the contract says of disputes, and what a decision did to a month: computed from the figures of two runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from remit.finance.restatements import MonthChange
from remit.web.accounts.models import Engagement
from remit.web.performance.bridge.kept import settlement_of
from remit.web.performance.bridge.kept import words_of as contract_words
from remit.web.performance.models import Run, SettledMonth
from remit.web.settlements.bridge.deadlines import month_terms
from remit.web.settlements.bridge.figures import LevelPair, amount_shown, change, level_pairs

__all__ = [
    "Effect",
    "amount_shown",
    "clause_of",
    "effect_of",
    "exact_amount",
    "has_credit",
    "month_terms",
    "references",
]


@dataclass(frozen=True, slots=True)
class Effect:
    """What came to differ in a month between two runs: levels before and after, and what the client owes more."""

    levels: tuple[LevelPair, ...]
    amount: str
    trace: tuple[tuple[str, str, str], ...]
    is_nothing: bool


def effect_of(before: Run, after: Run, month_on: date) -> Effect | None:
    """What a month's figures changed from one run to another; None where one of them did not measure it."""
    kept = [one.months.filter(starts_on=month_on).first() for one in (before, after)]
    if kept[0] is None or kept[1] is None:
        return None
    first, last = kept[0].settlement, kept[1].settlement
    found: MonthChange = change(first, last)
    return Effect(
        level_pairs(first, last, contract_words(after.words)),
        amount_shown(f"{found.amount:f}", found.currency),
        tuple((step.input, step.value, step.rule) for step in found.trace),
        found.is_nothing,
    )


def references(month: SettledMonth) -> Sequence[tuple[str, str]]:
    """The service levels of a settled month with their names, and those of its credit lines among them."""
    settlement = settlement_of(month.settlement)
    words = contract_words(month.run.words)
    levels = dict.fromkeys(
        [
            *(one.service_level for one in settlement.attainments),
            *(line.service_level for line in settlement.statement.lines),
        ]
    )
    return [(level, words.words(level).name) for level in levels]


def has_credit(month: SettledMonth, level: str) -> bool:
    """Whether a level brought about a credit line of a month."""
    return any(line.service_level == level for line in settlement_of(month.settlement).statement.lines)


def clause_of(engagement: Engagement, month_on: date, level: str) -> str:
    """The clause of a service level in a month; empty where there is none."""
    terms = month_terms(engagement, month_on)
    found = None if terms is None else terms.contract.service_levels.get(level)
    return "" if found is None else found.clause or ""


def exact_amount(text: str) -> str | None:
    """An amount as somebody wrote it, exact; None where it is no amount."""
    try:
        amount = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        return None
    return f"{amount:f}" if amount.is_finite() and abs(amount) < Decimal(10) ** 15 else None
