"""Running a measure's query on DuckDB: clock tables in, sums and records out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.explanations import MeasuredRecord
from remit.performance.measures.queries import RECORD_COLUMNS, Lookup, MeasureQuery
from remit.performance.service_levels import Ratio


@dataclass(frozen=True, slots=True)
class MeasuredTotal:
    """The sums of one window, and of one value of each dimension asked for."""

    window_index: int
    dimensions: tuple[str, ...]
    ratio: Ratio
    excluded: int


def as_sql(tree: exp.Expr, *, pretty: bool = False) -> str:
    """A query as DuckDB reads it."""
    return tree.sql(dialect="duckdb", pretty=pretty)


def run_totals(connection: duckdb.DuckDBPyConnection, query: MeasureQuery) -> list[MeasuredTotal]:
    """The sums of a level by window and dimensions, in that order."""
    width = len(query.dimensions)
    with _small_tables(connection, query):
        rows = connection.execute(as_sql(query.totals())).fetchall()
    found = []
    for row in sorted(rows, key=lambda one: tuple(map(str, one[: width + 1]))):
        window, names, (numerator, denominator, sample, excluded) = row[0], row[1 : width + 1], row[width + 1 :]
        if query.denominators is not None:
            denominator = query.denominators[window] if sample else 0
        ratio = Ratio(int(numerator or 0), int(denominator or 0), int(sample or 0))
        found.append(MeasuredTotal(int(window), tuple(map(str, names)), ratio, int(excluded or 0)))
    return sorted(found, key=lambda one: (one.window_index, one.dimensions))


def run_listing(
    connection: duckdb.DuckDBPyConnection, query: MeasureQuery, window_index: int | None = None
) -> pa.Table:
    """The records of one window, or of all, as an Arrow table: RECORD_COLUMNS but the window, then the dimensions."""
    with _small_tables(connection, query):
        return connection.sql(as_sql(query.listing(window_index))).to_arrow_table()


def records_of(listing: pa.Table, *, judged: bool) -> Iterator[MeasuredRecord]:
    """A listing's rows as records; `judged` says whether a record by itself meets or misses (shares do)."""
    names = [name for name in RECORD_COLUMNS if name != "window_index"]
    columns = [listing.column(name).to_pylist() for name in names]
    for key, numerator, denominator, _, seconds, target, excluded in zip(*columns, strict=True):
        counts = excluded is None and denominator == 1
        yield MeasuredRecord(
            key=str(key),
            met=bool(numerator) if judged and counts else None,
            numerator=int(numerator or 0),
            denominator=int(denominator or 0),
            seconds=None if seconds is None else int(seconds),
            target_seconds=None if target is None else int(target),
            excluded_by=excluded,
        )


def instants_between(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[tuple[str, str]]
) -> tuple[int, int] | None:
    """The first and last instant found in some (table, column) pairs; None where there is none at all."""
    firsts: list[int] = []
    lasts: list[int] = []
    for table, column in columns:
        name = exp.column(column, quoted=True)
        query = exp.select(exp.Min(this=name), exp.Max(this=name.copy())).from_(exp.to_table(table))
        ((first, last),) = connection.execute(as_sql(query)).fetchall()
        if first is not None:
            firsts.append(int(first))
            lasts.append(int(last))
    return (min(firsts), max(lasts)) if firsts else None


@contextmanager
def _small_tables(connection: duckdb.DuckDBPyConnection, query: MeasureQuery) -> Iterator[None]:
    """The clock tables and lookups of a query as real temporary tables while it runs.

    Real ones, not registered arrays: DuckDB needs their statistics for its perfect hash join, without which the whole
    query took 1.8 times as long.
    """
    given = {table.name: arrow_of(table) for table in query.clock_tables}
    given |= {lookup.name: _arrow_of_lookup(lookup) for lookup in query.lookups}
    try:
        for name, rows in given.items():
            connection.register("given_rows", rows)
            connection.execute(as_sql(_create_temporary(name)))
            connection.unregister("given_rows")
        yield
    finally:
        for name in given:
            connection.execute(as_sql(exp.Drop(tables=[exp.table_(name, quoted=True)], kind="TABLE", exists=True)))


def _create_temporary(name: str) -> exp.Create:
    return exp.Create(
        this=exp.table_(name, quoted=True),
        kind="TABLE",
        replace=True,
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        expression=exp.select("*").from_("given_rows"),
    )


def _arrow_of_lookup(lookup: Lookup) -> pa.Table:
    kinds = (pa.string(), *(pa.int64() for _ in lookup.columns[1:]))
    columns = [[row[index] for row in lookup.rows] for index in range(len(lookup.columns))]
    arrays = [pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)]
    return pa.table(dict(zip(lookup.columns, arrays, strict=True)))


def arrow_of(table: ClockTable) -> pa.Table:
    """A clock table's rows for an engine: key, base, is_open, window.

    `base` is the reading less what an open bucket adds up to its first second, so that F(t) = base + is_open · t
    without a division's rest.
    """
    each = table.rows_each
    first_at = (np.arange(each, dtype=np.int64) + table.first_k) * table.grid_seconds
    base = table.elapsed - table.is_open * np.tile(first_at, len(table.keys))
    return pa.table(
        {
            "key": pa.array(np.arange(len(base), dtype=np.int64)),
            "base": pa.array(base),
            "is_open": pa.array(table.is_open.astype(np.int8)),
            "window": pa.array(table.window.astype(np.int16)),
        }
    )
