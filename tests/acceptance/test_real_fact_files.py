"""Real exports through the mappings of the examples; the data is public, and none of it is part of this project."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from remit.engines.duckdb_engine import connect
from remit.ingest.fact_files import Facts, open_facts

HOUSE = Path(__file__).parents[2]
DATA = HOUSE.parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets are not beside this checkout")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    opened = connect(threads=2)
    yield opened
    opened.close()


def opened(folder: str, example: str, connection: duckdb.DuckDBPyConnection) -> Facts:
    return open_facts(DATA / folder, mapping=HOUSE / "examples" / example / "mapping.yaml", connection=connection)


def test_the_service_desks_log_lands_whole(connection: duckdb.DuckDBPyConnection) -> None:
    facts = opened("uci-incidents", "service-desk", connection)
    assert (facts.tables["case_events"].rows, facts.tables["cases"].rows, facts.quarantined) == (141_712, 24_918, 0)


def test_every_call_of_the_bank_is_accounted_for(connection: duckdb.DuckDBPyConnection) -> None:
    table = opened("bank-calls-1999", "bank-calls", connection).tables["interactions"]
    assert (table.rows_read, table.left_out) == (135_780, 1_230)
    assert table.rows + table.left_out + table.quarantined == table.rows_read
    assert table.quarantined_share < Decimal("0.01")


def test_the_banks_calls_past_midnight_belong_to_the_next_day(connection: duckdb.DuckDBPyConnection) -> None:
    opened("bank-calls-1999", "bank-calls", connection)
    ((shortest, longest),) = connection.execute(
        "SELECT min(waited), max(waited) "
        "FROM (SELECT coalesce(answered_at, abandoned_at) - queued_at AS waited FROM interactions)"
    ).fetchall()
    assert shortest >= 0
    assert longest < 12 * 3600


def test_nhs_months_land_but_for_three_that_count_more_than_was_offered(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    table = opened("nhs-111", "nhs-111", connection).tables["interval_counts"]
    assert (table.rows_read, table.rows, table.quarantined) == (534, 531, 3)
