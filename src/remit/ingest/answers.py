"""Short answers from the engine. A result must be fetched to its end before the connection does anything else."""

from typing import Any

import duckdb


def one_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The single row a query gives."""
    (row,) = connection.execute(query).fetchall()
    return tuple(row)


def number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The single whole number a query gives."""
    return int(one_row(connection, query)[0])


def has_rows(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    """Whether a query gives any row at all."""
    return bool(connection.execute(f"{query} LIMIT 1").fetchall())
