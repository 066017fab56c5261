"""Clocks and what they count: business hours without hours, units that don't fit, changes nobody follows."""

from collections.abc import Iterator
from dataclasses import dataclass

from remit.performance.facts import TABLES
from remit.performance.linting.calendar_rules import is_around_the_clock
from remit.performance.linting.findings import Finding, Path, error, listed, warning
from remit.terms.clocks import ALWAYS_OPEN, ByDimension, CalendarChange, Clock, PriorityChange
from remit.terms.contracts import Contract
from remit.terms.durations import ClockUnit, Duration
from remit.terms.measure_terms import (
    Abandonment,
    Availability,
    Backlog,
    FirstContactResolution,
    ServiceFactor,
    TargetByDimension,
    Throughput,
    Turnaround,
    durations_of,
)

_FOLLOWING = (PriorityChange.HIGHEST, PriorityChange.PROPORTIONAL, PriorityChange.RESTART)
_NEEDS_HOURS = "give the clock a calendar with opening hours, or write the length without business"


@dataclass(frozen=True, slots=True)
class TimedLevel:
    """A service level measured on a clock, with its target and where that stands."""

    level_id: str
    clock: Clock
    target: TargetByDimension | Duration | None
    place: Path

    @property
    def lengths(self) -> Iterator[tuple[Path, Duration]]:
        """Each target with its place."""
        if isinstance(self.target, Duration):
            yield self.place, self.target
        elif self.target is not None:
            yield from (((*self.place, "map", value), length) for value, length in self.target.map.items())
            if self.target.otherwise is not None:
                yield (*self.place, "otherwise"), self.target.otherwise

    @property
    def units(self) -> set[ClockUnit]:
        """The units its times are counted in; without a target, open time or time around the clock."""
        if self.target is None:
            return {ClockUnit.ALL_SECONDS if self.clock.calendar == ALWAYS_OPEN else ClockUnit.OPEN_SECONDS}
        return {length.unit for length in durations_of(self.target)}


def timed_levels(contract: Contract) -> Iterator[TimedLevel]:
    """The service levels whose clock exists."""
    for level_id, level in contract.service_levels.items():
        measure = level.measure
        if isinstance(measure, Turnaround) and measure.clock in contract.clocks:
            word = "share_within" if measure.share_within is not None else "within"
            place: Path = ("service_levels", level_id, "measure", word)
            target = measure.share_within or measure.within
            yield TimedLevel(level_id, contract.clocks[measure.clock], target, place)


def undefined_business_hours(contract: Contract) -> Iterator[Finding]:
    """A target in business hours on a calendar that is open around the clock says nothing of business hours."""
    for timed in timed_levels(contract):
        if _lacks_hours(timed.clock, contract):
            for place, length in timed.lengths:
                if length.unit.needs_business_hours:
                    yield error(
                        place, f"undefined business hours: {length} on a clock without opening hours", _NEEDS_HOURS
                    )
    for name, clock in contract.clocks.items():
        within = clock.reopen.within if clock.reopen is not None else None
        if within is not None and within.unit.needs_business_hours and _lacks_hours(clock, contract):
            place = ("clocks", name, "reopen", "within")
            yield error(place, f"undefined business hours: {within} on a clock without opening hours", _NEEDS_HOURS)


def undefined_business_hours_of_measures(contract: Contract) -> Iterator[Finding]:
    """The same of measures that name a calendar themselves."""
    for level_id, level in contract.service_levels.items():
        measure, place = level.measure, ("service_levels", level_id, "measure")
        if not isinstance(measure, Backlog | Throughput) or not _is_always(measure.calendar, contract):
            continue
        limit = measure.older_than if isinstance(measure, Backlog) else None
        if limit is not None and limit.unit.needs_business_hours:
            what = f"undefined business hours: {limit} without opening hours"
            yield error((*place, "older_than"), what, "name a calendar with opening hours")
        if isinstance(measure, Throughput) and measure.per != "window":
            what = f"per {measure.per.replace('_', ' ')} without opening hours counts around the clock"
            yield warning((*place, "per"), what, "name a calendar with opening hours")


def hours_around_the_clock(contract: Contract) -> Iterator[Finding]:
    """Plain hours run through nights and holidays, also on a clock that has a calendar."""
    for timed in timed_levels(contract):
        if _has_hours(timed.clock.calendars, contract):
            for place, length in timed.lengths:
                if length.unit is ClockUnit.ALL_SECONDS:
                    yield _around_the_clock(place, length)
    for level_id, level in contract.service_levels.items():
        if isinstance(level.measure, Backlog) and _has_hours((level.measure.calendar,), contract):
            limit = level.measure.older_than
            if limit is not None and limit.unit is ClockUnit.ALL_SECONDS:
                yield _around_the_clock(("service_levels", level_id, "measure", "older_than"), limit)


def _around_the_clock(place: Path, length: Duration) -> Finding:
    count, _, unit = length.text.partition(" ")
    meant = f"did you mean {count} business {unit}?" if unit in ("hour", "hours", "day", "days") else ""
    what = f"{length} counts around the clock, though the calendar has opening hours"
    return warning(place, what, meant, rests_on=["calendars"])


