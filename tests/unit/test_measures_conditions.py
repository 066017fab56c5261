"""A contract's own conditions: what may stand in them, and the one sentence that says what may not."""

import re

import pytest

from remit.performance.measures.conditions import columns_of, parse_condition, parse_expression

COLUMNS = ("priority", "site", "Order", "wait_seconds", "opened_at")


@pytest.mark.parametrize(
    "condition",
    [
        "priority = 'P1' AND NOT site IN ('Lisbon', 'Manila')",
        "wait_seconds BETWEEN 0 AND 20 OR site IS NULL",
        "coalesce(wait_seconds, 0) + 5 > abs(-3) * 2",
        "lower(trim(site)) LIKE 'lis%' OR upper(substring(site, 1, 3)) = 'LIS'",
        "CASE WHEN site IS NULL THEN TRUE ELSE wait_seconds > 3 END",
        "cast(wait_seconds AS decimal(10, 2)) / 2 >= 1 AND cast(site AS varchar) || 'x' <> 'x'",
        "greatest(wait_seconds, 1) % 2 = least(1, nullif(wait_seconds, 0))",
        "replace(site, 'a', 'b') ILIKE '%b' AND length(site) <= 3",
        "true",
        "(priority = 'P1')",
    ],
)
def test_conditions_may_compare_combine_and_reckon_with_columns(condition: str) -> None:
    parse_condition(condition, COLUMNS)


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("priority = ", "is not an SQL condition: a part of it is missing"),
        ("(" * 1500 + "1 = 1" + ")" * 1500, "its brackets are nested too deeply"),
        ("priority = 'P1'; DROP TABLE cases", "is not one SQL condition; write e.g. priority = 'P1'"),
        ("", "is not one SQL condition"),
        ("prio = 'P1'", "reads 'prio', which is no column here; did you mean 'priority'?"),
        ("zzz = 1", "known columns: Order, opened_at, priority, site, wait_seconds"),
        ("cases.priority = 'P1'", "names another table in 'cases.priority'; write the column's name alone"),
        ("cases.* IS NULL", "names another table"),
        ("site IN (SELECT site FROM cases)", "is not allowed here"),
        ("read_csv('/etc/passwd') IS NULL", "is not allowed here; comparisons, AND OR NOT"),
        ("random() < 0.5", "is not allowed here"),
        ("regexp_matches(site, '(a+)+$')", "is not allowed here"),
        ("cast(site AS date) IS NULL", "casts to DATE; cast to integer, bigint"),
        ("wait_seconds + 1", "is a value, not a condition; compare it, e.g. wait_seconds + 1 > 0"),
        ("DELETE FROM cases", "is not allowed here"),
        ("site = 'a' /*" + "x" * 5_000, "the condition has 5,013 characters; at most 4,000 are allowed"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(condition: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)) as refused:
        parse_condition(condition, COLUMNS)
    assert "\n" not in str(refused.value)


def test_a_long_condition_is_shown_by_its_beginning() -> None:
    with pytest.raises(ValueError, match="…") as refused:
        parse_condition("zzz = 1 AND " * 20 + "zzz = 1", COLUMNS)
    assert len(str(refused.value)) < 400


def test_a_cast_to_a_type_of_ones_own_is_refused() -> None:
    with pytest.raises(ValueError, match="casts to"):
        parse_condition("cast(site AS mood) = 'x'", COLUMNS)


def test_columns_are_quoted_in_the_declared_spelling() -> None:
    tree = parse_expression('"order" = 1', COLUMNS)
    assert tree.sql("duckdb") == '"Order" = 1'
    assert columns_of(tree) == {"Order"}


def test_columns_of_an_expression_are_those_it_reads() -> None:
    assert columns_of(parse_condition("priority = 'site' OR wait_seconds > opened_at", COLUMNS)) == {
        "priority",
        "wait_seconds",
        "opened_at",
    }
