"""The terms of the forecast: what they say by themselves, and what the linter says of them."""

import pytest
from pydantic import ValidationError

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
    ],
)
def test_relief_that_cannot_be_given_is_told(part: str, sentence: str) -> None:
    assert any(sentence in told for told in map(str, found(f"forecast: {part}")))
