"""Tables of a packet as Parquet files: written so that the same rows give the same bytes, read with care."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from remit.packets.faults import packet_problem
from remit.performance.facts import Kind

_GROUP_ROWS = 1 << 17
_COMPARED_ROWS = 1 << 13
_MOST_NAMED = 12
_ANY_ROWS, _MOST_ROWS_A_BYTE = 1_000_000, 16
"""A table of a million rows may be of any size; one of more holds no more rows a byte than records ever need."""

_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.DECIMAL: pa.decimal128(18, 4),
    Kind.FLAG: pa.bool_(),
    Kind.INSTANT: pa.int64(),
    Kind.SECONDS: pa.int64(),
}


def schema_of(columns: Mapping[str, Kind]) -> Any:
    """The columns of a table of facts as Parquet has them."""
    return pa.schema([(name, _TYPES[kind]) for name, kind in columns.items()])


def write_batches(path: Path, schema: Any, batches: Iterable[Any]) -> int:
    """Rows to a Parquet file in groups of one size, however they come; how many they were."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows, held, count = 0, list[Any](), 0
    with pq.ParquetWriter(path, schema, compression="zstd", store_schema=False) as writer:
        for batch in batches:
            held.append(batch)
            count, rows = count + batch.num_rows, rows + batch.num_rows
            if count >= _GROUP_ROWS:
                held, count = _write_groups(writer, _whole(held, schema))
        if count or not rows:
            writer.write_table(_whole(held, schema), row_group_size=_GROUP_ROWS)
    return rows


def _whole(batches: list[Any], schema: Any) -> Any:
    """Batches as one piece: how they were cut would show in the pages of the file."""
    return pa.Table.from_batches(batches, None if batches else schema).cast(schema).combine_chunks()


def _write_groups(writer: Any, whole: Any) -> tuple[list[Any], int]:
    """Write as many full groups as there are; what is left over, and how many rows it has."""
    full = whole.num_rows - whole.num_rows % _GROUP_ROWS
    for start in range(0, full, _GROUP_ROWS):
        writer.write_table(whole.slice(start, _GROUP_ROWS).combine_chunks(), row_group_size=_GROUP_ROWS)
    return whole.slice(full).combine_chunks().to_batches(), whole.num_rows - full


def write_table(path: Path, table: Any) -> None:
    """A small table to a Parquet file."""
    write_batches(path, table.schema, table.combine_chunks().to_batches())


def check_schema(path: Path, expected: Any, *, file: str, entry: str) -> int:
    """The rows a Parquet file of a packet holds. Raises ProblemsFound where its columns are not the ones it must have.

    Only what stands at its end is read.
    """
    try:
        found = pq.ParquetFile(path)
        schema = found.schema_arrow
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise packet_problem(file, "is no readable Parquet file", path=entry) from None
    with found:
        if not schema.equals(expected):
            names = ", ".join(schema.names[:_MOST_NAMED])
            raise packet_problem(file, f"does not have the columns it is said to have, but {names}", path=entry)
        rows, size = int(found.metadata.num_rows), path.stat().st_size
        if rows > max(_ANY_ROWS, _MOST_ROWS_A_BYTE * size):
            raise packet_problem(file, f"holds {rows:,} rows in {size:,} bytes, which no records do", path=entry)
        return rows


def first_unlike(stated: Path, computed: Path) -> tuple[int, str, Any, Any] | None:
    """The first row and column in which two Parquet files of a packet differ, with both values; None where they agree.

    A missing row counts as one whose first column is nothing; the row's number counts from 1.
    """
    with pq.ParquetFile(stated) as theirs, pq.ParquetFile(computed) as ours:
        names = ours.schema_arrow.names
        if theirs.schema_arrow.names != names:
            return 0, "its columns", ", ".join(theirs.schema_arrow.names[:_MOST_NAMED]), ", ".join(names)
        if not theirs.schema_arrow.equals(ours.schema_arrow):
            kinds = [", ".join(map(str, one.schema_arrow.types)) for one in (theirs, ours)]
            return 0, "its kinds", kinds[0], kinds[1]
        rows = (theirs.metadata.num_rows, ours.metadata.num_rows)
        start = 0
        pairs = zip(theirs.iter_batches(_COMPARED_ROWS), ours.iter_batches(_COMPARED_ROWS), strict=False)
        for their_rows, our_rows in pairs:
            if (found := _first_in(their_rows, our_rows, start)) is not None:
                return found
            start += our_rows.num_rows
    return None if rows[0] == rows[1] else (min(rows) + 1, "the number of rows", *rows)


def _first_in(their_rows: Any, our_rows: Any, start: int) -> tuple[int, str, Any, Any] | None:
    if their_rows.equals(our_rows):
        return None
    for row, (their, our) in enumerate(zip(their_rows.to_pylist(), our_rows.to_pylist(), strict=False), start + 1):
        if their != our:
            name = next(name for name in our if their[name] != our[name])
            return row, name, their[name], our[name]
    return None
