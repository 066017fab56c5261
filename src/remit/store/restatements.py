"""A restatement: what later loads and withdrawals did to a settled period, in records, levels and money."""

from dataclasses import dataclass
from decimal import Decimal

from remit.finance.restatements import LevelChange
from remit.store.differences import RecordChange
from remit.store.manifest import Entry
from remit.terms.periods import Period


@dataclass(frozen=True, slots=True)
class Restatement:
    """What later loads and withdrawals did to a settled period.

    `deeds` are what was done to the engagement's facts between the versions; `credit` and `charges` stand before and
    after, None where the facts of that version reach no such period.
    """

    period: Period
    currency: str
    before_version: int
    after_version: int
    deeds: tuple[Entry, ...]
    records: tuple[RecordChange, ...]
    levels: tuple[LevelChange, ...]
    credit_before: Decimal | None
    credit_after: Decimal | None

    @property
    def money(self) -> Decimal:
        """How much more credit the later version gives; a settlement that is not there counts as none."""
        return (self.credit_after or Decimal(0)) - (self.credit_before or Decimal(0))
