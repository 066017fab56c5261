"""Random contracts and records settled twice: by Remit, and by the oracle that was written from the reference."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.lib.oracle import drawing_credits, drawing_levels
from tests.lib.oracle.engine import Case, settled, told_by_oracle, told_by_remit

# Making a failing case smaller takes longer than reading it: each try settles twice.
FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
few = settings(max_examples=60, phases=FOUND, suppress_health_check=[HealthCheck.too_slow])
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
