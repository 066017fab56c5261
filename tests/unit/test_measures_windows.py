"""Measurement windows: which of them end in a month, cut to the term, and which may share one query."""

from datetime import date

import pytest

from remit.performance.measures.windows import disjoint_groups, windows_ending_in
from remit.terms.periods import Period
from remit.terms.service_levels import read_window

YEAR = read_window("contract year")
TERM = Period(date(2026, 1, 15), date(2027, 1, 10))


def month(number: int, year: int = 2026) -> Period:
    return Period(date(year, number, 1), date(year + number // 12, number % 12 + 1, 1))


def ending(words: str, given: Period) -> list[str]:
    return [f"{one.start_on}/{one.end_on}" for one in windows_ending_in(given, read_window(words), term=TERM)]


@pytest.mark.parametrize(
    ("words", "given", "expected"),
    [
        ("calendar month", month(3), ["2026-03-01/2026-04-01"]),
        ("calendar month", month(1), ["2026-01-15/2026-02-01"]),
        ("calendar month", month(12, 2025), []),
        ("calendar month", month(1, 2027), ["2027-01-01/2027-01-10"]),
        ("quarter", month(2), []),
        ("quarter", month(3), ["2026-01-15/2026-04-01"]),
        ("rolling 30 days", month(3), ["2026-03-02/2026-04-01"]),
        ("rolling 3 months", month(2), ["2026-01-15/2026-03-01"]),
        ("rolling 3 months", month(6), ["2026-04-01/2026-07-01"]),
        ("contract year", month(12), []),
        ("contract year", month(1, 2027), ["2026-01-15/2027-01-10"]),
        ("quarter", month(1, 2027), ["2027-01-01/2027-01-10"]),
        ("week from monday", month(1, 2027), ["2026-12-28/2027-01-04", "2027-01-04/2027-01-10"]),
        ("rolling 30 days", month(1, 2027), ["2026-12-11/2027-01-10"]),
    ],
)
def test_a_window_is_judged_with_the_month_it_ends_in(words: str, given: Period, expected: list[str]) -> None:
    assert ending(words, given) == expected


def test_a_contract_year_that_turns_inside_a_month_is_judged_with_it() -> None:
    term = Period(date(2025, 1, 15), date(2027, 1, 31))
    found = {
        f"{given.start_on:%Y-%m}": [f"{one.start_on}/{one.end_on}" for one in windows_ending_in(given, YEAR, term=term)]
        for given in (month(12, 2025), month(1), month(2), month(1, 2027))
    }
    assert found == {
        "2025-12": [],
        "2026-01": ["2025-01-15/2026-01-15"],
        "2026-02": [],
        "2027-01": ["2026-01-15/2027-01-15", "2027-01-15/2027-01-31"],
    }


def test_a_week_that_outlasts_the_term_is_judged_with_its_last_day() -> None:
    term = Period(date(2026, 1, 1), date(2026, 5, 1))
    *_, last = windows_ending_in(month(4), read_window("week from monday"), term=term)
    assert last == Period(date(2026, 4, 27), date(2026, 5, 1))


def test_weeks_belong_to_the_month_of_their_last_day() -> None:
    assert (
        ending("week from monday", month(2))
        == [
            "2026-01-26/2026-02-02",
            "2026-02-02/2026-02-09",
            "2026-02-09/2026-02-16",
            "2026-02-16/2026-02-23",
            "2026-02-23/2026-03-02",
        ][:4]
    )
    assert ending("week from sunday", month(2))[0] == "2026-02-01/2026-02-08"


def test_every_week_of_a_year_is_judged_once() -> None:
    weeks = [one for number in range(1, 13) for one in ending("week from monday", month(number))]
    assert len(weeks) == len(set(weeks)) == 50


def test_windows_that_overlap_are_measured_apart() -> None:
    rolling = tuple(
        windows_ending_in(month(number), read_window("rolling 2 months"), term=TERM)[0] for number in (3, 4, 5)
    )
    groups = disjoint_groups((*rolling, rolling[0]))
    assert [[one.start_on.month for one in group] for group in groups] == [[2, 4], [3]]
