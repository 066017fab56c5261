"""Judging one window: exact comparisons, both directions, rounding, small samples, intervals."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from remit.performance.service_levels import (
    Attainment,
    LowVolume,
    MinimumSample,
    Ratio,
    Standard,
    Standing,
    carried_on,
    judge,
    wilson_interval,
)
from remit.terms.money import Rounding, RoundingMode
from remit.terms.periods import month_of

MARCH = month_of(date(2026, 3, 1))
SL1 = Standard("SL1", Decimal("0.95"), Decimal("0.90"))
AT_MOST = Standard("SL4", Decimal("0.05"), Decimal("0.07"), at_most=True)


def judged(standard: Standard, numerator: int, denominator: int) -> Attainment:
    return judge(standard, Ratio(numerator, denominator, denominator), window=MARCH)


@pytest.mark.parametrize(
    ("numerator", "denominator", "standing"),
    [
        (95, 100, Standing.MET),
        (100, 100, Standing.MET),
        (94, 100, Standing.BELOW_EXPECTED),
        (90, 100, Standing.BELOW_EXPECTED),
        (89, 100, Standing.BELOW_MINIMUM),
        (0, 100, Standing.BELOW_MINIMUM),
        (9_499_999_999, 10_000_000_000, Standing.BELOW_EXPECTED),
        (0, 0, Standing.NOT_MEASURED),
    ],
)
def test_a_value_exactly_on_its_standard_has_met_it(numerator: int, denominator: int, standing: Standing) -> None:
    assert judged(SL1, numerator, denominator).standing is standing


@pytest.mark.parametrize(
    ("numerator", "standing"),
    [
        (0, Standing.MET),
        (5, Standing.MET),
        (6, Standing.BELOW_EXPECTED),
        (7, Standing.BELOW_EXPECTED),
        (8, Standing.BELOW_MINIMUM),
    ],
)
def test_an_at_most_level_is_met_up_to_its_standard(numerator: int, standing: Standing) -> None:
    assert judged(AT_MOST, numerator, 100).standing is standing


def test_every_case_exactly_on_the_threshold_is_met() -> None:
    """Floats put 177 of 1,860 such cases on the wrong side."""
    cases = [(Decimal(percent) / 100, total) for percent in range(1, 100) for total in range(1, 400)]
    exact = [(share, int(share * total), total) for share, total in cases if share * total == int(share * total)]

    assert len(exact) > 1_500
    assert {judged(Standard("SL1", share), met, total).standing for share, met, total in exact} == {Standing.MET}
    assert any(met / total * 100 < float(share * 100) for share, met, total in exact)


def test_nothing_to_measure_is_neither_0_nor_100() -> None:
    nothing = judged(SL1, 0, 0)

    assert (nothing.value, nothing.exact, nothing.interval) == (None, None, None)
    assert nothing.note == "no records in the window"
    assert not nothing.standing.is_miss


def test_the_standing_is_judged_on_the_value_as_the_contract_rounds_it_and_both_are_kept() -> None:
    rounded = Standard("SL1", Decimal("0.95"), rounding=Rounding(places=3))
    cut = Standard("SL1", Decimal("0.95"), rounding=Rounding(places=3, mode=RoundingMode.DOWN))

    up, down = judged(rounded, 9496, 10_000), judged(cut, 9496, 10_000)

    assert (up.standing, up.value, up.exact) == (Standing.MET, Decimal("0.950"), Fraction(9496, 10_000))
    assert (down.standing, down.value) == (Standing.BELOW_EXPECTED, Decimal("0.949"))


def test_an_exact_value_is_written_without_trailing_zeros() -> None:
    assert str(judged(SL1, 95, 100).value) == "0.95"
    assert str(judged(SL1, 100, 100).value) == "1"
    assert str(judged(SL1, 2, 3).value) == "0.666666666667"
    assert str(judge(Standard("AHT", Decimal(300), at_most=True), Ratio(24_000, 10, 10), window=MARCH).value) == "2400"


def test_33_of_35_misses_95_percent_and_lies_between_81_4_and_98_4() -> None:
    attainment = judged(SL1, 33, 35)

    assert attainment.standing is Standing.BELOW_EXPECTED
    assert attainment.interval == (Decimal("0.813929"), Decimal("0.984187"))


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [(0, 1, "0.000000", "0.793451"), (5, 5, "0.565518", "1.000000"), (50, 100, "0.403832", "0.596168")],
)
def test_the_interval_stays_within_0_and_1(numerator: int, denominator: int, low: str, high: str) -> None:
    assert tuple(str(bound) for bound in wilson_interval(numerator, denominator)) == (low, high)


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 0), (-1, 3), (4, 3)])
def test_only_a_proportion_has_an_interval(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="is not a proportion"):
        wilson_interval(numerator, denominator)


def test_a_mean_has_no_interval_and_neither_has_a_share_outside_0_to_1() -> None:
    mean = Standard("AHT", Decimal(300), at_most=True, is_proportion=False)

    assert judge(mean, Ratio(2_900, 10, 10), window=MARCH).interval is None
    assert judged(SL1, 12, 10).interval is None


def test_a_level_without_an_expected_level_is_reported_and_not_judged() -> None:
    attainment = judged(Standard("KM1", None), 7, 10)

    assert (attainment.standing, attainment.value) == (Standing.NOT_MEASURED, Decimal("0.7"))
    assert attainment.note == "no expected level: reported, not judged"


def test_too_small_a_sample_is_not_measured_where_the_contract_says_so() -> None:
    standard = Standard("SL1", Decimal("0.95"), minimum_sample=MinimumSample(20))

    small, enough = judged(standard, 3, 19), judged(standard, 3, 20)

    assert (small.standing, small.value) == (Standing.NOT_MEASURED, None)
    assert small.note == "19 records, fewer than the minimum sample of 20: not measured"
    assert small.ratio == Ratio(3, 19, 19)
    assert enough.standing is Standing.BELOW_EXPECTED


def test_a_small_sample_accumulates_until_there_is_enough_to_judge() -> None:
    standard = Standard("SL1", Decimal("0.95"), minimum_sample=MinimumSample(20, LowVolume.ACCUMULATE))
    january, february, march = Ratio(7, 8, 8), Ratio(7, 7, 7), Ratio(6, 6, 6)

    carried = carried_on(standard, january)
    assert judge(standard, january, window=MARCH).note.endswith("carried into the next window")
    assert carried == january
    carried = carried_on(standard, february, carried=carried)
    assert carried == Ratio(14, 15, 15)

    attainment = judge(standard, march, window=MARCH, carried=carried)

    assert (attainment.standing, attainment.ratio) == (Standing.MET, Ratio(20, 21, 21))
    assert attainment.note == "includes 15 records carried from earlier windows"
    assert carried_on(standard, march, carried=carried) is None


def test_nothing_is_carried_without_accumulation_and_nothing_carried_needs_no_note() -> None:
    assert carried_on(SL1, Ratio(1, 2, 2)) is None
    assert judge(SL1, Ratio(95, 100, 100), window=MARCH, carried=Ratio(0, 0, 0)).note == ""


@pytest.mark.parametrize(
    ("numerator", "denominator", "standing"),
    [
        (7, 8, Standing.MET),
        (6, 8, Standing.BELOW_MINIMUM),
        (8, 8, Standing.MET),
        (18, 20, Standing.BELOW_EXPECTED),
        (0, 0, Standing.NOT_MEASURED),
    ],
)
def test_so_many_misses_of_a_low_volume_window_are_still_met(
    numerator: int, denominator: int, standing: Standing
) -> None:
    sample = MinimumSample(20, LowVolume.ALLOW_MISSES, misses=1)
    standard = Standard("SL1", Decimal("0.95"), Decimal("0.90"), minimum_sample=sample)

    assert judged(standard, numerator, denominator).standing is standing


def test_allowed_misses_are_the_counted_ones_of_an_at_most_level_and_none_of_a_mean() -> None:
    sample = MinimumSample(20, LowVolume.ALLOW_MISSES, misses=1)
    at_most = Standard("SL4", Decimal("0.05"), at_most=True, minimum_sample=sample)
    mean = Standard("AHT", Decimal(300), at_most=True, is_proportion=False, minimum_sample=sample)

    forgiven = judged(at_most, 1, 8)

    assert forgiven.standing is Standing.MET
    assert forgiven.note == "low volume (8 records, fewer than 20): up to 1 misses are met"
    assert judged(at_most, 2, 8).standing is Standing.BELOW_EXPECTED
    assert judge(mean, Ratio(3_200, 10, 10), window=MARCH).standing is Standing.BELOW_EXPECTED


def test_a_ratio_of_nothing_has_no_value_and_ratios_add_up() -> None:
    assert Ratio(0, 0, 0).value is None
    assert (Ratio(1, 2, 2) + Ratio(3, 4, 4)).value == Fraction(4, 6)


def test_an_attainment_keeps_its_exclusions_and_dimensions() -> None:
    attainment = judge(SL1, Ratio(1, 1, 1), window=MARCH, excluded=4, dimensions=(("site", "NYC"),))

    assert (attainment.excluded, attainment.dimensions, attainment.window) == (4, (("site", "NYC"),), MARCH)
