"""The tables of facts as declared: sound in themselves, and all on the reference page."""

import pytest

from remit.performance.facts import DIMENSIONS, EARLIEST_AT, TABLES, Check, Column, Kind, checks_of, describe


@pytest.mark.parametrize("name", list(TABLES))
def test_a_tables_key_time_and_checks_name_its_own_columns(name: str) -> None:
    table = TABLES[name]
    columns = table.by_name
    assert {*table.key, table.time_column}.issubset(columns)
    assert len(columns) == len(table.columns)
    assert all(set(check.columns).issubset(columns) for check in table.checks)
    assert len({check.name for check in table.checks}) == len(table.checks)


@pytest.mark.parametrize("name", list(TABLES))
def test_every_table_has_every_dimension_as_text(name: str) -> None:
    columns = TABLES[name].by_name
    assert {columns[dimension].kind for dimension in DIMENSIONS} == {Kind.TEXT}


def test_a_column_brings_the_checks_of_its_kind() -> None:
    (instant,) = checks_of(Column("at", Kind.INSTANT, ""))
    assert instant.condition == f'"at" >= {EARLIEST_AT} AND "at" < 4102444800'
    (seconds,) = checks_of(Column("talk_seconds", Kind.SECONDS, ""))
    assert seconds == Check(
        "talk_seconds_at_least_0", '"talk_seconds" >= 0', ("talk_seconds",), "talk_seconds is negative"
    )
    (least,) = checks_of(Column("scale_max", Kind.INTEGER, "", at_least=1))
    assert least.sentence == "scale_max is less than 1"
    assert list(checks_of(Column("site", Kind.TEXT, ""))) == []


def test_required_columns_are_those_a_row_is_worth_nothing_without() -> None:
    assert TABLES["interactions"].required == ("interaction_key", "queued_at")


def test_every_kind_has_a_type_in_queries() -> None:
    assert {kind.sql_type for kind in Kind} == {"VARCHAR", "BIGINT", "BOOLEAN", "DECIMAL(18,4)"}


def test_the_reference_page_tells_every_table_column_and_check() -> None:
    page = "\n".join(describe())
    for table in TABLES.values():
        assert f"## {table.name}\n" in page
        assert all(f"`{column.name}`" in page for column in table.columns)
        assert all(check.sentence in page for check in table.own_checks)
    assert "Key: `agent_key`, `started_at`." in page
    assert "It has no key." in page
