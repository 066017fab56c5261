"""The same two questions as a contract asks them: its service levels compiled, as `remit settle` runs them.

What is timed above is the method in its barest form. A compiled level does more for the same count: it lists what it
cannot measure, keeps every record's own row, and proves of each case that its pauses fit before it sums them.
"""

import json
from functools import partial
from typing import Any

import duckdb

from benchmarks.alternating import alternate
from benchmarks.desk import (
    CALENDARS,
    HOUR,
    RUNS,
    TARGET_SECONDS,
    YEAR,
    month_starts_at,
    resolution_clock,
    year_starts_at,
)
from benchmarks.figures import Figure
from benchmarks.queries import plain_cases_sql, plain_events_sql
from benchmarks.records import Records
from remit.engines.duckdb_engine import DuckDBEngine
from remit.performance.measures.catalogue import compile_level
from remit.performance.measures.queries import MeasureQuery, Scope
from remit.terms.contracts import Contract

CASES = ("case_key", "opened_at", "resolved_at", "priority", "site")
EVENTS = ("case_key", "at", "sequence", "event", "status_from", "status", "site")


def compiled_figures(connection: duckdb.DuckDBPyConnection, records: Records, *, rounds: int) -> list[Figure]:
    """(a) and (b) as compiled levels split by priority, over the same plain queries."""
    _open(connection, records)
    figures = []
    for part, level_id, plain, bound in (
        ("a", "PLAIN", plain_cases_sql(records), 1.6),
        ("b", "PAUSED", plain_events_sql(records), 1.8),
    ):
        query = compiled_level(level_id)
        took = alternate(
            {"plain": partial(_fetched, connection, plain), "ours": partial(_counted, connection, query)},
            rounds=max(3, rounds // (1 if part == "a" else 2)),
        )
        measured = f"{took['ours']:.3f} s over {took['plain']:.3f} s"
        what = "the same as a contract's level compiles it"
        figures.append(Figure(part, what, measured, took["ours"] / took["plain"], bound))
    return figures


def _open(connection: duckdb.DuckDBPyConnection, records: Records) -> None:
    """The files under the names and columns of the fact tables; what they lack is there, and empty."""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW cases AS SELECT {', '.join(CASES)} FROM '{records.cases}'")
    connection.execute(
        f"""CREATE OR REPLACE TEMP VIEW case_events AS
            SELECT case_key, "at", CAST(NULL AS BIGINT) AS sequence, CAST(NULL AS VARCHAR) AS event, status_from,
                   status, site
            FROM '{records.case_events}'"""
    )


def _counted(connection: duckdb.DuckDBPyConnection, query: MeasureQuery) -> None:
    DuckDBEngine(connection).totals(query)


def _fetched(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    connection.execute(sql).fetchall()


def compiled_level(level_id: str) -> MeasureQuery:
    clock = resolution_clock()
    windows = tuple(stretch for stretch in _months() if stretch[1] <= clock.end_at + 1)
    last_at = windows[-1][1] - 1
    return compile_level(
        Scope(
            contract=_contract(),
            level_id=level_id,
            windows=windows,
            facts_from=year_starts_at(),
            facts_to=last_at,
            as_of=last_at,
            columns={"cases": frozenset(CASES), "case_events": frozenset(EVENTS)},
            dimensions=("priority",),
            steady=frozenset({"status_from", "site"}),
        )
    )


def _months() -> list[tuple[int, int]]:
    return [(month_starts_at(month), month_starts_at(month + 1)) for month in range(13)]


def _contract() -> Contract:
    return Contract.model_validate(contract_terms())


def contract_terms() -> dict[str, Any]:
    """The desk's contract: a level without pauses and one that honours them."""
    pausing = [status for status, runs in RUNS.items() if not runs]
    names = {site: site.replace(" ", "_") for site in CALENDARS}
    clock = {"calendar": {"by": "site", "map": names}, "starts": "opened_at", "stops": "resolved_at"}
    within = {
        "by": "priority",
        "map": {word: f"{seconds // HOUR} business hours" for word, seconds in TARGET_SECONDS.items()},
    }
    levels = {
        level_id: {
            "name": level_id,
            "measure": {"is": "turnaround", "clock": name, "share_within": within},
            "expected": "90%",
        }
        for level_id, name in (("PLAIN", "running"), ("PAUSED", "paused"))
    }
    return {
        "remit": 1,
        "contract": {"id": "BENCH", "client": "client", "provider": "provider"},
        "term": {"from": f"{YEAR}-01-01", "to": f"{YEAR + 1}-12-31"},
        "time_zone": "UTC",
        "currency": "EUR",
        "calendars": {names[site]: json.loads(calendar.model_dump_json()) for site, calendar in CALENDARS.items()},
        "clocks": {"running": clock, "paused": {**clock, "pauses": {"status": pausing}}},
        "service_levels": levels,
    }
