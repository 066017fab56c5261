"""Facts pushed at a site that is killed: every accepted record is in the store at the end, once."""

import json
import random
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.db import connection

from remit.engines import duckdb_engine
from remit.store import read_manifest, snapshot
from tests.lib.at_once import environment
from tests.lib.killed_site import KilledSite

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BATCHES, RECORDS, KILLS = 12, 1000, 3


def database(folder: Path) -> str:
    """A database of the site's own, on whatever the tests run."""
    if connection.vendor == "sqlite":
        return str(folder / "site.db")
    name = f"site_{random.getrandbits(48):x}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    return name


def batch(number: int) -> bytes:
    records = [
        {"case_key": f"C-{number}-{n}", "opened_at": f"2026-03-{1 + n % 28:02}T09:00:00Z", "contacts": number}
        for n in range(RECORDS)
    ]
    return json.dumps({"records": records}).encode()


def push(site: KilledSite, key: str, number: int) -> bool:
    """Whether a batch was accepted; an answer that never comes is no yes."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": f"b-{number}"}
    address = f"http://127.0.0.1:{site.port}/api/v1/engagements/care-north/facts/cases"
    try:
        with urlopen(Request(address, batch(number), dict(headers)), timeout=60) as answer:
            return bool(answer.status == 202)
    except HTTPError as fault:
        raise AssertionError(fault.read().decode()) from fault
    except OSError:
        return False


def killed_meanwhile(site: KilledSite, after_seconds: float) -> threading.Timer:
    timer = threading.Timer(after_seconds, site.kill)
    timer.start()
    return timer


def stored(data: Path) -> Mapping[int, int]:
    """How many cases of each batch the store holds."""
    url = str(data / "store")
    try:
        manifest = read_manifest(url)
    except Exception:  # noqa: BLE001  # there is no store yet
        return {}
    if not manifest.head:
        return {}
    engine = duckdb_engine.connect(threads=1)
    snapshot(manifest, "care-north", engine, version=manifest.head)
    rows: list[tuple[Any, ...]] = engine.execute("SELECT contacts, count(*) FROM cases GROUP BY ALL").fetchall()
    engine.close()
    return {int(number): int(count) for number, count in rows}


def test_every_accepted_batch_is_in_the_store_once_however_often_the_site_was_killed(tmp_path: Path) -> None:
    site, chance = KilledSite(tmp_path / "data", environment(database(tmp_path))), random.Random(11)
    key, accepted, waiting = site.make(), set(), list(range(BATCHES))
    for _ in range(KILLS):
        site.start()
        timer = killed_meanwhile(site, chance.uniform(0.3, 3))
        while waiting and timer.is_alive():
            if push(site, key, waiting[0]):
                accepted.add(waiting.pop(0))
        timer.join()
    site.start()
    try:
        for number in waiting:
            assert push(site, key, number)
        # A batch accepted before a kill is acknowledged again, and not made twice.
        assert push(site, key, 0)
        until = time.monotonic() + 240
        while sum(stored(site.data).values()) < BATCHES * RECORDS:
            assert time.monotonic() < until, f"of {BATCHES} batches the store holds {stored(site.data)}"
            time.sleep(1)
    finally:
        site.kill()
    assert stored(site.data) == dict.fromkeys(range(BATCHES), RECORDS)
