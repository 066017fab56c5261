"""The other side: what Remit settles of the same words and the same records, read back as the oracle tells it."""

import atexit
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from remit.engines.duckdb_engine import DuckDBEngine, connect
from remit.ingest.contract_files import ContractVersions, read_versions
from remit.performance.facts import TABLES, Kind
from remit.performance.settlements import FactCounts, Settlement
from remit.runs import Evidence, Request, settle_contract
from remit.terms.periods import month_of
from tests.lib.oracle import settling
from tests.lib.oracle import versions as oracle_versions
from tests.lib.oracle.records import Records
from tests.lib.oracle.words import Words
from tests.lib.oracle.words import month_of as days_of_month

_ARROW = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.DECIMAL: pa.decimal128(18, 4),
    Kind.FLAG: pa.bool_(),
    Kind.INSTANT: pa.int64(),
    Kind.SECONDS: pa.int64(),
}


@dataclass(frozen=True)
class Case:
    """A contract, its amendments and the records of some months, settled as of an instant."""

    contract: Words
    records: Records
    first: date
    last: date
    as_of: int
    amendments: Sequence[Words] = ()

    def __repr__(self) -> str:
        """Short, for the one that failed is written out in full by its test."""
        return f"Case({self.first} to {self.last})"

    def _repr_pretty_(self, printer: Any, _: bool) -> None:  # noqa: FBT001 - as Hypothesis calls it
        """As short in what Hypothesis says, which otherwise writes all fields and warns of their length instead."""
        printer.text(repr(self))

    @property
    def in_full(self) -> str:
        """As a person would write it down."""
        parts = [self.text, *self.amended, f"# {self.first} to {self.last}, as of {self.as_of}"]
        for table, rows in self.records.items():
            parts += [f"# {table}", *(f"#   {_brief(row)}" for row in rows)]
        return "\n".join(["", *parts])

    @cached_property
    def text(self) -> str:
        return _written(self.contract)

    @cached_property
    def amended(self) -> list[str]:
        return [_written(one) for one in self.amendments]


class _InFull(yaml.SafeDumper):
    """Writes a value out wherever it stands, as a contract has it."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _written(words: Words) -> str:
    return str(yaml.dump(words, Dumper=_InFull, sort_keys=False, width=1000))


def _brief(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in row.items() if value is not None)


@lru_cache(maxsize=1)
def _engine() -> DuckDBEngine:
    connection = connect(threads=1)
    atexit.register(connection.close)
    return DuckDBEngine(connection)


def evidence_of(records: Records) -> Evidence:
    """The records in tables of one engine, which each case fills anew."""
    engine = _engine()
    for name in TABLES:
        engine.connection.execute(f"DROP TABLE IF EXISTS {name}")
    columns = {}
    for name, rows in records.items():
        kinds = {one.name: one.kind for one in TABLES[name].columns}
        table = pa.table({
            column: pa.array([_held(row.get(column), kind) for row in rows], _ARROW[kind])
            for column, kind in kinds.items()
        })  # fmt: skip
        engine.connection.register("drawn", table)
        engine.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM drawn")
        engine.connection.unregister("drawn")
        columns[name] = frozenset(kinds)
    counts = FactCounts(sum(map(len, records.values())), 0)
    return Evidence(engine, columns, columns, counts, "0" * 64)


def _held(value: Any, kind: Kind) -> Any:
    return Decimal(value) if kind is Kind.DECIMAL and value is not None else value


def versions_of(case: Case) -> ContractVersions:
    """The contract as its files are read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "contract.yaml").write_text(case.text)
        for index, text in enumerate(case.amended):
            (folder / "amendments").mkdir(exist_ok=True)
            (folder / "amendments" / f"a{index}.yaml").write_text(text)
        return read_versions(folder / "contract.yaml")


def settled(case: Case, **asked: Any) -> tuple[Settlement, ...]:
    """What Remit says of the months."""
    request = Request(first=month_of(case.first), last=month_of(case.last), as_of=case.as_of, **asked)
    return settle_contract(versions_of(case), evidence_of(case.records), request)


Told = dict[str, Any]
"""What either side says of a month, in plain values to be compared."""


def told_by_remit(settlement: Settlement) -> Told:
    statement = settlement.statement
    return {
        "month": settlement.period.label,
        "levels": sorted(
            (
                one.service_level,
                str(one.window.start_on),
                str(one.standing),
                one.ratio.value,
                None if one.expected is None else Fraction(one.expected),
            )
            for one in settlement.attainments
        ),
        "charges": Fraction(statement.charges),
        "lines": sorted(
            (line.service_level, str(line.kind), Fraction(line.amount)) for line in statement.lines if line.amount
        ),
        "credit": Fraction(statement.credit),
        "rights": sorted({", ".join(sorted(one.service_level.split(", "))) for one in statement.termination_rights}),
    }


def told_by_oracle(case: Case) -> list[Told]:
    versions = oracle_versions.read_versions(case.text, case.amended)
    statements = settling.settle(
        versions, case.records, first=days_of_month(case.first), last=days_of_month(case.last), as_of=case.as_of
    )
    return [_told(statement) for statement in statements]


def _told(statement: settling.Statement) -> Told:
    return {
        "month": f"{statement.month.first:%Y-%m}",
        "levels": sorted(
            (one.level_id, str(one.window.first), one.standing, one.tally.value, one.expected)
            for one in statement.judged
        ),
        "charges": statement.base,
        "lines": sorted((line.level_id, line.kind, line.amount) for line in statement.lines),
        "credit": statement.credit,
        "rights": sorted(statement.rights),
    }