def lengths_that_know_no_calendar(contract: Contract) -> Iterator[Finding]:
    """Waiting times and notices are counted around the clock; business units there would be read wrongly."""
    for place, length in _plain_lengths(contract):
        if length.unit.needs_business_hours:
            what = f"{length} is counted around the clock here, for no calendar applies"
            yield error(place, what, "write it without business")


def _plain_lengths(contract: Contract) -> Iterator[tuple[Path, Duration]]:
    for level_id, level in contract.service_levels.items():
        for word in _PLAIN_WORDS.get(type(level.measure), ()):
            length = getattr(level.measure, word)
            if length is not None:
                yield ("service_levels", level_id, "measure", word), length
    for index, exclusion in enumerate(contract.exclusions):
        if exclusion.notice is not None:
            yield ("exclusions", index, "notice"), exclusion.notice


_PLAIN_WORDS: dict[type, tuple[str, ...]] = {
    ServiceFactor: ("answer_within", "short_abandon", "interval"),
    Abandonment: ("short_abandon",),
    FirstContactResolution: ("repeat_within",),
    Availability: ("notice",),
}


def targets_of_no_length(contract: Contract) -> Iterator[Finding]:
    """A target of nothing can be met by nobody."""
    for timed in timed_levels(contract):
        for place, length in timed.lengths:
            if length.seconds == 0:
                yield error(place, f"{length} is no time at all; no record can be within it", "write the time allowed")


def pauses_in_another_unit(contract: Contract) -> Iterator[Finding]:
    """The longest pause is taken off the same reading the target is compared with, so both have one unit."""
    for name, clock in contract.clocks.items():
        if clock.max_pause is None:
            continue
        for timed in timed_levels(contract):
            if timed.clock is clock and timed.units != {clock.max_pause.unit}:
                units = listed(sorted(timed.units))
                what = f"max_pause {clock.max_pause} is counted in {clock.max_pause.unit}, {timed.level_id} in {units}"
                hint = "write both in the same unit, or give the level a clock of its own"
                yield error(("clocks", name, "max_pause"), what, hint)


def changes_of_priority_across_units(contract: Contract) -> Iterator[Finding]:
    """Hours and days can't be weighed against each other when a record changes from one to the other."""
    for timed in timed_levels(contract):
        if timed.clock.priority_change in _FOLLOWING and len(timed.units) > 1:
            what = f"priority_change {timed.clock.priority_change} can't weigh {listed(sorted(timed.units))}"
            yield error(timed.place, what, "write all targets in one unit, or priority_change: final or initial")


def changes_of_priority_that_change_nothing(contract: Contract) -> Iterator[Finding]:
    """Following the priority matters only where the target depends on it."""
    for name, clock in contract.clocks.items():
        if clock.priority_change is PriorityChange.FINAL:
            continue
        targets = [timed.target for timed in timed_levels(contract) if timed.clock is clock]
        if targets and not any(isinstance(target, TargetByDimension) for target in targets):
            what = f"priority_change {clock.priority_change} changes nothing: no target depends on a column"
            hint = "write the target as {by: priority, map: {…}}, or leave priority_change out"
            yield warning(("clocks", name, "priority_change"), what, hint, rests_on=["service_levels"])


def changes_of_calendar_that_change_nothing(contract: Contract) -> Iterator[Finding]:
    """Following a record between sites matters only where the calendar depends on a column."""
    for name, clock in contract.clocks.items():
        if clock.calendar_change is not CalendarChange.AT_START and not isinstance(clock.calendar, ByDimension):
            what = f"calendar_change {clock.calendar_change} changes nothing: all records have the same calendar"
            hint = "write calendar: {by: site, map: {…}}, or leave calendar_change out"
            yield warning(("clocks", name, "calendar_change"), what, hint)


def changes_the_history_does_not_tell(contract: Contract) -> Iterator[Finding]:
    """What a clock follows on the way must be a column of the history."""
    told = {*TABLES["case_events"].by_name, *contract.facts.columns.get("case_events", {})}
    hint = "declare it under facts.columns.case_events, or leave the change to its start value"
    for timed in timed_levels(contract):
        follows = timed.clock.priority_change is not PriorityChange.FINAL
        if follows and isinstance(timed.target, TargetByDimension) and timed.target.by not in told:
            what = f"{timed.target.by!r} is not a column of case_events, so its changes can't be followed"
            yield error((*timed.place, "by"), what, hint)
    for name, clock in contract.clocks.items():
        follows = clock.calendar_change is not CalendarChange.AT_START
        if follows and isinstance(clock.calendar, ByDimension) and clock.calendar.by not in told:
            what = f"{clock.calendar.by!r} is not a column of case_events, so its changes can't be followed"
            yield error(("clocks", name, "calendar", "by"), what, hint)


def _lacks_hours(clock: Clock, contract: Contract) -> bool:
    return any(_is_always(name, contract) for name in clock.calendars)


def _is_always(name: str, contract: Contract) -> bool:
    """Whether a name is the calendar every contract has without writing it."""
    return name == ALWAYS_OPEN and ALWAYS_OPEN not in contract.calendars


def _has_hours(names: tuple[str, ...], contract: Contract) -> bool:
    return any(name in contract.calendars and not is_around_the_clock(contract.calendars[name]) for name in names)
