"""Dated duties: when each falls due, how late it was met, and what a delay excuses."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from remit.ingest.contract_files import ContractVersions, read_versions
from remit.runs.chosen import Choice
from remit.runs.duties import DatedDuty, dated_duties, relief_for, seconds_late
from tests.lib.run_facts import HEAD, write_contract

TERMS = f"""{HEAD}
calendars: {{desk: {{time_zone: UTC, week: {{mon-fri: "08:00-16:00"}}}}}}
clocks: {{plain: {{of: cases, calendar: desk, starts: opened_at, stops: resolved_at}}}}
exclusions: [{{id: X2, waivers: true, levels: [SL1], reason: waived in writing}}]
service_levels:
  SL1: {{name: In time, measure: {{is: turnaround, clock: plain, share_within: 2 business hours}}}}
  SL2: {{name: In time too, measure: {{is: turnaround, clock: plain, share_within: 2 business hours}}}}
obligations:
  - {{id: forecast, what: forecast, side: client, every: month, due_day: 30, calendar: desk, gives_relief: [SL1, SL2]}}
  - {{id: access, what: access, side: client, due: 2026-01-20, gives_relief: SL1, relief: whole_month}}
  - {{id: report, what: the report, side: provider, every: quarter}}
"""


@pytest.fixture
def versions(tmp_path: Path) -> ContractVersions:
    amendment = """
    remit: 1
    amendment: {id: A1, to: C-1, from: 2026-03-01}
    change:
      obligations.forecast.due_day: 15
    """
    return read_versions(write_contract(tmp_path, TERMS, amendments={"2026-03-01": amendment}))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def due(versions: ContractVersions, duty: str) -> DatedDuty:
    found = dated_duties(versions, first_on=date(2026, 1, 1), last_on=date(2026, 12, 31))
    return next(one for one in found if one.duty.id == duty)


def test_each_duty_falls_due_by_the_terms_of_its_day(versions: ContractVersions) -> None:
    found = dated_duties(versions, first_on=date(2026, 1, 1), last_on=date(2026, 4, 20))
    assert [(one.duty.id, str(one.due_on)) for one in found] == [
        ("report", "2026-01-01"),
        ("access", "2026-01-20"),
        ("forecast", "2026-01-30"),
        ("forecast", "2026-02-28"),
        ("forecast", "2026-03-15"),
        ("report", "2026-04-01"),
        ("forecast", "2026-04-15"),
    ]


def test_a_duty_is_late_from_the_end_of_its_day_and_by_its_calendar(versions: ContractVersions) -> None:
    forecast, access = due(versions, "forecast"), due(versions, "access")
    contract = versions.signed
    assert forecast.ends_at == at("2026-01-31T00:00")
    assert seconds_late(contract, forecast, at("2026-01-30T23:59")) == 0
    # The 31st is a Saturday: the desk opens on Monday the 2nd at eight.
    assert seconds_late(contract, forecast, at("2026-02-02T09:30")) == 90 * 60
    assert seconds_late(contract, access, at("2026-01-21T01:00")) == 3_600


def test_a_delay_excuses_what_began_in_it_month_by_month(versions: ContractVersions) -> None:
    found = list(relief_for(versions, due(versions, "forecast"), at("2026-02-02T09:30")))
    start, edge, end = at("2026-01-31T00:00"), at("2026-02-01T00:00"), at("2026-02-02T09:30")
    assert [(one.level, one.month.label, one.choice) for one in found] == [
        ("SL1", "2026-01", Choice(from_at=start, to_at=edge)),
        ("SL1", "2026-02", Choice(from_at=edge, to_at=end)),
    ]


def test_a_whole_month_is_excused_where_the_contract_says_so(versions: ContractVersions) -> None:
    found = list(relief_for(versions, due(versions, "access"), at("2026-01-21T01:00")))
    assert [(one.level, one.month.label, one.choice) for one in found] == [("SL1", "2026-01", Choice())]


def test_a_duty_met_on_its_day_excuses_nothing(versions: ContractVersions) -> None:
    assert list(relief_for(versions, due(versions, "forecast"), at("2026-01-31T00:00"))) == []


def test_a_delay_past_the_term_excuses_its_months_only(versions: ContractVersions) -> None:
    last = next(iter(dated_duties(versions, first_on=date(2026, 12, 1), last_on=date(2026, 12, 31))))
    found = list(relief_for(versions, last, at("2027-02-01T00:00")))
    assert [one.month.label for one in found] == ["2026-12"]
