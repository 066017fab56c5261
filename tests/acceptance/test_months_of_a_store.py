"""One month of a year's store: how little of it is read, and the version held that it was settled on."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlglot import exp

from remit.cli.main import main
from remit.engines import duckdb_engine
from remit.ingest.contract_files import read_versions
from remit.runs import Request, settle_contract
from remit.runs.connections import connect
from remit.runs.loading import Export, load_export
from remit.runs.stored import count_reads, evidence_at
from remit.store import Act, read_manifest
from tests.lib.run_facts import month

YEAR_BEGINS, DAY = 1_767_225_600, 86_400
HEAD = """
remit: 1
contract: {id: C-1, client: Northwind, provider: Acme BPO}
term: {from: 2026-01-01, to: 2026-12-31}
time_zone: UTC
currency: EUR
calendars: {office: {time_zone: UTC, week: {mon-fri: "08:00-18:00"}, closed: [2026-01-01]}}
clocks:
  plain: {of: cases, calendar: office, starts: opened_at, stops: resolved_at}
  paused: {of: cases, calendar: office, starts: opened_at, stops: resolved_at, pauses: {status: [Waiting]}}
service_levels:
"""
LEVELS = {
    "contacts": "{is: service_factor, of: interactions, variant: 3, answer_within: 20 seconds}",
    "cases": "{is: turnaround, clock: plain, share_within: 8 business hours}",
    "changes": "{is: turnaround, clock: paused, share_within: 8 business hours}",
}


LIVES = f"""
(SELECT lpad(CAST(i AS VARCHAR), 8, '0') AS key, {YEAR_BEGINS} + i * {DAY} // 150 AS began,
   3600 + CAST(hash(i) % {10 * DAY} AS BIGINT) AS life, i % 2 AS lot
 FROM range(54750) AS numbers(i))
"""
"""Each day 150 records that live up to ten days."""

TABLES = {
    "interactions": f"""
        SELECT 'K' || key AS interaction_key, make_timestamp(began * 1000000) AS queued_at,
          make_timestamp((began + life % 60) * 1000000) AS answered_at FROM {LIVES}""",
    "cases": f"""
        SELECT 'T' || key AS case_key, make_timestamp(began * 1000000) AS opened_at,
          make_timestamp((began + life) * 1000000) AS resolved_at FROM {LIVES}""",
    "case_events": f"""
        SELECT 'T' || key AS case_key, make_timestamp((began + life * step // 3) * 1000000) AS "at", step AS sequence,
          CASE step WHEN 1 THEN 'New' ELSE 'Waiting' END AS status_from,
          CASE step WHEN 1 THEN 'Waiting' ELSE 'Active' END AS status
        FROM {LIVES}, (VALUES (1), (2)) AS steps(step)""",
}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a year of contacts, cases and their changes, and the contract that settles it."""
    folder = tmp_path_factory.mktemp("year")
    facts = folder / "facts"
    facts.mkdir()
    with duckdb_engine.connect() as connection:
        for name, query in TABLES.items():
            connection.execute(f"COPY ({query}) TO '{facts / name}.parquet' (FORMAT parquet)")
        sources = "\n".join(f"  - {{table: {name}, files: {name}.parquet}}" for name in TABLES)
        (facts / "mapping.yaml").write_text(f"remit_mapping: 1\ntime_zone: UTC\nsources:\n{sources}\n")
        what = Export(facts, None, YEAR_BEGINS, folder / "quarantine.csv")
        act = Act("L1", "ann", YEAR_BEGINS)
        load_export(what, url=str(folder / "store"), engagement="C-1", act=act, connection=connection)
    words = "".join(f"  {name}: {{name: {name}, measure: {measure}}}\n" for name, measure in LEVELS.items())
    (folder / "contract.yaml").write_text(HEAD + words)
    return folder


def read_by(year: Path, level: str, asked: Request) -> tuple[int, Mapping[str, object]]:
    """The bytes that measuring one level takes, and its attainments by month."""
    contract = year / f"{level}.yaml"
    contract.write_text(f"{HEAD}  {level}: {{name: {level}, measure: {LEVELS[level]}}}\n")
    with connect(memory_mb=512) as connection:
        evidence, _ = evidence_at(read_manifest(str(year / "store")), "C-1", connection, version=1)
        counted = count_reads(evidence)
        settlements = settle_contract(read_versions(contract), evidence, asked)
        return counted() or 0, {one.period.label: one.attainments for one in settlements}


def footers_of(year: Path, table: str) -> int:
    """The bytes of a table's footers alone: what counting its rows reads."""
    with connect(memory_mb=512) as connection:
        evidence, _ = evidence_at(read_manifest(str(year / "store")), "C-1", connection, version=1)
        counted = count_reads(evidence)
        evidence.engine.rows(exp.select("count(*)").from_(table))
        return counted() or 0


@pytest.mark.parametrize(("level", "table", "at_most"), [("contacts", "interactions", 0.1), ("cases", "cases", 0.2)])
def test_one_month_of_twelve_reads_about_a_twelfth_and_gives_the_same(
    year: Path, level: str, table: str, at_most: float
) -> None:
    """Of contacts a twelfth; of cases also what lived on from the month before. Every file's footer is always read."""
    april, footers = month("2026-04"), footers_of(year, table)
    some, alone = read_by(year, level, Request(april, april))
    whole, every = read_by(year, level, Request())

    assert alone == {"2026-04": every["2026-04"]}
    assert 0.06 < (some - footers) / (whole - footers) < at_most


def test_one_month_of_cases_and_their_changes_reads_less_than_half(year: Path) -> None:
    """Changes are told by their cases' keys, so that those of a month stand close together where cases count up."""
    april = month("2026-04")
    some, alone = read_by(year, "changes", Request(april, april))
    whole, every = read_by(year, "changes", Request())

    assert alone == {"2026-04": every["2026-04"]}
    assert some < whole / 2


def test_how_much_was_read_is_told_to_who_asks(
    year: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(year)
    assert main(["settle", "contract.yaml", "--store", "store", "--period", "2026-04", "--verbose"]) == 0
    told = capsys.readouterr().err
    assert "MB; the store holds " in told
    assert " files for C-1" in told


def test_the_version_that_was_settled_is_held_with_a_note_of_why(
    year: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(year)
    settle = ["settle", "contract.yaml", "--store", "store", "--period", "2026-04", "--out", "april.txt"]
    assert main([*settle, "--hold", "April closed"]) == 0

    entry = read_manifest("store").entries[-1]
    assert (entry.deed, entry.keeps, entry.engagement) == ("pin", 1, "C-1")
    assert entry.note.startswith("April closed (settled 2026-04 by contract ")
    assert "version 1 of " in capsys.readouterr().err
    assert main(["settle", "contract.yaml", "--facts", "facts", "--hold", "April closed"]) == 2
    assert "--hold holds a store's version; with --facts there is none" in capsys.readouterr().err
