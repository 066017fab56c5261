"""Loading: the same twice changes nothing, corrections replace, and what a load does not say stays as it was."""

from pathlib import Path

import pytest
from deltalake import DeltaTable

from remit.engines import duckdb_engine
from remit.store import Arrival, Entry, LoadedFile, Loading, Manifest, Place, files_loaded, open_or_create
from remit.store.loads import load
from remit.store.switching import switch
from remit.terms.problems import ProblemsFound
from tests.lib.stores import CONTRACT, Shelf, counts, export

TWO_CASES = """
    case_key | opened_at            | status   | priority
    T-1      | 2026-03-02T09:00:00Z | New      | P1
    T-2      | 2026-04-03T09:00:00Z | Resolved | P2
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_a_load_is_a_version_with_its_files_its_counts_and_who(shelf: Shelf) -> None:
    entry = shelf.load(cases=TWO_CASES).entry

    assert entry is not None
    assert (entry.version, entry.id, entry.by, entry.engagement) == (1, "L1", "ann", CONTRACT)
    assert [(file.name, file.rows) for file in entry.files] == [("cases.csv", 2)]
    assert shelf.rows("cases", "case_key, status") == [("T-1", "New"), ("T-2", "Resolved")]


def test_the_same_file_twice_changes_nothing_whatever_it_is_called(shelf: Shelf) -> None:
    shelf.load(cases=TWO_CASES)
    before = shelf.files("cases")

    again = shelf.load(cases=TWO_CASES)

    assert (again.entry, again.is_new) == (None, False)
    assert shelf.manifest.head == 1
    assert shelf.files("cases") == before


def test_the_same_record_in_another_file_is_kept_once(shelf: Shelf) -> None:
    shelf.load(cases=TWO_CASES)
    before = shelf.files("cases")

    longer = shelf.load(cases=f"{TWO_CASES}    T-3 | 2026-04-09T09:00:00Z | New | P3")

    assert counts(longer) == (1, 0, 2, 0)
    assert [key for (key,) in shelf.rows("cases", "case_key")] == ["T-1", "T-2", "T-3"]
    assert before < shelf.files("cases"), "a month that only gains records gets a file more"


def test_a_file_that_is_known_is_not_read_again_beside_a_new_one(shelf: Shelf) -> None:
    shelf.load(cases=TWO_CASES)

    loaded = shelf.load(cases=TWO_CASES, waivers="waiver_key | record_key | service_level\n W1 | T-1 | SL1")

    assert loaded.entry is not None
    assert [file.name for file in loaded.entry.files] == ["waivers.csv"]
    assert len(loaded.entry.known) == 1


def test_a_correction_replaces_the_record_and_the_older_version_stays_readable(shelf: Shelf) -> None:
    shelf.load(cases=TWO_CASES)

    corrected = shelf.load(cases=TWO_CASES.replace("New     ", "Resolved"))

    assert counts(corrected) == (0, 1, 1, 0)
    assert shelf.rows("cases", "case_key, status") == [("T-1", "Resolved"), ("T-2", "Resolved")]
    assert shelf.rows("cases", "case_key, status", version=1) == [("T-1", "New"), ("T-2", "Resolved")]


def test_a_correction_rewrites_its_own_month_alone(shelf: Shelf) -> None:
    shelf.load(cases=TWO_CASES)
    april = {path for path in shelf.files("cases") if path.parent.name == "month=2026-04"}

    shelf.load(cases="case_key | opened_at | status | priority\n T-1 | 2026-03-02T09:00:00Z | Closed | P1")

    assert {path for path in shelf.files("cases") if path.parent.name == "month=2026-04"} == april


def test_a_record_corrected_into_another_month_leaves_the_first(shelf: Shelf) -> None:
    shelf.load(cases=TWO_CASES)

    moved = shelf.load(cases="case_key | opened_at | status | priority\n T-1 | 2026-05-02T09:00:00Z | New | P1")

    assert counts(moved) == (0, 1, 0, 0)
    assert shelf.rows("cases", "case_key, opened_at") == [("T-1", 1_777_712_400), ("T-2", 1_775_206_800)]


def test_what_an_older_export_says_does_not_replace_what_a_newer_one_said(shelf: Shelf) -> None:
    shelf.load(cases=TWO_CASES, exported_at=2_000)

    late = shelf.load(cases=TWO_CASES.replace("Resolved", "Pending "), exported_at=1_000)

    assert counts(late) == (0, 0, 1, 1)
    assert shelf.rows("cases", "status") == [("New",), ("Resolved",)]


UPDATED = """
remit_mapping: 1
time_zone: UTC
sources:
  - table: cases
    files: cases.csv
    extra: {updated_at: instant}
    columns: {case_key: k, opened_at: o, status: s, updated_at: u}
