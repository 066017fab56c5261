"""A run that is stopped: it ends soon, says so, and leaves neither what it spilled nor half a statement."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from remit.engines import duckdb_engine

CONTRACT = """
remit: 1
contract: {id: C-1, client: Northwind, provider: Acme BPO}
term: {from: 2016-01-01, to: 2026-12-31}
time_zone: UTC
currency: EUR
service_levels:
  BACKLOG: {name: open at the end of each week, window: week from monday,
    measure: {is: backlog, of: cases, calendar: always, statistic: mean_age}}
"""
# Cases that stay open through ten years of weeks: some hundred million ages to add up.
CASES = """
SELECT 'T' || i AS case_key, TIMESTAMP '2016-01-04' + INTERVAL (i % 600) MINUTE AS opened_at,
  CASE WHEN i = 0 THEN TIMESTAMP '2026-12-30' END AS resolved_at FROM range(400000) t(i)
"""
LONGEST_SECONDS = 20.0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ten-years")
    (folder / "contract.yaml").write_text(CONTRACT)
    (folder / "facts").mkdir()
    with duckdb_engine.connect() as connection:
        connection.execute(f"COPY ({CASES}) TO '{folder}/facts/cases.parquet' (FORMAT parquet)")
    (folder / "facts" / "mapping.yaml").write_text(
        "remit_mapping: 1\ntime_zone: UTC\nsources: [{table: cases, files: cases.parquet}]\n"
    )
    command = [sys.executable, "-m", "remit", "load", "contract.yaml", "--facts", "facts", "--store", "store"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C is not ignored, as a shell has what it runs in the background do: a child would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(
    ("stop", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "terminated"]
)
def test_a_stopped_run_ends_soon_and_leaves_nothing_behind(
    place: Path, tmp_path: Path, stop: signal.Signals, status: int
) -> None:
    out, spill = tmp_path / "statement.txt", tmp_path / "spill"
    spill.mkdir()
    command = [sys.executable, "-m", "remit", "settle", "contract.yaml", "--store", "store"]
    command += ["--spill", str(spill), "--memory", "256", "--out", str(out)]
    with subprocess.Popen(command, cwd=place, stderr=subprocess.PIPE, text=True) as run:
        while not any(spill.iterdir()) and run.poll() is None:
            time.sleep(0.05)
        time.sleep(1.5)
        assert run.poll() is None
        run.send_signal(stop)
        began = time.monotonic()
        _, told = run.communicate(timeout=2 * LONGEST_SECONDS)
        took = time.monotonic() - began

    assert run.returncode == status
    assert "interrupted" in told
    assert took < LONGEST_SECONDS
    assert [*tmp_path.iterdir()] == [spill]
    assert [*spill.iterdir()] == []
