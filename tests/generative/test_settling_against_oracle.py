"""Random contracts and records settled twice: by Remit, and by the oracle that was written from the reference."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from remit.performance.service_levels import Ratio
from tests.lib.oracle import drawing_credits, drawing_levels
from tests.lib.oracle.engine import Case, settled, told_by_oracle, told_by_remit
from tests.lib.oracle.words import Words

# Making a failing case smaller takes longer than reading it: each try settles twice.
FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
few = settings(max_examples=100, phases=FOUND, suppress_health_check=[HealthCheck.too_slow])
many = settings(max_examples=3000, phases=FOUND, suppress_health_check=[HealthCheck.too_slow])


def agree(case: Case) -> None:
    assert [told_by_remit(one) for one in settled(case)] == told_by_oracle(case), case.in_full


@few
@given(drawing_credits.cases())
def test_credits_agree_to_the_cent_whatever_the_terms(case: Case) -> None:
    agree(case)


@few
@given(drawing_levels.cases())
def test_attainments_agree_whatever_the_measure_and_its_records(case: Case) -> None:
    agree(case)


NOT_A_SUM = ("availability", "backlog", "throughput", "attrition", "volume")
"""Measures whose parts have something in common: an outage, a calendar, a window."""


def adds_up(level: Words) -> bool:
    measure = level["measure"]
    apart = measure["is"] in NOT_A_SUM or "statistic" in measure or "aggregate" in measure
    return not apart and measure.get("variant") != "no_repeat" and "low_volume" not in level


@settings(few, max_examples=40)
@given(drawing_levels.cases().filter(lambda case: adds_up(case.contract["service_levels"]["SL1"])))
def test_sites_add_up_to_the_whole(case: Case) -> None:
    for month in settled(case, dimensions=("site",)):
        # An amendment may bring a level that does not add up.
        for whole in (one for one in month.attainments if one.service_level == "SL1"):
            mine = [one for one in month.breakdown if one.service_level == "SL1"]
            parts = [one.ratio for one in mine if one.window == whole.window]
            total = sum(parts, Ratio(0, 0, 0))
            assert (total.numerator, total.denominator) == (whole.ratio.numerator, whole.ratio.denominator)


@pytest.mark.slow
@many
@given(drawing_credits.cases())
def test_thousands_of_credits_agree_to_the_cent(case: Case) -> None:
    agree(case)


@pytest.mark.slow
@many
@given(drawing_levels.cases())
def test_thousands_of_attainments_agree(case: Case) -> None:
    agree(case)
