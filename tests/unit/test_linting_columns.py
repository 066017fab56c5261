"""Looking a contract over: columns it reads, and conditions on them."""

import pytest

from tests.lib.written_contracts import found


def test_a_condition_on_an_unknown_column_is_told_with_the_likely_one() -> None:
    assert found("""service_levels: {SL1: {measure: {where: "priorty = 'P1'"}}}""") == [
        (
            "error service_levels.SL1.measure.where: \"priorty = 'P1'\" reads 'priorty', which is no column here; "
            "did you mean 'priority'?"
        )
    ]


def test_conditions_of_exclusions_ratios_and_charges_are_read_on_their_tables() -> None:
    part = """
    service_levels: {SL3: {name: Errors, measure: {is: ratio, of: transactions, good: "errors = 0", total: "audted"}}}
    exclusions: [{id: X1, of: interactions, where: "chanel = 'test'", reason: r, clause: c}]
    charges: [{id: monthly_fee, volume: {of: interactions, where: "sum(talk_seconds) > 1"}, rate: 1}]
    """

    assert [line.partition(";")[0] for line in found(part)] == [
        "error service_levels.SL3.measure.total: 'audted' reads 'audted', which is no column here",
        "error exclusions[0].where: \"chanel = 'test'\" reads 'chanel', which is no column here",
        "error charges[0].volume.where: 'sum(talk_seconds) > 1' uses 'SUM(talk_seconds)', which is not allowed here",
    ]


def test_declared_columns_may_be_read() -> None:
    part = """
    facts: {columns: {cases: {severity: integer}}}
    service_levels: {SL1: {measure: {where: "severity <= 2"}}}
    """

    assert found(part) == []


def test_unknown_tables_are_told_once() -> None:
    part = """
    facts: {columns: {case: {severity: integer}}}
    exclusions: [{id: X1, of: calls, where: "x = 1", reason: r, clause: c}]
    charges: [{id: monthly_fee, volume: {of: minutes, sum: x, where: "y"}, rate: 1}]
    """

    assert [line.partition(";")[0] for line in found(part)] == [
        "error facts.columns.case: there is no table 'case'",
        "error exclusions[0].of: there is no table 'calls'",
        "error charges[0].volume.of: there is no table 'minutes'",
    ]


def test_a_built_in_column_is_not_declared_anew() -> None:
    assert found("facts: {columns: {cases: {priority: integer}}}") == [
        (
            "error facts.columns.cases.priority: cases has a column priority of its own, of kind text, not integer; "
            "give yours another name, or leave it out"
        )
    ]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (
            "clocks: {resolution: {starts: opend_at}}",
            (
                "error clocks.resolution.starts: cases has no column 'opend_at'; did you mean 'opened_at'? or declare "
                "it under facts.columns"
            ),
        ),
        (
            "clocks: {resolution: {stops: status}}",
            (
                "error clocks.resolution.stops: 'status' of cases is of kind text, where instant is needed; choose "
                "from closed_at, first_response_at, opened_at, resolved_at"
            ),
        ),
        (
            "clocks: {resolution: {calendar: {by: sites, map: {NYC: us_support}}}}",
            (
                "error clocks.resolution.calendar.by: cases has no column 'sites'; did you mean 'site'? or declare it "
                "under facts.columns"
            ),
        ),
        (
            "service_levels: {SL1: {measure: {share_within: {by: prio, map: {P1: 4 business hours}}}}}",
            (
                "error service_levels.SL1.measure.share_within.by: cases has no column 'prio'; did you mean "
                "'priority'? or declare it under facts.columns"
            ),
        ),
        (
            "service_levels: {SL3: {name: Open, measure: {is: backlog, stops: status}}}",
            (
                "error service_levels.SL3.measure.stops: 'status' of cases is of kind text, where instant is needed; "
                "choose from closed_at, first_response_at, opened_at, resolved_at"
            ),
        ),
        (
            "service_levels: {SL3: {name: U, measure: {is: ratio, of: transactions, sum: unit, counted_in: count}}}",
            (
                "error service_levels.SL3.measure.sum: transactions has no column 'unit'; did you mean 'units'? or "
                "declare it under facts.columns"
            ),
        ),
        (
            "charges: [{id: monthly_fee, volume: {of: transactions, sum: type}, rate: 1}]",
            (
                "error charges[0].volume.sum: 'type' of transactions is of kind text, where decimal or integer or "
                "seconds is needed; choose from amount, critical_errors, errors, units"
            ),
        ),
    ],
)
def test_a_term_reads_a_column_its_table_has_and_that_can_hold_it(part: str, said: str) -> None:
    assert found(part) == [said]


def test_results_are_split_by_columns_that_exist() -> None:
    part = """
    facts: {dimensions: [site, sit]}
    scorecard: {by: provder, weights: {SL1: {weight: 100%, zero_at: 80%, full_at: 100%}}}
    """

    assert found(part) == [
        (
            "error facts.dimensions[1]: no table has a column 'sit'; did you mean 'site'? or declare it under "
            "facts.columns"
        ),
        (
            "error scorecard.by: no table has a column 'provder'; did you mean 'provider'? or declare it under "
            "facts.columns"
        ),
    ]


def test_a_turnaround_counts_the_table_its_clock_times() -> None:
    part = "clocks: {resolution: {of: transactions, starts: received_at, stops: completed_at}}"

    assert found(part) == [
        (
            "error service_levels.SL1.measure.of: the clock times transactions, the measure counts cases; write of: "
            "transactions in the measure, or take a clock of cases"
        )
    ]
    assert found(f"{part}\nservice_levels: {{SL1: {{measure: {{of: transactions}}}}}}") == []


def test_an_exclusion_of_records_no_level_counts_is_a_warning() -> None:
    part = """
    exclusions:
      - {id: X1, of: surveys, where: "score = 0", reason: r, clause: c}
      - {id: X2, of: interactions, where: "queue = 'x'", reason: r, clause: c, levels: SL1}
      - {id: X3, of: interactions, where: "queue = 'x'", reason: r, clause: c}
      - {id: X4, waivers: true, reason: r, clause: c}
    """

    assert found(part) == [
        (
            "warning exclusions[0].of: X1 leaves out records of surveys, and none of its service levels counts those; "
            "the levels count cases, interactions"
        ),
        (
            "warning exclusions[1].of: X2 leaves out records of interactions, and none of its service levels counts "
            "those; the levels count cases"
        ),
    ]
