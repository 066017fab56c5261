"""Looking a contract over: names that stand for nothing, stand twice, or are never used."""

from remit.performance.linting.findings import listed, nearest
from tests.lib.written_contracts import found


def test_a_sound_contract_has_no_findings() -> None:
    assert found("") == []


def test_a_clock_on_an_unknown_calendar_is_an_error_with_the_likely_name() -> None:
    assert found("clocks: {resolution: {calendar: us_suport}}", about="clocks") == [
        "error clocks.resolution.calendar: there is no calendar 'us_suport'; did you mean 'us_support'?"
    ]


def test_every_calendar_of_a_choice_by_column_must_exist() -> None:
    part = "clocks: {resolution: {calendar: {by: site, map: {NYC: us_support, LIS: lisbon}, otherwise: berlin}}}"

    assert found(part) == [
        "error clocks.resolution.calendar.map.LIS: there is no calendar 'lisbon'; there are: always, us_support",
        "error clocks.resolution.calendar.otherwise: there is no calendar 'berlin'; there are: always, us_support",
    ]


def test_a_measure_on_an_unknown_calendar_is_an_error() -> None:
    part = "service_levels: {SL3: {name: Portal, measure: {is: availability, service: portal, calendar: us}}}"

    assert found(part) == [
        "error service_levels.SL3.measure.calendar: there is no calendar 'us'; there are: always, us_support"
    ]


def test_a_measure_on_an_unknown_clock_is_an_error() -> None:
    part = "service_levels: {SL1: {measure: {clock: resolutoin}}}"

    assert found(part, about="service_levels") == [
        "error service_levels.SL1.measure.clock: there is no clock 'resolutoin'; did you mean 'resolution'?"
    ]


def test_every_mention_of_an_unknown_service_level_is_an_error() -> None:
    part = """
    credits:
      schemes:
        - {model: categories, categories: {desk: {pool: 50%, allocation: {SL1: 50%, SX1: 50%}}}}
        - {model: linear, levels: [SL2, SX2], from: {SX3: 98%}, month_cap: 5%}
        - {model: flat, levels: SX4, each: 1%}
        - {model: weights, weights: {SX5: 10%}}
        - {model: point_steps, points: {SX6: 5}, steps: {5: 1%}}
        - {model: severity_points, bands: {SX7: [{below: 9%, name: minor, points: 1}]}, rate_per_point: 1%}
        - {model: tiers, tiers: {SX8: [{below: 9%, rate: 1%}]}}
        - {model: event_count, trips: {SX9: {below: 9%}}, when: 1 month, rate: 1%}
        - {model: gain_share, baseline: 1, month_cap: 1%}
      same_incident: [{levels: [SL1, SY1]}]
      earnback: {target: {SY2: 99%}}
      ratchet: {levels: [SY3]}
      termination: [{levels: [SY4], when: 4 of 12 months}]
    exclusions: [{id: X1, of: cases, where: "site = 'x'", reason: r, clause: c, levels: [SL1, SY5]}]
    obligations: [{id: o, what: w, side: client, every: month, gives_relief: [SY6]}]
    scorecard: {weights: {SY7: {weight: 100%, zero_at: 0%, full_at: 100%}}}
    """

    unknown = [line for line in found(part) if "there is no service level" in line]

    assert [line.partition(": there")[0].removeprefix("error ") for line in unknown] == [
        "credits.schemes[0].categories.desk.allocation.SX1",
        "credits.schemes[1].levels[1]",
        "credits.schemes[2].levels[0]",
        "credits.schemes[3].weights.SX5",
        "credits.schemes[4].points.SX6",
        "credits.schemes[5].bands.SX7",
        "credits.schemes[6].tiers.SX8",
        "credits.schemes[7].trips.SX9",
        "credits.schemes[1].from.SX3",
        "credits.same_incident[0].levels[1]",
        "credits.earnback.target.SY2",
        "credits.ratchet.levels[0]",
        "credits.termination[0].levels[0]",
        "exclusions[0].levels[1]",
        "obligations[0].gives_relief[0]",
        "scorecard.weights.SY7",
    ]


