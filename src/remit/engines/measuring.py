"""What goes into an engine with a measure's query and what comes out: small tables, sums, records."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from remit.performance.clocks import ClockTable
from remit.performance.explanations import MeasuredRecord
from remit.performance.measures.queries import RECORD_COLUMNS, Lookup, MeasureQuery
from remit.performance.service_levels import Ratio


@dataclass(frozen=True, slots=True)
class MeasuredTotal:
    """The sums of one window, and of one value of each dimension asked for."""

    window_index: int
    dimensions: tuple[str, ...]
    ratio: Ratio
    excluded: int


def totals_of(query: MeasureQuery, rows: Iterable[Sequence[Any]]) -> list[MeasuredTotal]:
    """The rows of a level's totals as sums, by window and dimensions, in that order."""
    width = len(query.dimensions)
    found = []
    for window, *rest in rows:
        if window < 0:
            continue
        names, (numerator, denominator, sample, excluded) = rest[:width], rest[width:]
        if query.denominators is not None:
            denominator = query.denominators[window] if sample else 0
        ratio = Ratio(int(numerator or 0), int(denominator or 0), int(sample or 0))
        found.append(MeasuredTotal(int(window), tuple(map(str, names)), ratio, int(excluded or 0)))
    return sorted(found, key=lambda one: (one.window_index, one.dimensions))


def records_of(listing: pa.Table, *, judged: bool) -> Iterator[MeasuredRecord]:
    """A listing's rows as records; `judged` says whether a record by itself meets or misses (shares do)."""
    names = [name for name in RECORD_COLUMNS if name != "window_index"]
    columns = [listing.column(name).to_pylist() for name in names]
    for key, numerator, denominator, _, seconds, target, excluded in zip(*columns, strict=True):
        counts = excluded is None and denominator == 1
        yield MeasuredRecord(
            key=str(key),
            met=bool(numerator) if judged and counts else None,
            numerator=int(numerator or 0),
            denominator=int(denominator or 0),
            seconds=None if seconds is None else int(seconds),
            target_seconds=None if target is None else int(target),
            excluded_by=excluded,
        )


def small_tables(query: MeasureQuery) -> dict[str, pa.Table]:
    """The clock tables and lookups a query joins, by name, for an engine to hold while it runs."""
    given = {table.name: arrow_of(table) for table in query.clock_tables}
    return given | {lookup.name: _arrow_of_lookup(lookup) for lookup in query.lookups}


def _arrow_of_lookup(lookup: Lookup) -> pa.Table:
    kinds = (pa.string(), *(pa.int64() for _ in lookup.columns[1:]))
    columns = [[row[index] for row in lookup.rows] for index in range(len(lookup.columns))]
    arrays = [pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)]
    return pa.table(dict(zip(lookup.columns, arrays, strict=True)))


def arrow_of(table: ClockTable) -> pa.Table:
    """A clock table's rows for an engine: key, base, is_open, window.

    `base` is the reading less what an open bucket adds up to its first second, so that F(t) = base + is_open · t
    without a division's rest.
    """
    each = table.rows_each
    first_at = (np.arange(each, dtype=np.int64) + table.first_k) * table.grid_seconds
    base = table.elapsed - table.is_open * np.tile(first_at, len(table.keys))
    return pa.table(
        {
            "key": pa.array(np.arange(len(base), dtype=np.int64)),
            "base": pa.array(base),
            "is_open": pa.array(table.is_open.astype(np.int8)),
            "window": pa.array(table.window.astype(np.int16)),
        }
    )
