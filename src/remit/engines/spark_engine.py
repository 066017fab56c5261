"""Spark on one machine or many: a store's files as views, a level's small tables sent along, sums and records back."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from remit.engines.engine import CasePart, EngineFailed, QueryRefused
from remit.engines.measuring import MeasuredTotal, small_tables, totals_of
from remit.engines.spark_steps import kept_steps
from remit.performance.facts import Kind
from remit.performance.measures.queries import MeasureQuery

if TYPE_CHECKING:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import DataFrame, SparkSession

_TYPES = {
    Kind.TEXT: "STRING",
    Kind.INTEGER: "BIGINT",
    Kind.DECIMAL: "DECIMAL(18,4)",
    Kind.FLAG: "BOOLEAN",
    Kind.INSTANT: "BIGINT",
    Kind.SECONDS: "BIGINT",
}
_GLOB = re.compile(r"[\\*?\[\]{}]")
_REFUSED_STATES = ("22", "42")
"""SQL states of what values or words don't allow: data exceptions (overflow, no number), and errors of the query."""


@dataclass(frozen=True, slots=True)
class TableFiles:
    """The Parquet files of one table of facts, as addresses Spark can read, and its columns in their kinds."""

    addresses: Sequence[str]
    columns: Mapping[str, Kind]


class SparkEngine:
    """Queries over a store's files in a Spark session.

    Spark gets the same trees as DuckDB, written in its own words: joins by equality, integers, no function of Python's.
    Texts are compared by their bytes, sums that overflow are errors, and the session's time zone takes part in nothing.
    """

    def __init__(self, session: "SparkSession", tables: Mapping[str, TableFiles]) -> None:
        self._session = session
        for name, files in tables.items():
            self._bring(name, files)

    def case_parts(self, rows: int) -> Sequence[CasePart]:
        """One: how much a cluster holds at once is its own matter."""
        return (nullcontext,)

    def as_sql(self, tree: exp.Expr, *, pretty: bool = False) -> str:
        """A query as Spark reads it; the steps it keeps while it runs are written out."""
        if any(step.args.get("materialized") for step in tree.find_all(exp.CTE)):
            tree = tree.copy()
            for step in tree.find_all(exp.CTE):
                step.set("materialized", None)
        return tree.sql(dialect="spark", pretty=pretty, unsupported_level=ErrorLevel.RAISE)

    def rows(self, tree: exp.Expr) -> list[tuple[Any, ...]]:
        """The rows of a query over the facts alone."""
        with _told(), kept_steps(self._session, tree, run=self._query) as query:
            return [tuple(row) for row in self._query(query).collect()]

    def add_rows(self, table: str, rows: pa.Table, *, is_there: bool) -> None:
        """Rows beside those a table has, for this session alone; `is_there` False makes the table of them."""
        with _told():
            found = self._session.createDataFrame(rows)
            if is_there:
                found = self._session.table(table).unionByName(found, allowMissingColumns=True)
            found.createOrReplaceTempView(table)

    def totals(self, query: MeasureQuery) -> list[MeasuredTotal]:
        """The sums of a level by window and dimensions, in that order."""
        with self._small_tables(query):
            return totals_of(query, self.rows(query.totals()))

    def listing(self, query: MeasureQuery, window_index: int | None = None) -> pa.Table:
        """The records of one window, or of all, as an Arrow table: RECORD_COLUMNS but the window, then dimensions."""
        listing = query.listing(window_index)
        with self._small_tables(query), _told(), kept_steps(self._session, listing, run=self._query) as tree:
            return self._query(tree).toArrow()

    def _query(self, tree: exp.Expr) -> "DataFrame":
        return self._session.sql(self.as_sql(tree))

    def _bring(self, name: str, files: TableFiles) -> None:
        """A table as a view over its files; a column that a file lacks is null in its rows, as on every engine."""
        schema = ", ".join(f"`{column}` {_TYPES[kind]}" for column, kind in files.columns.items())
        with _told():
            if files.addresses:
                # Partitions are the store's own matter: no folder's name may become a column.
                reader = self._session.read.schema(schema).option("recursiveFileLookup", "true")
                found = reader.parquet(*[_GLOB.sub(r"\\\g<0>", address) for address in files.addresses])
            else:
                found = self._session.createDataFrame([], schema)
            found.createOrReplaceTempView(name)

    @contextmanager
    def _small_tables(self, query: MeasureQuery) -> Iterator[None]:
        """The clock tables and lookups of a query as views while it runs, each sent whole to every worker."""
        given = small_tables(query)
        try:
            for name, rows in given.items():
                self._session.createDataFrame(rows).hint("broadcast").createOrReplaceTempView(name)
            yield
        finally:
            for name in given:
                self._session.catalog.dropTempView(name)


@contextmanager
def _told() -> Iterator[None]:
    """What Spark says of a query: values that don't allow it refuse it, all else is a failure of the engine."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as fault:
        if (fault.getSqlState() or "").startswith(_REFUSED_STATES):
            raise QueryRefused(_sentence(fault)) from fault
        raise EngineFailed(f"Spark: {_sentence(fault)}") from fault
    except Py4JError as fault:
        raise EngineFailed(f"Spark: {_of_java(fault)}") from fault


def _of_java(fault: "Py4JError") -> str:
    """What Java says of a failure, rather than which call came upon it: without the exceptions' own names."""
    told = [line for line in str(fault).splitlines() if line.startswith((": ", "Caused by: "))]
    last = told[-1] if told else str(fault).splitlines()[0]
    return last.removeprefix("Caused by: ").removeprefix(": ")


def _sentence(fault: "PySparkException") -> str:
    """The first sentence of what Spark says, without its own error class and the state."""
    first = next((line for line in str(fault).splitlines() if line.strip()), type(fault).__name__)
    return first.partition("] ")[2].partition(". ")[0] or first
