"""Loads killed at random instants, as a program of its own: `python -m tests.lib.killed_loads STORE KILLS SEED`.

Two lanes load batches into one store at once. A parent that has only imported everything forks them and kills them with
SIGKILL after a random while, again and again; a third child looks at the store while they work, and another after each
kill. What a lane was told is loaded stands in its own list, written before the next load begins.
"""

import os
import random
import signal
import sys
import time
import traceback
from pathlib import Path

import duckdb

from remit.engines import duckdb_engine
from remit.performance.facts import TABLES
from remit.store import Arrival, LoadedFile, Loading, Manifest, load, open_or_create, read_manifest, snapshot

ENGAGEMENT = "KILLED-1"
LANES = 2
FIRST_AT, DAY_SECONDS = 1_767_225_600, 86_400


def batch_keys(number: int) -> range:
    """The records of a batch: ten, of which five were in the batch before; they lie in three months."""
    return range(number * 5, number * 5 + 10)


def made_table(connection: duckdb.DuckDBPyConnection, name: str, said: dict[str, str], rows: str) -> None:
    """A table of facts as landing leaves it: all columns there, those not said empty."""
    columns = ", ".join(
        f'{said.get(column.name, "NULL")}::{column.kind.sql_type} AS "{column.name}"' for column in TABLES[name].columns
    )
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {columns} FROM {rows}")


def load_batch(store: Path, number: int, *, threads: int = 1) -> None:
    """Load one batch: its number stands in every record of both its tables."""
    keys = batch_keys(number)
    connection = duckdb_engine.connect(threads=threads, memory_limit_mb=256)
    rows = f"range({keys.start}, {keys.stop}) AS keys(k)"
    at = f"{FIRST_AT} + (k % 3) * 31 * {DAY_SECONDS}"
    made_table(connection, "cases", {"case_key": "k", "opened_at": at, "contacts": str(number)}, rows)
    event = {"case_key": "k", "at": at, "sequence": str(number), "status": "'New'"}
    made_table(connection, "case_events", event, rows)
    files = (LoadedFile(f"batch-{number}.csv", f"{number:064}", 10, 0),)
    loading = Loading(f"L{number}", ENGAGEMENT, FIRST_AT, "lane", files, "", 0)
    arrivals = [
        Arrival("cases", frozenset({"case_key", "opened_at", "contacts"}), {}, FIRST_AT),
        Arrival("case_events", frozenset(event), {}, FIRST_AT),
    ]
    load(open_or_create(str(store)).place, loading, arrivals, connection)
    connection.close()


def _lane(store: Path, lane: int) -> None:
    acknowledged = store.with_name(f"lane-{lane}.txt")
    done = len(acknowledged.read_text().splitlines()) if acknowledged.exists() else 0
    for number in range(lane + done * LANES, 1_000_000, LANES):
        load_batch(store, number)
        with acknowledged.open("a") as file:
            file.write(f"{number}\n")


def faults_in(store: Path) -> list[str]:
    """What is wrong with the store: loads acknowledged and not there, and loads there by half.

    The lanes' lists are read first, so that a look while they are at work blames none for what came in between.
    """
    lists = [store.with_name(f"lane-{lane}.txt") for lane in range(LANES)]
    acknowledged = [int(number) for one in lists if one.exists() for number in one.read_text().split()]
    manifest = read_manifest(str(store))
    order = [int(one.id[1:]) for one in manifest.loads()]
    faults = [f"load {number} is there twice" for number in set(order) if order.count(number) > 1]
    faults += [f"load {number} was acknowledged and is not there" for number in acknowledged if number not in order]
    return faults + (_halves_in(manifest, order) if order else [])


def _halves_in(manifest: Manifest, order: list[int]) -> list[str]:
    """Whether the records are those that the loads of the manifest, in their order, make: no more, no less."""
    cases = {key: number for number in order for key in batch_keys(number)}
    events = sorted((key, number) for number in order for key in batch_keys(number))
    connection = duckdb_engine.connect(threads=1, memory_limit_mb=256)
    snapshot(manifest, ENGAGEMENT, connection, version=manifest.head)
    found = dict(connection.execute("SELECT case_key::INT, contacts::INT FROM cases").fetchall())
    told = connection.execute("SELECT case_key::INT, sequence::INT FROM case_events ORDER BY ALL").fetchall()
    faults = [] if found == cases else [f"cases differ at version {manifest.head}"]
    return faults + ([] if told == events else [f"case_events differ at version {manifest.head}"])


def _forked(work: object, *arguments: object) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work(*arguments)  # type: ignore[operator]
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def _look(store: Path) -> None:
    faults = faults_in(store)
    if faults:
        sys.stdout.write("\n".join(faults) + "\n")
        sys.stdout.flush()
        raise AssertionError(f"{len(faults)} faults")


def is_there(store: Path) -> bool:
    """Whether the store has been made yet."""
    return (store / "_manifest" / "_delta_log" / f"{0:020}.json").exists()


def _lane_seconds(store: Path) -> float:
    """How long a lane takes here and now, from its start to its second load; in a store of its own."""
    began = time.monotonic()
    for number in range(2):
        os.waitpid(_forked(load_batch, store, number), 0)
    return time.monotonic() - began


def kill_loads(store: Path, kills: int, seed: int) -> int:
    """Kill both lanes over and over; the number of loads acknowledged, or -1 where a look found a fault."""
    chance = random.Random(seed)
    longest = _lane_seconds(store.with_name("unharmed"))
    for _ in range(kills):
        lanes = [_forked(_lane, store, lane) for lane in range(LANES)]
        looks = [_forked(_look, store)] if is_there(store) else []
        for child in chance.sample(lanes, LANES):
            time.sleep(chance.uniform(0, longest))
            os.kill(child, signal.SIGKILL)
        for child in lanes:
            os.waitpid(child, 0)
        looks += [_forked(_look, store)] if is_there(store) else []
        statuses = [os.waitpid(look, 0)[1] for look in looks]
        if any(statuses):
            return -1
    lists = [store.with_name(f"lane-{lane}.txt") for lane in range(LANES)]
    return sum(len(one.read_text().splitlines()) for one in lists if one.exists())


if __name__ == "__main__":
    sys.stdout.write(f"{kill_loads(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))}\n")
