"""Rows of the engine written as Parquet files of a stored table, a file or a few for each month."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from remit.store.layout import MONTH
from remit.store.places import Place, folder_name
from remit.store.quoting import name_sql, text_sql
from remit.store.tables import StoredFile

_ROW_GROUP = 122_880


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
        folder = folder_name(self.engagement)
        if place.folder is not None:
            root = place.folder / folder
            root.mkdir(parents=True, exist_ok=True)
            files = self._copied(query, root, folder)
        else:
            with tempfile.TemporaryDirectory(prefix="remit-") as kept:
                files = self._copied(query, Path(kept), folder)
                for file in files:
                    place.put(Path(kept) / Path(file.path).relative_to(folder), file.path)
        place.settle_on_disk([file.path for file in files])
        return files

    def _copied(self, query: str, root: Path, folder: str) -> list[StoredFile]:
        """Files in a folder a month, each begun with the load's id."""
        written = self.connection.execute(
            f"COPY ({query}) TO {text_sql(str(root))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP}, "
            f"PARTITION_BY ({name_sql(MONTH)}), APPEND true, FILENAME_PATTERN {text_sql(f'{self.load}-{{uuid}}')}, "
            "RETURN_STATS true)"
        ).fetchall()
        return [self._stored(Path(row[0]), int(row[1]), root, folder) for row in written]

    def _stored(self, path: Path, rows: int, root: Path, folder: str) -> StoredFile:
        month = path.parent.name.partition("=")[2]
        relative = f"{folder}/{path.relative_to(root).as_posix()}"
        return StoredFile(relative, path.stat().st_size, rows, self.engagement, month, self.at * 1000)
