"""Charged volumes: records counted or a column added up between two instants."""

from typing import Any

import pytest

from remit.engines.duckdb_engine import DuckDBEngine, connect
from remit.performance.facts import TABLES
from remit.performance.measures.charged_volumes import Share, volume_query
from remit.terms.rate_cards import Volume
from tests.lib.measured import instant, load_facts

TRANSACTIONS = """
    transaction_key | received_at      | completed_at     | units | errors | amount | type   | site
    before          | 2025-12-31 23:59 | 2026-01-01 00:00 | 100   | 1      | 1.0    | claim  | Lyon
    first           | 2026-01-01 00:00 | 2026-01-05 00:00 | 2     | -      | 1.25   | claim  | Lyon
    second          | 2026-01-31 23:59 | 2026-02-01 00:00 | 3     | 4      | 2.5    | letter | -
    after           | 2026-02-01 00:00 | -                | 100   | 1      | 1.0    | claim  | Porto
"""


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ({"of": "transactions"}, 2),
        ({"of": "transactions", "sum": "units"}, 5),
        ({"of": "transactions", "sum": "units", "where": "type = 'claim'"}, 2),
        ({"of": "transactions", "where": "type = 'nothing'"}, None),
        ({"of": "transactions", "at": "completed_at"}, 2),
        ({"of": "transactions", "sum": ["units", "errors"]}, 9),
        ({"of": "transactions", "sum": "amount"}, 4),
        ({"of": "transactions", "sum": "amount", "places": 2}, 375),
    ],
)
def test_a_volume_is_counted_from_its_first_instant_to_before_its_last(
    words: dict[str, Any], count: int | None
) -> None:
    query = volume_query(
        Volume.model_validate(words),
        {column.name: column.kind for column in TABLES["transactions"].columns},
        within=(instant("2026-01-01"), instant("2026-02-01")),
    )
    with connect() as connection:
        load_facts(connection, {"transactions": TRANSACTIONS})
        assert DuckDBEngine(connection).rows(query) == [(count,)]


@pytest.mark.parametrize(
    ("share", "count"),
    [
        (Share("site", ("Lyon",)), 1),
        (Share("site", ("Lyon", "Porto")), 1),
        (Share("site", ("Lyon", "Porto"), is_rest=True), 1),
        (Share("site", ("Lyon",), is_rest=True), 1),
        (Share("type", ("letter", "claim"), is_rest=True), None),
    ],
)
def test_a_share_of_a_volume_is_that_of_a_column_s_values_or_the_rest(share: Share, count: int | None) -> None:
    query = volume_query(
        Volume(of="transactions"),
        {column.name: column.kind for column in TABLES["transactions"].columns},
        within=(instant("2026-01-01"), instant("2026-02-01")),
        share=share,
    )
    with connect() as connection:
        load_facts(connection, {"transactions": TRANSACTIONS})
        assert DuckDBEngine(connection).rows(query) == [(count,)]
