"""A run gives the same figures however its rows are ordered and however many threads work on it."""

import random
from pathlib import Path

import pytest

from remit.performance.explanations import Explanation
from remit.performance.settlements import Settlement
from remit.runs import Request, explain, settle_contract
from tests.lib.run_facts import HEAD, month, opened

DESK = f"""{HEAD}
calendars: {{desk: {{time_zone: Europe/Berlin, week: {{mon-fri: "08:00-16:30"}}}}}}
clocks:
  resolution: {{of: cases, calendar: desk, stops: {{status: [Resolved]}}, pauses: {{status: [Waiting]}}}}
service_levels:
  SHARE: {{name: In time, measure: {{is: turnaround, clock: resolution, share_within: 4 business hours}}}}
  MEDIAN: {{name: Median, measure: {{is: turnaround, clock: resolution, statistic: median}}}}
  P90: {{name: P90, measure: {{is: turnaround, clock: resolution, statistic: percentile, percentile: 90}}}}
  REPEAT:
    name: No repeat
    measure: {{is: first_contact_resolution, of: cases, variant: no_repeat, repeat_within: 3 days}}
    expected: 70%
  OPEN: {{name: Open at month end, measure: {{is: backlog}}}}
"""


def desk_of(seed: int) -> tuple[str, str]:
    """Four hundred cases and their histories in the order of a seed; the records are the same for every seed."""
    made, order = random.Random(7), random.Random(seed)
    cases, events = [], []
    for number in range(400):
        day, minute = made.randrange(1, 28), made.randrange(600)
        opened_at = f"2026-{made.randrange(1, 3):02}-{day:02} {8 + minute // 60:02}:{minute % 60:02}"
        resolved_at = f"{opened_at[:11]}{int(opened_at[11:13]) + made.randrange(5):02}:59"
        is_open = number % 9 == 0
        cases.append(
            f"C{number} | {opened_at} | {'' if is_open else resolved_at} | cust{number % 60} | site{number % 3}"
        )
        events.append(f"C{number} | {opened_at} | 1 | Open")
        events.append(f"C{number} | {opened_at} | 2 | {'Waiting' if number % 4 else 'Open'}")
        events.append(f"C{number} | {resolved_at[:14]}30 | 3 | Open")
        events += [] if is_open else [f"C{number} | {resolved_at} | 4 | Resolved"]
    order.shuffle(cases)
    order.shuffle(events)
    heads = "case_key | opened_at | resolved_at | customer_key | site", "case_key | at | sequence | status"
    return "\n".join([heads[0], *cases]), "\n".join([heads[1], *events])


def run(folder: Path, seed: int, threads: int) -> tuple[list[object], list[Explanation]]:
    cases, events = desk_of(seed)
    folder.mkdir()
    with opened(folder, DESK, threads=threads, cases=cases, case_events=events) as (versions, evidence):
        settlements = settle_contract(versions, evidence, Request(dimensions=("site",)))
        levels = versions.signed.service_levels
        explained = [one for level in levels for one in explain(versions, evidence, level, month("2026-01"))]
    return [figures(settlement) for settlement in settlements], explained


def figures(settlement: Settlement) -> object:
    """Everything of a settlement but the fingerprint of its files."""
    return settlement.period, settlement.attainments, settlement.breakdown, settlement.statement


def test_neither_the_order_of_rows_nor_the_number_of_threads_changes_a_figure(tmp_path: Path) -> None:
    first = run(tmp_path / "first", 1, 1)
    assert run(tmp_path / "second", 2, 1) == first
    assert run(tmp_path / "third", 3, 4) == first


@pytest.mark.parametrize("label", ["2026-01", "2026-02"])
def test_the_records_of_every_level_add_up_to_its_statement(label: str, tmp_path: Path) -> None:
    cases, events = desk_of(1)
    with opened(tmp_path, DESK, cases=cases, case_events=events) as (versions, evidence):
        asked = Request(first=month(label), last=month(label))
        (settlement,) = settle_contract(versions, evidence, asked)
        for attainment in settlement.attainments:
            (explained,) = explain(versions, evidence, attainment.service_level, month(label))
            assert explained.attainment == attainment
            sums = sum(one.numerator for one in explained.records), sum(one.denominator for one in explained.records)
            assert sums == (attainment.ratio.numerator, attainment.ratio.denominator)
            assert attainment.ratio.denominator > 0
