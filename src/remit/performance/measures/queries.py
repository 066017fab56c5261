"""A service level as a query: one row a record, and the sums over those rows, from the same tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from remit.performance.clocks import ClockTable
from remit.performance.measures.expressions import column, is_known, is_unknown, number, one_if, total
from remit.terms.contracts import Contract
from remit.terms.durations import ClockUnit
from remit.terms.service_levels import ServiceLevel

Interval = tuple[int, int]

RECORD_COLUMNS = (
    "record_key", "window_index", "numerator", "denominator", "sample", "seconds", "target_seconds", "excluded",
)  # fmt: skip
"""What the records query of every measure gives, before the dimensions asked for."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a service level is compiled against.

    `windows` are disjoint half-open stretches of UTC seconds in order, at least one; `facts_from`/`facts_to` the first
    and last instant of the facts it reads; `as_of` the instant up to which open records have run; `columns` the
    declared columns of each table the facts have; `overlays` the closed stretches of each exclusion that stops clocks;
    `dimensions` the columns to split by; `steady` the columns of `case_events` known to be filled on every row and
    equal to the case's own; `keys` the least and greatest key of the cases that can belong to the windows, where they
    were looked up.
    """

    contract: Contract
    level_id: str
    windows: tuple[Interval, ...]
    facts_from: int
    facts_to: int
    as_of: int
    columns: Mapping[str, frozenset[str]]
    overlays: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)
    dimensions: tuple[str, ...] = ()
    steady: frozenset[str] = frozenset()
    keys: tuple[str, str] | None = None

    @property
    def level(self) -> ServiceLevel:
        return self.contract.service_levels[self.level_id]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A small table made from the contract, that a query joins: each value of a column and what belongs to it.

    The first of `columns` is the value, as text; the others are integers. A join with a small table is faster than
    a CASE over every row, and as portable.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True, slots=True)
class MeasureQuery:
    """A service level as a query tree, with the clock tables and the lookups it joins.

    `records` gives RECORD_COLUMNS and the dimensions, one row a record that counts or was excluded. `denominators`
    holds a denominator for each window where it is a property of the window and not of the records (volume: 1;
    throughput: open hours). `may_exclude` says whether any record can be excluded. The sums and the list are built over
    the same tree, so they can't disagree.
    """

    service_level: str
    records: exp.Select
    dimensions: tuple[str, ...]
    clock_tables: tuple[ClockTable, ...]
    denominators: tuple[int, ...] | None = None
    may_exclude: bool = True
    lookups: tuple[Lookup, ...] = ()

    def totals(self) -> exp.Select:
        """Numerator, denominator, sample and excluded records by window (and dimensions).

        Records outside every window make a row of their own, -1: to sum them is cheaper than to keep them out.
        """
        keys = [column("window_index"), *[column(name) for name in self.dimensions]]
        sums = [total(self._counted(name)).as_(name) for name in ("numerator", "denominator", "sample")]
        excluded = total(one_if(is_known(column("excluded")))) if self.may_exclude else number(0)
        shown = [*keys, *sums, excluded.as_("excluded")]
        return self._over_records(shown).group_by(*[key.copy() for key in keys], copy=False)

    def listing(self, window_index: int | None = None) -> exp.Select:
        """The records of one window, or of all, by their keys; an excluded one is there and adds nothing."""
        sums = ("numerator", "denominator", "sample")
        shown = [
            self._counted(name).as_(name) if name in sums else column(name)
            for name in RECORD_COLUMNS
            if name != "window_index"
        ]
        query = self._over_records([*shown, *[column(name) for name in self.dimensions]])
        window = column("window_index")
        query.where(window >= 0 if window_index is None else window.eq(window_index), copy=False)
        return query.order_by(column("record_key"), copy=False)

    def _counted(self, name: str) -> exp.Expr:
        """What a record adds to a sum: nothing where it was excluded."""
        if not self.may_exclude:
            return column(name)
        return exp.case().when(is_unknown(column("excluded")), column(name)).else_(number(0))

    def _over_records(self, shown: list[exp.Expr]) -> exp.Select:
        # The tree is large: it is copied once, so that this query's tree is its own, and not at every step.
        return exp.select(*shown, copy=False).from_(self.records.subquery("r"), copy=False)


@dataclass(frozen=True, slots=True)
class RecordParts:
    """What one measure says of each row of its source; the rest (windows, exclusions, conditions) is common to all.

    `source` is a table's name, a query, or rows already named `r`; `at` the instant that decides the window, or None
    where `window_index` is given; `sample` how many records stand behind the row's denominator (the denominator itself,
    unless given). `is_conditioned` says that the source has applied the level's condition and exclusions itself, its
    rows being something else than the table's records; `excluded_by` is then its own column of exclusions, if it has
    one.
    """

    source: str | exp.Expr
    key: exp.Expr
    at: exp.Expr | None
    numerator: exp.Expr
    denominator: exp.Expr
    sample: exp.Expr | None = None
    seconds: exp.Expr | None = None
    target_seconds: exp.Expr | None = None
    where: exp.Expr | None = None
    excluded: tuple[tuple[exp.Expr, str], ...] = ()
    window_index: exp.Expr | None = None
    joins: tuple[exp.Join, ...] = ()
    is_conditioned: bool = False
    excluded_by: exp.Expr | None = None
    lookups: tuple[Lookup, ...] = ()

    @property
    def rows(self) -> exp.Expr:
        """The source's rows under the name `r`, by which every expression knows them."""
        if isinstance(self.source, str):
            return exp.to_table(self.source).as_("r")
        if isinstance(self.source, exp.Select):
            return self.source.subquery("r", copy=False)
        return self.source


WINDOW_SEGMENT = "always/all_seconds"
"""The segment of every level's clock table in which any instant of the facts finds its window."""


def segment_name(calendar: str, unit: ClockUnit) -> str:
    """A calendar counted in a unit: one curve of a clock table."""
    if unit is ClockUnit.ALL_SECONDS:
        return WINDOW_SEGMENT
    return f"{calendar}/{unit.name.lower()}"


def clock_offset(table: ClockTable, segment: str) -> int:
    """What is added to an instant's bucket t div g to make the key of a segment's row."""
    return table.keys[segment] - table.first_k


def clock_join(table: ClockTable, alias: str, instant: exp.Expr, offset: exp.Expr) -> exp.Join:
    """The equality join that finds an instant's row of a clock table."""
    key = exp.cast(offset.copy() + (instant.copy() // number(table.grid_seconds)), "INT")
    return exp.Join(this=exp.table_(table.name, quoted=True).as_(alias), kind="INNER", on=column("key", alias).eq(key))


def reading(alias: str, instant: exp.Expr) -> exp.Expr:
    """F(t): the clock's reading at an instant, from the row of the clock table joined under the alias."""
    return column("base", alias) + column("is_open", alias) * instant.copy()
