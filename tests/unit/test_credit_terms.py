"""Credit terms as a contract writes them: short forms, and each sentence a wrong one gets."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from remit.terms.credit_terms import (
    AtRisk,
    Bound,
    ChargeBasis,
    CreditTerms,
    HowOften,
    MoneyRounding,
    MonthCap,
    Multiplier,
    Ratchet,
    YearCap,
)
from remit.terms.money import RoundingMode
from tests.lib.credit_tables import credit_terms

FLAT = {"model": "flat", "levels": ["SL1"], "each": "3%"}
POOL = {"model": "pool", "pool": "200%", "allocation": {"SL1": "80%", "SL2": "70%"}}


@pytest.mark.parametrize(
    ("text", "times", "of"),
    [
        ("1 month", 1, 1),
        ("3 of 6 months", 3, 6),
        ("3 in any 6 consecutive months", 3, 6),
        ("4 of 12", 4, 12),
        ("2 periods", 2, 2),
    ],
)
def test_a_frequency_is_read_from_its_words(text: str, times: int, of: int) -> None:
    how_often = HowOften.model_validate(text)

    assert (how_often.times, how_often.of) == (times, of)


def test_a_frequency_is_written_back_in_words() -> None:
    assert str(HowOften(times=3, of=6)) == "3 of 6 months"
    assert str(HowOften(times=1, of=1)) == "1 month"


def test_short_forms_stand_for_their_full_form() -> None:
    assert AtRisk.model_validate("12%") == AtRisk(rate=Decimal("0.12"))
    assert AtRisk.model_validate({"amount": "48000"}).amount == 48000
    assert MonthCap.model_validate("at_risk") == MonthCap(rate=Decimal(1), of=ChargeBasis.AT_RISK)
    assert MonthCap.model_validate("20%") == MonthCap(rate=Decimal("0.2"))
    assert YearCap.model_validate("10%") == YearCap(rate=Decimal("0.1"))
    assert MoneyRounding.model_validate("half_even to 1").places == 0
    assert MoneyRounding.model_validate("down to 0.001") == MoneyRounding(places=3, mode=RoundingMode.DOWN)
    assert MoneyRounding.model_validate({"places": "0"}).places == 0
    assert Ratchet.model_validate({"every": "6 months"}).every == 6


def test_the_json_schema_offers_short_and_full_forms() -> None:
    schema = CreditTerms.model_json_schema()

    short, full = schema["$defs"]["MonthCap"]["anyOf"]
    assert short["examples"] == ["at_risk", "20%"]
    assert set(full["properties"]) == {"clause", "rate", "amount", "of"}


def test_the_whole_of_a_rich_contract_is_read_from_text() -> None:
    terms = credit_terms(
        base=["monthly_fee"],
        at_risk="12%",
        schemes=[POOL, {**FLAT, "levels": "SL3", "month_cap": "6%"}],
        defaults={"below_minimum": "1 month", "below_expected": "3 of 6 months"},
        below_expected_factor="50%",
        multiplier={"consecutive_months": {"2": "1.5", "3": "2.0"}},
        same_incident=[{"levels": ["SL1", "SL2"], "credit": "largest"}],
        each_window="false",
        earnback={"after": "3 months", "when": "every", "returns": "100%", "never_for": ["11", "12"]},
        ratchet={"best": "6", "of": "12", "gap_limit": "10%"},
        termination=[{"when": "4 of 12 months", "clause": "MSA 20.3"}],
        rounding="half_up to 0.01",
    )

    assert terms.levels() == ("SL1", "SL2", "SL3")
    assert terms.cap == MonthCap(rate=Decimal(1), of=ChargeBasis.AT_RISK)
    assert terms.earnback is not None
    assert terms.earnback.never_for == (11, 12)


def test_every_model_names_its_levels() -> None:
    bands = [{"name": "minor", "below": "99%", "points": 1}]
    schemes: list[dict[str, Any]] = [
        {"model": "categories", "categories": {"desk": {"pool": "50%", "allocation": {"A": "40%"}}}},
        {"model": "weights", "weights": {"B": "100%"}},
        {"model": "point_steps", "points": {"C": 5}, "steps": {"5": "1%"}},
        {"model": "severity_points", "bands": {"D": bands}, "rate_per_point": "1%"},
        {"model": "linear", "levels": "E"},
        {"model": "tiers", "tiers": {"F": [{"below": "99%", "rate": "1%"}]}},
        {"model": "event_count", "trips": {"G": {"below": "99%"}}, "when": "3 of 6 months", "rate": "1%"},
        {"model": "gain_share", "baseline": 100, "gain": "20%", "month_cap": "5%"},
    ]

    terms = credit_terms(at_risk="10%", schemes=schemes)

    assert "".join(terms.levels()) == "ABCDEFG"
    assert [scheme.key for scheme in terms.schemes][:2] == ["categories", "weights"]


def test_a_cap_is_what_is_written_else_the_at_risk_amount_else_none() -> None:
    assert credit_terms(at_risk="12%", month_cap="20%", schemes=[FLAT]).cap == MonthCap(rate=Decimal("0.2"))
    assert credit_terms(at_risk="12%", may_exceed_at_risk="true", schemes=[FLAT]).cap is None
    assert credit_terms(schemes=[FLAT]).cap is None


def _tiers(*tiers: dict[str, str]) -> dict[str, Any]:
    return {"schemes": [{"model": "tiers", "tiers": {"SL1": tiers}}]}


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"schemes": []}, "credits without a scheme credit nothing"),
        ({"schemes": [POOL]}, "pool allocates an at-risk amount, and there is none; write at_risk: 12%"),
        ({"schemes": [FLAT, FLAT]}, "two schemes are called flat; give each its own name"),
        ({"schemes": [FLAT], "month_cap": "at_risk"}, "what is counted on the at-risk amount needs one"),
        (
            {"schemes": [{**FLAT, "year_cap": {"rate": "100%", "of": "at-risk amounts of the year"}}]},
            "what is counted on the at-risk amount needs one",
        ),
        ({"schemes": [{**FLAT, "of": "at_risk"}]}, "what is counted on the at-risk amount needs one"),
        ({"schemes": [FLAT], "at_risk": {"rate": "1%", "amount": "5"}}, "give a rate or a fixed amount, one of both"),
        ({"schemes": [FLAT], "at_risk": "twelve"}, "'twelve' is not a share"),
        (
            {"schemes": [{**POOL, "pool": "140%"}], "at_risk": "10%"},
            "allocations add up to 150.00%, more than the pool",
        ),
        ({"schemes": [{**POOL, "allocation": {"SL1": "-5%"}}], "at_risk": "10%"}, "greater than or equal to 0"),
        (
            {"schemes": [{"model": "weights", "weights": {"A": "60%", "B": "50%"}}], "at_risk": "1%"},
            "weights add up to 110",
        ),
        ({"schemes": [FLAT], "rounding": "to the cent"}, "'to the cent' is not a rounding; write half_up to 0.01"),
        ({"schemes": [FLAT], "defaults": {"below_minimum": "often"}}, "'often' is not a frequency"),
        ({"schemes": [FLAT], "defaults": {"below_minimum": "7 of 6 months"}}, "7 of 6 can never happen"),
        ({"schemes": [FLAT], "earnback": {"after": "soon"}}, "'soon' is not a number of months; write 3 months"),
        ({"schemes": [FLAT], "ratchet": {"best": 7, "of": 6}}, "the best 7 of 6 months can't be"),
        ({"schemes": [FLAT], "same_incident": [{"levels": ["A", "B"], "credit": "picked"}]}, "write picked: SL1"),
        (
            {"schemes": [FLAT], "same_incident": [{"levels": ["A", "B"], "credit": "picked", "picked": "C"}]},
            "C is picked but not among the levels; pick one of A, B",
        ),
        (_tiers({"below": "99%", "rate": "1%"}, {"below": "99%", "rate": "2%"}), "tiers of SL1 overlap at 0.99"),
        (
            _tiers({"below": "98%", "rate": "1%"}, {"below": "99%", "rate": "2%"}),
            "go backwards; the further one costs more",
        ),
        (
            _tiers({"above": "9%", "rate": "2%"}, {"above": "12%", "rate": "1%"}),
            "above 0.09 and above 0.12 go backwards",
        ),
        (_tiers({"below": "98%", "rate": "1%"}, {"above": "99%", "rate": "2%"}), "tiers of SL1 go up and down at once"),
        (_tiers({"below": "98%", "above": "99%", "rate": "2%"}), "write exactly one of below, at_or_below"),
        (
            {"schemes": [{"model": "linear", "levels": "A", "pays": "bonus"}]},
            "a bonus needs a cap; write month_cap: 5%",
        ),
        (
            {"schemes": [{"model": "point_steps", "points": {"A": 5}, "steps": {"5": "2%", "10": "1%"}}]},
            "steps go backwards or repeat",
        ),
        (
            {"schemes": [{"model": "categories", "categories": {"a": {"pool": "9%", "allocation": {"A": "101%"}}}}]},
            "allocations add up to 101.00%, more than the whole category",
        ),
        (
            {
                "at_risk": "10%",
                "schemes": [
                    {
                        "model": "categories",
                        "categories": {n: {"pool": "90%", "allocation": {"A": "10%"}} for n in ("a", "b")},
                    }
                ],
            },
            "A is in two categories",
        ),
        (
            {
                "at_risk": "10%",
                "schemes": [
                    {
                        "model": "categories",
                        "pool": "100%",
                        "categories": {n: {"pool": "90%", "allocation": {n: "10%"}} for n in ("a", "b")},
                    }
                ],
            },
            "categories add up to 180.00%, more than the pool of 100.00%",
        ),
    ],
)
def test_terms_that_cannot_be_meant_are_refused_with_a_sentence(written: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CreditTerms.model_validate(written)

    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("way", "below", "on", "beyond"),
    [
        ("below", True, False, False),
        ("at_or_below", True, True, False),
        ("above", False, False, True),
        ("at_or_above", False, True, True),
    ],
)
def test_a_bound_is_crossed_as_its_word_says(way: str, *, below: bool, on: bool, beyond: bool) -> None:
    bound = Bound.model_validate({way: "95%"})
    values = [Decimal("0.9499999"), Decimal("0.95"), Decimal("0.9500001")]

    assert [bound.is_reached_by(Fraction(value)) for value in values] == [below, on, beyond]


@pytest.mark.parametrize(("running", "factor"), [(1, "1"), (2, "1"), (3, "1.5"), (4, "2"), (5, "2.25"), (7, "2.5")])
def test_the_multiplier_follows_its_table_then_its_step_up_to_its_cap(running: int, factor: str) -> None:
    multiplier = Multiplier.model_validate(
        {"consecutive_months": {"3": "1.5", "4": "2"}, "then_each": "0.25", "cap": "2.5"}
    )

    assert multiplier.factor(running) == Decimal(factor)


@pytest.mark.parametrize(
    ("earnback", "below_expected", "with_minimum", "extra", "can"),
    [
        (None, None, ("SL1", "SL2"), (), True),
        ({}, None, ("SL1", "SL2"), (), False),
        ({}, None, ("SL1",), (), True),
        ({}, "3 of 6 months", ("SL1", "SL2"), (), True),
        ({"only_above_minimum": "false"}, None, ("SL1", "SL2"), (), True),
        ({}, None, ("SL1", "SL2", "SL3"), (FLAT,), True),
    ],
)
def test_an_earnback_above_the_minimum_is_empty_where_only_the_minimum_is_credited(
    earnback: dict[str, str] | None,
    below_expected: str | None,
    with_minimum: tuple[str, ...],
    extra: tuple[dict[str, Any], ...],
    *,
    can: bool,
) -> None:
    terms = credit_terms(
        at_risk="10%", schemes=[POOL, *extra], earnback=earnback, defaults={"below_expected": below_expected}
    )

    assert terms.earnback_can_be_earned(levels_with_minimum=with_minimum) is can
