"""Backtesting a run: which past months count, what is measured again, and what is said of thin evidence."""

from pathlib import Path

import pytest

from remit.performance.backtests import Season
from remit.runs.backtesting import Trial, backtest
from remit.terms.problems import ProblemsFound
from tests.lib.run_facts import HEAD, month, opened

LEVEL = """
service_levels:
  SL1:
    name: Without an error
    class: critical
    measure: {is: ratio, of: transactions, good: "errors = 0"}
    expected: 80%
exclusions: [{id: X1, of: transactions, where: "site = 'LAB'", reason: tests}]
charges: [{id: fee, amount: 1000}]
credits: {schemes: [{model: flat, levels: SL1, each: 10%}]}
"""


def records(*months: str) -> str:
    """Four records a month: `2026-01 1` has one with an error; two of the laboratory always have one."""
    lines = ["transaction_key | received_at | errors | site"]
    for written in months:
        label, wrong = written.split()
        days = range(1, 5)
        lines += [f"{label}-{day} | {label}-{day * 7 - 5:02} 09:00 | {int(day <= int(wrong))} | NYC" for day in days]
        lines.append(f"{label}-lab | {label}-28 09:00 | 1 | LAB")
        lines.append(f"{label}-end | {label}-{'28' if '-02' in label else '30'} 23:00 | 1 | LAB")
    return "\n".join(lines)


PAST = records("2026-01 1", "2026-02 0", "2026-03 0", "2026-04 1", "2026-05 0")


def test_past_months_are_settled_by_the_terms_and_years_drawn_from_them(tmp_path: Path) -> None:
    with opened(tmp_path, HEAD + LEVEL, transactions=PAST) as (versions, evidence):
        found = backtest(versions, evidence, Trial(years=40))
        again = backtest(versions, evidence, Trial(years=40))

    assert [str(one.credit) for one in found.statements] == ["100.00", "0.00", "0.00", "100.00"]
    assert found.yearly == again.yearly
    assert 0 < found.outlook.expected < 1200
    assert "2026-05 is left out: the facts end on 2026-05-30" in found.notes
    assert any(note.startswith("only 4 past months") for note in found.notes)


def test_only_the_months_asked_for_are_drawn(tmp_path: Path) -> None:
    with opened(tmp_path, HEAD + LEVEL, transactions=PAST) as (versions, evidence):
        found = backtest(versions, evidence, Trial(month("2026-02"), month("2026-03"), years=10, season=Season.QUARTER))
    assert [one.period.label for one in found.months] == ["2026-02", "2026-03"]
    assert found.outlook.most == 0


def test_a_draft_of_next_year_is_tested_on_this_one(tmp_path: Path) -> None:
    later = HEAD.replace("2026-01-01, to: 2026-12-31", "2027-01-01, to: 2029-12-31")
    with opened(tmp_path, later + LEVEL, transactions=PAST) as (versions, evidence):
        found = backtest(versions, evidence, Trial(years=10))
    assert found.credited == 200
    assert "the terms begin on 2027-01-01: they are tested as they stand on that day" in found.notes


def test_what_a_change_does_is_found_by_measuring_again_where_it_must_be(tmp_path: Path) -> None:
    with opened(tmp_path, HEAD + LEVEL, transactions=PAST) as (versions, evidence):
        found = backtest(versions, evidence, Trial(years=20, varies=True))
    by_subject = {(str(one.what), one.subject): one for one in found.variations}
    # Without the exclusion the laboratory's two records make every month a miss.
    assert by_subject["exclusion", "X1"].after == 1200
    assert by_subject["exclusion", "X1"].before == found.outlook.expected
    assert found.variations[0].what == "exclusion"


def test_a_first_month_without_its_first_week_is_left_out(tmp_path: Path) -> None:
    days = ("2026-01-12", "2026-02-10", "2026-02-28")
    late = "\n".join(["transaction_key | received_at | errors", *(f"{day} | {day} 09:00 | 0" for day in days)])
    with opened(tmp_path, HEAD + LEVEL.replace("site = 'LAB'", "errors = 9"), transactions=late) as (
        versions,
        evidence,
    ):
        found = backtest(versions, evidence, Trial(years=10))
    assert [one.period.label for one in found.months] == ["2026-02"]
    assert "2026-01 is left out: the facts begin on 2026-01-12" in found.notes


def test_levels_without_records_and_rolling_windows_are_said_aloud(tmp_path: Path) -> None:
    more = LEVEL.replace("levels: SL1", "levels: [SL1, SL2]").replace(
        "    expected: 80%\n",
        "    expected: 80%\n    window: rolling 30 days\n"
        "  SL2: {name: Happy, class: critical, measure: {is: satisfaction}, expected: 80%}\n",
    )
    amended = """
    remit: 1
    amendment: {id: A1, to: C-1, from: 2026-03-01}
    change: {service_levels.SL1.expected: 70%}
    """
    with opened(tmp_path, HEAD + more, amendments={"a1": amended}, transactions=PAST) as (versions, evidence):
        found = backtest(versions, evidence, Trial(years=10))
    assert "SL2: the facts have no records to measure it by, so it costs nothing here" in found.notes
    assert "SL1: rolling windows overlap, and drawn months don't; read them with care" in found.notes
    assert "the terms after the last amendment are taken for every month" in found.notes
    assert found.credited == 0


def test_terms_without_credits_and_facts_without_a_month_are_refused(tmp_path: Path) -> None:
    bare, empty = LEVEL.split("credits:", maxsplit=1)[0], "transaction_key | received_at | errors | site"
    for terms, records_, says in (
        (bare, PAST, "the terms have no credits to test"),
        (LEVEL, empty, "the facts hold no whole month"),
    ):
        with (
            opened(tmp_path, HEAD + terms, transactions=records_) as (versions, evidence),
            pytest.raises(ProblemsFound, match=says),
        ):
            backtest(versions, evidence)
