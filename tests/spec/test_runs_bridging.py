"""The bridge from the provider's figure to ours: each step one thing set right, all of them the whole difference."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from remit.performance.reconciliations import Bridge, Reported, Station, bridged
from remit.performance.service_levels import Ratio
from remit.reports.bridges import bridge_as_json, bridge_as_text
from remit.runs.bridging import bridge
from remit.runs.explaining import NotExplainable
from remit.terms.measure_terms import Unit
from tests.lib.run_facts import HEAD, month, opened

DESK = f"""{HEAD}
calendars:
  desk: {{time_zone: UTC, week: {{mon-fri: "08:00-16:00"}}, closed: [2026-01-06]}}
clocks:
  resolution: {{of: cases, calendar: desk, starts: opened_at, stops: closed_at, pauses: {{status: [Waiting]}}}}
exclusions:
  - {{id: X1, of: cases, where: "channel = 'test'", reason: our own tests}}
service_levels:
  SL1:
    name: Closed in time
    expected: 90%
    measure: {{is: turnaround, clock: resolution, share_within: 4 business hours}}
"""
CASES = """
case_key | opened_at        | closed_at        | channel | provider_verdict
AGREED   | 2026-01-05 08:00 | 2026-01-05 12:00 | phone   | true
PAUSED   | 2026-01-12 08:00 | 2026-01-12 13:00 | phone   | false
HOLIDAY  | 2026-01-05 14:00 | 2026-01-07 09:00 | phone   | false
TEST     | 2026-01-12 08:00 | 2026-01-12 13:00 | test    | false
SILENT   | 2026-01-12 08:00 | 2026-01-12 13:00 | phone   |
ODD      | 2026-01-12 08:00 | 2026-01-12 09:00 | phone   | false
"""
EVENTS = """
case_key | at               | sequence | event   | status
PAUSED   | 2026-01-12 08:00 | 1        | created | Open
PAUSED   | 2026-01-12 09:00 | 2        | status  | Waiting
PAUSED   | 2026-01-12 10:30 | 3        | status  | Open
"""
JANUARY = month("2026-01")


def _adds_up(found: Bridge) -> Bridge:
    """A bridge whose steps lead from theirs to ours without a rest."""
    assert found.theirs.exact is not None
    assert found.theirs.exact + found.difference == found.ours.value
    if found.steps:
        assert found.steps[-1].after == found.ours.value
    return found


def _told(found: Bridge) -> list[tuple[str, str]]:
    return [(step.cause.partition(" (")[0], str(step.change)) for step in _adds_up(found).steps]


def _desk(folder: Path, reported: Reported | None = None, cases: str = CASES) -> Bridge:
    with opened(folder, DESK, cases=cases, case_events=EVENTS) as (versions, evidence):
        return bridge(versions, evidence, "SL1", JANUARY, reported=reported)


def test_verdicts_on_records_are_led_over_cause_by_cause_each_with_its_records(tmp_path: Path) -> None:
    found = _desk(tmp_path)
    assert _told(found) == [
        ("unexplained", "1/5"),
        ("missing verdict", "-1/15"),
        ("exclusion", "1/15"),
        ("holidays", "1/5"),
        ("pauses", "1/5"),
    ]
    assert [step.records for step in found.steps] == [("ODD",), ("SILENT",), ("TEST",), ("HOLIDAY",), ("PAUSED",)]
    assert [step.counts for step in found.steps] == [(1, 0), (0, 1), (0, -1), (1, 0), (1, 0)]
    assert found.unexplained == Fraction(1, 5)


@pytest.mark.parametrize(
    ("reported", "steps"),
    [
        (Reported(None, 4, 5), []),
        (Reported(None, 3, 5), [("pauses", "1/5")]),
        (Reported(Decimal("0.6")), [("pauses", "1/5")]),
        (Reported(None, 4, 6), [("exclusion", "2/15")]),
        (Reported(Decimal("0.67")), [("rounding", "-1/300"), ("exclusion", "2/15")]),
        (Reported(Decimal("0.803")), [("unexplained", "-3/1000")]),
        (Reported(None, 1, 9), [("unexplained", "31/45")]),
    ],
)
def test_a_figure_is_explained_by_one_change_or_two_that_give_it_exactly(
    tmp_path: Path, reported: Reported, steps: list[tuple[str, str]]
) -> None:
    assert _told(_desk(tmp_path, reported)) == steps


def test_what_is_not_explained_is_said_and_how_the_counts_differ(tmp_path: Path) -> None:
    found = _desk(tmp_path, Reported(None, 1, 9))
    assert found.steps[0].cause == "unexplained (extra records (theirs has more))"
    assert found.unexplained == Fraction(31, 45)
    assert "not explained" in bridge_as_text(found, Unit.SHARE, colour=False)


def test_records_that_came_after_they_reported_are_late_data(tmp_path: Path) -> None:
    (tmp_path / "now").mkdir()
    (tmp_path / "then").mkdir()
    earlier_cases = "\n".join(line for line in CASES.splitlines() if not line.startswith(("ODD", "SILENT")))
    with (
        opened(tmp_path / "now", DESK, cases=CASES, case_events=EVENTS) as (versions, evidence),
        opened(tmp_path / "then", DESK, cases=earlier_cases, case_events=EVENTS) as (_, earlier),
    ):
        found = bridge(versions, evidence, "SL1", JANUARY, reported=Reported(None, 3, 3), earlier=earlier)
    assert _told(found) == [("late data", "-1/5")]


CALLS = f"""{HEAD}
service_levels:
  SL1:
    name: Answered soon
    expected: 80%
    measure: {{is: service_factor, variant: 2, answer_within: 20 seconds}}
