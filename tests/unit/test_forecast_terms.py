"""The terms of the forecast: what they say by themselves, and what the linter says of them."""

import pytest
from pydantic import ValidationError

from remit.performance.relief import why_not_relievable
from tests.lib.written_contracts import contract, found


def test_terms_say_what_they_leave_out() -> None:
    terms = contract("forecast: {band: 10%, excuses: SL2}").forecast
    assert terms is not None
    assert (terms.by, terms.counts, terms.at_least, terms.relief) == ("day", "above", None, "whole_month")


@pytest.mark.parametrize("part", ["{band: -1%, excuses: SL2}", "{band: 10%, excuses: []}", "{excuses: SL2}"])
def test_a_band_that_is_none_and_relief_of_nothing_are_refused(part: str) -> None:
    with pytest.raises(ValidationError):
        contract(f"forecast: {part}")


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("{band: 10%, excuses: SL9, clause: B 7}", "there is no service level 'SL9'"),
        ("{band: 10%, excuses: SL2}", "it names no clause that gives relief"),
        (
            "{band: 10%, excuses: SL1, relief: volume_gap, clause: B 7}",
            "SL1 is no pooled service factor, so nobody can tell the volume's part in it",
        ),
        (
            "{band: 10%, excuses: SL2, clause: B 7}\nservice_levels: {SL2: {window: quarter}}",
            "error forecast.excuses[0]: SL2 is not judged by the month, and a forecast gives relief month by month",
        ),
        (
            "{band: 10%, excuses: SL2, clause: B 7}\nservice_levels: {SL2: {measure: {where: \"reason = 'bill'\"}}}",
            "error forecast.excuses[0]: the condition of SL2 can't be read on interval_counts, where the forecast is: ",
        ),
    ],
)
def test_relief_that_cannot_be_given_is_told(part: str, sentence: str) -> None:
    assert any(sentence in told for told in map(str, found(f"forecast: {part}")))


def test_a_condition_that_intervals_have_too_is_no_fault() -> None:
    part = "clause: B 7}\nservice_levels: {SL2: {measure: {where: \"queue = 'voice'\"}}}"
    assert found(f"forecast: {{band: 10%, excuses: SL2, {part}", about="forecast") == []


@pytest.mark.parametrize(
    ("part", "level", "relief", "sentence"),
    [
        ("", "SL2", "whole_month", "the contract has no forecast terms, so that nothing relieves SL2"),
        ("forecast: {band: 10%, excuses: SL2}", "SL9", "whole_month", "the contract has no service level 'SL9'"),
        ("forecast: {band: 10%, excuses: SL2}", "SL1", "whole_month", "the forecast terms excuse SL2, and not SL1"),
        (
            "forecast: {band: 10%, excuses: SL2}",
            "SL2",
            "volume_gap",
            "the forecast terms give whole_month, and not volume_gap",
        ),
        ("forecast: {band: 10%, excuses: SL2}", "SL2", "whole_month", ""),
    ],
)
def test_why_a_contract_relieves_a_level_of_nothing_is_said(part: str, level: str, relief: str, sentence: str) -> None:
    assert why_not_relievable(contract(part), level, relief) == sentence
