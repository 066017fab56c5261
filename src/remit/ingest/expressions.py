"""A mapping's own SQL expressions over source columns, checked by the contract's allow-list."""

from collections.abc import Collection

from sqlglot import exp

from remit.performance.measures.conditions import parse_condition, parse_expression


def value_sql(text: str, columns: Collection[str]) -> str:
    """An expression's SQL. Raises ValueError with a sentence where it is not allowed."""
    return _forgiving(parse_expression(text, columns))


def condition_sql(text: str, columns: Collection[str]) -> str:
    """A condition's SQL. Raises ValueError with a sentence where it is not allowed."""
    return _forgiving(parse_condition(text, columns))


def _forgiving(tree: exp.Expr) -> str:
    """A cast of a text that is no such value gives null: one bad row must not stop a file."""

    def forgive(node: exp.Expr) -> exp.Expr:
        return exp.TryCast(**node.args) if type(node) is exp.Cast else node

    return tree.transform(forgive).sql(dialect="duckdb")
