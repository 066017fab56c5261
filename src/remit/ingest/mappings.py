"""The mapping file: how a source's columns, dates, zones, null words and value words become ours."""

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Mappings
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from remit.ingest.document_problems import did_you_mean
from remit.ingest.documents import Document, load_document, validate_document
from remit.performance.facts import TABLES, Kind, Table
from remit.terms.calendars import TimeZoneName
from remit.terms.notation import Identifier, Texts, read_list
from remit.terms.problems import Problem

FileFormat = Literal["csv", "tsv", "jsonl", "xlsx", "parquet"]
Take = Literal["first", "last", "first_given", "last_given", "min", "max"]
ExtraKind = Literal["text", "integer", "decimal", "flag", "instant"]
Place = tuple[str | int, ...]
EVENT_TABLE, CASE_TABLE = "case_events", "cases"


class MappingTerm(BaseModel):
    """A part of the mapping file: frozen, with no words the format does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ColumnMapping(MappingTerm):
    """How one of our columns comes about from the source's."""

    from_: Texts | None = Field(
        None,
        alias="from",
        description="The source column; of several, the first the file has. `queue: type` is short for this.",
    )
    join: tuple[str, ...] | None = Field(None, description="Several source columns, put together; empty if one is.")
    with_: str = Field(" ", alias="with", description="What stands between joined columns; a blank unless given.")
    value: str | None = Field(None, description="One value for every row.")
    sql: str | None = Field(None, description="An SQL expression over source columns, which are text unless cast.")
    dates: Texts | None = Field(
        None,
        description="Date formats, tried in order: `%d/%m/%Y %H:%M`, or `unix`, `unix_ms`. ISO 8601 unless given.",
    )
    time_zone: TimeZoneName | None = Field(None, description="The zone of this column's local times.")
    null_words: Texts = Field((), description="Further words that mean nothing is there, besides the mapping's own.")
    words: dict[str, str] | None = Field(None, description="The source's words and ours.")
    otherwise: Literal["keep", "null", "quarantine"] = Field("keep", description="What to do with any other word.")
    unit: Literal["milliseconds", "seconds", "minutes", "hours", "hh:mm:ss"] = Field(
        "seconds", description="The unit a length of time is given in."
    )
    decimal: Literal[".", ","] = Field(".", description="The decimal mark of numbers.")
    thousands: Literal[",", ".", " ", "'"] | None = Field(None, description="The mark between thousands, if any.")
    next_day_if_before: str | None = Field(
        None, description="For a clock time joined to a date: earlier than this column of ours means the next day."
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        return {"from": given} if isinstance(given, str) else given

    def within(self, columns: Collection[str]) -> "ColumnMapping":
        """The mapping for a file with these columns: of several names for one column, the first the file has."""
        if self.from_ is None or len(self.from_) == 1:
            return self
        here = [name for name in self.from_ if name in columns]
        return self.model_copy(update={"from_": tuple(here[:1] or self.from_[:1])})

    @model_validator(mode="after")
    def _one_origin(self) -> "ColumnMapping":
        origins = [word for word in ("from_", "join", "value", "sql") if getattr(self, word) is not None]
        if len(origins) != 1:
            raise ValueError("says neither or more than one of from, join, value, sql; give exactly one")
        if self.thousands is not None and self.thousands == self.decimal:
            raise ValueError(f"{self.thousands!r} is given for both decimal and thousands; they must differ")
        return self

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The source columns it names outright; an SQL expression's are found when it is parsed."""
        return self.from_[:1] if self.from_ is not None else self.join or ()


class CaseColumn(ColumnMapping):
    """A column of a case, taken from one of its events."""

    take: Take = Field(
        "last",
        description="Which event of the case to take it from: `first` or `last` as it stands there, empty or not; "
        "`first_given` or `last_given` of those that are not empty; `min` or `max`.",
    )


class Source(MappingTerm):
    """Files of one kind: where they are and how they are read."""

    files: Annotated[tuple[str, ...], BeforeValidator(read_list)] = Field(
        description="Names or patterns of files, such as `*.csv.gz`, inside the folder of facts.", min_length=1
    )
    format: FileFormat | None = Field(None, description="Taken from the file's ending unless given.")
    delimiter: str | None = Field(None, description="The character between columns; by the format unless given.")
    quote: str = Field('"', description="The character around values; empty where the source has none.", max_length=1)
    encoding: Literal["utf-8", "latin-1", "windows-1252", "utf-16"] = Field("utf-8", description="How text is stored.")
    sheet: str | None = Field(None, description="The sheet of a workbook; its first unless given.")
    skip_lines: Annotated[int, Field(ge=0)] = Field(0, description="Lines above the header to skip.")
    header: Texts | None = Field(None, description="Names of the columns, where the file has no header line.")
    time_zone: TimeZoneName | None = Field(None, description="The zone of local times; overrides the mapping's.")
    where: str | None = Field(
        None, description="An SQL condition over source columns; rows it does not hold for are left out and counted."
    )
    extra: dict[Identifier, ExtraKind] = Field(default_factory=dict, description="Columns of your own and their kinds.")


class TableSource(Source):
    """Files whose rows are rows of one table."""

    table: Literal[
        "interactions", "cases", "case_events", "transactions", "surveys", "evaluations", "agent_time", "headcount",
        "outages", "interval_counts", "waivers", "provider_figures",
    ] = Field(description="The table of facts the rows belong to.")  # fmt: skip
    columns: dict[str, ColumnMapping] | None = Field(
        None, description="Our columns and where they come from; may be left out where the source uses our names."
    )
    duplicates: Literal["quarantine", "first", "last"] = Field(
        "quarantine",
        description="Rows of one key that differ: quarantine them all, or keep the first or the last (files by name).",
    )


class EventLog(MappingTerm):
    """The columns every event of a log has."""

    case_key: ColumnMapping = Field(description="The case.")
    at: ColumnMapping = Field(description="When it changed.")
    sequence: ColumnMapping | None = Field(None, description="The source's own order of changes.")
    status: ColumnMapping | None = Field(None, description="The status after the change.")
    event: ColumnMapping | None = Field(None, description="What happened, where the log says so.")
    actor: ColumnMapping | None = Field(None, description="Who made the change.")


class EventLogSource(Source):
    """Files with a row for each change of a case: they give the cases and their history."""

    event_log: EventLog = Field(description="Where the log keeps the case, the instant, the order and the status.")
    cases: dict[str, CaseColumn] = Field(default_factory=dict, description="Columns of `cases`.")
    events: dict[str, ColumnMapping] = Field(default_factory=dict, description="Further columns of `case_events`.")


def _form_of(given: Any) -> str:
    has_log = "event_log" in given if isinstance(given, dict) else isinstance(given, EventLogSource)
    return "an event log" if has_log else "a table's files"


AnySource = Annotated[
    Annotated[TableSource, Tag("a table's files")] | Annotated[EventLogSource, Tag("an event log")],
    Discriminator(_form_of),
]


class LocalTimes(MappingTerm):
    """What to do with local times that the clock change repeats or skips."""

    ambiguous: Literal["quarantine", "earlier", "later"] = Field(
        "quarantine", description="A local time that exists twice: quarantine it, or read it as the earlier or later."
    )
    nonexistent: Literal["quarantine", "forward"] = Field(
        "quarantine", description="A local time that is skipped: quarantine it, or read it forward (02:30 as 03:30)."
    )


class Mapping(MappingTerm):
    """The whole mapping file."""

    remit_mapping: Literal["1"] = Field(description="The version of the mapping format: 1.")
    time_zone: TimeZoneName | None = Field(None, description="The zone of local times; an offset in the value wins.")
    null_words: Texts = Field((), description="Words that mean nothing is there; an empty value always does.")
    local_times: LocalTimes = Field(default_factory=LocalTimes, description="Clock changes.")
    sources: tuple[AnySource, ...] = Field(description="The files and what they hold.", min_length=1)


def read_mapping(path: Path | str) -> tuple[Mapping | None, list[Problem]]:
    """A mapping file, or None with everything wrong in it."""
    document, problems = load_document(path)
    return (None, problems) if document is None else _checked(document)


def _checked(document: Document) -> tuple[Mapping | None, list[Problem]]:
    mapping, problems = validate_document(document, Mapping)
    if mapping is None:
        return None, problems
    for index, source in enumerate(mapping.sources):
        problems += _faults_of(document, index, source)
    return (None if problems else mapping), problems


def check_mapping(document: Document) -> tuple[Mapping | None, list[Problem]]:
    """The same from a document already composed."""
    return _checked(document)


def _faults_of(document: Document, index: int, source: TableSource | EventLogSource) -> list[Problem]:
    place = ("sources", index)
    if isinstance(source, TableSource):
        table = TABLES[source.table]
        problems = _extra_faults(document, place, source, [table])
        if source.columns is None:
            return problems
        problems += _column_faults(document, (*place, "columns"), source.columns, table, source.extra)
        return problems + _missing_faults(document, (*place, "columns"), source.columns, table.required)
    cases, events = TABLES[CASE_TABLE], TABLES[EVENT_TABLE]
    problems = _extra_faults(document, place, source, [cases, events])
    problems += _column_faults(document, (*place, "cases"), source.cases, cases, source.extra)
    problems += _column_faults(document, (*place, "events"), source.events, events, source.extra)
    required = [name for name in cases.required if name != "case_key"]
    return problems + _missing_faults(document, (*place, "cases"), source.cases, required)


def _extra_faults(document: Document, place: Place, source: Source, tables: Sequence[Table]) -> list[Problem]:
    taken = {name for table in tables for name in table.by_name}
    hint = "choose another name"
    return [
        document.problem(*place, "extra", name, what=f"{name!r} is already a column of the table", hint=hint)
        for name in source.extra
        if name in taken
    ]


def _column_faults(
    document: Document,
    place: Place,
    columns: Mappings[str, ColumnMapping],
    table: Table,
    extra: Mappings[str, str],
) -> list[Problem]:
    problems: list[Problem] = []
    known = [*table.by_name, *extra]
    for name, column in columns.items():
        if name not in known:
            hint = did_you_mean(name, known) or "a column of your own is declared under `extra`"
            problems.append(document.problem(*place, name, what=f"{name!r} is no column of {table.name}", hint=hint))
        before = column.next_day_if_before
        if before is not None and (before not in columns or kind_of(before, table, extra) is not Kind.INSTANT):
            what = f"{before!r} is no mapped column of instants"
            problems.append(document.problem(*place, name, "next_day_if_before", what=what))
    return problems


def _missing_faults(
    document: Document, place: Place, columns: Mappings[str, Any], required: Sequence[str]
) -> list[Problem]:
    return [
        document.problem(*place, what=f"`{name}` is missing", hint="a row is worth nothing without it")
        for name in required
        if name not in columns
    ]


def kind_of(name: str, table: Table, extra: Mappings[str, str]) -> Kind | None:
    """The kind of one of our columns, the table's own or an extra one."""
    column = table.by_name.get(name)
    if column is not None:
        return column.kind
    return Kind(extra[name]) if name in extra else None
