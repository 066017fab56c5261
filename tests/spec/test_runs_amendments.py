"""Amendments in a run: which terms measure which records, and levels that come and go."""

from pathlib import Path

import pytest

from remit.runs import Request, explain, settle_contract
from remit.runs.explaining import NotExplainable
from tests.lib.run_facts import HEAD, keys_of, month, opened, told

CALLS = """
transaction_key | received_at      | errors | type
T1              | 2026-01-10 09:00 | 1      | old
T2              | 2026-01-20 09:00 | 1      | old
T3              | 2026-01-31 09:00 | 0      | new
T4              | 2026-02-10 09:00 | 1      | new
T5              | 2026-03-31 09:00 | 2      | new
"""


def contract(inside: str, window: str = "calendar month") -> str:
    return f"""{HEAD}
amended_inside_period: {inside}
service_levels:
  SL1:
    name: Without an error
    class: critical
    measure: {{is: ratio, of: transactions, good: "errors = 0"}}
    expected: 60%
    minimum: 30%
    window: {window}
  KM1:
    name: Received
    measure: {{is: volume, of: transactions}}
"""


EASIER = """
remit: 1
amendment: {id: A1, to: C-1, from: 2026-01-20}
change: {service_levels.SL1.measure.good: "errors <= 1", service_levels.SL1.expected: 70%}
"""


@pytest.mark.parametrize(
    ("inside", "january", "february"),
    [
        ("start", "2026-01 1/3 below_expected", "2026-02 1/1 met"),
        ("end", "2026-01 3/3 met", "2026-02 1/1 met"),
        ("by_record", "2026-01 2/3 below_expected", "2026-02 1/1 met"),
    ],
)
def test_a_change_inside_a_month_is_measured_as_the_contract_says(
    inside: str, january: str, february: str, tmp_path: Path
) -> None:
    with opened(tmp_path, contract(inside), amendments={"a1": EASIER}, transactions=CALLS) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
        (explained,) = explain(versions, evidence, "SL1", month("2026-01"))
    assert told(settlements, "SL1")[:2] == [january, february]
    assert keys_of(explained) == ["T1", "T2", "T3"]
    assert explained.attainment == settlements[0].attainments[0]


DUE = """
case_key | opened_at        | resolved_at
C1       | 2026-01-05 09:00 | 2026-01-25 09:00
C2       | 2026-01-12 09:00 | 2026-01-12 10:00
"""


def test_a_record_due_before_a_change_by_one_version_and_after_it_by_the_next_counts_once(tmp_path: Path) -> None:
    terms = f"""{HEAD}
amended_inside_period: by_record
clocks: {{open: {{of: cases, calendar: always}}}}
service_levels:
  SL1:
    name: Resolved in time
    measure: {{is: turnaround, clock: open, share_within: 5 days}}
    attribute_to: due
    expected: 60%
"""
    later = """
    remit: 1
    amendment: {id: A1, to: C-1, from: 2026-01-15}
    change: {service_levels.SL1.measure.share_within: 15 days}
    """
    with opened(tmp_path, terms, amendments={"a1": later}, cases=DUE) as (versions, evidence):
        settlements = settle_contract(versions, evidence, Request(last=month("2026-01")))
        (explained,) = explain(versions, evidence, "SL1", month("2026-01"))
    assert told(settlements, "SL1")[0].startswith("2026-01 1/2 ")
    assert keys_of(explained) == ["C1", "C2"]


def test_a_count_once_a_window_is_not_halved_by_a_change_inside_it(tmp_path: Path) -> None:
    files = {"a1": EASIER}
    with opened(tmp_path, contract("by_record"), amendments=files, transactions=CALLS) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
        (explained,) = explain(versions, evidence, "KM1", month("2026-01"))
    assert told(settlements, "KM1")[0].startswith("2026-01 3/1 ")
    assert keys_of(explained) == ["T1", "T2", "T3", "the window 2026-01"]


