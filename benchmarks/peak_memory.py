"""Peak memory of settling's two queries, read in a process that runs nothing else."""

import resource
import subprocess
import sys
from pathlib import Path

from benchmarks.queries import load_terms, paused_turnaround_sql, turnaround_sql
from benchmarks.records import Records
from remit.engines.duckdb_engine import connect


def peak_gib(records: Records) -> float:
    """The most memory a fresh process holds while it runs both queries with the engine's own settings."""
    command = [sys.executable, "-m", "benchmarks.peak_memory", str(records.cases), str(records.case_events)]
    finished = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(finished.stdout) / 2**30


def _run_both(cases: Path, case_events: Path) -> None:
    records = Records(cases, case_events, case_count=0, event_count=0)
    with connect(temp_folder=cases.parent / "spilled") as connection:
        load_terms(connection)
        connection.execute(turnaround_sql(records)).fetchall()
        connection.execute(paused_turnaround_sql(records)).fetchall()


def peak_bytes() -> int:
    """The most memory this process has held so far."""
    # Linux hands a child its parent's maximum in ru_maxrss; VmHWM is the process's own.
    status = Path("/proc/self/status")
    if status.exists():
        peaks = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        if peaks:
            return int(peaks[0]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    _run_both(Path(sys.argv[1]), Path(sys.argv[2]))
    print(peak_bytes())
