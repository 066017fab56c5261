"""Landing: each source's files become one relation of fit rows in the engine; every other row is accounted for."""
# ruff: noqa: S608 (every name and text from a file or mapping is quoted by remit.ingest.quoting)

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from remit.ingest.answers import has_rows, number, one_row
from remit.ingest.column_sql import ColumnContext
from remit.ingest.document_problems import did_you_mean
from remit.ingest.instant_sql import day_list
from remit.ingest.mappings import AnySource, Mapping
from remit.ingest.quoting import name_sql, text_sql
from remit.ingest.readers import Reader, first_line_of, open_reader
from remit.ingest.row_sql import RowQuery, compile_rows, zone_table
from remit.ingest.source_files import SourceFile, UnreadableFile
from remit.ingest.targets import SourceShape, shape_for
from remit.ingest.zone_tables import DAY_COLUMNS, FIRST_DAY, zone_days
from remit.terms.problems import Problem, Severity

FAULTS = "landing.faults"
REJECTS = "landing.rejects"


@dataclass(slots=True)
class LandedFile:
    """One file with the rows read from it. `reader` and `query` stay for a second look at a few rows.

    Its rows stand in `relation` with `_fault`, in order. Where the reader does not number them their place there does.
    """

    file: SourceFile
    number: int
    reader: Reader
    query: RowQuery
    relation: str
    rows_read: int = 0
    rejected: int = 0
    left_out: int = 0

    @property
    def row_sql(self) -> str:
        """The number of a row of `relation`. Nothing is ever taken out of it: places stay what they are."""
        return "_row" if self.reader.is_numbered else "rowid + 1"


