"""Relieving: what the forecast's clause gives month by month, and each month settled again with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from sqlglot import exp

from remit.ingest.contract_files import ContractVersions
from remit.performance.measures.expressions import both, coalesce, column, is_known, qualified, text
from remit.performance.measures.portable import column_kinds, contract_condition
from remit.performance.relief import CountedInterval, Interval, LevelRelief, MonthRelief, Plan, relief_of
from remit.performance.service_levels import Attainment
from remit.runs.evidence import Evidence
from remit.runs.judging import EVERYTHING, JudgedMonth, Request, Walk, judge_months, standard_again, walk_of
from remit.runs.measured import refusals_told
from remit.runs.settling import statements_of
from remit.terms.contracts import Contract
from remit.terms.forecasting import ForecastTerms
from remit.terms.measure_terms import ServiceFactor, Unit
from remit.terms.problems import Problem, ProblemsFound

_INTERVALS = "interval_counts"
_COLUMNS = (
    "starts_at", "interval_seconds", "forecast_offered", "offered", "forecast_handling_seconds", "handling_seconds",
    "handled", "planned_agents", "present_agents",
)  # fmt: skip


def relieve(versions: ContractVersions, evidence: Evidence, request: Request = EVERYTHING) -> tuple[MonthRelief, ...]:
    """The months asked for in which forecast terms are in force, in order.

    Both sets of credits are settled by the same rules; earlier months that the terms look back on are relieved too, so
    that a failure excused in March breaks no run in April. A ratchet keeps to what was measured. Raises ProblemsFound
    where no terms name a band, or the facts bring no forecast.
    """
    _refuse(versions, evidence)
    walk = walk_of(versions, evidence, request.as_of)
    if walk is None:
        return ()
    judged = judge_months(walk, walk.months_to_settle(request))
    found = [_levels(walk, month) for month in judged]
    relieved = [_relieved(month, levels) for month, levels in zip(judged, found, strict=True)]
    before, after = statements_of(walk, judged), statements_of(walk, relieved)
    return tuple(
        MonthRelief(month.period, month.contract.forecast, _units(month.contract), levels, *both_statements)
        for month, levels, both_statements in zip(judged, found, zip(before, after, strict=True), strict=True)
        if month.contract.forecast is not None and request.includes(month.period)
    )


def _units(contract: Contract) -> dict[str, Unit]:
    return {name: level.measure.value_unit for name, level in contract.service_levels.items()}


def _refuse(versions: ContractVersions, evidence: Evidence) -> None:
    if all(version.contract.forecast is None for version in versions.versions):
        hint = "write forecast: {band: 10%, excuses: [SL1]}, with its clause"
        raise ProblemsFound([Problem(versions.files[0], 0, "forecast", "the terms name no band of the forecast", hint)])
    if "forecast_offered" not in evidence.filled.get(_INTERVALS, frozenset()):
        what = f"the facts bring no forecast: nothing fills {_INTERVALS}.forecast_offered"
        raise ProblemsFound(
            [Problem("the facts", 0, "", what, f"map a table {_INTERVALS} with the forecast by interval")]
        )


def _relieved(month: JudgedMonth, levels: Sequence[LevelRelief]) -> JudgedMonth:
    after = {(one.before.service_level, one.before.window): one.after for one in levels}
    attainments = [after.get((one.service_level, one.window), one) for one in month.attainments]
    return replace(month, attainments=attainments)


def _levels(walk: Walk, month: JudgedMonth) -> tuple[LevelRelief, ...]:
    terms = month.contract.forecast
    if terms is None:
        return ()
    return tuple(_level(walk, month, terms, one) for one in month.attainments if one.service_level in terms.excuses)


def _level(walk: Walk, month: JudgedMonth, terms: ForecastTerms, one: Attainment) -> LevelRelief:
    level = month.contract.service_levels[one.service_level]
    measure = level.measure
    is_pooled = isinstance(measure, ServiceFactor) and measure.aggregate == "pooled"
    within = measure.answer_within.seconds if isinstance(measure, ServiceFactor) and is_pooled else None
    intervals = _intervals(walk, month.contract, terms, one)
    found = relief_of(terms, one, standard_again(one, level), intervals, within)
    if (one.service_level, one.window) in month.relieved:
        return replace(found, after=one, contacts=0, why="relief is agreed already")
    return found


def _intervals(walk: Walk, contract: Contract, terms: ForecastTerms, one: Attainment) -> list[CountedInterval]:
    """The intervals of a level's month that have both a forecast and a volume."""
    start_at, end_at = one.window.instants(contract.zone)
    at = column("starts_at")
    known = both(is_known(column("forecast_offered")), is_known(column("offered")))
    conditions = [known, at >= start_at, at.copy() < min(end_at, walk.as_of + 1)]
    where = contract.service_levels[one.service_level].measure.where
    if where is not None:
        conditions.append(qualified(contract_condition(where, column_kinds(contract, _INTERVALS))))
    queue = coalesce(column("queue"), text(""))
    query = exp.select(queue, *(column(name) for name in _COLUMNS)).from_(f"{_INTERVALS} AS r").where(both(*conditions))
    with refusals_told(f"service_levels.{one.service_level}"):
        rows = walk.evidence.engine.rows(query)
    return [
        _counted(contract, terms, str(name), dict(zip(_COLUMNS, row, strict=True)))
        for name, *row in sorted(rows, key=_first)
    ]


def _first(row: Sequence[Any]) -> tuple[str, int]:
    return str(row[0]), int(row[1])


def _counted(contract: Contract, terms: ForecastTerms, queue: str, row: dict[str, Any]) -> CountedInterval:
    starts_at, seconds = int(row["starts_at"]), int(row["interval_seconds"] or 0)
    times, agents = _handle_times(row), (row["planned_agents"], row["present_agents"])
    planned, came = times or (Fraction(0), Fraction(0))
    interval = Interval(
        starts_at,
        seconds,
        Plan(Fraction(row["forecast_offered"]), planned, Fraction(agents[0] or 0)),
        Plan(Fraction(row["offered"]), came, Fraction(agents[1] or 0)),
    )
    is_whole = times is not None and None not in agents and seconds > 0
    return CountedInterval((_label(contract, terms, starts_at), queue), interval, is_whole)


def _handle_times(row: dict[str, Any]) -> tuple[Fraction, Fraction] | None:
    """The seconds a contact was to take and took, on average; None where one of them can't be told.

    Where none was forecast, or none handled, the other's handle time stands for it: a mean of nothing changed nothing.
    """
    planned = _seconds_each(row["forecast_handling_seconds"], row["forecast_offered"])
    came = _seconds_each(row["handling_seconds"], row["handled"])
    if (planned is None and row["forecast_offered"]) or (came is None and row["handled"] != 0):
        return None
    known = next((each for each in (planned, came) if each is not None), Fraction(0))
    return (known if planned is None else planned, known if came is None else came)


def _seconds_each(seconds: int | None, contacts: int | None) -> Fraction | None:
    return Fraction(seconds, contacts) if seconds is not None and contacts else None


def _label(contract: Contract, terms: ForecastTerms, at: int) -> str:
    local = datetime.fromtimestamp(at, UTC).astimezone(contract.zone)
    if terms.by == "interval":
        return local.isoformat(sep=" ", timespec="minutes")
    return f"{local:%Y-%m-%d}" if terms.by == "day" else f"{local:%Y-%m}"
