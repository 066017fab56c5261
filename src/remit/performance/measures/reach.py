"""Which rows of its table a measure looks at to count the records it lists: those records, or others around them."""

from remit.performance.facts import TABLES, Kind
from remit.terms.measure_terms import Availability, FirstContactResolution, Measure, ServiceFactor


def seconds_around(measure: Measure) -> int | None:
    """How far before and after its windows a measure looks at rows it does not list; None where it lists all it needs.

    A repeat after the month counts against the month of the first contact, an interval is counted from all its
    contacts, and what is listed by several columns is found again by its time alone. Outages are cut by those that
    began before them, however long ago: a service has few, and all of them are looked at (see `looks_at_all`).
    """
    if isinstance(measure, FirstContactResolution) and measure.repeat_within is not None:
        return measure.repeat_within.seconds
    if isinstance(measure, ServiceFactor) and measure.aggregate != "pooled":
        return measure.interval.seconds
    return None if record_column(measure.table) is not None else 0


def looks_at_all(measure: Measure) -> bool:
    """Whether a measure looks at every row of its table, whatever its time."""
    return isinstance(measure, Availability)


def record_column(table: str) -> str | None:
    """The one column of text that identifies a table's records, by which a listing names them; None without one."""
    declared = TABLES[table]
    if table == "case_events":
        return "case_key"
    is_plain = len(declared.key) == 1 and declared.by_name[declared.key[0]].kind is Kind.TEXT
    return declared.key[0] if is_plain else None