"""


def test_a_record_that_says_when_it_was_updated_is_as_new_as_that(shelf: Shelf) -> None:
    shelf.load(mapping=UPDATED, cases="k|o|s|u\n T-1 | 2026-03-02 09:00 | Resolved | 2026-03-05 10:00")

    late = shelf.load(mapping=UPDATED, cases="k|o|s|u\n T-1 | 2026-03-02 09:00 | New | 2026-03-04 10:00")
    new = shelf.load(mapping=UPDATED, cases="k|o|s|u\n T-1 | 2026-03-02 09:00 | Closed | 2026-03-06 10:00")

    assert [counts(late), counts(new)] == [(0, 0, 0, 1), (0, 1, 0, 0)]
    assert shelf.rows("cases", "status") == [("Closed",)]


def test_columns_a_correction_does_not_bring_stay_as_they_are(shelf: Shelf) -> None:
    shelf.load(cases=TWO_CASES)

    shelf.load(cases="case_key | opened_at | status\n T-1 | 2026-03-02T09:00:00Z | Closed")

    assert shelf.rows("cases", "case_key, status, priority")[0] == ("T-1", "Closed", "P1")


def test_an_empty_part_of_a_key_is_like_another_empty_one(shelf: Shelf) -> None:
    heads = "counted_at | site | hires\n 2026-03-01T00:00:00Z | Lyon | 1\n 2026-03-01T00:00:00Z | | 2"
    shelf.load(headcount=heads)

    again = shelf.load(headcount=heads.replace("| 2", "| 3"))

    assert counts(again) == (0, 1, 1, 0)
    assert shelf.rows("headcount", "site, hires") == [("Lyon", 1), (None, 3)]


EVENTS = """
    case_key | at                   | status | priority | actor
    T-1      | 2026-03-02T09:00:00Z | New    | P1       | ann
    T-1      | 2026-03-02T09:00:00Z | New    | P2       | bob
    T-1      | 2026-03-02T10:00:00Z | Closed |          | ann
