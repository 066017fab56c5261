"""The reference pages of the mapping file and the tables: current, complete, and every example does what it says."""

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner
from pydantic import BaseModel, TypeAdapter

from remit.cli.main import remit
from remit.engines.duckdb_engine import connect
from remit.ingest.document_nodes import compose_document
from remit.ingest.fact_files import open_facts
from remit.ingest.mappings import Mapping, Source, check_mapping
from remit.performance.facts import TABLES, Kind, describe
from remit.reports.reference import contract_page, mapping_page
from remit.reports.reference.pages import models_by_name, models_told
from remit.reports.reference.word_tables import anchor_of, written_value
from remit.terms.problems import ProblemsFound
from tests.lib.house_files import HOUSE
from tests.lib.page_examples import WorkedExample, as_text_table, blocks_of, text_table, worked_examples, write_file

PAGE = mapping_page(Mapping)
PAGES = {"mapping.md": PAGE, "contract.md": contract_page(), "tables.md": "\n".join(describe()) + "\n"}
YAML = [(block.subject, block.text) for block in blocks_of(PAGE) if block.kind == "yaml"]
EXAMPLES = list(worked_examples(PAGE))
MODELS: dict[str, type[BaseModel]] = {**models_by_name(Mapping), "Source": Source}
WORDS = [
    pytest.param(info, example, id=f"{name}.{word}: {written_value(example)}")
    for name, model in MODELS.items()
    for word, info in model.model_fields.items()
    for example in info.examples or ()
]

SOURCE = "table: cases\nfiles: cases.csv\ncolumns: {case_key: Key, opened_at: Opened}\n"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    opened = connect(threads=1)
    yield opened
    opened.close()


def plain(text: str) -> Any:
    document, problems = compose_document(text, name="page.yaml")
    assert document is not None, problems
    return document.root.plain()


def whole(kind: str, text: str) -> str:
    """A piece of a mapping as a mapping; columns stand beside the required ones of their table."""
    part = plain(text)
    if kind == "mapping":
        return text
    if kind == "top":
        return text + "remit_mapping: 1\nsources:\n  - " + SOURCE.replace("\n", "\n    ")
    if kind.startswith("columns "):
        table = kind.removeprefix("columns ")
        required = {name: name for name in TABLES[table].required if name not in part}
        part = {"table": table, "files": "x.csv", "columns": {**required, **part}}
    return f"remit_mapping: 1\nsources: [{written_value(part)}]\n"


def test_the_committed_page_of_the_mapping_is_current() -> None:
    committed = (HOUSE / "docs" / "reference" / "mapping.md").read_text(encoding="utf-8")

    assert committed == PAGE, "docs/reference/mapping.md is out of date; run: make docs"


def test_the_committed_page_of_the_tables_is_current() -> None:
    committed = (HOUSE / "docs" / "reference" / "tables.md").read_text(encoding="utf-8")

    assert committed == PAGES["tables.md"], "docs/reference/tables.md is out of date; run: make docs"


def test_the_command_prints_the_page() -> None:
    assert CliRunner().invoke(remit, ["schema", "mapping", "--as", "markdown"]).stdout == PAGE


def test_every_word_of_the_mapping_stands_on_the_page_with_its_meaning_and_an_example() -> None:
    chapters = files("remit.reports.reference").joinpath("mapping.md").read_text(encoding="utf-8")

    assert sorted(models_told(chapters)) == sorted(MODELS)
    silent = [
        f"{name}.{word}"
        for name, model in MODELS.items()
        for word, info in model.model_fields.items()
        if not info.description or not info.examples
    ]
    assert silent == []


@pytest.mark.parametrize(("info", "example"), WORDS)
def test_every_example_of_a_word_is_a_value_the_word_takes(info: Any, example: Any) -> None:
    written = plain(f"word: {written_value(example)}")["word"]

    TypeAdapter(info.rebuild_annotation()).validate_python(written)


@pytest.mark.parametrize(("kind", "text"), YAML, ids=[kind for kind, _ in YAML])
def test_every_block_of_the_page_is_a_mapping_without_problems(kind: str, text: str) -> None:
    document, _ = compose_document(whole(kind, text), name="mapping.yaml")
    assert document is not None

    assert [str(problem) for problem in check_mapping(document)[1]] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.title for example in EXAMPLES])
