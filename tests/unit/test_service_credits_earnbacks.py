"""Earning credits back: by the months after, or by the contract year; once, and never carried over."""

from datetime import date
from decimal import Decimal
from typing import Any

from remit.performance.service_credits import CreditStatement, LineKind, MeasuredPeriod, PeriodCharges, settle
from remit.performance.service_levels import Ratio, Standard, judge
from tests.lib.credit_tables import credit_terms, history, month, settled

FLAT = {"model": "flat", "levels": "SL1", "each": "3%"}


def earned(statements: tuple[CreditStatement, ...]) -> dict[str, str]:
    """The earn-backs by the month of their statement."""
    lines = [(one.applies_to, line) for one in statements for line in one.lines if line.kind is LineKind.EARNBACK]
    return {label: str(line.amount) for label, line in lines}


def year(values: str, **earnback: Any) -> tuple[CreditStatement, ...]:
    """Statements of consecutive months from January 2026, a value each."""
    rows = [f"2026-{number:02} | {value}" for number, value in enumerate(values.split(), start=1)]
    return settled(credit_terms(schemes=[FLAT], earnback=earnback), "month | SL1\n" + "\n".join(rows))


def test_every_month_after_at_or_above_expected_gives_the_credit_back_at_once() -> None:
    statements = year("94% 95% 96% 97% 98%", after="3 months", settled="monthly", clause="C 9")

    assert earned(statements) == {"2026-04": "-3000.00"}
    assert str(statements[3].credit) == "-3000.00"
    assert statements[3].lines[0].reason == (
        "SL1 was at or better than its expected 95 % in 2026-02, 2026-03, 2026-04: 100 % of the credit of 3,000.00 for "
        "2026-01 is earned back (C 9)"
    )


def test_what_comes_back_is_rounded_by_the_terms_of_the_month_it_comes_back_in() -> None:
    months = history("month | charges | SL1\n2026-01 | 100.50 | 94%\n2026-02 | 100.50 | 96%")
    half = {"after": 1, "settled": "monthly", "returns": "33.3%"}
    terms = [
        credit_terms(schemes=[FLAT], earnback=half, rounding=rounding) for rounding in ("up to 0.01", "down to 0.01")
    ]

    found = settle({one.period: by for one, by in zip(months, terms, strict=True)}, months, currency="USD")

    assert [str(statement.credit) for statement in found] == ["3.02", "-1.00"]


def test_a_miss_among_the_months_after_spoils_it_and_an_unmeasured_one_only_delays_it() -> None:
    assert earned(year("94% 96% 94.9% 96% 96% 96%", after="3 months", settled="monthly")) == {"2026-06": "-3000.00"}
    assert earned(year("94% 96% - 96% 96%", after="3 months", settled="monthly")) == {"2026-05": "-3000.00"}
    assert earned(year("94% 96% - 96%", after="3 months", settled="monthly")) == {}


def test_settled_at_year_end_it_counts_the_year_only_and_carries_nothing_over() -> None:
    months = "94% 96% 96% 99% 99% 99% 99% 99% 99% 99% 94% 96%"

    assert earned(year(months, after="2 months")) == {"2026-12": "-3000.00"}
    periods = history("month | SL1\n2026-11 | 94%\n2026-12 | 96%\n2027-01 | 96%\n2027-02 | 96%")
    terms = credit_terms(schemes=[FLAT], earnback={"after": "2 months", "settled": "monthly"})
    statements = settle(
        {one.period: terms for one in periods}, periods, currency="USD", term_starts_on=date(2026, 1, 1)
    )
    assert earned(statements) == {}


def test_the_last_contract_year_ends_with_the_term_and_the_first_holds_the_month_the_term_begins_in() -> None:
    terms = credit_terms(schemes=[FLAT], earnback={"after": "1 month"})
    periods = history("month | SL1\n2026-01 | 94%\n2026-02 | 96%\n2026-03 | 96%")
    in_force = {one.period: terms for one in periods}

    open_ended = settle(in_force, periods, currency="USD", term_starts_on=date(2026, 1, 15))
    ended = settle(in_force, periods, currency="USD", term_starts_on=date(2026, 1, 15), term_ends_on=date(2026, 3, 21))

    assert earned(open_ended) == {}
    assert earned(ended) == {"2026-03": "-3000.00"}


def test_a_miss_below_the_minimum_is_earned_back_only_where_the_contract_says_so() -> None:
    assert earned(year("80% 96%", after="1", settled="monthly")) == {}
    assert earned(year("80% 96%", after="1", settled="monthly", only_above_minimum="false")) == {"2026-02": "-3000.00"}


