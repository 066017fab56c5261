"""What was found in a contract's records and months that is worth asking about."""

from dataclasses import dataclass

from remit.performance.fairness.bunching import Bunching
from remit.performance.fairness.month_edges import Crowded, Redated
from remit.performance.fairness.reopenings import SoonReopened
from remit.performance.fairness.watermelons import Watermelon
from remit.terms.periods import Period


@dataclass(frozen=True, slots=True)
class BunchedMonth:
    """Records of a level's month that stand just within their target: `what` says which time of theirs does."""

    service_level: str
    month: Period
    what: str
    found: Bunching


@dataclass(frozen=True, slots=True)
class Signals:
    """What was found, and how much was looked at: every signal is a question, and none says that anybody cheated.

    `reopened` names the clock whose stops did not last; `redated` are records moved over a month's end by later loads,
    `crowded` stops of a clock in a month's first or last hours.
    """

    months: tuple[Period, ...]
    bunched: tuple[BunchedMonth, ...]
    looked_at: int
    watermelon: Watermelon | None
    reopened: tuple[tuple[str, SoonReopened], ...] = ()
    redated: tuple[Redated, ...] = ()
    crowded: tuple[Crowded, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is worth asking about."""
        return not (self.bunched or self.reopened or self.redated or self.crowded or self.watermelon)
