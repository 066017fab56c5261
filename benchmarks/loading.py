"""Loading a store: an export of cases landed, checked, merged and acknowledged, over a plain copy of its file.

The export has twelve columns: a key, three local times of a zone with daylight saving (so that a few times of October
exist twice and are set aside), words that a mapping turns into ours, a number, and texts. The load is all that `remit
load` does but reading the contract: fingerprint, checks, quarantine, keys, a file a month, digests, manifest, disk. The
plain copy is DuckDB's, of the same file to one Parquet file, with the types it finds by itself and nothing checked.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import duckdb

from benchmarks.alternating import alternate
from benchmarks.figures import Figure
from remit.runs.connections import connect
from remit.runs.loading import Export, Loaded, load_export
from remit.store import Act

RATE_BOUND, CORRECTION_BOUND = 2.0, 0.6
CORRECTED_SHARE = 100
YEAR_DAYS, MONTH_DAYS = 364, 31
_MEMORY_MB = 2_048

MAPPING = """\
remit_mapping: 1
time_zone: Europe/Lisbon
sources:
  - table: cases
    files: "cases.*"
    columns:
      case_key: number
      opened_at: opened
      first_response_at: responded
      resolved_at: resolved
      status: state
      priority:
        {from: urgency, words: {1 - Critical: P1, 2 - High: P2, 3 - Moderate: P3, 4 - Low: P4}, otherwise: quarantine}
      team: group
      site: site
      channel: channel
      customer_key: customer
      contacts: contacts
      category: category
"""


@dataclass
class _Shelf:
    """Where loads go: a fresh store for each first load, which a correction then finds."""

    folder: Path
    number: int = 0
    store: Path = field(default_factory=Path)

    def load_first(self, export: Path) -> Loaded:
        """Load into a store of its own; the one before is gone."""
        if self.number:
            shutil.rmtree(self.store)
        self.number += 1
        self.store = self.folder / f"store-{self.number}"
        return self._load(export)

    def correct(self, export: Path) -> Loaded:
        """Load into the store of the last first load."""
        self.number += 1
        return self._load(export)

    def _load(self, folder: Path) -> Loaded:
        export = Export(folder, None, self.number, self.folder / "quarantine.csv")
        act = Act(f"L{self.number}", "bench", self.number)
        with connect(memory_mb=_MEMORY_MB) as connection:
            return load_export(export, url=str(self.store), engagement="BENCH", act=act, connection=connection)


def loading_figures(folder: Path, *, row_count: int, rounds: int) -> list[Figure]:
    """The rates of CSV and Parquet over a plain copy, and a correction of one case in a hundred over its first load."""
    folder.mkdir()
    shelf = _Shelf(folder)
    figures = []
    for kind in ("csv", "parquet"):
        export = _exported(folder / kind, kind, row_count=row_count, days=YEAR_DAYS)
        _check_counts(shelf.load_first(export), row_count)
        took = alternate(
            {"plain": partial(_copy_plainly, export / f"cases.{kind}"), "ours": partial(shelf.load_first, export)},
            rounds=rounds,
        )
        name = {"csv": "CSV", "parquet": "Parquet"}[kind]
        what = f"load of {row_count:,} cases of a year from {name}, over a plain copy of the file to Parquet"
        figures.append(_figure(what, took["ours"], took["plain"], RATE_BOUND))
        shutil.rmtree(export)
    figures.append(_correction_figure(folder, shelf, row_count=row_count // 3, rounds=rounds))
    return figures


def _correction_figure(folder: Path, shelf: _Shelf, *, row_count: int, rounds: int) -> Figure:
    month = _exported(folder / "month", "csv", row_count=row_count, days=MONTH_DAYS)
    corrected = _exported(
        folder / "corrected", "csv", row_count=row_count, days=MONTH_DAYS, only=f"i % {CORRECTED_SHARE} = 7"
    )
    runs: Mapping[str, Callable[[], object]] = {
        "first": partial(shelf.load_first, month),
        "correction": partial(shelf.correct, corrected),
    }
    took = alternate(runs, rounds=rounds)
    what = f"correction of 1 % of a month of {row_count:,} cases, over that month's first load"
    return _figure(what, took["correction"], took["first"], CORRECTION_BOUND)


def _figure(what: str, ours: float, other: float, bound: float) -> Figure:
    return Figure("f", what, f"{ours:.3f} s over {other:.3f} s", ours / other, bound)


def _check_counts(loaded: Loaded, row_count: int) -> None:
    """A row that is neither loaded nor set aside stops the benchmark."""
    assert loaded.entry is not None
    found = loaded.entry.total.new + loaded.entry.quarantined
    if found != row_count:
        raise SystemExit(f"{row_count:,} rows were written, and {found:,} came out of the load")


def _copy_plainly(file: Path) -> None:
    reader = "read_csv" if file.suffix == ".csv" else "read_parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (FROM {reader}('{file}')) TO '{file.parent.parent / 'plain.parquet'}' (FORMAT parquet)"
        )


def _exported(folder: Path, kind: str, *, row_count: int, days: int, only: str = "true") -> Path:
    """A folder with the cases as one file and the mapping that reads it; corrected cases have another status."""
    folder.mkdir()
    (folder / "mapping.yaml").write_text(MAPPING)
    status = "status" if only == "true" else "'Reopened'"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY ({_cases_sql(row_count, days=days, only=only, status=status)}) TO '{folder / f'cases.{kind}'}' "
            f"(FORMAT {kind}{', HEADER' if kind == 'csv' else ''})"
        )
    return folder


def _cases_sql(row_count: int, *, days: int, only: str, status: str) -> str:
    def one_of(words: str, salt: str) -> str:
        return f"[{words}][CAST(1 + hash(i, '{salt}') % {words.count(',') + 1} AS BIGINT)]"

    return f"""
        SELECT 'INC' || lpad(CAST(i AS VARCHAR), 9, '0') AS number, moment AS opened,
               moment + to_seconds(CAST(60 + hash(i, 'answer') % 7200 AS BIGINT)) AS responded,
               CASE WHEN hash(i, 'open') % 20 < 19
                    THEN moment + to_seconds(CAST(7300 + hash(i, 'life') % 600000 AS BIGINT)) END AS resolved,
               {status} AS state,
               {one_of("'1 - Critical', '2 - High', '3 - Moderate', '4 - Low'", "urgency")} AS urgency,
               'Team ' || hash(i, 'team') % 40 AS "group",
               {one_of("'Lisbon', 'Cebu', 'Pune', 'Denver'", "site")} AS site,
               {one_of("'phone', 'e-mail', 'chat'", "channel")} AS channel,
               'C' || hash(i, 'customer') % 300000 AS customer,
               CAST(1 + hash(i, 'contacts') % 6 AS BIGINT) AS contacts,
               'Category ' || hash(i, 'category') % 25 AS category
        FROM (SELECT i,
                     TIMESTAMP '2026-01-01' + to_seconds(CAST(i * {days * 86_400} // {row_count} AS BIGINT)) AS moment,
                     {one_of("'New', 'In Progress', 'On Hold', 'Resolved', 'Closed'", "status")} AS status
              FROM range({row_count}) AS numbers(i) WHERE {only})"""
