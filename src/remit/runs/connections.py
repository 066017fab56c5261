"""An engine for the length of one run, its spill folder gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from remit.engines import duckdb_engine


@contextmanager
def connect(*, memory_mb: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that spills to a folder of its own; nothing is left behind."""
    with tempfile.TemporaryDirectory(prefix="remit-") as folder:
        connection = duckdb_engine.connect(memory_limit_mb=memory_mb, temp_folder=Path(folder))
        try:
            yield connection
        finally:
            connection.close()
