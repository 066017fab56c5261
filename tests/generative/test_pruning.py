"""A window measured from the records that can belong to it is the window measured from all of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.engines.duckdb_engine import connect
from remit.performance.facts import TABLES
from remit.performance.measures.pruning import span_of
from remit.performance.measures.turnaround import cases_concerned
from remit.terms.periods import Period
from tests.lib.measured import contract_of, instant, load_facts, measured, scope_of

HOUR = 3_600
FIRST = instant("01-05 00:00")
DAYS = 16
EVERYTHING = Period(date(2025, 12, 1), date(2026, 3, 1))

hours = st.integers(0, DAYS * 24 - 60)
spells = st.one_of(st.none(), st.integers(-6, 200))
statuses = st.sampled_from(["New", "Active", "Waiting", "Waiting", "Resolved", None])


@st.composite
def cases(draw: st.DrawFn) -> list[Any]:
    """A case with its stop, which may lie before its start or be missing, and its changes of status."""
    opened, spell = draw(hours), draw(spells)
    changes = sorted(draw(st.lists(st.integers(-10, 220), max_size=4)))
    return [
        opened,
        None if spell is None else opened + spell,
        draw(st.sampled_from(["P1", "P2", "P9", None])),
        draw(st.sampled_from(["Lisbon", "Manila", "Porto"])),
        [(opened + at, draw(statuses), draw(st.sampled_from([None, None, "P1"]))) for at in changes],
    ]


def written(hour: int | None) -> str:
    return "-" if hour is None else f"{datetime.fromtimestamp(FIRST + hour * HOUR, UTC):%Y-%m-%d %H:%M}"


def facts_of(drawn: Sequence[Sequence[Any]]) -> dict[str, str]:
    rows = ["case_key | opened_at | resolved_at | priority | site"]
    events = ["case_key | at | sequence | status_from | status | priority | site"]
    for number, (opened, resolved, priority, site, changes) in enumerate(drawn):
        rows.append(f"c{number} | {written(opened)} | {written(resolved)} | {priority or '-'} | {site}")
        before = None
        for sequence, (at, status, changed) in enumerate(changes):
            cells = (f"c{number}", written(at), sequence, before, status, changed, site)
            events.append(" | ".join("-" if cell is None else str(cell) for cell in cells))
            before = status or before
    return {"cases": "\n".join(rows), "case_events": "\n".join(events)}


TERMS = """
calendars:
  office: {time_zone: UTC, week: {mon-fri: "09:00-12:00, 13:00-17:00"}}
  manila: {time_zone: Asia/Manila, week: {mon-sat: "20:00-05:00"}}
exclusions: [{id: X1, reason: P9, of: cases, where: "priority = 'P9' AND site = 'Lisbon'"}]
clocks:
  plain: {of: cases, calendar: {by: site, map: {Lisbon: office, Manila: manila}}, starts: opened_at, stops: resolved_at}
  always: {of: cases, calendar: always, starts: opened_at, stops: resolved_at}
  paused: {of: cases, calendar: {by: site, map: {Lisbon: office, Manila: manila}, otherwise: office},
    pauses: {status: [Waiting]}}
  restarted: {of: cases, calendar: office, pauses: {status: [Waiting]}, priority_change: restart}
  reopened: {of: cases, calendar: office, stops: {status: [Resolved]}, reopen: {do: new_record}}
  begun: {of: cases, calendar: office, starts: {status: [Active]}, stops: {status: [Resolved]}}
