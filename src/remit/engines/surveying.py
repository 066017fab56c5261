"""What is asked of facts before they are measured: how far they reach, and what in a history holds steady."""

from collections.abc import Collection, Sequence

import sqlglot
from sqlglot import exp

from remit.engines.engine import Engine


def instants_between(engine: Engine, columns: Sequence[tuple[str, str]]) -> tuple[int, int] | None:
    """The first and last instant found in some (table, column) pairs; None where there is none at all.

    One query a table, whatever the number of its columns.
    """
    found: list[int] = []
    for table in dict.fromkeys(table for table, _ in columns):
        names = [exp.column(column, quoted=True) for of, column in columns if of == table]
        bounds = [bound(this=name.copy()) for name in names for bound in (exp.Min, exp.Max)]
        (row,) = engine.rows(exp.select(*bounds).from_(exp.to_table(table)))
        found += [int(bound) for bound in row if bound is not None]
    return (min(found), max(found)) if found else None


def steady_columns(engine: Engine, columns: Collection[str], *, concerned: exp.Expr | None = None) -> frozenset[str]:
    """Those of some columns of `case_events` that change nothing on the way, so that pauses can be summed.

    A column is steady where every change has the case's own value of it. `status_from` is steady where each change of
    status names the status before it, and the source's sequence tells apart all that happened at one instant.
    `concerned` says which changes (of the table `r`) are looked at; all without it.
    """
    changes = exp.select("*").from_(exp.to_table("case_events").as_("r")).where(concerned)
    queries = {name: _broken_chains() if name == "status_from" else _unlike_its_case(name) for name in columns}
    return frozenset(name for name, query in queries.items() if not _has_rows(engine, query, changes))


def _has_rows(engine: Engine, query: exp.Select, changes: exp.Select) -> bool:
    return bool(engine.rows(query.with_("changes", as_=changes).limit(1)))


def _unlike_its_case(name: str) -> exp.Select:
    of_event, of_case = (exp.column(name, table=table, quoted=True) for table in ("e", "c"))
    on = exp.column("case_key", table="e").eq(exp.column("case_key", table="c"))
    differs = exp.or_(of_event.is_(exp.null()), of_case.is_(exp.null()), of_event.neq(of_case))
    joined = exp.select("1").from_(exp.to_table("changes").as_("e"))
    return joined.join(exp.to_table("cases").as_("c"), on=on).where(differs)


def _broken_chains() -> exp.Select:
    """Changes of status that don't name the status before them, or share their place with another."""
    return sqlglot.parse_one(_BROKEN_CHAINS, dialect="duckdb", into=exp.Select)


_BROKEN_CHAINS = """
SELECT 1 FROM (
  SELECT e.status_from, e."at" AS at_, COALESCE(e.sequence, 0) AS sequence_,
    LAG(e.status) OVER in_order AS status_before, LAG(e."at") OVER in_order AS before_at,
    LAG(COALESCE(e.sequence, 0)) OVER in_order AS sequence_before
  FROM changes AS e WHERE NOT e.status IS NULL
  WINDOW in_order AS (PARTITION BY e.case_key ORDER BY e."at", COALESCE(e.sequence, 0))) AS x
WHERE NOT x.status_before IS NULL AND (x.status_from IS NULL OR x.status_from <> x.status_before
  OR (x.at_ = x.before_at AND x.sequence_ = x.sequence_before))
"""
