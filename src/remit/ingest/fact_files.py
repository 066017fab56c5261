"""Facts: a folder of files opened as the tables of facts, with every row accounted for."""
# ruff: noqa: S608 (every name and text from a file or mapping is quoted by remit.ingest.quoting)

import hashlib
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Mapping as Mappings
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from remit.ingest.answers import number
from remit.ingest.duplicates import set_aside_duplicates
from remit.ingest.event_logs import split_log
from remit.ingest.fact_folders import MAPPING_NAME, chosen_mapping, files_of, files_read
from remit.ingest.instant_sql import NO_ZONE
from remit.ingest.landing import FAULTS, LandedSource, Landing, prepare
from remit.ingest.mappings import CASE_TABLE, EVENT_TABLE, AnySource, EventLogSource, Mapping, TableSource
from remit.ingest.quarantine import fetch_raw, note_lines, settle_rejects, write_quarantine
from remit.ingest.quoting import name_sql, text_sql
from remit.ingest.readers import first_line_of
from remit.ingest.source_files import SourceFile, UnreadableFile, examine
from remit.performance.facts import TABLES, Kind
from remit.terms.problems import Problem, ProblemsFound, Severity, errors_in


@dataclass(frozen=True, slots=True)
class FactFile:
    """A file facts were read from, by its fingerprint."""

    name: str
    sha256: str
    size_bytes: int
    rows: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class TableFacts:
    """One table of facts and what became of its rows.

    `rows_read` are the rows of its files; each is one of `rows` (landed), `left_out` (not of this table, by the
    mapping's `where`) or `quarantined`. For cases of an event log the rows read are the cases told of. `columns` are
    those the source fills; the others are there, and empty. `extra` are the mapping's own columns with their kinds.
    Where not `is_landed` the rows are read from their files whenever they are asked for.
    """

    name: str
    rows_read: int
    rows: int
    left_out: int
    quarantined: int
    columns: tuple[str, ...]
    extra: Mappings[str, Kind]
    is_landed: bool = True

    @property
    def quarantined_share(self) -> Decimal:
        """Rows quarantined over rows read that belong to the table; 0 where there are none."""
        judged = self.rows + self.quarantined
        return Decimal(self.quarantined) / judged if judged else Decimal(0)


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts opened: the tables stand as relations of their own names in `connection`.

    `skipped` are the SHA-256 of files that were left alone as the caller asked.
    """

    connection: duckdb.DuckDBPyConnection
    tables: Mappings[str, TableFacts]
    files: tuple[FactFile, ...]
    sha256: str
    quarantine_path: Path | None
    warnings: tuple[Problem, ...]
    skipped: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Rows read from all files, an event log's once."""
        return sum(file.rows for file in self.files)

    @property
    def quarantined(self) -> int:
        """Rows set aside, each once, however many faults it has and whatever tables it was for."""
        return sum(file.quarantined for file in self.files)


def open_facts(  # noqa: PLR0913 - a folder is opened in one step, whoever asks for it
    folder: Path | str,
    *,
    mapping: Path | str | None = None,
    connection: duckdb.DuckDBPyConnection,
    quarantine_path: Path | None = None,
    limit: Decimal | None = None,
    skip: Collection[str] = (),
    on_file: Callable[[str], None] | None = None,
) -> Facts:
    """Open a folder of facts as tables of the connection.

    `mapping` is a mapping file; without it the folder's `mapping.yaml`, and without that each file named after a table
    (`cases.csv`) is read by our own column names. Rows that fail a check go to `quarantine_path` (a CSV, written whole
    or not at all; not written where nothing failed), and the work goes on; `limit` is the share of a table's rows above
    which it does not. Files whose SHA-256 is in `skip` are left alone, as a store does with those it has already; where
    that is all of them, there are no tables. `on_file` is told each file's name before it is read.

    Raises ProblemsFound, with everything wrong at once, where a file or the mapping can't be used as a whole: a faulty
    file left out would make a wrong figure.
    """
    root = Path(folder)
    chosen, mapping_sha256 = chosen_mapping(root, mapping)
    _spare_inputs(quarantine_path, [*files_read(root, chosen), Path(mapping or root / MAPPING_NAME)])
    with tempfile.TemporaryDirectory(prefix="remit-") as copies:
        problems, planned = _examined(root, chosen, Path(copies))
        skipped = sorted({file.sha256 for _, files in planned for file in files} & set(skip))
        planned = [(source, [file for file in files if file.sha256 not in skip]) for source, files in planned]
        prepare(connection)
        landing = Landing(connection, chosen)
        sources = _planned(landing, planned)
        _stop_at_errors([*problems, *landing.problems])
        landed = _landed(connection, landing, sources, on_file)
        problems += landing.problems
        tables = _tables_of(connection, landing, chosen, landed)
        _finish_quarantine(connection, sources, quarantine_path)
    files = tuple(_fact_files(connection, sources))
    problems += [*_zone_problems(connection), *_over_limit(tables.values(), limit, quarantine_path)]
    _stop_at_errors(problems)
    digest = hashlib.sha256(mapping_sha256.encode())
    for file in sorted(files, key=lambda file: file.name):
        digest.update(f"\n{file.name} {file.sha256}".encode())
    written = quarantine_path if quarantine_path is not None and any(file.quarantined for file in files) else None
    return Facts(connection, tables, files, digest.hexdigest(), written, tuple(problems), tuple(skipped))


