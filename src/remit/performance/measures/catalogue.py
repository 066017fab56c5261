"""The catalogue: every measure's name and what compiles it; a level goes in, its query comes out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures import contacts, outcomes, turnaround, volumes
from remit.performance.measures.assembling import assemble
from remit.performance.measures.availability import availability
from remit.performance.measures.queries import Interval, MeasureQuery, RecordParts, Scope, segment_name
from remit.performance.measures.ranking import ranked
from remit.performance.measures.timing import calendar_named, compile_level_clock
from remit.terms.durations import ClockUnit
from remit.terms.measure_terms import Availability, Backlog, ServiceFactor, Throughput, Turnaround, Volume

Compiler = Callable[[Any, Scope], RecordParts]

_PLAIN: dict[str, Compiler] = {
    "service_factor": lambda measure, _: contacts.service_factor(measure),
    "speed_of_answer": lambda measure, _: contacts.speed_of_answer(measure),
    "handle_time": lambda measure, _: contacts.handle_time(measure),
    "abandonment": lambda measure, _: contacts.abandonment(measure),
    "first_contact_resolution": outcomes.first_contact_resolution,
    "reopening": lambda measure, _: outcomes.reopening(measure),
    "accuracy": lambda measure, _: outcomes.accuracy(measure),
    "satisfaction": lambda measure, _: outcomes.satisfaction(measure),
    "net_promoter": lambda measure, _: outcomes.net_promoter(measure),
    "ratio": outcomes.custom_ratio,
    "attrition": lambda measure, _: volumes.attrition(measure),
    "forecast_accuracy": lambda measure, _: volumes.forecast(measure),
    "forecast_bias": lambda measure, _: volumes.forecast(measure),
    **{
        kind: lambda measure, _: volumes.agent_time_share(measure)
        for kind in ("occupancy", "utilisation", "shrinkage", "adherence", "conformance")
    },
}


def compile_level(scope: Scope) -> MeasureQuery:
    """The query of one service level over the scope's windows.

    Raises ValueError with a sentence where the level's clock can't be tabulated; everything a contract alone can get
    wrong has been reported by the linter before.
    """
    measure = scope.level.measure
    if isinstance(measure, Turnaround):
        return _compile_turnaround(measure, scope)
    if isinstance(measure, Volume | Throughput):
        return _compile_count(measure, scope)
    if isinstance(measure, Backlog):
        segment = (measure.calendar, _unit_of_age(measure))
        table = compile_level_clock(scope, {segment})
        parts = volumes.backlog(measure, scope, table, segment_name(*segment))
        is_count = measure.older_than is None and measure.statistic == "count"
        return assemble(scope, parts, table=table, denominators=(1,) * len(scope.windows) if is_count else None)
    if isinstance(measure, Availability):
        segment = (measure.calendar, ClockUnit.OPEN_SECONDS)
        table = compile_level_clock(scope, {segment}, overlays=scope.overlays.get(scope.level_id, ()))
        return assemble(scope, availability(measure, scope, table, segment_name(*segment)), table=table)
    parts = _PLAIN[measure.kind](measure, scope)
    if isinstance(measure, ServiceFactor) and measure.aggregate == "share_of_intervals":
        parts = contacts.share_of_intervals(parts, measure, scope)
    return assemble(scope, parts, table=compile_level_clock(scope, set()))


def _unit_of_age(measure: Backlog) -> ClockUnit:
    if measure.older_than is not None:
        return measure.older_than.unit
    return ClockUnit.ALL_SECONDS if measure.calendar == "always" else ClockUnit.OPEN_SECONDS


def _compile_turnaround(measure: Turnaround, scope: Scope) -> MeasureQuery:
    table = turnaround.clock_table_of(measure, scope)
    query = assemble(scope, turnaround.turnaround(measure, scope, table), table=table)
    return ranked(query, measure) if measure.statistic in ("median", "percentile") else query


def _compile_count(measure: Volume | Throughput, scope: Scope) -> MeasureQuery:
    ones = (1,) * len(scope.windows)
    if isinstance(measure, Volume):
        return assemble(scope, volumes.volume(measure), table=compile_level_clock(scope, set()), denominators=ones)
    table = compile_level_clock(scope, {(measure.calendar, ClockUnit.OPEN_SECONDS)})
    query = assemble(scope, volumes.throughput(measure, scope), table=table, denominators=ones)
    if measure.per == "open_day":
        return replace(
            query,
            denominators=tuple(_open_days(scope, measure.calendar, _so_far(scope, window)) for window in scope.windows),
        )
    return _per_open_hour(query, measure, scope, table) if measure.per == "open_hour" else query


def _so_far(scope: Scope, window: Interval) -> Interval:
    """A window up to the instant of the run: what lies ahead can't have been worked in."""
    return window[0], max(window[0], min(window[1], scope.as_of + 1))


def _open_days(scope: Scope, calendar: str, window: Interval) -> int:
    """The dates of a window, in the contract's zone, on which a calendar opens at all."""
    first, last = (datetime.fromtimestamp(at, scope.contract.zone).date() for at in (window[0], window[1] - 1))
    dates = (date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1))
    return sum(1 for day in dates if calendar_named(scope, calendar).spans_on(day))


def _per_open_hour(query: MeasureQuery, measure: Throughput, scope: Scope, table: ClockTable) -> MeasureQuery:
    """Records over open hours, both sides in integers: the records × 3,600 over open seconds."""
    segment = segment_name(measure.calendar, ClockUnit.OPEN_SECONDS)
    readings = [table.reading(segment, np.array(_so_far(scope, window), dtype=np.int64)) for window in scope.windows]
    records = query.records.copy()
    for shown in records.expressions:
        if shown.alias == "numerator":
            shown.set("this", exp.paren(shown.this) * exp.Literal.number(3_600))
    return replace(query, records=records, denominators=tuple(int(after - before) for before, after in readings))
