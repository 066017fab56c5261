"""The stretches of time a contract counts in."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from remit.terms.periods import (
    Period,
    add_months,
    contract_year_of,
    midnight_at,
    month_of,
    months_between,
    quarter_of,
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def period(start: str, end: str) -> Period:
    return Period(day(start), day(end))


def test_a_period_takes_its_first_day_in_and_leaves_its_end_out() -> None:
    march = month_of(day("2026-03-15"))

    assert march == period("2026-03-01", "2026-04-01")
    assert (march.last_on, march.days) == (day("2026-03-31"), 31)
    assert day("2026-03-01") in march
    assert day("2026-04-01") not in march
    assert march.overlaps(period("2026-03-31", "2026-05-01"))
    assert not march.overlaps(period("2026-04-01", "2026-05-01"))


def test_a_period_ends_after_it_starts() -> None:
    with pytest.raises(ValueError, match="a period ends after it starts; got 2026-03-01 to 2026-03-01"):
        period("2026-03-01", "2026-03-01")


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        ("2026-03-01", "2026-04-01", "2026-03"),
        ("2026-01-01", "2027-01-01", "2026"),
        ("2026-03-02", "2026-03-09", "2026-03-02 to 2026-03-08"),
        ("2026-01-01", "2026-04-01", "2026-01-01 to 2026-03-31"),
    ],
)
def test_a_period_is_called_as_people_call_it(start: str, end: str, label: str) -> None:
    assert period(start, end).label == label


def test_a_period_begins_and_ends_at_local_midnights() -> None:
    start, end = month_of(day("2026-03-01")).instants(ZoneInfo("America/New_York"))

    assert datetime.fromtimestamp(start, UTC) == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert datetime.fromtimestamp(end, UTC) == datetime(2026, 4, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "on", "first"),
    [
        ("America/Sao_Paulo", "2018-11-04", datetime(2018, 11, 4, 3, tzinfo=UTC)),  # 00:00 is skipped, 01:00 is first
        ("America/Havana", "2026-11-01", datetime(2026, 11, 1, 4, tzinfo=UTC)),  # 00:00 happens twice
        ("America/Toronto", "1919-03-31", datetime(1919, 3, 31, 4, 30, tzinfo=UTC)),  # 23:30 went on at 00:30
        ("Asia/Beirut", "2022-03-27", datetime(2022, 3, 26, 22, tzinfo=UTC)),  # 00:00 is skipped
        ("UTC", "2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_its_first_existing_instant(zone: str, on: str, first: datetime) -> None:
    assert midnight_at(day(on), ZoneInfo(zone)) == int(first.timestamp())


def test_months_are_added_within_the_length_of_the_month() -> None:
    assert add_months(day("2026-01-31"), 1) == day("2026-02-28")
    assert add_months(day("2026-01-31"), -2) == day("2025-11-30")


def test_months_quarters_and_contract_years_contain_their_day() -> None:
    months = [month.label for month in months_between(day("2026-11-15"), day("2027-01-01"))]

    assert months == ["2026-11", "2026-12", "2027-01"]
    assert quarter_of(day("2026-05-31")) == period("2026-04-01", "2026-07-01")
    starts = day("2025-07-01")
    assert contract_year_of(day("2026-06-30"), term_starts_on=starts) == period("2025-07-01", "2026-07-01")
    assert contract_year_of(day("2026-07-01"), term_starts_on=starts) == period("2026-07-01", "2027-07-01")
