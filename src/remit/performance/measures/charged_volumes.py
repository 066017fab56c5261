"""Volumes that are charged: records counted or a column added up, in the days a charge line is in force."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from remit.performance.measures.expressions import (
    both,
    coalesce,
    column,
    is_any,
    is_unknown,
    number,
    qualified,
    where_all,
)
from remit.performance.measures.outcomes import instant_of
from remit.performance.measures.portable import contract_condition
from remit.performance.measures.queries import Interval
from remit.terms.rate_cards import Volume


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a volume whose column has one of some values, or none of them (`is_rest`; an empty cell too)."""

    column: str
    values: tuple[str, ...]
    is_rest: bool = False

    def condition(self) -> exp.Expr:
        """The share as a condition on the records."""
        among = is_any(column(self.column), self.values)
        if not self.is_rest:
            return among
        return exp.paren(exp.or_(exp.not_(among), is_unknown(column(self.column))), copy=False)


def volume_query(
    volume: Volume, kinds: Mapping[str, str], *, within: Interval, share: Share | None = None
) -> exp.Select:
    """One number: the rows of a table in [start, end) that meet the volume's condition, or the sum of its columns.

    The sum is in steps of the volume's `places`: with 4 of them, 12.5 comes as 125000.
    """
    at = instant_of(volume.of) if volume.at is None else column(volume.at)
    condition = where_all(
        both(at >= number(within[0]), at.copy() < number(within[1])),
        None if volume.where is None else qualified(contract_condition(volume.where, kinds)),
        None if share is None else share.condition(),
    )
    # A sum of decimals is rounded to a whole number, half up; a cast alone rounds on one engine and cuts on another.
    exact = exp.cast(exp.Sum(this=_counted(volume)), "DECIMAL(38,4)")
    whole = exp.Round(this=exact, decimals=number(0))
    return exp.select(exp.cast(whole, "BIGINT").as_("counted")).from_(exp.to_table(volume.of).as_("r")).where(condition)


def _counted(volume: Volume) -> exp.Expr:
    """What one row adds; of several columns an empty one adds nothing."""
    if not volume.sum:
        return number(1)
    if len(volume.sum) == 1:
        added: exp.Expr = column(volume.sum[0])
    else:
        parts = [coalesce(column(name), number(0)) for name in volume.sum]
        added = parts[0]
        for part in parts[1:]:
            added = exp.Add(this=added, expression=part)
        added = exp.paren(added, copy=False)
    return added if not volume.places else exp.Mul(this=added, expression=number(10**volume.places))