"""
CONTACTS = """
interaction_key | queued_at        | answered_at         | abandoned_at
I1              | 2026-01-05 09:00 | 2026-01-05 09:00:10 |
I2              | 2026-01-05 09:00 | 2026-01-05 09:01:00 |
I3              | 2026-01-05 09:00 |                     | 2026-01-05 09:01:00
"""


def test_another_variant_of_the_formula_is_found(tmp_path: Path) -> None:
    with opened(tmp_path, CALLS, interactions=CONTACTS) as (versions, evidence):
        found = bridge(versions, evidence, "SL1", JANUARY, reported=Reported(None, 1, 3))
    (step,) = _adds_up(found).steps
    assert step.cause == "formula (agrees by variant 1)"
    assert step.counts == (0, -1)


FIGURES = """
service_level | starts_at  | value | numerator | denominator
SL1           | 2026-01-01 | 0.33  | 1         | 3
"""


def test_a_figure_among_the_facts_is_bridged_and_a_month_without_one_is_told(tmp_path: Path) -> None:
    with opened(tmp_path, CALLS, interactions=CONTACTS, provider_figures=FIGURES) as (versions, evidence):
        assert len(bridge(versions, evidence, "SL1", JANUARY).steps) == 1
        with pytest.raises(NotExplainable):
            bridge(versions, evidence, "SL1", month("2026-02"))
        with pytest.raises(NotExplainable, match="no window that ends in 2026-02"):
            bridge(versions, evidence, "SL1", month("2026-02"), reported=Reported(None, 1, 3))
        with pytest.raises(NotExplainable, match="nothing measured"):
            bridge(versions, evidence, "SL1", JANUARY, reported=Reported(None))


def test_the_bridge_is_told_alike_to_people_and_programs(tmp_path: Path) -> None:
    found = _desk(tmp_path)
    told = json.loads(bridge_as_json(found))
    assert told["theirs"] == {"value": "0.2", "exact": "1/5", "numerator": 1, "denominator": 5}
    changes = sum(Fraction(step["change"]["exact"]) for step in told["steps"])
    assert changes == Fraction(told["ours"]["exact"]) - Fraction(1, 5)
    text = bridge_as_text(found, Unit.SHARE, colour=False)
    assert "+20.00 pp" in text
    assert "pauses (agrees if nothing pauses the clock)" in text


def test_where_one_step_leaves_nothing_to_measure_it_is_told_with_the_next_and_the_records_of_both() -> None:
    stations = [
        Station("exclusion", Ratio(0, 0, 0), ("TEST",)),
        Station("late data", Ratio(1, 4, 4), ("A", "B")),
        Station("pauses", Ratio(2, 4, 4), ("A",)),
    ]
    found = bridged("SL1", JANUARY, Reported(None, 1, 1), stations, ours=Ratio(2, 4, 4))
    assert found is not None
    assert _told(found) == [("exclusion and late data", "-3/4"), ("pauses", "1/4")]
    assert [(step.counts, step.records) for step in found.steps] == [((0, 3), ("TEST", "A", "B")), ((1, 0), ("A",))]
