"""An engine that notes what is asked of it, so that the facts a run needs can be told from those it does not."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from sqlglot import exp

from remit.engines.engine import CasePart, Engine
from remit.engines.measuring import MeasuredTotal
from remit.performance.measures.queries import MeasureQuery


class WatchedEngine:
    """Queries handed on to another engine; `trees` are all of them, `levels` those of service levels."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.trees: list[exp.Expr] = []
        self.levels: list[MeasureQuery] = []

    def case_parts(self, rows: int) -> Sequence[CasePart]:
        """The parts of the other engine."""
        return self._engine.case_parts(rows)

    def as_sql(self, tree: exp.Expr, *, pretty: bool = False) -> str:
        """A query as the other engine reads it."""
        return self._engine.as_sql(tree, pretty=pretty)

    def rows(self, tree: exp.Expr) -> list[tuple[Any, ...]]:
        """The rows of a query over the facts alone."""
        self.trees.append(tree)
        return self._engine.rows(tree)

    def totals(self, query: MeasureQuery) -> list[MeasuredTotal]:
        """The sums of a level by window and dimensions, in that order."""
        self._note(query)
        return self._engine.totals(query)

    def add_rows(self, table: str, rows: pa.Table, *, is_there: bool) -> None:
        """Rows beside those a table of the other engine has."""
        self._engine.add_rows(table, rows, is_there=is_there)

    def listing(self, query: MeasureQuery, window_index: int | None = None) -> pa.Table:
        """The records of one window, or of all."""
        self._note(query)
        return self._engine.listing(query, window_index)

    def _note(self, query: MeasureQuery) -> None:
        self.trees.append(query.records)
        self.levels.append(query)
