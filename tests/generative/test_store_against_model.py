"""Any sequence of loads, withdrawals and compactions gives the records that a plain dictionary says it should."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.engines import duckdb_engine
from remit.store import (
    Act,
    Arrival,
    LoadedFile,
    Loading,
    Place,
    check,
    compact,
    load,
    open_or_create,
    read_manifest,
    withdraw,
)
from remit.store import snapshot as snapshot_of
from tests.lib.killed_loads import FIRST_AT, made_table

ENGAGEMENT = "MODEL-1"
MONTH_SECONDS = 31 * 86_400

Batch = dict[int, tuple[int, int]]
"""Some records: by key, what is said of them and the month they are of."""

batches = st.dictionaries(
    st.integers(0, 4), st.tuples(st.integers(0, 2), st.sampled_from([0, 0, 0, 1])), min_size=1, max_size=4
)
deeds = st.lists(
    st.one_of(batches, st.tuples(st.just("withdraw"), st.integers(0, 9)), st.just("compact")), min_size=2, max_size=7
)


def _load(store: str, number: int, batch: Batch) -> None:
    connection = duckdb_engine.connect(threads=1)
    rows = ", ".join(f"({key}, {value}, {month})" for key, (value, month) in batch.items())
    said = {"case_key": "k", "contacts": "v", "opened_at": f"{FIRST_AT} + m * {MONTH_SECONDS}"}
    made_table(connection, "cases", said, f"(VALUES {rows}) AS rows(k, v, m)")
    loading = Loading(f"L{number}", ENGAGEMENT, 1, "ann", (LoadedFile("f", f"{number}", 1, 0),), "", 0)
    load(open_or_create(store).place, loading, [Arrival("cases", frozenset(said), {}, 1)], connection)


def _records(store: str, version: int) -> Batch:
    connection = duckdb_engine.connect(threads=1)
    snapshot_of(read_manifest(store), ENGAGEMENT, connection, version=version)
    at = f"(opened_at - {FIRST_AT}) // {MONTH_SECONDS}"
    rows = connection.execute(f"SELECT case_key::INT, contacts::INT, ({at})::INT FROM cases").fetchall()
    return {key: (value, month) for key, value, month in rows}


def _replayed(loads: dict[int, Batch]) -> Batch:
    found: Batch = {}
    for _, batch in sorted(loads.items()):
        found |= batch
    return found


def _run(sequence: list[Batch | tuple[str, int] | str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "store")
        standing: dict[int, Batch] = {}
        expected: dict[int, Batch] = {}
        for number, deed in enumerate(sequence):
            act = Act(f"D{number}", "bob", 1)
            if isinstance(deed, dict):
                _load(store, number, deed)
                standing[number] = deed
            elif not standing:
                continue
            elif isinstance(deed, tuple):
                taken = sorted(standing)[deed[1] % len(standing)]
                withdraw(Place(store), f"L{taken}", act, duckdb_engine.connect(threads=1))
                del standing[taken]
            else:
                compact(Place(store), act, duckdb_engine.connect(threads=1))
            if standing:
                expected[read_manifest(store).head] = _replayed(standing)
        for version, records in expected.items():
            assert _records(store, version) == records
        if expected:
            assert check(read_manifest(store), duckdb_engine.connect(threads=1)).problems == ()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deeds)
def test_every_version_holds_what_the_loads_that_stood_say(sequence: list[Batch | tuple[str, int] | str]) -> None:
    _run(sequence)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deeds)
def test_every_version_holds_what_the_loads_that_stood_say_at_length(
    sequence: list[Batch | tuple[str, int] | str],
) -> None:
    _run(sequence)
