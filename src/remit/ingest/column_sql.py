"""One of our columns told in SQL: the text it comes from, its typed value, and what can be wrong with it."""

from collections.abc import Mapping as Mappings
from dataclasses import dataclass, field

from remit.ingest.expressions import value_sql
from remit.ingest.instant_sql import Instant, compile_instant
from remit.ingest.mappings import ColumnMapping, LocalTimes
from remit.ingest.quoting import BLANKS, HARD_BLANK, name_sql, text_sql, texts_sql
from remit.performance.facts import Kind

_BLANKS = text_sql("".join(BLANKS))
_WHOLE = {"BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_UNIT_SECONDS = {"seconds": "", "minutes": " * 60", "hours": " * 3600", "milliseconds": " / 1000"}
_TRUE = ("true", "t", "yes", "y", "1")
_FALSE = ("false", "f", "no", "n", "0")


@dataclass(frozen=True, slots=True)
class Fault:
    """One way a value can be unfit: an SQL condition that is never null, and a sentence as an SQL text."""

    condition: str
    reason: str


@dataclass(frozen=True, slots=True)
class CompiledColumn:
    """A column in stages, each stage's SQL reading the names of the stage before.

    `text` reads source columns; `early` reads `_t<i>`, `parsed` these and what `early` found; `value` reads what
    parsing left, and the zone's days. `shown` is the given value as text, for the quarantine. `is_unfit` holds where
    any of the faults does, and costs less than they do; empty where none can. `is_plain` says that the source's own
    value is taken as it is.
    """

    name: str
    kind: Kind
    text: str
    parsed: Mappings[str, str]
    value: str
    shown: str
    faults: tuple[Fault, ...]
    is_unfit: str
    instant: Instant | None = None
    is_plain: bool = False
    early: Mappings[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ColumnContext:
    """What a column needs to know of its source: its columns' types, the zone, the words for nothing.

    `has_types` says that the source keeps types (Parquet): its texts are then taken as they are, not trimmed. `blanks`
    are those that may stand at a text's ends: a file that holds few kinds of them is looked through faster.
    """

    types: Mappings[str, str]
    null_words: tuple[str, ...] = ()
    time_zone: str | None = None
    local_times: LocalTimes = field(default_factory=LocalTimes)
    has_types: bool = False
    blanks: tuple[str, ...] = BLANKS


def compile_column(
    name: str, kind: Kind, mapping: ColumnMapping, context: ColumnContext, *, index: int, is_required: bool
) -> CompiledColumn:
    """A column's SQL from its mapping. Raises ValueError with a sentence where an expression is not allowed."""
    plain_type = _plain_type(kind, mapping, context)
    text = _text_sql(mapping, context) if plain_type is None else name_sql(mapping.source_columns[0])
    given = f"_t{index}"
    shown = given if plain_type is None else f"CAST({given} AS VARCHAR)"
    is_missing = f"({given} IS NULL OR {given} = '')" if plain_type == "VARCHAR" else f"{given} IS NULL"
    worded, faults = _worded(given, mapping)
    unfit = [fault.condition for fault in faults]
    if kind is not Kind.TEXT or worded is not given:
        unfit.append(f"({given} IS NOT NULL AND {name_sql(name)} IS NULL)")
    if is_required:
        faults = [Fault(is_missing, text_sql("is missing")), *faults]
        unfit.append(is_missing)
    is_unfit = " OR ".join(unfit)
    if kind is Kind.INSTANT:
        instant = compile_instant(worded, mapping, context.local_times, index=index, plain_type=plain_type,
                                  zone=mapping.time_zone or context.time_zone)  # fmt: skip
        faults += [Fault(condition.format(given=given), text_sql(reason)) for condition, reason in instant.faults]
        is_plain = plain_type in _WHOLE and plain_type == kind.sql_type
        return CompiledColumn(
            name, kind, text, instant.parsed, instant.value, shown, tuple(faults), is_unfit, instant, is_plain,
            instant.early,
        )  # fmt: skip
    value = _typed(worded, kind, mapping, plain_type)
    if value is not worded:
        hint = text_sql(_NOT_A[kind] if kind is not Kind.SECONDS else f"is no length of time in {mapping.unit}")
        faults.append(Fault(f"({worded}) IS NOT NULL AND _v{index} IS NULL", hint))
    is_plain = plain_type == kind.sql_type
    parsed = {f"_v{index}": value}
    return CompiledColumn(name, kind, text, parsed, f"_v{index}", shown, tuple(faults), is_unfit, None, is_plain)


_NOT_A = {
    Kind.INTEGER: "is not a whole number",
    Kind.DECIMAL: "is not a number",
    Kind.FLAG: "is neither true nor false",
}


def _plain_type(kind: Kind, mapping: ColumnMapping, context: ColumnContext) -> str | None:
    """The source column's own type where it can be taken as it is, without going through text."""
    if mapping.from_ is None or mapping.words or mapping.null_words or context.null_words or mapping.dates:
        return None
    given = context.types[mapping.from_[0]]
    if given == "VARCHAR":
        return given if kind is Kind.TEXT and context.has_types else None
    fitting = {
        Kind.INTEGER: _WHOLE,
        Kind.SECONDS: _WHOLE if mapping.unit == "seconds" else set(),
        Kind.FLAG: {"BOOLEAN"},
        Kind.INSTANT: {*_WHOLE, "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATE", _ZONED},
        Kind.DECIMAL: {*_WHOLE, "DOUBLE", "FLOAT", "HUGEINT"},
    }
    if kind is Kind.DECIMAL and given.startswith("DECIMAL"):
        return given
    return given if given in fitting.get(kind, ()) else None


_ZONED = "TIMESTAMP WITH TIME ZONE"


def _text_sql(mapping: ColumnMapping, context: ColumnContext) -> str:
    """The column's text out of the source's columns; null where nothing is there."""
    nothing = tuple(dict.fromkeys((*context.null_words, *mapping.null_words)))
    if mapping.value is not None:
        return f"CAST({text_sql(mapping.value)} AS VARCHAR)"
    if mapping.sql is not None:
        return _cleaned(f"CAST(({value_sql(mapping.sql, list(context.types))}) AS VARCHAR)", nothing, BLANKS)
    parts = [_cleaned(_source_text(column, context), nothing, context.blanks) for column in mapping.source_columns]
    return f" || {text_sql(mapping.with_)} || ".join(parts)


def _source_text(column: str, context: ColumnContext) -> str:
    return name_sql(column) if context.types[column] == "VARCHAR" else f"CAST({name_sql(column)} AS VARCHAR)"


def _cleaned(text: str, nothing: tuple[str, ...], blanks: tuple[str, ...]) -> str:
    """Text without blanks around it, null where it says that nothing is there."""
    # Trimming a set of characters costs as much as reading the date: it is done only where a blank stands at an end,
    # or nothing at all stands there. Below '!' sort the empty text and those that begin with a plain blank.
    ends = [f"suffix({text}, {text_sql(blank)})" for blank in blanks]
    at_end = " OR ".join(ends) if len(ends) <= 2 else f"contains({_BLANKS}, {text}[-1])"
    at_start = f"{text} < '!'" + (f" OR prefix({text}, {text_sql(HARD_BLANK)})" if HARD_BLANK in blanks else "")
    trimmed = f"nullif(trim({text}, {_BLANKS}), '')"
    words = tuple(word.strip() for word in nothing if word.strip())
    if not words:
        return f"(CASE WHEN {at_start} OR {at_end} THEN {trimmed} ELSE {text} END)"
    known = texts_sql(words)
    no_word = f"CASE WHEN {trimmed} IN ({known}) THEN NULL ELSE {trimmed} END"
    return f"(CASE WHEN {at_start} OR {at_end} THEN {no_word} WHEN {text} IN ({known}) THEN NULL ELSE {text} END)"


def _worded(given: str, mapping: ColumnMapping) -> tuple[str, list[Fault]]:
    """The source's words turned into ours."""
    if not mapping.words:
        return given, []
    cases = " ".join(f"WHEN {text_sql(theirs)} THEN {text_sql(ours)}" for theirs, ours in mapping.words.items())
    if mapping.otherwise == "keep":
        return f"(CASE {given} {cases} ELSE {given} END)", []
    worded = f"(CASE {given} {cases} END)"
    if mapping.otherwise == "null":
        return worded, []
    known = texts_sql(tuple(mapping.words))
    reason = text_sql(f"is none of the words mapped: {', '.join(list(mapping.words)[:12])}")
    return worded, [Fault(f"{given} IS NOT NULL AND {given} NOT IN ({known})", reason)]


def _typed(text: str, kind: Kind, mapping: ColumnMapping, plain_type: str | None) -> str:
    """A typed value, null where the text is not of that kind."""
    if kind is Kind.TEXT:
        return text
    if plain_type is not None:
        return text if plain_type == kind.sql_type else f"TRY_CAST({text} AS {kind.sql_type})"
    if kind is Kind.INTEGER:
        return _whole(_plain_number(text, mapping))
    if kind is Kind.DECIMAL:
        return f"TRY_CAST({_plain_number(text, mapping)} AS DECIMAL(18,4))"
    if kind is Kind.FLAG:
        lowered = f"lower({text})"
        is_true, is_false = f"{lowered} IN ({texts_sql(_TRUE)})", f"{lowered} IN ({texts_sql(_FALSE)})"
        return f"CASE WHEN {is_true} THEN true WHEN {is_false} THEN false END"
    return _seconds(text, mapping)


def _plain_number(text: str, mapping: ColumnMapping) -> str:
    """A number's text with a decimal point and nothing between its thousands."""
    if mapping.thousands is not None:
        text = f"replace({text}, {text_sql(mapping.thousands)}, '')"
    return f"replace({text}, ',', '.')" if mapping.decimal == "," else text


def _whole(text: str) -> str:
    """An integer; `3.0` is one, `3.5` is not (a bare cast would round it to 4)."""
    return f"TRY_CAST(CASE WHEN regexp_full_match({text}, '[+-]?[0-9]+([.]0*)?') THEN {text} END AS BIGINT)"


def _seconds(text: str, mapping: ColumnMapping) -> str:
    """A length of time in whole seconds, cut down to the second as instants are."""
    if mapping.unit != "hh:mm:ss":
        number = f"TRY_CAST({_plain_number(text, mapping)} AS DECIMAL(18,4))"
        return f"CAST(floor({number}{_UNIT_SECONDS[mapping.unit]}) AS BIGINT)"
    # A workbook keeps a length of time as a moment counted from the last day of 1899.
    days = f"(epoch_us(TRY_CAST({text} AS TIMESTAMP)) // 1000000 + 2209075200)"
    part = f"CAST(split_part({text}, ':', {{}}) AS BIGINT)"
    spelled = f"{part.format(1)} * 3600 + {part.format(2)} * 60 + {part.format(3)}"
    return (
        f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,6}}:[0-5]?[0-9]:[0-5]?[0-9]') THEN {spelled} "
        f"WHEN regexp_full_match({text}, '(1899-12-31|1900-[0-9]{{2}}-[0-9]{{2}}) [0-9:.]+') THEN {days} END"
    )
