"""The records that are measured: seeded cases, and the pauses in their lives, as Parquet files in order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.desk import CALENDARS, LONGEST_LIFE_SECONDS, RUNS, year_ends_at, year_starts_at
from remit.engines.duckdb_engine import connect

SEED = 20_260_101


@dataclass(frozen=True, slots=True)
class Records:
    """Two files: `cases` (a row a case) and `case_events` (a row each time a case is paused or goes on)."""

    cases: Path
    case_events: Path
    case_count: int
    event_count: int


def make_records(folder: Path, *, case_count: int) -> Records:
    """Cases opened evenly over a year, most resolved within days and a few within two weeks, with 3.2 events a case.

    Three cases in ten are never paused; the others one to four times, at even steps of their lives. Both files are in
    order of time, as exports are, and written as DuckDB writes Parquet unless told otherwise. The same seed and
    DuckDB version give the same rows.
    """
    folder.mkdir(parents=True)
    cases, case_events = folder / "cases.parquet", folder / "case_events.parquet"
    events = f"SELECT * EXCLUDE (step) FROM ({events_sql(_text(cases))})"
    with connect(temp_folder=folder / "spilled", memory_limit_mb=4_096) as connection:
        connection.execute(f"COPY ({cases_sql(case_count)}) TO '{cases}' (FORMAT parquet)")
        connection.execute(f"COPY ({events} ORDER BY \"at\") TO '{case_events}' (FORMAT parquet)")
        counted = connection.execute(f"SELECT count(*) FROM '{case_events}'").fetchone()
    return Records(cases, case_events, case_count, counted[0] if counted else 0)


def _text(file: Path) -> str:
    return f"'{file}'"


def cases_sql(case_count: int, *, first: int = 0, last: int | None = None) -> str:
    """The cases numbered from `first` up to, not including, `last`, of so many in all."""
    opened_at = f"{year_starts_at()} + (i * {year_ends_at() - year_starts_at()}) // {case_count}"
    return f"""
        WITH drawn AS (
            SELECT i AS case_key, {opened_at} AS opened_at,
                   hash(i, {SEED}, 'life') % 1000000 / 1e6 AS life,
                   hash(i, {SEED}, 'priority') % 100 AS lot,
                   {_one_of(list(CALENDARS), f"hash(i, {SEED}, 'site')")} AS site
            FROM range({first}, {case_count if last is None else last}) AS numbers(i))
        SELECT case_key, opened_at,
               opened_at + 60 + CAST(pow(life, 3) * {LONGEST_LIFE_SECONDS - 60} AS BIGINT) AS resolved_at,
               CASE WHEN lot < 5 THEN 'P1' WHEN lot < 25 THEN 'P2' WHEN lot < 70 THEN 'P3' ELSE 'P4' END AS priority,
               site
        FROM drawn"""


def events_sql(cases: str) -> str:
    """The changes of status of some cases, a relation; `step` is the change's place in its case's life."""
    pausing = [status for status, runs in RUNS.items() if not runs]
    running = [status for status, runs in RUNS.items() if runs]
    paused = _one_of(pausing, f"hash(case_key, {SEED}, (step + 1) // 2)")
    at_first = _one_of(running, f"hash(case_key, {SEED}, 'first')")
    return f"""
        WITH drawn AS (
            SELECT case_key, opened_at, resolved_at - opened_at AS life, site,
                   hash(case_key, {SEED}, 'pauses') % 17 AS lot
            FROM {cases}),
        paused AS (
            SELECT *, CASE WHEN lot < 5 THEN 0 WHEN lot < 9 THEN 1 WHEN lot < 12 THEN 2
                           WHEN lot < 15 THEN 3 ELSE 4 END AS pauses
            FROM drawn),
        steps AS (SELECT *, unnest(range(1, 2 * pauses + 1)) AS step FROM paused)
        SELECT case_key, opened_at + life * step // (2 * pauses + 1) AS "at", site, step,
               CASE WHEN step % 2 = 0 THEN {paused} WHEN step = 1 THEN {at_first} ELSE 'In Progress' END AS status_from,
               CASE WHEN step % 2 = 1 THEN {paused} ELSE 'In Progress' END AS status
        FROM steps"""


def _one_of(words: Sequence[str], number: str) -> str:
    cases = " ".join(f"WHEN {index} THEN '{word}'" for index, word in enumerate(words))
    return f"CASE {number} % {len(words)} {cases} END"
