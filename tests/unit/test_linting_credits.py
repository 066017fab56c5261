"""Looking a contract over: credits that fall where nobody meant them to, or never; scorecards."""

import pytest

from tests.lib.written_contracts import found


def schemes(*written: str) -> str:
    """A contract part whose credits are these models."""
    return "credits:\n  schemes:\n" + "".join(f"    - {one}\n" for one in written)


def test_money_on_a_key_measurement_is_a_warning() -> None:
    assert found("service_levels: {SL2: {class: key}}") == [
        (
            "warning credits.schemes[0].allocation.SL2: SL2 is a key measurement, which is reported and earns no "
            "credits; write class: critical there, or take it out here"
        )
    ]


def test_models_with_lines_of_their_own_need_no_expected_level() -> None:
    part = schemes(
        "{model: tiers, tiers: {SL1: [{below: 95%, rate: 1%}]}}",
        "{model: event_count, trips: {SL1: {below: 90%}}, when: 1 month, rate: 1%}",
        "{model: linear, levels: [SL1, SL2], from: {SL1: 98%}, month_cap: 5%}",
    )
    levels = "service_levels: {SL1: {expected: null, minimum: null}, SL2: {expected: null}}"

    assert [line for line in found(f"{part}\n{levels}") if "nothing is expected of SL" in line] == [
        (
            "warning credits.schemes[2].levels[1]: nothing is expected of SL2, so it never misses and never earns a "
            "credit; write expected: in the service level"
        )
    ]


def test_a_credit_on_the_good_side_of_a_level_is_an_error() -> None:
    part = schemes(
        "{model: tiers, tiers: {SL1: [{above: 96%, rate: 1%}]}}",
        "{model: tiers, name: bonus, pays: bonus, month_cap: 2%, tiers: {SL2: [{below: 70%, rate: 1%}]}}",
        "{model: tiers, name: lost, tiers: {KM1: [{below: 5%, rate: 1%}], SX: [{below: 5%, rate: 1%}]}}",
    )
    lost = """
    service_levels:
      KM1:
        name: Lost
        class: critical
        measure: {is: abandonment, short_abandon: 5 seconds}
        expected: 5%
        low_volume: {below: 9}
    """

    assert [line for line in found(f"{part}{lost.replace(chr(10) + '    ', chr(10))}") if "side" in line] == [
        "error credits.schemes[0].tiers.SL1[0]: above 0.96 is the good side: higher is better; draw it below",
        "error credits.schemes[1].tiers.SL2[0]: below 0.7 is the bad side: higher is better; draw it above",
        "error credits.schemes[2].tiers.KM1[0]: below 0.05 is the good side: lower is better; draw it above",
    ]


def test_a_credit_that_begins_before_a_miss_is_a_warning() -> None:
    part = schemes(
        "{model: tiers, tiers: {SL1: [{below: 97%, rate: 1%}], SL2: [{below: 80%, rate: 1%}]}}",
        "{model: tiers, name: bonus, pays: bonus, month_cap: 2%, tiers: {SL2: [{above: 90%, rate: 1%}]}}",
    )

    assert found(part) == [
        (
            "warning credits.schemes[0].tiers.SL1[0]: below 0.97 is reached by results that meet the expected 0.95; "
            "draw the line at the expected level or beyond it"
        )
    ]


def test_a_gap_before_the_first_severity_band_is_a_warning() -> None:
    bands = "{SL1: [{below: 94%, name: minor, points: 1}], SL2: [{below: 80%, name: minor, points: 1}], SX: []}"
    part = schemes(f"{{model: severity_points, rate_per_point: 1%, bands: {bands}}}").replace(", SX: []", "")
    at_most = schemes(
        "{model: severity_points, rate_per_point: 1%, bands: {KM1: [{above: 6%, name: minor, points: 1}], "
        "SX: [{below: 9%, name: minor, points: 1}]}}"
    )
    lost = "service_levels: {KM1: {name: Lost, measure: {is: abandonment, short_abandon: 5 seconds}, expected: 5%}}"
    what = "is a miss without points; begin the first band at the expected level"

    assert found(part) == [f"warning credits.schemes[0].bands.SL1: a result between 0.94 and the expected 0.95 {what}"]
    assert f"warning credits.schemes[0].bands.KM1: a result between 0.06 and the expected 0.05 {what}" in found(
        f"{at_most}{lost}"
    )


