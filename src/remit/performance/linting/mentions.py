"""Where a contract mentions its own names: the levels, calendars and charges that other terms speak of."""

from collections.abc import Iterator
from typing import Any

from remit.performance.linting.findings import Path
from remit.terms.clocks import ByDimension, Clock
from remit.terms.contracts import Contract
from remit.terms.credit_terms import (
    Bound,
    CategoriesTerms,
    EventCountTerms,
    FlatTerms,
    LinearTerms,
    PointStepsTerms,
    PoolTerms,
    SchemeTerms,
    SeverityPointsTerms,
    TiersTerms,
    WeightsTerms,
)
from remit.terms.measure_terms import Availability, Backlog, Throughput, Turnaround

Mention = tuple[Path, str]

_MAPPED_BY_LEVEL = {
    PoolTerms: "allocation",
    WeightsTerms: "weights",
    PointStepsTerms: "points",
    SeverityPointsTerms: "bands",
    TiersTerms: "tiers",
    EventCountTerms: "trips",
}


def schemes_of(contract: Contract) -> Iterator[tuple[Path, Any]]:
    """The credit models with their places."""
    if contract.credits is not None:
        for index, scheme in enumerate(contract.credits.schemes):
            yield ("credits", "schemes", index), scheme


def levels_of_scheme(place: Path, scheme: SchemeTerms) -> Iterator[Mention]:
    """The levels a credit model hangs money on, each at the place that names it."""
    word = _MAPPED_BY_LEVEL.get(type(scheme))
    if word is not None:
        yield from (((*place, word, level), level) for level in getattr(scheme, word))
    elif isinstance(scheme, CategoriesTerms):
        for name, category in scheme.categories.items():
            yield from (((*place, "categories", name, "allocation", level), level) for level in category.allocation)
    elif isinstance(scheme, LinearTerms | FlatTerms):
        yield from (((*place, "levels", index), level) for index, level in enumerate(scheme.level_ids))


def credited_levels(contract: Contract) -> Iterator[Mention]:
    """The levels any credit model hangs money on."""
    for place, scheme in schemes_of(contract):
        yield from levels_of_scheme(place, scheme)


def levels_mentioned(contract: Contract) -> Iterator[Mention]:
    """Every service level another term speaks of."""
    yield from credited_levels(contract)
    yield from _levels_around_credits(contract)
    for index, exclusion in enumerate(contract.exclusions):
        yield from ((("exclusions", index, "levels", n), level) for n, level in enumerate(exclusion.levels))
    for index, duty in enumerate(contract.obligations):
        yield from ((("obligations", index, "gives_relief", n), level) for n, level in enumerate(duty.gives_relief))
    if contract.forecast is not None:
        yield from ((("forecast", "excuses", n), level) for n, level in enumerate(contract.forecast.excuses))
    if contract.scorecard is not None:
        yield from ((("scorecard", "weights", level), level) for level in contract.scorecard.weights)


def _levels_around_credits(contract: Contract) -> Iterator[Mention]:
    terms = contract.credits
    if terms is None:
        return
    for place, scheme in schemes_of(contract):
        if isinstance(scheme, LinearTerms):
            yield from (((*place, "from", level), level) for level in scheme.counted_from)
    for index, incident in enumerate(terms.same_incident):
        yield from (
            (("credits", "same_incident", index, "levels", n), level) for n, level in enumerate(incident.levels)
        )
    if terms.earnback is not None:
        yield from ((("credits", "earnback", "target", level), level) for level in terms.earnback.target)
    if terms.ratchet is not None:
        yield from ((("credits", "ratchet", "levels", n), level) for n, level in enumerate(terms.ratchet.levels))
    for index, trigger in enumerate(terms.termination):
        yield from ((("credits", "termination", index, "levels", n), level) for n, level in enumerate(trigger.levels))


def calendars_mentioned(contract: Contract) -> Iterator[Mention]:
    """Every calendar a clock, a measure, a duty or the settling of months runs on."""
    for name, clock in contract.clocks.items():
        yield from calendars_of_clock(("clocks", name, "calendar"), clock)
    for level_id, level in contract.service_levels.items():
        if isinstance(level.measure, Backlog | Throughput | Availability):
            yield ("service_levels", level_id, "measure", "calendar"), level.measure.calendar
    if contract.settling is not None and contract.settling.calendar is not None:
        yield ("settling", "calendar"), contract.settling.calendar
    for index, duty in enumerate(contract.obligations):
        if duty.calendar is not None:
            yield ("obligations", index, "calendar"), duty.calendar


def calendars_of_clock(place: Path, clock: Clock) -> Iterator[Mention]:
    """The calendars a clock may run on, each at the place that names it."""
    if not isinstance(clock.calendar, ByDimension):
        yield place, clock.calendar
        return
    yield from (((*place, "map", value), name) for value, name in clock.calendar.map.items())
    if clock.calendar.otherwise is not None:
        yield (*place, "otherwise"), clock.calendar.otherwise


def clocks_mentioned(contract: Contract) -> Iterator[Mention]:
    """Every clock a measure reads."""
    for level_id, level in contract.service_levels.items():
        if isinstance(level.measure, Turnaround):
            yield ("service_levels", level_id, "measure", "clock"), level.measure.clock


def charges_mentioned(contract: Contract) -> Iterator[Mention]:
    """Every charge credits are counted on by name."""
    if contract.credits is not None:
        yield from ((("credits", "base", n), charge) for n, charge in enumerate(contract.credits.base))
    for place, scheme in schemes_of(contract):
        yield from (((*place, "base", n), charge) for n, charge in enumerate(scheme.base))


def values_in_credits(contract: Contract) -> Iterator[tuple[Path, str, Any]]:
    """Every value credits set on a level's own scale: its place, the level, the value."""
    for place, scheme in schemes_of(contract):
        if isinstance(scheme, LinearTerms):
            yield from (((*place, "from", level), level, value) for level, value in scheme.counted_from.items())
        yield from ((where, level, bound.value) for where, level, bound in bounds_of_scheme(place, scheme))
    earnback = None if contract.credits is None else contract.credits.earnback
    if earnback is not None:
        for level, value in earnback.target.items():
            yield ("credits", "earnback", "target", level), level, value


def bounds_of_scheme(place: Path, scheme: Any) -> Iterator[tuple[Path, str, Bound]]:
    """The lines a credit model draws on a level's scale, in the order written."""
    if isinstance(scheme, EventCountTerms):
        yield from (((*place, "trips", level), level, bound) for level, bound in scheme.trips.items())
    elif isinstance(scheme, TiersTerms | SeverityPointsTerms):
        word = "tiers" if isinstance(scheme, TiersTerms) else "bands"
        for level, bounds in getattr(scheme, word).items():
            yield from (((*place, word, level, n), level, bound) for n, bound in enumerate(bounds))
