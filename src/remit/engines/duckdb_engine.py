"""DuckDB on one machine: a connection that reads local files, spills to disk, and fetches nothing from anywhere."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from remit.engines.case_parts import parts_of_cases
from remit.engines.engine import CasePart, QueryRefused
from remit.engines.measuring import MeasuredTotal, small_tables, totals_of
from remit.performance.measures.queries import MeasureQuery

DEFAULT_MEMORY_LIMIT_MB = 2_048
_REFUSED = (
    duckdb.BinderException,
    duckdb.ConversionException,
    duckdb.InvalidInputException,
    duckdb.OutOfRangeException,
)

_BATCH_ROWS = 1 << 17
_BYTES_READ = re.compile(r'"total_bytes_read": (\d+)')


def connect(
    *,
    database: Path | None = None,
    memory_limit_mb: int = DEFAULT_MEMORY_LIMIT_MB,
    threads: int | None = None,
    temp_folder: Path | None = None,
    keeps_order: bool = True,
) -> duckdb.DuckDBPyConnection:
    """A connection for one run.

    Without `database` the facts live in memory, and spill to `temp_folder` (a folder of the system's temporary one
    unless given) past `memory_limit_mb`. With `keeps_order` false rows come in any order, which takes less memory. No
    extension is ever fetched or loaded by itself, Python variables can't be queried, and the session's time zone is
    UTC: facts hold instants as integers, and no engine's idea of local time may reach a figure.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_limit_mb}MB",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "python_enable_replacements": False,
        "preserve_insertion_order": keeps_order,
    }
    if threads is not None:
        settings["threads"] = threads
    settings["temp_directory"] = str(temp_folder or Path(tempfile.gettempdir()) / "remit-spill")
    connection = duckdb.connect(str(database) if database else ":memory:", config=settings)
    connection.execute("SET TimeZone = 'UTC'")
    # Kept, never printed: how far a query has come can be asked of it.
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")
    return connection


class DuckDBEngine:
    """Queries over the tables and views of a connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._counted: int | None = None

    def count_reads(self) -> None:
        """From now on, know how many bytes queries read; it costs them a few hundredths of their time."""
        self.connection.execute("PRAGMA enable_profiling = 'no_output'")
        self._counted = 0

    @property
    def bytes_read(self) -> int | None:
        """The bytes queries have read of files, spilled ones read back too; None where nobody counts."""
        return self._counted

    @property
    def share_done(self) -> float:
        """How far the query at work has come, 0 to 1, as the engine itself estimates; another thread may ask."""
        return max(self.connection.query_progress(), 0.0) / 100

    def _count(self) -> None:
        if self._counted is not None:
            found = _BYTES_READ.search(self.connection.get_profiling_information())
            self._counted += int(found[1]) if found else 0

    def case_parts(self, rows: int) -> Sequence[CasePart]:
        """So many parts that each is gathered without spilling: more would be written to disk and read again."""
        return parts_of_cases(self.connection, rows)

    def as_sql(self, tree: exp.Expr, *, pretty: bool = False) -> str:
        """A query as DuckDB reads it."""
        return tree.sql(dialect="duckdb", pretty=pretty)

    def rows(self, tree: exp.Expr) -> list[tuple[Any, ...]]:
        """The rows of a query over the facts alone."""
        # `fetchall`, not `fetchone`: a result left open keeps the connection from taking another table.
        with _refusals():
            found = self.connection.execute(self.as_sql(tree)).fetchall()
        self._count()
        return found

    def add_rows(self, table: str, rows: pa.Table, *, is_there: bool) -> None:
        """Rows beside those a table has, for this session alone; `is_there` False makes the table of them."""
        self.connection.register("given_rows", rows)
        try:
            given = exp.select("*").from_("given_rows")
            kept = exp.select("*").from_(exp.to_table(table))
            both = exp.Union(this=kept, expression=given, distinct=False, by_name=True) if is_there else given
            self.connection.execute(self.as_sql(_create_temporary(table, both)))
        finally:
            self.connection.unregister("given_rows")

    def totals(self, query: MeasureQuery) -> list[MeasuredTotal]:
        """The sums of a level by window and dimensions, in that order."""
        with self._small_tables(query):
            return totals_of(query, self.rows(query.totals()))

    def listing(self, query: MeasureQuery, window_index: int | None = None) -> pa.Table:
        """The records of one window, or of all, as an Arrow table: RECORD_COLUMNS but the window, then dimensions."""
        with self._small_tables(query), _refusals():
            found = self.connection.sql(self.as_sql(query.listing(window_index))).to_arrow_table()
            self._count()
            return found

    def listed(self, query: MeasureQuery, window_index: int) -> Iterator[pa.RecordBatch]:
        """The same records of one window in batches, so that however many there are, few of them are in memory."""
        with self._small_tables(query), _refusals():
            yield from self.connection.sql(self.as_sql(query.listing(window_index))).to_arrow_reader(_BATCH_ROWS)
            self._count()

    def keep_listing(self, query: MeasureQuery, window_index: int, name: str) -> None:
        """The records of one window as a temporary table of this connection: it spills, however many there are."""
        with self._small_tables(query), _refusals():
            self.connection.execute(self.as_sql(_create_temporary(name, query.listing(window_index))))
            self._count()

    def keep(self, name: str, sql: str, query: MeasureQuery) -> None:
        """Keep the rows of a statement that reads a level's query as a temporary table of the connection."""
        with self._small_tables(query), _refusals():
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {exp.to_identifier(name, quoted=True).sql()} AS {sql}"
            )

    @contextmanager
    def _small_tables(self, query: MeasureQuery) -> Iterator[None]:
        """The clock tables and lookups of a query as real temporary tables while it runs.

        Real ones, not registered arrays: DuckDB needs their statistics for its perfect hash join, without which the
        whole query took 1.8 times as long.
        """
        given = small_tables(query)
        try:
            for name, rows in given.items():
                self.connection.register("given_rows", rows)
                self.connection.execute(self.as_sql(_create_temporary(name, exp.select("*").from_("given_rows"))))
                self.connection.unregister("given_rows")
            yield
        finally:
            for name in given:
                dropped = exp.Drop(tables=[exp.table_(name, quoted=True)], kind="TABLE", exists=True)
                self.connection.execute(self.as_sql(dropped))


@contextmanager
def _refusals() -> Iterator[None]:
    """What DuckDB says of a query that values don't allow, as the sentence it begins with."""
    try:
        yield
    except _REFUSED as refusal:
        raise QueryRefused(str(refusal).splitlines()[0].partition(": ")[2] or str(refusal)) from refusal


def _create_temporary(name: str, rows: exp.Expr) -> exp.Create:
    return exp.Create(
        this=exp.table_(name, quoted=True),
        kind="TABLE",
        replace=True,
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        expression=rows,
    )
