"""First contact resolution, reopening, accuracy, satisfaction, recommendation and custom ratios."""

import pytest

from remit.performance.facts import Kind
from tests.lib.measured import JANUARY, measure

REPEATS = """
    interaction_key | queued_at   | customer_key | reason  | resolved_first_contact | channel
    once            | 01-05 09:00 | ann          | billing | yes                    | voice
    first           | 01-05 09:00 | bob          | billing | yes                    | voice
    again           | 01-12 09:00 | bob          | billing | no                     | voice
    other reason    | 01-06 09:00 | bob          | card    | -                      | voice
    month end       | 01-30 09:00 | cat          | billing | no                     | voice
    next month      | 02-02 09:00 | cat          | billing | yes                    | voice
    much later      | 02-20 09:00 | cat          | billing | yes                    | voice
    nobody          | 01-07 09:00 | -            | billing | yes                    | voice
    dan             | 01-08 09:00 | dan          | billing | yes                    | voice
    dan's test      | 01-09 09:00 | dan          | billing | no                     | test
"""
NO_REPEAT = "is: first_contact_resolution, variant: no_repeat, repeat_within: 7 days"


def test_a_first_contact_is_resolved_if_the_customer_stays_away_for_that_reason() -> None:
    given = measure(NO_REPEAT, {"interactions": REPEATS})
    assert given.met == {
        "once": True, "first": False, "other reason": True, "month end": False, "dan": False, "much later": True,
    }  # fmt: skip
    assert given.sums == [(2, 5), (1, 1)]


def test_a_repeat_a_second_after_the_time_is_a_first_contact_of_its_own() -> None:
    level = NO_REPEAT.replace("7 days", "604799 seconds")
    given = measure(level, {"interactions": REPEATS}, windows=[JANUARY])
    assert given.met["first"] is True
    assert given.met["again"] is True


def test_a_contact_that_is_excluded_repeats_nothing() -> None:
    terms = """exclusions: [{id: X1, reason: tests, of: interactions, where: "channel = 'test'"}]"""
    given = measure(NO_REPEAT, {"interactions": REPEATS}, terms=terms, windows=[JANUARY])
    assert given.met["dan"] is True
    assert given.excluded == {"dan's test": "X1"}


def test_a_condition_chooses_the_contacts_among_which_repeats_are_sought() -> None:
    given = measure(f"""{NO_REPEAT}, where: "channel <> 'test'" """, {"interactions": REPEATS}, windows=[JANUARY])
    assert given.met["dan"] is True
    assert given.excluded == {}


def test_first_contact_resolution_by_the_agents_flag_leaves_out_contacts_without_one() -> None:
    given = measure("is: first_contact_resolution, variant: agent_flag", {"interactions": REPEATS}, windows=[JANUARY])
    assert given.sum == (4, 7)


def test_first_contact_resolution_by_survey() -> None:
    surveys = """
        survey_key | answered_at | kind | score | resolved
        a          | 01-05 09:00 | fcr  | 5     | yes
        b          | 01-05 09:00 | fcr  | 5     | no
        c          | 01-05 09:00 | csat | 5     | -
    """
    level = "is: first_contact_resolution, of: surveys, variant: survey"
    assert measure(level, {"surveys": surveys}).sum == (1, 2)


def test_first_contact_resolution_by_cases_of_one_contact() -> None:
    cases = """
        case_key | opened_at   | resolved_at | contacts
        a        | 01-05 09:00 | 01-05 10:00 | 1
        b        | 01-05 09:00 | 01-05 10:00 | 2
        open     | 01-05 09:00 | -           | 1
        unknown  | 01-05 09:00 | 01-05 10:00 | -
    """
    level = "is: first_contact_resolution, of: cases, variant: single_contact"
    assert measure(level, {"cases": cases}).sum == (1, 2)


def test_reopening_is_counted_in_the_month_of_the_resolution() -> None:
    cases = """
        case_key | opened_at   | resolved_at | reopened_count
        a        | 01-05 09:00 | 01-05 10:00 | 0
        b        | 01-05 09:00 | 01-05 10:00 | 2
        later    | 01-05 09:00 | 02-05 10:00 | 1
        open     | 01-05 09:00 | -           | 1
        unknown  | 01-05 09:00 | 01-05 10:00 | -
    """
    assert measure("is: reopening", {"cases": cases}).sums == [(1, 2), (1, 1)]


EVALUATIONS = """
    evaluation_key | evaluated_at | errors | critical_customer_errors | critical_business_errors | critical_compliance_errors | opportunities
    clean          | 01-05 09:00  | 0      | 0                        | 0                        | 0                          | 20
    minor          | 01-05 09:00  | 2      | 0                        | 0                        | 0                          | 20
    customer       | 01-05 09:00  | 1      | 1                        | 0                        | 0                          | 20
    both           | 01-05 09:00  | 3      | -                        | 1                        | 1                          | 20
    only critical  | 01-05 09:00  | -      | 1                        | 0                        | 0                          | 20
    not counted    | 01-05 09:00  | -      | -                        | -                        | -                          | 20
"""  # noqa: E501 - a table


@pytest.mark.parametrize(
    ("errors", "good"),
    [
        ("all", {"clean"}),
        ("critical", {"clean", "minor"}),
        ("non_critical", {"clean", "customer", "only critical"}),
        ("customer_critical", {"clean", "minor", "both"}),
        ("business_critical", {"clean", "minor", "customer", "only critical"}),
        ("compliance_critical", {"clean", "minor", "customer", "only critical"}),
    ],
)
def test_accuracy_of_evaluations_by_the_kind_of_error(errors: str, good: set[str]) -> None:
    given = measure(f"is: accuracy, errors: {errors}", {"evaluations": EVALUATIONS})
    assert {key for key, met in given.met.items() if met} == good
    assert given.sum == (len(good), 5)


