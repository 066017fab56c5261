"""Fairness and honesty aids: published answers, planted patterns found, and nothing found where there is none."""

from datetime import date
from fractions import Fraction

import pytest

from remit.performance.fairness import (
    Adjusted,
    SoonReopened,
    Watermelon,
    bunched,
    green_outside,
    standardised,
    stops_of,
)
from remit.performance.service_levels import Attainment, Ratio
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
    assert thin.strata[0].is_thin
    assert standardised({("A", "x"): Ratio(0, 0, 0)}) == (Adjusted("A", Ratio(0, 0, 0), None, (), Fraction(0)),)


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
