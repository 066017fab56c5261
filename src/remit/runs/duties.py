"""Duties of either side as dated ones: when each falls due, how late it was met, and which records a delay excuses."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from remit.ingest.contract_files import ContractVersions
from remit.performance.clocks.curves import draw_curve
from remit.performance.measures.waiving import why_not_waivable
from remit.reports.contracts.key_dates import due_days
from remit.runs.chosen import Choice
from remit.terms.clocks import ALWAYS_OPEN
from remit.terms.contracts import Contract
from remit.terms.durations import ClockUnit
from remit.terms.obligations import Obligation
from remit.terms.periods import Period, midnight_at, months_between


@dataclass(frozen=True, slots=True)
class DatedDuty:
    """A duty due on a day: it is met in time until that day ends in the contract's zone, `ends_at` (UTC seconds)."""

    duty: Obligation
    due_on: date
    ends_at: int


@dataclass(frozen=True, slots=True)
class Relief:
    """What a delay excuses of one level in one month: the records a choice finds there."""

    level: str
    month: Period
    choice: Choice


def dated_duties(versions: ContractVersions, *, first_on: date, last_on: date) -> tuple[DatedDuty, ...]:
    """The duties that fall due from one day to another, both included, each by the terms in force on its day."""
    found = []
    for version in versions.versions:
        for duty in version.contract.obligations:
            for day in due_days(duty, version.contract, last_on):
                if first_on <= day <= last_on and versions.in_force_on(day) is version.contract:
                    ends_at = midnight_at(day + timedelta(days=1), version.contract.zone)
                    found.append(DatedDuty(duty, day, ends_at))
    return tuple(sorted(found, key=lambda one: (one.due_on, one.duty.id)))


def seconds_late(contract: Contract, one: DatedDuty, until_at: int) -> int:
    """How long after its day a duty was met, or has not been met: open seconds of its calendar, else all of them."""
    if until_at <= one.ends_at:
        return 0
    name = one.duty.calendar
    if name is None or name == ALWAYS_OPEN:
        return until_at - one.ends_at
    hours = contract.calendars[name]
    curve = draw_curve(name, hours, unit=ClockUnit.OPEN_SECONDS, from_at=one.ends_at, to_at=until_at)
    return curve.reading(until_at) - curve.reading(one.ends_at)


def relief_for(versions: ContractVersions, one: DatedDuty, until_at: int) -> Iterator[Relief]:
    """What a duty missed until an instant excuses, level by level and month by month; nothing where it was met in time.

    A level whose records can't be waived by the terms of a month gives no relief in it; `remit check` warns of that.
    """
    if until_at <= one.ends_at:
        return
    signed = versions.signed
    first_on, last_on = (
        datetime.fromtimestamp(at, UTC).astimezone(signed.zone).date() for at in (one.ends_at, until_at - 1)
    )
    term = versions.latest.term_period
    for month in months_between(max(first_on, term.start_on), min(last_on, term.last_on)):
        contract = versions.terms_for(month)
        for level_id in one.duty.gives_relief:
            if not why_not_waivable(contract, level_id):
                yield Relief(level_id, month, _choice(one, month, contract, until_at))


def _choice(one: DatedDuty, month: Period, contract: Contract, until_at: int) -> Choice:
    if one.duty.relief == "whole_month":
        return Choice()
    start_at, end_at = month.instants(contract.zone)
    return Choice(from_at=max(start_at, one.ends_at), to_at=min(end_at, until_at))
