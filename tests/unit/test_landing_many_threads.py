"""Text files landed on several threads: every row keeps the number it has in its file."""

from pathlib import Path

import pytest

from remit.engines.duckdb_engine import connect
from remit.ingest.fact_files import open_facts

MAPPING = """
remit_mapping: 1
time_zone: Europe/Lisbon
sources:
  - {table: cases, files: "*.csv", columns: {case_key: id, opened_at: opened, status: state}}
"""
ROWS = 60_000
UNFIT = {41: "1,never,", 59_000: f"59000,{'9' * 700},", 59_998: "x,2026-10-25 01:30:00,"}
CUT_OFF = {20_000: "20000", 59_500: "59500,2026-03-02 10:00:00"}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file large enough to be read in several pieces, with bad rows at both its ends."""
    folder = tmp_path_factory.mktemp("export")
    (folder / "mapping.yaml").write_text(MAPPING)
    rows = [f"{number},2026-03-02 10:00:00,{'x' * 700}" for number in range(ROWS)]
    for number, row in {**UNFIT, **CUT_OFF}.items():
        rows[number] = row
    (folder / "cases.csv").write_text("\n".join(["id,opened,state", *rows]))
    return folder


def _quarantined(export: Path, kept: Path, *, threads: int) -> list[str]:
    connection = connect(threads=threads)
    open_facts(export, connection=connection, quarantine_path=kept)
    connection.close()
    return kept.read_text().splitlines()


def test_a_bad_row_late_in_a_large_file_is_told_with_its_line(export: Path, tmp_path: Path) -> None:
    found = _quarantined(export, tmp_path / "quarantine.csv", threads=4)
    lines = [int(line.split(",")[1]) for line in found[1:]]
    assert lines == [number + 2 for number in sorted({**UNFIT, **CUT_OFF})]


def test_the_quarantine_is_the_same_whatever_the_threads(export: Path, tmp_path: Path) -> None:
    one = _quarantined(export, tmp_path / "one.csv", threads=1)
    assert _quarantined(export, tmp_path / "four.csv", threads=4) == one


def test_a_row_lands_under_the_number_that_counting_gives_it(export: Path) -> None:
    connection = connect(threads=4)
    open_facts(export, connection=connection)
    before = " + ".join(f"CAST(CAST(case_key AS BIGINT) > {number} AS BIGINT)" for number in CUT_OFF)
    astray = f"SELECT count(*) FROM landing.source_1 WHERE _row <> CAST(case_key AS BIGINT) + 1 - ({before})"
    ((landed,),) = connection.execute("SELECT count(*) FROM landing.source_1").fetchall()
    assert (landed, connection.execute(astray).fetchall()) == (ROWS - len(UNFIT) - len(CUT_OFF), [(0,)])


BLANKS = {
    "spaces": ("id,opened,state\n A ,2026-03-02 10:00:00, On Hold \n", "A", "On Hold"),
    "tabs": ("id,opened,state\n\tA\t,2026-03-02 10:00:00,On Hold\t\n", "A", "On Hold"),
    "hard blanks": ("id,opened,state\n\u00a0A,2026-03-02 10:00:00,On Hold\u00a0\n", "A", "On Hold"),
    "line ends in quotes": ('id,opened,state\n"\nA",2026-03-02 10:00:00,"On Hold\r\n"\n', "A", "On Hold"),
    "letters that end like a hard blank": ("id,opened,state\nà,2026-03-02 10:00:00,xà\n", "à", "xà"),
    "nothing but blanks": ("id,opened,state\nA,2026-03-02 10:00:00, \t \n", "A", None),
}


@pytest.mark.parametrize(("text", "key", "status"), BLANKS.values(), ids=BLANKS)
def test_blanks_around_a_value_are_taken_away_whichever_a_file_holds(
    tmp_path: Path, text: str, key: str, status: str | None
) -> None:
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    (tmp_path / "cases.csv").write_bytes(text.encode())
    connection = connect(threads=2)
    open_facts(tmp_path, connection=connection)
    assert connection.execute("SELECT case_key, status FROM cases").fetchall() == [(key, status)]


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-07-01 10:00:00", 1782896400),
        ("2026-07-01T10:00:00", 1782896400),
        ("2026-7-1 10:00:00", 1782896400),
        ("2026-07-01+02:00", 1782856800),
        ("2026-07-01 10:00:0Z", None),
        ("2026-07-01 10: 0", None),
        ("1980-07-01 10:00:00", None),
        ("1066-10-14 09:00:00", None),
    ],
)
def test_a_date_is_read_whole_or_set_aside(tmp_path: Path, written: str, instant: int | None) -> None:
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    (tmp_path / "cases.csv").write_text(f"id,opened,state\nA,{written},New\n")
    connection = connect(threads=1)
    facts = open_facts(tmp_path, connection=connection)
    landed = connection.execute("SELECT opened_at FROM cases").fetchall()
    assert (landed, facts.quarantined) == ([(instant,)] if instant is not None else [], int(instant is None))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_lines_are_counted_whatever_ends_them(tmp_path: Path, end: str, last: str) -> None:
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    text = end.join(["id,opened,state", "A,2026-03-02 10:00:00,New", "B,2026-03-02 10:00", "C,never,New"])
    (tmp_path / "cases.csv").write_bytes((text + last.replace("\n", end)).encode())
    found = _quarantined(tmp_path, tmp_path / "quarantine.csv", threads=1)
    assert [line.split(",")[1] for line in found[1:]] == ["3", "4"]