def _spare_inputs(quarantine_path: Path | None, inputs: Iterable[Path]) -> None:
    if quarantine_path is None or not quarantine_path.exists():
        return
    if any(one.exists() and quarantine_path.samefile(one) for one in inputs):
        what = "the quarantine would take the place of a file that is read"
        raise ProblemsFound([Problem(str(quarantine_path), 0, "", what, "name another file for it")])


def _stop_at_errors(problems: Sequence[Problem]) -> None:
    if errors_in(problems):
        raise ProblemsFound(problems)


def _examined(
    root: Path, mapping: Mapping, copies: Path
) -> tuple[list[Problem], list[tuple[AnySource, list[SourceFile]]]]:
    """Every source's files looked over, with what is wrong with whole files."""
    problems: list[Problem] = []
    planned = []
    for index, source in enumerate(mapping.sources):
        paths, missing = files_of(root, source, index=index)
        problems += missing
        files = []
        for path in paths:
            name = path.relative_to(root).as_posix()
            try:
                files.append(examine(path, name=name, source=source, copies=copies))
            except UnreadableFile as error:
                problems.append(Problem(name, 0, "", error.what, error.hint))
            except OSError as error:
                problems.append(Problem(name, 0, "", f"can't be read: {error.strerror}"))
        planned.append((source, files))
    return problems, planned


def _planned(landing: Landing, planned: Iterable[tuple[AnySource, list[SourceFile]]]) -> list[LandedSource]:
    plans = (landing.plan(source, files, number=number) for number, (source, files) in enumerate(planned, 1) if files)
    return [plan for plan in plans if plan is not None]


def _landed(
    connection: duckdb.DuckDBPyConnection,
    landing: Landing,
    sources: Sequence[LandedSource],
    on_file: Callable[[str], None] | None,
) -> dict[str, list[LandedSource]]:
    """Every source landed, by table; an event log is split into its two."""
    by_table: dict[str, list[LandedSource]] = {}
    for source in sources:
        landing.land(source, on_file=on_file)
    _stop_at_errors(landing.problems)
    settle_rejects(connection, sources)
    for source in sources:
        parts = split_log(connection, source) if source.shape.is_log else (source,)
        for part in parts:
            by_table.setdefault(part.shape.table.name, []).append(part)
    return by_table


def _tables_of(
    connection: duckdb.DuckDBPyConnection,
    landing: Landing,
    mapping: Mapping,
    by_table: Mappings[str, Sequence[LandedSource]],
) -> dict[str, TableFacts]:
    tables = {}
    for name, sources in by_table.items():
        extra = _extra_of(mapping, name)
        keeps = [one.duplicates for one in mapping.sources if isinstance(one, TableSource) and one.table == name]
        keep = keeps[0] if keeps else "quarantine"
        if set_aside_duplicates(connection, TABLES[name], sources, keep=keep):
            for source in sources:
                if source.is_view:
                    landing.make_view(source, has_duplicates=True)
        _make_table(connection, name, sources, extra)
        tables[name] = _counted(connection, name, sources, extra)
    return tables


