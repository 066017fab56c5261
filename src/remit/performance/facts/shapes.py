"""How a table of facts is declared: its grain, its columns and the checks a row must pass."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

EARLIEST_AT = 631_152_000  # 1990-01-01T00:00:00Z
LATEST_AT = 4_102_444_800  # 2100-01-01T00:00:00Z


class Kind(StrEnum):
    """What a column holds. Instants are whole UTC seconds; durations whole seconds; decimals have four places."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLAG = "flag"
    INSTANT = "instant"
    SECONDS = "seconds"

    @property
    def sql_type(self) -> str:
        """The column's type in a query, the same word on every engine."""
        return _SQL_TYPES[self]


_SQL_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.DECIMAL: "DECIMAL(18,4)",
    Kind.FLAG: "BOOLEAN",
    Kind.INSTANT: "BIGINT",
    Kind.SECONDS: "BIGINT",
}


class Personal(StrEnum):
    """Whom a value may lead back to: it names a person, or the record of a person's matter."""

    PERSON = "person"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: what it holds, whether a row without it is worth nothing, and whom it leads back to."""

    name: str
    kind: Kind
    description: str
    required: bool = False
    at_least: int | None = None
    personal: Personal | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A condition every row must not fail.

    `condition` is a plain SQL boolean expression over `columns`; a row where it is null (a part is missing) passes. It
    is applied only where the source has all of `columns`. `sentence` says what is wrong with a row that fails.
    """

    name: str
    condition: str
    columns: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of facts. No two rows may share `key`; `time_column` says when a row happened."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    time_column: str
    description: str
    own_checks: tuple[Check, ...] = ()

    @property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check of a row: those each column brings with its kind, then the table's own."""
        return (*(check for column in self.columns for check in checks_of(column)), *self.own_checks)


def checks_of(column: Column) -> Iterator[Check]:
    """The checks a column brings with its kind: an instant lies in our time, a duration is not negative."""
    name = column.name
    if column.kind is Kind.INSTANT:
        condition = f'"{name}" >= {EARLIEST_AT} AND "{name}" < {LATEST_AT}'
        yield Check(f"{name}_in_our_time", condition, (name,), f"{name} is not between 1990 and 2100")
    least = 0 if column.kind is Kind.SECONDS else column.at_least
    if least is not None:
        sentence = f"{name} is negative" if least == 0 else f"{name} is less than {least}"
        yield Check(f"{name}_at_least_{least}", f'"{name}" >= {least}', (name,), sentence)


def not_before(later: str, earlier: str, sentence: str) -> Check:
    """The check that one instant does not come before another; at the same second is in order."""
    return Check(f"{later}_not_before_{earlier}", f"{later} >= {earlier}", (later, earlier), sentence)


def not_more(part: str, whole: str) -> Check:
    """The check that a part does not exceed its whole."""
    return Check(f"{part}_within_{whole}", f"{part} <= {whole}", (part, whole), f"{part} is more than {whole}")
