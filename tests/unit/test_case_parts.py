"""Cases in parts: each case with all its changes in one of them, whatever its key."""

from collections import Counter

import duckdb
import pytest

from remit.engines import case_parts
from remit.engines.duckdb_engine import DuckDBEngine, connect

KEYS = [f"INC{number:05}" for number in range(400)] + ["O'Hara", "", "Ångström", "zzz"]


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    found = connect(threads=1, memory_limit_mb=64)
    found.execute("CREATE TABLE cases (case_key VARCHAR)")
    found.execute("CREATE TABLE case_events (case_key VARCHAR, step INTEGER)")
    found.executemany("INSERT INTO cases VALUES (?)", [[key] for key in KEYS])
    found.execute("INSERT INTO case_events SELECT case_key, step FROM cases, range(3) AS steps(step)")
    found.execute("INSERT INTO case_events VALUES ('~ghost', 0)")
    return found


def test_what_fits_into_memory_is_one_part(connection: duckdb.DuckDBPyConnection) -> None:
    assert len(DuckDBEngine(connection).case_parts(100_000)) == 1


def test_every_case_is_in_one_part_with_all_its_changes(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_parts, "_BYTES_A_ROW", 200_000)
    cases, changes, sizes = Counter[str](), Counter[str](), []
    for part in case_parts.parts_of_cases(connection, 1_600):
        with part():
            here = [key for (key,) in connection.execute("SELECT case_key FROM cases").fetchall()]
            cases.update(here)
            found = connection.execute("SELECT case_key, count(*) FROM case_events GROUP BY ALL").fetchall()
            changes.update(dict(found))
            assert {key for key, _ in found} <= {*here, "~ghost"}
            sizes.append(len(here))
    assert cases == Counter(KEYS)
    assert changes == Counter({**dict.fromkeys(KEYS, 3), "~ghost": 1})
    assert len(sizes) >= 4
    assert max(sizes) < len(KEYS) / 2


def test_a_part_that_fails_leaves_the_tables_whole(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_parts, "_BYTES_A_ROW", 200_000)
    first, *_ = case_parts.parts_of_cases(connection, 1_600)
    with pytest.raises(duckdb.BinderException), first():
        connection.execute("SELECT nothing FROM cases")
    assert connection.execute("SELECT count(*) FROM cases").fetchall() == [(len(KEYS),)]
