"""Settling a run: charges by volume, the ratchet, scorecards, and levels whose facts were not brought."""

from decimal import Decimal
from pathlib import Path

import pytest

from remit.runs import Request, explain, settle_contract
from remit.terms.problems import ProblemsFound
from tests.lib.run_facts import HEAD, month, opened, told

LEVEL = """
service_levels:
  SL1:
    name: Without an error
    class: critical
    measure: {is: ratio, of: transactions, good: "errors = 0"}
    expected: 80%
    minimum: 60%
"""

CALLS = """
transaction_key | received_at      | errors | units | site
T1              | 2026-01-10 09:00 | 1      | 30    | NYC
T2              | 2026-01-20 09:00 | 0      | 60    | NYC
T3              | 2026-01-31 23:59 | 0      | 90    | BER
T4              | 2026-02-10 09:00 | 0      | 200   | BER
"""


def test_a_volume_is_counted_on_the_days_its_line_is_in_force(tmp_path: Path) -> None:
    contract = f"""{HEAD}{LEVEL}
credits:
  at_risk: 10%
  schemes: [{{model: pool, pool: 100%, allocation: {{SL1: 100%}}}}]
  rounding: half_up to 0.01
charges:
  - {{id: units, volume: {{of: transactions, sum: units, unit: 60}}, rate: 12, from: 2026-01-15, to: 2026-02-15}}
  - {{id: records, volume: {{of: transactions, where: "site = 'BER'"}}, rate: 5}}
  - {{id: fee, amount: 310}}
"""
    with opened(tmp_path, contract, transactions=CALLS) as (versions, evidence):
        january, february = settle_contract(versions, evidence)
    assert january.statement.charges == Decimal("345.00")  # 150 units / 60 × 12 + 1 record × 5 + 310
    assert february.statement.charges == Decimal("355.00")  # 200 / 60 × 12 + 5 + 310
    assert january.statement.at_risk == Decimal("34.50")


def test_a_month_that_is_not_over_says_so_beside_its_money(tmp_path: Path) -> None:
    contract = f"{HEAD}{LEVEL}\ncharges: [{{id: fee, amount: 310}}]\n"
    with opened(tmp_path, contract, transactions=CALLS) as (versions, evidence):
        january, february = settle_contract(versions, evidence)
    assert not any("provisional" in note for note in january.statement.notes)
    assert february.statement.notes[-1] == (
        "provisional: the facts reach to 2026-02-10, and the month is not over; its charges and credits may change"
    )


def test_a_month_at_the_edge_of_the_term_is_charged_by_its_days(tmp_path: Path) -> None:
    contract = f"{HEAD}{LEVEL}\ncharges: [{{id: fee, amount: 310}}]\n".replace("from: 2026-01-01", "from: 2026-01-22")
    with opened(tmp_path, contract, transactions=CALLS) as (versions, evidence):
        january, february = settle_contract(versions, evidence)
    assert (january.statement.charges, february.statement.charges) == (Decimal("100.00"), Decimal("310.00"))


def test_a_volume_whose_table_is_missing_settles_nothing(tmp_path: Path) -> None:
    contract = f"{HEAD}{LEVEL}\ncharges: [{{id: minutes, volume: {{of: interactions, sum: talk_seconds}}, rate: 1}}]\n"
    with (
        opened(tmp_path, contract, transactions=CALLS) as (versions, evidence),
        pytest.raises(ProblemsFound, match=r"charges\.minutes: .*the facts have no table interactions"),
    ):
        settle_contract(versions, evidence)


def test_a_level_whose_table_is_missing_is_not_measured_and_says_which(tmp_path: Path) -> None:
    contract = f"""{HEAD}
calendars: {{desk: {{time_zone: UTC, week: {{mon-fri: "08:00-18:00"}}}}}}
clocks: {{resolution: {{of: cases, calendar: desk, stops: {{status: [Resolved]}}}}}}
service_levels:
  SL1: {{name: Received, measure: {{is: volume, of: transactions}}, expected: 3}}
  SL2: {{name: Resolved, measure: {{is: turnaround, clock: resolution, share_within: 4 business hours}}, expected: 90%}}
  SL3: {{name: Answered, measure: {{is: speed_of_answer}}, expected: 30 seconds}}
"""
    cases = "case_key | opened_at\nC1 | 2026-01-05 09:00"
    with opened(tmp_path, contract, transactions=CALLS, cases=cases) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
        (resolved,) = explain(versions, evidence, "SL2", month("2026-01"))
    assert told(settlements, "SL1")[0] == "2026-01 3/1 met"
    assert told(settlements, "SL2")[0] == "2026-01 0/0 not_measured: the facts have no table case_events"
    assert told(settlements, "SL3")[0] == "2026-01 0/0 not_measured: the facts have no table interactions"
    assert (resolved.sql, resolved.records) == ("-- not measured: the facts have no table case_events", ())


