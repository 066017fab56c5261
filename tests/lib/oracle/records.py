"""Records as rows of plain values, conditions asked of SQLite, and what exclusions take out."""

import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from tests.lib.oracle.words import Words, flag, listed

Row = Mapping[str, Any]
"""Column and value: instants and lengths are whole seconds; None is empty."""
Records = Mapping[str, Sequence[Row]]
"""Rows by table."""

KEYS = {
    "interactions": "interaction_key",
    "cases": "case_key",
    "transactions": "transaction_key",
    "surveys": "survey_key",
    "evaluations": "evaluation_key",
    "agent_time": "agent_key",
    "headcount": "counted_at",
    "outages": "outage_key",
    "interval_counts": "interval_key",
    "passed_on_costs": "cost_key",
}
CAME_AT = {
    "interactions": "queued_at",
    "cases": "opened_at",
    "transactions": "received_at",
    "surveys": "answered_at",
    "evaluations": "evaluated_at",
    "agent_time": "started_at",
    "headcount": "counted_at",
    "outages": "started_at",
    "interval_counts": "starts_at",
    "passed_on_costs": "incurred_at",
}
"""The column by which a record came or began."""


@lru_cache(maxsize=1)
def _asked() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA case_sensitive_like = ON")
    return connection


def meets(row: Row, condition: str | None) -> bool:
    """Whether a record meets a condition; where a column it needs is empty, it does not."""
    if condition is None:
        return True
    columns = ", ".join(f"? AS {name}" for name in row)
    values = [_told(value) for value in row.values()]
    found = _asked().execute(f"SELECT ({condition}) FROM (SELECT {columns})", values).fetchone()
    return bool(found[0])


def _told(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else float(value)


def rows_of(records: Records, table: str, measure: Words) -> list[Row]:
    """The rows a level is about, excluded ones among them."""
    return [row for row in records.get(table, ()) if meets(row, measure.get("where"))]


def is_excluded(row: Row, table: str, level_id: str, contract: Words, records: Records) -> bool:
    """Whether a clause takes a record out of a level: by a condition, or because both sides waived it."""
    return any(
        _takes_out(one, row, table, level_id, records)
        for one in listed(contract.get("exclusions"))
        if level_id in listed(one.get("levels")) or "levels" not in one
    )


def _takes_out(exclusion: Words, row: Row, table: str, level_id: str, records: Records) -> bool:
    if flag(exclusion, "waivers"):
        return any(
            one["record_key"] == row.get("record_key", row.get(KEYS[table])) and one["service_level"] == level_id
            and one["approved_by"] and one["reason"]
            for one in records.get("waivers", ())
        )  # fmt: skip
    return exclusion.get("of") == table and "where" in exclusion and meets(row, exclusion["where"])


def is_waived(row: Row, table: str, level_id: str, contract: Words, records: Records) -> bool:
    """Whether both sides waived a record of a level, by any clause that lets them."""
    waiving = {**contract, "exclusions": [one for one in listed(contract.get("exclusions")) if flag(one, "waivers")]}
    return is_excluded(row, table, level_id, waiving, records)


def without_conditions(records: Records, table: str, level_id: str, contract: Words, measure: Words) -> list[Row]:
    """The rows a level is about, without those a condition excludes; waived ones are among them."""
    fixed = {**contract, "exclusions": [one for one in listed(contract.get("exclusions")) if not flag(one, "waivers")]}
    return counted(records, table, level_id, fixed, measure)


def counted(records: Records, table: str, level_id: str, contract: Words, measure: Words) -> list[Row]:
    """The rows a level is about, without those excluded from it."""
    return [row for row in rows_of(records, table, measure) if not is_excluded(row, table, level_id, contract, records)]
