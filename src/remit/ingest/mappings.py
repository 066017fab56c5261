"""The mapping file: how a source's columns, dates, zones, null words and value words become ours."""

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Mappings
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, WithJsonSchema, model_validator

from remit.ingest.document_problems import did_you_mean
from remit.ingest.documents import Document, load_document, validate_document
from remit.performance.facts import TABLES, Kind, Table
from remit.terms.calendars import TimeZoneName
from remit.terms.notation import Identifier, Texts
from remit.terms.problems import Problem

FileFormat = Literal["csv", "tsv", "jsonl", "xlsx", "parquet"]
Take = Literal["first", "last", "first_given", "last_given", "min", "max"]
ExtraKind = Literal["text", "integer", "decimal", "flag", "instant"]
Place = tuple[str | int, ...]
EVENT_TABLE, CASE_TABLE = "case_events", "cases"


def _or_a_name(schema: dict[str, Any]) -> None:
    """A column may be written as the source column's name alone; an editor must not mark that as a fault."""
    whole = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"type": "string", "description": "The source column."}, whole]


class MappingTerm(BaseModel):
    """A part of the mapping file: frozen, with no words the format does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ColumnMapping(MappingTerm):
    """How one of our columns comes about from the source's.

    Exactly one of `from`, `join`, `value` and `sql` says where a value comes from; the other words say how to read it.
    """

    model_config = ConfigDict(json_schema_extra=_or_a_name)

    from_: Texts | None = Field(
        None,
        alias="from",
        description="The source column. Of several names, the first that the file has. `queue: Skill` is short for "
        "`queue: {from: Skill}`.",
        examples=["Opened", ["incident_state", "state"]],
    )
    join: tuple[str, ...] | None = Field(
        None,
        description="Several source columns put together in this order; empty where one of them is empty.",
        examples=[["Date", "Time"]],
    )
    with_: str = Field(" ", alias="with", description="What stands between joined columns.", examples=["-"])
    value: str | None = Field(None, description="The same value for every row.", examples=["Acme BPO"])
    sql: str | None = Field(
        None,
        description="An SQL expression over source columns, which are text unless cast; Parquet's keep their types.",
        examples=["case when Result = 'AB' then Ended end"],
    )
    dates: Texts | None = Field(
        None,
        description="How dates are written: one format or several, tried in order; `unix` and `unix_ms` are seconds "
        "and milliseconds since 1970. ISO 8601 unless given.",
        examples=["%d/%m/%Y %H:%M", ["%d.%m.%Y %H:%M", "unix"]],
    )
    time_zone: TimeZoneName | None = Field(
        None, description="The zone of this column's local times; overrides the source's.", examples=["UTC"]
    )
    null_words: Texts = Field(
        (),
        description="Further words that mean nothing is there, besides the mapping's own.",
        examples=["0", ["none", "00:00:00"]],
    )
    words: dict[str, str] | None = Field(
        None,
        description="The source's words and ours. Capital letters count; blanks around a word don't.",
        examples=[{"1 - Critical": "P1", "2 - High": "P2"}],
    )
    otherwise: Literal["keep", "null", "quarantine"] = Field(
        "keep",
        description="What becomes of a word that `words` does not name: keep it as it is, leave the column empty, or "
        'set the row aside. Quote `"null"`, which is nothing in YAML.',
        examples=["quarantine"],
    )
    unit: Literal["milliseconds", "seconds", "minutes", "hours", "hh:mm:ss"] = Field(
        "seconds",
        description="The unit a length of time is written in; fractions of a second are cut off.",
        examples=["hh:mm:ss"],
    )
    decimal: Literal[".", ","] = Field(".", description="The decimal mark of numbers.", examples=[","])
    thousands: Literal[",", ".", " ", "'"] | None = Field(
        None, description="The mark between thousands; another than `decimal`.", examples=[","]
    )
    next_day_if_before: str | None = Field(
        None,
        description="Another column of ours, an instant. For a clock time joined to the date of an earlier event: more "
        "than twelve hours before that column, it is a time of the next day.",
        examples=["queued_at"],
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
    """A column of a case, taken from one of the events of the case."""

    take: Take = Field(
        "last",
        description="Which event of the case to take it from: `first` or `last` as it stands there, empty or not; "
        "`first_given` or `last_given` of those that are not empty; `min` or `max`, the least or greatest of all.",
        examples=["last_given"],
    )


class Source(MappingTerm):
    """Files of one kind: where they are and how they are read."""

    files: Texts = Field(
        description="Names or patterns of files inside the folder of facts.",
        min_length=1,
        examples=["calls_*.csv.gz", ["2025/*.csv", "2026/*.csv"]],
    )
    format: FileFormat | None = Field(
        None, description="What kind of file it is; by the file's ending unless given.", examples=["tsv"]
    )
    delimiter: str | None = Field(
        None,
        description="The character between columns: a comma for CSV and a tab for TSV unless given.",
        examples=[";"],
    )
    quote: str = Field(
        '"',
        description="The character around values that hold a delimiter; empty where the source has none.",
        max_length=1,
        examples=["'"],
    )
    encoding: Literal["utf-8", "latin-1", "windows-1252", "utf-16"] = Field(
        "utf-8",
        description="How letters are stored. Files saved on older Windows machines are often `windows-1252`.",
        examples=["windows-1252"],
    )
    sheet: str | None = Field(
        None, description="The sheet of a workbook; its first one unless given.", examples=["Responses"]
    )
    skip_lines: Annotated[int, Field(ge=0)] = Field(
        0, description="How many lines above the header to skip, such as a title.", examples=[3]
    )
    header: Texts | None = Field(
        None,
        description="Names of the columns from left to right, where the file has no header line.",
        examples=[["call_id", "offered", "answered"]],
    )
    time_zone: TimeZoneName | None = Field(
        None,
        description="The zone of the local times of these files; overrides the mapping's.",
        examples=["Asia/Manila"],
    )
    where: str | None = Field(
        None,
        description="An SQL condition over source columns that rows of this table meet; other rows are left out and "
        "counted, and are no faults.",
        examples=["outcome <> 'PHANTOM'"],
    )
    extra: dict[Identifier, ExtraKind] = Field(
        default_factory=dict,
        description="Columns of your own besides the table's, each with its kind; map them as the others.",
        examples=[{"menu_seconds": "integer", "is_major": "flag"}],
    )


class TableSource(Source):
    """Files whose rows are rows of one table: a call log, a list of tickets, a survey export."""

    table: Literal[
        "interactions", "cases", "case_events", "transactions", "surveys", "evaluations", "agent_time", "headcount",
        "outages", "interval_counts", "passed_on_costs", "waivers", "reliefs", "provider_figures",
    ] = Field(description="The table of facts that the rows belong to.", examples=["interactions"])  # fmt: skip
    columns: dict[str, ColumnMapping] | None = Field(
        None,
        description="Our columns and where each comes from. Leave it out where the source's columns bear our names.",
        examples=[{"case_key": "Ticket", "opened_at": {"from": "Opened", "dates": "%d.%m.%Y %H:%M"}}],
    )
    duplicates: Literal["quarantine", "first", "last"] = Field(
        "quarantine",
        description="What becomes of rows that share a key and say different things: set them all aside, or keep the "
        "first or the last of them, in order of file names and lines.",
        examples=["last"],
    )


class EventLog(MappingTerm):
    """The columns that every row of the log has."""

    case_key: ColumnMapping = Field(description="The case that changed.", examples=["number"])
    at: ColumnMapping = Field(
        description="When it changed.", examples=[{"from": "sys_updated_on", "dates": "%Y-%m-%d %H:%M:%S"}]
    )
    sequence: ColumnMapping | None = Field(
        None,
        description="The source's own count of changes, a whole number: it orders changes of the same second.",
        examples=["sys_mod_count"],
    )
    status: ColumnMapping | None = Field(
        None, description="The status after the change, in the words the contract's clocks use.", examples=["state"]
    )
    event: ColumnMapping | None = Field(
        None,
        description="What happened, where the log says so. Without it the first row of a case is `created` and the "
        "others are `status`, `priority`, `team` or `update`, by what changed.",
        examples=["activity"],
    )
    actor: ColumnMapping | None = Field(None, description="Who made the change.", examples=["sys_updated_by"])


class EventLogSource(Source):
    """Files with a row for each change of a case: one such file gives both the cases and their history."""

    event_log: EventLog = Field(
        description="Where each row has its case, instant, order and status.",
        examples=[{"case_key": "number", "at": "sys_updated_on", "status": "state"}],
    )
    cases: dict[str, CaseColumn] = Field(
        default_factory=dict,
        description="Columns of `cases`, each taken from one of the case's events. `case_key` and `status` come by "
        "themselves; `opened_at` must be there.",
        examples=[{"opened_at": "opened_at", "priority": {"from": "priority", "take": "first"}}],
    )
    events: dict[str, ColumnMapping] = Field(
        default_factory=dict,
        description="Further columns of `case_events`, such as the priority or team after the change.",
        examples=[{"team": "assignment_group"}],
    )


def _form_of(given: Any) -> str:
    has_log = "event_log" in given if isinstance(given, dict) else isinstance(given, EventLogSource)
    return "an event log" if has_log else "a table's files"


AnySource = Annotated[
    Annotated[TableSource, Tag("a table's files")] | Annotated[EventLogSource, Tag("an event log")],
    Discriminator(_form_of),
]


class LocalTimes(MappingTerm):
    """What to do with local times that a change of clocks repeats or skips."""

    ambiguous: Literal["quarantine", "earlier", "later"] = Field(
        "quarantine",
        description="A local time that exists twice: set its row aside, or read it as the earlier or the later.",
        examples=["earlier"],
    )
    nonexistent: Literal["quarantine", "forward"] = Field(
        "quarantine",
        description="A local time that is skipped: set its row aside, or read it forward (02:30 as 03:30).",
        examples=["forward"],
    )


class Mapping(MappingTerm):
    """The whole mapping file."""

    remit_mapping: Annotated[Literal["1"], WithJsonSchema({"const": 1})] = Field(
        description="The version of the mapping format.", examples=[1]
    )
    time_zone: TimeZoneName | None = Field(
        None,
        description="The zone of local times, for all sources that name no other; an offset in the value wins.",
        examples=["Europe/Lisbon"],
    )
    null_words: Texts = Field(
        (),
        description="Words that mean nothing is there, in every column; an empty value always does.",
        examples=[["NULL", "n/a", "?"]],
    )
    local_times: LocalTimes = Field(
        default_factory=LocalTimes,
        description="What to do with local times that a change of clocks repeats or skips.",
        examples=[{"ambiguous": "earlier", "nonexistent": "forward"}],
    )
    sources: tuple[AnySource, ...] = Field(
        description="The files and what they hold.",
        min_length=1,
        examples=[[{"table": "surveys", "files": "surveys.xlsx"}]],
    )


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
