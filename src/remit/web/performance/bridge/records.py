"""The records behind a number: listed once by the corridor into a file of their own, then read page by page."""

import base64
import binascii
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pyarrow as pa
from django.conf import settings

from remit.engines import duckdb_engine
from remit.ingest.contract_files import ContractVersions
from remit.performance.explanations import Explanation, MeasuredRecord
from remit.performance.facts import DIMENSIONS, TABLES
from remit.runs import Evidence, explain
from remit.runs.explaining import NotExplainable
from remit.terms.clocks import ReopenPolicy
from remit.terms.contracts import Contract
from remit.terms.measure_terms import Turnaround
from remit.terms.periods import Period
from remit.web.performance.bridge.measuring import evidence_of_version

OWN = ("place", "win", "key", "met", "numerator", "denominator", "seconds", "target_seconds", "excluded_by", "at")
"""The columns every listing has; after them come the columns by which the facts can be split."""

_SORTS = {"place": "place", "key": "key", "seconds": "coalesce(seconds, -1)", "at": 'coalesce("at", -1)'}
_ONLY = {
    "missed": "met = false",
    "met": "met = true",
    "excluded": "excluded_by IS NOT NULL",
    "counted": "excluded_by IS NULL",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants of a listing: which records, in which order, after which one."""

    only: str = ""
    text: str = ""
    sort: str = "place"
    is_down: bool = False
    after: str = ""
    size: int = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of a listing: its rows by column, how many records fit altogether, and where the next part begins."""

    rows: list[dict[str, Any]]
    count: int
    next: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a level's window beside its records."""

    label: str
    name: str
    clause: str
    definition: str
    sql: str
    exclusions: tuple[Mapping[str, Any], ...]
    records: int


@dataclass(frozen=True)
class Listing:
    """A level's records of a month, ready to be read."""

    rows_at: Path
    windows: tuple[Told, ...]
    columns: tuple[str, ...]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The columns of facts it has beside its own."""
        return tuple(name for name in self.columns if name not in OWN)


def _folder(run_id: int) -> Path:
    return Path(settings.DATA) / "cache" / f"run-{run_id}"


def _stem(level: str, month: str) -> str:
    # A level's id is a contract's word: as a digest it can't name another folder.
    return f"{month}-{hashlib.sha256(level.encode()).hexdigest()[:20]}"


def listing(run_id: int, level: str, month: str) -> Listing | None:
    """A listing that was made before; None where it has to be made, as after a restore without the cache."""
    folder, stem = _folder(run_id), _stem(level, month)
    try:
        told = json.loads((folder / f"{stem}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    windows = tuple(Told(**{**one, "exclusions": tuple(one["exclusions"])}) for one in told["windows"])
    rows_at = folder / f"{stem}.parquet"
    return Listing(rows_at, windows, tuple(told["columns"])) if rows_at.is_file() else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A listing to make: of which run, level and month, on which version of whose facts."""

    run_id: int
    contract: str
    store_version: int
    level: str
    month: Period


def make_listing(terms: ContractVersions, wanted: Wanted) -> int:
    """List the records of a level's month and keep them; how many. Made twice it is the same list.

    Raises NotExplainable where the level is not judged in the month.
    """
    folder = _folder(wanted.run_id)
    folder.mkdir(parents=True, exist_ok=True)
    stem = _stem(wanted.level, wanted.month.label)
    with evidence_of_version(wanted.contract, wanted.store_version) as (evidence, _):
        found = explain(terms, evidence, wanted.level, wanted.month)
        contract = terms.terms_for(wanted.month)
        columns = _write_rows(evidence, contract, wanted.level, found, folder / f"{stem}.parquet")
    told = {"windows": [_told(one) for one in found], "columns": columns}
    fresh = folder / f"{stem}.{uuid4().hex}.json"
    fresh.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    fresh.replace(folder / f"{stem}.json")
    return sum(len(one.records) for one in found)


def _told(one: Explanation) -> dict[str, Any]:
    return {
        "label": one.attainment.window.label,
        "name": one.name,
        "clause": one.clause or "",
        "definition": one.definition,
        "sql": one.sql,
        "exclusions": [
            {"id": left.id, "reason": left.reason, "clause": left.clause or "", "records": left.records}
            for left in one.exclusions
        ],
        "records": len(one.records),
    }


def _place(record: MeasuredRecord) -> int:
    """The missed first, then those counted, then those left out."""
    return 0 if record.met is False else 2 if record.excluded_by else 1


def _rows(found: Sequence[Explanation]) -> pa.Table:
    pairs = [(one.attainment.window.label, record) for one in found for record in one.records]
    pairs.sort(key=lambda pair: (_place(pair[1]), pair[1].key, pair[0]))
    records = [record for _, record in pairs]
    return pa.table(
        {
            "place": pa.array(range(len(pairs)), pa.int64()),
            "win": pa.array([label for label, _ in pairs], pa.string()),
            "key": pa.array([one.key for one in records], pa.string()),
            "met": pa.array([one.met for one in records], pa.bool_()),
            "numerator": pa.array([one.numerator for one in records], pa.int64()),
            "denominator": pa.array([one.denominator for one in records], pa.int64()),
            "seconds": pa.array([one.seconds for one in records], pa.int64()),
            "target_seconds": pa.array([one.target_seconds for one in records], pa.int64()),
            "excluded_by": pa.array([one.excluded_by for one in records], pa.string()),
        }
    )


def _write_rows(
    evidence: Evidence, contract: Contract, level: str, found: Sequence[Explanation], path: Path
) -> list[str]:
    """The records with their own time and dimensions from the facts, as a file; its columns."""
    connection = evidence.engine.connection  # type: ignore[attr-defined]  # a store is read by DuckDB
    table = contract.service_levels[level].measure.table
    is_alone = table in evidence.columns and len(TABLES[table].key) == 1
    more = [name for name in DIMENSIONS if name in evidence.filled.get(table, ())] if is_alone else []
    connection.register("listed_records", _rows(found))
    shown = ["l.*", *(f'CAST(t."{name}" AS VARCHAR) AS "{name}"' for name in more)]
    if is_alone:
        (key,) = TABLES[table].key
        time = TABLES[table].time_column
        record = "regexp_replace(l.key, '#[0-9]+$', '')" if _numbers_records(contract, level) else "l.key"
        joined = f'LEFT JOIN "{table}" AS t ON CAST(t."{key}" AS VARCHAR) = {record}'
        shown.insert(1, f't."{time}" AS "at"')
    else:
        joined = ""
        shown.insert(1, 'CAST(NULL AS BIGINT) AS "at"')
    fresh = path.with_name(f"{path.stem}.{uuid4().hex}.parquet")
    query = f"SELECT {', '.join(shown)} FROM listed_records AS l {joined} ORDER BY place"  # noqa: S608
    target = str(fresh).replace("'", "''")
    connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    connection.unregister("listed_records")
    fresh.replace(path)
    return [*OWN, *more]


def _numbers_records(contract: Contract, level: str) -> bool:
    """Whether a case opened again may be a record of its own, `key#2`."""
    measure = contract.service_levels[level].measure
    clock = contract.clocks[measure.clock] if isinstance(measure, Turnaround) else None
    reopen = None if clock is None else clock.reopen
    return reopen is not None and ReopenPolicy.NEW_RECORD in (reopen.do, reopen.otherwise)


@lru_cache(maxsize=1)
def _reader() -> duckdb.DuckDBPyConnection:
    """One engine a process for reading listings; each request takes a cursor of it."""
    return duckdb_engine.connect(threads=1, memory_limit_mb=256)


def part_of(found: Listing, asked: Asked) -> Listed:
    """The records asked for, from where the last part ended; a page deep inside costs no more than the first."""
    where, values = _where(found, asked)
    order = _SORTS.get(asked.sort, "place")
    up_or_down, further = ("DESC", "<") if asked.is_down else ("ASC", ">")
    cursor = _cursor(asked.after)
    going_on, after = "", []
    if cursor is not None:
        going_on, after = f" AND ({order}, place) {further} (?, ?)", list(cursor)
    reader, path = _reader().cursor(), str(found.rows_at)
    try:
        (count,) = reader.execute(
            f"SELECT count(*) FROM read_parquet(?) WHERE {where}",  # noqa: S608
            [path, *values],
        ).fetchone() or (0,)
        reader.execute(
            f"SELECT *, {order} AS sorted_by FROM read_parquet(?) WHERE {where}{going_on} "  # noqa: S608
            f"ORDER BY {order} {up_or_down}, place {up_or_down} LIMIT {asked.size + 1}",
            [path, *values, *after],
        )
        names = [one[0] for one in reader.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in reader.fetchall()]
    finally:
        reader.close()
    is_more = len(rows) > asked.size
    rows = rows[: asked.size]
    last = rows[-1] if rows else None
    return Listed(rows, count, _cursor_text(last["sorted_by"], last["place"]) if is_more and last is not None else "")


def every_row(found: Listing, asked: Asked) -> Iterator[tuple[Any, ...]]:
    """All records asked for, one by one, in the columns of the listing."""
    where, values = _where(found, asked)
    order = _SORTS.get(asked.sort, "place")
    up_or_down = "DESC" if asked.is_down else "ASC"
    columns = ", ".join(f'"{name}"' for name in found.columns)
    reader = _reader().cursor()
    try:
        reader.execute(
            f"SELECT {columns} FROM read_parquet(?) WHERE {where} "  # noqa: S608
            f"ORDER BY {order} {up_or_down}, place {up_or_down}",
            [str(found.rows_at), *values],
        )
        while rows := reader.fetchmany(2_000):
            yield from rows
    finally:
        reader.close()


def record_of(found: Listing, key: str) -> list[dict[str, Any]]:
    """What a listing says of one record, once for each window it counts in."""
    reader = _reader().cursor()
    try:
        reader.execute("SELECT * FROM read_parquet(?) WHERE key = ?", [str(found.rows_at), key])
        names = [one[0] for one in reader.description or ()]
        return [dict(zip(names, row, strict=True)) for row in reader.fetchall()]
    finally:
        reader.close()


def _where(found: Listing, asked: Asked) -> tuple[str, list[Any]]:
    parts, values = [_ONLY.get(asked.only, "true")], []
    if asked.text:
        names = ["key", "excluded_by", *found.dimensions]
        parts.append("(" + " OR ".join(f"contains(lower(coalesce(\"{name}\", '')), ?)" for name in names) + ")")
        values = [asked.text.lower()] * len(names)
    return " AND ".join(parts), values


def _cursor_text(sorted_by: object, place: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([sorted_by, place]).encode()).decode()


def _cursor(text: str) -> tuple[str | int, int] | None:
    """Where a part ended; what nobody gave out begins at the beginning."""
    try:
        sorted_by, place = json.loads(base64.urlsafe_b64decode(text.encode()))
    except (ValueError, TypeError, binascii.Error):
        return None
    is_known = isinstance(sorted_by, str | int) and isinstance(place, int)
    return (sorted_by, place) if is_known and abs(place) < 2**62 else None


def forget(run_id: int) -> None:
    """Take the listings of a run away; they can be made again."""
    shutil.rmtree(_folder(run_id), ignore_errors=True)


__all__ = [
    "OWN",
    "Asked",
    "Listed",
    "Listing",
    "NotExplainable",
    "Told",
    "Wanted",
    "every_row",
    "forget",
    "listing",
    "make_listing",
    "part_of",
    "record_of",
]
