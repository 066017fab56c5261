"""The same two levels on Spark: two workers of one core each over one, and how many records a core takes in a second.

The workers, the master and the driver are all on this machine, so the figures hold only where it is otherwise idle: on
two cores, two workers already share them with the driver.
"""

import os
import time
from pathlib import Path
from statistics import median

from benchmarks.compiled import CASES, EVENTS, compiled_level
from benchmarks.figures import Figure
from benchmarks.records import Records
from remit.engines.spark_engine import SparkEngine, TableFiles
from remit.engines.spark_sessions import session
from remit.performance.facts import Kind
from remit.performance.measures.queries import MeasureQuery
from tests.lib.spark_cluster import running

_LEVELS = {"PLAIN": "cases timed", "PAUSED": "cases timed with their pauses"}
_NUMBERS = frozenset({"case_key", "opened_at", "resolved_at", "at", "sequence"})
_MEMORY_MB = 3_072


def spark_figures(records: Records, folder: Path, *, rounds: int) -> list[Figure]:
    """(h) Each level's time on two workers over its time on one, and the rate of one core."""
    took = {workers: _seconds(records, folder / f"workers-{workers}", workers, rounds) for workers in (1, 2)}
    load = f"load {os.getloadavg()[0]:.1f} at the end"
    figures = []
    for level_id, what in _LEVELS.items():
        one, two = took[1][level_id], took[2][level_id]
        measured = f"{two:.1f} s over {one:.1f} s, {load}"
        figures.append(Figure("h", f"Spark, {what}: 2 workers over 1", measured, two / one, 0.65))
        rate = records.case_count / one / 1_000
        figures.append(Figure("h", f"Spark, {what} by one core", f"{one:.1f} s", rate, None, unit="thousand a second"))
    return figures


def _seconds(records: Records, folder: Path, workers: int, rounds: int) -> dict[str, float]:
    """Each level's median seconds on a cluster of its own, after a run that is not counted."""
    tables = {
        "cases": TableFiles([f"file:{records.cases}"], _kinds(CASES)),
        "case_events": TableFiles([f"file:{records.case_events}"], _kinds(EVENTS)),
    }
    settings = {"spark.sql.files.maxPartitionBytes": "16MB", "spark.sql.shuffle.partitions": "16"}
    with (
        running(folder, workers=workers, cores=1, memory_mb=_MEMORY_MB) as cluster,
        session(cluster.url, memory_mb=1_024, settings={**settings, "spark.executor.memory": "2g"}) as spark,
    ):
        engine = SparkEngine(spark, tables)
        return {level_id: _median(engine, compiled_level(level_id), rounds) for level_id in _LEVELS}


def _median(engine: SparkEngine, query: MeasureQuery, rounds: int) -> float:
    taken = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        engine.totals(query)
        taken.append(time.perf_counter() - started)
    return median(taken[1:])


def _kinds(names: tuple[str, ...]) -> dict[str, Kind]:
    return {name: Kind.INTEGER if name in _NUMBERS else Kind.TEXT for name in names}
