"""Looking a contract over: dates out of order or outside the term, and local times that don't exist."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from remit.terms.periods import read_instant
from tests.lib.written_contracts import found

NEW_YORK = ZoneInfo("America/New_York")


def stopped(*stretches: str) -> str:
    """A contract whose clock is stopped for these stretches."""
    return f"""
    clocks: {{resolution: {{stop_the_clock: X1}}}}
    exclusions: [{{id: X1, stop_the_clock: [{", ".join(stretches)}], reason: r, clause: c}}]
    """


def test_what_falls_outside_the_term_is_a_warning() -> None:
    part = """
    obligations:
      - {id: audit, what: Audit, side: provider, due: 2062-09-30}
      - {id: report, what: Report, side: provider, every: month, starts: 2025-12-01}
      - {id: plan, what: Plan, side: provider, due: 2026-12-31}
    charges:
      - {id: monthly_fee, amount: 1, from: 2025-01-01, to: 2027-01-31}
    """
    term = "lies outside the term, 2026-01-01 to 2026-12-31; correct the date, or the term"

    assert found(part) == [
        f"warning obligations[0].due: audit is due on a day that does not come: 2062-09-30 {term}",
        f"warning obligations[1].starts: report starts on a day that does not come: 2025-12-01 {term}",
        f"warning charges[0].from: the line's first day 2025-01-01 {term}",
        f"warning charges[0].to: the line's last day 2027-01-31 {term}",
    ]


def test_a_glide_path_may_begin_before_the_term_and_not_after_it() -> None:
    assert found("service_levels: {SL1: {history: {2025-01-01: 92%, 2027-01-01: 96%}}}") == [
        (
            "warning service_levels.SL1.history.2027-01-01: the level of 2027-01-01 begins after the term's last day, "
            "2026-12-31; correct the date, or leave it out"
        )
    ]


def test_notice_must_fit_into_the_term() -> None:
    assert found("renewal: {notice: 90 calendar days}") == []
    assert found("renewal: {notice: 400 calendar days, automatic: true}") == [
        (
            "warning renewal.notice: notice of 400 calendar days is longer than the term of 365 days; write a shorter "
            "notice"
        ),
        "warning renewal.automatic: the contract renews by itself, but not for how long; write extends_by_months: 12",
    ]


def test_stretches_that_stop_clocks_are_in_order_and_in_the_term() -> None:
    part = stopped(
        '{from: "2026-03-07 22:00", to: "2026-03-08 06:00"}',
        '{from: "2026-03-08 06:00", to: "2026-03-07 22:00"}',
        '{from: "2025-03-07 22:00", to: "2025-03-08 06:00"}',
        '{from: "2026-03-08 02:30", to: soon}',
    )

    assert found(part) == [
        (
            "error exclusions[0].stop_the_clock[1]: ends 2026-03-07 22:00, not after it starts 2026-03-08 06:00; "
            "swap from and to"
        ),
        (
            "warning exclusions[0].stop_the_clock[2].from: 2025-03-07 22:00 lies outside the term, 2026-01-01 to "
            "2026-12-31; correct the year"
        ),
        (
            "error exclusions[0].stop_the_clock[3].from: '2026-03-08 02:30' does not exist in America/New_York, where "
            "clocks change; write its offset from UTC"
        ),
        (
            "error exclusions[0].stop_the_clock[3].to: 'soon' is not an instant; write 2026-03-07 22:00, or "
            "2026-03-07T22:00-05:00"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-07 22:00", datetime(2026, 3, 8, 3, tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 7, 1, 4, tzinfo=UTC)),
        ("2026-11-01T01:30-04:00", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("2026-11-01T01:30-05:00", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_is_local_unless_it_brings_its_offset(text: str, instant: datetime) -> None:
    assert read_instant(text, zone=NEW_YORK) == instant


def test_a_local_time_that_exists_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="exists twice in America/New_York"):
        read_instant("2026-11-01 01:30", zone=NEW_YORK)
