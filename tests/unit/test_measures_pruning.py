"""Which records are read for a window: those that can belong to it by whatever decides that, and no others."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import duckdb
import pytest
from sqlglot import exp

from remit.engines.duckdb_engine import connect
from remit.performance.facts import TABLES
from remit.performance.measures.catalogue import compile_level
from remit.performance.measures.expressions import column
from remit.performance.measures.pruning import narrowed, open_at_some_end, within
from remit.performance.measures.queries import Scope
from remit.performance.measures.turnaround import cases_concerned, changes_concerned
from remit.terms.periods import Period
from tests.lib.measured import contract_of, instant, load_facts, scope_of

# The day asked for is a Tuesday; the Monday before it closes at five.
TUESDAY = Period(date(2026, 1, 20), date(2026, 1, 21))
EVERYTHING = Period(date(2026, 1, 1), date(2026, 3, 1))
FACTS = {
    "cases": """
case_key | opened_at   | resolved_at | priority
over     | 01-02 09:00 | 01-03 10:00 | P1
long     | 01-02 09:00 | 01-20 10:00 | P1
open     | 01-02 09:00 | -           | P2
friday   | 01-16 15:00 | 01-16 16:00 | P2
monday   | 01-19 15:00 | 01-22 10:00 | P2
tuesday  | 01-20 09:00 | 01-20 10:00 | P1
turned   | 01-25 09:00 | 01-20 12:00 | P2
undone   | 01-20 12:00 | 01-04 12:00 | P2
after    | 01-26 09:00 | 01-27 09:00 | P1
late     | 02-20 09:00 | 02-21 09:00 | P2
""",
    "case_events": """
case_key | at          | sequence | status
over     | 01-02 09:00 | 1        | New
long     | 01-02 09:00 | 1        | New
long     | 01-28 09:00 | 2        | Closed
tuesday  | 01-20 09:00 | 1        | New
late     | 02-20 09:00 | 1        | New
""",
}
TERMS = """
calendars:
  desk: {time_zone: UTC, week: {mon-fri: "09:00-17:00"}}
clocks:
  plain: {of: cases, calendar: desk}
  paused: {of: cases, calendar: desk, pauses: {status: [Waiting]}}
  restarted: {of: cases, calendar: desk, pauses: {status: [Waiting]}, priority_change: restart}
  resolved: {of: cases, calendar: desk, stops: {status: [Resolved]}}
  begun: {of: cases, calendar: desk, starts: {status: [Active]}}
"""
FOUR_HOURS, NOTHING, TWO_DAYS = "4 business hours", "0 business hours", "2 business days"
BY_PRIORITY = "{by: priority, map: {P1: 1 business hours, P2: 2 business days}}"
EVERY_CASE = "over long open friday monday tuesday turned undone after late"


@contextmanager
def asked(measure: str, level: str = "", window: Period = TUESDAY) -> Iterator[tuple[duckdb.DuckDBPyConnection, Scope]]:
    """The scope of a level in one window, and the connection that holds the facts."""
    contract = contract_of(measure, terms=TERMS, level=level)
    columns = {name: frozenset(TABLES[name].by_name) for name in FACTS}
    with connect(threads=1) as connection:
        load_facts(connection, FACTS)
        yield connection, scope_of(contract, connection, columns, windows=[window], as_of=instant("02-28 00:00"))


def timed(clock: str, target: str = FOUR_HOURS) -> str:
    return f"is: turnaround, clock: {clock}, share_within: {target}"


def cases_read(measure: str, level: str, window: Period = TUESDAY) -> str:
    """The cases that a level's query reads at all, in the order of the table."""
    with asked(measure, level, window) as (connection, scope):
        return keys_of(connection, compile_level(scope).records.args["from_"].this)


def keys_of(connection: duckdb.DuckDBPyConnection, source: exp.Expr) -> str:
    """The keys of some rows `r`, in the order of the table; a case read twice is told twice."""
    rows = connection.execute(exp.select("r.case_key").from_(source).sql("duckdb")).fetchall()
    return " ".join(sorted((key for (key,) in rows), key=EVERY_CASE.split().index))


