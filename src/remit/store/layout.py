"""What a store's tables hold beside the facts: who brought a row, as of when, and which partition it stands in."""

from collections.abc import Mapping
from datetime import date, timedelta

import pyarrow as pa

from remit.performance.facts import TABLES, Kind, Table

FORMAT = 1
"""The form of a store this Remit writes. A store of a higher one is refused: guessing would make wrong figures."""

SOURCE_AT, LOAD, COPY = "_source_at", "_load", "_copy"
OWN = frozenset({SOURCE_AT, LOAD, COPY})
"""The store's own columns: when the source knew a record so, which load brought it, which copy of its key it is."""

ENGAGEMENT, MONTH = "engagement", "month"
PARTITIONS = (ENGAGEMENT, MONTH)
UNDATED = "undated"
DAY_SECONDS = 86_400
UPDATED_AT = "updated_at"
"""An extra column of instants by this name says when the source last changed a record."""

AFFIRMED = "_affirmed"
AFFIRMED_COLUMNS = {"fact_table": Kind.TEXT, "record": Kind.TEXT, "of_load": Kind.TEXT}

_EVENT_KEY = ("case_key", "at", "sequence", "event", "status")
_ARROW = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.DECIMAL: pa.decimal128(18, 4),
    Kind.FLAG: pa.bool_(),
    Kind.INSTANT: pa.int64(),
    Kind.SECONDS: pa.int64(),
}


def key_of(table: Table) -> tuple[str, ...]:
    """What tells one record of a table from another across loads.

    A history's rows have no key of their own: a change of a case is the same change where case, instant, sequence,
    event and status are. Several such rows of one export are told apart by their order, so that none is lost
    (`counts_copies`).
    """
    return table.key or _EVENT_KEY


def counts_copies(table: Table) -> bool:
    """Whether rows may share the key, so that the first, the second … of them are records of their own."""
    return not table.key


def moves(table: Table) -> bool:
    """Whether a correction may take a record to another month: its time is no part of its key."""
    return table.time_column not in key_of(table)


def columns_of(name: str, extra: Mapping[str, Kind]) -> dict[str, Kind]:
    """Every column of a stored table with its kind, the store's own last, the partitions not among them."""
    if name == AFFIRMED:
        return {**AFFIRMED_COLUMNS, LOAD: Kind.TEXT}
    declared = {column.name: column.kind for column in TABLES[name].columns}
    copy = {COPY: Kind.INTEGER} if counts_copies(TABLES[name]) else {}
    return {**declared, **extra, SOURCE_AT: Kind.INSTANT, LOAD: Kind.TEXT, **copy}


def record_key(name: str) -> tuple[str, ...]:
    """What tells the records of a stored table apart: the key, with the copy's number where rows may share it."""
    table = TABLES[name]
    return (*key_of(table), COPY) if counts_copies(table) else key_of(table)


def schema_of(columns: Mapping[str, Kind]) -> pa.Schema:
    """A stored table's schema, the partitions last."""
    fields = [pa.field(name, _ARROW[kind]) for name, kind in columns.items()]
    return pa.schema([*fields, *(pa.field(name, pa.string()) for name in PARTITIONS)])


def kind_in(schema: pa.Schema, name: str) -> str:
    """How a stored column's type is called, for a sentence."""
    return str(schema.field(name).type)


def month_sql(table: Table) -> str:
    """The partition of a record: the UTC month of its own time.

    UTC, since a store serves contracts of several zones. A month of a contract's zone lies within its own UTC month and
    the two beside it, so that leaving out all others is safe.
    """
    at = f'"{table.time_column}"'
    return f"coalesce(strftime(make_timestamp({at} * 1000000), '%Y-%m'), '{UNDATED}')"


def month_of(day: int | None) -> str:
    """The partition of the records of a day, counted from 1970; the same as `month_sql` gives for each of them."""
    return UNDATED if day is None else (date(1970, 1, 1) + timedelta(days=day)).strftime("%Y-%m")


def within_month_sql(table: Table, month: str) -> str:
    """The condition that a record stands in a month's partition, by its bounds: whole blocks of rows are skipped."""
    at = f'"{table.time_column}"'
    if month == UNDATED:
        return f"{at} IS NULL"
    start = date(int(month[:4]), int(month[5:]), 1)
    after = (start + timedelta(days=31)).replace(day=1)
    return f"{at} >= {_seconds(start)} AND {at} < {_seconds(after)}"


def _seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY_SECONDS