"""
TARGETS = [
    "4 business hours",
    "0 business hours",
    "2 business days",
    "{by: priority, map: {P1: 1 business hours, P2: 20 business hours}}",
    "{by: priority, map: {P1: 4 hours, P2: 2 business days}, otherwise: 30 business hours}",
]
LEVELS = [
    f"attribute_to: {instant}, still_open: {still_open}"
    for instant in ("start", "stop", "due")
    for still_open in ("left_out", "missed_once_past_target", "carried")
]


def check(measure: str, facts: dict[str, str], windows: Sequence[Period], *, level: str = "", steady: str = "") -> None:
    """Each of some windows, alone, has the sums and the records it has when every instant lies in a window."""
    contract = contract_of(measure, terms=TERMS, level=level)
    columns = {name: frozenset(TABLES[name].by_name) for name in facts}
    around = [EVERYTHING.start_on, *(day for one in windows for day in (one.start_on, one.end_on)), EVERYTHING.end_on]
    every = [Period(start, end) for start, end in pairwise(around) if start < end]
    with connect(threads=1) as connection:
        load_facts(connection, facts)
        shared = {"as_of": instant("01-18 12:00"), "steady": frozenset(steady.split())}
        scope = scope_of(contract, connection, columns, windows=every, **shared)  # type: ignore[arg-type]
        assert span_of(scope) is None
        whole = measured(connection, scope)
        for window in windows:
            alone = scope_of(contract, connection, columns, windows=[window], **shared)  # type: ignore[arg-type]
            keys = cases_concerned(alone)
            least, greatest = (None, None) if keys is None else connection.execute(keys.sql("duckdb")).fetchall()[0]
            alone = replace(alone, keys=None if least is None else (least, greatest))
            found, index = measured(connection, alone), every.index(window)
            assert [(one.ratio, one.excluded) for one in found.totals] == [
                (one.ratio, one.excluded) for one in whole.totals if one.window_index == index
            ]
            assert found.records.get(0, []) == whole.records.get(index, [])


@st.composite
def two_windows(draw: st.DrawFn) -> list[Period]:
    """Two stretches of days among those the facts span, apart."""
    first = date(2026, 1, 5) + timedelta(days=draw(st.integers(0, 5)))
    second = first + timedelta(days=draw(st.integers(3, 6)))
    return [Period(first, first + timedelta(days=draw(st.integers(1, 2)))), Period(second, second + timedelta(days=1))]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(cases(), min_size=5, max_size=30),
    st.sampled_from(["plain", "always", "paused", "paused", "restarted", "reopened", "begun"]),
    st.sampled_from(TARGETS),
    st.sampled_from(LEVELS),
    st.sampled_from(["", "status_from site"]),
    two_windows(),
)
def test_turnaround_of_a_window_needs_only_the_cases_that_can_belong_to_it(
    drawn: list[list[Any]], clock: str, target: str, level: str, steady: str, windows: list[Period]
) -> None:
    if clock in ("reopened", "restarted", "begun") and "2 business days}" in target:
        target = TARGETS[0]
    measure = f"is: turnaround, clock: {clock}, share_within: {target}"
    check(measure, facts_of(drawn), windows, level=level, steady=steady)


@settings(max_examples=6, deadline=None)
@given(
    st.lists(cases(), min_size=5, max_size=30),
    st.sampled_from([
        "is: backlog, of: cases, calendar: office",
        "is: backlog, of: cases, calendar: office, older_than: 10 business hours",
        "is: reopening",
        "is: volume, of: cases",
        "is: throughput, of: cases, per: open_hour, calendar: office",
        "is: turnaround, clock: plain, statistic: median",
    ]),
    two_windows(),
)  # fmt: skip
def test_other_measures_of_cases_need_only_those_near_their_windows(
    drawn: list[list[Any]], measure: str, windows: list[Period]
) -> None:
    check(measure, facts_of(drawn), windows)


SHARE_OF_INTERVALS = (
    "is: service_factor, of: interactions, variant: 2, answer_within: 20 seconds, aggregate: share_of_intervals, "
    "interval: 7 hours, interval_target: 50%"
)
contacts = st.tuples(hours, st.integers(0, 59), st.integers(0, 3), st.integers(0, 90))


@settings(max_examples=6, deadline=None)
@given(
    st.lists(contacts, min_size=10, max_size=60),
    st.sampled_from([
        "is: service_factor, of: interactions, variant: 2, answer_within: 20 seconds",
        SHARE_OF_INTERVALS,
        "is: first_contact_resolution, of: interactions, variant: no_repeat, repeat_within: 2 days",
    ]),
    two_windows(),
)  # fmt: skip
def test_contacts_are_needed_as_far_around_their_windows_as_the_measure_looks(
    drawn: list[tuple[int, int, int, int]], measure: str, windows: list[Period]
) -> None:
    rows = ["interaction_key | queued_at | answered_at | wait_seconds | customer_key | reason"]
    for number, (hour, minute, customer, wait) in enumerate(drawn):
        at = datetime.fromtimestamp(FIRST + hour * HOUR + minute * 60, UTC)
        rows.append(f"i{number} | {at:%Y-%m-%d %H:%M} | {at:%Y-%m-%d %H:%M} | {wait} | k{customer} | bill")
    check(measure, {"interactions": "\n".join(rows)}, windows)
