"""What a period's service credits look like on paper: lines with their reasons, caps, rights."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class LineKind(StrEnum):
    """What a line is for; a credit is positive, what flows back to the provider is negative."""

    CREDIT = "credit"
    EARNBACK = "earnback"
    BONUS = "bonus"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a calculation as data: which input, its value as text, and the rule that used it."""

    input: str
    value: str
    rule: str


Trace = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One amount of a statement, for one service level.

    `amount` is what the line adds to the period's credit, after caps, rounded as the contract says: positive for a
    credit to the client, negative for an earn-back or a bonus. `reason` says in one sentence how it came about;
    `trace` is the same in steps. `uncapped` is the amount before any cap cut it.
    """

    service_level: str
    amount: Decimal
    reason: str
    trace: Trace
    clause: str | None = None
    kind: LineKind = LineKind.CREDIT
    uncapped: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TerminationRight:
    """A right to terminate that arose in the period; a flag for people, never money."""

    service_level: str
    reason: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class CreditStatement:
    """The service credits of one settlement period; the amounts of `lines` always add up to `credit`.

    `charges` are the charges credits are taken on (pass-through left out), `invoice` everything invoiced, `at_risk`
    the at-risk amount (None where the contract has none). `gross` adds up the credits before caps (of one incident's
    levels only the credit that counts); `capped_by` names the caps that bit, or is None. `credit` is negative where
    earn-backs and bonuses exceed the credits. `applies_to` is the label of the period whose invoice the credit
    reduces; `notes` tell what a reader would otherwise ask: levels not measured, credits still to come.
    """

    currency: str
    charges: Decimal
    at_risk: Decimal | None
    lines: tuple[CreditLine, ...]
    credit: Decimal
    gross: Decimal = Decimal(0)
    capped_by: str | None = None
    termination_rights: tuple[TerminationRight, ...] = ()
    applies_to: str = ""
    notes: tuple[str, ...] = ()
    invoice: Decimal = Decimal(0)
    has_terms: bool = True