def test_accuracy_by_opportunity_takes_errors_off_the_opportunities() -> None:
    assert measure("is: accuracy, per: opportunity", {"evaluations": EVALUATIONS}).sum == (93, 100)


TRANSACTIONS = """
    transaction_key | received_at | completed_at | units | errors | critical_errors | audited | amount    | hours
    clean           | 01-05 09:00 | 01-05 10:00  | 3     | 0      | 0               | yes     | 10.5000   | 1
    minor           | 01-05 09:00 | 01-05 10:00  | 2     | 1      | 0               | yes     | 0.2500    | 2
    critical        | 01-05 09:00 | 01-05 10:00  | 1     | 1      | 1               | yes     | 1.0000    | 3
    blank           | 01-05 09:00 | -            | -     | -      | -               | yes     | -         | -
    not audited     | 01-05 09:00 | 02-05 10:00  | 4     | 5      | 5               | no      | 0.0001    | 4
    never told      | 01-05 09:00 | -            | 4     | 5      | 5               | -       | 0.0001    | 4
"""
HOURS = {"transactions": {"hours": Kind.INTEGER}}


@pytest.mark.parametrize(("errors", "good"), [("all", 2), ("critical", 3), ("non_critical", 3)])
def test_accuracy_of_transactions_counts_audited_ones_only(errors: str, good: int) -> None:
    given = measure(f"is: accuracy, of: transactions, errors: {errors}", {"transactions": TRANSACTIONS}, extra=HOURS)
    assert given.sum == (good, 4)


SURVEYS = """
    survey_key | answered_at | kind | score | scale_max | site
    five       | 01-05 09:00 | csat | 5     | -         | Lisbon
    four       | 01-05 09:00 | csat | 4     | 5         | Lisbon
    three      | 01-05 09:00 | csat | 3     | 5         | Manila
    of seven   | 01-05 09:00 | csat | 5     | 7         | Manila
    top of ten | 01-05 09:00 | nps  | 10    | 10        | Manila
    nine       | 01-05 09:00 | nps  | 9     | 10        | Manila
    eight      | 01-05 09:00 | nps  | 8     | 10        | Manila
    seven      | 01-05 09:00 | nps  | 7     | 10        | Manila
    six        | 01-05 09:00 | nps  | 6     | 10        | Manila
    nought     | 01-05 09:00 | nps  | 0     | 10        | Manila
    blank      | 01-05 09:00 | nps  | -     | 10        | Manila
"""


def test_satisfaction_is_the_share_of_the_top_boxes_of_each_answers_own_scale() -> None:
    level = """is: satisfaction, where: "kind = 'csat'" """
    given = measure(level, {"surveys": SURVEYS})
    assert given.met == {"five": True, "four": True, "three": False, "of seven": False}
    assert measure(level.replace("n,", "n, top_boxes: 1,"), {"surveys": SURVEYS}).sum == (1, 4)
    assert measure(level.replace("n,", "n, scale_max: 7,"), {"surveys": SURVEYS}).sum == (1, 4)


def test_net_promoter_score_takes_marks_to_six_from_marks_of_nine_and_ten() -> None:
    assert measure("""is: net_promoter, where: "kind = 'nps'" """, {"surveys": SURVEYS}).sum == (0, 6)


def test_a_ratio_of_conditions_counts_an_unknown_as_not_met() -> None:
    level = """is: ratio, of: transactions, good: "errors = 0", total: "audited" """
    given = measure(level, {"transactions": TRANSACTIONS}, extra=HOURS)
    assert given.met == {"clean": True, "minor": False, "critical": False, "blank": False}
    everything = measure(
        """is: ratio, of: transactions, good: "errors = 0" """, {"transactions": TRANSACTIONS}, extra=HOURS
    )
    assert everything.sum == (1, 6)


def test_a_ratio_of_sums_keeps_decimals_exact() -> None:
    given = measure("is: ratio, of: transactions, sum: amount, per: units", {"transactions": TRANSACTIONS}, extra=HOURS)
    assert given.sum == (117_502, 140_000)


def test_a_ratio_of_a_sum_to_its_rows_leaves_out_rows_without_a_value() -> None:
    given = measure("is: ratio, of: transactions, sum: units", {"transactions": TRANSACTIONS}, extra=HOURS)
    assert given.sum == (14, 5)


def test_a_ratio_may_add_up_columns_a_mapping_declares() -> None:
    terms = "facts: {columns: {transactions: {hours: integer}}}"
    level = "is: ratio, of: transactions, sum: hours, per: units"
    given = measure(level, {"transactions": TRANSACTIONS}, terms=terms, extra=HOURS)
    assert given.sum == (14, 14)


@pytest.mark.parametrize(
    ("level", "table"),
    [
        (NO_REPEAT, "interactions"),
        ("is: reopening", "cases"),
        ("is: accuracy", "evaluations"),
        ("is: satisfaction", "surveys"),
        ("is: net_promoter", "surveys"),
        ("is: ratio, of: cases, good: \"priority = 'P1'\"", "cases"),
    ],
)
def test_no_records_give_no_row_and_neither_0_nor_100(level: str, table: str) -> None:
    key = {"interactions": "interaction", "cases": "case", "evaluations": "evaluation", "surveys": "survey"}[table]
    assert measure(level, {table: f"{key}_key"}).totals == []