def test_credits_counted_on_an_unknown_charge_are_an_error() -> None:
    part = """
    credits:
      base: [monthly_fe]
      schemes: [{model: pool, pool: 200%, allocation: {SL1: 120%, SL2: 80%}, base: fees}]
    """

    assert found(part) == [
        "error credits.base[0]: there is no charge 'monthly_fe'; did you mean 'monthly_fee'?",
        "error credits.schemes[0].base[0]: there is no charge 'fees'; there are: monthly_fee",
    ]


def test_credits_counted_on_costs_passed_through_are_a_warning() -> None:
    part = """
    credits: {base: [monthly_fee, postage]}
    charges: [{id: monthly_fee, amount: 1}, {id: postage, amount: 2, pass_through: true}]
    """

    assert found(part) == [
        (
            "warning credits.base[1]: postage is passed through, and costs passed on are never part of the credit "
            "base; leave it out, or take pass_through off the charge"
        )
    ]


def test_a_clock_stopped_by_no_stretch_of_time_is_an_error() -> None:
    part = """
    clocks: {resolution: {stop_the_clock: [X1, X2, X3]}}
    exclusions:
      - {id: X1, of: cases, where: "site = 'x'", reason: r, clause: c}
      - {id: X2, planned_outages_of: portal, reason: r, clause: c}
    """

    assert found(part) == [
        (
            "error clocks.resolution.stop_the_clock[0]: X1 leaves records out and has no stretches of time that could "
            "stop a clock; name an exclusion with stop_the_clock or planned_outages_of"
        ),
        "error clocks.resolution.stop_the_clock[2]: there is no exclusion 'X3'; there are: X1, X2",
    ]


def test_an_id_given_twice_is_an_error() -> None:
    part = """
    exclusions:
      - {id: X1, of: cases, where: "site = 'x'", reason: r, clause: c}
      - {id: X1, of: cases, where: "site = 'y'", reason: r, clause: c}
    charges: [{id: fee, amount: 1}, {id: fee, amount: 2}]
    """

    assert found(part) == [
        "error exclusions[1].id: 'X1' is also the id of exclusions[0]; give each its own id",
        "error charges[1].id: 'fee' is also the id of charges[0]; give each its own id",
    ]


def test_what_nothing_uses_is_a_warning() -> None:
    part = """
    calendars: {spare: {time_zone: UTC, week: {mon-sun: "00:00-24:00"}}}
    clocks: {idle: {calendar: us_support}}
    exclusions:
      - {id: X1, stop_the_clock: [{from: "2026-03-01", to: "2026-03-02"}], reason: r, clause: c}
    """

    assert found(part) == [
        "warning calendars.spare: no clock or measure runs on it; name it in a clock or a measure, or leave it out",
        "warning clocks.idle: no service level reads it; name it in a measure, or leave it out",
        (
            "warning exclusions[0]: no clock is stopped by X1, so it changes nothing; "
            "write stop_the_clock: X1 in the clocks it concerns"
        ),
    ]


def test_planned_outages_act_on_the_clocks_that_name_them() -> None:
    part = """
    clocks: {resolution: {stop_the_clock: X1}}
    exclusions: [{id: X1, planned_outages_of: portal, reason: r, clause: c}]
    """

    assert found(part) == []


def test_an_exclusion_without_its_clause_is_a_warning() -> None:
    assert found("""exclusions: [{id: X1, of: cases, where: "site = 'x'", reason: r}]""") == [
        'warning exclusions[0]: X1 names no clause that allows it; write clause: "Exhibit B 6(a)"'
    ]


def test_a_hint_names_what_there_is() -> None:
    assert nearest("x", []) == "there are none in this contract"
    assert nearest("resolution", ["Resolution"]) == "did you mean 'Resolution'?"
    assert listed(["SL1"]) == "SL1"
    assert listed(["SL1", "SL2", "SL3"]) == "SL1, SL2 and SL3"
