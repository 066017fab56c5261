"""Settling from a store: against the same rows as bare Parquet, one month of twelve, and ten times the records.

Bare Parquet is one file a table with the same rows and columns, read by the same queries without a store around it: no
manifest, no months, no statistics kept. Opening is part of both.
"""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.alternating import alternate
from benchmarks.figures import Figure
from benchmarks.stored_records import StoredRecords, make_store
from remit.engines.duckdb_engine import DuckDBEngine
from remit.ingest.contract_files import read_versions
from remit.performance.settlements import FactCounts, Settlement
from remit.runs import Evidence, Request, settle_contract
from remit.runs.connections import connect
from remit.runs.stored import count_reads, evidence_at
from remit.store import read_manifest
from remit.terms.periods import month_of

MEMORY_MB = 2_048
MEMORY_AT_SCALE_MB = 5_120
"""What the engine may take so that the whole process stays within 8 GiB: its allocator and Python come on top."""


def store_figures(folder: Path, *, case_count: int, rounds: int) -> list[Figure]:
    """(g) A store over bare Parquet, and what one month of twelve reads."""
    records = make_store(folder / "stored", case_count=case_count)
    tables = _as_bare_parquet(records, folder / "bare")
    if _figures(settled(records)) != _figures(_settled_bare(records, tables)):
        raise AssertionError("the store and bare Parquet settle to different figures")
    runs: dict[str, Callable[[], object]] = {
        "store": partial(settled, records),
        "bare": partial(_settled_bare, records, tables),
    }
    took = alternate(runs, rounds=rounds)
    measured = f"{took['store']:.2f} s over {took['bare']:.2f} s, {case_count:,} cases"
    what = "settling a year from a store, over the same rows as bare Parquet"
    return [Figure("g", what, measured, took["store"] / took["bare"], 1.15), _month_figure(records)]


def _month_figure(records: StoredRecords) -> Figure:
    april = month_of(next(one.period.start_on for one in settled(records) if one.period.start_on.month == 4))
    some, whole = (bytes_read(records, request) for request in (Request(april, april), Request()))
    measured = f"{some / 1e6:.1f} MB over {whole / 1e6:.1f} MB"
    return Figure("g", "bytes read for one month of the year, over those for all", measured, some / whole, None)


def growth_figures(folder: Path, *, case_count: int) -> list[Figure]:
    """(i) Ten times the cases: the time of settling them all, each in a process of its own, and its peak memory."""
    seconds: list[float] = []
    peaks: list[float] = []
    for count in (case_count, case_count * 10):
        records = make_store(folder / f"stored-{count}", case_count=count, memory_mb=MEMORY_AT_SCALE_MB)
        took, peak = _in_a_process(records)
        seconds.append(took)
        peaks.append(peak)
    small, large = seconds
    what = f"time of settling {case_count * 10:,} cases, over {case_count:,}"
    return [
        Figure("i", what, f"{small:.0f} s to {large:.0f} s", large / small, 11),
        Figure("i", "peak memory of the process", f"{case_count * 10:,} cases", peaks[-1], 8, unit="GiB"),
    ]


def _in_a_process(records: StoredRecords) -> tuple[float, float]:
    """The seconds and the peak GiB of a fresh process that settles a store."""
    command = [sys.executable, "-m", "benchmarks.settled_alone", str(records.contract), str(records.store)]
    finished = subprocess.run([*command, str(MEMORY_AT_SCALE_MB)], check=True, capture_output=True, text=True)
    seconds, peak_bytes = finished.stdout.split()
    return float(seconds), int(peak_bytes) / 2**30


def settled(records: StoredRecords, request: Request | None = None, *, memory_mb: int = MEMORY_MB) -> list[Settlement]:
    """The settlements of a store, as the command settles them."""
    with connect(memory_mb=memory_mb, spill=records.contract.parent, keeps_order=False) as connection:
        evidence, _ = evidence_at(read_manifest(str(records.store)), "BENCH", connection, version=1)
        return list(settle_contract(read_versions(records.contract), evidence, request or Request()))


def bytes_read(records: StoredRecords, request: Request) -> int:
    """The bytes the queries of a settlement read."""
    with connect(memory_mb=MEMORY_MB, spill=records.contract.parent, keeps_order=False) as connection:
        evidence, _ = evidence_at(read_manifest(str(records.store)), "BENCH", connection, version=1)
        counted = count_reads(evidence)
        settle_contract(read_versions(records.contract), evidence, request)
        return counted() or 0


def _as_bare_parquet(records: StoredRecords, folder: Path) -> dict[str, Path]:
    folder.mkdir()
    with connect(memory_mb=MEMORY_MB) as connection:
        _, stored = evidence_at(read_manifest(str(records.store)), "BENCH", connection, version=1)
        files = {name: folder / f"{name}.parquet" for name in stored.columns}
        for name, file in files.items():
            connection.execute(f"COPY {name} TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
    return files


def _settled_bare(records: StoredRecords, tables: dict[str, Path]) -> list[Settlement]:
    with connect(memory_mb=MEMORY_MB, spill=records.contract.parent, keeps_order=False) as connection:
        columns, filled = {}, {}
        for name, file in tables.items():
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM '{file}'")
            columns[name] = frozenset(row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall())
            filled[name] = columns[name]
        if "case_events" in filled:
            filled["case_events"] = frozenset({"case_key", "at", "sequence", "status_from", "status", "site"})
        evidence = Evidence(DuckDBEngine(connection), columns, filled, FactCounts(0, 0), "")
        return list(settle_contract(read_versions(records.contract), evidence))


def _figures(settlements: list[Settlement]) -> list[object]:
    return [(one.period, one.attainments) for one in settlements]
