"""The contact centre, whole: its dirt set aside, its year settled as the oracle settles it, its demo."""

import csv
import json
import os
from collections import Counter
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from remit.cli.main import main
from remit.engines import case_parts
from remit.ingest.contract_files import read_versions
from remit.ingest.fact_files import open_facts
from remit.performance.settlements import Settlement
from remit.runs import settle_contract
from remit.runs.connections import connect
from remit.runs.evidence import evidence_of
from remit.specimens import generate_contact_centre
from tests.lib.contact_centre import EXPECTED, SCALE, cents, generated, month_of, settled, told
from tests.lib.oracle_levels import MONTHS
from tests.lib.oracle_statements import OracleMonth, north_year, south_year

SIDES = ("north", "south")
YEARS = {"north": north_year, "south": south_year}

# What the quarantine says of each kind of dirt; a row with two faults says both, so some kinds have two sentences.
REASONS = {
    "duplicate": "is a duplicate of row",
    "conflict": "shares its key with row",
    "skipped_hour": "the clock skips it",
    "repeated_hour": "the clock goes back",
    "bad_bytes": "holds bytes that are not UTF-8",
    "too_many_columns": "is a value with the delimiter in it not quoted?",
    "too_few_columns": "was the row cut off?",
    "no_such_day": "is no date and time",
    "answered_and_abandoned": "both answered and abandoned",
    "unknown_word": "is none of the words mapped",
    "above_scale": "above its scale",
    "negative_length": "is negative",
    "broken_line": "is not a JSON object",
}


@cache
def oracle_year(side: str) -> dict[str, OracleMonth]:
    as_of = int(datetime.fromisoformat(settled(side)[0]["as_of"]).timestamp())
    return YEARS[side](generated() / side / "facts", as_of=as_of)


@pytest.mark.parametrize("side", SIDES)
def test_every_level_of_every_month_is_what_the_oracle_counts(side: str) -> None:
    year = oracle_year(side)
    assert [month_of(one) for one in settled(side)] == list(MONTHS)
    for settlement in settled(side):
        month = year[month_of(settlement)]
        ours = {one["id"]: one for one in settlement["service_levels"]}
        counts = {name: (ours[name]["numerator"], ours[name]["denominator"]) for name in month.counts}
        assert counts == dict(month.counts), month_of(settlement)
        standings = {name: ours[name]["standing"] for name in month.counts}
        assert standings == {name: month.levels[name].standing for name in month.counts}, month_of(settlement)


@pytest.mark.parametrize("side", SIDES)
def test_every_charge_and_credit_is_what_the_oracle_works_out(side: str) -> None:
    year = oracle_year(side)
    for settlement in settled(side):
        month, money = year[month_of(settlement)], settlement["settlement"]
        lines = tuple((one["service_level"], one["kind"], cents(one["amount"])) for one in money["lines"])
        found = (cents(money["charges"]), lines, cents(money["credit"]))
        assert found == (month.charges, month.lines, month.credit), month_of(settlement)


def test_the_year_has_what_the_contracts_were_written_for() -> None:
    north = [line for one in settled("north") for line in one["settlement"]["lines"]]
    south = [line for one in settled("south") for line in one["settlement"]["lines"]]
    assert {line["kind"] for line in north} == {"credit", "earnback"}
    assert {line["kind"] for line in south} == {"credit", "bonus"}
    for words in ("for the second month running", "within the cap", "of one incident's credits", "below-expected part"):
        assert any(words in line["reason"] for line in north), words
    for words in ("× 2 for a repeat", "tier below", "for each failure", "a bonus to the provider"):
        assert any(words in line["reason"] for line in south), words


@pytest.mark.parametrize("side", SIDES)
def test_the_settled_year_is_the_one_the_example_shows(side: str) -> None:
    expected = EXPECTED / f"{side}.json"
    if os.environ.get("REMIT_WRITE_EXPECTED"):
        expected.write_text(told(settled(side)), encoding="utf-8")
    assert told(settled(side)) == expected.read_text(encoding="utf-8")


def test_histories_gathered_in_parts_give_the_same_year(monkeypatch: pytest.MonkeyPatch) -> None:
    folder, parts = generated() / "north", []

    def settled_with(bytes_a_row: int) -> list[Settlement]:
        monkeypatch.setattr(case_parts, "_BYTES_A_ROW", bytes_a_row)
        with connect(memory_mb=512) as connection:
            evidence = evidence_of(open_facts(folder / "facts", connection=connection))
            parts.append(len(evidence.case_parts))
            return list(settle_contract(read_versions(folder / "contract.yaml"), evidence))

    assert settled_with(64) == settled_with(100_000)
    assert parts[0] == 1
    assert parts[1] > 2


@pytest.mark.parametrize("side", SIDES)
def test_every_row_of_dirt_is_set_aside_and_no_other(side: str) -> None:
    settlement = settled(side)[0]
    dirt, quarantine = _ledger(side), _quarantine(side)
    assert settlement["facts"]["quarantined"] == sum(dirt.values())
    assert len({(row["file"], row["row"]) for row in quarantine}) == sum(dirt.values())


