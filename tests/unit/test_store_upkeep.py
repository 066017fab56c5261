"""Upkeep: a check that names what is wrong, files joined without a change, and a vacuum that takes nothing needed."""

import os
from pathlib import Path

import pytest

from remit.engines import duckdb_engine
from remit.store import Act, Checked, Place, Vacuumed, check, pin, vacuum, version_asked
from remit.terms.problems import ProblemsFound
from tests.lib.stores import LOADED_AT, Shelf

DAY = 86_400
CASES = "case_key | opened_at | status\n T-1 | 2026-03-02T09:00:00Z | New"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Three versions: a record, the record closed, another record beside it."""
    shelf = Shelf(tmp_path)
    shelf.load(cases=CASES)
    shelf.load(cases=CASES.replace("New", "Closed"))
    shelf.load(cases="case_key | opened_at | status\n T-2 | 2026-03-04T09:00:00Z | New")
    return shelf


def _checked(shelf: Shelf) -> Checked:
    return check(shelf.manifest, duckdb_engine.connect(threads=1))


def _vacuumed(shelf: Shelf, *, keep_after: int | None = None, idle_hours: int = 0, pretend: bool = False) -> Vacuumed:
    act = Act("V1", "bob", LOADED_AT + 100 * DAY)
    return vacuum(Place(shelf.url), act, keep_after=keep_after, idle_hours=idle_hours, pretend=pretend)


def test_a_whole_store_is_whole(shelf: Shelf) -> None:
    checked = _checked(shelf)
    assert (checked.versions, checked.files, checked.problems) == (3, 3, ())


def test_a_file_with_one_bit_turned_is_found_by_its_digest(shelf: Shelf) -> None:
    (held,) = [path for path in shelf.files("cases") if path.name.startswith("L3-")]
    content = bytearray(held.read_bytes())
    content[len(content) // 2] ^= 1
    held.write_bytes(content)

    (problem,) = _checked(shelf).problems
    assert held.name in problem.file
    assert problem.what == "is damaged (its SHA-256 is not the one written): 1 rows of cases, MSA-7, 2026-03"


def test_a_missing_file_of_an_older_version_is_found(shelf: Shelf) -> None:
    (held,) = [path for path in shelf.files("cases") if path.name.startswith("L1-")]
    held.unlink()

    (problem,) = _checked(shelf).problems
    assert problem.what.startswith("is missing")


def test_small_files_are_joined_into_one_with_the_same_records(shelf: Shelf) -> None:
    before = shelf.rows("cases", "*")

    entry = shelf.compact()

    assert entry is not None
    assert entry.version == 4
    assert shelf.rows("cases", "*") == before
    assert shelf.rows("cases", "status", version=1) == [("New",)]
    assert shelf.compact() is None


def test_a_vacuum_without_an_age_takes_only_what_no_version_names(shelf: Shelf) -> None:
    orphan = Path(shelf.url) / "tables" / "cases" / "MSA-7" / "month=2026-03" / "L9-left.parquet"
    orphan.write_bytes(b"half")

    assert _vacuumed(shelf, pretend=True).files == ("tables/cases/MSA-7/month=2026-03/L9-left.parquet",)
    assert orphan.exists()
    _vacuumed(shelf)

    assert not orphan.exists()
    assert _checked(shelf).problems == ()
    assert shelf.rows("cases", "status", version=1) == [("New",)]


def test_a_vacuum_leaves_files_alone_that_a_load_at_work_may_have_just_written(shelf: Shelf) -> None:
    young, old = (Path(shelf.url) / "tables" / "cases" / "MSA-7" / f"L9-{age}.parquet" for age in ("young", "old"))
    for path in (young, old):
        path.write_bytes(b"half")
    os.utime(old, (LOADED_AT, LOADED_AT))

    _vacuumed(shelf, idle_hours=24)

    assert (young.exists(), old.exists()) == (True, False)


def test_versions_of_an_age_are_given_up_but_for_the_newest_and_those_held(shelf: Shelf) -> None:
    pin(Place(shelf.url), 1, Act("P1", "bob", LOADED_AT + 4 * DAY, "March closed"))

    gone = _vacuumed(shelf, keep_after=LOADED_AT + 50 * DAY)

    assert gone.versions == (2, 3)
    assert shelf.rows("cases", "status", version=1) == [("New",)]
    assert len(shelf.rows("cases", "status")) == 2
    with pytest.raises(ProblemsFound, match="has no files of version 2 any more: a vacuum took them"):
        version_asked(shelf.manifest, version=2)
    assert _checked(shelf).problems == ()


def test_a_version_that_is_not_there_can_not_be_held(shelf: Shelf) -> None:
    with pytest.raises(ProblemsFound, match="has no version 9 to hold"):
        pin(Place(shelf.url), 9, Act("P1", "bob", LOADED_AT))
