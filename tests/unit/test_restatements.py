"""What a month comes to, and what later figures of a closed month change in levels, records and money."""

from decimal import Decimal

import pytest

from remit.finance.restatements import BroughtForward, account_of, level_changes, month_change
from remit.performance.explanations import Explanation, MeasuredRecord, verdict_changes
from remit.performance.settlements import Settlement
from tests.lib.sample_settlements import attainment, credit_line, credit_statement, month, settlement


def march(counts: str = "34/35", *, credit: str | None = None, invoice: str = "400000.00") -> Settlement:
    lines = [] if credit is None else [credit_line(credit)]
    statement = credit_statement(*lines, invoice=Decimal(invoice))
    return settlement([attainment("SL1", counts)], statement=statement)


def brought(index: int, amount: str) -> BroughtForward:
    return BroughtForward(month(index), 1, Decimal(amount), ())


def test_a_month_comes_to_its_charges_less_credits_and_what_was_brought_forward() -> None:
    account = account_of(march("31/35", credit="12000.00"), [brought(0, "-150.25"), brought(1, "0.10")])
    assert (account.invoice, account.credit) == (Decimal("400000.00"), Decimal("12000.00"))
    assert account.brought_forward == Decimal("-150.15")
    assert account.due == Decimal("387849.85")
    assert account_of(march()).due == Decimal("400000.00")


def test_nothing_is_brought_forward_into_the_month_it_comes_from() -> None:
    with pytest.raises(ValueError, match="2026-03 is not before 2026-03"):
        account_of(march(), [brought(2, "1")])


def test_the_same_figures_are_no_change() -> None:
    change = month_change(march(), march())
    assert change.is_nothing
    assert change.amount == 0


def test_a_credit_that_falls_away_is_owed_by_the_client_to_the_cent() -> None:
    change = month_change(march("31/35", credit="12000.37"), march("34/35"))
    assert not change.is_nothing
    assert change.amount == Decimal("12000.37")
    assert dict(change.credits) == {"SL1": (Decimal("12000.37"), Decimal(0))}
    assert [(one.service_level, str(one.before and one.before.standing)) for one in change.levels] == [
        ("SL1", "below_minimum")
    ]
    assert [(step.input, step.value) for step in change.trace] == [
        ("credit of SL1", "12000.37 → 0"),
        ("service credit", "12000.37 → 0.00"),
        ("difference", "12000.37"),
    ]


def test_more_charges_and_more_credit_stand_against_each_other() -> None:
    change = month_change(march(invoice="400000.00"), march("31/35", credit="12000.00", invoice="400100.50"))
    assert change.amount == Decimal("-11899.50")
    assert change.trace[0].value == "400000.00 → 400100.50"


def test_credits_of_levels_that_move_against_each_other_are_a_change_without_an_amount() -> None:
    before = settlement(statement=credit_statement(credit_line("100.00")))
    after = settlement(statement=credit_statement(credit_line("100.00", service_level="SL2")))
    change = month_change(before, after)
    assert change.amount == 0
    assert not change.is_nothing
    assert set(change.credits) == {"SL1", "SL2"}


def test_several_lines_of_a_level_count_together() -> None:
    one = settlement(statement=credit_statement(credit_line("60.00"), credit_line("40.00")))
    other = settlement(statement=credit_statement(credit_line("100.00")))
    assert month_change(one, other).credits == {}


def test_months_and_currencies_are_not_compared_with_others() -> None:
    for other in (settlement(period=month(3)), settlement(statement=credit_statement(currency="EUR"))):
        with pytest.raises(ValueError, match="can't be compared"):
            month_change(march(), other)


def test_a_level_that_was_not_judged_before_or_is_not_now_differs() -> None:
    only_two = settlement([attainment("SL2", "9/10")])
    told = [(one.service_level, one.before is None, one.after is None) for one in level_changes(march(), only_two)]
    assert told == [("SL1", False, True), ("SL2", True, False)]
    assert [one.service_level for one in level_changes(None, march())] == ["SL1"]


def listed(*records: MeasuredRecord) -> list[Explanation]:
    return [Explanation(attainment(), "n", None, "d", "sql", (), records)]


def case(key: str, *, met: bool = True, excluded_by: str | None = None) -> MeasuredRecord:
    if excluded_by is not None:
        return MeasuredRecord(key, None, 0, 0, 60, 120, excluded_by)
    return MeasuredRecord(key, met, int(met), 1, 60, 120, None)


def test_records_that_joined_left_or_count_otherwise_are_told_and_no_others() -> None:
    before = listed(case("C-1"), case("C-2"), case("C-3", met=False), case("C-5"), case("C-5", met=False))
    after = listed(case("C-1"), case("C-3", excluded_by="X9"), case("C-4"), case("C-5"), case("C-5"))
    told = [(one.key, one.what, one.window) for one in verdict_changes(before, after)]
    assert told == [
        ("C-2", "left", "2026-03"),
        ("C-3", "changed", "2026-03"),
        ("C-4", "joined", "2026-03"),
        ("C-5", "changed", "2026-03"),
    ]
