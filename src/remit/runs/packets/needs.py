"""What the settlement of some months reads of its facts: which tables, columns and rows, told by watching it."""
# ruff: noqa: S608 (every name in a query is quoted by remit.store.quoting)

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import duckdb
from sqlglot import exp

from remit.engines.duckdb_engine import DuckDBEngine
from remit.engines.surveying import instants_between
from remit.engines.watching import WatchedEngine
from remit.ingest.contract_files import ContractVersions
from remit.performance.facts import TABLES, Kind
from remit.performance.measures.queries import MeasureQuery
from remit.performance.measures.reach import looks_at_all, record_column, seconds_around
from remit.performance.settlements import Settlement
from remit.runs.charging import counted_volumes, days_in_term
from remit.runs.evidence import Evidence
from remit.runs.judging import Progress, Request, walk_of
from remit.runs.settling import settle_contract
from remit.store.quoting import name_sql
from remit.terms.measure_terms import Measure

Spans = Mapping[tuple[str, str], tuple[int, int] | None]

_ALL = "true"


@dataclass(frozen=True, slots=True)
class Needs:
    """What was read: the columns of each table, and its rows as an SQL condition on the table `r`."""

    columns: Mapping[str, frozenset[str]]
    rows: Mapping[str, str]

    def with_all_rows(self) -> "Needs":
        """The same columns, of every row."""
        return replace(self, rows=dict.fromkeys(self.rows, _ALL))


def spans_of(evidence: Evidence) -> Spans:
    """The first and last instant of every column of instants: what facts cut down to a month can't tell any more."""
    pairs = [
        (table, column.name)
        for table, columns in evidence.columns.items()
        for column in TABLES[table].columns
        if column.kind is Kind.INSTANT and column.name in columns
    ]
    return {
        pair: evidence.spans[pair] if pair in evidence.spans else instants_between(evidence.engine, [pair])
        for pair in pairs
    }


def watched_settlement(
    versions: ContractVersions, evidence: Evidence, request: Request, *, progress: Progress | None = None
) -> tuple[tuple[Settlement, ...], Needs]:
    """The settlement of the months asked for, and what it needed.

    `evidence` knows all its spans, so that no query looks for them.
    """
    if not isinstance(evidence.engine, DuckDBEngine):
        raise TypeError("a packet's rows are chosen in DuckDB")
    engine = WatchedEngine(evidence.engine)
    watched = replace(evidence, engine=engine, _steadiness={})
    settlements = settle_contract(versions, watched, request, progress=progress)
    columns = _columns_read(engine.trees, evidence)
    chosen = _Chosen(evidence.engine, {name: [] for name in columns})
    for query in engine.levels:
        chosen.add_level(query, _measures_of(versions, query.service_level))
    chosen.add_charges(versions, evidence, request)
    return settlements, Needs(columns, chosen.conditions())


def _measures_of(versions: ContractVersions, level_id: str) -> list[Measure]:
    contracts = [version.contract for version in versions.versions]
    return [one.service_levels[level_id].measure for one in contracts if level_id in one.service_levels]


def _columns_read(trees: Iterable[exp.Expr], evidence: Evidence) -> dict[str, frozenset[str]]:
    """The filled columns of each table that any query names; a name that two tables share counts for both."""
    found: dict[str, set[str]] = {}
    for tree in trees:
        names = {column.name for column in tree.find_all(exp.Column)}
        for table in {one.name for one in tree.find_all(exp.Table)} & set(evidence.columns):
            found.setdefault(table, set()).update(names & evidence.filled.get(table, frozenset()))
    return {table: frozenset(names) for table, names in found.items()}


class _Chosen:
    """The rows of each table as they are found to be needed; lists of keys stand as tables of the connection."""

    def __init__(self, engine: DuckDBEngine, conditions: dict[str, list[str]]) -> None:
        self._engine, self._conditions = engine, conditions
        self._listed = 0

    def add_level(self, query: MeasureQuery, measures: Iterable[Measure]) -> None:
        """The rows behind the records that a level's query lists, and those its measure looks at around them."""
        tables = {one.name for one in query.records.find_all(exp.Table)} & set(self._conditions)
        listed = self._keep_listed(query)
        for table in tables:
            for measure in measures:
                self._conditions[table].append(self._condition(table, measure, listed, query))

    def _condition(self, table: str, measure: Measure, listed: str, query: MeasureQuery) -> str:
        own = record_column(table)
        around = seconds_around(measure) if table == measure.table else None
        if table == "waivers":
            # A waiver of a record that no level lists waives nothing.
            return f"record_key IN (SELECT record_key FROM {listed})"
        if looks_at_all(measure) or (own is None and around is None):
            return _ALL
        if around is None:
            return f"CAST({name_sql(own or '')} AS VARCHAR) IN (SELECT record_key FROM {listed})"
        at = name_sql(TABLES[table].time_column)
        bounds = self._bounds(query)
        return f"({at} >= {bounds[0] - around} AND {at} < {bounds[1] + around})"

    def _bounds(self, query: MeasureQuery) -> tuple[int, int]:
        """The first instant in any window of a level's query, and the first after all of them, by its clock table."""
        (table,) = query.clock_tables
        buckets = (table.window[: table.rows_each] >= 0).nonzero()[0]
        if not len(buckets):
            return table.start_at, table.start_at
        first, last = (int(bucket) for bucket in (buckets[0], buckets[-1]))
        return table.start_at + first * table.grid_seconds, table.start_at + (last + 1) * table.grid_seconds

    def _keep_listed(self, query: MeasureQuery) -> str:
        """The keys of the records in any window; a case that was opened again is meant by each of its records."""
        self._listed += 1
        name = f"remit_listed_{self._listed}"
        records = self._engine.as_sql(query.records)
        self._engine.keep(
            name,
            "SELECT DISTINCT unnest([record_key, regexp_replace(record_key, '#[0-9]+$', '')]) AS record_key FROM "
            f"(SELECT CAST(record_key AS VARCHAR) AS record_key FROM ({records}) WHERE window_index >= 0)",
            query,
        )
        return name

    def add_charges(self, versions: ContractVersions, evidence: Evidence, request: Request) -> None:
        """The rows that charges count, in every month that is settled or looked back on."""
        walk = walk_of(versions, evidence, request.as_of)
        for month in () if walk is None else walk.months_to_settle(request):
            contract = versions.terms_for(month)
            for counted in counted_volumes(contract, days_in_term(contract, month)):
                if counted.volume.of in self._conditions:
                    condition = self._engine.as_sql(counted.query.args["where"].this)
                    self._conditions[counted.volume.of].append(f"({condition})")

    def conditions(self) -> dict[str, str]:
        """Each table's rows; of one that no level and no charge lists (planned outages) every row."""
        return {table: " OR ".join(dict.fromkeys(found)) or _ALL for table, found in self._conditions.items()}


def drop_listed(connection: duckdb.DuckDBPyConnection) -> None:
    """The lists of keys taken away again."""
    names = connection.execute("SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'remit_listed_')")
    for (name,) in names.fetchall():
        connection.execute(f"DROP TABLE {name_sql(name)}")
