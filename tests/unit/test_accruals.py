"""Accruals for unbilled months and the forecast to the year's end, from what was delivered."""

from datetime import date
from decimal import Decimal

import pytest

from remit.finance.accruals import DeliveredMonth, Method, accrued, forecast
from remit.terms.periods import Period
from tests.lib.credit_tables import month
from tests.lib.rate_cards import contract

YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
FEE = {"id": "fee", "amount": "1000"}
CLAIMS = {"id": "claims", "basis": "transaction", "rate": "2"}


def delivered(**units: int) -> list[DeliveredMonth]:
    """Months as `m2026_01=310`: so many claims, charged 1000 and two each."""
    found = []
    for name, count in units.items():
        period = month(name[1:].replace("_", "-"))
        found.append(DeliveredMonth(period, {"claims": count}, Decimal(1000 + 2 * count), Decimal(-10)))
    return found


def test_months_without_an_invoice_are_owed_net_of_their_credits() -> None:
    months = delivered(m2026_01=310, m2026_02=280)

    assert [(one.period.label, str(one.amount)) for one in accrued(months, [month("2026-01")])] == [("2026-02", "1550")]


def test_the_average_is_taken_by_the_day_and_the_range_is_that_of_the_months_looked_back_on() -> None:
    months = delivered(m2026_08=31, m2026_09=300, m2026_10=620)
    told = forecast(contract([FEE, CLAIMS]), months, YEAR, back=2)

    assert told.looked_back_on == ("2026-09", "2026-10")
    assert [(one.period.label, str(one.amount), str(one.low), str(one.high)) for one in told.months] == [
        ("2026-11", "1900.00", "1600.00", "2200.00"),
        ("2026-12", "1930.00", "1620.00", "2240.00"),
    ]
    assert (str(told.delivered), str(told.total), str(told.low)) == ("4872", "8702.00", "8092.00")


def test_a_season_repeats_the_year_before_moved_by_how_this_year_compares() -> None:
    terms = contract([FEE, CLAIMS]).model_copy(
        update={"term": contract().term.model_copy(update={"first_on": date(2025, 1, 1)})}
    )
    months = delivered(m2025_10=100, m2025_11=500, m2025_12=900, m2026_10=200)
    told = forecast(terms, months, YEAR, method="seasonal", back=1)

    assert [str(one.amount) for one in told.months] == ["3000.00", "4600.00"]
    first_year = forecast(terms, months[:1], Period(date(2025, 1, 1), date(2026, 1, 1)), method="seasonal", back=1)
    assert [one.period.label for one in first_year.months] == ["2025-11", "2025-12"]


def test_a_year_s_minimum_counts_what_was_delivered_and_what_is_foreseen() -> None:
    committed = {**CLAIMS, "year_minimum": {"volume": "1000", "rate": "1"}}
    months = delivered(m2026_09=300, m2026_10=310)
    told = forecast(contract([committed]), months, YEAR)

    assert [str(one.amount) for one in told.months] == ["600.00", "620.00"]
    low = forecast(contract([committed]), delivered(m2026_09=30, m2026_10=31), YEAR)
    assert [str(one.amount) for one in low.months] == ["60.00", "940.00"]


def test_rates_by_column_share_what_is_foreseen_as_in_the_last_month() -> None:
    by_site = {"id": "claims", "basis": "transaction", "rate_by": {"by": "site", "map": {"A": "1", "B": "3"}}}
    counts = {"claims: A": 31, "claims: B": 93, "claims: no rate": 0}
    told = forecast(contract([by_site]), [DeliveredMonth(month("2026-10"), counts, Decimal(310))], YEAR)

    assert [str(one.amount) for one in told.months] == ["300.00", "310.00"]


def test_a_forecast_ends_with_the_term_and_needs_something_delivered() -> None:
    ended = contract([FEE]).model_copy(
        update={"term": contract().term.model_copy(update={"last_on": date(2026, 11, 30)})}
    )

    assert [one.period.label for one in forecast(ended, delivered(m2026_10=1), YEAR).months] == ["2026-11"]
    with pytest.raises(ValueError, match="nothing was delivered yet"):
        forecast(contract(), [], YEAR)


def test_a_month_that_the_term_cuts_is_foreseen_and_looked_back_on_by_its_days() -> None:
    cut = contract([FEE, CLAIMS]).model_copy(
        update={"term": contract().term.model_copy(update={"last_on": date(2026, 11, 15)})}
    )
    october = Period(date(2026, 10, 17), date(2026, 11, 1))
    months = [DeliveredMonth(month("2026-10"), {"claims": 150}, Decimal(1300), days=october)]

    methods: tuple[Method, ...] = ("average", "seasonal")
    for method in methods:
        (told,) = forecast(cut, months, YEAR, method=method).months
        assert (told.period.label, str(told.amount)) == ("2026-11", "800.00")
    year_before = DeliveredMonth(month("2025-11"), {"claims": 300}, Decimal(0))
    (told,) = forecast(cut, [year_before, *months], YEAR, method="seasonal", back=1).months
    assert str(told.amount) == "800.00"
