"""Service factor, speed of answer, handle time and abandonment: what counts above and below the line."""

from fractions import Fraction

import pytest

from remit.terms.periods import Period
from tests.lib.measured import JANUARY, measure

T = "answer_within: 20 seconds, short_abandon: 10 seconds"


def published_contacts() -> str:
    """The published example: 1,000 answered, 860 within T; 60 abandoned, 20 within T, 10 of them short."""
    kinds = [
        ("a", 860, "01-05 09:00:20", "-", 20),
        ("b", 140, "01-05 09:00:21", "-", 21),
        ("c", 10, "-", "01-05 09:00:10", 10),
        ("d", 10, "-", "01-05 09:00:20", 20),
        ("e", 40, "-", "01-05 09:00:21", 21),
    ]
    rows = [
        f"{kind}{number} | 01-05 09:00 | {answered} | {abandoned} | {wait}"
        for kind, count, answered, abandoned, wait in kinds
        for number in range(count)
    ]
    return "\n".join(["interaction_key | queued_at | answered_at | abandoned_at | wait_seconds", *rows])


PUBLISHED_COUNTS = """
    interval_key | starts_at   | offered | answered | answered_within | abandoned | abandoned_within | abandoned_short
    one          | 01-05 09:00 | 530     | 500      | 430             | 30        | 10               | 5
    two          | 01-05 09:30 | 530     | 500      | 430             | 30        | 10               | 5
"""

PUBLISHED = [(1, "83.0"), (2, "86.0"), (3, "81.1"), (4, "82.7"), (5, "82.1"), (6, "81.9")]


@pytest.mark.parametrize(("variant", "percent"), PUBLISHED)
def test_service_factor_of_contacts_gives_the_published_figures(variant: int, percent: str) -> None:
    given = measure(f"is: service_factor, variant: {variant}, {T}", {"interactions": published_contacts()})
    assert given.sum is not None
    assert f"{float(100 * Fraction(*given.sum)):.1f}" == percent


@pytest.mark.parametrize(("variant", "percent"), PUBLISHED)
def test_service_factor_of_interval_counts_gives_the_published_figures(variant: int, percent: str) -> None:
    level = f"is: service_factor, of: interval_counts, variant: {variant}, {T}"
    given = measure(level, {"interval_counts": PUBLISHED_COUNTS})
    assert given.sum is not None
    assert f"{float(100 * Fraction(*given.sum)):.1f}" == percent


CONTACTS = """
    interaction_key | queued_at   | answered_at    | abandoned_at   | wait_seconds | talk_seconds | hold_seconds | after_contact_seconds | site   | channel
    on the mark     | 01-05 09:00 | 01-05 09:00:20 | -              | 20           | 100          | 10           | 5                     | Lisbon | voice
    late            | 01-05 09:00 | 01-05 09:00:21 | -              | 21           | 200          | -            | -                     | Lisbon | voice
    gave up at once | 01-05 09:00 | -              | 01-05 09:00:05 | 5            | -            | -            | -                     | Manila | voice
    gave up         | 01-05 09:00 | -              | 01-05 09:01    | 60           | -            | -            | -                     | Manila | test
    unknown end     | 01-05 09:00 | -              | -              | -            | -            | -            | -                     | -      | voice
    wait not given  | 02-01 00:00 | 02-01 00:00:07 | -              | -            | -            | -            | -                     | Lisbon | voice
"""  # noqa: E501 - a table


def test_an_answer_exactly_on_the_threshold_counts_and_one_a_second_later_does_not() -> None:
    given = measure("is: service_factor, variant: 2, answer_within: 20 seconds", {"interactions": CONTACTS})
    assert given.sums == [(1, 2), (1, 1)]
    assert given.met == {"on the mark": True, "late": False, "wait not given": True} | {
        "gave up at once": None, "gave up": None,
    }  # fmt: skip


def test_a_contact_neither_answered_nor_abandoned_is_in_no_variant() -> None:
    for variant in range(1, 7):
        given = measure(f"is: service_factor, variant: {variant}, {T}", {"interactions": CONTACTS})
        assert "unknown end" not in given.window_of


def test_speed_of_answer_is_the_wait_of_the_answered_over_the_answered() -> None:
    assert measure("is: speed_of_answer", {"interactions": CONTACTS}).sums == [(41, 2), (7, 1)]


def test_speed_of_answer_of_interval_counts() -> None:
    counts = """
        interval_key | starts_at   | answered | wait_seconds
        one          | 01-05 09:00 | 10       | 150
        two          | 01-05 09:30 | 5        | 30
        unknown      | 01-05 10:00 | 5        | -
    """
    assert measure("is: speed_of_answer, of: interval_counts", {"interval_counts": counts}).sum == (180, 15)


def test_handle_time_is_talk_hold_and_after_contact_work_over_those_handled() -> None:
    given = measure("is: handle_time", {"interactions": CONTACTS})
    assert given.sums == [(315, 2)]
    assert given.seconds == {"on the mark": 115, "late": 200}


def test_handle_time_of_interval_counts() -> None:
    counts = """
        interval_key | starts_at   | handled | handling_seconds
        one          | 01-05 09:00 | 4       | 1000
    """
    assert measure("is: handle_time, of: interval_counts", {"interval_counts": counts}).sum == (1000, 4)


def test_abandonment_counts_short_abandons_unless_they_are_named() -> None:
    facts = {"interactions": CONTACTS}
    assert measure("is: abandonment", facts).sum == (2, 4)
    assert measure("is: abandonment, short_abandon: 5 seconds", facts).sum == (1, 3)
    assert measure("is: abandonment, short_abandon: 4 seconds", facts).sum == (2, 4)


