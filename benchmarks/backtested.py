"""Terms tested on a year of a million records: the command from its start to its end, files read and all."""

import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import Figure
from remit.cli.generate import lay_out

ROWS_AT_SCALE_ONE = 423_000
YEARS = 1_000
BOUND_SECONDS = 60


def backtest_figures(folder: Path, *, record_count: int) -> list[Figure]:
    """(j) A thousand drawn years of the contact centre's first provider; the exports are made beforehand."""
    north, _ = lay_out(folder, scale=record_count / ROWS_AT_SCALE_ONE, seed=2025, progress=lambda _: None)
    side = north.folder.parent
    command = [
        sys.executable, "-m", "remit", "backtest", str(side / "contract.yaml"), "--facts", str(side / "facts"),
        "--years", str(YEARS), "--quarantine", str(folder / "aside.csv"), "--out", str(folder / "report.txt"),
    ]  # fmt: skip
    began, before = time.perf_counter(), _cpu_seconds()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    took = time.perf_counter() - began
    rows = sum(north.rows.values())
    what = f"{YEARS:,} years drawn from a year of {rows:,} records, files read, measured and settled"
    spent = _cpu_seconds() - before
    return [
        Figure("j", what, f"{took:.1f} s", took, BOUND_SECONDS, unit="s"),
        Figure("j", "the processors' time of that", f"{spent:.1f} s", spent, None, unit="s"),
    ]


def _cpu_seconds() -> float:
    """The processors' time of processes that have ended, which says more than the clock on a busy machine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
