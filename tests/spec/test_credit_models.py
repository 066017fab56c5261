"""What each credit model means: the examples that its published source works out, and the ones of our own."""

import pytest

from tests.lib.credit_tables import credit_terms, credits_of, settled

NO_MINIMUM = dict.fromkeys(("SL1", "SL2", "SL3"), ("95%", ""))


def test_a_pool_allocation_of_25_percent_of_12_percent_of_400000_is_12000() -> None:
    terms = credit_terms(at_risk="12%", schemes=[{"model": "pool", "pool": "200%", "allocation": {"SL1": "25%"}}])

    statement = settled(terms, "month | charges | SL1\n2026-01 | 400000 | 89%")[0]

    assert str(statement.at_risk) == "48000.00"
    assert str(statement.credit) == "12000.00"


def test_the_reason_of_a_line_reads_from_the_value_to_the_cap() -> None:
    terms = credit_terms(
        at_risk="12%",
        schemes=[{"model": "pool", "pool": "200%", "allocation": {"SL1": "80%"}, "clause": "Sch. C 4"}],
        multiplier={"consecutive_months": {"2": "1.5"}},
    )
    table = """
        month   | charges | SL1
        2026-02 | 400000  | 93.10%
        2026-03 | 400000  | 93.10%
    """

    february, march = settled(terms, table, {"SL1": ("97%", "95%")})

    assert str(february.credit) == "38400.00"
    assert march.lines[0].reason == (
        "SL1 was 93.10 % in 2026-03, below its minimum 95 %: allocation 80 % × at-risk amount 48,000.00 × 1.5 for the "
        "second month running = 57,600.00, capped at 48,000.00 (the at-risk amount) (Sch. C 4)"
    )
    assert march.gross == march.credit + march.lines[0].uncapped - march.lines[0].amount  # type: ignore[operator]
    assert march.capped_by == "the at-risk amount: 48,000.00"


def test_the_texas_example_of_category_level_and_at_risk_amount_is_2000() -> None:
    """Texas Department of Information Resources: 50 % × 40 % × (10 % of $100,000) = $2,000."""
    category = {"pool": "50%", "allocation": {"SL1": "40%", "SL2": "60%"}}
    terms = credit_terms(at_risk="10%", schemes=[{"model": "categories", "categories": {"desk": category}}])

    assert credits_of(terms, "month | SL1 | SL2\n2026-01 | 89% | 99%") == ["2000.00"]


def test_defaults_of_a_month_are_summed_and_never_pass_the_at_risk_amount() -> None:
    categories = {
        "desk": {"pool": "90%", "allocation": {"SL1": "100%"}},
        "calls": {"pool": "80%", "allocation": {"SL2": "50%", "SL3": "50%"}},
    }
    terms = credit_terms(at_risk="10%", schemes=[{"model": "categories", "pool": "200%", "categories": categories}])
    table = """
        month   | SL1 | SL2 | SL3
        2026-01 | 89% | 99% | 99%
        2026-02 | 89% | 89% | 89%
    """

    first, second = settled(terms, table)

    assert str(first.credit) == "9000.00"
    assert (str(second.gross), str(second.credit)) == ("17000.00", "10000.00")
    assert [str(line.amount) for line in second.lines] == ["5294.12", "2352.94", "2352.94"]


def test_a_weight_takes_its_part_of_the_statement_of_works_own_amount_at_risk() -> None:
    """Province of British Columbia clause: weight × amount at risk of the statement of work."""
    scheme = {"model": "weights", "weights": {"SL1": "30%", "SL2": "70%"}, "at_risk": {"amount": "20000"}}
    terms = credit_terms(schemes=[scheme])

    assert credits_of(terms, "month | SL1 | SL2\n2026-01 | 89% | 89.99%\n2026-02 | 89% | 90%") == [
        "20000.00",
        "6000.00",
    ]


