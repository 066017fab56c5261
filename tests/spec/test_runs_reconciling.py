"""The source's verdicts and figures against ours: what counts as a difference, and the cause each is given."""

from decimal import Decimal
from pathlib import Path

import pytest

from remit.runs import Request, reconcile
from remit.runs.explaining import NotExplainable
from remit.terms.problems import ProblemsFound
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
    measure:
      is: turnaround
      clock: resolution
      share_within: {{by: priority, map: {{P1: 4 business hours, P2: 8 business hours}}}}
    expected: 90%
  KM1: {{name: Mean time, measure: {{is: turnaround, clock: resolution, statistic: mean}}}}
"""

CASES = """
case_key | opened_at        | resolved_at      | closed_at           | priority | channel | provider_verdict
AGREED   | 2026-01-05 08:00 | 2026-01-05 12:00 | 2026-01-05 12:00:00 | P1       | phone   | true
LATE     | 2026-01-12 08:00 | 2026-01-12 13:00 | 2026-01-12 13:00:00 | P1       | phone   | false
PAUSED   | 2026-01-12 08:00 | 2026-01-12 13:00 | 2026-01-12 13:00:00 | P1       | phone   | false
STOPPED  | 2026-01-12 08:00 | 2026-01-12 10:00 | 2026-01-13 13:00:00 | P1       | phone   | true
FIRST    | 2026-01-12 08:00 | 2026-01-12 13:00 | 2026-01-12 13:00:00 | P1       | phone   | true
HOLIDAY  | 2026-01-05 14:00 | 2026-01-07 09:00 | 2026-01-07 09:00:00 | P1       | phone   | false
NIGHT    | 2026-01-12 15:00 | 2026-01-13 09:00 | 2026-01-13 09:00:00 | P1       | phone   | false
MINUTE   | 2026-01-12 08:00 | 2026-01-12 12:00 | 2026-01-12 12:00:30 | P1       | phone   | true
TEST     | 2026-01-12 08:00 | 2026-01-12 13:00 | 2026-01-12 13:00:00 | P1       | test    | false
SILENT   | 2026-01-12 08:00 | 2026-01-12 13:00 | 2026-01-12 13:00:00 | P1       | phone   |
ODD      | 2026-01-12 08:00 | 2026-01-12 09:00 | 2026-01-12 09:00:00 | P1       | phone   | false
"""

EVENTS = """
case_key | at               | sequence | event    | status  | priority
PAUSED   | 2026-01-12 08:00 | 1        | created  | Open    | P1
PAUSED   | 2026-01-12 09:00 | 2        | status   | Waiting |
PAUSED   | 2026-01-12 10:30 | 3        | status   | Open    |
FIRST    | 2026-01-12 08:00 | 1        | created  | Open    | P2
FIRST    | 2026-01-12 09:00 | 2        | priority |         | P1
"""


def test_each_difference_has_the_first_cause_that_makes_both_sides_agree(tmp_path: Path) -> None:
    with opened(tmp_path, DESK, cases=CASES, case_events=EVENTS) as (versions, evidence):
        found = reconcile(versions, evidence, "SL1")
    assert (found.total, found.agree) == (11, 2)
    assert {one.key: one.cause for one in found.differences} == {
        "PAUSED": "pauses (agrees if nothing pauses the clock)",
        "STOPPED": "stop (agrees if the clock stops at resolved_at)",
        "FIRST": "priority (agrees by the first one it had)",
        "HOLIDAY": "holidays (agrees if closed days count)",
        "NIGHT": "calendar (agrees if every hour counts)",
        "MINUTE": "rounding (within a minute of its target)",
        "TEST": "exclusion (we leave it out: X1)",
        "SILENT": "missing verdict (the source gives none)",
        "ODD": "unexplained",
    }


def test_verdicts_say_nothing_of_a_level_that_judges_no_single_record(tmp_path: Path) -> None:
    with (
        opened(tmp_path, DESK, cases=CASES, case_events=EVENTS) as (versions, evidence),
        pytest.raises(NotExplainable, match="KM1 judges no single record"),
    ):
        reconcile(versions, evidence, "KM1")


def test_without_verdict_or_figure_there_is_nothing_to_compare(tmp_path: Path) -> None:
    cases = "case_key | opened_at | closed_at\nC1 | 2026-01-05 09:00 | 2026-01-05 10:00"
    with (
        opened(tmp_path, DESK, cases=cases, case_events=EVENTS) as (versions, evidence),
        pytest.raises(NotExplainable, match=r"map cases\.provider_verdict, or bring provider_figures"),
    ):
        reconcile(versions, evidence, "SL1")


COUNTED = f"""{HEAD}
exclusions:
  - {{id: X1, of: transactions, where: "type = 'test'", reason: our own tests}}
