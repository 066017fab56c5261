"""Rows of one file told in SQL by stages, text, parsed, zoned, judged: one pass, with details for unfit rows only."""
# ruff: noqa: S608 (every name and text from a file or mapping is quoted by remit.ingest.quoting)

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Mappings
from dataclasses import dataclass, replace

from remit.ingest.column_sql import ColumnContext, CompiledColumn, compile_column
from remit.ingest.expressions import condition_sql
from remit.ingest.mappings import ColumnMapping
from remit.ingest.quoting import name_sql, text_sql
from remit.ingest.readers import Reader
from remit.ingest.zone_tables import DAY_SECONDS
from remit.performance.facts import Check, Kind

HALF_DAY_SECONDS = DAY_SECONDS // 2


@dataclass(frozen=True, slots=True)
class Target:
    """A column to fill: its name in the landed table, its kind, where it comes from, and whether it must be there.

    An optional one was not asked for by name: a file without it leaves it empty.
    """

    name: str
    kind: Kind
    mapping: ColumnMapping
    is_required: bool
    is_optional: bool = False

    def within(self, columns: Collection[str]) -> "Target":
        """The target as a file with these columns can fill it."""
        mapping = self.mapping.within(columns)
        if self.is_optional and not all(name in columns for name in mapping.source_columns):
            mapping = ColumnMapping(sql="NULL")
        return replace(self, mapping=mapping)


@dataclass(frozen=True, slots=True)
class RowQuery:
    """The compiled columns of one file with the checks that apply, ready to be told as SQL.

    `zones` names the tables of days that must exist before it runs. `derived` are columns computed from landed ones.
    """

    reader: Reader
    columns: tuple[CompiledColumn, ...]
    targets: tuple[Target, ...]
    checks: tuple[Check, ...]
    derived: Mappings[str, str]
    where: str

    @property
    def names(self) -> tuple[str, ...]:
        """The landed columns, derived ones last."""
        return (*(column.name for column in self.columns), *self.derived)

    @property
    def zones(self) -> tuple[str, ...]:
        found = (column.instant.zone for column in self.columns if column.instant is not None)
        return tuple(dict.fromkeys(zone for zone in found if zone is not None))

    @property
    def is_plain(self) -> bool:
        """Whether every value is taken as the source has it, so that a view over the file is the table."""
        return all(column.is_plain for column in self.columns)

    def judged_sql(self, *, with_details: bool = True) -> str:
        """Every row with its landed columns and `_fault`: null where fit, '-' where left out, else JSON of its faults.

        They come in the order of the file, with `_row` where the reader numbers them.

        Without details `_fault` is 'x' for unfit rows and the source's other columns are not read at all.
        """
        return self._judged(
            self._zoned(self._parsed(self._texts(with_details=with_details))), with_details=with_details
        )

    def plain_sql(self) -> str:
        """The landed columns straight from the source, for rows the condition keeps; only where `is_plain`."""
        taken = [f"{column.text} AS {name_sql(column.name)}" for column in self.columns]
        derived = [f"{sql} AS {name_sql(name)}" for name, sql in self.derived.items()]
        inner = f"SELECT _row, {', '.join(taken)} FROM ({self.reader.sql}) WHERE {self.where}"
        return f"SELECT *, {', '.join(derived)} FROM ({inner})" if derived else inner

    def raw_sql(self) -> str:
        """Every row's number and its own text as JSON."""
        return f"SELECT _row, {self.reader.raw} AS _raw FROM ({self.reader.numbered_sql})"

    @property
    def _number(self) -> str:
        return "_row, " if self.reader.is_numbered else ""

    def _texts(self, *, with_details: bool) -> str:
        raw = f", {_raw_parts(self.reader)}" if with_details else ""
        texts = ", ".join(f"{column.text} AS _t{index}" for index, column in enumerate(self.columns))
        # A row that is broken as a whole meets no condition, and is a fault all the same.
        kept = f"(({self.where}) IS TRUE OR NOT _fit)"
        return f"SELECT {self._number}_fit, {kept} AS _kept{raw}, {texts} FROM ({self.reader.sql})"

    def _parsed(self, texts: str) -> str:
        early = [f"{sql} AS {name}" for column in self.columns for name, sql in column.early.items()]
        first = f"SELECT *, {', '.join(early)} FROM ({texts})" if early else texts
        parsed = [f"{sql} AS {name}" for column in self.columns for name, sql in column.parsed.items()]
        stage = f"SELECT *, {', '.join(parsed)} FROM ({first})"
        positions = {target.name: index for index, target in enumerate(self.targets)}
        for index, target in enumerate(self.targets):
            before = target.mapping.next_day_if_before
            if before in positions:
                local, other = f"_l{index}", f"_l{positions[before]}"
                rolled = (
                    f"CASE WHEN {local} < {other} - {HALF_DAY_SECONDS} THEN {local} + {DAY_SECONDS} ELSE {local} END"
                )
                stage = f"SELECT * REPLACE ({rolled} AS {local}) FROM ({stage})"
        return stage

    def _zoned(self, parsed: str) -> str:
        """Values, final from here on. Local times look up their day in their zone's lists.

        The lists stand beside every row, in a table of one row: a product with it keeps the rows in the file's order,
        which a join to a table of days would not.
        """
        values = [f"{column.value} AS {name_sql(column.name)}" for column in self.columns]
        zones = "".join(f", {zone_table(zone)}" for zone in self.zones)
        return f"SELECT *, {', '.join(values)} FROM ({parsed}){zones}"

    def _judged(self, zoned: str, *, with_details: bool) -> str:
        # A check that can't be decided is passed: of a CASE, what is null is not so.
        failing = [f"NOT ({check.condition})" for check in self.checks]
        unfit = ["NOT _fit", *(f"({column.is_unfit})" for column in self.columns if column.is_unfit), *failing]
        if with_details:
            faults = ", ".join(self._details())
            details = f"CAST(to_json({{'faults': [{faults}], 'raw': {_raw_object(self.reader)}}}) AS VARCHAR)"
        else:
            details = "'x'"
        fault = f"CASE WHEN NOT _kept THEN '-' WHEN {' OR '.join(unfit)} THEN {details} END AS _fault"
        derived = [f"{sql} AS {name_sql(name)}" for name, sql in self.derived.items()]
        names = [name_sql(column.name) for column in self.columns]
        return f"SELECT {self._number}{', '.join([*names, *derived, fault])} FROM ({zoned})"

    def _details(self) -> list[str]:
        """A fault's column, given value and reason, null where the row does not have that fault."""
        shown = {column.name: column.shown for column in self.columns}
        details = [_detail("NOT _fit", "", _line_of(self.reader), text_sql("is not a JSON object"))]
        details += [
            _detail(f"_fit AND ({fault.condition})", column.name, column.shown, fault.reason)
            for column in self.columns
            for fault in column.faults
        ]
        for check in self.checks:
            column = check.columns[0]
            details.append(_detail(f"({check.condition}) IS FALSE", column, shown[column], text_sql(check.sentence)))
        return details


