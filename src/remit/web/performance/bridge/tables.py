"""What the tables of facts hold, for whoever pushes records into them."""

from remit.performance.facts import TABLES

TABLE_NAMES = tuple(TABLES)
KINDS = ("text", "integer", "decimal", "flag", "instant", "seconds")
"""The kinds a column of one's own can have."""


def columns_of(table: str) -> frozenset[str]:
    """The columns of a table, dimensions among them."""
    return frozenset(TABLES[table].by_name)


def required_of(table: str) -> tuple[str, ...]:
    """Those without which a row is set aside."""
    return TABLES[table].required
