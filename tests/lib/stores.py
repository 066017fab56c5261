"""Stores filled from text tables: an export is written as files, loaded as the command loads it, and read back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remit.engines import duckdb_engine
from remit.runs.loading import Export, Loaded, load_export
from remit.store import Act, Entry, Manifest, Place, compact, read_manifest, snapshot, withdraw

CONTRACT = "MSA-7"
LOADED_AT = 1_770_000_000


def export(folder: Path, **tables: str) -> Path:
    """A folder of CSV files named after their tables, each given as a text table: columns parted by bars."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        lines = [",".join(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]
        if name == "mapping":
            (folder / "mapping.yaml").write_text(text)
        else:
            (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return folder


@dataclass
class Shelf:
    """A store under test; loads are numbered L1, L2 … and come a day after one another."""

    folder: Path
    number: int = 0

    @property
    def url(self) -> str:
        return str(self.folder / "store")

    @property
    def manifest(self) -> Manifest:
        return read_manifest(self.url)

    def load(self, *, contract: str = CONTRACT, exported_at: int | None = None, **tables: str) -> Loaded:
        """Load an export given as text tables."""
        return self.load_folder(export(self.folder / f"export-{self.number + 1}", **tables), contract, exported_at)

    def load_folder(self, folder: Path, contract: str = CONTRACT, exported_at: int | None = None) -> Loaded:
        """Load a folder that is there."""
        self.number += 1
        at = LOADED_AT + self.number * 86_400
        what = Export(folder, None, at if exported_at is None else exported_at, self.folder / "quarantine.csv")
        connection = duckdb_engine.connect(threads=1)
        act = Act(f"L{self.number}", "ann", at)
        loaded = load_export(what, url=self.url, engagement=contract, act=act, connection=connection)
        connection.close()
        return loaded

    def withdraw(self, load: str) -> Entry:
        """Take a load back."""
        self.number += 1
        act = Act(f"W{self.number}", "bob", LOADED_AT + self.number * 86_400)
        return withdraw(Place(self.url), load, act, duckdb_engine.connect(threads=1))

    def compact(self) -> Entry | None:
        """Join the small files."""
        self.number += 1
        act = Act(f"C{self.number}", "bob", LOADED_AT + self.number * 86_400)
        return compact(Place(self.url), act, duckdb_engine.connect(threads=1))

    def rows(
        self, table: str, columns: str, *, version: int | None = None, contract: str = CONTRACT
    ) -> list[tuple[Any, ...]]:
        """Some columns of every record of a table at a version, in order."""
        manifest = self.manifest
        connection = duckdb_engine.connect(threads=1)
        snapshot(manifest, contract, connection, version=manifest.head if version is None else version)
        return connection.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()

    def files(self, table: str) -> set[Path]:
        """The Parquet files that stand in a table's folder, whoever names them."""
        return set((Path(self.url) / "tables" / table).rglob("*.parquet"))


def counts(loaded: Loaded) -> tuple[int, int, int, int]:
    """What became of a load's records: new, changed, unchanged, older."""
    assert loaded.entry is not None
    total = loaded.entry.total
    return total.new, total.changed, total.unchanged, total.older
