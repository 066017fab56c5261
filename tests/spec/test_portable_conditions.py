"""Conditions that engines would compute differently: what they mean here, and which are refused."""

import pytest
from sqlglot import exp

from remit.engines.duckdb_engine import DuckDBEngine, connect
from remit.engines.engine import QueryRefused
from remit.performance.measures.portable import NotPortable, contract_condition
from tests.lib.condition_cases import CASES, KINDS

SQL = {"text": "VARCHAR", "integer": "BIGINT", "instant": "BIGINT", "decimal": "DECIMAL(18,4)", "flag": "BOOLEAN"}


def value_of(words: str, **row: object) -> bool | None:
    """What a condition says of one record; columns not given are null."""
    tree = contract_condition(words, KINDS)
    with connect(threads=1) as connection:
        connection.execute(
            "CREATE TABLE t (" + ", ".join(f'"{name}" {SQL[kind]}' for name, kind in KINDS.items()) + ")"
        )
        connection.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", [row.get(name) for name in KINDS])
        ((found,),) = DuckDBEngine(connection).rows(exp.select(tree).from_("t"))
    assert found is None or isinstance(found, bool)
    return found


@pytest.mark.parametrize(("words", "row", "value"), CASES)
def test_a_condition_has_one_meaning(words: str, row: dict[str, object], *, value: bool | None) -> None:
    assert value_of(words, **row) is value


@pytest.mark.parametrize("words", ["cast(site AS integer) > 1", "cast(site AS decimal(10, 2)) > 1"])
@pytest.mark.parametrize("given", ["1e3", " 1", "x", "", "1.23456"])
def test_a_text_that_is_no_plain_number_is_never_read_as_one(words: str, given: str) -> None:
    with pytest.raises(QueryRefused, match="not a plain number"):
        value_of(words, site=given)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("site > 5", "sets a whole number beside text in '\"site\" > 5'; compare text with text in quotes"),
        ("at >= '2026-01-01'", "sets a whole number beside text"),
        ("f = 1", "sets a whole number beside true or false"),
        ("site", "is text, not a condition; compare it with something"),
        ("NOT n", "takes a whole number for true or false"),
        ("f AND n", "takes a whole number for true or false"),
        ("f + 1 = 2", "sets a whole number beside true or false"),
        ("site + site = 'a'", "reckons with text"),
        ("-site = 'a'", "reckons with text"),
        ("site / 2 > 1", "divides what is no number"),
        ("d // 2 = 1", "takes a decimal number for a whole number"),
        ("d * d * d > 1", "multiplies decimals twice"),
        ("d * d / 2 > 1", "divides a decimal of more than four places"),
        ("d + 0.00001 > 1", "reckons with more than four places"),
        ("n > 1e3", "has too long a number in '1e3'; write at most 18 digits, and no exponent"),
        ("n > 9223372036854775808", "has too long a number"),
        ("site LIKE site", "has a pattern that is not written out"),
        ("n LIKE '1%'", "takes a whole number for text"),
        ("trim(site, 'x') = 'a'", "trims other than blanks"),
        ("substring(site, 0, 2) = 'a'", "count from 1, in digits"),
        ("substring(site, n) = 'a'", "count from 1, in digits"),
        ("try_cast(site AS integer) = 1", "says what not every engine understands"),
        ("n BETWEEN SYMMETRIC 3 AND 1", "says what not every engine understands"),
        ("if(f, n, m) = 1", "says what not every engine understands"),
        ("n / m || 'x' = 'a'", "makes a quotient a text"),
        ("cast(n / m AS integer) = 1", "makes a quotient a whole number"),
        ("cast(n / m AS decimal(10, 2)) = 1", "makes a quotient exact"),
        ("cast(site AS boolean) = true", "makes text true or false"),
    ],
)
def test_what_engines_would_read_in_their_own_ways_is_refused(words: str, sentence: str) -> None:
    with pytest.raises(NotPortable) as refused:
        contract_condition(words, KINDS)
    assert sentence in str(refused.value)


def test_conditions_are_written_for_spark_in_its_own_words() -> None:
    tree = contract_condition("n // m > 1 AND site ILIKE 'P%'", KINDS)
    assert tree.sql("spark") == "`n` DIV NULLIF(`m`, 0) > 1 AND LOWER(TRANSLATE(`site`, 'Σİ', 'σi')) LIKE 'p%'"
