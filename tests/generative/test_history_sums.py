"""Pauses summed over a case's changes, against the same cases timed by their histories: always the same records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lib.measured import FEBRUARY, JANUARY, MARCH, Measured, instant, measure

HOUR = 3_600
FIRST = instant("01-05 00:00")


@dataclass(frozen=True)
class Case:
    """A case with a chain of statuses, each change naming the one before; hours from the first Monday of January."""

    opened: int
    resolved: int | None
    priority: str | None
    site: str | None
    status: str | None
    changes: tuple[tuple[int, str | None, str | None], ...]


statuses = st.sampled_from(["New", "Active", "Waiting", "Waiting", "Hold", "Resolved", None])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    opened = draw(st.integers(0, 60))
    resolved = draw(st.one_of(st.none(), st.integers(-5, 120)))
    instants = sorted(draw(st.lists(st.integers(-10, 130), max_size=6)))
    priority = draw(st.sampled_from(["P1", "P2", "P2", "P2", "P9", None]))
    later = st.sampled_from([None, None, None, priority, "P1"])
    changes = tuple((opened + at, draw(statuses), draw(later)) for at in instants)
    return Case(
        opened,
        None if resolved is None else opened + resolved,
        priority,
        draw(st.sampled_from(["Lisbon", "Manila", "Porto"])),
        draw(st.sampled_from([None, None, "New", "Waiting"])),
        changes,
    )


def written(hours: int | None) -> str:
    return "-" if hours is None else f"{datetime.fromtimestamp(FIRST + hours * HOUR, UTC):%Y-%m-%d %H:%M}"


def facts_of(drawn: Sequence[Case]) -> dict[str, str]:
    rows = ["case_key | opened_at | resolved_at | priority | site"]
    events = ["case_key | at | sequence | status_from | status | priority | site"]
    for number, one in enumerate(drawn):
        rows.append(f"c{number} | {written(one.opened)} | {written(one.resolved)} | {one.priority or '-'} | {one.site}")
        before = one.status
        for sequence, (at, status, priority) in enumerate(one.changes):
            cells = (f"c{number}", written(at), sequence, before, status, priority, one.site)
            events.append(" | ".join("-" if cell is None else str(cell) for cell in cells))
            before = status or before
    return {"cases": "\n".join(rows), "case_events": "\n".join(events)}


TERMS = """
calendars:
  office: {time_zone: UTC, week: {mon-fri: "09:00-12:00, 13:00-17:00"}}
  manila: {time_zone: Asia/Manila, week: {mon-sat: "20:00-05:00"}}
exclusions: [{id: X1, reason: P9, of: cases, where: "priority = 'P9' AND site = 'Lisbon'"}]
clocks:
  one: {of: cases, calendar: office, pauses: {status: [Waiting, Hold]}}
  many: {of: cases, calendar: {by: site, map: {Lisbon: office, Manila: manila}}, pauses: {status: [Waiting]},
    calendar_change: per_segment, reopen: {do: resume}}
  most: {of: cases, calendar: office, pauses: {status: [Waiting]}, max_pause: 5 business hours,
    priority_change: initial}
"""
BY_PRIORITY = "{by: priority, map: {P1: 4 business hours, P2: 20 business hours}}"


@settings(max_examples=8)
@given(
    st.lists(cases(), min_size=1, max_size=40),
    st.sampled_from(["one", "many", "most"]),
    st.sampled_from([BY_PRIORITY, "6 business hours", "2 business days by end of day"]),
    st.sampled_from(["attribute_to: stop", "attribute_to: start", "still_open: carried"]),
)
def test_sums_and_histories_tell_the_same_of_every_case(drawn: list[Case], clock: str, target: str, level: str) -> None:
    if clock == "most" and "days" in target:
        target = "6 business hours"
    facts = facts_of(drawn)

    def timed(*steady: str) -> Measured:
        measured = f"is: turnaround, clock: {clock}, share_within: {target}"
        return measure(
            measured,
            facts,
            terms=TERMS,
            level=level,
            windows=[JANUARY, FEBRUARY, MARCH],
            as_of="2026-01-12 12:00",
            steady=frozenset(steady),
            by=("site",),
        )

    fast, slow = timed("status_from", "site"), timed()
    assert [one.name for one in fast.query.lookups][-1:] == ["pauses_of_SL"]
    assert slow.query.lookups == ()
    assert fast.records == slow.records
    assert fast.totals == slow.totals
