"""Facts from a text table, a level from a contract's own words, and what measuring the one by the other gives."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
from sqlglot.errors import ErrorLevel

from remit.engines.duckdb_engine import DuckDBEngine, connect
from remit.engines.measuring import MeasuredTotal, records_of
from remit.engines.surveying import instants_between
from remit.ingest.documents import read_document_text
from remit.performance.explanations import MeasuredRecord
from remit.performance.facts import TABLES, Kind
from remit.performance.measures.catalogue import compile_level
from remit.performance.measures.queries import MeasureQuery, Scope
from remit.terms.contracts import Contract
from remit.terms.periods import Period

JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))

Facts = Mapping[str, str]
Extra = Mapping[str, Mapping[str, Kind]]


@dataclass(frozen=True)
class Measured:
    """What a level's query gave: its sums by window and dimensions, and its records by window."""

    totals: Sequence[MeasuredTotal]
    records: Mapping[int, Sequence[MeasuredRecord]]
    query: MeasureQuery

    @property
    def sums(self) -> list[tuple[int, int] | None]:
        """Numerator and denominator of each window, None where it has no row; of a level not split."""
        found = {one.window_index: (one.ratio.numerator, one.ratio.denominator) for one in self.totals}
        return [found.get(index) for index in range(max([0, *found]) + 1)]

    @property
    def sum(self) -> tuple[int, int] | None:
        """Numerator and denominator of the first window."""
        return self.sums[0]

    @property
    def split(self) -> dict[tuple[str, ...], tuple[int, int]]:
        """Numerator and denominator of the first window by the dimensions' values."""
        return {
            one.dimensions: (one.ratio.numerator, one.ratio.denominator) for one in self.totals if not one.window_index
        }

    @property
    def seconds(self) -> dict[str, int | None]:
        """The elapsed seconds of each record not excluded, in any window."""
        return {one.key: one.seconds for one in self._all() if one.excluded_by is None}

    @property
    def met(self) -> dict[str, bool | None]:
        """Whether each record that counts met its target, in any window."""
        return {one.key: one.met for one in self._all() if one.excluded_by is None}

    @property
    def excluded(self) -> dict[str, str]:
        """What excluded each excluded record, in any window."""
        return {one.key: one.excluded_by for one in self._all() if one.excluded_by is not None}

    @property
    def window_of(self) -> dict[str, int]:
        """The window in which each record lies."""
        return {one.key: index for index, records in self.records.items() for one in records}

    def _all(self) -> Iterable[MeasuredRecord]:
        return (one for records in self.records.values() for one in records)


def contract_of(measure: str, *, terms: str = "", level: str = "", zone: str = "UTC", name: str = "SL") -> Contract:
    """A contract with one level; `terms` are further sections and `level` further words of the level, as YAML."""
    text = f"""
remit: 1
contract: {{id: T, client: Northwind, provider: Acme}}
term: {{from: 2026-01-01, to: 2026-12-31}}
time_zone: {zone}
currency: USD
{terms}
service_levels:
  {name}: {{name: level, measure: {{{measure}}}{", " if level else ""}{level}}}
"""
    contract, problems = read_document_text(text, Contract, name="contract.yaml")
    assert contract is not None, [str(problem) for problem in problems]
    return contract


def measure(
    measure: str,
    facts: Facts,
    *,
    terms: str = "",
    level: str = "",
    zone: str = "UTC",
    as_of: str = "2026-04-01",
    windows: Sequence[Period] = (JANUARY, FEBRUARY, MARCH),
    by: tuple[str, ...] = (),
    extra: Extra | None = None,
    overlays: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    steady: frozenset[str] = frozenset(),
) -> Measured:
    """A level measured on facts written as text tables.

    Instants are written in UTC, as `01-05 09:00` of 2026 or in full; `-` is null.
    """
    contract = contract_of(measure, terms=terms, level=level, zone=zone)
    with connect(threads=1) as connection:
        load_facts(connection, facts, extra=extra or {})
        scope = scope_of(
            contract,
            connection,
            {name: frozenset({*TABLES[name].by_name, *(extra or {}).get(name, {})}) for name in facts},
            windows=windows,
            as_of=instant(as_of),
            by=by,
            overlays={
                name: tuple((instant(start), instant(end)) for start, end in stretches)
                for name, stretches in (overlays or {}).items()
            },
            steady=steady,
        )
        return measured(connection, scope)


