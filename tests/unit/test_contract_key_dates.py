"""A contract's key dates, its hours as a year, and its catalogue: what people look up before they look at numbers."""

from dataclasses import dataclass
from datetime import date

import pytest

from remit.reports.contracts import DayKind, KeyDateKind, catalogue_of, key_dates, year_of
from remit.terms.contracts import Contract
from tests.lib.written_contracts import contract

YEAR = {"first_on": date(2026, 1, 1), "last_on": date(2026, 12, 31)}
EVER = {"first_on": date(2020, 1, 1), "last_on": date(2035, 12, 31)}


@dataclass(frozen=True)
class Terms:
    """Terms in force from a day on."""

    from_on: date
    contract: Contract
    amendment: str | None = None


def terms(part: str = "", *amended: tuple[str, str]) -> list[Terms]:
    first = Terms(date(2026, 1, 1), contract(part))
    later = [
        Terms(date.fromisoformat(day), contract(more), f"A{number}") for number, (day, more) in enumerate(amended, 1)
    ]
    return [first, *later]


def told(part: str, kind: KeyDateKind, **within: date) -> list[str]:
    found = key_dates(terms(part), **(within or EVER))
    return [f"{one.on} {one.what}" for one in found if one.kind is kind]


def test_a_term_without_renewal_begins_and_ends() -> None:
    assert told("", KeyDateKind.TERM) == ["2026-01-01 The term begins", "2026-12-31 The term ends"]


@pytest.mark.parametrize(
    ("notice", "last_day"),
    [
        ("90 calendar days", "2026-10-02"),
        ("30 days", "2026-12-01"),
        ("36 hours", "2026-12-29"),
        ("2 weeks", "2026-12-17"),
        ("3 business days", "2026-12-28"),
    ],
)
def test_the_last_day_for_notice_leaves_the_whole_length_before_the_end(notice: str, last_day: str) -> None:
    part = f"renewal: {{notice: {notice}}}"
    assert told(part, KeyDateKind.NOTICE) == [f"{last_day} Last day for notice ({notice} before the term ends)"]


def test_an_automatic_renewal_shows_with_its_notices_and_its_end() -> None:
    part = """
    renewal:
      {automatic: true, extends_by_months: 6, notice: 30 days, at_most_times: 1, termination_assistance_months: 3}
    """
    assert told(part, KeyDateKind.TERM) == [
        "2026-01-01 The term begins",
        "2026-12-31 The term ends, and renews unless notice was given",
        "2027-01-01 Renews for 6 months unless notice was given",
        "2027-06-30 The term ends",
        "2027-09-30 Help with the exit ends",
    ]
    assert [line[:10] for line in told(part, KeyDateKind.NOTICE)] == ["2026-12-01", "2027-05-31"]


@pytest.mark.parametrize(
    ("due", "days"),
    [
        ("due: 2026-03-31", "2026-03-31"),
        ("every: month, due_day: 31, starts: 2026-10-15", "2026-10-31 2026-11-30 2026-12-31"),
        ("every: quarter, due_day: 10", "2026-01-10 2026-04-10 2026-07-10 2026-10-10"),
        ("every: year, due_day: 2", "2026-01-02"),
        ("every: week, starts: 2026-12-20", "2026-12-20 2026-12-27"),
    ],
)
def test_an_obligation_falls_due_on_its_days_within_the_term(due: str, days: str) -> None:
    found = told(f"obligations: [{{id: O1, what: forecast, side: client, {due}}}]", KeyDateKind.OBLIGATION)
    assert found == [f"{day} O1: forecast" for day in days.split()]


def test_amendments_glide_paths_charges_and_calendars_have_their_days() -> None:
    part = """
    service_levels: {SL1: {history: {2026-04-01: 96%}}}
    charges: [{id: setup, amount: 100, from: 2026-02-01, to: 2026-02-28}]
    calendars: {us_support: {closed: [2025-12-25], changes: [{from: 2026-06-01, week: {sat: "09:00-12:00"}}]}}
    """
    found = key_dates(terms(part, ("2026-07-01", part)), **EVER)
    kept = {str(one.on): one.what for one in found if one.kind is not KeyDateKind.TERM}
    assert kept == {
        "2025-12-31": "The closed days of us_support are listed to the end of this year only",
        "2026-02-01": "The charge setup begins",
        "2026-02-28": "The charge setup ends",
        "2026-04-01": "Expected of SL1 becomes 96 %",
        "2026-06-01": "New hours of us_support",
        "2026-07-01": "Amendment A1 takes effect",
    }


def test_only_the_days_asked_for_are_told() -> None:
    assert told("", KeyDateKind.TERM, first_on=date(2026, 6, 1), last_on=date(2026, 12, 31)) == [
        "2026-12-31 The term ends"
    ]


