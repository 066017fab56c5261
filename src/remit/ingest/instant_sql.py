"""Texts read as instants in SQL: formats, offsets in the value, and local times resolved through lists of days."""

from collections.abc import Mapping as Mappings
from dataclasses import dataclass

from remit.ingest.mappings import ColumnMapping, LocalTimes
from remit.ingest.quoting import name_sql, text_sql, texts_sql
from remit.ingest.zone_tables import DAY_SECONDS, FIRST_DAY

_OFFSET = "(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)$"
_ISO = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)?"
_ZONED = "TIMESTAMP WITH TIME ZONE"
NO_ZONE = "is a local time, and the mapping names no time_zone for it"


@dataclass(frozen=True, slots=True)
class Instant:
    """An instant's SQL: local seconds, the offset given with the value, and the instant itself.

    `early` is a first look at the text that `parsed` goes on from. `zone` is the zone whose lists of days `value` and
    the faults' conditions read, under the names `day_list` gives; None where every value carries its own offset.
    """

    early: Mappings[str, str]
    parsed: Mappings[str, str]
    value: str
    zone: str | None
    faults: tuple[tuple[str, str], ...]


def day_list(zone: str, column: str) -> str:
    """What a zone's list of one thing of its days is called in a query of rows."""
    return name_sql(f"_{column} of {zone}")


def compile_instant(
    text: str, mapping: ColumnMapping, local_times: LocalTimes, *, index: int, plain_type: str | None, zone: str | None
) -> Instant:
    """An instant's SQL: `early` may give `_m<i>`, `parsed` gives `_l<i>` and `_o<i>`, which `value` reads."""
    local, offset = f"_l{index}", f"_o{index}"
    early, seconds, given_offset = _parsed(text, mapping, plain_type, f"_m{index}")
    parsed = {local: seconds, offset: given_offset}
    unread = (f"{{given}} IS NOT NULL AND {local} IS NULL", _unread_reason(mapping))
    if zone is None:
        no_zone = (f"{local} IS NOT NULL AND {offset} IS NULL", NO_ZONE)
        return Instant(early, parsed, f"{local} - {offset}", None, (unread, no_zone))
    day = _Day(zone, local)
    # `within` is true only between the bounds of a clock change: elsewhere the bounds are null or lie apart.
    within = f"({local} >= {day.of('from_local')} AND {local} < {day.of('until_local')})"
    value = f"coalesce({local} - {offset}, {_resolved(day, local_times)})"
    is_local = f"{local} IS NOT NULL AND {offset} IS NULL"
    faults = [unread, (f"{is_local} AND {day.of('offset_before')} IS NULL", "is not between 1990 and 2100")]
    is_repeated = day.of("is_repeated")
    if local_times.ambiguous == "quarantine":
        faults.append(
            (f"{is_local} AND ({within} AND {is_repeated}) IS TRUE", f"exists twice in {zone}: the clock goes back")
        )
    if local_times.nonexistent == "quarantine":
        sentence = f"does not exist in {zone}: the clock skips it"
        faults.append((f"{is_local} AND ({within} AND NOT {is_repeated}) IS TRUE", sentence))
    return Instant(early, parsed, value, zone, tuple(faults))


@dataclass(frozen=True, slots=True)
class _Day:
    """The day a local time lies in, looked up by its number in the zone's lists; null outside of them."""

    zone: str
    local: str

    def of(self, column: str) -> str:
        """What a list has for the day. Its places count from 1: place 0 is empty, and one below counts from the end."""
        return f"{day_list(self.zone, column)}[greatest({self.local} // {DAY_SECONDS} - {FIRST_DAY - 1}, 0)]"


def _resolved(day: _Day, local_times: LocalTimes) -> str:
    """A local time as an instant, to be coalesced. Days without a change of the clock, nearly all, look at one list."""
    local, before, after = day.local, day.of("offset_before"), day.of("offset_after")
    changing, until = day.of("from_local"), day.of("until_local")
    unfit = _unfit_kinds(day.of("is_repeated"), local_times)
    at_change = f"CASE WHEN {unfit} THEN NULL ELSE {local} - {_change_offset(day, local_times)} END"
    of_change = (
        f"CASE WHEN {local} IS NULL THEN NULL WHEN {local} < {changing} THEN {local} - {before} "
        f"WHEN {local} >= {until} THEN {local} - {after} WHEN {changing} IS NOT NULL THEN {at_change} END"
    )
    return f"{local} - {day.of('plain_offset')}, {of_change}"


def _unfit_kinds(is_repeated: str, local_times: LocalTimes) -> str:
    repeated = local_times.ambiguous == "quarantine"
    skipped = local_times.nonexistent == "quarantine"
    if repeated and skipped:
        return "true"
    if not repeated and not skipped:
        return "false"
    return is_repeated if repeated else f"NOT {is_repeated}"


def _change_offset(day: _Day, local_times: LocalTimes) -> str:
    """The offset to read a changing time with: a skipped time keeps the old offset, which moves it forward."""
    if local_times.ambiguous == "later":
        return f"(CASE WHEN {day.of('is_repeated')} THEN {day.of('offset_after')} ELSE {day.of('offset_before')} END)"
    return day.of("offset_before")


