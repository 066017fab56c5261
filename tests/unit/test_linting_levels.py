"""Looking a contract over: levels that can't be reached, judged or defended."""

import pytest

from tests.lib.written_contracts import found


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("SL2: {expected: 30 seconds}", "SL2.expected: 30 is more than the whole, where a share is measured"),
        ("SL2: {expected: 101%}", "SL2.expected: 1.01 is more than the whole, where a share is measured"),
        ("SL2: {expected: 300 seconds}", "SL2.expected: 300 is more than the whole, where a share is measured"),
        ("SL2: {expected: -5%}", "SL2.expected: -0.05 is less than nothing; no share can be below 0%"),
        ("SL3: {name: ASA, measure: {is: speed_of_answer}, expected: 95%}", "SL3.expected: 0.95 is a share"),
        ("SL3: {name: ASA, measure: {is: speed_of_answer}, expected: -1}", "SL3.expected: -1 is below nothing"),
        ("SL3: {name: Open, measure: {is: backlog}, expected: 95%}", "SL3.expected: 0.95 is a share, where count are"),
        ("SL3: {name: NPS, measure: {is: net_promoter}, expected: 30}", "SL3.expected: 30 is beyond a score"),
        ("SL3: {name: Occ, measure: {is: occupancy}, expected: 300%}", "SL3.expected: 3 is more than the whole"),
        ("SL1: {history: {2026-02-01: 96, 2026-03-01: 95%}}", "SL1.history.2026-02-01: 96 is more than the whole"),
    ],
)
def test_a_value_in_another_unit_than_its_measures_is_an_error(level: str, said: str) -> None:
    assert found(f"service_levels: {{{level}}}")[0].startswith(f"error service_levels.{said}")


@pytest.mark.parametrize(
    "level",
    [
        "SL3: {name: NPS, measure: {is: net_promoter}, expected: 30%}",
        "SL3: {name: Attrition, measure: {is: attrition}, expected: 120%}",
        "SL3: {name: Bias, measure: {is: forecast_bias}, expected: -5%}",
        "SL3: {name: ASA, measure: {is: speed_of_answer}, expected: 25 seconds}",
        "SL3: {name: Mark, measure: {is: ratio, of: surveys, sum: score, counted_in: score}, expected: 4.2}",
        "SL3: {name: Rate, measure: {is: throughput, per: open_day, calendar: us_support}, expected: 0.5}",
        "SL3: {name: Volume, measure: {is: volume, of: cases}}",
    ],
)
def test_a_value_in_its_measures_unit_is_sound(level: str) -> None:
    assert found(f"service_levels: {{{level}}}") == []


def test_values_in_credits_and_scorecards_have_their_levels_unit_too() -> None:
    part = """
    credits:
      schemes:
        - {model: linear, levels: [SL1], from: {SL1: 98, SX: 1}, month_cap: 5%}
        - {model: tiers, tiers: {SL2: [{below: 79, rate: 1%}]}}
      earnback: {target: {SL1: 99}}
    scorecard: {weights: {SL1: {weight: 50%, zero_at: 80, full_at: 98%}, SX: {weight: 50%, zero_at: 0, full_at: 1}}}
    """

    faults = [line.partition(":")[0] for line in found(part) if "more than the whole" in line]

    assert faults == [
        "error credits.schemes[0].from.SL1",
        "error credits.schemes[1].tiers.SL2[0]",
        "error credits.earnback.target.SL1",
        "error scorecard.weights.SL1.zero_at",
    ]


def test_a_level_every_result_meets_is_a_warning() -> None:
    part = """
    service_levels:
      SL2: {expected: 0%}
      KM1: {name: Lost, measure: {is: abandonment, short_abandon: 5 seconds}, expected: 100%}
    """

    assert found(part) == [
        "warning service_levels.SL2.expected: every result meets at least 0%; write the level that was agreed",
        "warning service_levels.KM1.expected: every result meets at most 100%; write the level that was agreed",
    ]


def test_a_level_a_single_record_misses_is_a_warning() -> None:
    part = """
    service_levels:
      SL2: {expected: 100%, low_volume: null}
      KM1: {name: Lost, measure: {is: abandonment, short_abandon: 5 seconds}, expected: 0%}
    """
    hint = "add low_volume: {below: 20, then: allow_misses, misses: 1}, or set the level lower"

    assert found(part) == [
        f"warning service_levels.SL2.expected: 100% is missed by a single record; {hint}",
        f"warning service_levels.KM1.expected: 0% is missed by a single record; {hint}",
    ]


def test_a_critical_share_without_minimum_volume_is_a_warning() -> None:
    assert found("service_levels: {SL1: {low_volume: null}}") == [
        (
            "warning service_levels.SL1: has no minimum volume: in a month of few records chance decides about money; "
            "add low_volume: {below: 20, then: not_measured}"
        )
    ]


def test_a_standard_finer_than_values_are_rounded_is_a_warning() -> None:
    part = "service_levels: {SL1: {expected: 99.95%, rounding: {places: 3}}}"

    assert found(part) == [
        (
            "warning service_levels.SL1.expected: 0.9995 has more places than the 3 a value is rounded to; no rounded "
            "value is 0.9995; keep more places, or write 1.000"
        )
    ]
    assert found(part.replace("3", "4")) == []


def test_a_critical_level_of_which_nothing_is_expected_is_a_warning() -> None:
    assert found("service_levels: {SL1: {expected: null, minimum: null}}") == [
        "warning service_levels.SL1: is critical, but nothing is expected of it; write expected: 95%, or class: key",
        (
            "warning credits.schemes[0].allocation.SL1: nothing is expected of SL1, so it never misses and never "
            "earns a credit; write expected: in the service level"
        ),
    ]


