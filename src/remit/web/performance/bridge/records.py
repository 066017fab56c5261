"""The records behind a number: listed once by the corridor into a file of their own, then read page by page."""

import base64
import binascii
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from remit.engines import duckdb_engine

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


@dataclass(frozen=True, slots=True)
class Times:
    """How long the records of one target took: bins of seconds, over and up to, with how many; the last has no end."""

    target_seconds: int | None
    bins: tuple[tuple[int, int | None, int], ...]


@dataclass(frozen=True)
class Listing:
    """A level's records of a month, ready to be read."""

    rows_at: Path
    windows: tuple[Told, ...]
    columns: tuple[str, ...]
    times: tuple[Times, ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The columns of facts it has beside its own."""
        return tuple(name for name in self.columns if name not in OWN)


def folder_of(run_id: int) -> Path:
    return Path(settings.DATA) / "cache" / f"run-{run_id}"


def stem_of(level: str, month: str) -> str:
    # A level's id is a contract's word: as a digest it can't name another folder.
    return f"{month}-{hashlib.sha256(level.encode()).hexdigest()[:20]}"


def listing(run_id: int, level: str, month: str) -> Listing | None:
    """A listing that was made before; None where it has to be made, as after a restore without the cache."""
    folder, stem = folder_of(run_id), stem_of(level, month)
    try:
        told = json.loads((folder / f"{stem}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    windows = tuple(Told(**{**one, "exclusions": tuple(one["exclusions"])}) for one in told["windows"])
    rows_at = folder / f"{stem}.parquet"
    # A list that an earlier version made has no times.
    times = tuple(Times(one["target_seconds"], tuple(map(tuple, one["bins"]))) for one in told.get("times", ()))
    return Listing(rows_at, windows, tuple(told["columns"]), times) if rows_at.is_file() else None


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
    count = _count(path, found.rows_at.stat().st_mtime_ns, where, tuple(values))
    return Listed(rows, count, _cursor_text(last["sorted_by"], last["place"]) if is_more and last is not None else "")


@lru_cache(maxsize=1_024)
def _count(path: str, _written: int, where: str, values: tuple[str, ...]) -> int:
    """How many records fit a filter: the same on each of its pages, however they are sorted."""
    reader = _reader().cursor()
    try:
        told = reader.execute(f"SELECT count(*) FROM read_parquet(?) WHERE {where}", [path, *values]).fetchone()  # noqa: S608
    finally:
        reader.close()
    return told[0] if told else 0


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
        # What has few values stands first: a record found by one of them is not searched by its key.
        names = [*found.dimensions, "excluded_by", "key"]
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
    shutil.rmtree(folder_of(run_id), ignore_errors=True)


__all__ = [
    "OWN",
    "Asked",
    "Listed",
    "Listing",
    "Times",
    "Told",
    "every_row",
    "folder_of",
    "forget",
    "listing",
    "part_of",
    "record_of",
    "stem_of",
]
