"""Measuring service levels over many windows: as few queries as their windows allow."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial

from sqlglot import exp

from remit.engines.engine import CasePart, QueryRefused
from remit.ingest.contract_files import ContractVersions
from remit.performance.clocks import ClockTooFine
from remit.performance.measures.catalogue import compile_level
from remit.performance.measures.portable import NotPortable
from remit.performance.measures.queries import Interval, MeasureQuery, Scope
from remit.performance.measures.timed import decided_by
from remit.performance.measures.turnaround import cases_concerned, changes_concerned
from remit.performance.measures.windows import disjoint_groups
from remit.performance.service_levels import Ratio
from remit.runs.evidence import Evidence
from remit.terms.clocks import PriorityChange
from remit.terms.contracts import Contract
from remit.terms.durations import Duration
from remit.terms.measure_terms import Attrition, Availability, Backlog, Measure, Throughput, Turnaround, Volume
from remit.terms.periods import Period, read_instant
from remit.terms.problems import Problem, ProblemsFound
from remit.terms.service_levels import Exclusion, ServiceLevel


@dataclass(frozen=True, slots=True)
class Measured:
    """A level's sums over one window, for one value of each dimension asked for."""

    ratio: Ratio
    excluded: int


NOTHING = Measured(Ratio(0, 0, 0), 0)

Key = tuple[Period, tuple[str, ...]]


def with_contracts(versions: ContractVersions, change: Callable[[Contract], Contract]) -> ContractVersions:
    """The same versions with each contract changed, for asking what a figure would be under other terms."""
    changed = tuple(replace(version, contract=change(version.contract)) for version in versions.versions)
    return replace(versions, versions=changed)


@contextmanager
def refusals_told(place: str) -> Iterator[None]:
    """As a problem: a condition that can't be computed on these values, or stretches of time too fine for a clock."""
    try:
        yield
    except (QueryRefused, NotPortable) as refusal:
        what = f"a condition of it, or of an exclusion, can't be computed: {refusal}"
        hint = "compare text with text in quotes and numbers with numbers; an instant is whole seconds, not a date"
        raise ProblemsFound([Problem("the contract", 0, place, what, hint)]) from refusal
    except ClockTooFine as refusal:
        hint = "give planned outages and agreed stretches of time to the whole minute, or settle fewer months"
        raise ProblemsFound([Problem("the facts", 0, place, str(refusal), hint)]) from refusal


def scope_for(
    contract: Contract,
    level_id: str,
    windows: Sequence[Period],
    evidence: Evidence,
    *,
    as_of: int,
    dimensions: tuple[str, ...] = (),
) -> Scope:
    """What a level is compiled against, over windows that do not overlap."""
    tables = _tables_read(contract, level_id)
    between = evidence.between(tables) or (as_of, as_of)
    scope = Scope(
        contract=contract,
        level_id=level_id,
        windows=tuple(window.instants(contract.zone) for window in windows),
        facts_from=between[0],
        facts_to=between[1],
        as_of=as_of,
        columns=_columns_for(evidence),
        overlays=overlays_of(contract, level_id, evidence),
        dimensions=dimensions,
    )
    scope = replace(scope, keys=_keys(scope, evidence))
    return replace(scope, steady=_steady(scope, evidence))


def _keys(scope: Scope, evidence: Evidence) -> tuple[str, str] | None:
    """The least and greatest key of the cases that can belong to a scope's windows, where not all cases can."""
    query = cases_concerned(scope)
    if query is None:
        return None
    ((least, greatest),) = evidence.engine.rows(query)
    return None if least is None else (str(least), str(greatest))


def _columns_for(evidence: Evidence) -> dict[str, frozenset[str]]:
    """The declared columns of each table; of changes only those that are filled, since an empty one decides nothing."""
    filled = {name: evidence.filled[name] for name in ("case_events",) if name in evidence.filled}
    return {**evidence.columns, **filled}


def _steady(scope: Scope, evidence: Evidence) -> frozenset[str]:
    """What the fast way to honour a clock's pauses rests on, where the level has such a clock."""
    contract, measure = scope.contract, scope.level.measure
    clock = contract.clocks[measure.clock] if isinstance(measure, Turnaround) else None
    if clock is None or clock.pauses is None or not (isinstance(clock.starts, str) and isinstance(clock.stops, str)):
        return frozenset()
    deciding = set() if isinstance(clock.calendar, str) else {clock.calendar.by}
    return evidence.steady({"status_from", *deciding}, concerned=changes_concerned(scope))


def measure_level(
    contract: Contract,
    level_id: str,
    windows: Iterable[Period],
    evidence: Evidence,
    *,
    as_of: int,
    dimensions: tuple[str, ...] = (),
) -> dict[Key, Measured]:
    """A level's sums by window and dimensions; a window without a record is absent, and so is a level without facts."""
    found: dict[Key, Measured] = {}
    if missing_tables(contract, level_id, evidence):
        return found
    for group in disjoint_groups(tuple(windows)):
        scope = scope_for(contract, level_id, group, evidence, as_of=as_of, dimensions=dimensions)
        with refusals_told(f"service_levels.{level_id}"):
            query = compile_level(scope)
        for part in _parts(contract, level_id, evidence):
            with part(), refusals_told(f"service_levels.{level_id}"):
                totals = evidence.engine.totals(query)
            for one in totals:
                key = group[one.window_index], one.dimensions
                before = found.get(key, NOTHING)
                found[key] = Measured(before.ratio + one.ratio, before.excluded + one.excluded)
    return found


