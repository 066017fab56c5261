"""The quarantine: every row set aside, with its line, column, value and reason, and the row itself to mend."""
# ruff: noqa: S608 (every name and text from a file or mapping is quoted by remit.ingest.quoting)

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from remit.ingest.answers import has_rows
from remit.ingest.landing import FAULTS, REJECTS, LandedFile, LandedSource
from remit.ingest.line_numbers import Place, line_shifts, places_of
from remit.ingest.quoting import text_sql

_UNQUOTED = "is a value with the delimiter in it not quoted?"
COLUMNS = ("file", "row", "table", "column", "value", "reason", "raw")


def settle_rejects(connection: duckdb.DuckDBPyConnection, sources: Sequence[LandedSource]) -> None:
    """Lines that could not be split join the other faults, told in words; rows learn where their lines are."""
    connection.execute("CREATE OR REPLACE TABLE landing.shifts (file INTEGER, row BIGINT, shift BIGINT)")
    connection.execute("CREATE OR REPLACE TABLE landing.files (file INTEGER, name VARCHAR)")
    for source in sources:
        for one in source.files:
            connection.execute("INSERT INTO landing.files VALUES (?, ?)", [one.number, one.file.name])
            _settle_file(connection, source, one)


def _settle_file(connection: duckdb.DuckDBPyConnection, source: LandedSource, one: LandedFile) -> None:
    found = connection.execute(
        f"SELECT line_at, kind, message, raw FROM {REJECTS} WHERE file = {one.number} ORDER BY line_at"
    ).fetchall()
    lines: list[int] = []
    if found:
        # The engine counts bytes from 1 and takes a blank line for the start of the next.
        places = places_of(one.file, [line_at - 1 for line_at, *_ in found])
        lines = [places[line_at - 1].line for line_at, *_ in found]
        told = [_told(places[row[0] - 1], row) for row in found]
        _insert(connection, one, source.shape.table.name, told)
    if has_rows(connection, f"SELECT 1 FROM {FAULTS} WHERE file = {one.number} AND line IS NULL"):
        _insert_shifts(connection, one, lines)


def note_lines(connection: duckdb.DuckDBPyConnection, sources: Sequence[LandedSource]) -> None:
    """The lines of rows found unfit after their file was settled, such as duplicates."""
    for source in sources:
        for one in source.files:
            is_known = has_rows(connection, f"SELECT 1 FROM landing.shifts WHERE file = {one.number}")
            is_meant = f"(file = {one.number} OR other_file = {one.number})"
            waits = has_rows(connection, f"SELECT 1 FROM {FAULTS} WHERE line IS NULL AND {is_meant}")
            if waits and not is_known:
                found = connection.execute(
                    f"SELECT line FROM {FAULTS} WHERE file = {one.number} AND row IS NULL ORDER BY line"
                ).fetchall()
                _insert_shifts(connection, one, [line for (line,) in found])


def _insert_shifts(connection: duckdb.DuckDBPyConnection, one: LandedFile, rejected: Sequence[int]) -> None:
    rows = one.rows_read - one.rejected
    shifts = line_shifts(one.file, rows=rows, first_line=one.reader.first_line, rejected=rejected)
    table = pa.table({"row": [row for row, _ in shifts], "shift": [shift for _, shift in shifts]})
    connection.register("shifts_found", table)
    connection.execute(f"INSERT INTO landing.shifts SELECT {one.number}, row, shift FROM shifts_found")
    connection.unregister("shifts_found")


