"""The queries that are measured, and the plain queries they are measured against."""

from collections.abc import Iterable

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.desk import RUNS, TARGET_SECONDS, resolution_clock
from benchmarks.records import Records

# A month's mean length: the plain query groups by something as cheap as a month can be.
MONTH_SECONDS = 2_629_746


def load_terms(connection: duckdb.DuckDBPyConnection) -> None:
    """The contract's side of the queries, as small tables of the engine.

    They have to be the engine's own: DuckDB joins by position in an array where it has statistics that say that the
    keys are dense, and it has none of a table that lies in Python's memory.
    """
    clock = resolution_clock()
    rows = len(clock.elapsed)
    first_seconds = (clock.first_k + np.arange(rows) % clock.rows_each) * clock.grid_seconds
    _load(
        connection,
        "clock",
        {
            "clock_key": pa.array(range(rows), pa.int64()),
            "base": pa.array(clock.elapsed - clock.is_open * first_seconds, pa.int64()),
            "is_open": pa.array(clock.is_open, pa.int8()),
            "window_index": pa.array(clock.window, pa.int8()),
        },
    )
    offsets = [key - clock.first_k for key in clock.keys.values()]
    _load(connection, "site_clock", {"site": pa.array(clock.keys), "clock_offset": pa.array(offsets, pa.int64())})
    _load(
        connection,
        "priority_target",
        {
            "priority": pa.array(TARGET_SECONDS),
            "target_seconds": pa.array(TARGET_SECONDS.values(), pa.int64()),
            "priority_index": pa.array(range(len(TARGET_SECONDS)), pa.int8()),
        },
    )
    _load(connection, "status_runs", {"status": pa.array(RUNS), "runs": pa.array(RUNS.values(), pa.int8())})


def _load(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Iterable[object]]) -> None:
    connection.register("given", pa.table(columns))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM given")
    connection.unregister("given")


def _case_seconds_sql(records: Records) -> str:
    grid = resolution_clock().grid_seconds
    return f"""
        SELECT case_key, priority_index, target_seconds, stop.window_index,
               (stop.base + stop.is_open * resolved_at) - (start.base + start.is_open * opened_at) AS seconds
        FROM (
            SELECT case_key, opened_at, resolved_at, priority_index, target_seconds,
                   clock_offset + opened_at // {grid} AS start_key, clock_offset + resolved_at // {grid} AS stop_key
            FROM '{records.cases}' LEFT JOIN site_clock USING (site) LEFT JOIN priority_target USING (priority)
            WHERE resolved_at IS NOT NULL) AS keyed
        JOIN clock AS start ON start.clock_key = start_key
        JOIN clock AS stop ON stop.clock_key = stop_key"""


def turnaround_sql(records: Records) -> str:
    """Cases resolved within target, by month of resolution and priority: `window_index, priority_index, total, met`."""
    return f"""
        SELECT window_index, priority_index, count(*) AS total, sum(CAST(seconds <= target_seconds AS INTEGER)) AS met
        FROM ({_case_seconds_sql(records)}) AS timed
        GROUP BY window_index, priority_index"""


def paused_turnaround_sql(records: Records) -> str:
    """The same with the time in pausing statuses taken out: one sum over the status changes of each case."""
    grid = resolution_clock().grid_seconds
    return f"""
        WITH paused AS (
            SELECT case_key, CAST(sum(change * (base + is_open * "at")) AS BIGINT) AS seconds
            FROM (
                SELECT case_key, "at", before.runs - after.runs AS change, clock_offset + "at" // {grid} AS event_key
                FROM '{records.case_events}' AS events
                LEFT JOIN site_clock USING (site)
                LEFT JOIN status_runs AS before ON events.status_from = before.status
                LEFT JOIN status_runs AS after ON events.status = after.status) AS changes
            JOIN clock ON clock_key = event_key
            GROUP BY case_key)
        SELECT window_index, priority_index, count(*) AS total,
               sum(CAST(timed.seconds + COALESCE(paused.seconds, 0) <= target_seconds AS INTEGER)) AS met
        FROM ({_case_seconds_sql(records)}) AS timed
        LEFT JOIN paused USING (case_key)
        GROUP BY window_index, priority_index"""


def plain_cases_sql(records: Records) -> str:
    """DuckDB's scan-and-group of the same columns, with the cheapest stand-in for a month and no working time."""
    return f"""
        SELECT priority, resolved_at // {MONTH_SECONDS} AS month, count(site), sum(resolved_at - opened_at)
        FROM '{records.cases}'
        GROUP BY priority, month"""


def plain_events_sql(records: Records) -> str:
    """DuckDB's group-by of the event table by case; its groups are counted and summed so that none is fetched."""
    return f"""
        SELECT count(*), sum(events), sum(total)
        FROM (SELECT case_key, count(*) AS events, sum("at") AS total FROM '{records.case_events}' GROUP BY case_key)"""