def _extra_of(mapping: Mapping, table: str) -> dict[str, Kind]:
    """The extra columns of a table, over all its sources."""
    extra: dict[str, Kind] = {}
    for source in mapping.sources:
        names: Collection[str] = ()
        if isinstance(source, EventLogSource):
            names = source.cases if table == CASE_TABLE else source.events if table == EVENT_TABLE else ()
        elif source.table == table:
            names = source.extra
        extra |= {name: Kind(kind) for name, kind in source.extra.items() if name in names}
    return extra


def _make_table(
    connection: duckdb.DuckDBPyConnection, name: str, sources: Sequence[LandedSource], extra: Mappings[str, Kind]
) -> None:
    """The table under its own name: all declared columns, typed, empty where no source fills them."""
    kinds = {column.name: column.kind for column in TABLES[name].columns} | dict(extra)
    parts = []
    for source in sources:
        filled = set(source.columns)
        columns = ", ".join(
            name_sql(column) if column in filled else f"CAST(NULL AS {kind.sql_type}) AS {name_sql(column)}"
            for column, kind in kinds.items()
        )
        parts.append(f"SELECT {columns} FROM {source.relation}")
    connection.execute(f"CREATE OR REPLACE VIEW {name_sql(name)} AS {' UNION ALL '.join(parts)}")


def _counted(
    connection: duckdb.DuckDBPyConnection, name: str, sources: Sequence[LandedSource], extra: Mappings[str, Kind]
) -> TableFacts:
    landed = number(connection, f"SELECT count(*) FROM {name_sql(name)}")
    quarantined = number(
        connection,
        f"SELECT count(*) FROM (SELECT DISTINCT file, row, line FROM {FAULTS} WHERE fact_table = {text_sql(name)})",
    )
    left_out = sum(one.left_out for source in sources for one in source.files if not source.is_of_cases)
    columns = tuple(dict.fromkeys(column for source in sources for column in source.columns))
    is_landed = not any(source.is_in_place for source in sources)
    return TableFacts(name, landed + quarantined + left_out, landed, left_out, quarantined, columns, extra, is_landed)


def _finish_quarantine(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[LandedSource], path: Path | None
) -> None:
    """Write the quarantine where there is anything to write; an old one must not stand beside a clean run."""
    if path is None:
        return
    if not number(connection, f"SELECT count(*) FROM {FAULTS}"):
        path.unlink(missing_ok=True)
        return
    fetch_raw(connection, sources)
    note_lines(connection, sources)
    try:
        write_quarantine(connection, path)
    except (OSError, duckdb.IOException) as error:
        what = f"can't be written: {first_line_of(error)}"
        raise ProblemsFound([Problem(str(path), 0, "", what, "name another place for the quarantine")]) from None


def _fact_files(connection: duckdb.DuckDBPyConnection, sources: Sequence[LandedSource]) -> Iterable[FactFile]:
    for source in sources:
        for one in source.files:
            distinct = f"SELECT DISTINCT row, line FROM {FAULTS} WHERE file = {one.number}"
            quarantined = number(connection, f"SELECT count(*) FROM ({distinct})")
            yield FactFile(one.file.name, one.file.sha256, one.file.size_bytes, one.rows_read, quarantined)


def _zone_problems(connection: duckdb.DuckDBPyConnection) -> list[Problem]:
    """Local times without a zone are a fault of the mapping, not of the rows: one problem a column."""
    found = connection.execute(
        "SELECT files.name, f.column_name, any_value(f.value), count(*) "
        f"FROM {FAULTS} AS f JOIN landing.files AS files ON files.file = f.file "
        "WHERE f.reason = ? GROUP BY ALL ORDER BY ALL",
        [NO_ZONE],
    ).fetchall()
    hint = "say the zone in the mapping: time_zone: Europe/Lisbon"
    return [Problem(name, 0, column, _zoneless(value, rows), hint) for name, column, value, rows in found]


def _zoneless(value: str, rows: int) -> str:
    others = f", as are {rows - 1:,} more" if rows > 1 else ""
    return f"{value!r} is a local time of no zone{others}"


def _over_limit(tables: Iterable[TableFacts], limit: Decimal | None, path: Path | None) -> list[Problem]:
    if limit is None:
        return []
    where = f"see {path}" if path is not None else "mend them, or raise the limit"
    problems = []
    for table in tables:
        if table.quarantined_share > limit:
            judged = table.rows + table.quarantined
            what = f"{table.quarantined:,} of {judged:,} rows failed a check, more than {limit:.2%} of them"
            problems.append(Problem(table.name, 0, "", what, where, Severity.ERROR))
    return problems