@dataclass(slots=True)
class LandedSource:
    """One source of the mapping, landed as the relation `relation` with `_file`, `_row` and its columns.

    It is a view of its files' rows that are fit: of the files themselves where `is_in_place`, else of what was landed.
    The two parts of an event log are tables.
    """

    number: int
    shape: SourceShape
    relation: str
    files: list[LandedFile] = field(default_factory=list)
    is_in_place: bool = False
    is_view: bool = True
    names: tuple[str, ...] = ()
    is_of_cases: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The landed columns, besides `_file` and `_row`."""
        return self.names or self.files[0].query.names


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """The schema everything is landed in, with the table of faults found and that of lines that could not be split.

    A fault's `row` counts the rows the engine could split, in one file; `line` is set where the file's own line is
    known already. A second row the sentence speaks of stands in `other_file` and `other_row`.
    """
    connection.execute("CREATE SCHEMA IF NOT EXISTS landing")
    connection.execute(
        f"CREATE OR REPLACE TABLE {FAULTS} (file INTEGER, row BIGINT, line BIGINT, other_file INTEGER, "
        "other_row BIGINT, fact_table VARCHAR, column_name VARCHAR, value VARCHAR, reason VARCHAR, raw VARCHAR)"
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE {REJECTS} (file INTEGER, line_at BIGINT, kind VARCHAR, message VARCHAR, raw VARCHAR)"
    )


class Landing:
    """The work of landing one mapping's sources; problems with whole files gather in `problems`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, mapping: Mapping) -> None:
        self._connection = connection
        self._mapping = mapping
        self._zones: set[str] = set()
        self._files = 0
        self.problems: list[Problem] = []

    def plan(self, source: AnySource, files: Sequence[SourceFile], *, number: int) -> LandedSource | None:
        """How one source will land; None where a problem with one of its files stands in the way."""
        readers = [self._reader(file, source) for file in files]
        opened = [(file, reader) for file, reader in zip(files, readers, strict=True) if reader is not None]
        if len(opened) < len(files) or not opened:
            return None
        shape = shape_for(source, [list(reader.types) for _, reader in opened])
        landed = LandedSource(number, shape, f"landing.source_{number}")
        for file, reader in opened:
            query = self._query(file, reader, source, shape)
            if query is not None:
                self._files += 1
                relation = f"{landed.relation}_file_{self._files}"
                landed.files.append(LandedFile(file, self._files, reader, query, relation))
        if len(landed.files) < len(files):
            return None
        landed.is_in_place = not shape.is_log and all(one.query.is_plain for one in landed.files)
        return landed

    def land(self, landed: LandedSource, *, on_file: Callable[[str], None] | None) -> None:
        """Take in a source's files, one after the other, in the order given."""
        # The engine can't know how long a text file is, takes it for short, and would hold all of it to set each zone's
        # one row beside it. As written, the zone is held and the file streams past.
        self._connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        try:
            for one in landed.files:
                if on_file is not None:
                    on_file(one.file.name)
                self._take_in(landed, one)
        finally:
            self._connection.execute("RESET disabled_optimizers")
        if any(problem.severity is Severity.ERROR for problem in self.problems):
            return
        self.make_view(landed, has_duplicates=False)

    def _problem(self, file: SourceFile, what: str, hint: str = "", *, line: int = 0, is_error: bool = True) -> None:
        severity = Severity.ERROR if is_error else Severity.WARNING
        self.problems.append(Problem(file.name, line, "", what, hint, severity))

    def _reader(self, file: SourceFile, source: AnySource) -> Reader | None:
        self._files += 1
        wanted = shape_for(source, []).source_columns
        try:
            return open_reader(self._connection, file, source, label=f"read_{self._files}", wanted=wanted)
        except UnreadableFile as error:
            self._problem(file, error.what, error.hint)
        return None

    def _query(self, file: SourceFile, reader: Reader, source: AnySource, shape: SourceShape) -> RowQuery | None:
        targets = [target.within(reader.types) for target in shape.targets]
        named = dict.fromkeys(name for target in targets for name in target.mapping.source_columns)
        absent = [name for name in named if name not in reader.types]
        for name in absent:
            hint = did_you_mean(name, reader.types) or f"it has {', '.join(reader.types)}"
            users = ", ".join(target.name for target in targets if name in target.mapping.source_columns)
            self._problem(
                file, f"has no column {name!r}, which {users} is mapped from", hint, line=reader.first_line - 1
            )
        for name in shape.missing:
            self._problem(file, f"has no column {name!r}, which {shape.table.name} can't do without", "map it")
        if absent or shape.missing:
            return None
        zone = source.time_zone or self._mapping.time_zone
        context = ColumnContext(
            reader.types, self._mapping.null_words, zone, self._mapping.local_times, reader.has_types, file.blanks
        )
        try:
            return compile_rows(reader, targets, context, checks=shape.checks, where=source.where)
        except ValueError as error:
            what, _, hint = str(error).partition("; ")
            self._problem(file, what, hint)
        return None

    def _take_in(self, landed: LandedSource, one: LandedFile) -> None:
        for zone in one.query.zones:
            self._make_zone(zone)
        try:
            if landed.is_in_place:
                self._judge_in_place(landed, one)
            else:
                self._copy_in(landed, one)
        except duckdb.Error as error:
            self._problem(
                one.file, f"can't be read: {first_line_of(error)}", "check `delimiter`, `quote` and `encoding`"
            )
            return
        if one.reader.rejects:
            self._take_rejects(landed, one)
        if one.rows_read == 0:
            self._problem(one.file, "has no rows", is_error=False)

    def _copy_in(self, landed: LandedSource, one: LandedFile) -> None:
        """One pass, on all threads: judge every row and keep it with its fault; left-out rows are counted."""
        self._connection.execute(f"CREATE OR REPLACE TABLE {one.relation} AS {one.query.judged_sql()}")
        counts = f"SELECT count(*), count(*) FILTER (_fault = '-') FROM {one.relation}"
        one.rows_read, one.left_out = one_row(self._connection, counts)
        unfit = f"SELECT {one.row_sql} AS _row, _fault FROM {one.relation} WHERE _fault <> '-'"
        self._record_faults(landed, one, unfit)

    def _judge_in_place(self, landed: LandedSource, one: LandedFile) -> None:
        """The same without a copy, for a file that already holds our columns and types."""
        brief = one.query.judged_sql(with_details=False)
        counts = f"SELECT count(*), count(*) FILTER (_fault = '-'), count(*) FILTER (_fault = 'x') FROM ({brief})"
        one.rows_read, one.left_out, unfit = one_row(self._connection, counts)
        if unfit:
            judged = f"SELECT _row, _fault FROM ({one.query.judged_sql()}) WHERE _fault <> '-'"
            self._record_faults(landed, one, judged)

    def _record_faults(self, landed: LandedSource, one: LandedFile, unfit: str) -> None:
        each = "unnest(from_json(_fault->'faults', '[\"JSON\"]'))"
        self._connection.execute(
            f"INSERT INTO {FAULTS} SELECT {one.number}, _row, NULL, NULL, NULL, {text_sql(landed.shape.table.name)}, "
            "fault->>'column', fault->>'value', fault->>'reason', raw "
            f"FROM (SELECT _row, {each} AS fault, _fault->>'raw' AS raw FROM ({unfit})) "
            "WHERE json_type(fault) = 'OBJECT'"
        )

    def _take_rejects(self, landed: LandedSource, one: LandedFile) -> None:
        """The lines the engine could not split into columns: one entry a line, with its place in the file."""
        label = one.reader.rejects
        self._connection.execute(
            f"INSERT INTO {REJECTS} SELECT {one.number}, min(line_byte_position), "
            "arg_min(error_type, byte_position), arg_min(error_message, byte_position), "
            f"arg_min(csv_line, byte_position) FROM {label}_errors GROUP BY line"
        )
        one.rejected = number(self._connection, f"SELECT count(*) FROM {REJECTS} WHERE file = {one.number}")
        one.rows_read += one.rejected
        self._connection.execute(f"DROP TABLE {label}_errors")
        self._connection.execute(f"DROP TABLE {label}_scans")

    def make_view(self, landed: LandedSource, *, has_duplicates: bool) -> None:
        """The relation of a source: the rows of its files without those found unfit so far."""
        parts = []
        for one in landed.files:
            rows = one.query.plain_sql() if landed.is_in_place else self._fit_sql(one)
            bad = f"SELECT row FROM {FAULTS} WHERE file = {one.number} AND row IS NOT NULL"
            has_bad = (landed.is_in_place or has_duplicates) and has_rows(self._connection, bad)
            condition = f" WHERE _row NOT IN ({bad})" if has_bad else ""
            parts.append(f"SELECT {one.number}::INTEGER AS _file, * FROM ({rows}){condition}")
        self._connection.execute(f"CREATE OR REPLACE VIEW {landed.relation} AS {' UNION ALL BY NAME '.join(parts)}")

    @staticmethod
    def _fit_sql(one: LandedFile) -> str:
        names = ", ".join(name_sql(name) for name in one.query.names)
        return f"SELECT {one.row_sql} AS _row, {names} FROM {one.relation} WHERE _fault IS NULL"

    def _make_zone(self, zone: str) -> None:
        if zone in self._zones:
            return
        days = [day for day in zone_days(zone) if day.day >= FIRST_DAY]
        lists = {name: [[getattr(day, name) for day in days]] for name in DAY_COLUMNS}
        self._connection.register("zone_days", pa.table(lists))
        named = ", ".join(f"{name} AS {day_list(zone, name)}" for name in DAY_COLUMNS)
        self._connection.execute(f"CREATE OR REPLACE TABLE {zone_table(zone)} AS SELECT {named} FROM zone_days")
        self._connection.unregister("zone_days")
        self._zones.add(zone)
