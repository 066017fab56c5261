"""Signals: patterns in a level's records and months that are worth asking about, each with its records."""

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from remit.engines.measuring import records_of
from remit.ingest.contract_files import ContractVersions
from remit.performance.fairness import (
    BunchedMonth,
    Bunching,
    Signals,
    SoonReopened,
    Stop,
    Watermelon,
    bunched,
    green_outside,
    stops_of,
)
from remit.performance.measures.catalogue import compile_level
from remit.runs.escalating import escalations
from remit.runs.evidence import Evidence
from remit.runs.judging import JudgedMonth, Progress, Request, Walk, judge_months, walk_of
from remit.runs.measured import missing_tables, scope_for
from remit.runs.redating import crowded_edges, redated
from remit.store import Snapshot
from remit.terms.clocks import Moment, Reopen, ReopenPolicy
from remit.terms.contracts import Contract
from remit.terms.measure_terms import (
    FirstContactResolution,
    NetPromoter,
    Reopening,
    Satisfaction,
    Turnaround,
)
from remit.terms.periods import Period, month_of

_INSIDE = (Satisfaction, NetPromoter, FirstContactResolution, Reopening)


_CHANGES = (
    exp.select(*[exp.column(name, quoted=True) for name in ("case_key", "at", "status_from", "status")])
    .from_("case_events")
    .order_by(*[exp.column(name, quoted=True) for name in ("case_key", "at", "sequence")])
)
STOPS = "stopped just within the target"
PAUSES = "first paused just before the target"


def signals(
    versions: ContractVersions,
    evidence: Evidence,
    request: Request,
    *,
    stored: Snapshot | None = None,
    progress: Progress | None = None,
) -> Signals:
    """Every level with a target and every month asked for, looked at for bunching of stops and of first pauses.

    The test's limit is divided by the number of places looked at, so that a long list does not find by its length. The
    flag for green outside is of the last months asked for. What later loads moved over a month's end can be told only
    of facts in a store, `stored`.
    """
    tell = progress or (lambda *_: None)
    walk = walk_of(versions, evidence, request.as_of)
    months = () if walk is None else tuple(one for one in walk.months(request) if request.includes(one))
    if walk is None or not months:
        return Signals((), (), 0, None)
    places = [
        (level_id, month, what)
        for month in months
        for level_id in versions.terms_for(month).service_levels
        for what in _whats(versions.terms_for(month), level_id, evidence)
    ]
    tested = []
    for number, place in enumerate(places):
        tell(f"looking at {place[0]} in {place[1].label}", number, len(places))
        tested.append((place, _bunched(walk, *place, looked_at=len(places))))
    found = [BunchedMonth(*place, one) for place, one in tested if one is not None and one.is_signal]
    tell("looking at stops, escalations and earlier loads", len(places), len(places))
    stops = _stops(walk)
    return Signals(
        months,
        tuple(found),
        len(places),
        _watermelon(walk, months),
        tuple(_reopened(walk, months, stops)),
        tuple(redated(versions, stored, walk, months)) if stored is not None else (),
        tuple(crowded_edges(walk, months, stops)),
    )


def _stops(walk: Walk) -> dict[str, list[Stop]]:
    """The stops of each clock that stops at a status of the cases' history."""
    clocks = walk.versions.latest.clocks
    statuses = {
        name: clock.stops.status
        for name, clock in clocks.items()
        if isinstance(clock.stops, Moment) and clock.stops.status
    }
    if not statuses or "case_events" not in walk.evidence.columns:
        return {}
    changes = walk.evidence.engine.rows(_CHANGES)
    return {name: stops_of(changes, frozenset(some)) for name, some in statuses.items()}


def _reopened(
    walk: Walk, months: Sequence[Period], stops: Mapping[str, Sequence[Stop]]
) -> Iterator[tuple[str, SoonReopened]]:
    """The months in which many stops of a clock on the cases' history were undone within the hour."""
    for name, listed in stops.items():
        days = [month_of(walk.local_day(one.at)) for one in listed]
        for month in months:
            mine = [one for one, day in zip(listed, days, strict=True) if day == month]
            keys = tuple(dict.fromkeys(one.key for one in mine if one.is_soon))
            found = SoonReopened(month.start_on, len(mine), keys)
            if found.is_signal:
                yield name, found


def _whats(contract: Contract, level_id: str, evidence: Evidence) -> tuple[str, ...]:
    measure = contract.service_levels[level_id].measure
    if not isinstance(measure, Turnaround) or not measure.is_share or missing_tables(contract, level_id, evidence):
        return ()
    return (STOPS,) if contract.clocks[measure.clock].pauses is None else (STOPS, PAUSES)


def _bunched(walk: Walk, level_id: str, month: Period, what: str, *, looked_at: int) -> Bunching | None:
    contract = walk.versions.terms_for(month)
    if what == PAUSES:
        contract = _stopping_at_the_first_pause(contract, level_id)
    scope = scope_for(contract, level_id, [month], walk.evidence, as_of=walk.as_of)
    listing = walk.evidence.engine.listing(compile_level(scope), 0)
    times = [
        (one.key, one.seconds, one.target_seconds)
        for one in records_of(listing, judged=True)
        if one.excluded_by is None and one.seconds is not None and one.target_seconds
    ]
    return bunched(times, looked_at=looked_at)


def _stopping_at_the_first_pause(contract: Contract, level_id: str) -> Contract:
    """The level as if its clock stopped where it first pauses: its time is then that from start to first pause."""
    level = contract.service_levels[level_id]
    measure = level.measure
    if not isinstance(measure, Turnaround):
        return contract
    clock = contract.clocks[measure.clock]
    statuses = () if clock.pauses is None else clock.pauses.status
    first = Reopen(do=ReopenPolicy.FIRST_STOP_WINS)
    changes = {"stops": Moment(status=statuses), "pauses": None, "max_pause": None, "reopen": first}
    clocks = {**contract.clocks, measure.clock: clock.model_copy(update=changes)}
    plain = level.model_copy(update={"still_open": "left_out", "attribute_to": "stop"})
    levels = {**contract.service_levels, level_id: plain}
    return contract.model_copy(update={"clocks": clocks, "service_levels": levels})


def _watermelon(walk: Walk, months: Sequence[Period]) -> Watermelon | None:
    judged: list[JudgedMonth] = judge_months(walk, months)
    latest = walk.versions.latest.service_levels
    inside = {name: level.at_most for name, level in latest.items() if isinstance(level.measure, _INSIDE)}
    shares = escalations(walk, months)
    return green_outside([(month.period, month.attainments) for month in judged], inside, escalated=shares)