@pytest.mark.parametrize(
    ("target", "level", "read"),
    [
        (FOUR_HOURS, "attribute_to: start", "tuesday undone"),
        (FOUR_HOURS, "attribute_to: stop", "long tuesday turned"),
        # What began after one on Monday may fall due on Tuesday; what began before may be listed where it stops.
        (FOUR_HOURS, "attribute_to: due", "long monday tuesday turned undone"),
        (FOUR_HOURS, "still_open: missed_once_past_target", "long open monday tuesday turned undone"),
        (FOUR_HOURS, "attribute_to: start, still_open: carried", "long tuesday turned"),
        (TWO_DAYS, "attribute_to: due", "long friday monday tuesday turned undone"),
        (BY_PRIORITY, "attribute_to: due", "long friday monday tuesday turned undone"),
        # A target of nothing may be due while the desk is closed, so that any later start may be.
        (NOTHING, "attribute_to: due", "long monday tuesday turned undone after late"),
    ],
)  # fmt: skip
def test_a_clock_from_column_to_column_reads_what_can_belong_to_its_day(target: str, level: str, read: str) -> None:
    assert cases_read(timed("plain", target), level) == read


def test_windows_that_hold_all_facts_leave_nothing_out() -> None:
    for level in ("attribute_to: start", "attribute_to: stop", "attribute_to: due"):
        assert cases_read(timed("plain"), level, EVERYTHING) == EVERY_CASE


def changes_read(clock: str, target: str, level: str, *, keys: tuple[str, str] | None = None) -> str | None:
    """The changes that can matter to a level with a history, as case and number; None where all are read."""
    with asked(timed(clock, target), level) as (connection, scope):
        concerned = changes_concerned(replace(scope, keys=keys))
        if concerned is None:
            return None
        rows = exp.select("r.case_key", "r.sequence").from_("case_events AS r").where(concerned)
        read = connection.execute(rows.order_by("rowid").sql("duckdb")).fetchall()
    return " ".join(f"{key}.{sequence}" for key, sequence in read)


@pytest.mark.parametrize(
    ("clock", "target", "level", "read"),
    [
        # Where a column stops the clock, no change after the day matters: not the one of the long case on the 28th.
        ("paused", FOUR_HOURS, "attribute_to: stop", "long.1 tuesday.1"),
        ("paused", FOUR_HOURS, "attribute_to: start", "tuesday.1"),
        # Started again at a change of priority, a case may belong to a day long after it was opened.
        ("restarted", FOUR_HOURS, "attribute_to: start", "over.1 long.1 long.2 tuesday.1"),
        ("resolved", FOUR_HOURS, "attribute_to: stop", "over.1 long.1 long.2 tuesday.1"),
        ("paused", FOUR_HOURS, "attribute_to: due", "over.1 long.1 long.2 tuesday.1"),
        ("paused", NOTHING, "attribute_to: due", None),
        ("begun", FOUR_HOURS, "attribute_to: stop", None),
    ],
)
def test_a_clock_with_a_history_reads_the_changes_of_cases_that_can_belong_to_its_day(
    clock: str, target: str, level: str, read: str | None
) -> None:
    assert changes_read(clock, target, level) == read


def test_changes_are_read_only_between_the_keys_looked_up() -> None:
    with asked(timed("paused"), "attribute_to: stop") as (connection, scope):
        query = cases_concerned(scope)
        assert query is not None
        (keys,) = connection.execute(query.sql("duckdb")).fetchall()
    assert keys == ("long", "undone")
    assert changes_read("resolved", FOUR_HOURS, "attribute_to: stop", keys=("m", "p")) == "over.1"


def test_a_clock_begun_by_a_change_may_begin_in_any_case() -> None:
    with asked(timed("begun"), "attribute_to: stop") as (_, scope):
        assert cases_concerned(scope) is None


@pytest.mark.parametrize(
    ("window", "read"), [(TUESDAY, "long open monday tuesday"), (EVERYTHING, EVERY_CASE)], ids=["a day", "all"]
)
def test_a_backlog_reads_what_was_begun_by_the_end_of_its_day_and_not_finished_before_it(
    window: Period, read: str
) -> None:
    with asked("is: backlog, of: cases, calendar: desk", window=window) as (connection, scope):
        branches = open_at_some_end(scope, column("opened_at"), column("resolved_at"))
        source = narrowed("cases", branches)
        assert source.sql() in compile_level(scope).records.sql()
        assert keys_of(connection, source) == read


def test_an_instant_is_looked_for_as_far_around_the_day_as_a_measure_looks() -> None:
    opened = column("opened_at")
    with asked("is: volume, of: cases") as (connection, scope):
        found = [
            within(scope, opened),
            within(scope, opened, before=86_400),
            within(scope, opened, after=5 * 86_400 + 1),
        ]
        read = [keys_of(connection, narrowed("cases", (one,))) for one in found if one is not None]
    assert read == ["tuesday undone", "monday tuesday undone", "tuesday turned undone"]
    with asked("is: volume, of: cases", window=EVERYTHING) as (_, scope):
        assert within(scope, opened) is None
