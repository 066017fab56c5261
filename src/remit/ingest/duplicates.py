"""Rows that share a key: the same row twice is kept once; rows that differ are set aside."""
# ruff: noqa: S608 (every name and text from a file or mapping is quoted by remit.ingest.quoting)

from collections.abc import Sequence
from typing import Literal

import duckdb

from remit.ingest.answers import has_rows
from remit.ingest.landing import FAULTS, LandedSource
from remit.ingest.quoting import name_sql, text_sql
from remit.performance.facts import Table

Keep = Literal["quarantine", "first", "last"]
_DIFFERS = "shares its key with row {row}, which says something else"


def set_aside_duplicates(
    connection: duckdb.DuckDBPyConnection, table: Table, sources: Sequence[LandedSource], *, keep: Keep
) -> bool:
    """Find the rows of a table that share its key and note them as faults; whether there are any.

    They are taken out of tables here; views are to be made again without them.

    Rows alike in every landed column are one row told twice: the first stays, the others are duplicates of it. Rows
    that differ are all set aside, since nobody can know which is right and any choice would decide a figure unseen; the
    mapping may say to keep the first or the last.
    """
    present = set.intersection(*(set(source.columns) for source in sources)) if sources else set()
    key = [name for name in table.key if name in present]
    if not key:
        return False
    keys = ", ".join(name_sql(name) for name in key)
    every = " UNION ALL ".join(f"SELECT {keys} FROM {source.relation}" for source in sources)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE shared_keys AS SELECT {keys} FROM ({every}) GROUP BY ALL HAVING count(*) > 1"
    )
    is_shared = has_rows(connection, "SELECT 1 FROM shared_keys")
    if is_shared:
        _note_duplicates(connection, table, sources, key, keep)
        for source in sources:
            _take_out(connection, source)
    connection.execute("DROP TABLE shared_keys")
    return is_shared


def _note_duplicates(
    connection: duckdb.DuckDBPyConnection, table: Table, sources: Sequence[LandedSource], key: Sequence[str], keep: Keep
) -> None:
    shown = " || ', ' || ".join(f"coalesce(CAST({name_sql(name)} AS VARCHAR), 'none')" for name in key)
    keys = ", ".join(name_sql(name) for name in key)
    alike = " AND ".join(f"d.{name_sql(name)} IS NOT DISTINCT FROM k.{name_sql(name)}" for name in key)
    columns = sorted({name for source in sources for name in source.columns})
    content = f"row({', '.join(f'd.{name_sql(name)}' for name in columns)})"
    every = " UNION ALL BY NAME ".join(f"SELECT * FROM {source.relation}" for source in sources)
    order = "_file, _row"
    ranked = (
        f"SELECT _file, _row, {shown} AS shown, "
        f"row_number() OVER (PARTITION BY {keys}, content ORDER BY {order}) AS copy, "
        f"first_value(_file) OVER (PARTITION BY {keys}, content ORDER BY {order}) AS copied_file, "
        f"first_value(_row) OVER (PARTITION BY {keys}, content ORDER BY {order}) AS copied_row, "
        f"min(content) OVER (PARTITION BY {keys}) <> max(content) OVER (PARTITION BY {keys}) AS differ, "
        f"content, {keys} "
        f"FROM (SELECT d.*, CAST({content} AS VARCHAR) AS content FROM ({every}) AS d JOIN shared_keys AS k ON {alike})"
    )
    back = " DESC" if keep == "last" else ""
    last = f"PARTITION BY {keys} ORDER BY _file{back}, _row{back}"
    firsts = (
        f"SELECT *, row_number() OVER ({last}) AS rank, first_value(_file) OVER ({last}) AS kept_file, "
        f"first_value(_row) OVER ({last}) AS kept_row, lag(_file) OVER ({last}) AS before_file, "
        f"lag(_row) OVER ({last}) AS before_row, lead(_file) OVER ({last}) AS after_file, "
        f"lead(_row) OVER ({last}) AS after_row FROM ({ranked}) WHERE copy = 1 AND differ"
    )
    target = f"INSERT INTO {FAULTS} SELECT _file, _row, NULL"
    about = f"{text_sql(table.name)}, {text_sql(', '.join(key))}, shown"
    connection.execute(
        f"{target}, copied_file, copied_row, {about}, 'is a duplicate of row {{row}}', NULL "
        f"FROM ({ranked}) WHERE copy > 1"
    )
    if keep == "quarantine":
        other = "coalesce(before_file, after_file), coalesce(before_row, after_row)"
        connection.execute(f"{target}, {other}, {about}, {text_sql(_DIFFERS)}, NULL FROM ({firsts})")
    else:
        reason = text_sql(f"shares its key with row {{row}}, which is kept as the {keep}")
        connection.execute(f"{target}, kept_file, kept_row, {about}, {reason}, NULL FROM ({firsts}) WHERE rank > 1")


def _take_out(connection: duckdb.DuckDBPyConnection, source: LandedSource) -> None:
    if source.is_view:
        return
    numbers = ", ".join(str(one.number) for one in source.files)
    bad = f"SELECT file, row FROM {FAULTS} WHERE file IN ({numbers}) AND row IS NOT NULL"
    connection.execute(f"DELETE FROM {source.relation} WHERE (_file, _row) IN ({bad})")
