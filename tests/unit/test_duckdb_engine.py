"""The engine's connection: local, bounded, and unable to fetch anything."""

from pathlib import Path

import pytest

from remit.engines.duckdb_engine import connect

SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "threads": "1",
    "TimeZone": "UTC",
}


@pytest.mark.parametrize(("setting", "value"), list(SETTINGS.items()))
def test_a_connection_keeps_to_itself_and_to_utc(setting: str, value: str) -> None:
    with connect(threads=1) as connection:
        ((found,),) = connection.execute(f"SELECT current_setting('{setting}')").fetchall()
    assert str(found).lower() == value.lower()


def test_a_connection_spills_where_it_is_told(tmp_path: Path) -> None:
    with connect(temp_folder=tmp_path, memory_limit_mb=100, database=tmp_path / "facts.db") as connection:
        ((folder, limit),) = connection.execute(
            "SELECT current_setting('temp_directory'), current_setting('memory_limit')"
        ).fetchall()
    assert folder == str(tmp_path)
    assert limit.startswith("95")  # 100 MB are 95.3 MiB