"""


def test_changes_of_one_second_are_all_kept_and_told_twice_kept_once(shelf: Shelf) -> None:
    shelf.load(case_events=EVENTS)

    longer = shelf.load(case_events=f"{EVENTS}    T-1 | 2026-03-03T09:00:00Z | New | | ann")

    assert counts(longer) == (1, 0, 3, 0)
    assert len(shelf.rows("case_events", "*")) == 4


def test_two_contracts_stand_side_by_side_in_one_store(shelf: Shelf) -> None:
    shelf.load(cases=TWO_CASES)
    shelf.load(cases=TWO_CASES.replace("New     ", "Resolved"), contract="MSA/8 Nord")

    assert shelf.rows("cases", "status") == [("New",), ("Resolved",)]
    assert shelf.rows("cases", "status", contract="MSA/8 Nord") == [("Resolved",), ("Resolved",)]


def test_an_extra_column_of_another_kind_than_the_stores_is_refused_and_nothing_changed(shelf: Shelf) -> None:
    mapping = "remit_mapping: 1\nsources:\n  - {table: cases, files: cases.csv, extra: {vru: KIND}, "
    mapping += "columns: {case_key: k, opened_at: o, vru: v}}\n"
    rows = "k | o | v\n T-1 | 2026-03-02T09:00:00Z | 7"
    shelf.load(mapping=mapping.replace("KIND", "integer"), cases=rows)

    with pytest.raises(ProblemsFound, match=r"cases\.vru is int64 in the store and string here; give the extra"):
        shelf.load(mapping=mapping.replace("KIND", "text"), cases=rows, contract="MSA-8")

    assert shelf.manifest.head == 1


def test_a_column_younger_than_the_files_is_empty_in_them(shelf: Shelf) -> None:
    shelf.load(cases=TWO_CASES)
    mapping = "remit_mapping: 1\nsources:\n  - {table: cases, files: cases.csv, extra: {vru: integer}, "
    mapping += "columns: {case_key: k, opened_at: o, vru: v}}\n"

    shelf.load(mapping=mapping, cases="k | o | v\n T-9 | 2026-03-02T09:00:00Z | 7")

    assert shelf.rows("cases", "case_key, vru") == [("T-1", None), ("T-2", None), ("T-9", 7)]


def test_a_store_is_not_made_in_a_folder_that_holds_something_else(shelf: Shelf) -> None:
    export(Path(shelf.url), cases=TWO_CASES)

    with pytest.raises(ProblemsFound, match="is not a store of facts, and not empty; name an empty folder"):
        shelf.load(cases=TWO_CASES)


def test_no_store_is_made_for_an_export_that_can_not_be_read(shelf: Shelf) -> None:
    with pytest.raises(ProblemsFound, match="has no column 'opened_at'"):
        shelf.load(cases="case_key | status\n T-1 | New")

    assert not Path(shelf.url).exists()


def test_a_store_whose_making_was_cut_short_is_made_again(shelf: Shelf) -> None:
    log = Path(shelf.url) / "_manifest" / "_delta_log"
    log.mkdir(parents=True)
    (log / "00000000000000000000.json#1").write_text("half")

    assert shelf.load(cases=TWO_CASES).is_new


def test_a_store_that_two_have_made_at_once_takes_loads(shelf: Shelf) -> None:
    open_or_create(shelf.url)
    DeltaTable(f"{shelf.url}/_manifest").alter.set_table_properties({"delta.logRetentionDuration": "interval 9 days"})

    shelf.load(cases=TWO_CASES)
    shelf.load(cases=TWO_CASES.replace("New     ", "Resolved"))

    assert shelf.manifest.head == 2


def test_a_load_overtaken_by_another_is_planned_again_on_what_that_one_left(shelf: Shelf) -> None:
    shelf.load(cases=TWO_CASES)
    plans = 0

    def plan(manifest: Manifest) -> Entry:
        nonlocal plans
        plans += 1
        if plans == 1:
            shelf.load(cases="case_key | opened_at | status\n T-3 | 2026-03-02T09:00:00Z | New")
        tables = dict(manifest.tables(manifest.head))
        return Entry(manifest.head + 1, 5, "P1", "pin", "bob", tables=tables, keeps=1)

    manifest = switch(Place(shelf.url), plan)

    assert plans == 2
    assert [entry.id for entry in manifest.entries] == ["L1", "L2", "P1"]
    assert len(shelf.rows("cases", "case_key")) == 3


def test_a_load_of_the_very_files_another_just_brought_becomes_that_one(shelf: Shelf) -> None:
    shelf.load(cases=TWO_CASES)
    (known,) = files_loaded(shelf.manifest, CONTRACT, "")
    loading = Loading("L9", CONTRACT, 9, "eve", (LoadedFile("cases.csv", known, 2, 0),), "", 0)

    entry = load(Place(shelf.url), loading, [Arrival("cases", frozenset(), {}, 9)], duckdb_engine.connect(threads=1))

    assert entry.id == "L1"
