"""A query as Spark reads it."""

import sqlglot

from remit.engines.spark_engine import SparkEngine


def test_steps_kept_on_other_engines_are_plain_steps_for_spark() -> None:
    tree = sqlglot.parse_one("WITH a AS MATERIALIZED (SELECT 7 // 2 AS n) SELECT n FROM a", dialect="duckdb")
    engine = SparkEngine.__new__(SparkEngine)
    assert engine.as_sql(tree) == "WITH a AS (SELECT 7 DIV 2 AS n) SELECT n FROM a"
    assert "MATERIALIZED" in tree.sql("duckdb")
