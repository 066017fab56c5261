"""A contract's own conditions: SQL boolean expressions on declared columns, checked by an allow-list.

A contract and an upload are given by people the engine must not trust. Whatever is not in this list, a function, a
subquery, a file, another table, is refused in words; nothing is ever evaluated as Python.
"""

from collections.abc import Collection
from difflib import get_close_matches

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_ALLOWED: tuple[type[exp.Expr], ...] = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In,
    exp.Between, exp.Like, exp.ILike,
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Abs,
    exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least,
    exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Replace, exp.Length, exp.DPipe, exp.Concat,
)  # fmt: skip
_CAST_TYPES = frozenset({"INT", "BIGINT", "DECIMAL", "DOUBLE", "VARCHAR", "TEXT", "BOOLEAN"})
_MOST_CHARACTERS = 4_000
_MOST_SHOWN = 120
_ALLOWED_IN_WORDS = (
    "comparisons, AND OR NOT, IN, BETWEEN, LIKE, IS NULL, + - * /, CASE, coalesce, nullif, greatest, least, lower, "
    "upper, trim, substring, replace, length and cast are allowed"
)


def parse_expression(text: str, columns: Collection[str]) -> exp.Expr:
    """An expression over the columns named, as a tree.

    Raises ValueError with one sentence that shows the offending piece: a syntax error, an unknown column (with the
    nearest known one), or a construct outside the allow-list.
    """
    shown = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
    if len(text) > _MOST_CHARACTERS:
        raise ValueError(f"the condition has {len(text):,} characters; at most {_MOST_CHARACTERS:,} are allowed")
    try:
        statements = sqlglot.parse(text, dialect="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise ValueError(f"{shown!r} is not an SQL condition: {_first_line(error)}") from None
    if len(statements) != 1 or statements[0] is None:
        raise ValueError(f"{shown!r} is not one SQL condition; write e.g. priority = 'P1'")
    tree: exp.Expr = statements[0]
    for node in tree.walk():
        _check(node, shown, columns)
    return tree


def parse_condition(text: str, columns: Collection[str]) -> exp.Expr:
    """An expression that is true or false, as `parse_expression` reads it."""
    tree = parse_expression(text, columns)
    bare = tree.unnest()
    if not isinstance(
        bare, exp.Predicate | exp.Connector | exp.Not | exp.Boolean | exp.Column | exp.Case | exp.Coalesce
    ):
        raise ValueError(f"{text!r} is a value, not a condition; compare it, e.g. {text} > 0")
    return tree


def columns_of(tree: exp.Expr) -> frozenset[str]:
    """The names of the columns an expression reads, as the table writes them."""
    return frozenset(column.name for column in tree.find_all(exp.Column))


def _check(node: exp.Expr, text: str, columns: Collection[str]) -> None:
    if isinstance(node, exp.Cast):
        _check_cast(node, text)
        return
    if isinstance(node, exp.DataType | exp.DataTypeParam):
        return
    if not isinstance(node, _ALLOWED):
        raise ValueError(
            f"{text!r} uses {node.sql(dialect='duckdb')!r}, which is not allowed here; {_ALLOWED_IN_WORDS}"
        )
    if isinstance(node, exp.Column):
        _check_column(node, text, columns)


def _check_cast(node: exp.Cast, text: str) -> None:
    kind = (
        node.args["to"].this.value if isinstance(node.args["to"].this, exp.DataType.Type) else str(node.args["to"].this)
    )
    if kind not in _CAST_TYPES:
        raise ValueError(f"{text!r} casts to {kind}; cast to integer, bigint, decimal, double, varchar or boolean")


def _check_column(node: exp.Column, text: str, columns: Collection[str]) -> None:
    if node.args.get("table") is not None or isinstance(node.this, exp.Star):
        raise ValueError(f"{text!r} names another table in {node.sql()!r}; write the column's name alone")
    actual = {column.lower(): column for column in columns}.get(node.name.lower())
    if actual is None:
        near = get_close_matches(node.name, list(columns), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known columns: {', '.join(sorted(columns))}"
        raise ValueError(f"{text!r} reads {node.name!r}, which is no column here; {hint}")
    # The declared spelling, quoted: a source column may be called "order", and Spark and DuckDB fold case differently.
    node.set("this", exp.to_identifier(actual, quoted=True))


def _first_line(error: Exception) -> str:
    """The parser's complaint in a reader's words; what it says of its own insides is no help to one."""
    if isinstance(error, RecursionError):
        return "its brackets are nested too deeply"
    said = str(error).splitlines()[0].split(". Line")[0]
    return "a part of it is missing" if "<class" in said else said
