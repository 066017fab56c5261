"""Dates out of order or outside the term, and local times that don't exist."""

from collections.abc import Iterator
from datetime import date, datetime

from remit.performance.linting.findings import Finding, Path, error, warning
from remit.terms.contracts import Contract
from remit.terms.periods import read_instant
from remit.terms.service_levels import ClockStop

_DAY = 86_400


def dates_outside_the_term(contract: Contract) -> Iterator[Finding]:
    """What falls outside the term never happens under this contract; often a year was mistyped."""
    for place, day, what in _dates(contract):
        if day not in contract.term_period:
            told = f"{what} {day} lies outside the term, {contract.term.first_on} to {contract.term.last_on}"
            yield warning(place, told, "correct the date, or the term", rests_on=["term"])


def _dates(contract: Contract) -> Iterator[tuple[Path, date, str]]:
    for index, duty in enumerate(contract.obligations):
        if duty.due is not None:
            yield ("obligations", index, "due"), duty.due, f"{duty.id} is due on a day that does not come:"
        if duty.starts is not None:
            yield ("obligations", index, "starts"), duty.starts, f"{duty.id} starts on a day that does not come:"
    for index, charge in enumerate(contract.charges):
        if charge.first_on is not None:
            yield ("charges", index, "from"), charge.first_on, "the line's first day"
        if charge.last_on is not None:
            yield ("charges", index, "to"), charge.last_on, "the line's last day"


def glide_paths_after_the_term(contract: Contract) -> Iterator[Finding]:
    """A step of a glide path that begins after the term never holds; one before it is where the path starts."""
    for level_id, level in contract.service_levels.items():
        for day in level.history:
            if day > contract.term.last_on:
                what = f"the level of {day} begins after the term's last day, {contract.term.last_on}"
                place: Path = ("service_levels", level_id, "history", str(day))
                yield warning(place, what, "correct the date, or leave it out", rests_on=["term"])


def notice_longer_than_the_term(contract: Contract) -> Iterator[Finding]:
    """Notice that would have to be given before the contract begins can't be given."""
    if contract.renewal is not None and contract.renewal.notice.seconds > contract.term_period.days * _DAY:
        what = f"notice of {contract.renewal.notice} is longer than the term of {contract.term_period.days} days"
        yield warning(("renewal", "notice"), what, "write a shorter notice", rests_on=["term"])


def automatic_renewal_without_length(contract: Contract) -> Iterator[Finding]:
    """A contract that renews by itself must say for how long."""
    renewal = contract.renewal
    if renewal is not None and renewal.automatic and renewal.extends_by_months is None:
        what = "the contract renews by itself, but not for how long"
        yield warning(("renewal", "automatic"), what, "write extends_by_months: 12")


def clock_stops_out_of_order(contract: Contract) -> Iterator[Finding]:
    """A stretch of time that stops clocks has two instants that exist, in order, inside the term."""
    for index, exclusion in enumerate(contract.exclusions):
        for number, stop in enumerate(exclusion.stop_the_clock):
            yield from _faults_of_stop(contract, ("exclusions", index, "stop_the_clock", number), stop)


def _faults_of_stop(contract: Contract, place: Path, stop: ClockStop) -> Iterator[Finding]:
    instants: list[datetime] = []
    for word, text in (("from", stop.start), ("to", stop.end)):
        try:
            instants.append(read_instant(text, zone=contract.zone))
        except ValueError as fault:
            what, _, hint = str(fault).partition("; ")
            yield error((*place, word), what, hint, rests_on=["time_zone"])
    if len(instants) == 2:
        start, end = instants
        if end <= start:
            yield error(place, f"ends {stop.end}, not after it starts {stop.start}", "swap from and to")
        elif start.astimezone(contract.zone).date() not in contract.term_period:
            what = f"{stop.start} lies outside the term, {contract.term.first_on} to {contract.term.last_on}"
            yield warning((*place, "from"), what, "correct the year", rests_on=["term"])
