"""What the footers of stored files say of a column, so that nothing need be read to know how far facts reach."""
# ruff: noqa: S608 (every name and text is quoted by remit.store.quoting)

from collections.abc import Collection, Mapping, Sequence

import duckdb

from remit.store.places import Place
from remit.store.quoting import text_sql
from remit.store.tables import StoredFile

Span = tuple[int, int]


def spans_of(
    connection: duckdb.DuckDBPyConnection, place: Place, files: Sequence[StoredFile], columns: Collection[str]
) -> Mapping[str, Span | None]:
    """The least and greatest value of some columns of whole numbers; None for one that is empty throughout.

    Only what the footers tell exactly is here: a column of which one row group has no statistics is left out, and so is
    every column of a bucket's files, whose footers would have to be fetched one by one.
    """
    if place.folder is None:
        return {}
    if not files:
        return dict.fromkeys(columns)
    listed = ", ".join(text_sql(str(place.folder / file.path)) for file in files)
    wanted = ", ".join(text_sql(name) for name in columns)
    rows = connection.execute(
        f"""SELECT path_in_schema, min(TRY_CAST(stats_min_value AS BIGINT)), max(TRY_CAST(stats_max_value AS BIGINT)),
                   bool_and(coalesce(stats_null_count = num_values, false)
                            OR (TRY_CAST(stats_min_value AS BIGINT) IS NOT NULL AND coalesce(min_is_exact, true)
                                AND TRY_CAST(stats_max_value AS BIGINT) IS NOT NULL AND coalesce(max_is_exact, true)))
            FROM parquet_metadata([{listed}]) WHERE path_in_schema IN ({wanted}) GROUP BY path_in_schema"""
    ).fetchall()
    told = {name: _span(first, last) for name, first, last, is_exact in rows if is_exact}
    absent = set(columns) - {row[0] for row in rows}
    return {**told, **dict.fromkeys(absent)}


def _span(first: int | None, last: int | None) -> Span | None:
    return None if first is None or last is None else (first, last)
