"""Listing the records behind a number: made by the engine from the corridor's own query, however many there are.

Nothing of it passes through this process: the query's rows stay in the engine, which spills what its memory can't hold,
and are written to a file that pages read.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import duckdb

from remit.engines.duckdb_engine import DuckDBEngine
from remit.ingest.contract_files import ContractVersions
from remit.performance.facts import DIMENSIONS, TABLES
from remit.reports.charts import binned_counts
from remit.runs import Evidence
from remit.runs.explaining import NotExplainable, Opening, Part, openings
from remit.terms.clocks import ReopenPolicy
from remit.terms.contracts import Contract
from remit.terms.measure_terms import Turnaround
from remit.terms.periods import Period
from remit.web.exclusions.bridge.agreed import agreed_list
from remit.web.exclusions.bridge.evidence import Agreed
from remit.web.performance.bridge.measuring import evidence_of_version
from remit.web.performance.bridge.records import OWN, folder_of, stem_of
from remit.web.performance.models import Run

__all__ = ["NotExplainable", "Wanted", "make_listing", "wanted_of"]

_MOST_TARGETS = 4
_ROWS_A_GROUP = 30_720


@dataclass(frozen=True, slots=True)
class Wanted:
    """A listing to make: of which run, level and month, on which version of whose facts, with which exclusions."""

    run_id: int
    contract: str
    store_version: int
    level: str
    month: Period
    waivers: Sequence[Agreed] = ()


def wanted_of(run: Run, level: str, month: Period) -> Wanted:
    """The listing behind a level's month of a run, with the exclusions agreed on when it was measured."""
    waivers = agreed_list(run.engagement, run.waivers_sha256)
    return Wanted(run.pk, run.engagement.contract_id, run.store_version, level, month, waivers)


def make_listing(terms: ContractVersions, wanted: Wanted) -> int:
    """List the records of a level's month and keep them; how many. Made twice it is the same list.

    Raises NotExplainable where the level is not judged in the month.
    """
    folder = folder_of(wanted.run_id)
    folder.mkdir(parents=True, exist_ok=True)
    stem = stem_of(wanted.level, wanted.month.label)
    with evidence_of_version(wanted.contract, wanted.store_version, waivers=wanted.waivers) as (evidence, _):
        found = openings(terms, evidence, wanted.level, wanted.month)
        listed = _Listed(evidence)
        listed.take(found)
        contract = terms.terms_for(wanted.month)
        columns = listed.write(contract, wanted.level, folder / f"{stem}.parquet")
        windows = listed.told(found)
        told = {"windows": windows, "columns": columns, "times": listed.times()}
    fresh = folder / f"{stem}.{uuid4().hex}.json"
    fresh.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    fresh.replace(folder / f"{stem}.json")
    return sum(one["records"] for one in windows)


