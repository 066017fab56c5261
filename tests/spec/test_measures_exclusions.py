"""What leaves a record out, and that it stays in the list with its reason; parts that add up to the whole."""

import pytest

from remit.engines.duckdb_engine import connect
from remit.performance.facts import TABLES
from tests.lib.measured import JANUARY, Facts, contract_of, instant, load_facts, measure, measured, scope_of

CLOCK = """
clocks: {plain: {of: cases}}
"""
CASES = """
    case_key | opened_at   | resolved_at | priority | channel | site   | queue
    a        | 01-05 09:00 | 01-05 10:00 | P1       | voice   | Lisbon | north
    b        | 01-05 09:00 | 01-05 12:00 | P1       | test    | Lisbon | south
    c        | 01-05 09:00 | 01-05 12:00 | P2       | test    | Manila | north
    d        | 01-05 09:00 | 01-05 10:00 | P2       | -       | -      | south
    e        | 01-05 09:00 | 01-05 12:00 | P2       | voice   | Manila | -
"""
LEVEL = "is: turnaround, clock: plain, share_within: 2 hours"


def excluding(*exclusions: str) -> str:
    return CLOCK + "exclusions: [" + ", ".join(exclusions) + "]"


def test_an_excluded_record_keeps_its_row_and_adds_nothing() -> None:
    terms = excluding("""{id: X1, reason: tests, of: cases, where: "channel = 'test'"}""")
    given = measure(LEVEL, {"cases": CASES}, terms=terms)
    assert given.sum == (2, 3)
    assert given.excluded == {"b": "X1", "c": "X1"}
    assert {(one.numerator, one.denominator, one.met) for one in given.records[0] if one.excluded_by} == {(0, 0, None)}


def test_a_condition_that_is_unknown_excludes_nothing() -> None:
    terms = excluding("""{id: X1, reason: tests, of: cases, where: "channel <> 'voice'"}""")
    assert set(measure(LEVEL, {"cases": CASES}, terms=terms).excluded) == {"b", "c"}


def test_the_first_exclusion_that_fits_gives_the_reason() -> None:
    terms = excluding(
        """{id: X1, reason: tests, of: cases, where: "channel = 'test'"}""",
        """{id: X2, reason: low, of: cases, where: "priority = 'P2'"}""",
    )
    assert measure(LEVEL, {"cases": CASES}, terms=terms).excluded == {"b": "X1", "c": "X1", "d": "X2", "e": "X2"}


def test_an_exclusion_may_concern_some_levels_and_some_tables_only() -> None:
    terms = excluding(
        """{id: X1, reason: tests, of: cases, where: "channel = 'test'", levels: [SL9]}""",
        """{id: X2, reason: tests, of: interactions, where: "channel = 'test'"}""",
        """{id: X3, reason: tests, of: cases, where: "priority = 'P1'", levels: [SL]}""",
    )
    assert measure(LEVEL, {"cases": CASES}, terms=terms).excluded == {"a": "X3", "b": "X3"}


WAIVERS = """
    waiver_key | record_key | service_level | approved_by | reason
    w1         | b          | SL            | client      | agreed on the phone
    w2         | b          | SL            | client      | written down again
    w3         | c          | SL            | -           | nobody approved
    w4         | e          | SL            | client      | -
    w5         | a          | SL9           | client      | of another level
"""


def test_a_waiver_counts_only_if_approved_and_reasoned_and_of_this_level() -> None:
    terms = excluding("{id: X4, reason: waived, waivers: true}")
    given = measure(LEVEL, {"cases": CASES, "waivers": WAIVERS}, terms=terms)
    assert given.excluded == {"b": "X4"}
    assert given.sum == (2, 4)


def test_waivers_count_for_nothing_where_the_contract_has_no_such_exclusion() -> None:
    assert measure(LEVEL, {"cases": CASES, "waivers": WAIVERS}, terms=CLOCK).excluded == {}


def test_a_contract_with_waivers_and_facts_without_any_excludes_nothing() -> None:
    terms = excluding("{id: X4, reason: waived, waivers: true}")
    given = measure(LEVEL, {"cases": CASES}, terms=terms)
    assert given.sum == (2, 5)


def test_a_levels_condition_leaves_records_out_altogether() -> None:
    given = measure(f"""{LEVEL}, where: "priority = 'P2' AND NOT channel IS NULL" """, {"cases": CASES}, terms=CLOCK)
    assert given.sum == (0, 2)
    assert set(given.window_of) == {"c", "e"}


def test_conditions_with_or_do_not_leak_into_the_rest_of_the_query() -> None:
    given = measure(f"""{LEVEL}, where: "priority = 'P9' OR TRUE" """, {"cases": CASES}, terms=CLOCK)
    assert given.sum == (2, 5)
    assert given.sums == [(2, 5)]


CONTACTS = """
    interaction_key | queued_at   | answered_at    | abandoned_at | wait_seconds | talk_seconds | site   | queue
    a               | 01-05 09:00 | 01-05 09:00:10 | -            | 10           | 60           | Lisbon | north
    b               | 01-05 09:00 | 01-05 09:00:50 | -            | 50           | 90           | Lisbon | -
    c               | 01-05 09:00 | -              | 01-05 09:01  | 60           | -            | -      | north
"""


@pytest.mark.parametrize("by", [("site",), ("queue",), ("site", "queue")])
@pytest.mark.parametrize(
    ("level", "facts"),
    [
        (LEVEL, {"cases": CASES}),
        ("is: turnaround, clock: plain, statistic: mean", {"cases": CASES}),
        ("is: backlog, older_than: 1 days", {"cases": CASES.replace("01-05 12:00", "02-05 12:00")}),
        ("is: backlog, statistic: mean_age", {"cases": CASES.replace("01-05 12:00", "02-05 12:00")}),
        ("is: reopening", {"cases": CASES}),
        ("is: ratio, of: cases, good: \"priority = 'P1'\"", {"cases": CASES}),
        ("is: service_factor, variant: 1, answer_within: 20 seconds", {"interactions": CONTACTS}),
        ("is: speed_of_answer", {"interactions": CONTACTS}),
        ("is: handle_time", {"interactions": CONTACTS}),
        ("is: abandonment", {"interactions": CONTACTS}),
    ],
)
def test_parts_split_by_dimensions_add_up_to_the_whole(level: str, facts: Facts, by: tuple[str, ...]) -> None:
    whole = measure(level, facts, terms=CLOCK)
    parts = measure(level, facts, terms=CLOCK, by=by)
    summed = [
        tuple(sum(sums) for sums in zip(*[(one.ratio.numerator, one.ratio.denominator) for one in parts.totals
                                          if one.window_index == index], strict=True)) or None
        for index in range(len(whole.sums))
    ]  # fmt: skip
    assert summed == whole.sums


def test_records_without_a_dimension_are_a_part_of_their_own() -> None:
    given = measure("is: volume, of: cases", {"cases": CASES}, by=("site",))
    assert given.split == {("Lisbon",): (2, 1), ("Manila",): (2, 1), ("(none)",): (1, 1)}


def test_a_level_may_be_called_by_a_name_with_dots_and_dashes() -> None:
    contract = contract_of(LEVEL.replace("2 hours", "{by: priority, map: {P1: 2 hours}}"), terms=CLOCK, name="SL-1.b")
    with connect() as connection:
        load_facts(connection, {"cases": CASES})
        columns = {"cases": frozenset(TABLES["cases"].by_name)}
        scope = scope_of(contract, connection, columns, windows=[JANUARY], as_of=instant("03-01"))
        assert measured(connection, scope).sum == (1, 2)
