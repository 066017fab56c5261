"""Columns a contract reads: unknown ones, ones of the wrong kind, and conditions that can't be read."""

from collections.abc import Collection, Iterator
from typing import Any

from remit.performance.facts import TABLES
from remit.performance.linting.clock_rules import timed_levels
from remit.performance.linting.findings import Finding, Path, error, nearest, warning
from remit.performance.measures.portable import column_kinds, contract_condition
from remit.terms.clocks import ByDimension
from remit.terms.contracts import Contract
from remit.terms.measure_terms import Backlog, CustomRatio, TargetByDimension, Throughput
from remit.terms.rate_cards import ChargeLine

_INSTANTS = frozenset({"instant"})
_TEXTS = frozenset({"text"})
_NUMBERS = frozenset({"integer", "decimal", "seconds"})
_DECLARE = "or declare it under facts.columns"


def unknown_tables(contract: Contract) -> Iterator[Finding]:
    """A table Remit does not have can't be counted."""
    for place, table in _tables_named(contract):
        if table not in TABLES:
            yield error(place, f"there is no table {table!r}", nearest(table, TABLES))


def _tables_named(contract: Contract) -> Iterator[tuple[Path, str]]:
    yield from ((("facts", "columns", table), table) for table in contract.facts.columns)
    yield from ((("facts", "personal", table), table) for table in contract.facts.personal)
    for index, exclusion in enumerate(contract.exclusions):
        if exclusion.of is not None:
            yield ("exclusions", index, "of"), exclusion.of
    for index, charge in enumerate(contract.charges):
        if charge.volume is not None:
            yield ("charges", index, "volume", "of"), charge.volume.of


def redeclared_columns(contract: Contract) -> Iterator[Finding]:
    """A built-in column keeps its kind; declaring it anew misleads whoever reads the contract."""
    for table, columns in contract.facts.columns.items():
        for name, kind in columns.items():
            built_in = TABLES[table].by_name.get(name) if table in TABLES else None
            if built_in is not None:
                what = f"{table} has a column {name} of its own, of kind {built_in.kind}, not {kind}"
                yield error(("facts", "columns", table, name), what, "give yours another name, or leave it out")


def unreadable_conditions(contract: Contract) -> Iterator[Finding]:
    """A condition names an unknown column or is not one that is allowed."""
    for place, table, text in conditions_of(contract):
        if table not in TABLES:
            continue
        try:
            contract_condition(text, column_kinds(contract, table))
        except ValueError as fault:
            what, _, hint = str(fault).partition("; ")
            yield error(place, what, hint)


def conditions_of(contract: Contract) -> Iterator[tuple[Path, str, str]]:
    """Every condition of the contract with its place and its table."""
    for level_id, level in contract.service_levels.items():
        measure, place = level.measure, ("service_levels", level_id, "measure")
        words = ("where", "good", "total") if isinstance(measure, CustomRatio) else ("where",)
        for word in words:
            if getattr(measure, word) is not None:
                yield (*place, word), measure.table, getattr(measure, word)
    for index, exclusion in enumerate(contract.exclusions):
        if exclusion.where is not None and exclusion.of is not None:
            yield ("exclusions", index, "where"), exclusion.of, exclusion.where
    for index, charge in enumerate(contract.charges):
        if charge.volume is not None and charge.volume.where is not None:
            own: Path = ("where",) if charge.where is not None else ("volume", "where")
            yield ("charges", index, *own), charge.volume.of, charge.volume.where


def unknown_columns(contract: Contract) -> Iterator[Finding]:
    """A term reads a column its table does not have, or one that can't hold what is read."""
    for place, table, name, kinds in _columns_named(contract):
        if table not in TABLES:
            continue
        columns = column_kinds(contract, table)
        if name not in columns:
            fitting = [column for column, kind in columns.items() if not kinds or kind in kinds]
            yield error(place, f"{table} has no column {name!r}", f"{nearest(name, fitting)} {_DECLARE}".strip())
        elif kinds and columns[name] not in kinds:
            wanted = " or ".join(sorted(kinds))
            what = f"{name!r} of {table} is of kind {columns[name]}, where {wanted} is needed"
            fitting = sorted(column for column, kind in columns.items() if kind in kinds)
            yield error(place, what, f"choose from {', '.join(fitting)}")


