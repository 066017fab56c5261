"""Volumes that are charged: records counted or a column added up, in the days a charge line is in force."""

from collections.abc import Mapping

from sqlglot import exp

from remit.performance.measures.expressions import column, number, qualified, where_all
from remit.performance.measures.outcomes import instant_of
from remit.performance.measures.portable import contract_condition
from remit.performance.measures.queries import Interval
from remit.terms.rate_cards import Volume


def volume_query(volume: Volume, kinds: Mapping[str, str], *, within: Interval) -> exp.Select:
    """One number: the rows of a table in [start, end) that meet the volume's condition, or the sum of its column."""
    counted = number(1) if volume.sum is None else column(volume.sum)
    at = instant_of(volume.of)
    condition = where_all(
        at >= number(within[0]),
        at.copy() < number(within[1]),
        None if volume.where is None else qualified(contract_condition(volume.where, kinds)),
    )
    # A sum of decimals is rounded to a whole number, half up; a cast alone rounds on one engine and cuts on another.
    whole = exp.Round(this=exp.cast(exp.Sum(this=counted), "DECIMAL(38,4)"), decimals=number(0))
    return exp.select(exp.cast(whole, "BIGINT").as_("counted")).from_(exp.to_table(volume.of).as_("r")).where(condition)
