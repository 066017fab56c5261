"""Names that stand for nothing, stand twice, or are never used."""

from collections.abc import Iterable, Iterator

from remit.performance.linting.findings import Finding, Path, error, nearest, warning
from remit.performance.linting.mentions import (
    calendars_mentioned,
    charges_mentioned,
    clocks_mentioned,
    levels_mentioned,
)
from remit.terms.clocks import ALWAYS_OPEN
from remit.terms.contracts import Contract


def undefined_calendars(contract: Contract) -> Iterator[Finding]:
    """A clock or measure runs on a calendar the contract does not have."""
    known = {*contract.calendars, ALWAYS_OPEN}
    for place, name in calendars_mentioned(contract):
        if name not in known:
            yield error(place, f"there is no calendar {name!r}", nearest(name, known), rests_on=["calendars"])


def undefined_clocks(contract: Contract) -> Iterator[Finding]:
    """A measure reads a clock the contract does not have."""
    for place, name in clocks_mentioned(contract):
        if name not in contract.clocks:
            yield error(place, f"there is no clock {name!r}", nearest(name, contract.clocks), rests_on=["clocks"])


def undefined_levels(contract: Contract) -> Iterator[Finding]:
    """Another term speaks of a service level the contract does not have."""
    for place, name in levels_mentioned(contract):
        if name not in contract.service_levels:
            hint = nearest(name, contract.service_levels)
            yield error(place, f"there is no service level {name!r}", hint, rests_on=["service_levels"])


def undefined_charges(contract: Contract) -> Iterator[Finding]:
    """Credits are counted on a charge the contract does not have, or on one that is only passed through."""
    charges = {charge.id: charge for charge in contract.charges}
    for place, name in charges_mentioned(contract):
        if name not in charges:
            yield error(place, f"there is no charge {name!r}", nearest(name, charges), rests_on=["charges"])
        elif charges[name].pass_through:
            what = f"{name} is passed through, and costs passed on are never part of the credit base"
            yield warning(place, what, "leave it out, or take pass_through off the charge")


def undefined_exclusions(contract: Contract) -> Iterator[Finding]:
    """A clock is stopped by an exclusion that does not exist, or that has no stretches of time."""
    exclusions = {exclusion.id: exclusion for exclusion in contract.exclusions}
    for name, clock in contract.clocks.items():
        for index, wanted in enumerate(clock.stop_the_clock):
            place: Path = ("clocks", name, "stop_the_clock", index)
            if wanted not in exclusions:
                hint = nearest(wanted, exclusions)
                yield error(place, f"there is no exclusion {wanted!r}", hint, rests_on=["exclusions"])
            elif not (exclusions[wanted].stop_the_clock or exclusions[wanted].planned_outages_of):
                what = f"{wanted} leaves records out and has no stretches of time that could stop a clock"
                yield error(place, what, "name an exclusion with stop_the_clock or planned_outages_of")


def names_given_twice(contract: Contract) -> Iterator[Finding]:
    """Two members of a list bear the same id, so that a reference to it means either.

    Charges may: the versions of a line share its id, on days that do not overlap.
    """
    lists = {
        "exclusions": [exclusion.id for exclusion in contract.exclusions],
        "obligations": [duty.id for duty in contract.obligations],
    }
    for word, ids in lists.items():
        for index, name in enumerate(ids):
            if name in ids[:index]:
                what = f"{name!r} is also the id of {word}[{ids.index(name)}]"
                yield error((word, index, "id"), what, "give each its own id")


def unused_calendars(contract: Contract) -> Iterator[Finding]:
    """A calendar on which nothing runs: most often its name was mistyped where it was meant."""
    used = {name for _, name in calendars_mentioned(contract)}
    for name in _unused(contract.calendars, used):
        hint = "name it in a clock or a measure, or leave it out"
        yield warning(
            ("calendars", name), "no clock or measure runs on it", hint, rests_on=["clocks", "service_levels"]
        )


def unused_clocks(contract: Contract) -> Iterator[Finding]:
    """A clock that times nothing."""
    used = {name for _, name in clocks_mentioned(contract)}
    for name in _unused(contract.clocks, used):
        hint = "name it in a measure, or leave it out"
        yield warning(("clocks", name), "no service level reads it", hint, rests_on=["service_levels"])


def time_exclusions_without_a_clock(contract: Contract) -> Iterator[Finding]:
    """Stretches of time stop only the clocks that name them; one that no clock names does nothing."""
    named = {wanted for clock in contract.clocks.values() for wanted in clock.stop_the_clock}
    for index, exclusion in enumerate(contract.exclusions):
        stops_time = bool(exclusion.stop_the_clock or exclusion.planned_outages_of)
        if stops_time and exclusion.id not in named:
            what = f"no clock is stopped by {exclusion.id}, so it changes nothing"
            hint = f"write stop_the_clock: {exclusion.id} in the clocks it concerns"
            yield warning(("exclusions", index), what, hint, rests_on=["clocks"])


def exclusions_without_a_clause(contract: Contract) -> Iterator[Finding]:
    """What is left out is the first thing the other side asks about; the clause answers it."""
    for index, exclusion in enumerate(contract.exclusions):
        if exclusion.clause is None:
            what = f"{exclusion.id} names no clause that allows it"
            yield warning(("exclusions", index), what, 'write clause: "Exhibit B 6(a)"')


def _unused(names: Iterable[str], used: set[str]) -> list[str]:
    return [name for name in names if name not in used]
