"""The contract's duties as dated ones, how late each is, and what a delay would excuse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from remit.ingest.contract_files import ContractVersions
from remit.reports.figures import value_text
from remit.runs.duties import DatedDuty, Relief, dated_duties, relief_for, seconds_late
from remit.terms.measure_terms import Unit
from remit.web.contracts.bridge import SaidOnDay
from remit.web.shared.bridge import in_locale

__all__ = ["NEWS", "DueDuty", "Relief", "due_duties", "late_text", "news_of_duties", "reliefs"]

_AHEAD = timedelta(days=60)
NEWS = timedelta(days=62)
"""How long a missed duty is worth a word on the first page; the list of duties keeps it."""


@dataclass(frozen=True, slots=True)
class DueDuty:
    """A duty on the day it falls due, as pages need it; `ends_at` is the first second after that day."""

    id: str
    what: str
    side: str
    due_on: date
    ends_at: int
    clause: str
    calendar: str
    gives_relief: tuple[str, ...]
    relief: str
    dated: DatedDuty


def due_duties(terms: ContractVersions, today: date) -> tuple[DueDuty, ...]:
    """The duties from the term's first day on to those of the next two months, by their day."""
    found = dated_duties(terms, first_on=terms.signed.term.first_on, last_on=today + _AHEAD)
    return tuple(_due(one) for one in found)


def _news(terms: ContractVersions, today: date) -> tuple[DueDuty, ...]:
    return tuple(_due(one) for one in dated_duties(terms, first_on=today - NEWS, last_on=today))


news_of_duties: SaidOnDay[tuple[DueDuty, ...]] = SaidOnDay(_news)
"""The duties that fell due in the last two months, of many versions at once."""


def _due(one: DatedDuty) -> DueDuty:
    duty = one.duty
    return DueDuty(
        id=duty.id,
        what=duty.what,
        side=duty.side,
        due_on=one.due_on,
        ends_at=one.ends_at,
        clause=duty.clause or "",
        calendar=duty.calendar or "",
        gives_relief=duty.gives_relief,
        relief=duty.relief,
        dated=one,
    )


def late_text(terms: ContractVersions, one: DueDuty, until: datetime) -> str:
    """How late a duty was met, or is, in words; empty where it is not late."""
    at = int(until.timestamp())
    if at <= one.ends_at:
        return ""
    seconds = seconds_late(terms.in_force_on(one.due_on), one.dated, at)
    return in_locale(value_text(Decimal(seconds), Unit.SECONDS))


def reliefs(terms: ContractVersions, one: DueDuty, until: datetime) -> Sequence[Relief]:
    """What a delay until an instant excuses, level by level and month by month."""
    return tuple(relief_for(terms, one.dated, int(until.timestamp())))
