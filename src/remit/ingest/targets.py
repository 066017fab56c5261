"""What a source is to fill: the columns of its table, where each comes from, and the checks its rows must pass."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from remit.ingest.mappings import (
    CASE_TABLE,
    EVENT_TABLE,
    AnySource,
    CaseColumn,
    ColumnMapping,
    EventLogSource,
    TableSource,
    Take,
    kind_of,
)
from remit.ingest.row_sql import Target
from remit.performance.facts import TABLES, Check, Column, Kind, Table, checks_of

CASE_PREFIX = "case."


@dataclass(frozen=True, slots=True)
class SourceShape:
    """The columns one source fills.

    `missing` are required columns nothing fills; `takes` says, for an event log, which event each column of a case
    comes from (those targets bear the prefix `case.`).
    """

    table: Table
    targets: tuple[Target, ...]
    checks: tuple[Check, ...]
    missing: tuple[str, ...] = ()
    takes: tuple[tuple[str, Take], ...] = ()
    is_log: bool = False

    @property
    def source_columns(self) -> tuple[str, ...]:
        """Every source column the mapping names outright."""
        asked = (target.mapping for target in self.targets if not target.is_optional)
        return tuple(dict.fromkeys(name for mapping in asked for name in mapping.from_ or mapping.join or ()))

    @property
    def case_targets(self) -> tuple[Target, ...]:
        """Of an event log, the columns of its cases under their own names."""
        return tuple(
            replace(target, name=target.name.removeprefix(CASE_PREFIX))
            for target in self.targets
            if target.name.startswith(CASE_PREFIX)
        )


def shape_for(source: AnySource, headers: Sequence[Sequence[str]]) -> SourceShape:
    """The shape of a source, given the columns each of its files has."""
    if isinstance(source, EventLogSource):
        return _log_shape(source)
    table = TABLES[source.table]
    targets = _mapped(source, table) if source.columns is not None else _found(source, table, headers)
    named = {target.name for target in targets}
    missing = tuple(name for name in table.required if name not in named) if headers else ()
    return SourceShape(table, targets, table.checks + _extra_checks(source), missing)


def _mapped(source: TableSource, table: Table) -> tuple[Target, ...]:
    columns = source.columns or {}
    return tuple(_target(name, mapping, table, source) for name, mapping in columns.items())


def _found(source: TableSource, table: Table, headers: Sequence[Sequence[str]]) -> tuple[Target, ...]:
    """Columns that bear our names in any of the files, whatever their case."""
    written = {name.casefold(): name for header in headers for name in header}
    ours = [*table.by_name, *source.extra]
    return tuple(
        replace(_target(name, ColumnMapping(from_=(written[name.casefold()],)), table, source), is_optional=True)
        for name in ours
        if name.casefold() in written
    )


def _target(name: str, mapping: ColumnMapping, table: Table, source: AnySource) -> Target:
    kind = kind_of(name, table, source.extra)
    return Target(name, kind or Kind.TEXT, mapping, name in table.required)


def _extra_checks(source: AnySource) -> tuple[Check, ...]:
    extras = (Column(name, Kind(kind), "") for name, kind in source.extra.items())
    return tuple(check for column in extras for check in checks_of(column))


def _log_shape(source: EventLogSource) -> SourceShape:
    events, cases = TABLES[EVENT_TABLE], TABLES[CASE_TABLE]
    own = {name: getattr(source.event_log, name) for name in type(source.event_log).model_fields}
    columns: dict[str, ColumnMapping] = {name: mapping for name, mapping in own.items() if mapping is not None}
    targets = [_target(name, mapping, events, source) for name, mapping in (columns | source.events).items()]
    targets += _case_targets(source.cases.items(), cases, source)
    takes = tuple((name, column.take) for name, column in source.cases.items())
    return SourceShape(events, tuple(targets), events.checks + _extra_checks(source), (), takes, is_log=True)


def _case_targets(columns: Iterable[tuple[str, CaseColumn]], cases: Table, source: AnySource) -> list[Target]:
    """A case's columns among its event's: an empty one is no fault yet, since another event may fill it."""
    targets = []
    for name, column in columns:
        before = column.next_day_if_before
        mapping = column if before is None else column.model_copy(update={"next_day_if_before": CASE_PREFIX + before})
        target = _target(name, mapping, cases, source)
        targets.append(replace(target, name=CASE_PREFIX + name, is_required=False))
    return targets
