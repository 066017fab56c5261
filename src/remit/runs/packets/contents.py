"""What a packet says of its facts, computed from them: statement, records, exclusions, clock tables, and the SQL."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from remit.engines.duckdb_engine import DuckDBEngine
from remit.engines.measuring import small_tables
from remit.ingest.contract_files import ContractVersions
from remit.packets.manifests import EXCLUSIONS, LEVELS, STATEMENT
from remit.packets.tables import write_batches, write_table
from remit.performance.measures.definitions import definition_of
from remit.performance.measures.queries import MeasureQuery
from remit.performance.service_levels import Attainment
from remit.performance.settlements import Settlement
from remit.reports.statements import as_json
from remit.reports.statements.tabular import judged_fields, period_fields
from remit.runs.evidence import Evidence
from remit.runs.judging import JudgedMonth, Piece, Progress, Request, Walk, judge_months, walk_of
from remit.runs.measured import missing_tables, query_for
from remit.runs.packets.carried import CarriedFacts
from remit.runs.packets.facts import view_sql
from remit.runs.settling import settle_contract
from remit.store.quoting import name_sql
from remit.terms.service_levels import Exclusion

_RECORDS = pa.schema(
    [
        ("record", pa.string()), ("window_from", pa.string()), ("window_to", pa.string()), ("met", pa.bool_()),
        ("numerator", pa.int64()), ("denominator", pa.int64()), ("seconds", pa.int64()),
        ("target_seconds", pa.int64()), ("excluded_by", pa.string()),
    ]
)  # fmt: skip


@dataclass(slots=True)
class Computed:
    """What was computed: the settlements, the names of the files written, and how much there was of each kind."""

    settlements: tuple[Settlement, ...]
    names: list[str] = field(default_factory=list)
    levels: int = 0
    records: int = 0
    clock_tables: int = 0

    @property
    def credit_lines(self) -> int:
        """The lines of all statements."""
        return sum(len(one.statement.lines) for one in self.settlements)


def compute_contents(
    folder: Path,
    versions: ContractVersions,
    evidence: Evidence,
    carried: CarriedFacts,
    request: Request,
    *,
    progress: Progress | None = None,
) -> Computed:
    """Settle the months of a packet from its facts and write everything that follows below a folder."""
    settlements = settle_contract(versions, evidence, request, progress=progress)
    found = Computed(settlements)
    _write(found, folder, STATEMENT, as_json(settlements))
    walk = walk_of(versions, evidence, request.as_of)
    levels: list[dict[str, Any]] = []
    if walk is not None:
        asked = [
            month for month in judge_months(walk, walk.months_to_settle(request)) if request.includes(month.period)
        ]
        writer = _LevelWriter(found, folder, walk, carried)
        for month in asked:
            if progress is not None:
                progress(f"listing the records of {month.period.label}", 0, 0)
            levels += [writer.write(month, one, number) for one, number in _numbered(month.attainments)]
    _write_json(found, folder, LEVELS, levels)
    _write_json(found, folder, EXCLUSIONS, [_exclusions_of(level) for level in levels if level["exclusions"]])
    return found


def _write(found: Computed, folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    found.names.append(name)


def _write_json(found: Computed, folder: Path, name: str, told: Any) -> None:
    _write(found, folder, name, json.dumps(told, ensure_ascii=False, indent=1) + "\n")


def _numbered(attainments: Sequence[Attainment]) -> Iterator[tuple[Attainment, int]]:
    """Each attainment and which of its level's windows in the month it is, from 1."""
    seen: dict[str, int] = {}
    for one in attainments:
        seen[one.service_level] = seen.get(one.service_level, 0) + 1
        yield one, seen[one.service_level]


def _exclusions_of(level: Mapping[str, Any]) -> dict[str, Any]:
    return {name: level[name] for name in ("period", "id", "window", "exclusions")}


