"""The pro-forma of a month: which credits it bears, and how its lines are told apart."""

from datetime import date
from decimal import Decimal

import pytest

from remit.finance.charges import charges_of
from remit.finance.pricing import Count, Prices
from remit.finance.pro_forma import pro_forma
from remit.performance.service_credits import CreditLine, CreditStatement
from remit.terms.periods import Period
from tests.lib.rate_cards import contract

FEE = {"id": "fee", "amount": "3100"}


def statement(credit: str, bears_on: str) -> CreditStatement:
    line = CreditLine("SL1", Decimal(credit), "SL1 was missed", ())
    return CreditStatement("EUR", Decimal(0), None, (line,), Decimal(credit), applies_to=bears_on)


@pytest.mark.parametrize(
    ("first_on", "after"), [(date(2026, 3, 11), date(2026, 4, 1)), (date(2026, 3, 1), date(2026, 3, 21))]
)
def test_a_month_that_the_term_cuts_bears_its_credits_like_any_other(first_on: date, after: date) -> None:
    days = Period(first_on, after)
    terms = contract([FEE])
    charges = charges_of(days, terms.charges, {}, prices=Prices.of(terms))
    statements = [("2026-02", statement("100", "2026-03")), ("2026-03", statement("30", "2026-03"))]

    ours = pro_forma(terms, days, charges, statements)

    assert [(one.month, str(one.amount)) for one in ours.adjustments] == [("2026-02", "-100"), ("2026-03", "-30")]
    assert ours.net == charges.total - 130
    moved = pro_forma(terms, days, charges, [("2026-03", statement("30", "2026-04"))])
    assert moved.notes == ("the credits of 2026-03, 30, come off the invoice of 2026-04",)


def test_two_true_ups_of_one_charge_have_names_of_their_own() -> None:
    committed = {"id": "calls", "volume": {"of": "interactions"}, "rate": "1", "year_minimum": {"volume": "365"}}
    terms = contract([committed])
    whole = Prices(terms.currency, terms.indexes, terms.currencies, Period(date(2025, 1, 15), date(2026, 2, 1)))
    january = Period(date(2026, 1, 1), date(2026, 2, 1))
    counts: dict[str, Count] = {
        "calls": 0,
        "calls in the year from 2025-01-15": 0,
        "calls in the year from 2026-01-15": 0,
    }
    ours = pro_forma(terms, january, charges_of(january, terms.charges, counts, prices=whole), [])

    assert [one.ref for one in ours.lines] == ["calls/1", "calls/true-up", "calls/true-up-2"]
    assert [str(one.amount) for one in ours.lines] == ["0.00", "365.00", "17.00"]
