"""The facts of a store's version as the evidence of a run."""

from collections.abc import Callable

import duckdb

from remit.engines.duckdb_engine import DuckDBEngine
from remit.performance.settlements import FactCounts
from remit.runs.evidence import Evidence
from remit.store import Manifest, Snapshot, snapshot


def count_reads(evidence: Evidence) -> Callable[[], int | None]:
    """From now on count the bytes queries read of files; what comes back tells them, None where it can't be told."""
    engine = evidence.engine
    if not isinstance(engine, DuckDBEngine):
        return lambda: None
    engine.count_reads()
    return lambda: engine.bytes_read


def evidence_at(
    manifest: Manifest, engagement: str, connection: duckdb.DuckDBPyConnection, *, version: int
) -> tuple[Evidence, Snapshot]:
    """An engagement's facts at a version, ready to be measured, and what they were read from.

    Raises ProblemsFound where the store has no such version, nothing of the engagement, or has lost files.
    """
    # The store's files never change, so that each one's footer need be read but once.
    connection.execute("SET parquet_metadata_cache = true")
    stored = snapshot(manifest, engagement, connection, version=version)
    counts = FactCounts(stored.rows + stored.quarantined, stored.quarantined)
    engine = DuckDBEngine(connection)
    found = Evidence(engine, stored.columns, stored.filled, counts, stored.sha256, stored.name, stored.spans)
    return found, stored