def test_every_worked_example_gives_the_tables_it_shows(
    example: WorkedExample, tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    encoding = re.search(r"encoding: (\S+)", example.mapping)
    write_file(example.file, folder=tmp_path, encoding=encoding[1] if encoding else "utf-8")
    (tmp_path / "mapping.yaml").write_text(example.mapping, encoding="utf-8")
    aside = tmp_path / "quarantine.csv"

    facts = open_facts(tmp_path, connection=connection, quarantine_path=aside)

    shown = {block.subject: text_table(block.text) for block in example.tables}
    found = {name: landed(connection, name, columns=shown[name][0]) for name in facts.tables}
    found["quarantine"] = set_aside(aside, columns=shown["quarantine"][0])
    assert shown == found


def landed(connection: duckdb.DuckDBPyConnection, table: str, *, columns: list[str]) -> list[list[str]]:
    instants = {column.name for column in TABLES[table].columns if column.kind is Kind.INSTANT}
    taken = [
        f"strftime(make_timestamp(\"{name}\" * 1000000), '%Y-%m-%dT%H:%M:%SZ')" if name in instants else f'"{name}"'
        for name in columns
    ]
    rows = connection.execute(f"SELECT {', '.join(taken)} FROM {table} ORDER BY ALL").fetchall()
    return as_text_table(columns, rows)


def set_aside(path: Path, *, columns: list[str]) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return as_text_table(columns, [[row[name] for name in columns] for row in csv.DictReader(file)])


def test_the_page_works_through_the_exports_providers_give() -> None:
    assert [example.title for example in EXAMPLES] == [
        "Your first mapping", "A ticket system's event log", "A call log", "Monthly totals", "A survey export",
        "JSON lines",
        "A provider's own figures",
    ]  # fmt: skip


@pytest.mark.parametrize("name", list(PAGES))
def test_every_link_of_the_reference_leads_somewhere(name: str) -> None:
    anchors = {page: {anchor_of(heading) for heading in headings(text)} for page, text in PAGES.items()}

    for target in re.findall(r"\]\(([^)]*)\)", PAGES[name]):
        page, _, anchor = target.partition("#")
        assert not page or page in PAGES or (HOUSE / "docs" / "reference" / page).exists(), target
        assert not anchor or anchor in anchors[page or name], target


def headings(page: str) -> list[str]:
    return re.findall(r"^#+ (.*)$", re.sub(r"^ *```.*?^ *```$", "", page, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)


# What the page says besides, about files it does not show.

TICKETS = """
remit_mapping: 1
time_zone: Europe/Lisbon
sources:
  - table: cases
    files: "{files}"
    {more}
    columns:
      case_key: Ticket
      opened_at: {{from: Opened, dates: ["%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M %z"]}}
"""


def tickets(folder: Path, *, files: str, more: str = "", **texts: str) -> Path:
    for name, rows in texts.items():
        (folder / f"{name}.csv").write_text("\n".join(["Ticket,Opened", *rows.split("; ")]) + "\n")
    (folder / "mapping.yaml").write_text(TICKETS.format(files=files, more=more))
    return folder


def opened(folder: Path, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    open_facts(folder, connection=connection, quarantine_path=folder / "quarantine.csv")
    return connection.execute("SELECT case_key, opened_at FROM cases ORDER BY ALL").fetchall()


def test_an_offset_that_a_format_reads_wins_over_the_zone(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    rows = "A,01/07/2026 10:00; B,01/07/2026 10:00 +0200; C,01/07/2026 10:00 -0500"

    found = opened(tickets(tmp_path, files="t.csv", t=rows), connection)

    assert found == [("A", 1782896400), ("B", 1782892800), ("C", 1782918000)]  # 09:00Z, 08:00Z, 15:00Z


def test_a_mended_row_in_a_file_of_its_own_lands_beside_the_one_set_aside(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    folder = tickets(
        tmp_path, files="tickets*.csv", tickets="T-1,31/02/2026 10:00", tickets_mended="T-1,28/02/2026 10:00"
    )

    assert opened(folder, connection) == [("T-1", 1772272800)]
    assert set_aside(folder / "quarantine.csv", columns=["file", "row"])[1:] == [["tickets.csv", "2"]]


def test_a_correction_in_a_later_file_counts_where_the_mapping_says_so(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    rows = {"t_1": "T-1,27/02/2026 10:00", "t_2": "T-1,28/02/2026 10:00"}

    found = opened(tickets(tmp_path, files="t_*.csv", more="duplicates: last", **rows), connection)

    assert found == [("T-1", 1772272800)]


def test_a_pattern_without_files_stops_the_run(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ProblemsFound, match=r"no file in .* matches 'calls_"):
        opened(tickets(tmp_path, files="calls_*.csv", t="A,01/07/2026 10:00"), connection)


def test_a_pattern_reaches_into_folders_below(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    folder = tickets(tmp_path, files="**/t.csv")
    below = tmp_path / "2026" / "03"
    below.mkdir(parents=True)
    (below / "t.csv").write_text("Ticket,Opened\nA,01/07/2026 10:00\n")

    assert opened(folder, connection) == [("A", 1782896400)]
