"""Which columns of case events change nothing on the way: what the fast way of honouring pauses relies on."""

import pytest

from remit.engines.duckdb_engine import DuckDBEngine, connect
from remit.engines.surveying import steady_columns
from tests.lib.measured import load_facts

CASES = """
    case_key | opened_at   | site   | priority
    a        | 01-05 09:00 | Lisbon | P1
    b        | 01-05 09:00 | Manila | P1
"""
EVENTS = """
    case_key | at          | sequence | status_from | status  | site   | priority
    a        | 01-05 09:00 | 1        | -           | New     | Lisbon | P1
    a        | 01-05 10:00 | 2        | New         | Waiting | Lisbon | P2
    a        | 01-05 10:00 | 3        | Waiting     | Active  | Lisbon | P1
    a        | 01-05 10:00 | 3        | -           | -       | Lisbon | P1
    b        | 01-05 10:00 | 1        | Hold        | Active  | Manila | P1
    ghost    | 01-05 10:00 | 1        | Hold        | Active  | -      | -
"""


def steady(events: str, *, cases: str = CASES) -> frozenset[str]:
    with connect(threads=1) as connection:
        load_facts(connection, {"cases": cases, "case_events": events})
        return steady_columns(DuckDBEngine(connection), ["site", "priority", "status_from"])


def test_a_column_is_steady_where_every_change_has_the_cases_own_value() -> None:
    assert steady(EVENTS) == {"site", "status_from"}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (EVENTS.replace("Active  | Manila", "Active  | -     "), {"status_from"}),
        (EVENTS.replace("| New         | Waiting", "| Hold        | Waiting"), {"site"}),
        (EVENTS.replace("| New         | Waiting", "| -           | Waiting"), {"site"}),
        (EVENTS.replace("| 3        | Waiting", "| 2        | Waiting"), {"site"}),
        (EVENTS.replace("P2", "P1"), {"site", "priority", "status_from"}),
        ("case_key | at", {"site", "priority", "status_from"}),
    ],
)
def test_a_gap_or_a_change_makes_a_column_unsteady(events: str, expected: set[str]) -> None:
    assert steady(events) == expected


def test_a_case_without_a_value_of_its_own_makes_the_column_unsteady() -> None:
    assert "site" not in steady(EVENTS, cases=CASES.replace("Manila", "-"))
