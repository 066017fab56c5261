"""Fairness and honesty aids: published answers, planted patterns found, and nothing found where there is none."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from remit.performance.fairness import (
    Adjusted,
    Edge,
    Moved,
    Signals,
    SoonReopened,
    Watermelon,
    bunched,
    edge_of,
    green_outside,
    moved_over,
    standardised,
    stops_of,
)
from remit.performance.fairness.standardising import interval_of
from remit.performance.service_levels import Attainment, Ratio, wilson_interval
from remit.terms.periods import Period, months_between
from tests.lib.credit_tables import attained


def stones() -> dict[tuple[str, str], Ratio]:
    """Kidney stones by treatment and size: Charig et al., British Medical Journal 292 (1986), 879-882."""
    table = {("A", "small"): (81, 87), ("A", "large"): (192, 263), ("B", "small"): (234, 270), ("B", "large"): (55, 80)}
    return {key: Ratio(good, of, of) for key, (good, of) in table.items()}


def test_the_treatment_that_looks_worse_is_better_at_one_mix() -> None:
    first, second = standardised(stones())

    assert (first.raw.value, second.raw.value) == (Fraction(273, 350), Fraction(289, 350))
    assert float(first.adjusted or 0) == pytest.approx(0.8325, abs=5e-5)
    assert float(second.adjusted or 0) == pytest.approx(0.7789, abs=5e-5)
    assert [(one.stratum, one.weight) for one in first.strata] == [
        ("large", Fraction(343, 700)),
        ("small", Fraction(357, 700)),
    ]


def test_one_mix_for_all_leaves_every_figure_as_it_was() -> None:
    same = {(site, queue): Ratio(8, 10, 10) for site in ("A", "B") for queue in ("x", "y")}
    assert {one.adjusted for one in standardised(same)} == {Fraction(4, 5)}


def test_a_stratum_somebody_lacks_is_left_out_of_the_figure_and_said() -> None:
    counts = stones()
    del counts["B", "large"]
    *_, lacking = standardised(counts)
    assert lacking.adjusted == Fraction(234, 270)
    assert lacking.weight_covered == Fraction(357, 620)
    assert [one.is_thin for one in lacking.strata] == [False, False]


def test_thin_strata_are_told_and_nothing_at_all_has_no_figure() -> None:
    (thin,) = standardised({("A", "x"): Ratio(3, 4, 4)})
    (enough,) = standardised({("A", "x"): Ratio(30, 40, 40)})
    assert thin.strata[0].is_thin
    assert (thin.has_thin, enough.has_thin) == (True, False)
    assert standardised({("A", "x"): Ratio(0, 0, 0)}) == (Adjusted("A", Ratio(0, 0, 0), None, (), Fraction(0)),)


def test_the_interval_of_one_share_is_its_score_interval_and_of_several_is_narrower_than_any_of_them() -> None:
    assert interval_of([(Fraction(1), Ratio(33, 35, 35))]) == wilson_interval(33, 35)
    first, _ = standardised(stones())
    assert first.interval is not None
    low, high = first.interval
    assert low < Decimal("0.8325") < high
    assert high - low < max(wilson_interval(81, 87)[1] - wilson_interval(81, 87)[0], Decimal("0.11"))
    assert first.raw_interval == wilson_interval(273, 350)


def test_what_is_no_share_of_records_has_no_interval() -> None:
    (mean,) = standardised({("A", "x"): Ratio(9_000, 30, 30)})
    assert (mean.adjusted, mean.interval, mean.raw_interval) == (Fraction(300), None, None)
    assert interval_of([]) is None
    assert interval_of([(Fraction(1), Ratio(0, 0, 0))]) is None


def test_the_interval_holds_the_true_share_about_nineteen_times_of_twenty() -> None:
    """Strata of 40 and 15 records with true shares of 97 % and 80 %, two thousand times."""
    rng = np.random.Generator(np.random.PCG64(7))
    drawn = zip(rng.binomial(40, 0.97, 2_000), rng.binomial(15, 0.80, 2_000), strict=True)
    half = Fraction(1, 2)
    found = [interval_of([(half, Ratio(int(one), 40, 40)), (half, Ratio(int(two), 15, 15))]) for one, two in drawn]
    held = sum(one is not None and one[0] <= Decimal("0.885") <= one[1] for one in found)
    assert 0.94 < held / len(found) < 0.98


TARGET = 14_400


def spread(count: int = 400) -> list[tuple[str, int, int]]:
    """Times that thin out evenly past the target, as work does that nobody watches the clock over."""
    return [(f"T{index}", 7_200 + index * 36, TARGET) for index in range(count)]


def test_an_even_spread_of_times_raises_nothing() -> None:
    found = bunched(spread())
    assert found is not None
    assert not found.is_signal
    assert found.just_within == pytest.approx(found.expected, abs=1)
    assert len(found.keys) == found.just_within


def test_records_moved_from_just_over_to_just_within_are_found_with_their_keys() -> None:
    planted = [(key, TARGET - 60 if 0 < time - TARGET <= 700 else time, of) for key, time, of in spread()]
    found = bunched(planted, looked_at=100)
    assert found is not None
    assert found.is_signal
    assert found.just_over < 2
    assert {key for key, time, _ in planted if time == TARGET - 60} <= set(found.keys)


def test_a_time_exactly_on_target_is_within_it() -> None:
    found = bunched([("edge", TARGET, TARGET), *spread()])
    assert found is not None
    assert "edge" in found.keys


def test_too_few_records_around_the_target_say_nothing() -> None:
    assert bunched(spread()[::10]) is None
    assert bunched([]) is None
    far = [(f"F{index}", 13_000 if index % 2 else 12_500, TARGET) for index in range(60)]
    nobody_near = bunched(far)
    assert nobody_near is not None
    assert (nobody_near.chance, nobody_near.is_signal) == (1.0, False)


MONTHS = tuple(months_between(date(2026, 1, 1), date(2026, 6, 1)))


def months(outside: str, inside: str) -> list[tuple[Period, list[Attainment]]]:
    """Six months of a critical level and of one inside, a value each."""
    pairs = zip(MONTHS, outside.split(), inside.split(), strict=True)
    return [(month, [attained("SL1", one, month), attained("KM1", two, month)]) for month, one, two in pairs]


def flagged(outside: str, inside: str, *, at_most: bool = False) -> Watermelon | None:
    return green_outside(months(outside, inside), {"KM1": at_most})


def test_levels_met_while_satisfaction_falls_are_green_outside_only() -> None:
    found = flagged("96% 96% 96% 97% 97% 97%", "99% 99% 99% 98% 97.9% 98%")
    assert found is not None
    assert (found.met, [one.label for one in found.months]) == (("SL1",), ["2026-04", "2026-05", "2026-06"])
    (worse,) = found.worse
    assert worse.service_level == "KM1"
    assert worse.months_missed == 0
    assert worse.z > 10


def test_a_level_inside_missed_month_after_month_is_red_however_steady() -> None:
    found = flagged("96% " * 6, "80% " * 6)
    assert found is not None
    assert found.worse[0].months_missed == 3


def test_less_of_what_is_better_low_is_no_worsening_and_more_is() -> None:
    assert flagged("96% " * 6, "99% 99% 99% 96% 96% 96%", at_most=True) is None
    assert flagged("96% " * 6, "96% 96% 96% 99% 99% 99%", at_most=True) is not None


@pytest.mark.parametrize(
    ("outside", "inside"),
    [
        ("96% 96% 96% 97% 94% 97%", "99% 99% 99% 90% 90% 90%"),
        ("96% " * 6, "99% 99% 99% 99% 99% 99%"),
        ("- - - - - -", "99% 99% 99% 90% 90% 90%"),
        ("96% " * 6, "- - - 98% 98% 98%"),
        ("96% " * 6, "100% " * 6),
    ],
)  # fmt: skip
def test_no_flag_where_outside_is_red_or_inside_is_green(outside: str, inside: str) -> None:
    assert flagged(outside, inside) is None


def test_no_flag_of_fewer_months_than_are_looked_at() -> None:
    assert green_outside(months("96% " * 6, "80% " * 6)[:2], {"KM1": False}) is None


def test_a_quantity_that_is_no_share_is_worse_only_where_it_is_missed() -> None:
    given = months("96% " * 6, "99% 99% 99% 98% 98% 98%")
    seconds = [(month, [found[0], _counted(found[1])]) for month, found in given]
    assert green_outside(seconds, {"KM1": False}) is None


def _counted(one: Attainment) -> Attainment:
    from dataclasses import replace

    return replace(one, ratio=Ratio(300_000, 1_000, 1_000))


def test_a_stop_undone_at_once_is_told_from_one_that_lasted() -> None:
    changes = [
        ("A", 0, None, "Open"),
        ("A", 1_000, "Open", "Resolved"),
        ("A", 1_500, None, None),
        ("A", 2_000, "Resolved", "Closed"),
        ("A", 4_600, "Closed", "Open"),
        ("A", 9_000, "Open", "Closed"),
        ("B", 1_000, "Open", "Resolved"),
        ("B", 4_601, "Resolved", "Open"),
    ]
    found = stops_of(changes, {"Resolved", "Closed"})
    assert [(one.key, one.at, one.again_at, one.is_soon) for one in found] == [
        ("A", 1_000, 4_600, True),
        ("A", 9_000, None, False),
        ("B", 1_000, 4_601, False),
    ]


def test_a_few_reopenings_are_life_and_many_are_a_signal() -> None:
    keys = tuple(f"C{index}" for index in range(10))
    assert SoonReopened(date(2026, 3, 1), 200, keys).is_signal
    assert not SoonReopened(date(2026, 3, 1), 201, keys).is_signal
    assert not SoonReopened(date(2026, 3, 1), 20, keys[:9]).is_signal


APRIL = date(2026, 4, 1)


def moves(steps: int, *, over: date, back: bool = True) -> list[Moved]:
    """Records of the day before or after a midnight, moved over it."""
    days = (over, over - timedelta(days=1)) if back else (over - timedelta(days=1), over)
    return [Moved(f"{over}-{step}", *days) for step in range(steps)]


def test_records_moved_back_over_a_months_end_are_a_signal_with_their_keys_and_direction() -> None:
    around = [one for step in range(-14, 15) if step for one in moves(1, over=APRIL + timedelta(days=step))]
    found, back = moved_over([*around, *moves(12, over=APRIL), *moves(2, over=APRIL, back=False)], APRIL, looked_at=50)
    assert found.is_signal
    assert (found.records, back) == (12 + 2 - 2, 12)  # two keys are moved both ways, and are two records of twelve
    assert found.expected == pytest.approx(29 / 28)


def test_a_correction_that_moves_records_over_every_midnight_is_none() -> None:
    every = [one for step in range(-20, 21) for one in moves(15, over=APRIL + timedelta(days=step))]
    found, _ = moved_over(every, APRIL)
    assert not found.is_signal
    long = [Moved(f"C{index}", APRIL - timedelta(days=20), APRIL + timedelta(days=20)) for index in range(40)]
    assert not moved_over(long, APRIL)[0].is_signal


def test_a_few_records_at_a_months_edge_are_life() -> None:
    assert not edge_of(tuple("abcdefghi"), [0] * 30).is_signal
    assert edge_of(tuple("abcdefghij"), [0] * 30).is_signal
    assert not edge_of(tuple("abcdefghij"), [4] * 30).is_signal
    assert edge_of((), [], looked_at=3) == Edge(0, 1.0, 1.0, 3, ())


def test_the_chance_of_so_many_is_that_of_poissons_law() -> None:
    """P(X >= 3) for a mean of 1 is 1 - 5/(2e) = 0.0803."""
    assert edge_of(tuple("abc"), [1, 1, 0]).chance == pytest.approx(0.080301, abs=1e-6)


def test_levels_met_while_more_is_escalated_are_green_outside_only() -> None:
    steady = months("96% " * 6, "99% " * 6)
    rising = [Ratio(one, 400, 400) for one in (8, 9, 7, 30, 28, 33)]
    found = green_outside(steady, {"KM1": False}, escalated={"escalated cases": rising})
    assert found is not None
    (worse,) = found.worse
    assert (worse.service_level, worse.before, worse.after) == (
        "escalated cases",
        Ratio(24, 1_200, 1_200),
        Ratio(91, 1_200, 1_200),
    )
    level = [Ratio(8, 400, 400)] * 6
    assert green_outside(steady, {"KM1": False}, escalated={"escalated cases": level}) is None
    assert green_outside(steady, {"KM1": False}, escalated={"escalated cases": rising[:3]}) is None


def test_nothing_found_is_empty() -> None:
    assert Signals((), (), 0, None).is_empty
