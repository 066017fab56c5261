"""How the engine reads one file in place: a relation with the row's number, whether it is fit, and its columns."""
# ruff: noqa: S608 (every name and text from a file or mapping is quoted by remit.ingest.quoting)

import json
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import Any

import duckdb

from remit.ingest.mappings import Source
from remit.ingest.quoting import name_sql, text_sql
from remit.ingest.source_files import SourceFile, UnreadableFile
from remit.ingest.workbooks import read_sheet

_SAMPLED_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Reader:
    """A relation over one file.

    It gives `_row` (from 1, of the rows the engine could split), `_fit` (false: the row is broken as a whole) and the
    source's columns with the types named; `raw` is an expression for the row as JSON. `rejects` names the engine's
    table of lines it could not split, or is empty. `first_line` is the line of row 1. Where not `is_numbered` there is
    no `_row`: counting rows as they are read takes one thread, and a table they land in knows the place of each.
    """

    sql: str
    types: dict[str, str]
    raw: str
    rejects: str
    first_line: int
    has_types: bool = False
    is_open_ended: bool = False
    is_numbered: bool = True

    @property
    def numbered_sql(self) -> str:
        """The relation with `_row`, whatever it takes."""
        return self.sql if self.is_numbered else f"SELECT row_number() OVER () AS _row, * FROM ({self.sql})"


def open_reader(
    connection: duckdb.DuckDBPyConnection, file: SourceFile, source: Source, *, label: str, wanted: Collection[str]
) -> Reader:
    """A reader for a file that has been looked over.

    `label` names what it must keep in the engine, `wanted` the columns the mapping names. Raises UnreadableFile where
    the file can't be opened after all.
    """
    if file.format == "parquet":
        return _parquet_reader(connection, file)
    if file.format == "xlsx":
        table, names = read_sheet(file, source)
        connection.register(label, table)
        filled = " OR ".join(f"{name_sql(name)} IS NOT NULL" for name in names)
        sql = f"SELECT *, true AS _fit FROM {name_sql(label)} WHERE {filled}"
        return Reader(sql, dict.fromkeys(names, "VARCHAR"), _raw_of(names), "", _first_line(file))
    if file.format == "jsonl":
        return _json_reader(file, label, wanted)
    columns = list(file.names)
    sql, types = f"SELECT true AS _fit, * FROM {_csv_sql(file, label)}", dict.fromkeys(columns, "VARCHAR")
    return Reader(sql, types, _raw_of(columns), label, _first_line(file), is_numbered=False)


def _first_line(file: SourceFile) -> int:
    return file.skip_lines + (2 if file.has_header else 1)


def _csv_sql(file: SourceFile, label: str) -> str:
    columns = ", ".join(f"{text_sql(name)}: 'VARCHAR'" for name in file.names)
    options = {
        "columns": f"{{{columns}}}",
        "auto_detect": "false",
        "header": str(file.has_header).lower(),
        "skip": str(file.skip_lines),
        "delim": text_sql(file.delimiter),
        "quote": text_sql(file.quote),
        "escape": text_sql(file.quote),
        "compression": "'gzip'" if file.is_gzip else "'none'",
        "store_rejects": "true",
        "rejects_table": text_sql(f"{label}_errors"),
        "rejects_scan": text_sql(f"{label}_scans"),
        "rejects_limit": "0",
    }
    given = ", ".join(f"{option} = {value}" for option, value in options.items())
    return f"read_csv({text_sql(str(file.readable))}, {given})"


def _raw_of(columns: Collection[str]) -> str:
    return f"json_object({', '.join(f'{text_sql(name)}, {name_sql(name)}' for name in columns)})"


def _parquet_reader(connection: duckdb.DuckDBPyConnection, file: SourceFile) -> Reader:
    relation = f"read_parquet({text_sql(str(file.readable))}, file_row_number = true)"
    try:
        described = connection.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {relation}").fetchall()
    except duckdb.Error as error:
        raise UnreadableFile(f"can't be read as Parquet: {first_line_of(error)}", "ask for the file again") from None
    types = {name: kind for name, kind, *_ in described}
    sql = f"SELECT file_row_number + 1 AS _row, true AS _fit, * EXCLUDE (file_row_number) FROM {relation}"
    return Reader(sql, types, _raw_of(types), "", 1, has_types=True)


def _json_reader(file: SourceFile, label: str, wanted: Collection[str]) -> Reader:
    """JSON lines are read as lines, so that a broken one is set aside alone; `a.b` reaches into nested objects."""
    found = _sampled_keys(file)
    names = list(dict.fromkeys([*found, *wanted]))
    paths = ", ".join(text_sql(found.get(name, _json_path(name))) for name in names)
    fields = ", ".join(f"_fields[{position}] AS {name_sql(name)}" for position, name in enumerate(names, start=1))
    lines = f"SELECT row_number() OVER () AS _row, line FROM {_csv_sql(file, label)}"
    fit = "(json_valid(line) AND json_type(CASE WHEN json_valid(line) THEN line END) = 'OBJECT')"
    filled = f"SELECT _row, line, {fit} AS _fit FROM ({lines}) WHERE trim(line) <> ''"
    split = f"SELECT *, CASE WHEN _fit THEN json_extract_string(line, [{paths}]) END AS _fields FROM ({filled})"
    sql = f"SELECT _row, _fit, line AS _line, {fields} FROM ({split})"
    raw = "CASE WHEN _fit THEN CAST(_line AS JSON) ELSE to_json(_line) END"
    return Reader(sql, dict.fromkeys(names, "VARCHAR"), raw, label, _first_line(file), is_open_ended=True)


def _json_path(name: str) -> str:
    return "$" + "".join(f'."{part}"' for part in name.split("."))


def _sampled_keys(file: SourceFile) -> dict[str, str]:
    """The keys of the first lines with their paths; nested keys as `fields.status`."""
    keys: dict[str, str] = {}
    with file.text() as text:
        for line in islice(text, _SAMPLED_LINES):
            try:
                given = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(given, dict):
                _collect_keys(given, "", "$", keys)
    return keys


def _collect_keys(given: dict[str, Any], prefix: str, path: str, keys: dict[str, str]) -> None:
    for key, value in given.items():
        here = f'{path}."{key}"'
        if isinstance(value, dict) and value and path.count(".") < 8:
            _collect_keys(value, f"{prefix}{key}.", here, keys)
        elif '"' not in key:
            keys.setdefault(f"{prefix}{key}", here)


def first_line_of(error: Exception) -> str:
    """An engine's message without its pages of advice."""
    return next(iter(str(error).splitlines()), type(error).__name__)
