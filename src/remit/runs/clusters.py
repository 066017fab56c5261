"""The facts of a store's version as the evidence of a run on Spark: Spark reads the store's files itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from remit.engines.engine import EngineFailed
from remit.engines.spark_engine import SparkEngine, TableFiles
from remit.engines.spark_sessions import session
from remit.runs.connections import connect
from remit.runs.evidence import Evidence
from remit.runs.stored import evidence_at
from remit.store import Manifest, Snapshot
from remit.store.layout import columns_of
from remit.terms.problems import Problem, ProblemsFound

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_BYTES_A_PARTITION = 32 * 2**20
_MOST_PARTITIONS = 4_096


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Spark master by its address, and the memory its driver may take where it does the work itself."""

    master: str
    memory_mb: int


@contextmanager
def evidence_on(
    cluster: Cluster, manifest: Manifest, engagement: str, *, version: int
) -> Iterator[tuple[Evidence, Snapshot]]:
    """An engagement's facts at a version, ready to be measured on Spark, and what they are read from.

    The store's own checks are done here first, as for every run: files that are missing or not of their size are told
    before a worker reads one. Raises ProblemsFound where Spark can't be had, and where the store can't be read.
    """
    with connect(memory_mb=cluster.memory_mb) as connection:
        evidence, stored = evidence_at(manifest, engagement, connection, version=version)
    settings = {"spark.sql.shuffle.partitions": str(_partitions(stored))}
    with _failures_told(cluster), session(cluster.master, memory_mb=cluster.memory_mb, settings=settings) as spark:
        yield replace(evidence, engine=engine_over(spark, manifest, stored)), stored


def engine_over(spark: "SparkSession", manifest: Manifest, stored: Snapshot) -> SparkEngine:
    """What a store holds of an engagement at a version, as the tables of a Spark session."""
    return SparkEngine(spark, {name: _files_of(manifest, stored, name) for name in stored.columns})


@contextmanager
def _failures_told(cluster: Cluster) -> Iterator[None]:
    """What the cluster could not do, as a problem: nothing has been written by then."""
    try:
        yield
    except EngineFailed as failure:
        hint = "see the cluster's own logs; can every worker read the store, at the address it has here?"
        raise ProblemsFound([Problem(cluster.master, 0, "", str(failure), hint)]) from failure


def _files_of(manifest: Manifest, stored: Snapshot, name: str) -> TableFiles:
    kinds = columns_of(name, stored.extra[name])
    place = manifest.place.inside("tables", name)
    return TableFiles(
        addresses=[place.address_of(file.path) for file in stored.files[name]],
        columns={column: kind for column, kind in kinds.items() if column in stored.columns[name]},
    )


def _partitions(stored: Snapshot) -> int:
    """Into how many parts a shuffle goes: as many as the facts fill, and never so many that most are empty."""
    return max(2, min(_MOST_PARTITIONS, stored.size_bytes // _BYTES_A_PARTITION))