@pytest.mark.parametrize(
    ("points", "credit"),
    [
        (4, "0.00"),
        (5, "0.00"),
        (9, "0.00"),
        (10, "2000.00"),
        (15, "4000.00"),
        (20, "6000.00"),
        (25, "8000.00"),
        (30, "10000.00"),
        (99, "10000.00"),
    ],
)
def test_telus_points_take_their_step_off_the_next_months_charges(points: int, credit: str) -> None:
    """TELUS availability schedule: 5 points 0 %, 10 2 %, 15 4 %, 20 6 %, 25 8 %, 30 and more 10 %."""
    steps = {"5": "0%", "10": "2%", "15": "4%", "20": "6%", "25": "8%", "30": "10%"}
    terms = credit_terms(schemes=[{"model": "point_steps", "points": {"SL1": points}, "steps": steps}])
    table = """
        month   | charges | SL1
        2026-01 | 500000  | 94%
        2026-02 | 100000  | 99%
    """

    assert credits_of(terms, table) == ["0.00", credit]


def test_points_are_judged_on_the_average_with_the_month_before() -> None:
    """TELUS: averaged with the previous month; without data for it, the month's own value."""
    scheme = {
        "model": "point_steps",
        "points": {"SL1": "10", "SL2": "5"},
        "steps": {"5": "1%", "10": "2%", "15": "4%"},
        "average_with_month_before": "true",
        "charges_of": "this month",
    }
    table = """
        month   | SL1 | SL2
        2026-01 | 94% | -
        2026-02 | 97% | 94%
        2026-03 | 94% | 96%
        2026-04 | 94% | 90%
    """

    # January has nothing before it: 94. February: 95.5, and 94 of SL2 alone. March: 95.5 and exactly 95. April: 94, 93.
    assert credits_of(credit_terms(schemes=[scheme]), table) == ["2000.00", "1000.00", "0.00", "4000.00"]


@pytest.mark.parametrize(
    ("first", "then", "points"),
    [
        ("99%", "98.5%", 1),
        ("99%", "98.0%", 1),
        ("99%", "97.9%", 2),
        ("99%", "97.0%", 2),
        ("99%", "96.9%", 3),
        ("99%", "96.0%", 3),
        ("99%", "95.9%", 4),
        ("98.5%", "96.5%", 6),
        ("96.5%", "98.5%", 2),
    ],
)
def test_uk_severity_points_follow_the_band_and_double_for_a_repeat(first: str, then: str, points: int) -> None:
    """UK Model Services Contract, with its worked examples 98.5 then 96.5 (3 × 2) and 96.5 then 98.5 (1 × 2)."""
    bands = [
        {"name": "minor", "below": "99%", "points": 1},
        {"name": "serious", "below": "98%", "points": 2},
        {"name": "severe", "below": "97%", "points": 3},
        {"name": "threshold", "below": "96%", "points": 4},
    ]
    scheme = {"model": "severity_points", "bands": {"SL1": bands}, "rate_per_point": "0.5%"}
    table = f"month | SL1\n2026-01 | {first}\n2026-02 | {then}"

    _, second = settled(credit_terms(schemes=[scheme]), table, {"SL1": ("99%", "96%")})

    assert second.credit == points * 500


def test_a_third_failure_running_still_counts_double_and_not_four_times() -> None:
    bands = [{"name": "severe", "below": "97%", "points": 3}, {"name": "minor", "below": "99%", "points": 1}]
    scheme = {"model": "severity_points", "bands": {"SL1": bands}, "rate_per_point": "1%"}
    table = "month | SL1\n2026-01 | 96.5%\n2026-02 | 98.5%\n2026-03 | -\n2026-04 | 96.5%\n2026-05 | 99%\n2026-06 | 98%"

    assert credits_of(credit_terms(schemes=[scheme]), table, {"SL1": ("99%", "")}) == [
        "3000.00",
        "2000.00",
        "0.00",
        "6000.00",
        "0.00",
        "1000.00",
    ]


