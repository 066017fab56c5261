"""Reading a store: versions by number and instant, and the sentence for every way in which a store can be wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake

from remit.engines import duckdb_engine
from remit.runs.stored import evidence_at
from remit.store import read_manifest, snapshot, version_asked
from remit.store.layout import FORMAT
from remit.terms.problems import ProblemsFound
from tests.lib.stores import CONTRACT, LOADED_AT, Shelf

CASES = "case_key | opened_at | status\n T-1 | 2026-03-02T09:00:00Z | New"
DAY = 86_400


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path)
    shelf.load(cases=CASES)
    shelf.load(cases=CASES.replace("New", "Closed"))
    return shelf


def test_a_version_is_asked_for_by_number_by_instant_or_not_at_all(shelf: Shelf) -> None:
    manifest = shelf.manifest

    assert version_asked(manifest) == 2
    assert version_asked(manifest, version=1) == 1
    assert version_asked(manifest, instant=LOADED_AT + 2 * DAY - 1) == 1
    assert version_asked(manifest, instant=LOADED_AT + 2 * DAY) == 2
    with pytest.raises(ProblemsFound, match="has no version 3; it has 2; see its versions with: remit loads"):
        version_asked(manifest, version=3)
    with pytest.raises(ProblemsFound, match="had no version yet at that instant"):
        version_asked(manifest, instant=LOADED_AT)


def test_a_snapshot_tells_what_was_brought_and_what_was_filled(shelf: Shelf) -> None:
    stored = snapshot(shelf.manifest, CONTRACT, duckdb_engine.connect(threads=1), version=2)

    assert (stored.version, stored.tables["cases"], stored.rows) == (2, 2, 1)
    assert stored.filled == {"cases": frozenset({"case_key", "opened_at", "status"})}
    assert {"closed_at", "priority"} < stored.columns["cases"]
    assert not stored.columns["cases"] & {"_load", "_source_at", "engagement", "month"}


def test_the_same_version_has_the_same_fingerprint_and_another_has_another(shelf: Shelf) -> None:
    prints = [
        snapshot(shelf.manifest, CONTRACT, duckdb_engine.connect(threads=1), version=version).sha256
        for version in (1, 1, 2)
    ]
    assert prints[0] == prints[1] != prints[2]


def test_a_contract_the_store_knows_nothing_of_is_told_whom_it_knows(shelf: Shelf) -> None:
    with pytest.raises(ProblemsFound, match=r"holds no facts of MSA-9 at version 2; it holds MSA-7"):
        snapshot(shelf.manifest, "MSA-9", duckdb_engine.connect(threads=1), version=2)


def test_a_missing_file_and_a_cut_one_are_named(shelf: Shelf) -> None:
    (held,) = [path for path in shelf.files("cases") if path.name.startswith("L2-")]
    content = held.read_bytes()

    held.write_bytes(content[:-7])
    with pytest.raises(
        ProblemsFound,
        match=rf"{held.name}: is damaged \(.* bytes where .* were written\): 1 rows of cases, MSA-7, 2026-03; bring",
    ):
        shelf.rows("cases", "*")

    held.unlink()
    with pytest.raises(ProblemsFound, match=rf"{held.name}: is missing: 1 rows of cases, MSA-7, 2026-03; bring"):
        shelf.rows("cases", "*")
    assert shelf.rows("cases", "status", version=1) == [("New",)]


def test_a_folder_that_is_no_store_and_a_place_with_nothing(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("dear")

    with pytest.raises(ProblemsFound, match=r"letters: is not a store of facts; make one with: remit load"):
        read_manifest(str(tmp_path / "letters"))
    with pytest.raises(ProblemsFound, match=r"nowhere: there is no store here; make one with: remit load"):
        read_manifest(str(tmp_path / "nowhere"))


def test_a_store_of_a_newer_remit_is_refused(shelf: Shelf) -> None:
    row = {"version": 3, "format": FORMAT + 1, "at": 1, "id": "X", "entry": json.dumps({"unheard": "of"})}
    numbers = [(name, pa.int64()) for name in ("version", "format", "at")]
    schema = pa.schema([*numbers, ("id", pa.string()), ("entry", pa.string())])
    write_deltalake(f"{shelf.url}/_manifest", pa.Table.from_pylist([row], schema=schema), mode="append")

    with pytest.raises(ProblemsFound, match="is a store of format 2, written by a newer Remit; this one reads up to 1"):
        read_manifest(shelf.url)


def test_a_damaged_manifest_is_named(shelf: Shelf) -> None:
    (first,) = (Path(shelf.url) / "_manifest").glob("00000001-*.parquet")
    assert pq.read_table(first).num_rows == 1
    first.write_bytes(b"nonsense")

    with pytest.raises(ProblemsFound, match=r"_manifest/00000001-.*: can't be read: .*; bring the file back"):
        read_manifest(shelf.url)


def test_what_files_say_of_their_instants_is_what_their_rows_say(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.load(cases="case_key | opened_at\n T-1 | 2026-03-02T09:00:00Z\n T-2 | 2026-01-31T23:59:59Z")
    shelf.load(
        cases="case_key | opened_at | resolved_at\n T-3 | 2026-02-02T09:00:00Z | 2026-05-01T00:00:01Z",
        waivers="waiver_key | record_key | service_level | reason\n W-1 | T-1 | SL1 | agreed",
    )
    connection = duckdb_engine.connect(threads=1)
    evidence, stored = evidence_at(shelf.manifest, CONTRACT, connection, version=2)
    scanned = replace(evidence, spans={})

    assert stored.spans["cases", "resolved_at"] == (1_777_593_601, 1_777_593_601)
    assert stored.spans["waivers", "approved_at"] is None
    assert (evidence.reach, evidence.first_at, evidence.last_at) == (scanned.reach, scanned.first_at, scanned.last_at)
