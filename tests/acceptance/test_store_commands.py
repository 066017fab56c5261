"""The commands on a store: load, settle as of, explain, restate, and what they say to a user."""

import json
import shutil
from pathlib import Path

import pytest

from remit.cli.main import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "first-contract"
CONTRACT = str(EXAMPLE / "contract.yaml")

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _run(printed: Printed, *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    told = printed.readouterr()
    return int(status), told.out, told.err


def _load(printed: Printed, facts: Path | str) -> str:
    status, out, _ = _run(printed, "load", CONTRACT, "--facts", str(facts), "--store", "store", "--by", "ann")
    assert status == 0
    return out


def _corrected(tmp_path: Path) -> Path:
    """The export again, weeks later: T-1001 was not urgent after all."""
    folder = tmp_path / "corrected"
    shutil.copytree(EXAMPLE / "export", folder)
    tickets = folder / "tickets.csv"
    tickets.write_text(tickets.read_text().replace("09:05,urgent,C-17", "09:05,normal,C-17"))
    return folder


def _settled(printed: Printed, *arguments: str) -> list[dict[str, object]]:
    status, out, _ = _run(printed, "settle", CONTRACT, *arguments, "--as", "json")
    assert status == 0
    found: list[dict[str, object]] = json.loads(out)
    return found


def _figures(settled: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{name: value for name, value in month.items() if name != "facts"} for month in settled]


def test_a_store_settles_to_the_same_as_the_files_it_was_loaded_from(printed_store: Printed) -> None:
    from_files = _settled(printed_store, "--facts", str(EXAMPLE / "export"))
    from_store = _settled(printed_store, "--store", "store")

    assert _figures(from_store) == _figures(from_files)


@pytest.fixture
def printed_store(capsys: Printed) -> Printed:
    assert "26 new, 0 changed, 0 unchanged, 1 quarantined; store is at version 1" in _load(capsys, EXAMPLE / "export")
    return capsys


def test_loads_have_the_shape_that_programs_read(printed_store: Printed) -> None:
    _, out, _ = _run(printed_store, "loads", "--store", "store", "--as", "json")

    (load,) = json.loads(out)
    assert list(load) == [
        "id",
        "at",
        "by",
        "files",
        "new",
        "changed",
        "unchanged",
        "quarantined",
        "version",
        "withdrawn",
    ]
    assert {name: load[name] for name in list(load)[2:]} == {
        "by": "ann",
        "files": ["tickets.csv", "history.csv"],
        "new": 26,
        "changed": 0,
        "unchanged": 0,
        "quarantined": 1,
        "version": 1,
        "withdrawn": False,
    }


def test_the_same_export_twice_changes_nothing(printed_store: Printed) -> None:
    assert _load(printed_store, EXAMPLE / "export") == "nothing to load: store has every one of these files already\n"


def test_a_settled_month_is_computed_again_to_the_cent_after_corrections(
    printed_store: Printed, tmp_path: Path
) -> None:
    first = _run(printed_store, "settle", CONTRACT, "--store", "store", "--as", "json")[1]
    _load(printed_store, _corrected(tmp_path))

    now = _run(printed_store, "settle", CONTRACT, "--store", "store", "--as", "json")[1]
    again = _run(printed_store, "settle", CONTRACT, "--store", "store", "--as-of", "1", "--as", "json")[1]

    assert again == first
    assert now != first
    assert json.loads(first)[0]["facts"]["store_version"] == "1 (case_events 1, cases 1)"


def test_an_instant_names_the_version_that_stood_then(printed_store: Printed) -> None:
    settled = _settled(printed_store, "--store", "store", "--as-of", "2100-01-01T00:00:00Z")
    assert _figures(settled) == _figures(_settled(printed_store, "--store", "store"))

    status, _, told = _run(printed_store, "settle", CONTRACT, "--store", "store", "--as-of", "2020-01-01T00:00:00Z")
    assert (status, "store: had no version yet at that instant" in told) == (1, True)


def test_a_number_is_explained_from_a_store_as_from_files(printed_store: Printed) -> None:
    command = ("explain", CONTRACT, "SL1", "--period", "2026-03", "--as", "csv")
    files = _run(printed_store, *command, "--facts", str(EXAMPLE / "export"))[1]
    store = _run(printed_store, *command, "--store", "store")[1]

    assert sorted(store.splitlines()) == sorted(files.splitlines())


def test_a_restatement_shows_the_records_the_levels_and_the_money(printed_store: Printed, tmp_path: Path) -> None:
    _load(printed_store, _corrected(tmp_path))

    command = ("restate", CONTRACT, "--store", "store", "--period", "2026-03", "--from", "1")
    found = json.loads(_run(printed_store, *command, "--as", "json")[1])
    text = _run(printed_store, *command)[1]

    assert [(one["record"], one["change"], one["columns"]) for one in found["records"]] == [
        ("T-1001", "changed", ["priority"])
    ]
    ((level),) = found["levels"]
    assert (level["before"]["numerator"], level["before"]["denominator"]) == (5, 6)
    assert (level["after"]["numerator"], level["after"]["denominator"]) == (4, 5)
    assert (found["credit_before"], found["credit_after"]) == ("1440.00", "1440.00")
    assert "2026-03 restated: version 1 → 2" in text
    assert "service credit EUR 1,440.00 → EUR 1,440.00, a difference of EUR 0.00" in text


def test_a_withdrawn_load_is_gone_from_the_figures(printed_store: Printed, tmp_path: Path) -> None:
    before = _figures(_settled(printed_store, "--store", "store"))
    corrected = _load(printed_store, _corrected(tmp_path)).partition(":")[0]

    status, out, _ = _run(printed_store, "store", "withdraw", corrected, "--store", "store", "--note", "sent in error")

    assert (status, out) == (0, f"{corrected} is withdrawn; store is at version 3\n")
    assert _figures(_settled(printed_store, "--store", "store")) == before
    loads = json.loads(_run(printed_store, "loads", "--store", "store", "--as", "json")[1])
    assert [load["withdrawn"] for load in loads] == [False, True]
    assert "withdrawn by version 3" in " ".join(_run(printed_store, "loads", "--store", "store")[1].split())


def test_a_store_is_looked_after(printed_store: Printed, tmp_path: Path) -> None:
    _load(printed_store, _corrected(tmp_path))

    assert _run(printed_store, "store", "check", "--store", "store")[1].startswith(
        "store is whole: 2 versions, 4 files"
    )
    assert _run(printed_store, "store", "hold", "1", "--store", "store", "--note", "March closed")[0] == 0
    assert _run(printed_store, "store", "compact", "--store", "store")[0] == 0
    took = _run(printed_store, "store", "vacuum", "--store", "store", "--dry-run")[1]
    assert took == "would take 0 files and give up 0 versions\n"


def test_a_damaged_file_of_the_right_length_is_named_when_it_is_read(printed_store: Printed, tmp_path: Path) -> None:
    (cases,) = (tmp_path / "store" / "tables" / "cases").rglob("*.parquet")
    content = cases.read_bytes()
    cases.write_bytes(b"x" * len(content))

    status, _, told = _run(printed_store, "settle", CONTRACT, "--store", "store")

    assert status == 1
    assert f"{cases.name}: is damaged (its SHA-256 is not the one written)" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name the records with --facts DIR, or a store of them with --store URL: one of the two"),
        (("--facts", "a", "--store", "b"), "one of the two"),
        (("--store", "b", "--mapping", "m.yaml"), "--mapping goes with --facts, or with `remit load`"),
        (("--facts", "a", "--as-of", "7"), "--as-of 7 is a store's version; with --facts write 2026-04-01T00:00:00Z"),
    ],
)
def test_options_at_odds_are_wrong_usage(capsys: Printed, arguments: tuple[str, ...], told: str) -> None:
    status, _, error = _run(capsys, "settle", CONTRACT, *arguments)
    assert status == 2
    assert told in " ".join(error.split())


def test_a_column_the_contract_declares_and_the_store_lacks_is_told(printed_store: Printed, tmp_path: Path) -> None:
    contract = tmp_path / "contract.yaml"
    contract.write_text(
        (EXAMPLE / "contract.yaml").read_text() + "\nfacts: {columns: {cases: {vru_seconds: integer}}}\n"
    )

    status, _, told = _run(printed_store, "settle", str(contract), "--store", "store")

    assert status == 1
    assert "store: extra.vru_seconds: the contract declares this column of cases, and nothing fills it" in told


def test_a_folder_that_is_no_store_is_told_so(capsys: Printed, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("…")

    status, _, told = _run(capsys, "settle", CONTRACT, "--store", "letters")

    assert status == 1
    assert "letters: is not a store of facts; make one with: remit load CONTRACT --facts DIR --store URL" in told
