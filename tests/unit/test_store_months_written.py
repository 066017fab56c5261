"""The files of a store: a month each, with the columns that are filled, and none for a month left empty."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from remit.engines import duckdb_engine
from remit.store import check
from tests.lib.stores import Shelf, counts

EDGES = """
    case_key | opened_at            | status
    T-1      | 2026-03-31T23:59:59Z | New
    T-2      | 2026-04-01T00:00:00Z | New
    T-3      | 2026-12-31T23:59:59Z | New
    T-4      | 2027-01-01T00:00:00Z | New
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def _months(shelf: Shelf, table: str) -> dict[str, int]:
    return {path.parent.name: pq.read_metadata(path).num_rows for path in sorted(shelf.files(table))}


def test_records_stand_in_the_month_of_their_own_second(shelf: Shelf) -> None:
    shelf.load(cases=EDGES)

    assert _months(shelf, "cases") == {"month=2026-03": 1, "month=2026-04": 1, "month=2026-12": 1, "month=2027-01": 1}
    assert check(shelf.manifest, duckdb_engine.connect(threads=1)).problems == ()


def test_records_without_a_time_stand_apart(shelf: Shelf) -> None:
    shelf.load(waivers="waiver_key | record_key | service_level\n W1 | T-1 | SL1")

    assert _months(shelf, "waivers") == {"month=undated": 1}


def test_a_file_holds_the_columns_some_load_has_filled(shelf: Shelf) -> None:
    shelf.load(cases=EDGES)
    shelf.load(cases="case_key | opened_at | site\n T-9 | 2026-03-02T09:00:00Z | Lyon")

    names = {tuple(pq.read_schema(path).names) for path in shelf.files("cases")}
    assert names == {
        ("case_key", "opened_at", "status", "_source_at", "_load"),
        ("case_key", "opened_at", "status", "site", "_source_at", "_load"),
    }
    assert shelf.rows("cases", "case_key, status, site, closed_at")[-2:] == [
        ("T-4", "New", None, None),
        ("T-9", None, "Lyon", None),
    ]


def test_a_month_that_loses_its_last_record_keeps_no_file(shelf: Shelf) -> None:
    shelf.load(cases="case_key | opened_at\n T-1 | 2026-03-02T09:00:00Z")

    moved = shelf.load(cases="case_key | opened_at\n T-1 | 2026-05-02T09:00:00Z")

    assert counts(moved) == (0, 1, 0, 0)
    assert shelf.rows("cases", "opened_at") == [(1_777_712_400,)]
    assert _months(shelf, "cases") == {"month=2026-03": 1, "month=2026-05": 1}, "the first stands for version 1"


def test_a_history_without_doubles_meets_one_with_them(shelf: Shelf) -> None:
    plain = "case_key | at | status\n T-1 | 2026-03-02T09:00:00Z | New\n T-1 | 2026-03-02T10:00:00Z | Closed"
    shelf.load(case_events=plain)

    doubled = shelf.load(case_events=f"{plain}\n T-1 | 2026-03-02T10:00:00Z | Closed")

    assert counts(doubled) == (1, 0, 2, 0)
    assert shelf.rows("case_events", "status") == [("Closed",), ("Closed",), ("New",)]
