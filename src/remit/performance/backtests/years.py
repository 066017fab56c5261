"""Years drawn from past months, settled by the terms: what each would have cost, and which limits it would have hit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from remit.performance.backtests.drawing import YearPlan
from remit.performance.backtests.past_months import PastMonth, settled_months
from remit.performance.service_credits import CreditStatement, LineKind, Memory
from remit.terms.contracts import Contract


@dataclass(frozen=True, slots=True)
class YearOutcome:
    """What one drawn year came to; amounts as statements write them, a bonus and an earn-back negative.

    `credit` is all lines together, `by_level` the same by level (or by scheme, where a line is of no level),
    `earned_back` how much of it came back, as a negative amount. `months_capped` counts the months in which a cap bit,
    `terminations` names the levels whose failures gave rise to a right to terminate.
    """

    credit: Decimal
    by_level: Mapping[str, Decimal]
    earned_back: Decimal
    earned_back_by_level: Mapping[str, Decimal]
    months_capped: int
    terminations: frozenset[str]

    @property
    def may_terminate(self) -> bool:
        return bool(self.terminations)

    def credited(self, service_level: str) -> Decimal:
        """A level's credits before anything was earned back."""
        whole = self.by_level.get(service_level, Decimal(0))
        return whole - self.earned_back_by_level.get(service_level, Decimal(0))


def settle_years(
    contract: Contract, months: Sequence[PastMonth], plan: YearPlan, draws: Iterable[Sequence[int]]
) -> list[YearOutcome]:
    """Each drawn year settled, by the same rules as a real one, from a clean start: no failure and no credit before.

    A year begins clean as a contract's first does; nothing runs over from one drawn year into the next.
    """
    memory: Memory = {}
    outcomes = []
    for drawn in draws:
        placed = [(place, months[index]) for place, index in zip(plan.places, drawn, strict=True)]
        _, statements = settled_months(contract, placed, term_starts_on=plan.starts_on, memory=memory)
        outcomes.append(outcome_of(statements))
    return outcomes


def outcome_of(statements: Sequence[CreditStatement]) -> YearOutcome:
    """A year's statements added up."""
    by_level: dict[str, Decimal] = {}
    returned: dict[str, Decimal] = {}
    for statement in statements:
        for line in statement.lines:
            by_level[line.service_level] = by_level.get(line.service_level, Decimal(0)) + line.amount
            if line.kind is LineKind.EARNBACK:
                returned[line.service_level] = returned.get(line.service_level, Decimal(0)) + line.amount
    rights = [right for statement in statements for right in statement.termination_rights]
    return YearOutcome(
        credit=sum((statement.credit for statement in statements), Decimal(0)),
        by_level=by_level,
        earned_back=sum(returned.values(), Decimal(0)),
        earned_back_by_level=returned,
        months_capped=sum(statement.capped_by is not None for statement in statements),
        terminations=frozenset(right.service_level for right in rights),
    )
