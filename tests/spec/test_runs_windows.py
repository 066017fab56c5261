"""Windows of a run: which days an attainment covers, which month judges it, and what is carried to the next."""

from pathlib import Path

from remit.runs import Request, explain, settle_contract
from tests.lib.run_facts import HEAD, keys_of, month, opened, told

NOT_OVER = "the window is not over: the facts reach to 2026-03-31"
WEEKS = """
transaction_key | received_at      | errors
T1              | 2026-01-04 23:59 | 0
T2              | 2026-01-05 00:00 | 1
T3              | 2026-01-31 12:00 | 0
T4              | 2026-02-01 23:59 | 1
T5              | 2026-02-28 09:00 | 0
T6              | 2026-03-31 23:00 | 0
"""


def level(window: str, more: str = "") -> str:
    return f"""{HEAD}
service_levels:
  SL1:
    name: Without an error
    class: critical
    measure: {{is: ratio, of: transactions, good: "errors = 0"}}
    expected: 90%
    minimum: 50%
    window: {window}
    {more}
"""


def test_a_week_is_judged_in_the_month_that_holds_its_last_day(tmp_path: Path) -> None:
    with opened(tmp_path, level("week from monday"), transactions=WEEKS) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
    january = [one.window.label for one in settlements[0].attainments]
    february = [one.window.label for one in settlements[1].attainments]
    assert january == [
        "2026-01-01 to 2026-01-04",
        "2026-01-05 to 2026-01-11",
        "2026-01-12 to 2026-01-18",
        "2026-01-19 to 2026-01-25",
    ]
    assert february[0] == "2026-01-26 to 2026-02-01"
    assert told(settlements, "SL1")[:2] == [
        "2026-01-01 to 2026-01-04 1/1 met",
        "2026-01-05 to 2026-01-11 0/1 below_minimum",
    ]
    assert told(settlements[1:2], "SL1")[0] == "2026-01-26 to 2026-02-01 1/2 below_expected"


def test_a_quarter_is_judged_once_with_its_last_month(tmp_path: Path) -> None:
    with opened(tmp_path, level("quarter"), transactions=WEEKS) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
    assert [len(settlement.attainments) for settlement in settlements] == [0, 0, 1]
    assert told(settlements, "SL1") == ["2026-01-01 to 2026-03-31 4/6 below_expected"]


def test_rolling_days_end_with_the_month_and_are_cut_to_the_term(tmp_path: Path) -> None:
    with opened(tmp_path, level("rolling 45 days"), transactions=WEEKS) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
    assert told(settlements, "SL1") == [
        "2026-01 2/3 below_expected",
        "2026-01-15 to 2026-02-28 2/3 below_expected",
        "2026-02-15 to 2026-03-31 2/2 met",
    ]


def test_rolling_months_overlap_and_each_record_counts_in_each(tmp_path: Path) -> None:
    with opened(tmp_path, level("rolling 3 months"), transactions=WEEKS) as (versions, evidence):
        settlements = settle_contract(versions, evidence, Request(last=month("2026-05")))
        may = explain(versions, evidence, "SL1", month("2026-05"))
    assert told(settlements, "SL1")[:4] == [
        "2026-01 2/3 below_expected",
        "2026-01-01 to 2026-02-28 3/5 below_expected",
        "2026-01-01 to 2026-03-31 4/6 below_expected",
        "2026-02-01 to 2026-04-30 2/3 below_expected: the window is not over: the facts reach to 2026-03-31",
    ]
    assert [keys_of(one) for one in may] == [["T6"]]


def test_a_contract_year_is_judged_with_the_month_in_which_it_ends(tmp_path: Path) -> None:
    contract = level("contract year").replace("from: 2026-01-01, to: 2026-12-31", "from: 2025-04-01, to: 2026-09-30")
    with opened(tmp_path, contract, transactions=WEEKS) as (versions, evidence):
        settlements = settle_contract(versions, evidence, Request(last=month("2026-12")))
    assert told(settlements, "SL1") == [
        "2025-04-01 to 2026-03-31 4/6 below_expected",
        f"2026-04-01 to 2026-09-30 0/0 not_measured: no records in the window; {NOT_OVER}",
    ]


def test_a_month_is_cut_to_the_term(tmp_path: Path) -> None:
    contract = level("calendar month").replace("from: 2026-01-01, to: 2026-12-31", "from: 2026-01-05, to: 2026-03-15")
    with opened(tmp_path, contract, transactions=WEEKS) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
        january = explain(versions, evidence, "SL1", month("2026-01"))
    assert told(settlements, "SL1") == [
        "2026-01-05 to 2026-01-31 1/2 below_expected",
        "2026-02 1/2 below_expected",
        "2026-03-01 to 2026-03-15 0/0 not_measured: no records in the window",
    ]
    assert keys_of(january[0]) == ["T2", "T3"]


def test_what_a_small_window_leaves_over_counts_in_the_next_and_is_listed_there(tmp_path: Path) -> None:
    contract = level("calendar month", "low_volume: {below: 4, then: accumulate}")
    with opened(tmp_path, contract, transactions=WEEKS) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
        (february,) = explain(versions, evidence, "SL1", month("2026-02"))
    assert told(settlements[:2], "SL1") == [
        "2026-01 2/3 not_measured: 3 records, fewer than the minimum sample of 4: carried into the next window",
        "2026-02 3/5 below_expected: includes 3 records carried from earlier windows",
    ]
    assert keys_of(february) == ["T1", "T2", "T3", "T4", "T5"]


def test_what_is_left_over_before_an_amendment_counts_by_the_terms_it_was_measured_by(tmp_path: Path) -> None:
    contract = level("calendar month", "low_volume: {below: 4, then: accumulate}")
    amendment = """
    remit: 1
    amendment: {id: A1, to: C-1, from: 2026-02-01}
    change: {service_levels.SL1.measure.good: "errors < 2"}
    """
    with opened(tmp_path, contract, amendments={"a1": amendment}, transactions=WEEKS) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
        (february,) = explain(versions, evidence, "SL1", month("2026-02"))
    assert told(settlements, "SL1")[1] == "2026-02 4/5 below_expected: includes 3 records carried from earlier windows"
    assert [record.met for record in february.records] == [True, False, True, True, True]
    assert february.sql.count("SELECT") >= 2


def test_a_window_that_is_not_over_says_so(tmp_path: Path) -> None:
    with opened(tmp_path, level("calendar month"), transactions=WEEKS) as (versions, evidence):
        whole = settle_contract(versions, evidence)
        cut = settle_contract(versions, evidence, Request(as_of=1_770_000_000))
    assert told(whole[-1:], "SL1") == ["2026-03 1/1 met"]
    assert told(cut, "SL1")[-1] == "2026-02 1/2 below_expected: the window is not over: judged as of 2026-02-02"


def test_a_window_that_is_itself_carried_on_lists_its_own_records_only(tmp_path: Path) -> None:
    contract = level("calendar month", "low_volume: {below: 6, then: accumulate}")
    with opened(tmp_path, contract, transactions=WEEKS) as (versions, evidence):
        settlements = settle_contract(versions, evidence)
        listed = [keys_of(explain(versions, evidence, "SL1", month(f"2026-0{number}"))[0]) for number in (1, 2, 3)]
    assert [line.split()[1] for line in told(settlements, "SL1")] == ["2/3", "1/2", "4/6"]
    assert listed == [["T1", "T2", "T3"], ["T4", "T5"], ["T1", "T2", "T3", "T4", "T5", "T6"]]