def test_a_year_of_a_calendar_has_every_day_with_its_hours() -> None:
    part = """
    calendars:
      us_support:
        special: {2026-12-24: "08:00-12:00"}
        changes: [{from: 2026-07-01, week: {mon-fri: "08:00-18:00", sat: "09:00-12:00"}, closed: [2026-12-26]}]
    """
    found = year_of(contract(part).calendars["us_support"], 2026)
    days = {day.on.isoformat(): day for day in found.days}
    assert (len(found.months), len(found.days)) == (12, 365)
    assert [days[on].kind for on in ("2026-01-01", "2026-01-02", "2026-01-03", "2026-12-24", "2026-12-26")] == [
        DayKind.HOLIDAY,
        DayKind.OPEN,
        DayKind.WEEKEND,
        DayKind.SPECIAL,
        DayKind.HOLIDAY,
    ]
    # The change replaces the list of closed days: Christmas is open, the 26th is not.
    assert (days["2026-12-25"].hours, days["2026-12-26"].hours) == ("08:00-18:00", "closed")
    assert (days["2026-07-01"].is_change, days["2026-07-02"].is_change) == (True, False)
    assert (days["2026-12-24"].open_seconds, days["2026-07-04"].hours) == (4 * 3600, "09:00-12:00")


def test_days_on_which_clocks_change_are_marked_and_last_what_they_last() -> None:
    part = 'calendars: {us_support: {week: {mon-fri: null, mon-sun: "22:00-06:00"}, closed: []}}'
    days = {day.on.isoformat(): day for day in year_of(contract(part).calendars["us_support"], 2026).days}
    changed = {on: day.clock_change_seconds for on, day in days.items() if day.clock_change_seconds}
    assert changed == {"2026-03-08": 3600, "2026-11-01": -3600}
    # The night into the day on which clocks change is the shorter or longer one, and belongs to the day before.
    nights = ("2026-03-07", "2026-03-08", "2026-10-31")
    assert [days[on].open_seconds // 3600 for on in nights] == [7, 8, 9]


def test_the_catalogue_tells_a_level_as_in_force_on_a_day_with_its_history() -> None:
    part = "service_levels: {SL1: {expected: 96%, clause: Ex. B 5.1}}"
    rows = {
        day: catalogue_of(terms("", ("2026-07-01", part)), on=date.fromisoformat(day))
        for day in ("2026-06-30", "2026-07-01")
    }
    before, after = rows["2026-06-30"][0], rows["2026-07-01"][0]
    assert (before.expected, after.expected, before.clause, after.clause) == ("95 %", "96 %", None, "Ex. B 5.1")
    assert after.definition.startswith("Share of records whose turnaround on the clock resolution is within 4 business")
    assert (after.calendars, after.credits) == (("us_support",), ("pool: 120 % (allocation) of the at-risk amount",))
    history = [(str(one.from_on), one.expected, one.minimum, one.brought_by) for one in after.history]
    assert history == [("2026-01-01", "95 %", "90 %", None), ("2026-07-01", "96 %", "90 %", "A1")]


def test_a_glide_path_and_a_level_taken_away_stand_in_its_history() -> None:
    with_path = "service_levels: {SL2: {history: {2026-03-01: 82%}}}"
    found = {row.id: row for row in catalogue_of(terms(with_path, ("2026-07-01", "")), on=date(2026, 4, 1))}
    history = [(str(one.from_on), one.expected, one.brought_by) for one in found["SL2"].history]
    assert history == [("2026-01-01", "80 %", None), ("2026-03-01", "82 %", "glide path"), ("2026-07-01", "80 %", "A1")]
    assert found["SL2"].expected == "82 %"


def test_exclusions_and_windows_are_told_where_they_concern_a_level() -> None:
    part = """
    clocks: {resolution: {stop_the_clock: [X2]}}
    exclusions:
      - {id: X1, of: interactions, where: "channel = 'test'", reason: test calls}
      - {id: X2, stop_the_clock: [{from: "2026-02-01T10:00", to: "2026-02-01T12:00"}], reason: outage}
      - {id: X3, waivers: true, levels: [SL1], reason: waived}
    service_levels: {SL1: {window: week from sunday}, SL2: {window: rolling 3 months}}
    scorecard: {weights: {SL1: {weight: 100%, zero_at: 80%, full_at: 100%}}}
    """
    first, second = catalogue_of(terms(part), on=date(2026, 2, 1))
    assert (first.window, second.window) == ("week from Sunday", "rolling 3 months")
    assert (first.exclusions, second.exclusions) == (("X2: outage", "X3: waived"), ("X1: test calls",))
    assert (first.scorecard_weight, second.scorecard_weight) == ("100 %", None)


def test_each_month_says_by_when_its_figures_are_to_be_proposed() -> None:
    part = "settling: {calendar: us_support, propose_within: 5 business days}"
    within = {"first_on": date(2026, 2, 1), "last_on": date(2026, 4, 30)}
    assert told(part, KeyDateKind.SETTLING, **within) == [
        "2026-02-09 The figures of 2026-01 are to be proposed",
        "2026-03-09 The figures of 2026-02 are to be proposed",
        "2026-04-08 The figures of 2026-03 are to be proposed",
    ]
    assert told("settling: {objection: 5 calendar days}", KeyDateKind.SETTLING) == []


def test_a_calendar_that_never_opens_has_no_day_to_propose_figures_by() -> None:
    part = """
    calendars: {never: {time_zone: UTC, week: {}}}
    settling: {calendar: never, propose_within: 5 business days}
    """
    assert told(part, KeyDateKind.SETTLING) == []