def _parts(contract: Contract, level_id: str, evidence: Evidence) -> Sequence[CasePart]:
    """The parts in which a level's cases are measured: several where histories would not fit into memory together.

    Only sums of cases add up; the others, and tables that are read row by row, are measured at once.
    """
    gathers = "case_events" in _tables_read(contract, level_id)
    return evidence.case_parts if gathers and adds_up(contract.service_levels[level_id].measure) else (nullcontext,)


def query_for(contract: Contract, level_id: str, window: Period, evidence: Evidence, *, as_of: int) -> MeasureQuery:
    """The query of one level over one window."""
    with refusals_told(f"service_levels.{level_id}"):
        return compile_level(scope_for(contract, level_id, [window], evidence, as_of=as_of))


def overlays_of(contract: Contract, level_id: str, evidence: Evidence) -> dict[str, tuple[Interval, ...]]:
    """The stretches in which clocks stand, by exclusion; and a level's own planned maintenance under the level's id."""
    measure = contract.service_levels[level_id].measure
    found: dict[str, tuple[Interval, ...]] = {}
    if isinstance(measure, Turnaround):
        named = contract.clocks[measure.clock].stop_the_clock
        for exclusion in contract.exclusions:
            if exclusion.id in named:
                found[exclusion.id] = _stretches(contract, exclusion, evidence)
    if isinstance(measure, Availability) and measure.planned == "excluded":
        found[level_id] = _planned(evidence, (measure.service,), measure.notice)
    return found


def _stretches(contract: Contract, exclusion: Exclusion, evidence: Evidence) -> tuple[Interval, ...]:
    if exclusion.planned_outages_of:
        return _planned(evidence, exclusion.planned_outages_of, exclusion.notice)
    bounds = [(stop.start, stop.end) for stop in exclusion.stop_the_clock]
    read = partial(read_instant, zone=contract.zone)
    return tuple((int(read(start).timestamp()), int(read(end).timestamp())) for start, end in bounds)


def _planned(evidence: Evidence, services: Sequence[str], notice: Duration | None) -> tuple[Interval, ...]:
    """Planned outages that have ended, announced in time where a notice is asked for."""
    if "outages" not in evidence.columns:
        return ()
    start, end, noticed = (exp.column(name, quoted=True) for name in ("started_at", "ended_at", "noticed_at"))
    query = (
        exp.select(start, end)
        .from_("outages")
        .where(exp.column("service", quoted=True).isin(*[exp.Literal.string(name) for name in services]))
        .where(exp.column("planned", quoted=True).eq(exp.true()))
        .where(exp.not_(end.copy().is_(exp.null())))
    )
    if notice is not None:
        query = query.where((start.copy() - noticed) >= notice.seconds)
    return tuple((int(first), int(last)) for first, last in evidence.engine.rows(query))


def missing_tables(contract: Contract, level_id: str, evidence: Evidence) -> tuple[str, ...]:
    """The tables a level reads that the facts do not bring."""
    return tuple(name for name in _tables_read(contract, level_id) if name not in evidence.columns)


def adds_up(measure: Measure) -> bool:
    """Whether two parts of a window, each measured by itself, add up to the whole window's figure.

    A median does not, nor does what is counted at the window's end, or divided by something of the window's own.
    """
    if isinstance(measure, Turnaround):
        return measure.statistic not in ("median", "percentile")
    return not isinstance(measure, Backlog | Volume | Throughput | Attrition)


def adds_up_with(contract: Contract, judging: Contract, level_id: str) -> bool:
    """Whether a part of a window measured by one version of a level's terms can be added to one measured by another."""
    level, other = contract.service_levels[level_id], judging.service_levels[level_id]
    if not adds_up(level.measure) or not is_like(level.measure, other.measure):
        return False
    return contract is judging or _same_day(contract, judging, level, other)


def _same_day(contract: Contract, judging: Contract, level: ServiceLevel, other: ServiceLevel) -> bool:
    """Whether a timed record belongs to the same day by both versions: by its start or its stop, and these the same.

    What a history makes of a record, its reopenings and restarts, depends on the whole clock and its hours.
    """
    measure, after = level.measure, other.measure
    if not isinstance(measure, Turnaround) or not isinstance(after, Turnaround):
        return True
    if decided_by(level) == "due" or decided_by(level) != decided_by(other):
        return False
    clock, clock_after = contract.clocks[measure.clock], judging.clocks[after.clock]
    if not (clock.needs_history or clock_after.needs_history):
        return (clock.of, clock.starts, clock.stops) == (clock_after.of, clock_after.starts, clock_after.stops)
    restarts = clock.priority_change is PriorityChange.RESTART
    is_same = clock == clock_after and contract.calendars == judging.calendars
    return is_same and (not restarts or measure == after)


def is_like(measure: Measure, other: Measure) -> bool:
    """Whether the sums of two measures are of one kind, so that they can be added."""
    return (measure.kind, measure.is_share, measure.value_unit) == (other.kind, other.is_share, other.value_unit)


def _tables_read(contract: Contract, level_id: str) -> tuple[str, ...]:
    measure = contract.service_levels[level_id].measure
    if isinstance(measure, Turnaround):
        clock = contract.clocks[measure.clock]
        return (clock.of, "case_events") if clock.needs_history else (clock.of,)
    return (measure.table,)