def test_part_of_a_credit_may_be_returned_and_none_of_a_peak_month() -> None:
    months = "94% 96% 94% 96%"

    assert earned(year(months, after="1", settled="monthly", returns="50%", never_for=["3"])) == {"2026-02": "-1500.00"}
    assert earned(year(months, after="1", settled="monthly", returns="0%")) == {}


def test_a_higher_target_must_be_reached_in_every_month() -> None:
    target = {"SL1": "97%"}

    assert earned(year("94% 96% 96%", after="2", settled="monthly", target=target)) == {}
    assert earned(year("94% 97% 98%", after="2", settled="monthly", target=target)) == {"2026-03": "-3000.00"}
    assert "its target 97 %" in year("94% 97% 98%", after="2", settled="monthly", target=target)[2].lines[0].reason


def test_the_contract_years_average_gives_all_its_credits_back() -> None:
    good = "94% 96% 96% 96% 96% 96% 96% 96% 96% 96% 96% 94%"
    bad = "92% 95% 95% 95% 95% 95% 95% 95% 95% 95% 95% 95%"

    statement = year(good, when="average")[11]

    returned = [line for line in statement.lines if line.kind is LineKind.EARNBACK]
    assert [str(line.amount) for line in returned] == ["-3000.00", "-3000.00"]
    assert returned[0].reason.startswith("SL1 averaged 95.666667 % in 2026, at or better than its expected 95 %")
    assert str(statement.credit) == "-3000.00"
    assert earned(year(bad, when="average")) == {}


def test_an_average_of_values_without_rounding_is_exact() -> None:
    """14/15, 14/15 and 59/60 average 95 % exactly; written to twelve places they fall short of it."""
    table = [(14, 15), (14, 15), (59, 60)]
    standard = Standard("SL1", Decimal("0.95"))
    months = [
        MeasuredPeriod(
            month(f"2026-{number:02}"),
            (judge(standard, Ratio(met, of, of), window=month(f"2026-{number:02}")),),
            PeriodCharges(Decimal(100_000), Decimal(100_000)),
        )
        for number, (met, of) in enumerate([*table, *table, *table, *table], start=1)
    ]
    terms = credit_terms(schemes=[FLAT], earnback={"when": "average", "only_above_minimum": False})

    statements = settle({one.period: terms for one in months}, months, currency="USD")

    returned = [line for line in statements[11].lines if line.kind is LineKind.EARNBACK]
    assert [str(line.amount) for line in returned] == ["-3000.00"] * 8


def test_an_average_of_records_weighs_the_windows_by_their_counts() -> None:
    months = "94% 96%/96%/96% 94% - 96% 96% 96% 96% 96% 96% 96% 96%"

    statements = year(months, when="average", average_of="records")

    assert len([line for line in statements[11].lines if line.kind is LineKind.EARNBACK]) == 2


def test_an_at_most_level_earns_back_by_staying_under() -> None:
    table = "month | SL1\n2026-01 | 6%\n2026-02 | 4%\n2026-03 | 6%\n2026-04 | 5%"
    terms = credit_terms(schemes=[FLAT], earnback={"after": 1, "settled": "monthly", "target": {"SL1": "4.5%"}})

    assert earned(settled(terms, table, {"SL1": ("<=5%", "")})) == {"2026-02": "-3000.00"}


def test_what_no_level_earned_can_not_be_earned_back() -> None:
    overrun = {"model": "gain_share", "baseline": "90000", "pain": "50%", "month_cap": "50%"}
    terms = credit_terms(schemes=[overrun], earnback={"after": 1, "settled": "monthly"})

    statements = settled(terms, "month | SL1\n2026-01 | 99%\n2026-02 | 99%")

    assert earned(statements) == {}
    assert str(statements[0].credit) == "5000.00"


def test_a_year_in_which_a_credited_level_was_never_measured_has_no_average() -> None:
    points = {"model": "point_steps", "points": {"SL1": 5}, "steps": {"5": "1%"}}
    rows = ["2025-12 | 94%", *(f"2026-{number:02} | -" for number in range(1, 13))]
    periods = history("month | SL1\n" + "\n".join(rows))
    terms = credit_terms(schemes=[points], earnback={"when": "average"})

    statements = settle(
        {one.period: terms for one in periods}, periods, currency="USD", term_starts_on=date(2025, 1, 1)
    )

    assert str(statements[1].credit) == "1000.00"
    assert earned(statements) == {}