def test_the_uk_call_off_example_of_98_less_75_is_23_percent_of_the_charges() -> None:
    """UK call-off schedule: 98 % required − 75 % achieved = 23 % of the charges."""
    terms = credit_terms(schemes=[{"model": "linear", "levels": "SL1"}])

    statement = settled(terms, "month | SL1\n2026-01 | 75%", {"SL1": ("98%", "")})[0]

    assert str(statement.credit) == "23000.00"
    assert statement.lines[0].reason == (
        "SL1 was 75.00 % in 2026-01, below its expected 98 %: (98 % − 75.00 %) × charges 100,000.00 = 23,000.00"
    )


def test_three_percent_for_each_failure_is_at_most_six_percent() -> None:
    scheme = {"model": "flat", "levels": ["SL1", "SL2", "SL3"], "each": "3%", "month_cap": "6%"}
    table = """
        month   | SL1 | SL2 | SL3
        2026-01 | 94% | 99% | 99%
        2026-02 | 94% | 94% | 99%
        2026-03 | 94% | 94% | 94%
    """

    statements = settled(credit_terms(schemes=[scheme]), table, NO_MINIMUM)

    assert [str(one.credit) for one in statements] == ["3000.00", "6000.00", "6000.00"]
    assert [str(line.amount) for line in statements[2].lines] == ["2000.00", "2000.00", "2000.00"]


ACCORD = {
    "model": "tiers",
    "month_cap": "10%",
    "year_cap": {"rate": "10%", "year": "last 12 months"},
}


@pytest.mark.parametrize(
    ("value", "furthest", "credit"),
    [
        ("100%", "3%", "0.00"),
        ("99.8%", "3%", "0.00"),
        ("99.7%", "3%", "0.20"),
        ("98%", "3%", "0.20"),
        ("97%", "3%", "0.30"),
        ("97%", "11%", "1.00"),
    ],
)
def test_the_accord_clauses_tiers_and_monthly_cap_are_the_ones_its_own_tests_expect(
    value: str, furthest: str, credit: str
) -> None:
    """Accord Project template library, service-level clause: 2 % below 99.8 %, more below 98 %, charge 10."""
    tiers = [{"below": "99.8%", "rate": "2%"}, {"below": "98%", "rate": furthest}]
    terms = credit_terms(schemes=[{**ACCORD, "tiers": {"SL1": tiers}}])

    assert credits_of(terms, f"month | charges | SL1\n2026-01 | 10 | {value}", {"SL1": ("99.8%", "")}) == [credit]


def test_the_accord_clauses_yearly_cap_leaves_what_eleven_months_did_not_use() -> None:
    """Accord Project's case: 10 % of (110 + 10) less credits of 11.01 in the eleven months before leaves 0.99."""
    tiers = [{"below": "98%", "rate": "11%"}]
    scheme = {"model": "tiers", "tiers": {"SL1": tiers}, "year_cap": {"rate": "10%", "year": "last 12 months"}}
    before = {"model": "flat", "name": "tiers", "levels": "SL1", "each": {"amount": "1.00"}}
    larger = {**before, "each": {"amount": "1.01"}}
    periods = "\n".join(f"2026-{number:02} | 10 | 97%" for number in range(1, 13))
    from remit.performance.service_credits import settle
    from tests.lib.credit_tables import history

    months = history(f"month | charges | SL1\n{periods}", {"SL1": ("99.8%", "")})
    terms = {one.period: credit_terms(schemes=[before]) for one in months}
    terms[months[0].period] = credit_terms(schemes=[larger])
    terms[months[11].period] = credit_terms(schemes=[scheme])

    statements = settle(terms, months, currency="GBP")

    assert sum(one.credit for one in statements[:11]) * 100 == 1101
    assert str(statements[11].credit) == "0.99"


BANK = {
    "model": "event_count",
    "trips": {"SL1": {"at_or_below": "96.5%"}},
    "when": "3 of 6 months",
    "rate": "6%",
    "month_cap": {"rate": "20%", "of": "invoice"},
    "year_cap": {"rate": "100%", "of": "average month of the year before", "charges": "invoice", "year": "calendar"},
}


