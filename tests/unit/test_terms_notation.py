"""How a contract writes shares, numbers, names, lengths of time and roundings."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from pydantic import TypeAdapter

from remit.terms.durations import ClockUnit, Duration, read_duration
from remit.terms.money import Rounding, RoundingMode
from remit.terms.notation import (
    Texts,
    form_of,
    read_identifier,
    read_list,
    read_number,
    read_rate,
    read_whole,
)
from remit.terms.problems import Problem, ProblemsFound, Severity, errors_in


@pytest.mark.parametrize(
    ("written", "share"),
    [
        ("95%", "0.95"),
        ("95 %", "0.95"),
        ("99.95%", "0.9995"),
        ("0.95", "0.95"),
        ("1", "1"),
        ("-5%", "-0.05"),
        ("200%", "2"),
    ],
)
def test_a_share_is_read_exactly(written: str, share: str) -> None:
    assert read_rate(written) == Decimal(share)
    assert read_rate(Decimal(share)) == Decimal(share)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("eighty", "'eighty' is not a share; write 95 % as 0.95 or \"95%\""),
        ("NaN", "'NaN' is not a share; write 95 % as 0.95 or \"95%\""),
        ("Infinity%", "'Infinity%' is not a share; write 95 % as 0.95 or \"95%\""),
        ("95", "'95' is more than the whole; a share is 0 to 1, or has a percent sign: \"95%\""),
    ],
)
def test_what_is_no_share_is_refused_with_its_text(written: str, said: str) -> None:
    with pytest.raises(ValueError, match="share") as refused:
        read_rate(written)
    assert str(refused.value) == said


def test_a_number_is_read_exactly_and_grouped_by_underscores_only() -> None:
    assert read_number("400_000") == 400000
    assert read_number(12.5) == Decimal("12.5")
    for written in ("12,50", "inf", "a dozen"):
        with pytest.raises(ValueError, match=r"is not a number; write digits with a point, as 12500\.00"):
            read_number(written)


def test_names_start_with_a_letter() -> None:
    assert read_identifier("SL-1.a_b") == "SL-1.a_b"
    with pytest.raises(ValueError, match="'1st level' can't be a name here; start with a letter"):
        read_identifier("1st level")


def test_whole_numbers_are_read_for_choices_and_the_rest_left_to_them() -> None:
    assert read_whole("6") == 6
    assert read_whole("six") == "six"


def test_one_value_stands_for_a_list_of_one() -> None:
    assert TypeAdapter(Texts).validate_python("Closed") == ("Closed",)
    assert TypeAdapter(Texts).validate_python(["Resolved", "Closed"]) == ("Resolved", "Closed")
    assert read_list(("a",)) == ("a",)


def test_a_mapping_decides_by_a_column_and_a_plain_value_for_all() -> None:
    assert form_of({"by": "site"}) == form_of(Rounding()) == "by column"
    assert form_of("us_support") == "one for all"


@pytest.mark.parametrize(
    ("written", "seconds", "unit"),
    [
        ("30 seconds", 30, ClockUnit.ALL_SECONDS),
        ("1.5 hours", 5400, ClockUnit.ALL_SECONDS),
        ("2 weeks", 1_209_600, ClockUnit.ALL_SECONDS),
        ("7 days", 604_800, ClockUnit.ALL_SECONDS),
        ("4 Business  Hours", 14_400, ClockUnit.OPEN_SECONDS),
        ("3 business days", 259_200, ClockUnit.OPEN_DAYS),
        ("3 business days by end of day", 259_200, ClockUnit.OPEN_DAYS_END),
        ("1 calendar day", 86_400, ClockUnit.ALL_DAYS),
        ("2 calendar weeks by end of day", 1_209_600, ClockUnit.ALL_DAYS_END),
    ],
)
def test_a_length_of_time_is_read_with_what_its_clock_counts(written: str, seconds: int, unit: ClockUnit) -> None:
    length = read_duration(written)

    assert (length.seconds, length.unit) == (seconds, unit)
    assert str(length) == " ".join(written.split())
    assert read_duration(length) is length
    assert unit.needs_business_hours is ("usiness" in written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("4 busines hours", "'4 busines hours' is not a length of time"),
        ("four hours", "'four hours' is not a length of time"),
        ("-4 hours", "'-4 hours' is not a length of time"),
        ("0.3 seconds", "'0.3 seconds' is not a whole number of seconds"),
        ("4 hours by end of day", "'4 hours by end of day': only business days and calendar days end by end of day"),
        ("1 business week", "'1 business week': a business week has no fixed length; count business days instead"),
        ("4 calendar hours", "'4 calendar hours': calendar goes with days"),
        ("1.5 business days", "'1.5 business days': days are counted whole"),
    ],
)
def test_what_is_no_length_of_time_is_refused_with_its_text(written: str, said: str) -> None:
    with pytest.raises(ValueError, match="'") as refused:
        read_duration(written)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (RoundingMode.HALF_UP, ["0.3", "0.2", "0.3", "-0.3", "0.1"]),
        (RoundingMode.HALF_EVEN, ["0.2", "0.2", "0.3", "-0.2", "0.1"]),
        (RoundingMode.UP, ["0.3", "0.3", "0.3", "-0.3", "0.2"]),
        (RoundingMode.DOWN, ["0.2", "0.2", "0.2", "-0.2", "0.1"]),
    ],
)
def test_a_value_is_rounded_as_the_contract_names_it(mode: RoundingMode, expected: list[str]) -> None:
    given: list[Any] = [Decimal("0.25"), Decimal("0.24"), Decimal("0.26"), Decimal("-0.25"), Fraction(1, 9)]

    assert [str(Rounding(places=1, mode=mode).apply(value)) for value in given] == expected


def test_a_half_between_odd_and_even_goes_to_the_even_one() -> None:
    assert str(Rounding(places=0, mode=RoundingMode.HALF_EVEN).apply(Fraction(7, 2))) == "4"


def test_a_duration_is_a_value() -> None:
    assert Duration(30, ClockUnit.ALL_SECONDS, "30 seconds") == read_duration("30 seconds")


def test_a_problem_is_told_in_one_line() -> None:
    problem = Problem("contract.yaml", 12, "service_levels.SL1", "is odd", "mend it")
    doubt = Problem("contract.yaml", 0, "", "is old", severity=Severity.WARNING)

    assert str(problem) == "contract.yaml:12: service_levels.SL1: is odd; mend it"
    assert str(doubt) == "contract.yaml: warning: is old"
    assert errors_in([doubt, problem]) == [problem]
    assert str(ProblemsFound([problem, doubt])) == f"{problem}\n{doubt}"