@pytest.mark.parametrize("side", SIDES)
def test_each_kind_of_dirt_is_told_with_its_own_reason(side: str) -> None:
    reasons = [row["reason"] for row in _quarantine(side)]
    dirt = _ledger(side)
    found = {kind: sum(words in reason for reason in reasons) for kind, words in REASONS.items() if kind in dirt}
    assert found == {kind: dirt[kind] for kind in found}


def test_rows_that_come_late_or_are_left_out_on_purpose_are_not_dirt() -> None:
    kinds = {str(one["kind"]) for side in SIDES for one in _dirt(side)}
    assert {"late", "left_out"} <= kinds


@pytest.mark.parametrize("side", SIDES)
def test_an_explanation_lists_the_records_of_the_statement(side: str, tmp_path: Path) -> None:
    folder, out = generated() / side, tmp_path / "explained.json"
    status = main([
        "explain", str(folder / "contract.yaml"), "SL2", "--facts", str(folder / "facts"), "--period", "2025-04",
        "--as", "json", "--out", str(out), "--quarantine", str(tmp_path / "quarantine.csv"),
    ])  # fmt: skip
    assert status == 0
    explained = json.loads(out.read_text(encoding="utf-8"))
    (april,) = [one for one in settled(side) if month_of(one) == "2025-04"]
    (level,) = [one for one in april["service_levels"] if one["id"] == "SL2"]
    assert (explained["numerator"], explained["denominator"]) == (level["numerator"], level["denominator"])
    counted = [one for one in explained["records"] if one["met"] is not None]
    assert len(counted) == level["denominator"]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    generate_contact_centre(tmp_path, seed=2025, scale=SCALE)
    first, again = generated(), tmp_path
    files = sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert len(files) > 30
    assert [path for path in files if (first / path).read_bytes() != (again / path).read_bytes()] == []


def test_another_seed_gives_another_year(tmp_path: Path) -> None:
    generate_contact_centre(tmp_path, seed=7, scale=SCALE)
    calls = Path("north", "facts", "calls_krakow_2025-01.csv.gz")
    assert (tmp_path / calls).read_bytes() != (generated() / calls).read_bytes()


def test_a_contract_that_somebody_changed_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["generate", "contact-centre", "--into", str(tmp_path), "--scale", "0.005"]
    assert main(arguments) == 0
    contract = tmp_path / "north" / "contract.yaml"
    changed = contract.read_text(encoding="utf-8").replace("expected: 80%", "expected: 81%")
    contract.write_text(changed, encoding="utf-8")
    assert main(arguments) == 0
    assert contract.read_text(encoding="utf-8") == changed
    assert "is kept as it is" in capsys.readouterr().err


@pytest.mark.parametrize("side", SIDES)
def test_the_contracts_have_no_problem_and_no_doubt(side: str) -> None:
    assert main(["check", "--strict", str(generated() / side / "contract.yaml")]) == 0


def test_the_demo_shows_the_year_and_writes_its_statements(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--into", str(tmp_path / "demo"), "--scale", "0.01"]) == 0
    shown = capfd.readouterr().out
    for words in (
        "Service credits in EUR",
        "The records that missed",
        "Side by side",
        "Try next",
        "right to terminate",
    ):
        assert words in shown, words
    for side in SIDES:
        folder = tmp_path / "demo" / side
        assert "<svg" in (folder / "statement.html").read_text(encoding="utf-8")
        assert (folder / "statement.xlsx").read_bytes().startswith(b"PK")


def _dirt(side: str) -> list[dict[str, str | int]]:
    ledger = json.loads((generated() / side / "dirt.json").read_text(encoding="utf-8"))
    return list(ledger["dirt"])


def _ledger(side: str) -> Counter[str]:
    """Rows to set aside by kind of dirt."""
    counts: Counter[str] = Counter()
    for one in _dirt(side):
        if one["kind"] not in ("late", "left_out"):
            counts[str(one["kind"])] += int(one["rows"])
    return counts


def _quarantine(side: str) -> list[dict[str, str]]:
    settled(side)
    with (generated() / side / "quarantine.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_campaign_of_july_is_excused_and_the_thin_staffing_of_june_is_not() -> None:
    folder = generated() / "south"
    out = folder / "relief.json"
    given = ["--from", "2025-06", "--to", "2025-07", "--quarantine", str(folder / "quarantine.csv")]
    line = ["relief", str(folder / "contract.yaml"), "--facts", str(folder / "facts"), *given, "--as", "json"]
    assert main([*line, "--out", str(out)]) == 0
    (june,), (july,) = (month["levels"] for month in json.loads(out.read_text(encoding="utf-8")))
    assert (june["is_given"], july["is_given"]) == (False, True)
    assert len(july["outside"]) * 5 > july["stretches"]
    causes = [{name: one["parts"][name] for name in ("volume", "handle time", "staffing")} for one in (june, july)]
    assert [min(one, key=lambda name: one[name]) for one in causes] == ["staffing", "volume"]
