"""Texts read as instants in SQL: formats, offsets in the value, and local times resolved through a table of days."""

from collections.abc import Mapping as Mappings
from dataclasses import dataclass

from remit.ingest.mappings import ColumnMapping, LocalTimes
from remit.ingest.quoting import text_sql, texts_sql
from remit.ingest.zone_tables import DAY_SECONDS

_OFFSET = "(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)$"
_ISO = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)?"
_ZONED = "TIMESTAMP WITH TIME ZONE"
NO_ZONE = "is a local time, and the mapping names no time_zone for it"


@dataclass(frozen=True, slots=True)
class Instant:
    """An instant's SQL: local seconds, the offset given with the value, and the instant itself.

    `zone` is the table of days to join on `day_sql`, or None where every value carries its own offset.
    """

    parsed: Mappings[str, str]
    value: str
    zone: str | None
    day_sql: str
    faults: tuple[tuple[str, str], ...]


def compile_instant(
    text: str, mapping: ColumnMapping, local_times: LocalTimes, *, index: int, plain_type: str | None, zone: str | None
) -> Instant:
    """An instant's SQL: `parsed` gives `_l<i>` and `_o<i>`, `value` reads these and the joined day's `_z<i>_…`."""
    local, offset = f"_l{index}", f"_o{index}"
    seconds, given_offset = _parsed(text, mapping, plain_type)
    unread = (f"{{given}} IS NOT NULL AND {local} IS NULL", _unread_reason(mapping))
    has_own = f"{offset} IS NOT NULL"
    if zone is None:
        no_zone = (f"{local} IS NOT NULL AND {offset} IS NULL", NO_ZONE)
        value = f"CASE WHEN {has_own} THEN {local} - {offset} END"
        return Instant({local: seconds, offset: given_offset}, value, None, "", (unread, no_zone))
    day = f"_z{index}"
    changing = f"{day}_from_local"
    # `within` is true only between the bounds of a clock change: elsewhere the bounds are null or lie apart.
    within = f"({local} >= {changing} AND {local} < {day}_until_local)"
    unfit = _unfit_kinds(day, local_times)
    at_change = f"CASE WHEN {unfit} THEN NULL ELSE {local} - {_change_offset(day, local_times)} END"
    value = (
        f"CASE WHEN {has_own} THEN {local} - {offset} "
        f"WHEN {changing} IS NULL OR {local} < {changing} THEN {local} - {day}_offset_before "
        f"WHEN {local} >= {day}_until_local THEN {local} - {day}_offset_after ELSE {at_change} END"
    )
    is_local = f"{local} IS NOT NULL AND {offset} IS NULL"
    faults = [unread, (f"{is_local} AND {day}_day IS NULL", "is not between 1990 and 2100")]
    if local_times.ambiguous == "quarantine":
        faults.append(
            (f"{is_local} AND ({within} AND {day}_is_repeated) IS TRUE", f"exists twice in {zone}: the clock goes back")
        )
    if local_times.nonexistent == "quarantine":
        sentence = f"does not exist in {zone}: the clock skips it"
        faults.append((f"{is_local} AND ({within} AND NOT {day}_is_repeated) IS TRUE", sentence))
    return Instant({local: seconds, offset: given_offset}, value, zone, f"{local} // {DAY_SECONDS}", tuple(faults))


def _unfit_kinds(day: str, local_times: LocalTimes) -> str:
    repeated = local_times.ambiguous == "quarantine"
    skipped = local_times.nonexistent == "quarantine"
    if repeated and skipped:
        return "true"
    if not repeated and not skipped:
        return "false"
    return f"{day}_is_repeated" if repeated else f"NOT {day}_is_repeated"


def _change_offset(day: str, local_times: LocalTimes) -> str:
    """The offset to read a changing time with: a skipped time keeps the old offset, which moves it forward."""
    if local_times.ambiguous == "later":
        return f"(CASE WHEN {day}_is_repeated THEN {day}_offset_after ELSE {day}_offset_before END)"
    return f"{day}_offset_before"


def _parsed(text: str, mapping: ColumnMapping, plain_type: str | None) -> tuple[str, str]:
    """Local seconds and the offset given with the value."""
    if plain_type is not None:
        return _parsed_plain(text, plain_type)
    if mapping.dates is None:
        return _parsed_iso(text)
    unix = [word for word in mapping.dates if word in ("unix", "unix_ms")]
    zoned = tuple(word for word in mapping.dates if "%z" in word.lower())
    formats = tuple(word for word in mapping.dates if word not in unix and word not in zoned)
    # A format with an offset gives the moment itself, as unix seconds do, not a local time.
    moments = [_unix(text, word) for word in unix]
    moments += [_epoch(f"try_strptime({text}, [{texts_sql(zoned)}])")] if zoned else []
    local_times = [_epoch(f"try_strptime({text}, [{texts_sql(formats)}])")] if formats else []
    is_moment = " OR ".join(f"{moment} IS NOT NULL" for moment in moments)
    offset = f"CASE WHEN {is_moment} THEN 0 END" if moments else "CAST(NULL AS BIGINT)"
    return f"coalesce({', '.join(moments + local_times)})", offset


def _parsed_plain(text: str, plain_type: str) -> tuple[str, str]:
    if plain_type == _ZONED:
        return _epoch_of_column(text), f"CASE WHEN {text} IS NOT NULL THEN 0 END"
    if plain_type.startswith("TIMESTAMP") or plain_type == "DATE":
        return _epoch_of_column(f"CAST({text} AS TIMESTAMP)"), "CAST(NULL AS BIGINT)"
    return f"CAST({text} AS BIGINT)", f"CASE WHEN {text} IS NOT NULL THEN 0 END"


def _parsed_iso(text: str) -> tuple[str, str]:
    """ISO 8601, or nine or ten digits of seconds since 1970.

    What most sources write, a date and a clock time without an offset, is told by its shape alone and skips the
    patterns. Other texts must match whole: a cast alone would drop an offset or a zone's name unread.
    """
    shaped = f"({text} LIKE '____-__-_____:__:__' OR {text} LIKE '____-__-_____:__')"
    is_common = f"({shaped} AND NOT suffix({text}, 'Z') AND NOT suffix({text}, 'z'))"
    tail = f"regexp_extract(substr({text}, 11), {text_sql(_OFFSET)})"
    bare = f"left({text}, length({text}) - length({tail}))"
    is_iso = f"regexp_full_match(trim({bare}), {text_sql(_ISO)})"
    is_unix = f"regexp_full_match({text}, '[0-9]{{9,10}}')"
    spelled_out = f"TRY_CAST(replace(trim({bare}), ',', '.') AS TIMESTAMP)"
    local = (
        f"CASE WHEN {is_common} THEN {_epoch(f'TRY_CAST({text} AS TIMESTAMP)')} "
        f"WHEN {is_unix} THEN CAST({text} AS BIGINT) "
        f"WHEN {is_iso} THEN {_epoch(spelled_out)} END"
    )
    digits = f"translate({tail}, '+-:', '')"
    sign = f"CASE WHEN {tail}[1] = '-' THEN -1 ELSE 1 END"
    minutes = f"coalesce(TRY_CAST(substr({digits}, 3) AS BIGINT), 0)"
    spelled = f"({sign}) * (CAST(left({digits}, 2) AS BIGINT) * 3600 + {minutes} * 60)"
    offset = (
        f"CASE WHEN {is_common} THEN NULL WHEN {is_unix} THEN 0 WHEN {tail} IN ('Z', 'z') THEN 0 "
        f"WHEN {tail} <> '' THEN {spelled} END"
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