def test_abandonment_of_interval_counts_leaves_short_ones_out_of_both() -> None:
    facts = {"interval_counts": PUBLISHED_COUNTS}
    assert measure("is: abandonment, of: interval_counts", facts).sum == (60, 1060)
    assert measure("is: abandonment, of: interval_counts, short_abandon: 10 seconds", facts).sum == (50, 1050)


@pytest.mark.parametrize(
    "level",
    [
        "is: service_factor, variant: 1, answer_within: 20 seconds",
        "is: speed_of_answer",
        "is: handle_time",
        "is: abandonment",
        "is: service_factor, variant: 3, answer_within: 20 seconds, aggregate: share_of_intervals, interval_target: 1%",
    ],
)
def test_no_contacts_give_no_row_and_neither_0_nor_100(level: str) -> None:
    facts = {"interactions": "interaction_key | queued_at"}
    assert measure(level, facts).totals == []


def test_interval_counts_that_lack_a_part_of_the_formula_are_left_out() -> None:
    counts = """
        interval_key | starts_at   | answered | answered_within | abandoned | abandoned_short
        whole        | 01-05 09:00 | 10       | 8               | 2         | 1
        no abandons  | 01-05 09:30 | 10       | 8               | -         | 1
    """
    level = f"is: service_factor, of: interval_counts, variant: 5, {T}"
    assert measure(level, {"interval_counts": counts}).sum == (9, 12)


SHARE = (
    "is: service_factor, variant: 3, answer_within: 20 seconds, aggregate: share_of_intervals, "
    "interval: 30 minutes, interval_target: 80%"
)
SPREAD = """
    interaction_key | queued_at      | answered_at    | abandoned_at | wait_seconds | site   | channel
    a1              | 01-05 09:00    | 01-05 09:00:10 | -            | 10           | Lisbon | voice
    a2              | 01-05 09:05    | 01-05 09:05:10 | -            | 10           | Lisbon | voice
    a3              | 01-05 09:10    | 01-05 09:10:10 | -            | 10           | Lisbon | voice
    a4              | 01-05 09:15    | 01-05 09:15:10 | -            | 10           | Lisbon | voice
    a5              | 01-05 09:29:59 | -              | 01-05 09:40  | 601          | Manila | test
    b1              | 01-05 09:30    | 01-05 09:31    | -            | 60           | Manila | voice
    c1              | 01-05 10:30    | 01-05 10:30:20 | -            | 20           | Lisbon | voice
"""


def test_the_share_of_intervals_asks_of_each_interval_whether_it_reached_its_target() -> None:
    # 09:00 has exactly 80 %, 09:30 none, 10:00 no contacts at all, 10:30 all.
    assert measure(SHARE, {"interactions": SPREAD}).sum == (2, 3)


def test_the_share_of_intervals_weighs_pooled_counts_differently() -> None:
    assert measure("is: service_factor, variant: 3, answer_within: 20 seconds", {"interactions": SPREAD}).sum == (5, 7)


def test_conditions_and_exclusions_act_inside_the_intervals() -> None:
    terms = """exclusions: [{id: X1, reason: tests, of: interactions, where: "channel = 'test'"}]"""
    assert measure(SHARE, {"interactions": SPREAD}, terms=terms).sum == (2, 3)
    level = SHARE.replace("interval_target: 80%", "interval_target: 81%")
    assert measure(level, {"interactions": SPREAD}).sum == (1, 3)
    assert measure(level, {"interactions": SPREAD}, terms=terms).sum == (2, 3)
    assert measure(f"""{SHARE}, where: "site = 'Lisbon'" """, {"interactions": SPREAD}).sum == (2, 2)


def test_a_waived_contact_counts_in_no_interval() -> None:
    waivers = """
        waiver_key | record_key | service_level | approved_by | reason
        W1         | a5         | SL            | Lee         | the line was down
    """
    level = SHARE.replace("interval_target: 80%", "interval_target: 81%")
    terms = "exclusions: [{id: X4, reason: waived, waivers: true}]"
    assert measure(level, {"interactions": SPREAD, "waivers": waivers}).sum == (1, 3)
    assert measure(level, {"interactions": SPREAD, "waivers": waivers}, terms=terms).sum == (2, 3)


def test_the_share_of_intervals_of_a_site_is_made_of_its_own_intervals() -> None:
    given = measure(SHARE, {"interactions": SPREAD}, by=("site",))
    assert given.split == {("Lisbon",): (2, 2), ("Manila",): (0, 2)}


def test_the_share_of_intervals_is_taken_from_interval_counts_too() -> None:
    counts = """
        interval_key | starts_at   | answered | answered_within | abandoned
        one          | 01-05 09:00 | 10       | 8               | 0
        two          | 01-05 09:15 | 10       | 8               | 0
        three        | 01-05 09:30 | 10       | 7               | 0
    """
    level = SHARE.replace("variant: 3", "of: interval_counts, variant: 3")
    assert measure(level, {"interval_counts": counts}).sum == (1, 2)


def test_a_contact_belongs_to_the_month_it_came_in_by_the_contracts_own_zone() -> None:
    contacts = """
        interaction_key | queued_at      | answered_at
        new year's eve  | 2026-01-01 04:59 | 2026-01-01 04:59:10
        january         | 2026-01-01 05:00 | 2026-01-01 05:00:10
        still january   | 2026-02-01 04:59 | 2026-02-01 05:00
    """
    given = measure("is: speed_of_answer", {"interactions": contacts}, zone="America/New_York", windows=[JANUARY])
    assert given.sum == (70, 2)


def test_windows_need_not_be_months() -> None:
    week = Period(JANUARY.start_on.replace(day=5), JANUARY.start_on.replace(day=12))
    assert measure("is: speed_of_answer", {"interactions": CONTACTS}, windows=[week]).sums == [(41, 2)]