def monthly(good_of_ten: str) -> str:
    """Ten transactions a month from January 2026 on, so many of them without an error."""
    rows = ["transaction_key | received_at | errors"]
    for index, good in enumerate(int(word) for word in good_of_ten.split()):
        at = f"{2026 + index // 12}-{index % 12 + 1:02}-15 12:00"
        rows += [f"T{index}-{number} | {at} | {int(number >= good)}" for number in range(10)]
    return "\n".join(rows)


RATCHET = f"""{HEAD}{LEVEL}
credits:
  at_risk: 10%
  schemes: [{{model: pool, pool: 100%, allocation: {{SL1: 100%}}}}]
  ratchet: {{every: 12 months, best: 6, of: 12, gap_limit: 50%, minimum_moves: true}}
charges: [{{id: fee, amount: 1000}}]
""".replace("2026-12-31", "2028-12-31")


def test_the_ratchet_moves_the_standard_after_a_year_by_the_best_months(tmp_path: Path) -> None:
    year = monthly("8 9 9 9 9 9 9 5 5 5 5 5  8 9")
    with opened(tmp_path, RATCHET, transactions=year) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
        (explained,) = explain(versions, evidence, "SL1", month("2027-01"))
    expected = [one.expected for settlement in settlements for one in settlement.attainments]
    assert expected == [Decimal("0.80")] * 12 + [Decimal("0.90")] * 2
    assert settlements[12].attainments[0].minimum == Decimal("0.70")
    assert [settlement.attainments[0].standing for settlement in settlements[12:]] == ["below_expected", "met"]
    assert explained.attainment == settlements[12].attainments[0]


def test_a_standard_an_amendment_writes_holds_over_what_the_ratchet_had_moved(tmp_path: Path) -> None:
    amendment = """
    remit: 1
    amendment: {id: A1, to: C-1, from: 2027-02-01}
    change: {service_levels.SL1.expected: 85%}
    """
    year = monthly("8 9 9 9 9 9 9 5 5 5 5 5  9 9 9")
    with opened(tmp_path, RATCHET, amendments={"a1": amendment}, transactions=year) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
    expected = [settlement.attainments[0].expected for settlement in settlements[11:]]
    assert expected == [Decimal(share) for share in ("0.80", "0.90", "0.85", "0.85")]


def test_a_new_minimum_takes_nothing_off_the_expected_level_that_was_reached(tmp_path: Path) -> None:
    amendment = """
    remit: 1
    amendment: {id: A1, to: C-1, from: 2027-02-01}
    change: {service_levels.SL1.minimum: 65%}
    """
    year = monthly("8 9 9 9 9 9 9 5 5 5 5 5  9 9")
    with opened(tmp_path, RATCHET, amendments={"a1": amendment}, transactions=year) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
    found = [settlement.attainments[0] for settlement in settlements[12:]]
    assert [(str(one.expected), str(one.minimum)) for one in found] == [("0.9000", "0.7000"), ("0.9000", "0.65")]


def test_the_ratchet_counts_months_as_the_contract_rounds_them(tmp_path: Path) -> None:
    contract = RATCHET.replace("minimum: 60%", "minimum: 60%\n    rounding: {places: 2}").replace(
        "{every: 12 months, best: 6, of: 12, gap_limit: 50%, minimum_moves: true}", "{every: 3 months, best: 2, of: 3}"
    )
    rows = "transaction_key | received_at | errors\n" + "\n".join(
        f"T{month}-{number} | 2026-0{month}-15 12:00 | {int(number < 1)}"
        for month in (1, 2, 3, 4)
        for number in range(7)
    )
    with opened(tmp_path, contract, transactions=rows) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
    assert [str(one.value) for settlement in settlements for one in settlement.attainments] == ["0.86"] * 4
    assert [one.expected for settlement in settlements for one in settlement.attainments] == [
        *[Decimal("0.80")] * 3,
        Decimal("0.86"),
    ]


