"""The days of a contract on which something begins, ends or has to be done, in one list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from math import ceil

from remit.performance.clocks import deadline
from remit.reports.contracts.leaves import InForce, level_text
from remit.terms.calendars import DAY_SECONDS
from remit.terms.contracts import Contract
from remit.terms.durations import ClockUnit, Duration
from remit.terms.obligations import Obligation, Renewal
from remit.terms.periods import months_between

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MOST_RENEWALS = 3
_FURTHEST_BACK = timedelta(days=124)


class KeyDateKind(StrEnum):
    """What a key date is about."""

    TERM = "term"
    NOTICE = "notice"
    AMENDMENT = "amendment"
    OBLIGATION = "obligation"
    LEVEL = "level"
    CHARGE = "charge"
    CALENDAR = "calendar"
    SETTLING = "settling"


@dataclass(frozen=True, slots=True)
class KeyDate:
    """A day and what happens on it; `side` is whose doing it is, None where it concerns both.

    `every` is how often it comes again (`month`), None for a day of its own.
    """

    on: date
    what: str
    kind: KeyDateKind
    clause: str | None = None
    side: str | None = None
    every: str | None = None


def key_dates(versions: Sequence[InForce], *, first_on: date, last_on: date) -> tuple[KeyDate, ...]:
    """The key dates from one day to another, both included, by day.

    Term, notice, renewal and obligations are those of the latest terms; what an amendment changes shows on its day.
    """
    contract = versions[-1].contract
    found = [
        *_term_dates(contract),
        *_amendment_dates(versions),
        *_level_dates(contract),
        *_charge_dates(contract),
        *_calendar_dates(contract),
        *_obligation_dates(contract, last_on),
        *_settling_dates(contract, first_on, last_on),
    ]
    kept = {one for one in found if first_on <= one.on <= last_on}
    return tuple(sorted(kept, key=lambda one: (one.on, one.kind, one.what)))


def _term_dates(contract: Contract) -> Iterator[KeyDate]:
    parties, term = contract.contract, contract.term
    if parties.signed_on is not None:
        yield KeyDate(parties.signed_on, "The contract was signed", KeyDateKind.TERM, parties.clause)
    yield KeyDate(term.first_on, "The term begins", KeyDateKind.TERM, term.clause)
    if contract.renewal is None:
        yield KeyDate(term.last_on, "The term ends", KeyDateKind.TERM, term.clause)
    else:
        yield from _renewal_dates(contract, contract.renewal)


def _renewal_dates(contract: Contract, renewal: Renewal) -> Iterator[KeyDate]:
    clause, last_on = renewal.clause, contract.term.last_on
    may_renew = renewal.automatic and renewal.extends_by_months is not None
    times = min(renewal.at_most_times or _MOST_RENEWALS, _MOST_RENEWALS) if may_renew else 0
    for again in range(times + 1):
        goes_on = again < times
        ends = "The term ends, and renews unless notice was given" if goes_on else "The term ends"
        yield KeyDate(last_on, ends, KeyDateKind.TERM, contract.term.clause)
        what = f"Last day for notice ({renewal.notice} before the term ends)"
        yield KeyDate(_last_day_for_notice(last_on, renewal.notice), what, KeyDateKind.NOTICE, clause)
        if renewal.termination_assistance_months and not goes_on:
            until = _months_after(last_on + timedelta(days=1), renewal.termination_assistance_months)
            yield KeyDate(until - timedelta(days=1), "Help with the exit ends", KeyDateKind.TERM, clause, "provider")
        if goes_on and renewal.extends_by_months is not None:
            following = last_on + timedelta(days=1)
            what = f"Renews for {renewal.extends_by_months} months unless notice was given"
            yield KeyDate(following, what, KeyDateKind.TERM, clause)
            last_on = _months_after(following, renewal.extends_by_months) - timedelta(days=1)


def _last_day_for_notice(last_on: date, notice: Duration) -> date:
    """The last day that leaves the whole length before the end of the term's last day.

    Business days are counted Monday to Friday, since notice runs on no service calendar: holidays may move it earlier.
    """
    days = ceil(notice.seconds / DAY_SECONDS)
    if notice.unit not in (ClockUnit.OPEN_DAYS, ClockUnit.OPEN_DAYS_END):
        return last_on - timedelta(days=days)
    day = last_on
    while days:
        days -= day.weekday() < 5
        day -= timedelta(days=1)
    return day


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return _day_of(year, month + 1, day.day)


def _day_of(year: int, month: int, day: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day, (following - timedelta(days=1)).day))


def _amendment_dates(versions: Sequence[InForce]) -> Iterator[KeyDate]:
    for version in versions[1:]:
        yield KeyDate(version.from_on, f"Amendment {version.amendment} takes effect", KeyDateKind.AMENDMENT)


def _level_dates(contract: Contract) -> Iterator[KeyDate]:
    for name, level in contract.service_levels.items():
        for day, expected in level.history.items():
            value = level_text(expected, level.measure.value_unit)
            yield KeyDate(day, f"Expected of {name} becomes {value}", KeyDateKind.LEVEL, level.clause)


def _charge_dates(contract: Contract) -> Iterator[KeyDate]:
    for line in contract.charges:
        name = line.name or line.id
        if line.first_on is not None and line.first_on != contract.term.first_on:
            yield KeyDate(line.first_on, f"The charge {name} begins", KeyDateKind.CHARGE, line.clause)
        if line.last_on is not None and line.last_on != contract.term.last_on:
            yield KeyDate(line.last_on, f"The charge {name} ends", KeyDateKind.CHARGE, line.clause)


def _calendar_dates(contract: Contract) -> Iterator[KeyDate]:
    for name, calendar in contract.calendars.items():
        for change in calendar.changes:
            yield KeyDate(change.from_on, f"New hours of {name}", KeyDateKind.CALENDAR, calendar.clause)
        listed = [*calendar.closed, *(day for change in calendar.changes for day in change.closed or ())]
        ends = date(max(listed).year, 12, 31) if listed else None
        if ends is not None and ends < contract.term.last_on:
            what = f"The closed days of {name} are listed to the end of this year only"
            yield KeyDate(ends, what, KeyDateKind.CALENDAR, calendar.clause)


def _obligation_dates(contract: Contract, last_on: date) -> Iterator[KeyDate]:
    for duty in contract.obligations:
        for day in due_days(duty, contract, last_on):
            what = f"{duty.id}: {duty.what}"
            yield KeyDate(day, what, KeyDateKind.OBLIGATION, duty.clause, duty.side, duty.every)


def due_days(duty: Obligation, contract: Contract, last_on: date) -> Iterator[date]:
    """The days a duty falls due, up to a day, in order."""
    if duty.due is not None:
        yield duty.due
        return
    begins = duty.starts or contract.term.first_on
    ends = min(last_on, contract.term.last_on)
    if duty.every == "week":
        yield from (begins + timedelta(weeks=week) for week in range((ends - begins).days // 7 + 1))
        return
    step = _MONTHS[duty.every or "month"]
    for months in range((ends.year - begins.year) * 12 + ends.month - begins.month + 1):
        month = _months_after(begins.replace(day=1), months)
        day = _day_of(month.year, month.month, duty.due_day)
        # Quarters and years are the calendar's, as a measurement window's are: January, April, July, October.
        if (month.month - 1) % step == 0 and begins <= day <= ends:
            yield day


def _settling_dates(contract: Contract, first_on: date, last_on: date) -> Iterator[KeyDate]:
    """The last day of each month's time to propose its figures; none where the calendar has no open time left."""
    terms = contract.settling
    if terms is None or terms.propose_within is None:
        return
    first, last = max(contract.term.first_on, first_on - _FURTHEST_BACK), min(contract.term.last_on, last_on)
    for month in months_between(first, last):
        _, over_at = month.instants(contract.zone)
        try:
            due_at = deadline(contract, terms.calendar, terms.propose_within, start_at=over_at)
        except (ValueError, KeyError):
            return
        day = datetime.fromtimestamp(due_at - 1, UTC).astimezone(contract.zone).date()
        what = f"The figures of {month.label} are to be proposed"
        yield KeyDate(day, what, KeyDateKind.SETTLING, terms.clause, every="month")
