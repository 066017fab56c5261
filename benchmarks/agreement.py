"""Proof that the queries that are timed give the right figures: the kernel and plain arithmetic give the same."""

from collections import Counter

import duckdb
import numpy as np

from benchmarks.desk import RUNS, TARGET_SECONDS, resolution_clock
from benchmarks.queries import paused_turnaround_sql, turnaround_sql
from benchmarks.records import Records

Counts = dict[tuple[int, int], tuple[int, int]]


def check_agreement(connection: duckdb.DuckDBPyConnection, records: Records) -> None:
    """Raises AssertionError where a query and the in-process kernel count a single case differently."""
    if _counted(connection, turnaround_sql(records)) != _by_kernel(connection, records, with_pauses=False):
        raise AssertionError("the query and the kernel disagree on working time")
    if _counted(connection, paused_turnaround_sql(records)) != _by_kernel(connection, records, with_pauses=True):
        raise AssertionError("the query and the kernel disagree on working time without pauses")


def _counted(connection: duckdb.DuckDBPyConnection, sql: str) -> Counts:
    rows = connection.execute(sql).fetchall()
    return {(window, priority): (total, int(met)) for window, priority, total, met in rows}


def _by_kernel(connection: duckdb.DuckDBPyConnection, records: Records, *, with_pauses: bool) -> Counts:
    clock, met, total = resolution_clock(), Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    paused = np.zeros(records.case_count, dtype=np.int64)
    for site in clock.keys:
        if with_pauses:
            events = connection.execute(_site_events_sql(records, site)).fetchnumpy()
            spent = clock.reading(site, events["at"]) * events["change"]
            # Weights are doubles: readings and their sums stay far below 2^53, so the sum is exact.
            paused += np.bincount(events["case_key"], weights=spent, minlength=len(paused)).astype(np.int64)
        cases = connection.execute(_site_cases_sql(records, site)).fetchnumpy()
        seconds = clock.working_seconds(site, cases["opened_at"], cases["resolved_at"]) + paused[cases["case_key"]]
        priority = cases["priority_index"].astype(np.int64)
        bucket = clock.keys[site] + cases["resolved_at"] // clock.grid_seconds - clock.first_k
        group = clock.window[bucket] * len(TARGET_SECONDS) + priority
        within = seconds <= np.array(list(TARGET_SECONDS.values()))[priority]
        _add(total, group)
        _add(met, group[within])
    return {key: (count, met[key]) for key, count in total.items()}


def _add(counter: Counter[tuple[int, int]], group: np.ndarray) -> None:
    for value, count in zip(*np.unique(group, return_counts=True), strict=True):
        counter[divmod(int(value), len(TARGET_SECONDS))] += int(count)


def _site_cases_sql(records: Records, site: str) -> str:
    places = " ".join(f"WHEN '{word}' THEN {index}" for index, word in enumerate(TARGET_SECONDS))
    return f"""
        SELECT case_key, opened_at, resolved_at, CASE priority {places} END AS priority_index
        FROM '{records.cases}' WHERE site = '{site}'"""


def _site_events_sql(records: Records, site: str) -> str:
    runs = " ".join(f"WHEN '{word}' THEN {runs}" for word, runs in RUNS.items())
    return f"""
        SELECT case_key, "at", CASE status_from {runs} END - CASE status {runs} END AS change
        FROM '{records.case_events}' WHERE site = '{site}'"""