def _parsed(text: str, mapping: ColumnMapping, plain_type: str | None, early: str) -> tuple[dict[str, str], str, str]:
    """The first look at the text, by name, and from it local seconds and the offset given with the value."""
    if plain_type is not None:
        return {}, *_parsed_plain(text, plain_type)
    if mapping.dates is None:
        return {early: _common_iso(text)}, *_parsed_iso(text, early)
    unix = [word for word in mapping.dates if word in ("unix", "unix_ms")]
    zoned = tuple(word for word in mapping.dates if "%z" in word.lower())
    formats = tuple(word for word in mapping.dates if word not in unix and word not in zoned)
    # A format with an offset gives the moment itself, as unix seconds do, not a local time.
    moments = [_unix(text, word) for word in unix]
    moments += [_epoch(f"try_strptime({text}, [{texts_sql(zoned)}])")] if zoned else []
    local_times = [_epoch(f"try_strptime({text}, [{texts_sql(formats)}])")] if formats else []
    is_moment = " OR ".join(f"{moment} IS NOT NULL" for moment in moments)
    offset = f"CASE WHEN {is_moment} THEN 0 END" if moments else "CAST(NULL AS BIGINT)"
    return {}, f"coalesce({', '.join(moments + local_times)})", offset


def _parsed_plain(text: str, plain_type: str) -> tuple[str, str]:
    if plain_type == _ZONED:
        return _epoch_of_column(text), f"CASE WHEN {text} IS NOT NULL THEN 0 END"
    if plain_type.startswith("TIMESTAMP") or plain_type == "DATE":
        return _epoch_of_column(f"CAST({text} AS TIMESTAMP)"), "CAST(NULL AS BIGINT)"
    return f"CAST({text} AS BIGINT)", f"CASE WHEN {text} IS NOT NULL THEN 0 END"


def _common_iso(text: str) -> str:
    """Local seconds of what most sources write: a date and a clock time of 19 characters, without an offset.

    Its length and the format leave no room for an offset or a zone's name.
    """
    formats = texts_sql(("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"))
    return f"CASE WHEN strlen({text}) = 19 THEN {_epoch(f'try_strptime({text}, [{formats}])')} END"


def _parsed_iso(text: str, early: str) -> tuple[str, str]:
    """ISO 8601, or nine or ten digits of seconds since 1970.

    What was read at first sight skips the patterns. Other texts must match whole: a cast alone would drop an offset or
    a zone's name unread.
    """
    tail = f"regexp_extract(substr({text}, 11), {text_sql(_OFFSET)})"
    bare = f"left({text}, length({text}) - length({tail}))"
    is_iso = f"regexp_full_match(trim({bare}), {text_sql(_ISO)})"
    is_unix = f"regexp_full_match({text}, '[0-9]{{9,10}}')"
    spelled_out = f"TRY_CAST(replace(trim({bare}), ',', '.') AS TIMESTAMP)"
    local = (
        f"CASE WHEN {early} IS NOT NULL THEN {early} WHEN {text} IS NULL THEN NULL "
        f"WHEN {is_unix} THEN CAST({text} AS BIGINT) WHEN {is_iso} THEN {_epoch(spelled_out)} END"
    )
    digits = f"translate({tail}, '+-:', '')"
    sign = f"CASE WHEN {tail}[1] = '-' THEN -1 ELSE 1 END"
    minutes = f"coalesce(TRY_CAST(substr({digits}, 3) AS BIGINT), 0)"
    spelled = f"({sign}) * (CAST(left({digits}, 2) AS BIGINT) * 3600 + {minutes} * 60)"
    offset = (
        f"CASE WHEN {early} IS NOT NULL OR {text} IS NULL THEN NULL WHEN {is_unix} THEN 0 "
        f"WHEN {tail} IN ('Z', 'z') THEN 0 WHEN {tail} <> '' THEN {spelled} END"
    )
    return local, offset


def _unix(text: str, word: str) -> str:
    pattern, scale = ("[0-9]{9,10}([.][0-9]+)?", "") if word == "unix" else ("[0-9]{12,13}", " // 1000")
    cast = f"CAST(split_part({text}, '.', 1) AS BIGINT){scale}"
    return f"(CASE WHEN regexp_full_match({text}, {text_sql(pattern)}) THEN {cast} END)"


def _epoch(timestamp: str) -> str:
    """Whole seconds since 1970, cut down."""
    return f"(epoch_us({timestamp}) // 1000000)"


def _epoch_of_column(timestamp: str) -> str:
    """The same of a column of timestamps, where an infinite one is no instant."""
    return f"(CASE WHEN isfinite({timestamp}) THEN epoch_us({timestamp}) // 1000000 END)"


def _unread_reason(mapping: ColumnMapping) -> str:
    if mapping.dates is None:
        return "is no date and time as 2026-03-31 14:05:00, with or without an offset"
    return f"is no date and time as {' or '.join(mapping.dates)}"