def test_overlapping_windows_each_count_the_days_between_two_changes(tmp_path: Path) -> None:
    again = """
    remit: 1
    amendment: {id: A2, to: C-1, from: 2026-04-01}
    change: {service_levels.SL1.expected: 50%}
    """
    files = {"a1": EASIER.replace("2026-01-20", "2026-03-01"), "a2": again}
    text = contract("by_record", "rolling 3 months")
    with opened(tmp_path, text, amendments=files, transactions=CALLS) as (versions, evidence):
        settlements = settle_contract(versions, evidence, Request(last=month("2026-04")))
    march, april = told(settlements, "SL1")[2:]
    assert march.startswith("2026-01-01 to 2026-03-31 1/5 ")
    assert april.startswith("2026-02-01 to 2026-04-30 0/2 ")


def test_a_level_an_amendment_adds_is_judged_from_then_on(tmp_path: Path) -> None:
    added = """
    remit: 1
    amendment: {id: A1, to: C-1, from: 2026-02-01}
    add: {service_levels: {SL2: {name: New kind, measure: {is: ratio, of: transactions, good: "type = 'new'"}}}}
    """
    files = {"a1": added}
    with opened(tmp_path, contract("start"), amendments=files, transactions=CALLS) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
        with pytest.raises(NotExplainable, match="SL2 has no window that ends in 2026-01"):
            explain(versions, evidence, "SL2", month("2026-01"))
    assert [line.split(":")[0] for line in told(settlements, "SL2")] == [
        "2026-02 1/1 not_measured",
        "2026-03 1/1 not_measured",
    ]


@pytest.mark.parametrize("inside", ["start", "end", "by_record"])
def test_a_level_an_amendment_removes_is_no_longer_judged(inside: str, tmp_path: Path) -> None:
    removed = """
    remit: 1
    amendment: {id: A1, to: C-1, from: 2026-02-15}
    remove: [service_levels.KM1]
    """
    with opened(tmp_path, contract(inside), amendments={"a1": removed}, transactions=CALLS) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
        (january,) = explain(versions, evidence, "KM1", month("2026-01"))
    months = [line[:7] for line in told(settlements, "KM1")]
    assert months == (["2026-01", "2026-02"] if inside == "start" else ["2026-01"])
    assert january.attainment.ratio.numerator == 3


def test_by_record_a_level_added_inside_a_month_counts_from_its_day(tmp_path: Path) -> None:
    added = """
    remit: 1
    amendment: {id: A1, to: C-1, from: 2026-01-15}
    add: {service_levels: {SL2: {name: New kind, measure: {is: ratio, of: transactions, good: "type = 'new'"}}}}
    """
    files = {"a1": added}
    with opened(tmp_path, contract("by_record"), amendments=files, transactions=CALLS) as (versions, evidence):
        settlements = settle_contract(versions, evidence, Request(last=month("2026-01")))
        (explained,) = explain(versions, evidence, "SL2", month("2026-01"))
    assert told(settlements, "SL2")[0].startswith("2026-01 1/2 ")
    assert keys_of(explained) == ["T2", "T3"]


POINTS = f"""{HEAD}
service_levels:
  SL1: {{name: Right, class: critical, measure: {{is: ratio, of: transactions, good: "errors = 0"}}, expected: 60%}}
charges: [{{id: fee, amount: 1000}}]
credits:
  at_risk: 50%
  schemes: [{{model: point_steps, points: {{SL1: 5}}, steps: {{5: 3%}}}}]
"""


@pytest.mark.parametrize(
    ("change", "february"),
    [
        ("change: {credits.schemes: [{model: flat, levels: SL1, each: 1%}]}", ["30.00 SL1", "10.00 SL1"]),
        ("change: {credits.schemes: [{model: point_steps, points: {SL1: 7}, steps: {7: 9%}}]}", ["30.00 SL1"]),
        ("remove: [credits]", []),
    ],
)
def test_points_cost_next_month_by_the_terms_that_gave_them(change: str, february: list[str], tmp_path: Path) -> None:
    amended = {"a1": f"remit: 1\namendment: {{id: A1, to: C-1, from: 2026-02-01}}\n{change}\n"}
    with opened(tmp_path, POINTS, amendments=amended, transactions=CALLS) as (versions, evidence):
        _, statement, *_ = (one.statement for one in settle_contract(versions, evidence))
    assert [f"{line.amount} {line.service_level}" for line in statement.lines] == february
