"""Records pushed by programs: a batch checked for its shape, and written down as a file that a load lands."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from remit.web.performance.actions import Export
from remit.web.performance.bridge.tables import columns_of, required_of
from remit.web.performance.uploads import GivenFile

Fault = tuple[str, str]
_MOST_FAULTS = 20
_LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one table; `extra` are columns of one's own with their kinds, beside the table's."""

    table: str
    records: Sequence[Mapping[str, Any]]
    extra: Mapping[str, str] = field(default_factory=dict)


def faults_of(batch: Batch) -> list[Fault]:
    """What is wrong with a batch's shape, each with its place; at most twenty.

    Every record has the same columns: one left out in some records would be emptied there without anybody having said
    so; `null` says it. What a value means is judged when the batch lands: a row that fails a check is set aside then.
    """
    known = columns_of(batch.table)
    faults = [(f"extra.{name}", "This is a column of the table already.") for name in batch.extra if name in known]
    columns = set(batch.records[0])
    faults += _column_faults(batch, columns)
    for number, record in enumerate(batch.records):
        faults += list(_record_faults(record, columns, f"records.{number}"))
        if len(faults) >= _MOST_FAULTS:
            break
    return faults[:_MOST_FAULTS]


def _column_faults(batch: Batch, columns: set[str]) -> Iterator[Fault]:
    allowed = columns_of(batch.table) | set(batch.extra)
    for name in sorted(columns - allowed):
        yield f"records.0.{name}", f"{batch.table} has no such column; name it in `extra` with its kind to keep it."
    for name in required_of(batch.table):
        if name not in columns:
            yield f"records.0.{name}", "Every record needs this column."


def _record_faults(record: Mapping[str, Any], columns: set[str], place: str) -> Iterator[Fault]:
    for name in sorted(columns - set(record)):
        yield f"{place}.{name}", "The first record has this column; send null where nothing is known."
    for name in sorted(set(record) - columns):
        yield f"{place}.{name}", "The first record has no such column; every record has the same ones."
    for name, value in record.items():
        if not (value is None or isinstance(value, str | int | Decimal)):
            yield f"{place}.{name}", "A value is a text, a number, true, false or null."
        elif isinstance(value, str) and (len(value) > _LONGEST_TEXT or "\0" in value):
            yield f"{place}.{name}", f"A text has at most {_LONGEST_TEXT:,} characters, none of them zero."


def export_of(batch: Batch) -> Export:
    """A batch as JSON lines, and where it has columns of its own, the mapping that says what they hold."""
    name = f"{batch.table}.jsonl"
    lines = "".join(_line(record) for record in batch.records)
    mapping = ""
    if batch.extra:
        source = {"table": batch.table, "files": [name], "extra": dict(sorted(batch.extra.items()))}
        mapping = json.dumps({"remit_mapping": "1", "sources": [source]}, indent=1)
    return Export([GivenFile(name, [lines.encode()])], mapping)


def _line(record: Mapping[str, Any]) -> str:
    plain = {name: format(value, "f") if isinstance(value, Decimal) else value for name, value in record.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True) + "\n"
