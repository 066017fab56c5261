"""Closing a month: business time on no calendar, plain hours on one, and steps that come in the wrong order."""

from collections.abc import Iterator
from itertools import pairwise

from remit.performance.clocks import deadline
from remit.performance.linting.findings import Finding, error, warning
from remit.terms.clocks import ALWAYS_OPEN
from remit.terms.contracts import Contract
from remit.terms.durations import ClockUnit


def business_time_without_a_calendar(contract: Contract) -> Iterator[Finding]:
    """Business days are a calendar's; without one nobody can say when the time to object is over."""
    terms = contract.settling
    if terms is None or terms.calendar not in (None, ALWAYS_OPEN) or terms.calendar in contract.calendars:
        return
    for place, length in terms.lengths():
        if length.unit.needs_business_hours:
            what = f"undefined business hours: {length} without a calendar that has opening hours"
            yield error(("settling", *place), what, "write settling.calendar, or the length in calendar days")


def hours_around_the_clock(contract: Contract) -> Iterator[Finding]:
    """Plain days and hours run through nights and holidays, also where a calendar is named."""
    terms = contract.settling
    if terms is None or terms.calendar not in contract.calendars:
        return
    for place, length in terms.lengths():
        if length.unit is ClockUnit.ALL_SECONDS:
            count, _, unit = length.text.partition(" ")
            what = f"{length} counts around the clock, though a calendar is named"
            yield warning(("settling", *place), what, f"did you mean {count} business {unit}?", rests_on=["calendars"])


def escalation_out_of_order(contract: Contract) -> Iterator[Finding]:
    """A step that comes due before the one it follows sends the dispute past whoever should have had it first.

    Steps in one unit are compared where they are read; here business days stand beside calendar days.
    """
    terms = contract.settling
    if terms is None or any(business_time_without_a_calendar(contract)):
        return
    start_at = _first_instant(contract)
    for index, (first, second) in enumerate(pairwise(terms.escalation), start=1):
        try:
            dues = [deadline(contract, terms.calendar, step.after, start_at=start_at) for step in (first, second)]
        except ValueError:
            return  # A calendar that never opens is told at the calendar.
        if dues[1] <= dues[0]:
            what = f"a dispute goes on after {second.after}, which is no later than the step before, {first.after}"
            yield warning(("settling", "escalation", index, "after"), what, "write the steps in their order")


def _first_instant(contract: Contract) -> int:
    start, _ = contract.term_period.instants(contract.zone)
    return start