def _told(place: Place, reject: tuple[int, str, str, str | None]) -> tuple[int, str, str]:
    """A reject's line, reason and text."""
    _, kind, message, text = reject
    counts = [word for word in message.replace(":", " ").split() if word.isdigit()]
    short = f"has {counts[-1]} columns where the header has {counts[0]}" if len(counts) >= 2 else message
    reasons = {
        "TOO MANY COLUMNS": f"has more columns than the header's {counts[0] if counts else 'own'}; {_UNQUOTED}",
        "MISSING COLUMNS": f"{short}; was the row cut off?",
        "INVALID ENCODING": "holds bytes that are not UTF-8 (shown as \\x..); set `encoding`, or mend the row",
        "UNQUOTED VALUE": "has a quote that is not closed where its value ends",
        "LINE SIZE OVER MAXIMUM": "is too long to be a row",
    }
    whole = place.text if kind == "INVALID ENCODING" or not text else text.strip("\r\n")
    return place.line, reasons.get(kind, message), whole


def _insert(
    connection: duckdb.DuckDBPyConnection, one: LandedFile, table: str, told: Sequence[tuple[int, str, str]]
) -> None:
    lines, reasons, texts = zip(*told, strict=True)
    connection.register("rejects_told", pa.table({"line": lines, "reason": reasons, "text": texts}))
    connection.execute(
        f"INSERT INTO {FAULTS} SELECT {one.number}, NULL, line, NULL, NULL, {text_sql(table)}, '', '', reason, "
        "CAST(to_json(text) AS VARCHAR) FROM rejects_told"
    )
    connection.unregister("rejects_told")


def fetch_raw(connection: duckdb.DuckDBPyConnection, sources: Sequence[LandedSource]) -> None:
    """Read again those rows set aside whose text was not kept: duplicates, and cases of an event log."""
    for source in sources:
        for one in source.files:
            wanted = f"SELECT row FROM {FAULTS} WHERE file = {one.number} AND raw IS NULL AND row IS NOT NULL"
            if has_rows(connection, wanted):
                found = (
                    f"SELECT _row, CAST(_raw AS VARCHAR) AS _raw FROM ({one.query.raw_sql()}) WHERE _row IN ({wanted})"
                )
                connection.execute(f"CREATE OR REPLACE TEMP TABLE raw_found AS {found}")
                connection.execute(
                    f"UPDATE {FAULTS} SET raw = raw_found._raw FROM raw_found "
                    f"WHERE file = {one.number} AND row = raw_found._row AND raw IS NULL"
                )
                connection.execute("DROP TABLE raw_found")


def write_quarantine(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the quarantine as CSV, whole or not at all.

    Columns: file, row (the file's line; for Parquet the row counted from 1), table, column, value, reason, and the row
    as JSON. A row with several faults has a line for each. A value that a spreadsheet would take for a formula gets an
    apostrophe before it; the JSON has it as it was. A device, such as /dev/null, is written to and never replaced.
    """
    is_device = path.exists() and not path.is_file()
    partial = path if is_device else path.with_name(f".{path.name}.partial")
    is_formula = "regexp_matches(value, '^[=@\\t\\r]|^[+-][^0-9.]')"
    at = "coalesce(f.line, f.row + s.shift, f.row)"
    other = "f.other_row + coalesce(o.shift, 0)"
    of_file = "CASE WHEN f.other_file <> f.file THEN ' of ' || others.name ELSE '' END"
    told = f"replace(f.reason, '{{row}}', coalesce({other} || {of_file}, ''))"
    connection.execute(
        f"COPY (SELECT files.name AS file, {at} AS row, f.fact_table AS table, f.column_name AS column, "
        f"CASE WHEN {is_formula} THEN '''' || value ELSE value END AS value, {told} AS reason, f.raw AS raw "
        f"FROM {FAULTS} AS f JOIN landing.files AS files ON files.file = f.file "
        "LEFT JOIN landing.files AS others ON others.file = f.other_file "
        "ASOF LEFT JOIN landing.shifts AS s ON s.file = f.file AND s.row <= f.row "
        "ASOF LEFT JOIN landing.shifts AS o ON o.file = f.other_file AND o.row <= f.other_row "
        f"ORDER BY f.file, 2, column_name, reason) TO {text_sql(str(partial))} (FORMAT csv, HEADER true)"
    )
    if not is_device:
        partial.replace(path)
