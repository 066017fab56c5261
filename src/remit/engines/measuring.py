"""Running a measure's query on DuckDB: clock tables in, sums and records out."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import sqlglot
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
    for window, *rest in rows:
        if window < 0:
            continue
        names, (numerator, denominator, sample, excluded) = rest[:width], rest[width:]
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


def steady_columns(connection: duckdb.DuckDBPyConnection, columns: Collection[str]) -> frozenset[str]:
    """Those of some columns of `case_events` that change nothing on the way, so that pauses can be summed.

    A column is steady where every change has the case's own value of it. `status_from` is steady where each change of
    status names the status before it, and the source's sequence tells apart all that happened at one instant.
    """
    found = {name for name in columns if name != "status_from" and not _has_rows(connection, _unlike_its_case(name))}
    if "status_from" in columns and not _has_rows(connection, _broken_chains()):
        found.add("status_from")
    return frozenset(found)


def _has_rows(connection: duckdb.DuckDBPyConnection, query: exp.Select) -> bool:
    # `fetchall`, not `fetchone`: a result left open keeps the connection from taking another table.
    return bool(connection.execute(as_sql(query.limit(1))).fetchall())


def _unlike_its_case(name: str) -> exp.Select:
    of_event, of_case = (exp.column(name, table=table, quoted=True) for table in ("e", "c"))
    on = exp.column("case_key", table="e").eq(exp.column("case_key", table="c"))
    differs = exp.or_(of_event.is_(exp.null()), of_case.is_(exp.null()), of_event.neq(of_case))
    joined = exp.select("1").from_(exp.to_table("case_events").as_("e"))
    return joined.join(exp.to_table("cases").as_("c"), on=on).where(differs)


def _broken_chains() -> exp.Select:
    """Changes of status that don't name the status before them, or share their place with another."""
    return sqlglot.parse_one(_BROKEN_CHAINS, dialect="duckdb", into=exp.Select)


_BROKEN_CHAINS = """
SELECT 1 FROM (
  SELECT e.status_from, e."at" AS at_, COALESCE(e.sequence, 0) AS sequence_,
    LAG(e.status) OVER in_order AS status_before, LAG(e."at") OVER in_order AS before_at,
    LAG(COALESCE(e.sequence, 0)) OVER in_order AS sequence_before
  FROM case_events AS e WHERE NOT e.status IS NULL
  WINDOW in_order AS (PARTITION BY e.case_key ORDER BY e."at", COALESCE(e.sequence, 0))) AS x
WHERE NOT x.status_before IS NULL AND (x.status_from IS NULL OR x.status_from <> x.status_before
  OR (x.at_ = x.before_at AND x.sequence_ = x.sequence_before))
"""


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
