"""Numbers and foreign text as they are printed."""

from decimal import Decimal

import pytest

from remit.reports.figures import (
    amount_text,
    count_text,
    instant_text,
    interval_text,
    money_text,
    percent_text,
    threshold_text,
    value_text,
)
from remit.reports.quoting import inert, printable
from remit.terms.measure_terms import Unit

PRINTED = """
    share    0.95       95.00 %
    share    1          100.00 %
    share    -0.125     −12.50 %
    seconds  0          0 s
    seconds  12         12 s
    seconds  34.25      34.2 s
    seconds  59.96      1 min 00.0 s
    seconds  205.4      3 min 25 s
    seconds  3599.7     1 h 00 min
    seconds  14700      4 h 05 min
    seconds  450000.5   125 h 00 min
    seconds  -75        −1 min 15 s
    count    12345      12,345
    count    12345.5    12,345.5
    score    41.666     41.67
"""


@pytest.mark.parametrize("row", PRINTED.strip().splitlines())
def test_a_value_prints_by_its_unit(row: str) -> None:
    unit, value, text = row.split(maxsplit=2)
    assert value_text(Decimal(value), Unit(unit)) == text


APART = """
    share    0.949996     0.95    94.9996 %
    share    0.95         0.95    95.00 %
    seconds  300.4        300     5 min 00.4 s
    seconds  14401        14400   4 h 00 min 01 s
    seconds  14400.5      14400   4 h 00 min 00.5 s
    score    49.9999      50      49.9999
    share    0.9499999999 0.95    94.99999999 %
"""


@pytest.mark.parametrize("row", APART.strip().splitlines())
def test_a_value_never_prints_like_the_threshold_it_missed(row: str) -> None:
    unit, value, threshold, text = row.split(maxsplit=3)
    assert value_text(Decimal(value), Unit(unit), beside=(Decimal(threshold), None)) == text


def test_nothing_measured_prints_as_a_dash_and_never_as_zero() -> None:
    assert value_text(None, Unit.SHARE) == "–"
    assert interval_text(None, Unit.SHARE) == "–"
    assert threshold_text(None, Unit.SHARE, at_most=False) == "–"
    assert percent_text(0, 0) == "–"


def test_a_threshold_shows_the_side_it_asks_for() -> None:
    assert threshold_text(Decimal("0.95"), Unit.SHARE, at_most=False) == "≥ 95.00 %"
    assert threshold_text(Decimal(30), Unit.SECONDS, at_most=True) == "≤ 30 s"


def test_an_interval_shows_both_ends_once_with_its_unit() -> None:
    assert interval_text((Decimal("0.813929"), Decimal("0.984187")), Unit.SHARE) == "81.4–98.4 %"
    assert interval_text((Decimal(10), Decimal(20)), Unit.SECONDS) == "10 s–20 s"


def test_money_has_its_currency_its_separators_and_every_decimal_the_contract_keeps() -> None:
    assert money_text(Decimal(12000), "USD") == "USD 12,000.00"
    assert money_text(Decimal("-12000.00"), "USD") == "USD −12,000.00"
    assert amount_text(Decimal("0.1250"), "EUR") == "0.125"
    assert amount_text(Decimal("120000.00"), "JPY") == "120,000"
    assert amount_text(Decimal("1E+3"), "USD") == "1,000.00"
    assert count_text(1_234_567) == "1,234,567"
    assert percent_text(123, 123_579) == "0.10 %"


def test_an_instant_prints_in_the_contracts_zone_with_its_offset() -> None:
    assert instant_text(1_775_044_800, "America/New_York") == "2026-04-01 08:00-04:00"


def test_text_from_outside_can_not_move_the_cursor_or_reverse_what_follows() -> None:
    assert printable("INC\x1b[2J1\u202e\x00") == "INC\ufffd[2J1\ufffd\ufffd"
    assert printable("two\nlines\tand more") == "two lines and more"


INERT = """
    =1+1            '=1+1
    +cmd|'/C'!A0    '+cmd|'/C'!A0
    -2+3            '-2+3
    @SUM(A1)        '@SUM(A1)
    -12             -12
    +4912           +4912
    INC-1           INC-1
"""


@pytest.mark.parametrize("row", INERT.strip().splitlines())
def test_a_spreadsheet_runs_no_text_as_a_formula(row: str) -> None:
    given, written = row.split()
    assert inert(given) == written


def test_a_formula_behind_blanks_or_a_tab_is_still_made_inert() -> None:
    assert inert("  =1+1") == "'  =1+1"
    assert inert("\t=1+1") == "' =1+1"
