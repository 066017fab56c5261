"""Re-dating: records moved over a month's end by later loads, and stops crowded into a month's first or last hours."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlglot import exp

from remit.ingest.contract_files import ContractVersions
from remit.performance.facts import TABLES
from remit.performance.fairness import LEAST_RECORDS, Crowded, Edge, Moved, Redated, Stop, edge_of, moved_over
from remit.runs.connections import connect
from remit.runs.judging import Walk
from remit.store import MovedInstant, Snapshot, moved_changes, moved_instants, read_manifest
from remit.terms.clocks import Clock, Moment
from remit.terms.contracts import Contract
from remit.terms.measure_terms import Turnaround
from remit.terms.periods import Period, midnight_at

EDGE_SECONDS = 7_200
"""A month's edge: two hours before its end, and two after its beginning."""
_QUARTER = 900
_MEMORY_MB = 2_048


@dataclass(frozen=True, slots=True)
class _Deciding:
    """What decides the month of a level's records: a column of instants, or a case's change into some statuses."""

    table: str
    column: str = ""
    statuses: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """As a sentence names it."""
        return f"{self.table}.{self.column}" if self.column else f"changes to {' or '.join(self.statuses)}"


def redated(versions: ContractVersions, stored: Snapshot, walk: Walk, months: Sequence[Period]) -> Iterator[Redated]:
    """The ends of months over which later loads moved more records than over other midnights, with the records."""
    places: dict[_Deciding, list[str]] = {}
    for level_id in versions.latest.service_levels:
        for one in _deciding(versions.latest, level_id):
            places.setdefault(one, []).append(level_id)
    ends = sorted({day for month in months for day in (month.start_on, month.end_on)})
    moves = {place: _moves(stored, place, walk) for place in places if place.table in stored.columns}
    looked_at = max(sum(map(bool, moves.values())) * len(ends), 1)
    for place, moved in moves.items():
        for end in ends if moved else ():
            found, back = moved_over(moved, end, looked_at=looked_at)
            if found.is_signal:
                yield Redated(place.words, tuple(places[place]), end, back, found)


def _deciding(contract: Contract, level_id: str) -> Iterator[_Deciding]:
    """What decides the month of a level's records, as far as it stands in the facts as an instant."""
    level = contract.service_levels[level_id]
    if not isinstance(level.measure, Turnaround):
        yield _Deciding(level.measure.table, TABLES[level.measure.table].time_column)
        return
    clock = contract.clocks[level.measure.clock]
    moment = clock.stops if level.attribute_to == "stop" else clock.starts
    if isinstance(moment, str):
        yield _Deciding(clock.of, moment)
    elif moment.status:
        yield _Deciding("case_events", statuses=tuple(moment.status))


def _moves(stored: Snapshot, place: _Deciding, walk: Walk) -> list[Moved]:
    """The records whose deciding instant moved to another day: no other was moved over a midnight."""
    manifest = read_manifest(stored.url)
    with connect(memory_mb=_MEMORY_MB) as connection:
        found: Iterator[MovedInstant]
        if place.column:
            found = moved_instants(
                manifest,
                stored.engagement,
                connection,
                table=place.table,
                column=place.column,
                version=stored.version,
            )
        else:
            found = moved_changes(
                manifest, stored.engagement, connection, statuses=place.statuses, version=stored.version
            )
        days = [Moved(one.record, walk.local_day(one.before_at), walk.local_day(one.after_at)) for one in found]
    return [one for one in days if one.before_on != one.after_on]


@dataclass(frozen=True, slots=True)
class _Stopping:
    """When a clock stopped: how many records in each quarter of an hour, and their keys between two instants."""

    counts: Mapping[int, int]
    keys: Callable[[int, int], Sequence[str]]

    def between(self, first_at: int, end_at: int) -> int:
        """How many stopped from one instant up to another; both are whole quarters."""
        return sum(self.counts.get(bucket, 0) for bucket in range(first_at // _QUARTER, end_at // _QUARTER))


def crowded_edges(walk: Walk, months: Sequence[Period], stops: Mapping[str, Sequence[Stop]]) -> Iterator[Crowded]:
    """The months in whose first or last hours more records stopped than in those hours of the month's other days.

    `stops` are those of the clocks that read a history, by the clock; of the others the column that stops them is read.
    """
    clocks = walk.versions.latest.clocks
    found = {name: _of_history(stops[name]) for name in stops}
    columns = {name: _stop_column(walk, clock) for name, clock in clocks.items() if name not in stops}
    found |= {name: _of_column(walk, clocks[name].of, column) for name, column in columns.items() if column}
    looked_at = max(2 * len(found) * len(months), 1)
    for name, stopping in found.items():
        for month in months:
            for is_first in (True, False):
                edge = _edge(walk, stopping, month, is_first=is_first, looked_at=looked_at)
                if edge.is_signal:
                    yield Crowded(name, month.start_on, is_first, edge)


def _stop_column(walk: Walk, clock: Clock) -> str:
    """The column of instants that stops a clock, where it has one and the facts fill it."""
    if isinstance(clock.stops, Moment) or clock.stops not in walk.evidence.filled.get(clock.of, ()):
        return ""
    return clock.stops


def _of_history(stops: Sequence[Stop]) -> _Stopping:
    def keys(first_at: int, end_at: int) -> Sequence[str]:
        return [one.key for one in stops if first_at <= one.at < end_at]

    return _Stopping(Counter(one.at // _QUARTER for one in stops), keys)


def _of_column(walk: Walk, table: str, column: str) -> _Stopping:
    """The stops of a column: the engine counts them, and names only those of an edge that is asked for."""
    at, key = exp.column(column, quoted=True), exp.column(TABLES[table].key[0], quoted=True)
    quarter = exp.IntDiv(this=at.copy(), expression=exp.Literal.number(_QUARTER))
    counted = exp.select(quarter, exp.Count(this=exp.Star())).from_(exp.to_table(table)).group_by(quarter.copy())
    rows = walk.evidence.engine.rows(counted.where(at.copy() <= walk.as_of))

    def keys(first_at: int, end_at: int) -> Sequence[str]:
        listed = exp.select(key).from_(exp.to_table(table)).where(at >= first_at).where(at < end_at).order_by(key)
        return [str(one) for (one,) in walk.evidence.engine.rows(listed)]

    return _Stopping({int(bucket): int(count) for bucket, count in rows}, keys)


def _edge(walk: Walk, stopping: _Stopping, month: Period, *, is_first: bool, looked_at: int) -> Edge:
    """A month's edge against the same hours of its other days."""
    days = [month.start_on + timedelta(days=step) for step in range((month.end_on - month.start_on).days)]
    hours = {day: _hours(walk, day, is_first=is_first) for day in days}
    counts = {day: stopping.between(*hours[day]) for day in days}
    edge = days.pop(0 if is_first else -1)
    others = [counts[day] for day in days]
    # The keys are asked for only where there are enough to tell of.
    keys = stopping.keys(*hours[edge]) if counts[edge] >= LEAST_RECORDS else ()
    return edge_of(tuple(dict.fromkeys(keys)), others, looked_at=looked_at)


def _hours(walk: Walk, day: date, *, is_first: bool) -> tuple[int, int]:
    """The first or the last hours of a day, in the contract's zone."""
    zone = walk.versions.signed.zone
    if is_first:
        starts = midnight_at(day, zone)
        return starts, starts + EDGE_SECONDS
    ends = midnight_at(day + timedelta(days=1), zone)
    return ends - EDGE_SECONDS, ends
