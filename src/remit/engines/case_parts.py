"""Cases and their changes in parts, told apart by ranges of their keys, so that each part is gathered within memory."""
# ruff: noqa: S608 (the keys are quoted)

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise

import duckdb

from remit.engines.engine import CasePart

TABLES = ("cases", "case_events")
_BYTES_A_ROW = 64
"""What a row takes while it is sorted or summed by its record's key, with that key: measured on ten million cases."""
_KEYS_A_PART = 1_000
_SCHEMA = "case_part"


def parts_of_cases(connection: duckdb.DuckDBPyConnection, rows: int) -> Sequence[CasePart]:
    """The parts for so many rows of cases and changes, by the memory the connection may take.

    Sources count their keys up, so that a range of keys is a stretch of time: of the files only those of its months are
    read. Keys that are counted some other way give the same figures from more files.
    """
    # A cursor of its own: a result left open keeps the connection from taking another table.
    with connection.cursor() as cursor:
        ((memory,),) = cursor.execute("SELECT parse_formatted_bytes(current_setting('memory_limit'))").fetchall()
    parts = -(-rows * _BYTES_A_ROW // int(memory))
    cuts = _cuts(connection, rows, parts) if parts > 1 else []
    return [partial(_among, connection, *bounds) for bounds in pairwise((None, *cuts, None))]


def _cuts(connection: duckdb.DuckDBPyConnection, rows: int, parts: int) -> list[str]:
    """The keys at which parts end and begin, about as many cases in each: by a sample that is the same each time."""
    one_in = max(rows // (parts * _KEYS_A_PART * 8), 1)
    sampled = f"SELECT case_key FROM cases WHERE hash(case_key) % {one_in} = 0 ORDER BY case_key"
    keys = [str(key) for (key,) in connection.execute(sampled).fetchall()]
    return sorted({keys[len(keys) * part // parts] for part in range(1, parts)}) if keys else []


@contextmanager
def _among(connection: duckdb.DuckDBPyConnection, least: str | None, below: str | None) -> Iterator[None]:
    """While it lasts, the tables have the cases from one key on and below another; None bounds nothing."""
    if least is None and below is None:
        yield
        return
    bounds = [f"case_key {sign} {_text(key)}" for sign, key in ((">=", least), ("<", below)) if key is not None]
    connection.execute(f"CREATE SCHEMA {_SCHEMA}")
    try:
        for table in TABLES:
            connection.execute(
                f"CREATE VIEW {_SCHEMA}.{table} AS SELECT * FROM main.{table} WHERE {' AND '.join(bounds)}"
            )
        connection.execute(f"SET search_path = '{_SCHEMA},main'")
        yield
    finally:
        connection.execute("RESET search_path")
        connection.execute(f"DROP SCHEMA {_SCHEMA} CASCADE")


def _text(key: str) -> str:
    return "'" + key.replace("'", "''") + "'"
