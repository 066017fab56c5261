"""An engine for the length of one run, its spill folder gone afterwards."""

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from remit.engines import duckdb_engine
from remit.terms.problems import Problem, ProblemsFound


@contextmanager
def connect(
    *, memory_mb: int, spill: Path | None = None, keeps_order: bool = True
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that spills to a folder of its own, inside `spill` where that is given; nothing is left behind.

    `keeps_order` is for landing files, whose rows are told by their numbers; measuring does without, which takes less
    memory. Raises ProblemsFound where the memory or the disk it may spill to does not do, and KeyboardInterrupt where
    the user stops a query.
    """
    if spill is not None and not spill.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "is no folder to spill to", str(spill))
    with tempfile.TemporaryDirectory(prefix="remit-", dir=spill) as folder:
        connection = duckdb_engine.connect(memory_limit_mb=memory_mb, temp_folder=Path(folder), keeps_order=keeps_order)
        try:
            with _told(memory_mb, Path(folder).parent):
                yield connection
        finally:
            connection.close()


@contextmanager
def _told(memory_mb: int, spill: Path) -> Iterator[None]:
    """What stops the engine, in the user's words."""
    try:
        yield
    except duckdb.OutOfMemoryException as full:
        if "offload" in str(full):
            raise _spill_is_full(spill) from full
        what = f"{memory_mb:,} MB of memory do not do for these records, even with what is spilled to {spill}"
        raise ProblemsFound([Problem("--memory", 0, "", what, "give it more: --memory 8192")]) from full
    except duckdb.IOException as failed:
        if "No space left" not in str(failed):
            raise
        raise _spill_is_full(spill) from failed
    except RuntimeError as stopped:
        # DuckDB's words for a signal that came while it was at work; which one, it does not say.
        if str(stopped) != "Query interrupted":
            raise
        raise KeyboardInterrupt from stopped


def _spill_is_full(spill: Path) -> ProblemsFound:
    what = "the disk is full, and the records do not fit in memory without spilling to it"
    return ProblemsFound([Problem(str(spill), 0, "", what, "name a folder with more room: --spill DIR")])