def test_a_glide_path_is_a_standard() -> None:
    part = "service_levels: {SL1: {expected: null, minimum: null, history: {2026-01-01: 92%, 2026-07-01: 95%}}}"

    assert found(part) == []


def test_a_critical_level_without_credits_is_a_warning() -> None:
    assert found("credits: {schemes: [{model: pool, pool: 200%, allocation: {SL1: 100%}}]}") == [
        (
            "warning service_levels.SL2: is critical, but no credit model names it; "
            "name it in a scheme of credits, or write class: key"
        )
    ]


def test_critical_levels_of_a_contract_without_credits_are_told_together() -> None:
    both = (
        "warning service_levels: SL1 and SL2 are critical, but the contract has no credits; "
        "write credits, or class: key"
    )

    assert found("credits: null") == [both]
    assert found("credits: null\nservice_levels: {SL2: {class: key}}") == [both.replace("SL1 and SL2 are", "SL1 is")]


def test_a_minimum_no_credit_depends_on_is_a_warning() -> None:
    part = "service_levels: {KM1: {name: CSAT, measure: {is: satisfaction}, expected: 85%, minimum: 80%}}"

    assert found(part) == [
        (
            "warning service_levels.KM1.minimum: has a minimum, but no credit depends on it; "
            "name the level in a scheme of credits, or leave the minimum out"
        )
    ]


def test_abandoned_calls_left_untreated_are_a_warning() -> None:
    factor = "service_levels: {SL2: {measure: {variant: 2}}}"
    both = """
    service_levels:
      SL2: {measure: {variant: 2}}
      KM1: {name: Lost, measure: {is: abandonment}, expected: 5%}
    """

    assert found(factor) == [
        (
            "warning service_levels.SL2.measure.variant: variant 2 leaves abandoned calls out, and no other level "
            "counts them: letting callers go improves it; take variant 3 or 4, or add a level of abandonment"
        )
    ]
    assert found(both) == [
        (
            "warning service_levels.KM1.measure: counts callers who hang up at once, whom nobody could have answered; "
            "write short_abandon: 5 seconds, or agree that all count"
        )
    ]


@pytest.mark.parametrize(
    ("window", "days"), [("rolling 90 days", 90), ("rolling 3 months", 93), ("quarter", 92), ("contract year", 366)]
)
def test_a_window_longer_than_the_term_is_a_warning(window: str, days: int) -> None:
    part = f"term: {{to: 2026-02-28}}\nservice_levels: {{SL1: {{window: {window}}}}}"

    assert found(part, about="service_levels") == [
        (
            f"warning service_levels.SL1.window: a window of {days} days is longer than the term of 59; take a shorter "
            f"window"
        )
    ]


def test_carrying_records_on_through_rolling_windows_is_a_warning() -> None:
    part = "service_levels: {SL1: {window: rolling 30 days, low_volume: {then: accumulate}}}"

    assert found(part) == [
        (
            "warning service_levels.SL1.low_volume: accumulates low volume over rolling windows, which share their "
            "records already; take not_measured, or a window by month or quarter"
        )
    ]
    assert found(part.replace("rolling 30 days", "quarter")) == []


def test_a_glide_path_never_passes_the_minimum() -> None:
    part = """
    service_levels:
      SL1: {history: {2026-01-01: 88%, 2026-07-01: 95%}}
      SL3:
        name: Lost
        measure: {is: abandonment, short_abandon: 5 seconds}
        expected: 5%
        history: {2026-01-01: 9%}
        minimum: 8%
        class: critical
        low_volume: {below: 20}
    credits: {schemes: [{model: pool, pool: 200%, allocation: {SL1: 50%, SL2: 50%, SL3: 50%}}]}
    """

    assert found(part) == [
        (
            "error service_levels.SL1.history.2026-01-01: minimum 0.9 is harder than the 0.88 expected from "
            "2026-01-01; lower the minimum, or begin the glide path at it"
        ),
        (
            "error service_levels.SL3.history.2026-01-01: minimum 0.08 is harder than the 0.09 expected from "
            "2026-01-01; lower the minimum, or begin the glide path at it"
        ),
    ]


def test_a_multiplier_over_rolling_windows_is_a_warning() -> None:
    part = """
    service_levels: {SL1: {window: rolling 3 months}}
    credits: {multiplier: {consecutive_months: {2: 1.5}}}
    """

    assert found(part) == [
        (
            "warning credits.schemes[0].allocation.SL1: SL1 has a rolling window, so one bad month counts as several "
            "running for the multiplier; measure it by month, or leave it out of the multiplied scheme"
        )
    ]


def test_relief_of_a_level_that_no_exclusion_can_waive_is_doubtful() -> None:
    part = """
    exclusions: [{id: X1, waivers: true, reason: r, clause: c, levels: [SL2]}]
    obligations: [{id: o, what: w, side: client, every: month, gives_relief: [SL1, SL2]}]
    """
    (said,) = found(part, about="obligations")
    assert said == (
        "warning obligations[0].gives_relief[0]: no exclusion with `waivers: true` concerns SL1, so that no record of "
        "it can be waived; name SL1 in the levels of an exclusion with waivers: true, or leave it out here"
    )


def test_a_duty_counted_on_an_unknown_calendar_is_an_error() -> None:
    part = "obligations: [{id: o, what: w, side: client, every: month, calendar: desk}]"
    assert found(part, about="obligations") == [
        "error obligations[0].calendar: there is no calendar 'desk'; there are: always, us_support"
    ]