@dataclass(frozen=True, slots=True)
class _LevelWriter:
    """Writes one level of one window after the other: its records, and its query with the tables it joins."""

    found: Computed
    folder: Path
    walk: Walk
    carried: CarriedFacts

    def write(self, month: JudgedMonth, one: Attainment, number: int) -> dict[str, Any]:
        """The files of one attainment; what is to be said of it in the list of levels."""
        level_id, label = one.service_level, month.period.start_on.isoformat()[:7]
        # A level may be called SL1-2: what is counted stands in a folder of the level's own.
        place = f"{label}/{level_id}" + (f"/window-{number}" if number > 1 else "")
        pieces = month.pieces.get((level_id, one.window), ())
        listed = list[_Listed]()
        sql = []
        for position, piece in enumerate(pieces, 1):
            missing = missing_tables(piece.contract, level_id, self.walk.evidence)
            if missing:
                continue
            query = query_for(piece.contract, level_id, piece.days, self.walk.evidence, as_of=self.walk.as_of)
            name = place if position == 1 else f"{place}/part-{position}"
            sql.append(self._write_sql(name, level_id, piece, query))
            listed.append(_Listed(piece, query, is_judged=piece.contract.service_levels[level_id].measure.is_share))
        records, applied = self._write_records(f"results/records/{place}.parquet", listed)
        self.found.levels += 1
        level = month.contract.service_levels[level_id]
        return {
            "period": period_fields(month.period),
            "id": level_id,
            "window": period_fields(one.window),
            "name": level.name,
            "clause": level.clause,
            "definition": definition_of(month.contract, level_id),
            **judged_fields(one),
            "note": one.note,
            "records": records,
            "exclusions": applied,
            "sql": sql,
        }

    def _write_records(self, name: str, listed: Sequence["_Listed"]) -> tuple[str, list[dict[str, Any]]]:
        """The records of a level's pieces in one file, a batch at a time; its name, and what took records out."""
        counts: dict[str, int] = {}
        clauses: dict[str, Exclusion] = {}

        def batches() -> Iterator[pa.RecordBatch]:
            for one in listed:
                for batch in one.batches(self.engine):
                    for found in pc.value_counts(batch.column("excluded_by").drop_null()).to_pylist():
                        counts[found["values"]] = counts.get(found["values"], 0) + found["counts"]
                    yield batch
                clauses.update({each.id: each for each in one.piece.contract.exclusions})

        self.found.records += write_batches(self.folder / name, _RECORDS, batches())
        self.found.names.append(name)
        return name, [_applied(each, clauses.get(each), counts[each]) for each in sorted(counts)]

    @property
    def engine(self) -> DuckDBEngine:
        """The engine of the packet's own facts."""
        engine = self.walk.evidence.engine
        if not isinstance(engine, DuckDBEngine):
            raise TypeError("a packet is computed in DuckDB")
        return engine

    def _write_sql(self, place: str, level_id: str, piece: Piece, query: MeasureQuery) -> dict[str, Any]:
        """One query with everything it needs to run by itself, in the folder that the packet is unpacked to."""
        given = []
        for number, (name, table) in enumerate(small_tables(query).items(), 1):
            entry = f"clocks/{place}" + (f"/{number}" if number > 1 else "") + ".parquet"
            write_table(self.folder / entry, table)
            self.found.names.append(entry)
            self.found.clock_tables += 1
            given.append(f"CREATE OR REPLACE TEMP TABLE {name_sql(name)} AS FROM '{entry}';")
        views = [view_sql(name, table) for name, table in self.carried.tables.items()]
        whole = None if query.denominators is None else query.denominators[0]
        head = [
            f"-- {level_id}, {piece.days.label}: one row a window; window_index 0 is the one that is meant.",
            "-- Unpack the packet, go to its folder, and run this file in DuckDB: duckdb < " + f"sql/{place}.sql",
        ]
        if whole is not None:
            head.append(f"-- The denominator is the window's own, {whole}, where there is any record.")
        sql = self.walk.evidence.engine.as_sql(query.totals(), pretty=True)
        _write(self.found, self.folder, f"sql/{place}.sql", "\n".join([*head, *views, *given, f"{sql};", ""]))
        return {"file": f"sql/{place}.sql", "days": period_fields(piece.days), "denominator": whole}


@dataclass(frozen=True, slots=True)
class _Listed:
    """The records of one piece of a window, to be listed; `is_judged` says whether a record by itself is met."""

    piece: Piece
    query: MeasureQuery
    is_judged: bool

    def batches(self, engine: DuckDBEngine) -> Iterator[pa.RecordBatch]:
        """The records as the packet's file has them: what `records_of` says of each, without an object for each."""
        days = self.piece.days
        for batch in engine.listed(self.query, 0):
            numerator, denominator, seconds, target = (
                batch.column(name).cast(pa.int64())
                for name in ("numerator", "denominator", "seconds", "target_seconds")
            )
            excluded = batch.column("excluded").cast(pa.string())
            nothing = pa.nulls(batch.num_rows, pa.bool_())
            met = nothing
            if self.is_judged:
                counts = pc.and_(pc.is_null(excluded), pc.equal(denominator, 1))
                met = pc.if_else(counts, pc.not_equal(pc.fill_null(numerator, 0), 0), nothing)
            yield pa.RecordBatch.from_arrays(
                [
                    batch.column("record_key").cast(pa.string()),
                    pa.repeat(days.start_on.isoformat(), batch.num_rows),
                    pa.repeat(days.end_on.isoformat(), batch.num_rows),
                    met,
                    pc.fill_null(numerator, 0),
                    pc.fill_null(denominator, 0),
                    seconds,
                    target,
                    excluded,
                ],
                schema=_RECORDS,
            )


def _applied(name: str, exclusion: Exclusion | None, records: int) -> dict[str, Any]:
    """What took records out: the exclusion, its reason and clause, and how many records."""
    return {
        "id": name,
        "reason": name if exclusion is None else exclusion.reason,
        "clause": None if exclusion is None else exclusion.clause,
        "records": records,
    }
