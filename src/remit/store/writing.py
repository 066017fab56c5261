"""Rows of the engine written as Parquet files of a stored table, a file or a few for each month."""

import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import duckdb

from remit.store.layout import MONTH
from remit.store.places import Place, folder_name
from remit.store.quoting import name_sql, text_sql
from remit.store.tables import StoredFile

_ROW_GROUP = 122_880
# The second version's encodings write a fifth faster and read twice as fast here, in four fifths of the bytes; a
# higher level of compression gains nothing on them. Bloom filters are for single values; a month is measured whole.
_FORMAT = (
    f"FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {_ROW_GROUP}, "
    "WRITE_BLOOM_FILTER false"
)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes for one load of one engagement; `load` begins each file's name, `at` is when."""

    connection: duckdb.DuckDBPyConnection
    engagement: str
    load: str
    at: int

    def write(self, place: Place, query: str) -> list[StoredFile]:
        """Write a query's rows, its column `month` saying which partition each belongs to; the files stand on disk.

        Nothing refers to them until the table's log does: a load killed here leaves files that no reader ever opens.
        """
        return self._placed(place, partial(self._parted, query))

    def write_months(self, place: Place, queries: Mapping[str, str]) -> list[StoredFile]:
        """The same of a query for each month, which has no such column: nothing is sorted into partitions.

        Months are written side by side. A query may read whatever stands in the engine but temporary tables, which a
        second cursor does not see. A month without rows gets no file.
        """
        if not queries:
            return []
        return self._placed(place, partial(self._side_by_side, queries, is_local=place.folder is not None))

    def _placed(self, place: Place, copied: Callable[[Path, str], list[StoredFile]]) -> list[StoredFile]:
        folder = folder_name(self.engagement)
        if place.folder is not None:
            root = place.folder / folder
            root.mkdir(parents=True, exist_ok=True)
            files = copied(root, folder)
        else:
            with tempfile.TemporaryDirectory(prefix="remit-") as kept:
                files = copied(Path(kept), folder)
                for file in files:
                    place.put(Path(kept) / Path(file.path).relative_to(folder), file.path)
        place.settle_on_disk([file.path for file in files])
        return files

    def _parted(self, query: str, root: Path, folder: str) -> list[StoredFile]:
        """Files in a folder a month, each begun with the load's id."""
        written = self.connection.execute(
            f"COPY ({query}) TO {text_sql(str(root))} ({_FORMAT}, "
            f"PARTITION_BY ({name_sql(MONTH)}), APPEND true, FILENAME_PATTERN {text_sql(f'{self.load}-{{uuid}}')}, "
            "RETURN_STATS true)"
        ).fetchall()
        return [self._stored(Path(row[0]), int(row[1]), root, folder) for row in written]

    def _side_by_side(self, queries: Mapping[str, str], root: Path, folder: str, *, is_local: bool) -> list[StoredFile]:
        # What a bucket's files are read by is known to the connection alone, not to its cursors.
        workers = min(len(queries), _threads(self.connection)) if is_local else 1
        if workers <= 1:
            written = [self._month(self.connection, root, folder, *one) for one in queries.items()]
        else:
            written = self._on_cursors(queries, root, folder, workers=workers)
        return [file for file in written if file is not None]

    def _on_cursors(
        self, queries: Mapping[str, str], root: Path, folder: str, *, workers: int
    ) -> list[StoredFile | None]:
        with ThreadPoolExecutor(workers) as pool:
            waiting = [
                pool.submit(self._month, self.connection.cursor(), root, folder, *one) for one in queries.items()
            ]
            try:
                return [one.result() for one in waiting]
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _month(
        self, connection: duckdb.DuckDBPyConnection, root: Path, folder: str, month: str, query: str
    ) -> StoredFile | None:
        path = root / f"{MONTH}={month}" / f"{self.load}-{uuid4()}.parquet"
        path.parent.mkdir(exist_ok=True)
        ((rows,),) = connection.execute(f"COPY ({query}) TO {text_sql(str(path))} ({_FORMAT})").fetchall()
        if not rows:
            path.unlink()
            return None
        return self._stored(path, int(rows), root, folder)

    def _stored(self, path: Path, rows: int, root: Path, folder: str) -> StoredFile:
        month = path.parent.name.partition("=")[2]
        relative = f"{folder}/{path.relative_to(root).as_posix()}"
        return StoredFile(relative, path.stat().st_size, rows, self.engagement, month, self.at * 1000)


def _threads(connection: duckdb.DuckDBPyConnection) -> int:
    ((threads,),) = connection.execute("SELECT current_setting('threads')").fetchall()
    return int(threads)