def compile_rows(
    reader: Reader, targets: Sequence[Target], context: ColumnContext, *, checks: Sequence[Check], where: str | None
) -> RowQuery:
    """The query of one file. Raises ValueError with a sentence where an expression of the mapping is not allowed."""
    columns = tuple(
        compile_column(target.name, target.kind, target.mapping, context, index=index, is_required=target.is_required)
        for index, target in enumerate(targets)
    )
    condition = "true" if where is None else condition_sql(where, list(reader.types))
    names = {target.name for target in targets}
    applying = tuple(check for check in checks if names.issuperset(check.columns))
    return RowQuery(reader, columns, tuple(targets), applying, _derived(names), condition)


def _derived(names: set[str]) -> dict[str, str]:
    """The wait of a contact whose source has none: from its arrival to its answer or abandonment."""
    ends = [name for name in ("answered_at", "abandoned_at") if name in names]
    if "queued_at" not in names or "wait_seconds" in names or not ends:
        return {}
    return {"wait_seconds": f"coalesce({', '.join(ends)}) - queued_at"}


def zone_table(zone: str) -> str:
    """The name of a zone's table of days in the engine."""
    return f"landing.{name_sql(f'zone {zone}')}"


def _detail(condition: str, column: str, value: str, reason: str) -> str:
    struct = f"{{'column': {text_sql(column)}, 'value': {value}, 'reason': {reason}}}"
    return f"CASE WHEN {condition} THEN {struct} END"


def _raw_parts(reader: Reader) -> str:
    """The source's columns carried along by position; a JSON line is carried whole."""
    if reader.is_open_ended:
        return "_line"
    return ", ".join(f"{name_sql(name)} AS _c{position}" for position, name in enumerate(reader.types))


def _raw_object(reader: Reader) -> str:
    if reader.is_open_ended:
        return "CASE WHEN _fit THEN CAST(_line AS JSON) ELSE to_json(_line) END"
    return f"json_object({', '.join(f'{text_sql(name)}, _c{position}' for position, name in enumerate(reader.types))})"


def _line_of(reader: Reader) -> str:
    return "_line" if reader.is_open_ended else "CAST(NULL AS VARCHAR)"
