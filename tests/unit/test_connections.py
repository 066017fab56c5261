"""An engine for one run: where it spills to, what it says when that does not do, and that nothing stays behind."""

from pathlib import Path

import pytest

from remit.runs.connections import connect
from remit.terms.problems import ProblemsFound

SORTED = "SELECT sum(n) FROM (SELECT row_number() OVER (ORDER BY hash(i) || 'text') AS n FROM range({}) t(i))"


def test_what_is_spilled_goes_to_the_folder_named_and_is_gone_afterwards(tmp_path: Path) -> None:
    with connect(memory_mb=64, spill=tmp_path, keeps_order=False) as connection:
        (folder,) = tmp_path.iterdir()
        assert connection.execute("SELECT current_setting('temp_directory')").fetchall() == [(str(folder),)]
    assert list(tmp_path.iterdir()) == []


def test_memory_that_does_not_do_is_told_with_what_to_write(tmp_path: Path) -> None:
    with (
        pytest.raises(ProblemsFound, match=r"--memory: 16 MB of memory do not do .*; give it more: --memory 8192"),
        connect(memory_mb=16, spill=tmp_path) as connection,
    ):
        connection.execute("SELECT length(string_agg(i::VARCHAR, ',')) FROM range(20000000) t(i)").fetchall()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_to_spill_to_is_told_with_what_to_write(tmp_path: Path) -> None:
    query = f"SET max_temp_directory_size = '1MB'; {SORTED.format(3_000_000)}"
    with (
        pytest.raises(ProblemsFound, match=r"the disk is full, .* name a folder with more room: --spill DIR"),
        connect(memory_mb=64, spill=tmp_path, keeps_order=False) as connection,
    ):
        connection.execute(query).fetchall()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_to_spill_to_must_be_there(tmp_path: Path) -> None:
    with (
        pytest.raises(NotADirectoryError, match="is no folder to spill to"),
        connect(memory_mb=64, spill=tmp_path / "x"),
    ):
        pass