def test_a_glide_path_above_the_ratchet_holds(tmp_path: Path) -> None:
    contract = RATCHET.replace("minimum: 60%", "minimum: 60%\n    history: {2026-06-01: 82%, 2027-02-01: 95%}")
    year = monthly("8 9 9 9 9 9 9 5 5 5 5 5  9 9 9")
    with opened(tmp_path, contract, transactions=year) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
    expected = [settlement.attainments[0].expected for settlement in settlements]
    assert expected[4:6] == [Decimal("0.80"), Decimal("0.82")]
    assert expected[12:] == [Decimal("0.90"), Decimal("0.95"), Decimal("0.95")]


def test_scorecards_compare_the_values_of_a_column_best_first(tmp_path: Path) -> None:
    contract = f"""{HEAD}{LEVEL}
scorecard:
  by: site
  weights: {{SL1: {{weight: 100%, zero_at: 0%, full_at: 100%}}}}
"""
    with opened(tmp_path, contract, transactions=CALLS) as (versions, evidence):
        january, february = settle_contract(versions, evidence)
    assert [(card.subject, card.score) for card in january.scorecards] == [("BER", Decimal(100)), ("NYC", Decimal(50))]
    assert [card.subject for card in february.scorecards] == ["BER"]


def test_a_split_adds_up_to_the_whole_and_keeps_records_without_a_value(tmp_path: Path) -> None:
    calls = CALLS + "T5              | 2026-01-31 09:00 | 1      | 1     | "
    with opened(tmp_path, f"{HEAD}{LEVEL}", transactions=calls) as (versions, evidence):
        january, _ = settle_contract(versions, evidence, Request(dimensions=("site",)))
    parts = {dict(one.dimensions)["site"]: str(one.ratio.numerator) for one in january.breakdown}
    assert parts == {"(none)": "0", "BER": "1", "NYC": "1"}
    assert sum(one.ratio.denominator for one in january.breakdown) == january.attainments[0].ratio.denominator


def test_an_outage_announced_ahead_does_not_let_time_pass(tmp_path: Path) -> None:
    outages = """
    outage_key | service | started_at       | ended_at         | planned
    O1         | shop    | 2026-06-01 00:00 | 2026-06-01 02:00 | true
    """
    with opened(tmp_path, f"{HEAD}{LEVEL}", transactions=CALLS, outages=outages) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
    assert [settlement.period.label for settlement in settlements] == ["2026-01", "2026-02"]


def test_outages_too_fine_for_a_clock_are_refused_with_a_sentence(tmp_path: Path) -> None:
    outages = """
    outage_key | service | started_at          | ended_at            | planned
    O1         | shop    | 2026-01-03 10:00:07 | 2026-01-03 11:12:13 | true
    O2         | shop    | 2026-05-03 10:00:00 | 2026-05-03 11:12:00 | false
    """
    contract = f"{HEAD}\nservice_levels: {{SL1: {{name: Up, measure: {{is: availability, service: shop}}}}}}\n"
    with (
        opened(tmp_path, contract, outages=outages) as (versions, evidence),
        pytest.raises(ProblemsFound, match=r"SL1: the clock .* e\.g\. for 2026-01-03T10:00:07Z.*to the whole minute"),
    ):
        settle_contract(versions, evidence)


def test_a_month_asked_for_that_has_no_facts_is_not_measured(tmp_path: Path) -> None:
    asked = Request(first=month("2026-11"), last=month("2026-11"))
    with opened(tmp_path, f"{HEAD}{LEVEL}", transactions=CALLS) as (versions, evidence):
        (november,) = settle_contract(versions, evidence, asked)
        outside = settle_contract(versions, evidence, Request(first=month("2027-01"), last=month("2027-01")))
    assert told((november,), "SL1")[0].startswith("2026-11 0/0 not_measured: no records in the window")
    assert outside == ()
