"""What the contract in force in a month says of closing it, and when a side's time is over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from remit.performance.clocks import deadline
from remit.terms.contracts import Contract
from remit.terms.durations import Duration
from remit.terms.periods import month_of
from remit.terms.settling import Settling
from remit.web.accounts.models import Engagement
from remit.web.contracts.bridge import agreed_terms
from remit.web.shared.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Step:
    """A step of escalation: after what time a dispute goes to which roles."""

    after: str
    roles: tuple[str, ...]
    name: str
    clause: str


@dataclass(frozen=True)
class MonthTerms:
    """The terms by which one month is closed; without such terms in the contract every time is without an end."""

    contract: Contract
    month_on: date

    @property
    def settling(self) -> Settling:
        """The contract's words about closing a month."""
        return self.contract.settling or Settling.model_validate({})

    @property
    def clause(self) -> str:
        """The clause that says so; empty where the contract names none."""
        return self.settling.clause or ""

    @property
    def objection(self) -> str:
        """How long a side has to object, in the contract's words; empty where it has any time."""
        return "" if self.settling.objection is None else self.settling.objection.text

    @property
    def silence_agrees(self) -> bool:
        """Whether proposed figures are agreed when nobody objected in time."""
        return self.settling.silence == "agreed"

    @property
    def carries_on(self) -> bool:
        """Whether later figures of a closed month are settled in another one."""
        return self.settling.late_facts == "next month"

    @property
    def disputes_block(self) -> bool:
        """Whether an open dispute keeps the month from being closed."""
        return self.settling.open_disputes == "block"

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of escalation, in order."""
        return tuple(
            Step(one.after.text, one.to, one.name or "", one.clause or self.clause) for one in self.settling.escalation
        )

    def proposal_due(self) -> datetime | None:
        """When the month's figures are to be proposed by; None where the contract says nothing."""
        _, over_at = month_of(self.month_on).instants(self.contract.zone)
        return self._due(self.settling.propose_within, datetime.fromtimestamp(over_at, UTC))

    def objection_due(self, proposed_at: datetime) -> datetime | None:
        """When the time to object to figures proposed at an instant is over; None where it never is."""
        return self._due(self.settling.objection, proposed_at)

    def step_due(self, index: int, raised_at: datetime) -> datetime | None:
        """When a dispute raised at an instant goes on to a step; None where the contract has no such step."""
        if index >= len(self.settling.escalation):
            return None
        return self._due(self.settling.escalation[index].after, raised_at)

    def _due(self, length: Duration | None, start: datetime) -> datetime | None:
        if length is None:
            return None
        try:
            due_at = deadline(self.contract, self.settling.calendar, length, start_at=int(start.timestamp()))
        except (ValueError, KeyError) as fault:
            told = f"{length} from {start:%Y-%m-%d} can't be counted on the contract's calendar: {fault}."
            raise Refusal(told, "Amend the contract's terms of settling.") from None
        return datetime.fromtimestamp(due_at, UTC)


def months_terms(engagement: Engagement) -> Callable[[date], MonthTerms | None]:
    """The terms of any month of an engagement by its first day: those in force on its last; read once for all."""
    terms = agreed_terms(engagement)

    def of(starts_on: date) -> MonthTerms | None:
        if terms is None:
            return None
        return MonthTerms(terms.in_force_on(month_of(starts_on).end_on - timedelta(days=1)), starts_on)

    return of


def month_terms(engagement: Engagement, starts_on: date) -> MonthTerms | None:
    """The terms in force on a month's last day; None before a contract is agreed."""
    return months_terms(engagement)(starts_on)


def agreed_sha256(engagement: Engagement) -> str | None:
    """The hash of the contract both sides agreed on; None before there is one."""
    terms = agreed_terms(engagement)
    return None if terms is None else terms.sha256