class _Listed:
    """The records of some windows as a table of the engine's, `listed`, in the order in which they are shown."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        # A store is read by DuckDB.
        self.engine = cast(DuckDBEngine, evidence.engine)
        self.connection: duckdb.DuckDBPyConnection = self.engine.connection

    def take(self, found: Sequence[Opening]) -> None:
        """The records of all windows: the missed first, then those counted, then those left out."""
        parts: list[str] = []
        for window, opening in enumerate(found):
            for part in opening.parts:
                if part.query is not None:
                    name = f"listed_{len(parts)}"
                    self.engine.keep_listing(part.query, 0, name)
                    parts.append(_rows_of(name, window, opening, part))
            if opening.added:
                parts.append(_relief_of(window, opening))
        rows = " UNION ALL ".join(parts) or f"SELECT {_NOTHING} WHERE false"
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE listed AS SELECT row_number() OVER (ORDER BY CASE WHEN met = false THEN 0 "  # noqa: S608
            f"WHEN excluded_by IS NULL THEN 1 ELSE 2 END, key, win) - 1 AS place, * FROM ({rows})"
        )
        for number in range(len(parts)):
            self.connection.execute(f"DROP TABLE IF EXISTS listed_{number}")

    def told(self, found: Sequence[Opening]) -> list[dict[str, Any]]:
        """What is said of each window beside its records; they add up to its number, or nothing is told."""
        left_out: dict[int, dict[str, int]] = defaultdict(dict)
        for window, name, count in self._rows(
            "SELECT number, excluded_by, count(*) FROM listed WHERE excluded_by IS NOT NULL GROUP BY ALL"
        ):
            left_out[window][name] = count
        sums = {
            window: rest
            for window, *rest in self._rows(
                "SELECT number, sum(numerator)::HUGEINT, sum(denominator)::HUGEINT, count(*) FROM listed GROUP BY ALL"
            )
        }
        windows = []
        for number, one in enumerate(found):
            numerator, denominator, records = sums.get(number, (0, 0, 0))
            one.check_sums(int(numerator) - one.added, int(denominator))
            windows.append(_told(one, left_out[number], records))
        return windows

    def times(self) -> list[dict[str, Any]]:
        """How long the records took that count, by their target; the targets that most records have."""
        counts: dict[int | None, dict[int, int]] = defaultdict(dict)
        for target, seconds, count in self._rows(
            "SELECT nullif(target_seconds, 0), seconds, count(*) FROM listed WHERE excluded_by IS NULL "
            "AND seconds >= 0 GROUP BY ALL"
        ):
            counts[target][seconds] = count
        most = sorted(counts.items(), key=lambda one: (-sum(one[1].values()), one[0] or 0))[:_MOST_TARGETS]
        return [
            {
                "target_seconds": target,
                "bins": [list(asdict(one).values()) for one in binned_counts(found, target_seconds=target)],
            }
            for target, found in most
        ]

    def write(self, contract: Contract, level: str, path: Path) -> list[str]:
        """The records with their own time and dimensions from the facts, as a file; its columns."""
        table = contract.service_levels[level].measure.table
        is_alone = table in self.evidence.columns and len(TABLES[table].key) == 1
        more = [name for name in DIMENSIONS if name in self.evidence.filled.get(table, ())] if is_alone else []
        shown, joined = ['CAST(NULL AS BIGINT) AS "at"'], ""
        if is_alone:
            (key,) = TABLES[table].key
            record = "regexp_replace(l.key, '#[0-9]+$', '')" if _numbers_records(contract, level) else "l.key"
            joined = f'LEFT JOIN "{table}" AS t ON CAST(t."{key}" AS VARCHAR) = {record}'
            shown = [f't."{TABLES[table].time_column}" AS "at"']
        shown += [f'CAST(t."{name}" AS VARCHAR) AS "{name}"' for name in more]
        fresh = path.with_name(f"{path.stem}.{uuid4().hex}.parquet")
        target = str(fresh).replace("'", "''")
        query = f"SELECT l.* EXCLUDE (number), {', '.join(shown)} FROM listed AS l {joined} ORDER BY place"  # noqa: S608
        self.connection.execute(
            f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_A_GROUP})"
        )
        fresh.replace(path)
        return [*OWN, *more]

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.connection.execute(query).fetchall()
        return rows


_COLUMNS: Mapping[str, str] = {
    "number": "INTEGER",
    "win": "VARCHAR",
    "key": "VARCHAR",
    "met": "BOOLEAN",
    "numerator": "BIGINT",
    "denominator": "BIGINT",
    "seconds": "BIGINT",
    "target_seconds": "BIGINT",
    "excluded_by": "VARCHAR",
}
_NOTHING = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in _COLUMNS.items())


def _rows_of(name: str, window: int, opening: Opening, part: Part) -> str:
    """One part's records as rows of the list; a denominator that belongs to the days stands as a row of its own."""
    label = _quoted(opening.attainment.window.label)
    counts = "excluded IS NULL AND denominator = 1"
    values = {
        "number": str(window),
        "win": label,
        "key": "record_key",
        "met": f"CASE WHEN {counts} THEN numerator <> 0 END" if part.judged else "NULL",
        "numerator": "coalesce(numerator, 0)",
        "denominator": "coalesce(denominator, 0)",
        "seconds": "seconds",
        "target_seconds": "target_seconds",
        "excluded_by": "excluded",
    }
    rows = f"SELECT {_typed(values)} FROM {name}"  # noqa: S608
    if part.whole is None:
        return rows
    whole = dict.fromkeys(values, "NULL") | {"number": str(window), "win": label, "key": _quoted(part.whole_name)}
    whole |= {"numerator": "0", "denominator": str(part.whole)}
    is_counted = f"EXISTS (SELECT 1 FROM {name} WHERE excluded IS NULL)"  # noqa: S608
    return f"{rows} UNION ALL SELECT {_typed(whole)} WHERE {is_counted}"


def _relief_of(window: int, opening: Opening) -> str:
    """The contacts that an agreed relief adds, as a row of the list: no record, but a part of the number."""
    row = dict.fromkeys(_COLUMNS, "NULL") | {"number": str(window), "win": _quoted(opening.attainment.window.label)}
    row |= {"key": _quoted(opening.added_name), "numerator": str(opening.added), "denominator": "0"}
    return f"SELECT {_typed(row)}"


def _typed(values: Mapping[str, str]) -> str:
    return ", ".join(f"CAST({value} AS {_COLUMNS[name]}) AS {name}" for name, value in values.items())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _told(one: Opening, left_out: Mapping[str, int], records: int) -> dict[str, Any]:
    return {
        "label": one.attainment.window.label,
        "name": one.name,
        "clause": one.clause or "",
        "definition": one.definition,
        "sql": one.sql,
        "exclusions": [
            {"id": left.id, "reason": left.reason, "clause": left.clause or "", "records": left.records}
            for left in one.exclusions(left_out)
        ],
        "records": records,
    }


def _numbers_records(contract: Contract, level: str) -> bool:
    """Whether a case opened again may be a record of its own, `key#2`."""
    measure = contract.service_levels[level].measure
    clock = contract.clocks[measure.clock] if isinstance(measure, Turnaround) else None
    reopen = None if clock is None else clock.reopen
    return reopen is not None and ReopenPolicy.NEW_RECORD in (reopen.do, reopen.otherwise)
