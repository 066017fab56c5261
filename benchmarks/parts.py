"""The benchmark's five parts, each giving its figures."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import duckdb

from benchmarks.alternating import alternate
from benchmarks.figures import Figure
from benchmarks.peak_memory import peak_gib
from benchmarks.queries import load_terms, paused_turnaround_sql, plain_cases_sql, plain_events_sql, turnaround_sql
from benchmarks.records import Records
from benchmarks.working_time_libraries import LIBRARIES, Run, make_spells, one_calendar_clock
from remit.engines.duckdb_engine import connect

# How many stretches each library is timed on: about half a second of its work at most.
TIMED_ON = {"timegrid": 100_000, "business-duration": 2_000, "businesstimedelta": 1_000, "bizdurr": 5_000}
KERNEL_TIMED_ON = 4_000_000


def measured_connection(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection as every run has it, with the engine's own memory limit, and the contract's side loaded."""
    connection = connect(temp_folder=folder / "spilled")
    load_terms(connection)
    return connection


def working_time_figure(connection: duckdb.DuckDBPyConnection, records: Records, *, rounds: int) -> Figure:
    """(a) Working time in four calendars, to month × priority, over a plain scan-and-group."""
    ours, plain = _time_both(connection, turnaround_sql(records), plain_cases_sql(records), rounds=rounds)
    what = "working time, over a plain scan-and-group of the same columns"
    return Figure("a", what, f"{ours:.3f} s over {plain:.3f} s", ours / plain, 1.6)


def pauses_figure(connection: duckdb.DuckDBPyConnection, records: Records, *, rounds: int) -> Figure:
    """(b) The same with pauses honoured, over a plain group-by of the event table."""
    ours, plain = _time_both(connection, paused_turnaround_sql(records), plain_events_sql(records), rounds=rounds)
    what = "with pauses honoured, over a plain group-by of the event table"
    return Figure("b", what, f"{ours:.3f} s over {plain:.3f} s", ours / plain, 1.8)


def _time_both(connection: duckdb.DuckDBPyConnection, ours: str, plain: str, *, rounds: int) -> tuple[float, float]:
    took = alternate({sql: partial(_run, connection, sql) for sql in (plain, ours)}, rounds=rounds)
    return took[ours], took[plain]


def _run(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    connection.execute(sql).fetchall()


def kernel_figures(*, rounds: int) -> list[Figure]:
    """(c) Rows of working time a CPU second of the kernel, over each library that computes the same.

    Each library gets its stretches ready made in the form it takes, so that only its own arithmetic is timed. The
    values are compared first: a figure against a library that gives other values would mean nothing.
    """
    spells = make_spells(KERNEL_TIMED_ON, written_out=max(TIMED_ON.values()))
    clock = one_calendar_clock()
    runs = {name: make(spells) for name, make in LIBRARIES.items()}
    _check_values(runs, clock.working_seconds("desk", spells.starts[:1_000], spells.stops[:1_000]).tolist())
    timed: dict[str, Callable[[], object]] = {name: partial(run, TIMED_ON[name]) for name, run in runs.items()}
    timed["kernel"] = partial(clock.working_seconds, "desk", spells.starts, spells.stops)
    took = alternate(timed, rounds=rounds, clock=time.process_time)
    rates = {name: TIMED_ON[name] / took[name] for name in runs}
    kernel = KERNEL_TIMED_ON / took["kernel"]
    fastest = max(rates, key=lambda name: rates[name])
    return [
        Figure(
            "c",
            f"the kernel, over {name}" + (", the fastest of four" if name == fastest else ""),
            f"{kernel:,.0f} rows a CPU second over {rate:,.0f}",
            kernel / rate,
            bound=40,
            at_least=True,
        )
        for name, rate in sorted(rates.items(), key=lambda entry: -entry[1])
    ]


def _check_values(runs: dict[str, Run], expected: list[int]) -> None:
    for name, run in runs.items():
        if run(len(expected)) != expected:
            raise AssertionError(f"{name} and the kernel disagree on working time")


def memory_figure(records: Records) -> Figure:
    """(d) Peak memory of both queries in a process of their own."""
    return Figure("d", "peak memory of (a) and (b)", f"{records.case_count:,} cases", peak_gib(records), 4, unit="GiB")


def growth_figures(connection: duckdb.DuckDBPyConnection, sizes: list[Records], *, rounds: int) -> list[Figure]:
    """(e) The growth of each query's time over the growth of the rows, from each size to the next.

    The plain group-by stands beside (b): it says how much of the growth is the engine's own, whose hash tables leave
    the processor's cache as they grow.
    """
    few = max(3, rounds // 2)
    return [
        *_growth(connection, "(a)", turnaround_sql, sizes, rounds=rounds),
        *_growth(connection, "(b)", paused_turnaround_sql, sizes, rounds=few),
        *(
            replace(figure, bound=None)
            for figure in _growth(connection, "the plain group-by of (b)", plain_events_sql, sizes, rounds=few)
        ),
    ]


def _growth(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    make_sql: Callable[[Records], str],
    sizes: list[Records],
    *,
    rounds: int,
) -> list[Figure]:
    sqls = [make_sql(records) for records in sizes]
    took = alternate({sql: partial(_run, connection, sql) for sql in sqls}, rounds=rounds)
    figures = []
    for small, large in pairwise(range(len(sizes))):
        before, after = took[sqls[small]], took[sqls[large]]
        rows = sizes[large].case_count / sizes[small].case_count
        what = f"time of {name} over rows, {sizes[small].case_count:,} to {sizes[large].case_count:,} cases"
        figures.append(Figure("e", what, f"{before:.3f} s to {after:.3f} s", after / before / rows, 1.15))
    return figures
