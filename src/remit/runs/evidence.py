"""The facts of one run: an engine with the tables landed, what they hold, and the instant they reach to."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlglot import exp

from remit.engines.duckdb_engine import DuckDBEngine
from remit.engines.engine import CasePart, Engine
from remit.engines.surveying import instants_between, steady_columns
from remit.ingest.fact_files import Facts
from remit.performance.facts import TABLES, Kind
from remit.performance.settlements import FactCounts

TABLES_OF_PERIODS = frozenset({"interval_counts", "headcount", "provider_figures"})
"""Tables whose rows stand for a stretch of time by its first instant: their last instant is not where facts end."""

_AHEAD = ("waivers", "reliefs", "provider_figures", "outages")
"""Tables that may tell of days to come or days long past: an outage is planned, a waiver or relief signed later."""


@dataclass(frozen=True)
class Evidence:
    """Landed facts, ready to be measured.

    `columns` has the declared columns of each table that the facts bring, `filled` those the source really fills (the
    others are there, and empty); `sha256` identifies the files they were read from,
    `store_version` the version of a store, with its tables', where they come from one. A table that is not in `columns`
    was not brought at all, which is not the same as being empty. `spans` is what is known beforehand of the first and
    last instant in a table's column (None: it is empty); the others are looked up when they are needed.
    """

    engine: Engine
    columns: Mapping[str, frozenset[str]]
    filled: Mapping[str, frozenset[str]]
    counts: FactCounts
    sha256: str
    store_version: str = ""
    spans: Mapping[tuple[str, str], tuple[int, int] | None] = field(default_factory=dict, compare=False, repr=False)
    waivers_sha256: str = ""
    _steadiness: dict[tuple[str, str], bool] = field(default_factory=dict, compare=False, repr=False)

    def steady(self, columns: Collection[str], *, concerned: exp.Expr | None = None) -> frozenset[str]:
        """Those of some columns of `case_events` that change nothing on a case's way; each is looked at once a run.

        `concerned` says which changes matter; what holds of all of them holds of these, and is not looked at again.
        """
        if "case_events" not in self.columns or "cases" not in self.columns:
            return frozenset()
        some = "" if concerned is None else concerned.sql()
        for name in columns:
            if (name, some) not in self._steadiness:
                is_so = self._steadiness.get((name, "")) or self._is_steady(name, concerned)
                self._steadiness[name, some] = is_so
        return frozenset(name for name in columns if self._steadiness[name, some])

    def _is_steady(self, name: str, concerned: exp.Expr | None) -> bool:
        for part in self.case_parts:
            with part():
                if name not in steady_columns(self.engine, {name}, concerned=concerned):
                    return False
        return True

    @cached_property
    def case_parts(self) -> Sequence[CasePart]:
        """The parts in which cases and their changes are gathered, each to be entered by itself."""
        return self.engine.case_parts(self.counts.rows)

    @cached_property
    def reach(self) -> Mapping[str, tuple[int, int]]:
        """The first and last instant in each table, over all its columns of instants; tables without any are out."""
        found = {}
        for name, columns in self.columns.items():
            instants = [column.name for column in TABLES[name].columns if column.kind is Kind.INSTANT]
            between = self._between([(name, column) for column in instants if column in columns])
            if between is not None:
                found[name] = between
        return found

    @property
    def last_at(self) -> int | None:
        """The last instant the facts know of: open records have run until then.

        Outages count only where there is nothing else, since they are announced ahead.
        """
        known = {name: last for name, (_, last) in self.reach.items()}
        return max((last for name, last in known.items() if name not in _AHEAD), default=known.get("outages"))

    @property
    def first_at(self) -> int | None:
        """The first instant at which a record happened, by each table's own time."""
        return None if self.happened is None else self.happened[0]

    @cached_property
    def happened(self) -> tuple[int, int] | None:
        """The first and last instant at which a record happened: a case opened in May and closed in June is of May."""
        pairs = [(name, TABLES[name].time_column) for name in self.reach if name not in _AHEAD]
        pairs = pairs or [("outages", "started_at")] if "outages" in self.reach else pairs
        return self._between(pairs)

    def _between(self, pairs: Sequence[tuple[str, str]]) -> tuple[int, int] | None:
        """The first and last instant over some (table, column) pairs."""
        looked_up = instants_between(self.engine, [pair for pair in pairs if pair not in self.spans])
        known = [span for span in (looked_up, *(self.spans.get(pair) for pair in pairs)) if span is not None]
        return (min(first for first, _ in known), max(last for _, last in known)) if known else None

    def between(self, tables: tuple[str, ...]) -> tuple[int, int] | None:
        """The first and last instant over some tables."""
        known = [self.reach[name] for name in tables if name in self.reach]
        return (min(first for first, _ in known), max(last for _, last in known)) if known else None


def share_done(evidence: Evidence) -> Callable[[], float] | None:
    """How far the query at work has come, from 0 to 1, as another thread may ask; None where the engine can't tell."""
    engine = evidence.engine
    return (lambda: engine.share_done) if isinstance(engine, DuckDBEngine) else None


def evidence_of(facts: Facts) -> Evidence:
    """Opened facts as the evidence of a run."""
    declared = {name: frozenset({*TABLES[name].by_name, *table.extra}) for name, table in facts.tables.items()}
    filled = {name: frozenset({*table.columns, *table.extra}) for name, table in facts.tables.items()}
    counts = FactCounts(facts.rows, facts.quarantined)
    return Evidence(DuckDBEngine(facts.connection), declared, filled, counts, facts.sha256)
