"""What is known of a packet's tables, as its own list of them tells it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from remit.performance.facts import TABLES, Kind


@dataclass(frozen=True, slots=True)
class CarriedTable:
    """One table of a packet.

    `columns`, `filled`, `extra` and `spans` are those of the facts the packet was made from, by which queries are
    compiled; `carried` are the columns whose values are in the packet, `rows` how many rows there are.
    """

    columns: frozenset[str]
    filled: frozenset[str]
    extra: Mapping[str, Kind]
    spans: Mapping[str, tuple[int, int] | None]
    carried: tuple[str, ...] = ()
    rows: int = 0

    def kinds(self, name: str) -> dict[str, Kind]:
        """Every column of the table and its kind, in one order: a mapping may bring its own in any."""
        declared = {column.name: column.kind for column in TABLES[name].columns}
        found = declared | dict(sorted(self.extra.items()))
        return {column: kind for column, kind in found.items() if column in self.columns}

    def carried_kinds(self, name: str) -> dict[str, Kind]:
        """The carried columns and their kinds, in the same order."""
        return {column: kind for column, kind in self.kinds(name).items() if column in self.carried}


@dataclass(frozen=True, slots=True)
class CarriedFacts:
    """All tables of a packet, and which columns of them hold pseudonyms."""

    tables: Mapping[str, CarriedTable]
    replaced: Mapping[str, list[str]] = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        """The one way to write them down."""
        told = {
            name: {
                "carried": list(table.carried),
                "columns": sorted(table.columns),
                "extra": {column: str(kind) for column, kind in sorted(table.extra.items())},
                "filled": sorted(table.filled),
                "rows": table.rows,
                "spans": dict(sorted(table.spans.items())),
            }
            for name, table in self.tables.items()
        }
        return (json.dumps(told, indent=1, sort_keys=True) + "\n").encode()


def entry_of_table(name: str) -> str:
    """Where a packet has a table's rows."""
    return f"facts/{name}.parquet"
