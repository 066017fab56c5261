"""Steps of a query that it reads more than once: computed once, and kept with Spark's workers while the query runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_NUMBERS = count(1)


@contextmanager
def kept_steps(
    session: "SparkSession", tree: exp.Expr, *, run: Callable[[exp.Expr], "DataFrame"]
) -> Iterator[exp.Expr]:
    """A query whose steps marked as materialized read what was kept of them.

    Spark has no word for it, and computes a step anew for each place that names it: a history's unfit cases would be
    found ten times over. What is kept spills to the workers' disks, and a worker that dies takes only its part with it,
    which is computed again. The tree given stays as it is.
    """
    if not any(step.args.get("materialized") for step in tree.find_all(exp.CTE)):
        yield tree
        return
    tree = tree.copy()
    kept: dict[str, DataFrame] = {}
    try:
        for steps in list(tree.find_all(exp.With)):
            for step in steps.expressions:
                if step.args.get("materialized"):
                    name = f"remit_step_{next(_NUMBERS)}"
                    kept[name] = run(_up_to(steps, step)).persist()
                    kept[name].createOrReplaceTempView(name)
                    step.set("this", exp.select("*").from_(exp.to_table(name)))
                    step.set("materialized", None)
        yield tree
    finally:
        for name, frame in kept.items():
            session.catalog.dropTempView(name)
            frame.unpersist()


def _up_to(steps: exp.With, step: exp.CTE) -> exp.Select:
    """A query for one step alone, with the steps before it."""
    query = exp.select("*").from_(step.alias)
    for before in steps.expressions:
        query.with_(before.alias, as_=before.this.copy(), copy=False)
        if before is step:
            break
    return query
