"""Scorecards: levels on their scales, weighed together, banded and ranked."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest

from remit.performance.scorecards import Scorecard, compose, places, ranked
from remit.performance.service_levels import Attainment, Ratio, Standard, judge
from remit.terms.periods import Period, month_of
from remit.terms.service_levels import ScorecardTerms
from tests.lib.sample_settlements import month

MARCH: Period = month_of(month(2).start_on)
BANDS = [{"name": "green", "from": 80}, {"name": "red", "from": 10}, {"name": "amber", "from": 50}]


def terms(weights: Mapping[str, str], *, bands: object = BANDS) -> ScorecardTerms:
    """Weights written as `60% 70% 98%`: the weight, the value that scores 0 and the one that scores 100."""
    scales = {
        level: dict(zip(("weight", "zero_at", "full_at"), written.split(), strict=True))
        for level, written in weights.items()
    }
    return ScorecardTerms.model_validate({"weights": scales, "bands": bands})


def attained(level: str, counts: str) -> Attainment:
    numerator, denominator = (int(part) for part in counts.split("/"))
    standard = Standard(level, Decimal("0.95"), is_proportion=False)
    return judge(standard, Ratio(numerator, denominator, denominator), window=MARCH)


def card(scorecard_terms: ScorecardTerms, counts: Mapping[str, str], *, subject: str = "") -> Scorecard:
    found = {level: attained(level, written) for level, written in counts.items()}
    return compose(scorecard_terms, found, period=MARCH, subject=subject)


SCALES = """
    higher is better   70%  98%    84/100      50.0
    at zero_at         70%  98%    70/100       0.0
    at full_at         70%  98%    98/100     100.0
    below zero_at      70%  98%    10/100       0.0
    beyond full_at     70%  98%   100/100     100.0
    lower is better    15%   1%     8/100      50.0
    worse than zero    15%   1%    90/100       0.0
    better than full   15%   1%     0/100     100.0
    seconds, lower     120    20    45/1       75.0
    thirds             0%   100%    2/3        66.7
    half a tenth, up   0%   100%  1/2000        0.1
    just below         0%   100%  49999/100000000    0.0
    below nothing      -10   10    -5/1        25.0
"""


@pytest.mark.parametrize("row", SCALES.strip().splitlines())
def test_a_level_scores_on_its_scale_in_either_direction(row: str) -> None:
    *_, zero_at, full_at, counts, score = row.split()
    one = card(terms({"SL1": f"100% {zero_at} {full_at}"}), {"SL1": counts})
    assert (one.score, one.lines[0].score) == (Decimal(score), Decimal(score))


def test_the_score_is_the_weighted_mean_of_exact_scores_rounded_once() -> None:
    # From the rounded lines it would be (0.1 + 0.2) / 2 = 0.15, so 0.2.
    one = card(terms({"A": "50% 0% 100%", "B": "50% 0% 100%"}), {"A": "1/2000", "B": "3/2000"})
    assert [line.score for line in one.lines] == [Decimal("0.1"), Decimal("0.2")]
    assert one.score == Decimal("0.1")


def test_lines_carry_the_exact_value_and_the_weight() -> None:
    one = card(terms({"A": "60% 0% 100%"}), {"A": "2/3"})
    assert (one.lines[0].value, one.lines[0].weight) == (Fraction(2, 3), Decimal("0.6"))


def test_levels_not_measured_take_no_part_and_the_coverage_says_so() -> None:
    scales = terms({"A": "60% 70% 98%", "B": "40% 15% 1%"})
    for counts in ({"A": "84/100"}, {"A": "84/100", "B": "0/0"}):
        one = card(scales, counts)
        assert (one.score, one.coverage, one.band, one.is_partial) == (Decimal("50.0"), Decimal("0.6"), "amber", True)
        assert (one.lines[1].value, one.lines[1].score, one.lines[1].weight) == (None, None, Decimal("0.4"))


def test_a_subject_without_a_record_has_no_score() -> None:
    one = card(terms({"A": "60% 70% 98%", "B": "40% 15% 1%"}), {})
    assert (one.score, one.coverage, one.band, one.is_partial) == (None, Decimal(0), "not measured", False)


def test_coverage_is_a_share_of_the_weights_even_where_they_make_no_whole() -> None:
    scales = terms({"A": "10% 0% 100%", "B": "20% 0% 100%"})
    assert card(scales, {"A": "1/2"}).coverage == Decimal("0.3333")
    full = card(scales, {"A": "1/2", "B": "1/2"})
    assert (full.coverage, full.score, full.is_partial) == (Decimal(1), Decimal("50.0"), False)


def test_a_level_without_weight_is_shown_and_decides_nothing() -> None:
    scales = terms({"A": "0% 0% 100%", "B": "100% 0% 100%"})
    assert card(scales, {"A": "1/1"}).score is None
    one = card(scales, {"B": "1/2"})
    assert (one.score, one.coverage, one.is_partial) == (Decimal("50.0"), Decimal(1), False)
    assert card(terms({"A": "0% 0% 100%"}), {"A": "1/2"}).coverage == 0


BANDED = """
    100/100   green
    80/100    green
    7995/10000  green
    7994/10000  amber
    50/100    amber
    10/100    red
    9/100     -
"""


@pytest.mark.parametrize("row", BANDED.strip().splitlines())
def test_the_band_is_that_of_the_printed_score_whatever_the_order_of_the_bands(row: str) -> None:
    counts, band = row.split()
    assert card(terms({"A": "100% 0% 100%"}), {"A": counts}).band == band.strip("-")


def test_a_scorecard_without_bands_names_none() -> None:
    assert card(terms({"A": "100% 0% 100%"}, bands=[]), {"A": "1/2"}).band == ""


def compared() -> list[Scorecard]:
    counts = {
        "": "1/1",
        "Delta": "1/2",
        "Alpha": "0/0",
        "Echo": "0/1",
        "Bravo": "1/2",
        "Charlie": "3/4",
        "Aaron": "0/0",
    }
    scales = terms({"A": "100% 0% 100%"})
    return [card(scales, {"A": written}, subject=subject) for subject, written in counts.items()]


def test_the_best_comes_first_ties_by_name_and_those_without_a_score_last() -> None:
    order = [one.subject for one in ranked(compared())]
    assert order == ["", "Charlie", "Bravo", "Delta", "Echo", "Aaron", "Alpha"]


def test_equal_scores_share_a_place_and_the_whole_has_none() -> None:
    assert places(compared()) == {"Charlie": 1, "Bravo": 2, "Delta": 2, "Echo": 4}
