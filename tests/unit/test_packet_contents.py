"""The smaller parts of packets: pseudonyms, tables as Parquet, the first difference in words, manifests."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.packets.differences import first_difference
from remit.packets.manifests import MANIFEST, Manifest, read_manifest
from remit.packets.pseudonyms import people_renamed, records_renamed, waived_record
from remit.packets.tables import check_schema, first_unlike, schema_of, write_batches, write_table
from remit.performance.facts import Kind
from remit.terms.problems import ProblemsFound

KEY = b"k" * 32


@given(st.sets(st.text(min_size=1), max_size=30))
def test_pseudonyms_of_records_fall_as_the_keys_do(values: set[str]) -> None:
    names = records_renamed(values, KEY)
    assert sorted(values, key=str.encode) == sorted(values, key=names.__getitem__)
    assert len(set(names.values())) == len(values)


def test_pseudonyms_are_the_same_for_the_same_key_and_no_other() -> None:
    assert people_renamed(["Ana"], KEY)["Ana"] == people_renamed(["Rui", "Ana"], KEY)["Ana"]
    assert people_renamed(["Ana"], KEY) != people_renamed(["Ana"], b"other")
    assert (
        records_renamed(["C2"], KEY)["C2"].partition("-")[2]
        == records_renamed(["C1", "C2"], KEY)["C2"].partition("-")[2]
    )


def test_a_waiver_names_a_record_by_its_pseudonym() -> None:
    records, people = {"C1": "1-aa", "C1#x": "2-bb"}, {"A7": "cc"}
    assert waived_record("C1", records, people) == "1-aa"
    assert waived_record("C1#2", records, people) == "1-aa#2"
    assert waived_record("A7 1767225600", records, people) == "cc 1767225600"
    assert waived_record("C9", records, people) is None


STATED: dict[str, Any] = {"levels": [{"id": "SL1", "numerator": 8, "met": True}, {"id": "SL2"}], "credit": "10.00"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"credit": "11.00"}, "statement, credit: the packet says 11.00, computed again it is 10.00"),
        ({"levels": [{"id": "SL1", "numerator": 9, "met": True}, {"id": "SL2"}]},
         "statement, levels, SL1, numerator: the packet says 9, computed again it is 8"),
        ({"levels": [{"id": "SL1", "numerator": 8, "met": 1}, {"id": "SL2"}]},
         "statement, levels, SL1, met: the packet says 1, computed again it is True"),
        ({"levels": [{"id": "SL1", "numerator": 8, "met": True}]},
         "statement, levels, how many there are: the packet says 1, computed again it is 2"),
        ({"more": {}}, "statement, more: the packet says {}, computed again it is nothing"),
    ],
)  # fmt: skip
def test_the_first_difference_is_told_with_both_values(change: dict[str, Any], told: str) -> None:
    found = first_difference({**STATED, **change}, STATED, place="statement")
    assert str(found) == told


def test_the_same_document_has_no_difference() -> None:
    assert first_difference(STATED, json.loads(json.dumps(STATED)), place="statement") is None


def _table(rows: int) -> pa.Table:
    return pa.table({"case_key": [f"C{n}" for n in range(rows)], "opened_at": list(range(rows))})


SCHEMA = schema_of({"case_key": Kind.TEXT, "opened_at": Kind.INSTANT})


@pytest.mark.parametrize("pieces", [1, 7, 1_000])
def test_rows_give_the_same_file_in_whatever_pieces_they_come(tmp_path: Path, pieces: int) -> None:
    whole = _table(300_000)
    write_batches(tmp_path / "a.parquet", SCHEMA, whole.to_batches())
    assert write_batches(tmp_path / "b.parquet", SCHEMA, whole.to_batches(max_chunksize=300_000 // pieces)) == 300_000
    is_same = (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert is_same
    assert check_schema(tmp_path / "a.parquet", SCHEMA, file="p.zip", entry="a") == 300_000


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    assert write_batches(tmp_path / "a.parquet", SCHEMA, []) == 0
    assert check_schema(tmp_path / "a.parquet", SCHEMA, file="p.zip", entry="a") == 0


def test_a_table_with_other_columns_or_none_is_told(tmp_path: Path) -> None:
    write_table(tmp_path / "a.parquet", _table(3))
    with pytest.raises(ProblemsFound, match="does not have the columns it is said to have, but case_key, opened_at"):
        check_schema(tmp_path / "a.parquet", schema_of({"case_key": Kind.TEXT}), file="p.zip", entry="a")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(ProblemsFound, match="is no readable Parquet file"):
        check_schema(tmp_path / "a.parquet", SCHEMA, file="p.zip", entry="a")


def test_the_first_row_that_differs_is_told(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.parquet", tmp_path / "theirs.parquet"
    write_table(ours, _table(3))
    for changed, expected in (
        (_table(3), None),
        (_table(2), (3, "the number of rows", 2, 3)),
        (_table(3).set_column(1, "opened_at", pa.array([0, 1, 5])), (3, "opened_at", 5, 2)),
        (_table(3).rename_columns(["key", "opened_at"]), (0, "its columns", "key, opened_at", "case_key, opened_at")),
    ):
        write_table(theirs, changed)
        assert first_unlike(theirs, ours) == expected


def _manifest(**changes: Any) -> bytes:
    told = {
        "remit_packet": 1,
        "contract": {"id": "C-1", "sha256": "0" * 64, "files": ["contract.yaml"]},
        "facts": {"sha256": "", "rows": 3, "quarantined": 0, "store_version": "", "waivers_sha256": ""},
        "options": {"first": "2026-03", "last": "2026-03", "by": [], "as_of": None, "personal": "keep", "replaced": {},
                    "rows": "needed"},
        "made_by": {"name": "Ana", "public_key": None},
        "made_with": {"remit": "7.1"},
        "entries": {},
    }  # fmt: skip
    return (json.dumps({**told, **changes}, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def test_a_manifest_is_written_in_one_way() -> None:
    assert read_manifest(_manifest(), "p.zip").as_bytes() == _manifest()
    with pytest.raises(ProblemsFound, match="not written the way a packet writes it"):
        read_manifest(_manifest().replace(b"\n", b"\n "), "p.zip")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not readable as JSON"),
        (b"[" * 100_000, "is not readable as JSON"),
        (b"[]", "does not say that it is a packet's"),
        (_manifest(remit_packet=True), "does not say that it is a packet's"),
        (_manifest(remit_packet=2), "is of format 2, made by Remit 7.1; this Remit reads format 1; verify it with"),
        (_manifest(made_by={"name": "Ana"}), "made_by.public_key: Field required"),
        (_manifest(more=1), "more: Extra inputs are not permitted"),
        (_manifest(entries={"a": {"size": -1, "sha256": "0" * 64}}), "entries.a.size"),
    ],
)
def test_a_manifest_that_is_none_is_told_in_a_sentence(content: bytes, told: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        read_manifest(content, "p.zip")
    assert told in str(found.value)
    assert str(found.value).startswith(f"p.zip: {MANIFEST}: ")


def test_the_manifest_s_model_and_its_bytes_say_the_same() -> None:
    manifest = read_manifest(_manifest(), "p.zip")
    assert Manifest.model_validate(json.loads(manifest.as_bytes())) == manifest
