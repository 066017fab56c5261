"""The terms of closing a month: how they are read, what the linter says of them, when a length is over."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from remit.performance.clocks import deadline
from remit.terms.durations import read_duration
from remit.terms.settling import Settling
from tests.lib.written_contracts import contract, found

NEW_YORK = ZoneInfo("America/New_York")


def refused(part: str) -> str:
    """What is said of terms that can't be read."""
    with pytest.raises(ValidationError) as told:
        contract(f"settling: {part}")
    return str(told.value.errors()[0]["msg"]).removeprefix("Value error, ")


def test_terms_that_say_nothing_leave_everything_to_the_two_sides() -> None:
    terms = contract("settling: {clause: B 8}").settling
    assert terms is not None
    assert (terms.objection, terms.silence, terms.late_facts, terms.open_disputes) == (
        None,
        "open",
        "next month",
        "block",
    )
    assert terms.lengths() == ()


def test_every_length_has_its_place() -> None:
    terms = Settling.model_validate(
        {
            "propose_within": "2 days",
            "objection": "3 days",
            "escalation": [{"after": "4 days", "to": "executive"}, {"after": "5 days", "to": ["finance", "auditor"]}],
        }
    )
    places = [(".".join(map(str, place)), str(length)) for place, length in terms.lengths()]
    assert places == [
        ("propose_within", "2 days"),
        ("objection", "3 days"),
        ("escalation.0.after", "4 days"),
        ("escalation.1.after", "5 days"),
    ]
    assert terms.escalation[0].to == ("executive",)


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("{silence: agreed}", "silence can't agree without a time to object in; write objection: 10 business days"),
        ("{objection: 0 days}", "0 days is no time at all; write how long a side has"),
        (
            "{escalation: [{after: 5 days, to: executive}, {after: 5 days, to: finance}]}",
            "a step after 5 days follows one after 5 days; write them in their order",
        ),
    ],
)
def test_terms_that_cannot_be_meant_are_refused_in_a_sentence(part: str, sentence: str) -> None:
    assert refused(part) == sentence


def test_a_role_nobody_can_have_is_refused() -> None:
    assert "'bpo_manager'" in refused("{escalation: [{after: 5 days, to: vendor_manager}]}")


@pytest.mark.parametrize(
    ("part", "findings"),
    [
        ("{calendar: us_support, objection: 10 business days, silence: agreed}", []),
        ("{objection: 10 calendar days}", []),
        (
            "{calendar: uk, objection: 10 business days}",
            ["error settling.calendar: there is no calendar 'uk'; there are: always, us_support"],
        ),
        (
            "{calendar: always, objection: 10 business days}",
            [
                (
                    "error settling.objection: undefined business hours: 10 business days without a calendar that has "
                    "opening hours; write settling.calendar, or the length in calendar days"
                )
            ],
        ),
        (
            "{escalation: [{after: 4 business hours, to: executive}, {after: 1 day, to: finance}]}",
            [
                (
                    "error settling.escalation[0].after: undefined business hours: 4 business hours without a calendar "
                    "that has opening hours; write settling.calendar, or the length in calendar days"
                )
            ],
        ),
        (
            "{calendar: us_support, objection: 10 days}",
            [
                (
                    "warning settling.objection: 10 days counts around the clock, though a calendar is named; did you "
                    "mean 10 business days?"
                )
            ],
        ),
        (
            (
                "{calendar: us_support, escalation: [{after: 5 business days, to: executive}, "
                "{after: 6 calendar days, to: finance}]}"
            ),
            [
                (
                    "warning settling.escalation[1].after: a dispute goes on after 6 calendar days, which is no later "
                    "than the step before, 5 business days; write the steps in their order"
                )
            ],
        ),
        (
            (
                "{calendar: us_support, escalation: [{after: 1 business days, to: executive}, "
                "{after: 6 calendar days, to: finance}]}"
            ),
            [],
        ),
    ],
)
def test_the_linter_looks_over_the_terms_of_closing(part: str, findings: list[str]) -> None:
    assert found(f"settling: {part}", about="settling") == findings


def test_a_calendar_that_never_opens_is_told_once_at_the_calendar() -> None:
    part = """
    calendars: {never: {time_zone: UTC, week: {}}}
    settling:
      calendar: never
      escalation: [{after: 1 business days, to: executive}, {after: 9 calendar days, to: finance}]
    """
    assert [line for line in found(part) if "settling" in line] == []
    assert any("calendars.never" in line for line in found(part))


@pytest.mark.parametrize(
    ("calendar", "length", "start", "end"),
    [
        ("us_support", "10 business days", "2026-04-01 12:00", "2026-04-15 12:00"),
        ("us_support", "2 business days", "2026-04-03 17:00", "2026-04-07 17:00"),
        ("us_support", "1 business day by end of day", "2026-04-04 12:00", "2026-04-07 00:00"),
        (None, "10 calendar days", "2026-03-01 12:00", "2026-03-11 12:00"),
        ("always", "24 hours", "2026-03-07 12:00", "2026-03-08 13:00"),
    ],
)
def test_a_length_is_over_on_the_calendar_of_the_contract(
    calendar: str | None, length: str, start: str, end: str
) -> None:
    start_at = int(datetime.fromisoformat(start).replace(tzinfo=NEW_YORK).timestamp())
    over_at = deadline(contract(), calendar, read_duration(length), start_at=start_at)
    assert f"{datetime.fromtimestamp(over_at, NEW_YORK):%Y-%m-%d %H:%M}" == end


def test_a_calendar_the_contract_has_not_has_no_deadlines() -> None:
    with pytest.raises(KeyError):
        deadline(contract(), "uk", read_duration("1 day"), start_at=0)
