"""The main job on three public data sets: the figures, the agreement with the desk's own verdicts, the scorecards.

The data lies outside the project, in `../shared/data` or where REMIT_SHARED points; without it these tests are skipped.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from remit.cli.main import main

HOUSE = Path(__file__).parents[2]
DATA = Path(os.environ.get("REMIT_SHARED", HOUSE.parent / "shared")) / "data"
FOLDERS = {"service-desk": "uci-incidents", "nhs-111": "nhs-111", "bank-calls": "bank-calls-1999"}
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the public data sets are not on this machine (looked in {DATA.parent.name}/data)"
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """A command run on an example, its JSON read; each command line runs once for all tests."""
    known: dict[tuple[str, ...], Any] = {}
    folder = tmp_path_factory.mktemp("real")

    def run(command: str, example: str, *more: str) -> Any:
        line = (command, example, *more)
        if line not in known:
            home, out = HOUSE / "examples" / example, folder / f"{len(known)}.json"
            facts = ["--facts", str(DATA / FOLDERS[example]), "--mapping", str(home / "mapping.yaml")]
            files = ["--quarantine", str(folder / f"{example}.csv"), "--out", str(out), "--as", "json"]
            level, options = ([more[0]], more[1:]) if command != "settle" else ([], more)
            assert main([command, str(home / "contract.yaml"), *level, *facts, *files, *options]) == 0
            known[line] = json.loads(out.read_text())
        return known[line]

    return run


def figures(example: str) -> Any:
    """What the example expects: facts about the data, by level and month."""
    return json.loads((HOUSE / "examples" / example / "expected" / "figures.json").read_text())


def measured(periods: Any, level_id: str) -> dict[str, list[int]]:
    """A level's numerators and denominators by month."""
    return {
        period["period"]["start"][:7]: [level["numerator"], level["denominator"]]
        for period in periods
        for level in period["service_levels"]
        if level["id"] == level_id
    }


@pytest.mark.parametrize(
    ("example", "level_id"),
    [
        ("service-desk", "RESOLVED"),
        *[("nhs-111", level_id) for level_id in ("ANSWERED_60", "ABANDONED", "TRIAGED", "CALLS")],
        *[("bank-calls", f"SF{variant}") for variant in range(1, 7)],
        *[("bank-calls", level_id) for level_id in ("ASA", "AHT", "ABANDONED")],
    ],
)
def test_every_months_counts_are_those_counted_from_the_raw_file(
    told: Callable[..., Any], example: str, level_id: str
) -> None:
    assert measured(told("settle", example), level_id) == figures(example)["service_levels"][level_id]


@pytest.mark.parametrize("example", FOLDERS)
def test_every_row_is_accounted_for(told: Callable[..., Any], example: str) -> None:
    expected = figures(example)
    for period in told("settle", example):
        counts = (period["facts"]["rows"], period["facts"]["quarantined"])
        assert counts == (expected["rows"], expected["quarantined"])


def test_the_desks_own_verdicts_agree_on_the_half_of_its_log_the_terms_were_not_taken_from(
    told: Callable[..., Any], tmp_path: Path
) -> None:
    found = told("reconcile", "service-desk", "RESOLVED")
    opened = opened_in_order(tmp_path)
    half = len(opened) // 2
    different = {one["key"] for one in found["differences"]}
    agree = [sum(key not in different for key in part) for part in (opened[:half], opened[half:])]
    expected = figures("service-desk")
    assert found["total"] == len(opened) == expected["incidents"]
    assert agree == [expected["agree_first_half"], expected["agree_second_half"]]
    assert agree[1] / (len(opened) - half) >= 0.994


def opened_in_order(folder: Path) -> list[str]:
    """The keys of all incidents by when they were opened, and by number where that is the same minute."""
    from remit.engines.duckdb_engine import connect
    from remit.ingest.fact_files import open_facts

    connection = connect(temp_folder=folder)
    try:
        open_facts(
            DATA / FOLDERS["service-desk"],
            mapping=HOUSE / "examples" / "service-desk" / "mapping.yaml",
            connection=connection,
        )
        rows = connection.execute("SELECT case_key FROM cases ORDER BY opened_at, case_key").fetchall()
    finally:
        connection.close()
    return [key for (key,) in rows]


def test_each_difference_with_the_desk_has_a_cause(told: Callable[..., Any]) -> None:
    found = told("reconcile", "service-desk", "RESOLVED")
    assert len(found["differences"]) == found["total"] - found["agree"] == 25
    assert found["causes"]["stop (agrees if the clock stops at resolved_at)"] == 20


def test_the_months_records_add_up_to_the_months_counts(told: Callable[..., Any]) -> None:
    explained = told("explain", "service-desk", "RESOLVED", "--period", "2016-06")
    level = measured(told("settle", "service-desk"), "RESOLVED")["2016-06"]
    met = [record["met"] for record in explained["records"]]
    assert [met.count(True), met.count(True) + met.count(False)] == level
    assert [explained["numerator"], explained["denominator"]] == level


def test_every_provider_of_a_month_has_a_scorecard_best_first(told: Callable[..., Any]) -> None:
    months = told("settle", "nhs-111")
    cards = [month["scorecards"] for month in months]
    assert [len(month) for month in cards] == figures("nhs-111")["providers"]
    for month in cards:
        scores = [card["score"] for card in month if card["score"] is not None]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 100 for score in scores)


def test_splitting_by_queue_adds_up_to_the_whole(told: Callable[..., Any]) -> None:
    for period in told("settle", "bank-calls", "--by", "queue"):
        for level in period["service_levels"]:
            parts = level["by"]
            assert sum(part["numerator"] for part in parts) == level["numerator"]
            assert sum(part["denominator"] for part in parts) == level["denominator"]