def test_a_linear_credit_of_all_charges_a_second_is_a_warning() -> None:
    part = schemes("{model: linear, levels: [SL1, SL3, SX], month_cap: 5%}")
    slow = "service_levels: {SL3: {name: ASA, class: critical, measure: {is: speed_of_answer}, expected: 25 seconds}}"

    said = "SL3 is counted in seconds: each costs 100% of the charges; write a factor, as 0.001 for 0.1% each"
    assert f"warning credits.schemes[0].levels[1]: {said}" in found(f"{part}{slow}")
    slower = part.replace("linear,", "linear, factor: 0.001,")
    assert not [line for line in found(f"{slower}{slow}") if "100%" in line]


def test_credits_without_charges_are_a_warning() -> None:
    what = (
        "warning credits: are counted on the charges, and the contract has none; "
        "write charges: [{id: monthly_fee, amount: 400000, per: month}]"
    )

    assert found("charges: null") == [what]
    assert found("charges: [{id: postage, amount: 1, pass_through: true}]") == [what]


def test_a_contract_may_have_no_credits() -> None:
    part = "credits: null\ncharges: null\nservice_levels: {SL1: {class: key}, SL2: {class: key}}"

    assert found(part) == []


def test_earnback_that_can_never_be_earned_is_a_warning() -> None:
    part = """
    service_levels: {SL2: {minimum: 75%}}
    credits: {earnback: {after: 12 months, never_for: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}}
    """

    assert found(part) == [
        (
            "warning credits.earnback: can never be earned: credits fall due below the minimum only, and those are "
            "never returned; write only_above_minimum: false, or defaults: {below_expected: 1 month}"
        ),
        (
            "warning credits.earnback.after: can never be earned: 12 good months don't fit behind a miss in one "
            "contract year; ask for fewer than 12 months"
        ),
        "warning credits.earnback.never_for: no month's credits can be earned back; leave earnback out",
    ]


def test_earnback_within_the_term_is_sound() -> None:
    assert found("credits: {earnback: {after: 3 months, target: {SL1: 96%}}}") == []
    assert found("credits: {earnback: {when: average, average_of: records}}") == []


@pytest.mark.parametrize(("target", "is_easier"), [("94%", True), ("95%", False), ("97%", False)])
def test_earnback_at_an_easier_level_than_expected_is_a_warning(target: str, is_easier: bool) -> None:  # noqa: FBT001
    told = found(f"credits: {{earnback: {{target: {{SL1: {target}, SX: 1%}}}}}}", about="credits.earnback.target.SL1")

    assert bool(told) is is_easier


def test_weights_of_a_scorecard_make_a_whole() -> None:
    part = """
    scorecard:
      weights: {SL1: {weight: 60%, zero_at: 80%, full_at: 98%}, SL2: {weight: 30%, zero_at: 60%, full_at: 90%}}
      bands: [{name: red, from: 0}, {name: green, from: 80}]
    """

    assert found(part) == ["warning scorecard.weights: weights add up to 90.0%; make them add up to 100%"]


def test_scales_of_a_scorecard_stand_the_right_way_up() -> None:
    part = """
    scorecard:
      weights: {SL1: {weight: 60%, zero_at: 80%, full_at: 98%}, SL2: {weight: 40%, zero_at: 90%, full_at: 60%}}
      bands: [{name: red, from: 0}, {name: green, from: 0}]
    """

    assert found(part) == [
        (
            "warning scorecard.weights.SL2: 100 points at 0.6 and 0 at 0.9, while higher is better; swap zero_at and "
            "full_at"
        ),
        "error scorecard.bands[1].from: two bands begin at 0; give each its own score",
    ]
