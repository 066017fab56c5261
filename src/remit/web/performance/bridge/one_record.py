"""One record opened: its columns and changes as the facts have them, and its clock drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from remit.ingest.contract_files import ContractVersions
from remit.performance.facts import TABLES, Kind, Table
from remit.reports.time_lines import ClockDrawing, clock_svg
from remit.runs.timing import TimeLine, time_line
from remit.store import Snapshot
from remit.web.performance.bridge.listing import Wanted
from remit.web.performance.bridge.measuring import evidence_of_version


@dataclass(frozen=True, slots=True)
class Value:
    """A column of a record: its name, its value, and whether the value is an instant in UTC seconds."""

    name: str
    value: Any
    is_instant: bool
    description: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A record as the facts have it, its changes in order, and its clock where the level has one."""

    table: str
    values: tuple[Value, ...]
    changes: tuple[Mapping[str, Any], ...]
    line: TimeLine | None
    drawing: str


def open_record(terms: ContractVersions, wanted: Wanted, key: str) -> Opened | None:
    """One record of a level as a version of the facts has it; None where they have none of that key."""
    contract = terms.terms_for(wanted.month)
    table = TABLES[contract.service_levels[wanted.level].measure.table]
    with evidence_of_version(wanted.contract, wanted.store_version, waivers=wanted.waivers) as (evidence, stored):
        if table.name not in evidence.columns or len(table.key) != 1:
            return None
        connection = evidence.engine.connection  # type: ignore[attr-defined]  # a store is read by DuckDB
        record = _row(connection, table, key)
        case = key
        if record is None and key.rpartition("#")[0]:
            case = key.rpartition("#")[0]
            record = _row(connection, table, case)
        if record is None:
            return None
        line = time_line(terms, evidence, wanted.level, wanted.month, key)
        changes = _changes(connection, case) if table.name == "cases" and "case_events" in evidence.columns else ()
    drawn = ""
    if line is not None:
        zone = contract.time_zone
        drawn = clock_svg(ClockDrawing("clock", f"The clock of {key}", line.spans, zone, line.reached_at))
    return Opened(table.name, _values(table, record, stored), changes, line, drawn)


def _row(connection: duckdb.DuckDBPyConnection, table: Table, key: str) -> dict[str, Any] | None:
    (name,) = table.key
    query = f'SELECT * FROM "{table.name}" WHERE CAST("{name}" AS VARCHAR) = ?'  # noqa: S608
    rows = _dicts(connection.execute(query, [key]))
    return rows[0] if rows else None


def _dicts(found: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [one[0] for one in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _values(table: Table, record: Mapping[str, Any], stored: Snapshot) -> tuple[Value, ...]:
    found = []
    for name, value in record.items():
        column = table.by_name.get(name)
        kind = column.kind if column is not None else stored.extra.get(table.name, {}).get(name)
        if value is not None:
            told = column.description if column is not None else ""
            found.append(Value(name, value, kind is Kind.INSTANT, told))
    order = [column.name for column in table.columns]
    return tuple(sorted(found, key=lambda one: order.index(one.name) if one.name in order else len(order)))


def _changes(connection: duckdb.DuckDBPyConnection, case: str) -> tuple[Mapping[str, Any], ...]:
    query = 'SELECT * FROM case_events WHERE case_key = ? ORDER BY "at", coalesce(sequence, 0)'
    rows = _dicts(connection.execute(query, [case]))
    kept = [{name: value for name, value in row.items() if value is not None and name != "case_key"} for row in rows]
    return tuple(kept)
