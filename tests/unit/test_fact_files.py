"""Folders of facts opened as tables: what lands, what is set aside, and what is said about it."""

import csv
import gzip
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from remit.engines.duckdb_engine import connect
from remit.ingest.fact_files import Facts, open_facts
from remit.terms.problems import ProblemsFound

CASES = """
remit_mapping: 1
time_zone: {zone}
null_words: ["?"]
sources:
  - table: cases
    files: "{files}"
    {more}
    columns:
      case_key: id
      opened_at: opened
      resolved_at: resolved
      priority: prio
"""
HEADER = "id,opened,resolved,prio"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    opened = connect(threads=1)
    yield opened
    opened.close()


def write_cases(
    folder: Path, *lines: str, name: str = "cases.csv", zone: str = "Europe/Lisbon", more: str = ""
) -> Path:
    """A folder with one file of cases and a mapping that reads it."""
    (folder / name).write_text("\n".join([HEADER, *lines]) + "\n")
    (folder / "mapping.yaml").write_text(CASES.format(zone=zone, files=name, more=more))
    return folder


def opened(folder: Path, connection: duckdb.DuckDBPyConnection) -> Facts:
    return open_facts(folder, connection=connection, quarantine_path=folder / "quarantine.csv")


def quarantine(folder: Path) -> list[dict[str, str]]:
    with (folder / "quarantine.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def reasons(folder: Path) -> list[tuple[str, str, str]]:
    return [(row["row"], row["column"], row["reason"]) for row in quarantine(folder)]


def problems(folder: Path, connection: duckdb.DuckDBPyConnection) -> str:
    with pytest.raises(ProblemsFound) as found:
        opened(folder, connection)
    return str(found.value)


def keys(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [key for (key,) in connection.execute("SELECT case_key FROM cases ORDER BY 1").fetchall()]


def test_a_local_time_lands_as_the_utc_second_it_is_in_its_zone(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    opened(write_cases(tmp_path, "A,2016-07-01 10:00:00,2016-12-01 10:00,P1"), connection)
    landed = connection.execute("SELECT opened_at, resolved_at FROM cases").fetchall()
    assert landed == [(1467363600, 1480586400)]  # 09:00Z in summer, 10:00Z in winter


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2016-07-01T10:00:00Z", 1467367200),
        ("2016-07-01T10:00:00+02:00", 1467360000),
        ("2016-07-01 10:00:00.9-0530", 1467387000),
        ("2016-07-01T10:00+02", 1467360000),
        ("2016-07-01", 1467327600),
        ("1467367200", 1467367200),
    ],
)
def test_an_offset_in_the_value_wins_over_the_zone(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, written: str, instant: int
) -> None:
    opened(write_cases(tmp_path, f"A,{written},,P1"), connection)
    assert connection.execute("SELECT opened_at FROM cases").fetchall() == [(instant,)]


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",2016-03-01 10:00:00,,P1", "case_key", "is missing"),
        ("A,,,P1", "opened_at", "is missing"),
        (
            "A,2016-02-30 10:00:00,,P1",
            "opened_at",
            "is no date and time as 2026-03-31 14:05:00, with or without an offset",
        ),
        ("A,yesterday,,P1", "opened_at", "is no date and time as 2026-03-31 14:05:00, with or without an offset"),
        (
            "A,2016-03-01 10:00:00 UTC,,P1",
            "opened_at",
            "is no date and time as 2026-03-31 14:05:00, with or without an offset",
        ),
        ("A,2016-03-27 01:30:00,,P1", "opened_at", "does not exist in Europe/Lisbon: the clock skips it"),
        ("A,2016-10-30 01:30:00,,P1", "opened_at", "exists twice in Europe/Lisbon: the clock goes back"),
        ("A,1066-10-14 09:00:00,,P1", "opened_at", "is not between 1990 and 2100"),
        ("A,1066-10-14T09:00:00Z,,P1", "opened_at", "opened_at is not between 1990 and 2100"),
        ("A,2016-03-02 10:00:00,2016-03-01 10:00:00,P1", "resolved_at", "it was resolved before it was opened"),
        ("A,2016-03-02 10:00:00,2016-03-01", "", "has 3 columns where the header has 4; was the row cut off?"),
        (
            "A,2016-03-02 10:00:00,,P1,x,y",
            "",
            "has more columns than the header's 4; is a value with the delimiter in it not quoted?",
        ),
    ],
)
def test_a_row_that_fails_is_set_aside_with_its_line_and_reason(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, line: str, column: str, reason: str
) -> None:
    facts = opened(write_cases(tmp_path, "OK,2016-03-01 10:00:00,?,P1", line), connection)
    assert (reasons(tmp_path), keys(connection)) == ([("3", column, reason)], ["OK"])
    table = facts.tables["cases"]
    assert (table.rows_read, table.rows, table.quarantined, table.left_out) == (2, 1, 1, 0)