def scope_of(
    contract: Contract,
    connection: duckdb.DuckDBPyConnection,
    columns: Mapping[str, frozenset[str]],
    *,
    windows: Sequence[Period],
    as_of: int,
    by: tuple[str, ...] = (),
    overlays: Mapping[str, tuple[tuple[int, int], ...]] | None = None,
    steady: frozenset[str] = frozenset(),
) -> Scope:
    """The scope of a contract's only level over the facts of a connection."""
    instants = [(name, one.name) for name in columns for one in TABLES[name].columns if one.kind is Kind.INSTANT]
    first, last = instants_between(DuckDBEngine(connection), instants) or (as_of, as_of)
    (level_id,) = contract.service_levels
    return Scope(
        contract=contract,
        level_id=level_id,
        windows=tuple(window.instants(contract.zone) for window in windows),
        facts_from=first,
        facts_to=last,
        as_of=as_of,
        columns=columns,
        overlays=overlays or {},
        dimensions=by,
        steady=steady,
    )


Twin = Callable[[duckdb.DuckDBPyConnection, MeasureQuery], None]
TWINS: list[Twin] = []
"""What else is to be asked of every query that is measured here: another engine's answer, in the slow tests."""


def measured(connection: duckdb.DuckDBPyConnection, scope: Scope) -> Measured:
    """A level's sums and records, which must add up to the sums; its queries can be written for Spark too."""
    query = compile_level(scope)
    engine = DuckDBEngine(connection)
    totals = engine.totals(query)
    is_share = scope.level.measure.is_share
    records = {
        index: list(records_of(engine.listing(query, index), judged=is_share))
        for index in {one.window_index for one in totals} or {0}
    }
    check_sums(query, totals, records)
    assert engine.listing(query).num_rows == sum(map(len, records.values()))
    query.totals().sql("spark", unsupported_level=ErrorLevel.RAISE)
    for twin in TWINS:
        twin(connection, query)
    return Measured(totals, records, query)


def check_sums(
    query: MeasureQuery, totals: Sequence[MeasuredTotal], records: Mapping[int, Sequence[MeasuredRecord]]
) -> None:
    """The records of each window add up to its numerator, denominator and excluded ones."""
    for index, listed in records.items():
        parts = [one for one in totals if one.window_index == index]
        assert sum(one.numerator for one in listed) == sum(one.ratio.numerator for one in parts)
        if query.denominators is None:
            assert sum(one.denominator for one in listed) == sum(one.ratio.denominator for one in parts)
        assert sum(one.excluded_by is not None for one in listed) == sum(one.excluded for one in parts)


def load_facts(connection: duckdb.DuckDBPyConnection, facts: Facts, *, extra: Extra | None = None) -> None:
    """Tables with all their declared columns, filled from text tables."""
    for name, text in facts.items():
        kinds = {one.name: one.kind for one in TABLES[name].columns} | dict((extra or {}).get(name, {}))
        columns = ", ".join(f'"{column}" {kind.sql_type}' for column, kind in kinds.items())
        connection.execute(f"CREATE TABLE {name} ({columns})")
        lines = [line for line in text.splitlines() if line.strip()]
        header, *rows = [[cell.strip() for cell in line.split("|")] for line in lines]
        if rows:
            names = ", ".join(f'"{column}"' for column in header)
            marks = ", ".join("?" for _ in header)
            values = [[value_of(cell, kinds[column]) for column, cell in zip(header, row, strict=True)] for row in rows]
            connection.executemany(f"INSERT INTO {name} ({names}) VALUES ({marks})", values)


def value_of(cell: str, kind: Kind) -> object:
    """A cell as its column's kind has it; `-` is null."""
    if cell == "-":
        return None
    if kind is Kind.INSTANT:
        return instant(cell)
    if kind is Kind.FLAG:
        return {"yes": True, "no": False}[cell]
    return {Kind.TEXT: str, Kind.DECIMAL: Decimal}.get(kind, int)(cell)


def instant(text: str) -> int:
    """UTC seconds of `01-05 09:00` (in 2026), or of an ISO instant without a zone."""
    full = text if text[:4].isdigit() else f"2026-{text}"
    return int(datetime.fromisoformat(full).replace(tzinfo=UTC).timestamp())