service_levels:
  SL1:
    name: Without an error
    measure: {{is: ratio, of: transactions, good: "errors = 0"}}
    expected: 80%
"""

CALLS = """
transaction_key | received_at      | errors | type
T1              | 2026-01-10 09:00 | 1      |
T2              | 2026-01-20 09:00 | 0      |
T3              | 2026-01-31 09:00 | 0      |
T4              | 2026-02-10 09:00 | 0      |
T5              | 2026-02-11 09:00 | 1      | test
T6              | 2026-03-11 09:00 | 1      |
T7              | 2026-04-11 09:00 | 0      |
T8              | 2026-04-12 09:00 | 0      |
T9              | 2026-05-12 09:00 | 0      |
"""

FIGURES = """
service_level | starts_at  | value  | numerator | denominator
SL1           | 2026-01-01 | 0.667  |           |
SL1           | 2026-02-01 | 0.5    | 1         | 2
SL1           | 2026-03-01 | 1      | 1         | 1
SL1           | 2026-04-01 | 1      | 1         | 1
SL1           | 2026-05-01 | 0.9    |           |
SL2           | 2026-01-01 | 0.1    |           |
"""


def test_monthly_figures_agree_at_their_own_number_of_places_or_have_a_cause(tmp_path: Path) -> None:
    with opened(tmp_path, COUNTED, transactions=CALLS, provider_figures=FIGURES) as (versions, evidence):
        found = reconcile(versions, evidence, "SL1")
    assert (found.total, found.agree) == (5, 1)
    assert [(one.period.label, one.cause) for one in found.figures] == [
        ("2026-02", "exclusion (they count what the contract leaves out)"),
        ("2026-03", "formula, calendar or pause (same records, other verdicts)"),
        ("2026-04", "missing records (theirs has fewer)"),
        ("2026-05", "formula, exclusion or data (only the value was given)"),
    ]


def test_a_figure_mapped_in_another_zone_is_not_held_against_the_month_before(tmp_path: Path) -> None:
    figures = "service_level | starts_at        | value\nSL1 | 2026-01-31 18:30 | 0.9"
    with (
        opened(tmp_path, COUNTED, transactions=CALLS, provider_figures=figures) as (versions, evidence),
        pytest.raises(ProblemsFound) as refused,
    ):
        reconcile(versions, evidence, "SL1")
    assert "starts on 2026-01-31 in UTC, not on the first" in str(refused.value.problems[0])


def test_one_months_figure_is_compared_by_itself(tmp_path: Path) -> None:
    asked = Request(first=month("2026-04"), last=month("2026-04"))
    with opened(tmp_path, COUNTED, transactions=CALLS, provider_figures=FIGURES) as (versions, evidence):
        found = reconcile(versions, evidence, "SL1", asked)
    (april,) = found.figures
    assert (april.ours, april.theirs) == (Decimal(1), Decimal(1))
    assert (april.our_numerator, april.our_denominator, april.their_denominator) == (2, 2, 1)
