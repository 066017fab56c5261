"""What a packet's facts must be, whoever made it: told of soundly, and held as they are told of."""
# ruff: noqa: S608 (every name in a query is quoted by remit.store.quoting)

from collections.abc import Iterable, Mapping

import duckdb

from remit.packets.faults import packet_problem
from remit.packets.manifests import FACTS, FIRST_AT, LAST_AT
from remit.performance.facts import TABLES, Kind
from remit.runs.packets.carried import CarriedFacts, CarriedTable, entry_of_table
from remit.store.quoting import name_sql

MOST_TEXT_BYTES = 1 << 16
"""The longest text a row may hold; a small file can hold a million copies of one that is longer."""


_AGREED = ("waivers", "reliefs")
"""Tables to which both sides may add beside the facts."""


def check_told(name: str, table: CarriedTable, file: str) -> None:
    """Raises ProblemsFound where what a packet says of a table can't be so, whatever its rows are."""
    kinds = table.kinds(name)
    unknown = sorted((table.columns | table.filled | set(table.carried) | set(table.spans)) - set(kinds))
    if unknown:
        raise packet_problem(file, f"says that {name} has a column {unknown[0]!r} and not of which kind", path=FACTS)
    if redeclared := sorted(set(table.extra) & set(TABLES[name].by_name)):
        raise packet_problem(file, f"gives {name}.{redeclared[0]} another kind than Remit does", path=FACTS)
    if len(set(table.carried)) < len(table.carried) or table.rows < 0:
        raise packet_problem(file, f"does not say of {name} what a packet says", path=FACTS)
    instants = {column.name for column in TABLES[name].columns if column.kind is Kind.INSTANT}
    if set(table.spans) != instants & set(kinds):
        raise packet_problem(file, f"does not say how far {name} reaches", path=FACTS)
    for column, span in table.spans.items():
        if span is not None and not FIRST_AT <= span[0] <= span[1] <= LAST_AT:
            what = f"says that {name}.{column} reaches from {span[0]} to {span[1]}, beyond the years 1900 to 2299"
            hint = "correct the instants at their source, such as a year 9999 that stands for none"
            raise packet_problem(file, what, hint, path=FACTS)


def check_held(connection: duckdb.DuckDBPyConnection, facts: CarriedFacts, file: str) -> None:
    """Raises ProblemsFound where the rows of a packet's tables are not such as landing lets in.

    No instant lies outside what the packet says of how far its facts reach, no two rows share a key, and no text is
    longer than any record has: else rows would count twice, or a small file would fill the memory.
    """
    for name, table in facts.tables.items():
        if table.carried and table.rows:
            _check_spans(connection, name, table, file)
            check_texts(connection, name_sql(name), _texts(table.carried_kinds(name)), file, entry_of_table(name))
            _check_keys(connection, name, table, file)


def check_texts(
    connection: duckdb.DuckDBPyConnection, source: str, columns: Iterable[str], file: str, entry: str
) -> None:
    """Raises ProblemsFound where a text in one of some columns is longer than it may be; `source` is quoted SQL."""
    longest = [f"max(strlen({name_sql(column)}))" for column in columns]
    if not longest:
        return
    (found,) = connection.execute(f"SELECT {', '.join(longest)} FROM {source}").fetchall()
    most = max((length for length in found if length is not None), default=0)
    if most > MOST_TEXT_BYTES:
        what = f"holds a text of {most:,} bytes, more than the {MOST_TEXT_BYTES:,} a packet's may have"
        raise packet_problem(file, what, path=entry)


def text_columns(source: str, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The columns of texts of a relation, given as quoted SQL."""
    rows = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    return [name for name, kind, *_ in rows if kind == "VARCHAR"]


def _texts(kinds: Mapping[str, Kind]) -> list[str]:
    return [name for name, kind in kinds.items() if kind is Kind.TEXT]


def _check_spans(connection: duckdb.DuckDBPyConnection, name: str, table: CarriedTable, file: str) -> None:
    asked = [column for column in table.spans if column in table.carried]
    if not asked:
        return
    bounds = ", ".join(f"min({name_sql(column)}), max({name_sql(column)})" for column in asked)
    (row,) = connection.execute(f"SELECT {bounds} FROM {name_sql(name)}").fetchall()
    for position, column in enumerate(asked):
        least, most = row[2 * position : 2 * position + 2]
        span = table.spans[column]
        if least is not None and (span is None or least < span[0] or most > span[1]):
            raise packet_problem(file, f"{column} reaches beyond what {FACTS} says", path=entry_of_table(name))


def _check_keys(connection: duckdb.DuckDBPyConnection, name: str, table: CarriedTable, file: str) -> None:
    """Where the whole key is carried; what was agreed on later may share its key with what the facts bring."""
    key = [column for column in TABLES[name].key if column in table.filled]
    if not key or not set(key) <= set(table.carried) or name in _AGREED:
        return
    shown = ", ".join(map(name_sql, key))
    twice = connection.execute(f"SELECT {shown} FROM {name_sql(name)} GROUP BY ALL HAVING count(*) > 1 LIMIT 1")
    rows = twice.fetchall()
    if rows:
        told = ", ".join("none" if value is None else str(value) for value in rows[0])
        raise packet_problem(file, f"holds {told[:200]} twice", path=entry_of_table(name))
