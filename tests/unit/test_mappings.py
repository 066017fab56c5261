"""Mapping files: what they may say, and what is told of what they may not."""
# ruff: noqa: E501 (what is said stands whole beside what was given)

from pathlib import Path

import pytest

from remit.ingest.mappings import EventLogSource, Mapping, TableSource, read_mapping

HEAD = "remit_mapping: 1\ntime_zone: Europe/Lisbon\nsources:\n"
CASES = HEAD + "  - table: cases\n    files: a.csv\n    columns:\n      case_key: id\n      opened_at: opened\n"


def read(folder: Path, text: str) -> tuple[Mapping | None, list[str]]:
    path = folder / "mapping.yaml"
    path.write_text(text)
    mapping, problems = read_mapping(path)
    return mapping, [str(problem).removeprefix(f"{path}:") for problem in problems]


def test_a_short_column_names_its_source(tmp_path: Path) -> None:
    mapping, _ = read(tmp_path, CASES)
    assert mapping is not None
    (source,) = mapping.sources
    assert isinstance(source, TableSource)
    assert source.files == ("a.csv",)
    assert source.columns is not None
    assert source.columns["case_key"].source_columns == ("id",)


def test_a_source_with_an_event_log_is_read_as_one(tmp_path: Path) -> None:
    log = HEAD + "  - event_log: {case_key: n, at: t}\n    files: a.csv\n    cases: {opened_at: o}\n"
    mapping, _ = read(tmp_path, log)
    assert mapping is not None
    assert isinstance(mapping.sources[0], EventLogSource)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CASES + "      priorty: p\n", "9: sources[0].columns.priorty: 'priorty' is no column of cases; did you mean 'priority'?"),
        (CASES + "      vru: p\n", "9: sources[0].columns.vru: 'vru' is no column of cases; a column of your own is declared under `extra`"),
        (CASES.replace("      opened_at: opened\n", ""), "6: sources[0].columns: `opened_at` is missing; a row is worth nothing without it"),
        (CASES + "    extra: {status: text}\n", "9: sources[0].extra.status: 'status' is already a column of the table; choose another name"),
        (CASES + "      status: {from: a, value: b}\n", "9: sources[0].columns.status: says neither or more than one of from, join, value, sql; give exactly one"),
        (CASES + "      contacts: {from: n, decimal: ',', thousands: ','}\n", "9: sources[0].columns.contacts: ',' is given for both decimal and thousands; they must differ"),
        (CASES + "      closed_at: {from: c, next_day_if_before: status}\n", "9: sources[0].columns.closed_at.next_day_if_before: 'status' is no mapped column of instants"),
        (CASES + "    format: xls\n", "9: sources[0].format: 'xls' is not one of the choices; did you mean 'xlsx'?"),
        (CASES.replace("table: cases", "table: tickets"), None),
        (CASES.replace("Lisbon", "Lisboa"), None),
        (CASES.replace("table: cases\n    ", ""), None),
        (CASES.replace("remit_mapping: 1", "remit_mapping: 2"), "1: remit_mapping: '2' is not one of the choices; choose from 1"),
        (HEAD + "  - event_log: {case_key: n, at: t}\n    files: a.csv\n", "4: sources[0].cases: `opened_at` is missing; a row is worth nothing without it"),
    ],
)  # fmt: skip
def test_a_fault_of_a_mapping_is_told_at_its_line(tmp_path: Path, text: str, said: str | None) -> None:
    mapping, problems = read(tmp_path, text)
    assert mapping is None
    assert len(problems) == 1
    assert said is None or problems == [said]


@pytest.mark.parametrize("example", ["service-desk", "bank-calls", "nhs-111"])
def test_the_mappings_of_the_examples_hold(example: str) -> None:
    path = Path(__file__).parents[2] / "examples" / example / "mapping.yaml"
    mapping, problems = read_mapping(path)
    assert problems == []
    assert mapping is not None
