"""Loads killed at random instants: every load that was acknowledged is whole, and none is there by half."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _acknowledged_after(kills: int, seed: int, store: Path) -> int:
    """Run the killing in a process of its own: only one that has started no threads may fork."""
    command = [sys.executable, "-m", "tests.lib.killed_loads", str(store), str(kills), str(seed)]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=1_800)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    *faults, acknowledged = outcome.stdout.split("\n")[:-1]
    assert faults == []
    return int(acknowledged)


def test_loads_killed_ten_times_are_whole_or_not_there(tmp_path: Path) -> None:
    assert _acknowledged_after(10, 20_260_301, tmp_path / "store") > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_loads_killed_hundreds_of_times_are_whole_or_not_there(tmp_path: Path, seed: int) -> None:
    assert _acknowledged_after(80, seed, tmp_path / "store") > 10