def test_the_bank_contract_credits_the_third_trip_in_six_consecutive_months() -> None:
    """Bank-processing agreement of 2007: at or below 96.5 % three times in any six months; 6 % of that invoice."""
    terms = credit_terms(schemes=[BANK], applies_to="next invoice")
    table = """
        month   | invoice | SL1
        2007-01 | 100000  | 96.5%
        2007-02 | 100000  | 99%
        2007-03 | 100000  | 96.4%
        2007-04 | 100000  | 96.6%
        2007-05 | -       | -
        2007-06 | 200000  | 96.5%
        2007-07 | 100000  | 96%
        2007-08 | 100000  | 90%
        2007-09 | 100000  | 99%
    """.replace("2007-05 | -       |", "2007-05 | 100000  |")

    statements = settled(terms, table, {"SL1": ("99%", "")})

    # June is the third within January to June; July has March, June and July; August June, July and August.
    assert [str(one.credit) for one in statements] == ["0.00"] * 5 + ["12000.00", "6000.00", "6000.00", "0.00"]
    assert statements[5].applies_to == "2007-07"
    assert (
        statements[5]
        .lines[0]
        .reason.startswith("SL1 was 96.50 % in 2007-06, at or below 96.5 % for the third time in 6")
    )


def test_the_bank_contracts_calendar_year_is_capped_by_the_average_month_of_the_year_before() -> None:
    terms = credit_terms(schemes=[{**BANK, "rate": "15%"}])
    rows = [f"2007-{number:02} | 20000 | 99%" for number in range(1, 13)]
    rows += [f"2008-{number:02} | 100000 | 90%" for number in range(1, 13)]

    found = credits_of(terms, "month | invoice | SL1\n" + "\n".join(rows), {"SL1": ("99%", "")})

    # From March on 15,000 a month would fall due; the year before averaged 20,000 a month.
    assert found[12:] == ["0.00", "0.00", "15000.00", "5000.00"] + ["0.00"] * 8


def test_the_bank_contracts_month_is_capped_at_20_percent_of_the_invoice_before_credits() -> None:
    terms = credit_terms(schemes=[{**BANK, "rate": "25%", "when": "1 month", "year_cap": None}])

    assert credits_of(terms, "month | invoice | SL1\n2007-01 | 100000 | 96.5%", {"SL1": ("99%", "")}) == ["20000.00"]


def test_the_multiplier_grows_with_failures_running_and_an_unmeasured_month_neither_breaks_nor_counts() -> None:
    terms = credit_terms(
        at_risk="10%",
        schemes=[{"model": "pool", "allocation": {"SL1": "20%"}}],
        multiplier={"consecutive_months": {"2": "1.5", "3": "2"}, "then_each": "0.5", "cap": "2.5"},
    )
    table = """
        month   | SL1
        2026-01 | 80%
        2026-02 | 80%
        2026-03 | -
        2026-04 | 80%
        2026-05 | 80%
        2026-06 | 80%
        2026-07 | 99%
        2026-08 | 80%
    """

    assert credits_of(terms, table) == [
        "2000.00",
        "3000.00",
        "0.00",
        "4000.00",
        "5000.00",
        "5000.00",
        "0.00",
        "2000.00",
    ]


def test_below_expected_three_times_in_six_months_is_a_default_at_half_the_allocation() -> None:
    terms = credit_terms(
        at_risk="10%",
        schemes=[{"model": "pool", "allocation": {"SL1": "80%"}}],
        defaults={"below_minimum": "1 month", "below_expected": "3 of 6 months"},
        below_expected_factor="50%",
    )
    table = """
        month   | SL1
        2026-01 | 94%
        2026-02 | 99%
        2026-03 | 94%
        2026-04 | 89%
        2026-05 | 94%
        2026-06 | 99%
        2026-07 | 99%
        2026-08 | 99%
        2026-09 | 94%
    """

    # April is below the minimum: once, in full. May is the fourth miss in six; September has only May and April left.
    assert credits_of(terms, table) == ["0.00", "0.00", "0.00", "8000.00", "4000.00", "0.00", "0.00", "0.00", "4000.00"]
