"""Cases timed by their histories in SQL, against a walk through each minute of their lives, over random policies."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.engines.duckdb_engine import connect
from remit.performance.facts import TABLES
from remit.terms.contracts import Contract
from remit.terms.periods import Period
from tests.lib.measured import Measured, contract_of, instant, load_facts, measured, scope_of
from tests.lib.walked_clock import WalkedHours, is_open
from tests.lib.walked_history import MINUTE, Change, History, Policy, Verdict, verdicts

# The days around which Berlin's clock goes on an hour, and New York's has three weeks before.
FIRST = "2026-03-27 00:00"
SPLIT = "2026-03-29"
LAST = "2026-03-31 00:00"
MINUTES = (instant(LAST) - instant(FIRST)) // MINUTE
SITES = ("Berlin", "York")
PRIORITIES = ("P1", "P2", "P3")

shifts = st.sampled_from(
    [[(540, 750), (810, 1050)], [(480, 1200)], [(0, 1440)], [(1320, 1560)], [(60, 185), (600, 605), (1380, 1440)]]
)


@st.composite
def hours(draw: st.DrawFn, zone: str) -> WalkedHours:
    """One pattern of hours for working days and one for the weekend, which the clock change falls in."""
    week, weekend = draw(shifts), draw(st.one_of(shifts, st.just([])))
    if week[-1][1] > 1440 or (weekend and weekend[-1][1] > 1440):
        weekend = week
    return WalkedHours(zone, {day: week if day < 5 else weekend for day in range(7)})


minutes = st.integers(0, MINUTES)
statuses = st.sampled_from(["New", "Active", "Active", "Waiting", "Hold", "Resolved", "Resolved", None])


@st.composite
def histories(draw: st.DrawFn, *, stops: bool) -> History:
    """A case with up to eight changes at different minutes, the first perhaps before it was opened."""
    instants = sorted(draw(st.lists(minutes, min_size=2, max_size=9, unique=True)))
    opened = instants.pop(0)
    changes = []
    for position, minute in enumerate(instants):
        status = draw(statuses)
        change = Change(
            instant(FIRST) + minute * MINUTE,
            status,
            draw(st.sampled_from([*PRIORITIES, None, None])),
            draw(st.sampled_from([*SITES, None, None])),
        )
        changes.append(change)
        if position == 0 and status in ("New", "Waiting") and draw(st.booleans()):
            opened = minute + draw(st.integers(0, 90))
    opened_at = instant(FIRST) + opened * MINUTE
    stopped_at = None if stops else draw(st.one_of(st.none(), st.integers(0, 2_000)))
    return History(
        "",
        opened_at,
        draw(st.sampled_from(PRIORITIES)),
        draw(st.sampled_from(SITES)),
        tuple(change for change in changes if change.status != "Resolved" or change.at >= opened_at),
        None if stopped_at is None else opened_at + stopped_at * MINUTE,
    )


actions = st.sampled_from(["resume", "restart", "first_stop_wins", "new_record"])


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    by_status = draw(st.booleans())
    changes = ["final", "initial", "highest", "proportional", "restart"]
    return Policy(
        targets={name: draw(st.sampled_from([1, 37, 240, 245, 600])) * MINUTE for name in PRIORITIES},
        stops=("Resolved",) if by_status else (),
        # A clock of two columns that never pauses reads no history: sites and priorities are the case's own.
        pauses=draw(st.sampled_from([("Waiting",), ("Waiting", "Hold"), *([()] if by_status else [])])),
        max_pause=draw(st.sampled_from([None, 10 * MINUTE, 180 * MINUTE])),
        reopen=draw(actions) if by_status else "resume",
        reopen_within=draw(st.sampled_from([None, 0, 300 * MINUTE])) if by_status else None,
        reopen_otherwise=draw(actions),
        priority_change=draw(st.sampled_from(changes)),
        calendar_change=draw(st.sampled_from(["at_start", "at_stop", "per_segment"])),
    )


def contract_for(policy: Policy, places: dict[str, WalkedHours], level: str) -> Contract:
    clock = {
        "of": "cases",
        "calendar": "{by: site, map: {Berlin: berlin, York: york}}",
        "stops": f"{{status: [{', '.join(policy.stops)}]}}" if policy.stops else "resolved_at",
        "priority_change": policy.priority_change,
        "calendar_change": policy.calendar_change,
    }
    if policy.pauses:
        clock["pauses"] = f"{{status: [{', '.join(policy.pauses)}]}}"
        if policy.max_pause is not None:
            clock["max_pause"] = f"{policy.max_pause // MINUTE} business minutes"
    within = "" if policy.reopen_within is None else f", within: {policy.reopen_within // MINUTE} business minutes"
    if policy.stops:
        clock["reopen"] = f"{{do: {policy.reopen}{within}, otherwise: {policy.reopen_otherwise}}}"
    calendars = ", ".join(f"{name}: {calendar_words(place)}" for name, place in
                          zip(("berlin", "york"), (places[site] for site in SITES), strict=True))  # fmt: skip
    words = ", ".join(f"{name}: {value}" for name, value in clock.items())
    terms = f"calendars: {{{calendars}}}\nclocks: {{t: {{{words}}}}}"
    targets = ", ".join(f"{name}: {seconds // MINUTE} business minutes" for name, seconds in policy.targets.items())
    return contract_of(
        f"is: turnaround, clock: t, share_within: {{by: priority, map: {{{targets}}}}}", terms=terms, level=level
    )


def calendar_words(place: WalkedHours) -> str:
    words = place.words()
    week = ", ".join(f'{day}: "{spans}"' for day, spans in dict(words["week"]).items())  # type: ignore[call-overload]
    return f"{{time_zone: {words['time_zone']}, week: {{{week}}}}}"


def tables_of(cases: list[History]) -> dict[str, str]:
    def cell(value: object) -> str:
        return "-" if value is None else str(value)

    def written(at: int) -> str:
        return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"

    rows = ["case_key | opened_at | resolved_at | priority | site"]
    rows += [
        " | ".join([one.key, written(one.opened_at), "-" if one.stopped_at is None else written(one.stopped_at),
                    one.priority, one.site]) for one in cases
    ]  # fmt: skip
    events = ["case_key | at | status | priority | site"]
    events += [
        " | ".join([one.key, written(change.at), *map(cell, (change.status, change.priority, change.site))])
        for one in cases
        for change in one.changes
    ]
    return {"cases": "\n".join(rows), "case_events": "\n".join(events)}


def measured_by_sql(contract: Contract, cases: list[History], *, as_of: int, steady: frozenset[str]) -> Measured:
    with connect(threads=1) as connection:
        load_facts(connection, tables_of(cases))
        columns = {name: frozenset(TABLES[name].by_name) for name in ("cases", "case_events")}
        split = datetime.fromisoformat(SPLIT).date()
        windows = [Period(split.replace(day=1), split), Period(split, split.replace(month=4, day=1))]
        return measured(
            connection, scope_of(contract, connection, columns, windows=windows, as_of=as_of, steady=steady)
        )


def walker(places: dict[str, WalkedHours]) -> Callable[[str, int], bool]:
    @cache
    def open_in(site: str, five_minutes: int) -> bool:
        return is_open(places[site], five_minutes * 300)

    return lambda site, at: open_in(site, at // 300)


@st.composite
def walked(draw: st.DrawFn) -> tuple[Policy, dict[str, WalkedHours], list[History], int]:
    policy = draw(policies())
    places = {"Berlin": draw(hours("Europe/Berlin")), "York": draw(hours("America/New_York"))}
    drawn = draw(st.lists(histories(stops=bool(policy.stops)), min_size=1, max_size=12))
    cases = [History(f"c{number}", *list(vars(one).values())[1:]) for number, one in enumerate(drawn)]
    as_of = instant(FIRST) + draw(st.integers(MINUTES // 2, MINUTES)) * MINUTE
    return policy, places, [one for one in cases if one.opened_at <= as_of], as_of


@settings(max_examples=15)
@given(walked(), st.sampled_from(["attribute_to: stop", "attribute_to: due, still_open: missed_once_past_target"]))
def test_cases_are_timed_as_a_walk_through_their_minutes_has_it(
    example: tuple[Policy, dict[str, WalkedHours], list[History], int], level: str
) -> None:
    policy, places, cases, as_of = example
    compare(policy, places, cases, as_of=as_of, level=level)


def compare(policy: Policy, places: dict[str, WalkedHours], cases: list[History], *, as_of: int, level: str) -> None:
    contract = contract_for(policy, places, level)
    given_by_sql = measured_by_sql(contract, cases, as_of=as_of, steady=frozenset())
    is_open_at = walker(places)
    expected: dict[str, Verdict] = {}
    for one in cases:
        expected |= verdicts(one, policy, is_open_at, as_of=as_of)
    by_due = "due" in level
    counted = {
        key: verdict
        for key, verdict in expected.items()
        if verdict.stop_at is not None or (by_due and not verdict.is_within)
    }
    split, end = instant("2026-03-29 00:00"), instant("2026-04-01 00:00")
    at = {key: verdict.due_at if by_due else verdict.stop_at for key, verdict in counted.items()}
    inside = {key: int(when >= split) for key, when in at.items() if when is not None and when < end}
    assert {key: given_by_sql.seconds[key] for key in inside} == {key: counted[key].elapsed for key in inside}
    assert given_by_sql.met == {key: counted[key].is_within for key in inside}
    assert given_by_sql.window_of == inside


@pytest.mark.slow
@settings(max_examples=250)
@given(walked(), st.sampled_from(["attribute_to: stop", "attribute_to: due, still_open: missed_once_past_target"]))
def test_many_more_cases_are_timed_as_a_walk_through_their_minutes_has_it(
    example: tuple[Policy, dict[str, WalkedHours], list[History], int], level: str
) -> None:
    policy, places, cases, as_of = example
    compare(policy, places, cases, as_of=as_of, level=level)
