"""Small pieces of query trees the measures are put together from."""

from collections.abc import Mapping

from sqlglot import exp


def column(name: str, table: str = "r") -> exp.Column:
    """A column of the records at hand, quoted so that no engine folds its case."""
    return exp.column(name, table=table, quoted=True)


def number(value: int) -> exp.Expr:
    """An integer literal."""
    return exp.Literal.number(value)


def text(value: str) -> exp.Literal:
    """A text literal, escaped by the renderer."""
    return exp.Literal.string(value)


def one_if(condition: exp.Expr) -> exp.Expr:
    """1 where the condition holds, 0 where it does not or is unknown."""
    return exp.case().when(condition, number(1)).else_(number(0))


def choose(by: exp.Expr, branches: Mapping[str, int], otherwise: int | None) -> exp.Expr:
    """The integer that belongs to a column's value; null where there is none."""
    groups: dict[int, list[str]] = {}
    for value, chosen in branches.items():
        groups.setdefault(chosen, []).append(value)
    default = exp.null() if otherwise is None else number(otherwise)
    if not groups or set(groups) == {otherwise}:
        return default
    tree = exp.case()
    for chosen, values in groups.items():
        tree = tree.when(is_any(by, values), number(chosen))
    return tree.else_(default)


def is_any(tree: exp.Expr, values: tuple[str, ...] | list[str]) -> exp.Expr:
    """Whether a column has one of some values."""
    if len(values) == 1:
        return tree.copy().eq(text(values[0]))
    return tree.copy().isin(*[text(value) for value in values])


def is_known(tree: exp.Expr) -> exp.Expr:
    """Whether a value is there."""
    return tree.copy().is_(exp.null()).not_()


def is_unknown(tree: exp.Expr) -> exp.Expr:
    """Whether a value is null."""
    return tree.copy().is_(exp.null())


def total(tree: exp.Expr) -> exp.Expr:
    """A sum as a 64-bit integer, whatever wider type an engine sums in."""
    return exp.cast(exp.Sum(this=tree), "BIGINT")


def coalesce(first: exp.Expr, *others: exp.Expr) -> exp.Expr:
    """The first of some values that is there."""
    return exp.Coalesce(this=first.copy(), expressions=[other.copy() for other in others])


def qualified(tree: exp.Expr, table: str = "r") -> exp.Expr:
    """A contract's condition with its columns bound to the records' alias, safe to combine with others."""
    bound = tree.copy()
    for found in bound.find_all(exp.Column):
        found.set("table", exp.to_identifier(table))
    return exp.paren(bound, copy=False)


def both(*conditions: exp.Expr) -> exp.Expr:
    """All of the conditions given."""
    return exp.and_(*conditions)


def where_all(*conditions: exp.Expr | None) -> exp.Expr | None:
    """The conditions together; None where there are none."""
    given = [condition for condition in conditions if condition is not None]
    return both(*given) if given else None
