"""Stored files as relations of the engine: the same columns whatever the age of a file."""
# ruff: noqa: S608 (every name and text is quoted by remit.store.quoting)

from collections.abc import Mapping, Sequence

import duckdb

from remit.performance.facts import Kind
from remit.store.places import Place
from remit.store.quoting import name_sql, text_sql
from remit.store.tables import StoredFile


def rows_sql(
    connection: duckdb.DuckDBPyConnection, place: Place, files: Sequence[StoredFile], columns: Mapping[str, Kind]
) -> str:
    """A query of the rows of some files of a table, with exactly the columns named, in their kinds.

    The engine reads the Parquet files themselves; a bucket's are handed to it by Arrow. A column that is younger than
    all the files is empty.
    """
    if not files:
        nothing = ", ".join(f"CAST(NULL AS {kind.sql_type}) AS {name_sql(name)}" for name, kind in columns.items())
        return f"SELECT {nothing} WHERE false"
    source = _source(connection, place, [file.path for file in files])
    present = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    chosen = ", ".join(
        name_sql(name) if name in present else f"CAST(NULL AS {kind.sql_type}) AS {name_sql(name)}"
        for name, kind in columns.items()
    )
    return f"SELECT {chosen} FROM {source}"


def _source(connection: duckdb.DuckDBPyConnection, place: Place, paths: Sequence[str]) -> str:
    if place.folder is None:
        return _lent(connection, place, paths)
    listed = ", ".join(text_sql(str(place.folder / path)) for path in paths)
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"


def _lent(connection: duckdb.DuckDBPyConnection, place: Place, paths: Sequence[str]) -> str:
    import hashlib

    import pyarrow.dataset as ds

    name = "lent_" + hashlib.sha256("\n".join([place.url, *paths]).encode()).hexdigest()[:16]
    parts = [ds.dataset(path, filesystem=place.arrow_files, format="parquet") for path in paths]
    connection.register(name, ds.dataset(parts))
    return name_sql(name)
