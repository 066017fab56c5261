"""One record's clock opened: when it ran, was paused, stood in closed hours, and when its target was reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from remit.ingest.contract_files import ContractVersions
from remit.performance.clocks import ClockTable, Going, Span, reached_at, spans_of
from remit.performance.measures.queries import WINDOW_SEGMENT
from remit.performance.measures.record_clock import record_clock
from remit.runs.evidence import Evidence
from remit.runs.judging import walk_of
from remit.runs.measured import missing_tables, scope_for
from remit.terms.contracts import Contract
from remit.terms.periods import Period

_GOING = {1: Going.RUNNING, 2: Going.PAUSED, 3: Going.STOPPED}


@dataclass(frozen=True, slots=True)
class TimeLine:
    """A record's clock: its spans in order, what they counted together, the target, and when it was reached."""

    key: str
    spans: tuple[Span, ...]
    seconds: int
    target_seconds: int | None
    reached_at: int | None


def time_line(
    versions: ContractVersions, evidence: Evidence, level_id: str, period: Period, key: str
) -> TimeLine | None:
    """The clock of one record of a level, by the terms a period is judged by; None where the level has no clock.

    None too where the facts have no such record. The spans add up to what the level's listing says of the record.
    """
    walk = walk_of(versions, evidence, None)
    contract = versions.terms_for(period)
    if walk is None or not _has_level(contract, level_id, evidence):
        return None
    scope = scope_for(contract, level_id, [period], evidence, as_of=walk.as_of)
    query = record_clock(scope, key)
    if query is None:
        return None
    rows = sorted(evidence.engine.listing(query, 0).to_pylist(), key=lambda row: int(row["mark_no"]))
    if not rows:
        return None
    (table,) = query.clock_tables
    spans = _until_it_stopped([span for row in rows for span in _spans(row, table)])
    seconds = sum(int(row["seconds"] or 0) for row in rows)
    if seconds != sum(span.counted for span in spans):
        raise AssertionError(f"{level_id} {key}: its spans don't add up to the {seconds} seconds measured")
    targets = [int(row["target_seconds"]) for row in rows if row["target_seconds"] is not None]
    target = max(targets, default=None)
    return TimeLine(key, spans, seconds, target, None if target is None else reached_at(spans, target))


def _until_it_stopped(spans: Sequence[Span]) -> tuple[Span, ...]:
    """What comes after the last stop is not the record's any more; between a stop and a reopening it is."""
    kept = list(spans)
    while kept and kept[-1].going is Going.STOPPED:
        kept.pop()
    return tuple(kept)


def _has_level(contract: Contract, level_id: str, evidence: Evidence) -> bool:
    return level_id in contract.service_levels and not missing_tables(contract, level_id, evidence)


def _spans(row: Mapping[str, Any], table: ClockTable) -> list[Span]:
    """A stretch on the curve of its own calendar; one whose calendar is not known stands nowhere."""
    names = {key - table.first_k: name for name, key in table.keys.items()}
    offset = row["clock_offset"]
    curve = table.curve(WINDOW_SEGMENT if offset is None else names[int(offset)])
    first, last = int(row["from_at"]), int(row["until_at"])
    return spans_of(curve, first, max(first, last), going=_GOING[int(row["phase"])], counted=int(row["seconds"] or 0))
