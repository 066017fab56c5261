"""Foreseeing a month's end from days like those to come."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from remit.performance.alerts import Day, Forecast, TrackRecord, foresee, track_record
from remit.performance.service_levels import LowVolume, MinimumSample, Ratio, Standard, Standing
from remit.terms.periods import Period

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))


def days(good: int, of: int = 10, *, until: date = date(2026, 3, 16), count: int = 42) -> list[Day]:
    """Past days that are all alike."""
    return [Day(until - timedelta(days=back), Ratio(good, of, of)) for back in range(count, 0, -1)]


def foreseen(past: list[Day], *, expected: str | None = "0.9", today: date = date(2026, 3, 16)) -> Forecast | None:
    standard = Standard("SL1", None if expected is None else Decimal(expected))
    return foresee(standard, MARCH, past, today=today, seed=1, runs=200)


def test_days_that_are_all_alike_leave_no_doubt() -> None:
    sure = foreseen(days(9))
    assert sure is not None
    assert (sure.chance, sure.days_left, sure.so_far) == (Fraction(1), 16, Ratio(135, 150, 150))
    assert sure.standing is Standing.MET
    lost = foreseen(days(8))
    assert lost is not None
    assert lost.chance == 0


def test_a_coin_thrown_every_day_ends_on_either_side() -> None:
    """Sixteen days of 10 of 10 or 8 of 10 alike often, on top of a month at 9 of 10: an even chance and the tie."""
    past = [Day(one.on, Ratio(10 if (one.on.toordinal() // 7) % 2 else 8, 10, 10)) for one in days(9)]
    found = foreseen(past)
    assert found is not None
    assert Fraction(3, 10) < found.chance < Fraction(9, 10)
    assert found == foreseen(past)


def test_a_weekday_is_like_its_own_weekdays() -> None:
    """Only Mondays are bad; with no Monday to come, the end is sure."""
    past = [Day(one.on, Ratio(0 if one.on.weekday() == 0 else 10, 10, 10)) for one in days(9, until=date(2026, 3, 31))]
    found = foreseen(past, expected="0.85", today=date(2026, 3, 31))
    assert found is not None
    assert found.days_left == 1
    assert found.chance == 0
    without = [one for one in past if one.on.weekday() == 6]
    weekly = [Day(date(2025, 11, 5) + timedelta(days=7 * n), one.ratio) for n, one in enumerate(without * 3)]
    assert foreseen(weekly, today=date(2026, 3, 31)) is not None


def test_what_cannot_be_foreseen_has_no_forecast() -> None:
    assert foreseen(days(9, count=13)) is None
    assert foreseen(days(9), expected=None) is None
    few = Standard("SL1", Decimal("0.9"), minimum_sample=MinimumSample(10_000, LowVolume.NOT_MEASURED))
    assert foresee(few, MARCH, days(9), today=date(2026, 3, 16), seed=1, runs=10) is None


def test_the_day_itself_is_still_to_come() -> None:
    found = foreseen([*days(9), Day(date(2026, 3, 16), Ratio(0, 10, 10))])
    assert found is not None
    assert found.chance == 1


def test_the_middle_and_the_band_are_of_the_ends_drawn() -> None:
    """Weeks of 10 of 10 beside weeks of 8 of 10: the month, half of it at 9 of 10, ends about there."""
    found = foreseen([Day(one.on, Ratio(10 if (one.on.toordinal() // 7) % 2 else 8, 10, 10)) for one in days(9)])
    assert found is not None
    assert Decimal("0.85") < found.low < found.likely < found.high < Decimal("0.95")
    assert (found.expected, found.at_most) == (Decimal("0.9"), False)
    sure, lost = foreseen(days(10)), foreseen(days(8))
    assert sure is not None
    assert lost is not None
    assert not sure.is_warning
    assert (lost.low, lost.high, lost.is_warning) == (Decimal("0.8"), Decimal("0.8"), True)


def test_how_forecasts_did_is_the_mean_square_of_chance_less_outcome() -> None:
    """Two sure ones right, one of four fifths wrong: 0.64 / 3; always saying two thirds has 2/9."""
    found = track_record([(Fraction(1), True), (Fraction(0), False), (Fraction(1, 5), True)])
    assert found == TrackRecord(3, Fraction(16, 75), Fraction(2, 9))
    assert track_record([]) is None
