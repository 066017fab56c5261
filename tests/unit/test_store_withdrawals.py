"""Withdrawing: records go, or go back to what they were, and what others say as well stays theirs."""

from pathlib import Path

import pytest

from remit.terms.problems import ProblemsFound
from tests.lib.stores import Shelf

FIRST = """
    case_key | opened_at            | status
    T-1      | 2026-03-02T09:00:00Z | New
    T-2      | 2026-04-03T09:00:00Z | New
"""
SECOND = """
    case_key | opened_at            | status
    T-1      | 2026-03-02T09:00:00Z | Closed
    T-3      | 2026-04-03T10:00:00Z | New
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path)
    shelf.load(cases=FIRST)
    return shelf


def _held(shelf: Shelf) -> dict[str, tuple[str, str]]:
    return {key: (status, load) for key, status, load in _rows(shelf)}


def _rows(shelf: Shelf) -> list[tuple[str, str, str]]:
    from remit.engines import duckdb_engine
    from remit.store.layout import LOAD, columns_of
    from remit.store.loads import held_files
    from remit.store.reading import rows_sql
    from remit.store.switching import table_in

    connection = duckdb_engine.connect(threads=1)
    files = held_files(shelf.manifest, "cases", "MSA-7")
    rows = rows_sql(connection, table_in(shelf.manifest.place, "cases").place, files, columns_of("cases", {}))
    return connection.execute(f"SELECT case_key, status, {LOAD} FROM ({rows})").fetchall()


def test_a_record_the_load_changed_goes_back_and_one_it_brought_goes(shelf: Shelf) -> None:
    shelf.load(cases=SECOND)

    entry = shelf.withdraw("L2")

    assert (entry.deed, entry.concerns, entry.version) == ("withdrawal", "L2", 3)
    assert _held(shelf) == {"T-1": ("New", "L1"), "T-2": ("New", "L1")}
    assert len(shelf.rows("cases", "case_key", version=2)) == 3


def test_a_record_that_a_later_load_changed_again_stays(shelf: Shelf) -> None:
    shelf.load(cases=SECOND)

    shelf.withdraw("L1")

    assert _held(shelf) == {"T-1": ("Closed", "L2"), "T-3": ("New", "L2")}


def test_a_record_that_another_load_brought_alike_stays_as_that_ones(shelf: Shelf) -> None:
    shelf.load(cases=f"{FIRST}    T-4 | 2026-04-05T10:00:00Z | New")

    shelf.withdraw("L1")

    assert _held(shelf) == {"T-1": ("New", "L2"), "T-2": ("New", "L2"), "T-4": ("New", "L2")}


def test_what_was_before_a_load_that_was_itself_withdrawn_is_looked_for_further_back(shelf: Shelf) -> None:
    shelf.load(cases=SECOND)
    shelf.load(cases=SECOND.replace("Closed", "Open  "))
    shelf.withdraw("L2")

    shelf.withdraw("L3")

    assert _held(shelf) == {"T-1": ("New", "L1"), "T-2": ("New", "L1")}


def test_the_files_of_a_withdrawn_load_can_be_loaded_again(shelf: Shelf) -> None:
    shelf.withdraw("L1")

    again = shelf.load(cases=FIRST)

    assert again.is_new
    assert len(shelf.rows("cases", "case_key")) == 2


def test_a_history_is_taken_back_change_by_change(tmp_path: Path) -> None:
    events = "case_key | at | status\n T-1 | 2026-03-02T09:00:00Z | New\n T-1 | 2026-03-02T09:00:00Z | New"
    shelf = Shelf(tmp_path / "events")
    shelf.load(case_events=events)
    shelf.load(case_events=f"{events}\n T-1 | 2026-03-02T09:00:00Z | New\n T-1 | 2026-03-02T11:00:00Z | Closed")

    shelf.withdraw("L2")

    assert shelf.rows("case_events", "status") == [("New",), ("New",)]


def test_a_load_is_withdrawn_once_and_must_be_there(shelf: Shelf) -> None:
    shelf.withdraw("L1")

    with pytest.raises(ProblemsFound, match="load L1 is withdrawn already"):
        shelf.withdraw("L1")
    with pytest.raises(ProblemsFound, match="has no load 'L9'; see its loads with: remit loads --store"):
        shelf.withdraw("L9")
