"""Charged volumes: records counted or a column added up between two instants."""

import pytest

from remit.engines.duckdb_engine import DuckDBEngine, connect
from remit.performance.facts import TABLES
from remit.performance.measures.charged_volumes import volume_query
from remit.terms.rate_cards import Volume
from tests.lib.measured import instant, load_facts

TRANSACTIONS = """
    transaction_key | received_at      | units | type
    before          | 2025-12-31 23:59 | 100   | claim
    first           | 2026-01-01 00:00 | 2     | claim
    second          | 2026-01-31 23:59 | 3     | letter
    after           | 2026-02-01 00:00 | 100   | claim
"""


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ({"of": "transactions"}, 2),
        ({"of": "transactions", "sum": "units"}, 5),
        ({"of": "transactions", "sum": "units", "where": "type = 'claim'"}, 2),
        ({"of": "transactions", "where": "type = 'nothing'"}, None),
    ],
)
def test_a_volume_is_counted_from_its_first_instant_to_before_its_last(
    words: dict[str, str], count: int | None
) -> None:
    query = volume_query(
        Volume.model_validate(words),
        {column.name: column.kind for column in TABLES["transactions"].columns},
        within=(instant("2026-01-01"), instant("2026-02-01")),
    )
    with connect() as connection:
        load_facts(connection, {"transactions": TRANSACTIONS})
        assert DuckDBEngine(connection).rows(query) == [(count,)]
