"""Event logs: a row for each change of a case becomes the case's history and the case as it stands."""
# ruff: noqa: S608 (every name and text from a file or mapping is quoted by remit.ingest.quoting)

from dataclasses import replace

import duckdb

from remit.ingest.landing import FAULTS, LandedSource
from remit.ingest.mappings import CASE_TABLE, Take
from remit.ingest.quoting import name_sql, text_sql
from remit.ingest.targets import CASE_PREFIX, SourceShape
from remit.performance.facts import TABLES, Check, Column, Kind, checks_of

_IN_ORDER = 'PARTITION BY case_key ORDER BY "at", {sequence}_file, _row'


def split_log(connection: duckdb.DuckDBPyConnection, log: LandedSource) -> tuple[LandedSource, LandedSource]:
    """The events and the cases of a landed log, as two sources.

    Events of a case are in order by instant, then the source's own sequence, then their place in the files. The status
    before an event is the status after the one before. Cases without a required column, or that fail a check of
    `cases`, are set aside with the row of their last event.
    """
    events = replace(log, relation=f"{log.relation}_events", names=_make_events(connection, log), is_view=False)
    cases = replace(log, relation=f"{log.relation}_cases", names=_make_cases(connection, log), is_view=False)
    cases.shape = SourceShape(TABLES[CASE_TABLE], log.shape.case_targets, _case_checks(log), is_log=True)
    cases.is_of_cases = True
    _set_aside_cases(connection, cases)
    connection.execute(f"DROP VIEW {log.relation}")
    for one in log.files:
        connection.execute(f"DROP TABLE {one.relation}")
    return events, cases


def _order(log: LandedSource) -> str:
    return _IN_ORDER.format(sequence="sequence NULLS FIRST, " if "sequence" in log.columns else "")


def _make_events(connection: duckdb.DuckDBPyConnection, log: LandedSource) -> tuple[str, ...]:
    plain = [name for name in log.columns if not name.startswith(CASE_PREFIX)]
    known = set(plain)
    added: dict[str, str] = {}
    if "status" in known:
        added["status_from"] = "lag(status) OVER w"
    if "event" not in known:
        added["event"] = _event_sql(known)
    columns = [*(name_sql(name) for name in plain), *(f"{sql} AS {name}" for name, sql in added.items())]
    connection.execute(
        f"CREATE OR REPLACE TABLE {log.relation}_events AS SELECT _file, _row, {', '.join(columns)} "
        f"FROM {log.relation} WINDOW w AS ({_order(log)})"
    )
    return (*plain, *added)


def _event_sql(known: set[str]) -> str:
    """What happened, where the log does not say: the first event creates the case, others change what they change."""
    changes = [
        f"WHEN {name_sql(name)} IS DISTINCT FROM lag({name_sql(name)}) OVER w THEN {text_sql(name)}"
        for name in ("status", "priority", "team")
        if name in known
    ]
    return f"CASE WHEN row_number() OVER w = 1 THEN 'created' {' '.join(changes)} ELSE 'update' END"


def _make_cases(connection: duckdb.DuckDBPyConnection, log: LandedSource) -> tuple[str, ...]:
    takes = dict(log.shape.takes)
    order = f"{'coalesce(sequence, -9223372036854775807), ' if 'sequence' in log.columns else ''}_file, _row"
    place = f'row("at", {order})'
    columns = [f"{_take_sql(name, take, place)} AS {name_sql(name)}" for name, take in takes.items()]
    if "status" in log.columns and "status" not in takes:
        columns.append(f"{_take_sql('status', 'last', place, prefix='')} AS status")
    last = f"arg_max(_file, {place}) AS _file, arg_max(_row, {place}) AS _row"
    listed = "".join(f", {column}" for column in columns)
    connection.execute(
        f"CREATE OR REPLACE TABLE {log.relation}_cases AS SELECT {last}, case_key{listed} "
        f"FROM {log.relation} GROUP BY case_key"
    )
    described = connection.execute(f"DESCRIBE {log.relation}_cases").fetchall()
    return tuple(name for name, *_ in described if name not in ("_file", "_row"))


def _take_sql(name: str, take: Take, place: str, *, prefix: str = CASE_PREFIX) -> str:
    column = name_sql(prefix + name)
    by_take = {
        "first": f"arg_min_null({column}, {place})",
        "last": f"arg_max_null({column}, {place})",
        "first_given": f"arg_min({column}, {place})",
        "last_given": f"arg_max({column}, {place})",
        "min": f"min({column})",
        "max": f"max({column})",
    }
    return by_take[take]


def _case_checks(log: LandedSource) -> tuple[Check, ...]:
    own = TABLES[CASE_TABLE].checks
    extras = (Column(target.name, target.kind, "") for target in log.shape.case_targets if target.name not in
              TABLES[CASE_TABLE].by_name and target.kind is Kind.INSTANT)  # fmt: skip
    return (*own, *(check for column in extras for check in checks_of(column)))


def _set_aside_cases(connection: duckdb.DuckDBPyConnection, cases: LandedSource) -> None:
    names = set(cases.columns)
    table = TABLES[CASE_TABLE]
    faults = [(f"{name_sql(name)} IS NULL", name, "is missing in every event") for name in table.required]
    faults += [
        (f"({check.condition}) IS FALSE", check.columns[0], check.sentence)
        for check in cases.shape.checks
        if names.issuperset(check.columns)
    ]
    for condition, column, reason in faults:
        connection.execute(
            f"INSERT INTO {FAULTS} SELECT _file, _row, NULL, NULL, NULL, {text_sql(CASE_TABLE)}, {text_sql(column)}, "
            f"CAST({name_sql(column)} AS VARCHAR), {text_sql(reason)}, NULL FROM {cases.relation} WHERE {condition}"
        )
    unfit = " OR ".join(condition for condition, _, _ in faults)
    connection.execute(f"DELETE FROM {cases.relation} WHERE {unfit}")