NamedColumn = tuple[Path, str, str, Collection[str]]


def _columns_named(contract: Contract) -> Iterator[NamedColumn]:
    """Every column a term reads: its place, its table, its name, and the kinds it may have (none: any)."""
    yield from _columns_of_clocks(contract)
    for table, names in contract.facts.personal.items():
        yield from ((("facts", "personal", table, n), table, name, ()) for n, name in enumerate(names))
    for timed in timed_levels(contract):
        if isinstance(timed.target, TargetByDimension):
            yield (*timed.place, "by"), timed.clock.of, timed.target.by, ()
    for level_id, level in contract.service_levels.items():
        yield from _columns_of_measure(("service_levels", level_id, "measure"), level.measure)
    for index, charge in enumerate(contract.charges):
        yield from _columns_of_charge(("charges", index), charge)


def _columns_of_charge(place: Path, charge: ChargeLine) -> Iterator[NamedColumn]:
    volume = charge.volume
    if volume is None:
        return
    for index, name in enumerate(volume.sum):
        position: Path = (index,) if len(volume.sum) > 1 else ()
        yield (*place, "volume", "sum", *position), volume.of, name, _NUMBERS
    if volume.at is not None:
        yield (*place, "volume", "at"), volume.of, volume.at, _INSTANTS
    if charge.rate_by is not None:
        yield (*place, "rate_by", "by"), volume.of, charge.rate_by.by, _TEXTS


def _columns_of_measure(place: Path, measure: Any) -> Iterator[NamedColumn]:
    if isinstance(measure, Backlog | Throughput) and measure.stops is not None:
        yield (*place, "stops"), measure.of, measure.stops, _INSTANTS
    if isinstance(measure, CustomRatio):
        named = {"sum": measure.sum, "per": measure.per}
        yield from (((*place, word), measure.of, name, _NUMBERS) for word, name in named.items() if name is not None)


def _columns_of_clocks(contract: Contract) -> Iterator[NamedColumn]:
    for name, clock in contract.clocks.items():
        if isinstance(clock.calendar, ByDimension):
            yield ("clocks", name, "calendar", "by"), clock.of, clock.calendar.by, ()
        for word, moment in (("starts", clock.starts), ("stops", clock.stops)):
            if isinstance(moment, str):
                yield ("clocks", name, word), clock.of, moment, _INSTANTS


def unknown_dimensions(contract: Contract) -> Iterator[Finding]:
    """Results can be split only by a column that some table has."""
    known = {name for table in TABLES for name in column_kinds(contract, table)}
    named: list[tuple[Path, str]] = [
        (("facts", "dimensions", index), name) for index, name in enumerate(contract.facts.dimensions)
    ]
    if contract.scorecard is not None and contract.scorecard.by is not None:
        named.append((("scorecard", "by"), contract.scorecard.by))
    for place, name in named:
        if name not in known:
            yield error(place, f"no table has a column {name!r}", f"{nearest(name, known)} {_DECLARE}")


def clocks_of_another_table(contract: Contract) -> Iterator[Finding]:
    """A turnaround counts the records its clock times, so its condition is read on the clock's table."""
    for timed in timed_levels(contract):
        table = contract.service_levels[timed.level_id].measure.table
        if timed.clock.of != table:
            what = f"the clock times {timed.clock.of}, the measure counts {table}"
            hint = f"write of: {timed.clock.of} in the measure, or take a clock of {table}"
            yield error(("service_levels", timed.level_id, "measure", "of"), what, hint)


def exclusions_that_exclude_nothing(contract: Contract) -> Iterator[Finding]:
    """An exclusion acts on the levels that count its table; where none does, it changes nothing."""
    for index, exclusion in enumerate(contract.exclusions):
        if exclusion.where is None or exclusion.of not in TABLES:
            continue
        concerned = exclusion.levels or tuple(contract.service_levels)
        levels = [contract.service_levels[name] for name in concerned if name in contract.service_levels]
        if levels and all(level.measure.table != exclusion.of for level in levels):
            what = f"{exclusion.id} leaves out records of {exclusion.of}, and none of its service levels counts those"
            tables = sorted({level.measure.table for level in levels})
            hint = f"the levels count {', '.join(tables)}"
            yield warning(("exclusions", index, "of"), what, hint, rests_on=["service_levels"])
