"""A disk without room: a sentence that says what to do, and a store that shows nothing of the load."""

import os
import resource
import subprocess
import sys
from pathlib import Path

CONTRACT = Path(__file__).parents[2] / "examples" / "first-contract" / "contract.yaml"
_LONGEST_FILE = 100_000


def _little_room() -> None:
    """No file may grow past a hundred kilobytes: the system then refuses to write, as it does on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LONGEST_FILE, _LONGEST_FILE))


def _loaded(folder: Path, facts: Path, *, has_room: bool) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "remit", "load", str(CONTRACT), "--facts", str(facts), "--store", "store"]
    limit = None if has_room else _little_room
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, preexec_fn=limit)


def test_a_load_without_room_changes_nothing_and_goes_through_later(tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    rows = (f"T-{number},2026-03-02T09:00:00Z,{os.urandom(8).hex()}" for number in range(40_000))
    (facts / "cases.csv").write_text("\n".join(["case_key,opened_at,customer_key", *rows]))

    refused = _loaded(tmp_path, facts, has_room=False)
    again = _loaded(tmp_path, facts, has_room=True)

    assert refused.returncode == 1
    assert "store: there is no room left on the disk; free some and run it again; the store stands as it was" in (
        refused.stderr
    )
    assert again.returncode == 0
    assert "40,000 new, 0 changed, 0 unchanged, 0 quarantined; store is at version 1" in again.stdout