def test_the_quarantine_holds_the_whole_row_to_mend(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    opened(write_cases(tmp_path, "A,=1+1,?,P1"), connection)
    (row,) = quarantine(tmp_path)
    assert row["raw"] == '{"id":"A","opened":"=1+1","resolved":"?","prio":"P1"}'
    assert row["value"] == "'=1+1"  # a spreadsheet would take it for a formula


def test_a_clean_run_leaves_no_old_quarantine_behind(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "quarantine.csv").write_text("of last month")
    facts = opened(write_cases(tmp_path, "A,2016-03-01 10:00:00,?,P1"), connection)
    assert facts.quarantine_path is None
    assert not (tmp_path / "quarantine.csv").exists()


def test_lines_are_the_files_own_past_values_of_several_lines_and_blank_lines(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    lines = ['A,2016-03-01 10:00:00,?,"P1', 'or so"', "", "B,nonsense,?,P1", "C,2016-03-01", "D,nonsense,?,P1"]
    opened(write_cases(tmp_path, *lines), connection)
    assert [row for row, *_ in reasons(tmp_path)] == ["5", "6", "7"]


def test_a_stray_byte_sets_its_row_aside_and_the_rest_goes_on(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    write_cases(tmp_path)
    (tmp_path / "cases.csv").write_bytes(
        f"{HEADER}\nA,2016-03-01 10:00:00,?,caf".encode() + b"\xe9\nB,2016-03-01 10:00:00,?,P1\n"
    )
    opened(tmp_path, connection)
    assert keys(connection) == ["B"]
    (row,) = quarantine(tmp_path)
    assert (row["row"], row["raw"]) == ("2", '"A,2016-03-01 10:00:00,?,caf\\\\xe9"')


@pytest.mark.parametrize("encoding", ["latin-1", "windows-1252", "utf-16"])
def test_text_in_another_encoding_is_read_as_the_mapping_says(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, encoding: str
) -> None:
    write_cases(tmp_path, more=f"encoding: {encoding}")
    (tmp_path / "cases.csv").write_text(f"{HEADER}\nA,2016-03-01 10:00:00,?,déjà\n", encoding=encoding)
    opened(tmp_path, connection)
    assert connection.execute("SELECT priority FROM cases").fetchall() == [("déjà",)]


def test_mixed_line_ends_are_read_as_lines(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    write_cases(tmp_path)
    lines = f"{HEADER}\r\nA,2016-03-01 10:00:00,?,P1\nB,2016-03-01 10:00:00,?,P1\r\n"
    (tmp_path / "cases.csv").write_bytes(lines.encode())
    opened(tmp_path, connection)
    assert keys(connection) == ["A", "B"]


def test_the_same_row_twice_is_kept_once(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    row = "A,2016-03-01 10:00:00,?,P1"
    opened(write_cases(tmp_path, row, "B,2016-03-01 10:00:00,?,P1", row), connection)
    assert keys(connection) == ["A", "B"]
    assert reasons(tmp_path) == [("4", "case_key", "is a duplicate of row 2")]
    assert '"id":"A"' in quarantine(tmp_path)[0]["raw"]


@pytest.mark.parametrize("is_gzip", [False, True])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("skipped", [0, 3])
def test_lines_that_can_not_be_split_are_found_far_into_a_file(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, *, is_gzip: bool, start: bytes, skipped: int
) -> None:
    write_cases(tmp_path, name="cases.csv.gz" if is_gzip else "cases.csv", more=f"skip_lines: {skipped}")
    rows = [f"{number},2016-03-01 10:00:00,?,{'x' * 60}".encode() for number in range(40_000)]
    for number in (0, 7, 20_000, 20_001, 39_999):
        rows[number] = f"{number},short".encode()
    rows[10] = b"10,2016-03-01 10:00:00,?,\xff"
    rows[30_000] = b"30000,never,?,P1"
    text = start + b"title\n" * skipped + HEADER.encode() + b"\n" + b"\n".join(rows)
    (tmp_path / "cases.csv").write_bytes(text)
    if is_gzip:
        (tmp_path / "cases.csv.gz").write_bytes(gzip.compress(text, 1))
    facts = opened(tmp_path, connection)
    faulty = (0, 7, 10, 20_000, 20_001, 30_000, 39_999)
    assert [int(row) for row, *_ in reasons(tmp_path)] == [number + 2 + skipped for number in faulty]
    assert [row["raw"] for row in quarantine(tmp_path)][2:4] == ['"10,2016-03-01 10:00:00,?,\\\\xff"', '"20000,short"']
    assert facts.tables["cases"].rows == 40_000 - len(faulty)


def test_duplicates_are_found_across_files_and_told_with_both_places(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    write_cases(tmp_path)
    (tmp_path / "mapping.yaml").write_text(CASES.format(zone="UTC", files="m*.csv", more=""))
    (tmp_path / "m1.csv").write_text(f"{HEADER}\nA,2016-03-01 10:00:00,?,P1\nB,2016-03-01 10:00:00,?,P1\n")
    (tmp_path / "m2.csv").write_text(f"{HEADER}\nB,2016-03-01 10:00:00,?,P1\nC,2016-03-01 10:00:00,?,P1\n")
    facts = opened(tmp_path, connection)
    assert keys(connection) == ["A", "B", "C"]
    (row,) = quarantine(tmp_path)
    assert (row["file"], row["row"], row["reason"]) == ("m2.csv", "2", "is a duplicate of row 3 of m1.csv")
    assert [(file.name, file.rows, file.quarantined) for file in facts.files] == [("m1.csv", 2, 0), ("m2.csv", 2, 1)]


def test_duplicates_in_parquet_are_left_out_of_the_view(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    table = pa.table({"case_key": ["A", "A", "B"], "opened_at": pa.array([1456826400] * 3, pa.int64())})
    pq.write_table(table, tmp_path / "cases.parquet")
    opened(tmp_path, connection)
    assert keys(connection) == ["A", "B"]
    assert reasons(tmp_path) == [("2", "case_key", "is a duplicate of row 1")]


KINDS = """
remit_mapping: 1
sources:
  - table: transactions
    files: t.csv
    header: [key, at, amount, audited, units]
    extra: {share: decimal, checked_at: instant}
    columns:
      transaction_key: key
      received_at: {from: [received, at], dates: [unix, unix_ms, "%d.%m.%Y"]}
      amount: {from: amount, decimal: ",", thousands: "."}
      audited: audited
      units: units
      share: {sql: "cast(units as decimal) / 8"}
"""


def test_numbers_flags_and_unix_times_are_read_as_the_mapping_says(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    (tmp_path / "mapping.yaml").write_text(KINDS)
    (tmp_path / "t.csv").write_text(
        '1,1456826400,"1.234,56",Yes,3.0\n2,1456826400999,7,n,1\n3,1456826400,x,maybe,1.5\n5,1456826400,1,1,many\n4,01.03.2016,,,\n'
    )
    with pytest.raises(ProblemsFound, match=r"'01\.03\.2016' is a local time of no zone;"):
        opened(tmp_path, connection)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(mapping.read_text().replace("sources:", "time_zone: UTC\nsources:"))
    opened(tmp_path, connection)
    landed = connection.execute(
        "SELECT transaction_key, received_at, amount, audited, units, share, checked_at FROM transactions ORDER BY 1"
    ).fetchall()
    assert landed == [
        ("1", 1456826400, Decimal("1234.5600"), True, 3, Decimal("0.3750"), None),
        ("2", 1456826400, Decimal("7.0000"), False, 1, Decimal("0.1250"), None),
        ("4", 1456790400, None, None, None, None, None),
    ]
    assert [reason for _, column, reason in reasons(tmp_path) if column != "share"] == [
        "is not a number",
        "is neither true nor false",
        "is not a whole number",
        "is not a whole number",
    ]


DIFFERING = ("A,2016-03-01 10:00:00,?,P1", "A,2016-03-01 10:00:00,?,P2", "A,2016-03-01 10:00:00,?,P2")


def test_rows_of_one_key_that_differ_are_all_set_aside(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    facts = opened(write_cases(tmp_path, *DIFFERING), connection)
    assert keys(connection) == []
    assert facts.quarantined == 3
    assert [reason for *_, reason in reasons(tmp_path)] == [
        "shares its key with row 3, which says something else",
        "shares its key with row 2, which says something else",
        "is a duplicate of row 3",
    ]


@pytest.mark.parametrize(("keep", "priority"), [("first", "P1"), ("last", "P2")])
def test_a_mapping_may_keep_the_first_or_the_last_of_a_key(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, keep: str, priority: str
) -> None:
    facts = opened(write_cases(tmp_path, *DIFFERING, more=f"duplicates: {keep}"), connection)
    assert connection.execute("SELECT priority FROM cases").fetchall() == [(priority,)]
    assert facts.quarantined == 2


def test_rows_a_condition_leaves_out_are_counted(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    folder = write_cases(tmp_path, "A,2016-03-01 10:00:00,?,P1", "T,nonsense,?,test", more="where: prio <> 'test'")
    table = opened(folder, connection).tables["cases"]
    assert (table.rows_read, table.rows, table.left_out, table.quarantined) == (2, 1, 1, 0)


def test_a_share_over_the_limit_stops_the_run(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    folder = write_cases(tmp_path, "A,2016-03-01 10:00:00,?,P1", "B,nonsense,?,P1")
    with pytest.raises(ProblemsFound, match=r"1 of 2 rows failed a check, more than 10\.00% of them"):
        open_facts(folder, connection=connection, limit=Decimal("0.1"))
    assert open_facts(folder, connection=connection, limit=Decimal("0.5")).quarantined == 1


def test_a_local_time_without_any_zone_is_a_problem_of_the_mapping(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    said = problems(write_cases(tmp_path, "A,2016-03-01 10:00:00,?,P1", zone=""), connection)
    assert said == (
        "cases.csv: opened_at: '2016-03-01 10:00:00' is a local time of no zone; "
        "say the zone in the mapping: time_zone: Europe/Lisbon"
    )


@pytest.mark.parametrize(
    ("policy", "line", "instant"),
    [
        ("ambiguous: earlier", "2016-10-30 01:30:00", 1477787400),
        ("ambiguous: later", "2016-10-30 01:30:00", 1477791000),
        ("nonexistent: forward", "2016-03-27 01:30:00", 1459042200),
    ],
)
def test_a_policy_reads_times_the_clock_change_touches(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, policy: str, line: str, instant: int
) -> None:
    write_cases(tmp_path, f"A,{line},?,P1")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(mapping.read_text().replace("sources:", f"local_times: {{{policy}}}\nsources:"))
    opened(tmp_path, connection)
    assert connection.execute("SELECT opened_at FROM cases").fetchall() == [(instant,)]


WRONG_FILES = [
    (b"", "is empty: not even a header line"),
    (gzip.compress(b"", mtime=0), "is empty once unzipped: not even a header line"),
    (gzip.compress(b"id,opened\n" * 5000, mtime=0)[:-12], "ends in the middle: its gzip is cut off"),
    (gzip.compress(b"id,opened\n" * 50, mtime=0)[:-8] + b"\0" * 8, "its gzip is damaged: CRC check failed"),
    (b"PK\x03\x04 and so on", "is a workbook or zip archive, not CSV"),
    (b"<html>Please log in</html>", "is a web page or XML, not CSV"),
    (b'{"id": 1}\n', "is JSON, not CSV"),
    (b"\n\n1,2\n", "starts with an empty line, not with a header"),
    (b"id,opned,resolved,prio\n", "has no column 'opned'"),
]


@pytest.mark.parametrize(("given", "said"), WRONG_FILES[:-1])
def test_a_file_that_is_not_what_it_should_be_is_named_with_the_reason(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, given: bytes, said: str
) -> None:
    write_cases(tmp_path)
    (tmp_path / "cases.csv").write_bytes(given)
    assert said in problems(tmp_path, connection)


def test_a_header_that_lacks_a_mapped_column_names_the_near_one(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    write_cases(tmp_path)
    (tmp_path / "cases.csv").write_text("id,opened_,resolved,prio\n")
    assert problems(tmp_path, connection) == (
        "cases.csv:1: has no column 'opened', which opened_at is mapped from; did you mean 'opened_'?"
    )


def test_a_file_with_only_its_header_gives_an_empty_table_and_a_warning(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    facts = opened(write_cases(tmp_path), connection)
    assert [str(warning) for warning in facts.warnings] == ["cases.csv: warning: has no rows"]
    assert facts.tables["cases"].rows == 0


def test_every_problem_of_a_folder_is_told_at_once(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    write_cases(tmp_path)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(mapping.read_text().replace('"cases.csv"', '["cases.csv", "*.tsv", "more.csv"]'))
    (tmp_path / "more.csv").write_bytes(b"%PDF-1.7")
    said = problems(tmp_path, connection)
    assert "no file in" in said
    assert "more.csv: is a PDF document, not CSV" in said


def test_a_folder_without_a_mapping_reads_files_named_after_tables(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    (tmp_path / "cases.csv").write_text("case_key,opened_at,Site,remark\nA,2016-03-01T10:00:00Z,NYC,x\n")
    (tmp_path / "surveys.tsv").write_text("survey_key\tanswered_at\tscore\nS\t1456826400\t9\n")
    facts = opened(tmp_path, connection)
    assert facts.tables["cases"].columns == ("case_key", "opened_at", "site")
    assert connection.execute("SELECT score, scale_max FROM surveys").fetchall() == [(9, None)]


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_a_folder_that_holds_no_facts_says_so(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, folder: str
) -> None:
    assert "holds neither" in (said := problems(tmp_path / folder, connection)) or "no such folder" in said


def test_json_lines_reach_into_nested_objects_and_set_broken_lines_aside(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    (tmp_path / "mapping.yaml").write_text("""
remit_mapping: 1
sources:
  - {table: cases, files: "*.jsonl.gz", columns: {case_key: key, opened_at: fields.created, status: fields.status.name}}
""")
    lines = (
        '{"key": 7, "fields": {"created": "2016-03-01T10:00:00Z", "status": {"name": "Open"}}}\n'
        '\n{"key": \n["no", "object"]\n{"key": "B", "fields": {"created": "2016-03-01T10:00:00Z"}}\n'
    )
    (tmp_path / "tickets.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    opened(tmp_path, connection)
    assert connection.execute("SELECT case_key, status FROM cases ORDER BY 1").fetchall() == [
        ("7", "Open"),
        ("B", None),
    ]
    assert reasons(tmp_path) == [("3", "", "is not a JSON object"), ("4", "", "is not a JSON object")]


def test_a_workbook_is_read_by_the_rows_a_person_sees(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    write_cases(tmp_path, name="cases.csv")
    (tmp_path / "mapping.yaml").write_text(CASES.format(zone="UTC", files="*.xlsx", more="sheet: Tickets"))
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Tickets")
    for row in (HEADER.split(","), ["A", "2016-03-01 10:00", None, 1], [None] * 4, ["B", "nonsense", None, 2]):
        sheet.append(row)
    book.save(tmp_path / "cases.xlsx")
    opened(tmp_path, connection)
    assert connection.execute("SELECT case_key, priority FROM cases").fetchall() == [("A", "1")]
    assert [row for row, *_ in reasons(tmp_path)] == ["4"]


def test_a_workbook_without_the_sheet_lists_those_it_has(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "mapping.yaml").write_text(CASES.format(zone="UTC", files="*.xlsx", more="sheet: Tickets"))
    openpyxl.Workbook().save(tmp_path / "cases.xlsx")
    assert "has no sheet 'Tickets'; its sheets are Sheet" in problems(tmp_path, connection)


def own_parquet(folder: Path, opened_at: list[int | None]) -> None:
    """A Parquet file in Remit's own columns and types."""
    table = pa.table(
        {
            "case_key": [f"C{number}" for number in range(len(opened_at))],
            "opened_at": pa.array(opened_at, pa.int64()),
        }
    )
    pq.write_table(table, folder / "cases.parquet")


def test_parquet_in_our_own_columns_is_read_in_place(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    own_parquet(tmp_path, [1456826400, 1456826400])
    assert opened(tmp_path, connection).tables["cases"].rows == 2
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'source_%'").fetchall()
    assert tables == []


def test_unfit_rows_of_parquet_are_left_out_of_the_view(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    own_parquet(tmp_path, [1456826400, None, 5])
    opened(tmp_path, connection)
    assert keys(connection) == ["C0"]
    assert reasons(tmp_path) == [
        ("2", "opened_at", "is missing"),
        ("3", "opened_at", "opened_at is not between 1990 and 2100"),
    ]


def test_timestamps_of_parquet_are_local_or_absolute_as_their_type_says(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    write_cases(tmp_path, name="unused.csv", zone="America/New_York")
    (tmp_path / "mapping.yaml").write_text(CASES.format(zone="America/New_York", files="*.parquet", more=""))
    table = pa.table(
        {
            "id": ["A"],
            "opened": pa.array([1456833600], pa.timestamp("s")),
            "resolved": pa.array([1456920000_000000], pa.timestamp("us", tz="UTC")),
            "prio": [1],
        }
    )
    pq.write_table(table, tmp_path / "c.parquet")
    opened(tmp_path, connection)
    landed = connection.execute("SELECT opened_at, resolved_at, priority FROM cases").fetchall()
    assert landed == [(1456833600 + 5 * 3600, 1456920000, "1")]


def test_the_fingerprint_changes_with_a_file_and_not_with_its_place(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    (here := tmp_path / "here").mkdir()
    (there := tmp_path / "there").mkdir()
    row = "A,2016-03-01 10:00:00,?,P1"
    first = opened(write_cases(here, row), connection).sha256
    assert opened(write_cases(there, row), connection).sha256 == first
    assert opened(write_cases(there, row, row.replace("A", "B")), connection).sha256 != first


LOG = """
remit_mapping: 1
time_zone: UTC
sources:
  - event_log: {case_key: number, at: when, sequence: seq, status: state}
    files: log.csv
    cases: {opened_at: {from: opened, take: first}, resolved_at: {from: resolved, take: last}, priority: prio}
    events: {priority: prio}
"""


def test_an_event_log_gives_cases_and_their_history(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "mapping.yaml").write_text(LOG)
    (tmp_path / "log.csv").write_text(
        "number,when,seq,state,opened,resolved,prio\n"
        "A,2016-03-01 10:00,2,Waiting,2016-03-01 09:00,,P2\n"
        "A,2016-03-01 10:00,1,Active,2016-03-01 09:00,,P2\n"
        "A,2016-03-01 09:30,0,New,2016-03-01 09:00,2016-03-01 09:40,P3\n"
        "B,2016-03-01 11:00,0,New,,,P1\n"
        "A,nonsense,3,Closed,,,P2\n"
    )
    facts = opened(tmp_path, connection)
    events = connection.execute(
        'SELECT case_key, sequence, status_from, status, event FROM case_events ORDER BY case_key, "at", sequence'
    ).fetchall()
    assert events == [
        ("A", 0, None, "New", "created"),
        ("A", 1, "New", "Active", "status"),
        ("A", 2, "Active", "Waiting", "status"),
        ("B", 0, None, "New", "created"),
    ]
    cases = connection.execute("SELECT case_key, opened_at, resolved_at, priority, status FROM cases").fetchall()
    assert cases == [("A", 1456822800, None, "P2", "Waiting")]
    assert reasons(tmp_path) == [
        ("5", "opened_at", "is missing in every event"),
        ("6", "at", "is no date and time as 2026-03-31 14:05:00, with or without an offset"),
    ]
    assert (facts.rows, facts.quarantined) == (5, 2)


BANK = """
remit_mapping: 1
time_zone: Asia/Jerusalem
sources:
  - table: interactions
    files: calls.tsv
    extra: {vru_seconds: integer}
    columns:
      interaction_key: {join: [line, call], with: "-"}
      queued_at: {join: [date, start], dates: "%y%m%d %H:%M:%S"}
      answered_at:
        {join: [date, answer], dates: "%y%m%d %H:%M:%S", null_words: ["0:00:00"], next_day_if_before: queued_at}
      talk_seconds: {from: talk, unit: "hh:mm:ss"}
      hold_seconds: {from: hold, unit: minutes, decimal: ","}
      wait_seconds: {sql: "greatest(cast(wait as integer), 0)"}
      transferred: {from: moved, words: {J: "yes", N: "no"}, otherwise: quarantine}
      provider: {value: Acme}
      vru_seconds: vru
"""


def test_columns_are_joined_reworded_computed_and_converted(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    (tmp_path / "mapping.yaml").write_text(BANK)
    (tmp_path / "calls.tsv").write_text(
        "line\tcall\tdate\tstart\tanswer\ttalk\thold\twait\tmoved\tvru\n"
        "AA\t1\t990401\t23:59:50\t0:00:10\t1:02:03\t1,5\t-4\tJ\t3\n"
        "AA\t2\t990401\t10:00:00\t9:59:59\t0:00:03\t\t0\tN\t3\n"
        "AA\t3\t990401\t10:00:00\t0:00:00\t75\t\t0\tX\t3.5\n"
    )
    opened(tmp_path, connection)
    landed = connection.execute(
        "SELECT interaction_key, answered_at - queued_at, talk_seconds, hold_seconds, wait_seconds, transferred, "
        "provider, vru_seconds FROM interactions"
    ).fetchall()
    assert landed == [("AA-1", 20, 3723, 90, 0, True, "Acme", 3)]
    assert reasons(tmp_path) == [
        ("3", "answered_at", "it was answered before it arrived"),
        ("4", "talk_seconds", "is no length of time in hh:mm:ss"),
        ("4", "transferred", "is none of the words mapped: J, N"),
        ("4", "vru_seconds", "is not a whole number"),
    ]


def test_the_wait_of_a_contact_is_computed_where_the_source_has_none(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    (tmp_path / "interactions.csv").write_text(
        "interaction_key,queued_at,answered_at,abandoned_at\n"
        "1,2016-03-01T10:00:00Z,2016-03-01T10:00:30Z,\n2,2016-03-01T10:00:00Z,,2016-03-01T10:00:40Z\n"
    )
    opened(tmp_path, connection)
    waits = connection.execute("SELECT wait_seconds FROM interactions ORDER BY interaction_key").fetchall()
    assert waits == [(30,), (40,)]


def test_an_expression_outside_the_allowed_is_refused_in_words(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    folder = write_cases(tmp_path, more='where: "id in (select 1)"')
    assert "is not allowed here" in problems(folder, connection)


def test_names_and_values_are_never_read_as_sql(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "mapping.yaml").write_text(
        'remit_mapping: 1\nsources:\n  - table: cases\n    files: "*.csv"\n    columns:\n'
        '      case_key: \'i"d; DROP\'\n      opened_at: "o\'p"\n      status: {value: "it\'s; --"}\n'
    )
    (tmp_path / "it's.csv").write_text('"i""d; DROP",o\'p\nA,2016-03-01T10:00:00Z\n')
    opened(tmp_path, connection)
    assert connection.execute("SELECT case_key, status FROM cases").fetchall() == [("A", "it's; --")]


def test_a_quarantine_that_can_not_be_written_is_a_problem(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    folder = write_cases(tmp_path, "A,nonsense,?,P1")
    with pytest.raises(ProblemsFound, match="can't be written"):
        open_facts(folder, connection=connection, quarantine_path=folder / "nowhere" / "quarantine.csv")
