"""What a run asks of an engine: rows of a query, a level's sums and records, and the query as people read it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import pyarrow as pa
from sqlglot import exp

from remit.engines.measuring import MeasuredTotal
from remit.performance.measures.queries import MeasureQuery

CasePart = Callable[[], AbstractContextManager[None]]


class QueryRefused(Exception):
    """A query can't be computed on these values, such as a text compared with a number; the sentence says why."""


class EngineFailed(Exception):
    """An engine could not do its work: a file it can't read, a worker lost for good, no room left."""


class Engine(Protocol):
    """Where queries run: the facts are there under their tables' names, with their declared columns in their kinds.

    Every engine gives the same integers, decimals and texts for the same tree and facts. Each method raises
    QueryRefused where what a contract wrote can't be computed on the facts.
    """

    def case_parts(self, rows: int) -> Sequence[CasePart]:
        """The parts in which cases and their changes are best gathered case by case, so many rows in all.

        Each is entered, one at a time; within it the engine sees some cases with all their changes, and together the
        parts have every case once. It is a single one where the rows fit into memory, or the engine sees to that.
        """

    def as_sql(self, tree: exp.Expr, *, pretty: bool = False) -> str:
        """A query as this engine reads it."""

    def rows(self, tree: exp.Expr) -> list[tuple[Any, ...]]:
        """The rows of a query over the facts alone."""

    def totals(self, query: MeasureQuery) -> list[MeasuredTotal]:
        """The sums of a level by window and dimensions, in that order."""

    def add_rows(self, table: str, rows: pa.Table, *, is_there: bool) -> None:
        """Rows beside those a table has, for this session alone; `is_there` False makes the table of them."""

    def listing(self, query: MeasureQuery, window_index: int | None = None) -> pa.Table:
        """The records of one window, or of all, as an Arrow table: RECORD_COLUMNS but the window, then dimensions."""
