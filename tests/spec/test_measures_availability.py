"""Availability: scheduled time without an outage, overlaps once, planned maintenance by the contract's words."""

from tests.lib.measured import FEBRUARY, JANUARY, measure

HOUR = 3_600
DAY = 86_400
OFFICE = 'calendars: {office: {time_zone: UTC, week: {mon-fri: "09:00-17:00"}}}'
LEVEL = "is: availability, service: portal"

OUTAGES = """
    outage_key | service | started_at  | ended_at    | planned | noticed_at  | reason  | site
    first      | portal  | 01-05 09:00 | 01-05 12:00 | no      | -           | network | Lisbon
    inside     | portal  | 01-05 10:00 | 01-05 11:00 | no      | -           | network | Manila
    beyond     | portal  | 01-05 11:00 | 01-05 13:00 | -       | -           | disk    | Manila
    other      | e-mail  | 01-06 09:00 | 01-06 12:00 | no      | -           | network | Lisbon
    month end  | portal  | 01-31 23:00 | 02-01 02:00 | no      | -           | network | Lisbon
"""


def test_outages_that_overlap_count_once_and_are_cut_at_the_edge_of_the_month() -> None:
    given = measure(LEVEL, {"outages": OUTAGES}, windows=[JANUARY, FEBRUARY])
    assert given.sums == [(31 * DAY - 5 * HOUR, 31 * DAY), (28 * DAY - 2 * HOUR, 28 * DAY)]
    assert {one.key: one.numerator for one in given.records[0]} == {
        "scheduled time of window 0": 31 * DAY,
        "first": -3 * HOUR,
        "inside": 0,
        "beyond": -HOUR,
        "month end": -HOUR,
    }


def test_only_scheduled_hours_count() -> None:
    given = measure(f"{LEVEL}, calendar: office", {"outages": OUTAGES}, terms=OFFICE, windows=[JANUARY])
    assert given.sum == (22 * 8 * HOUR - 4 * HOUR, 22 * 8 * HOUR)


def test_an_outage_that_has_not_ended_lasts_until_the_run() -> None:
    outages = """
        outage_key | service | started_at  | ended_at
        open       | portal  | 01-05 00:00 | -
    """
    given = measure(LEVEL, {"outages": outages}, as_of="2026-01-05 23:59:59", windows=[JANUARY, FEBRUARY])
    assert given.sums == [(4 * DAY, 5 * DAY)]


PLANNED = """
    outage_key | service | started_at  | ended_at    | planned | noticed_at
    announced  | portal  | 01-10 00:00 | 01-10 04:00 | yes     | 01-01 00:00
    too late   | portal  | 01-20 00:00 | 01-20 02:00 | yes     | 01-19 12:00
    not told   | portal  | 01-25 00:00 | 01-25 01:00 | yes     | -
"""
MAINTENANCE = {"SL": [("01-10 00:00", "01-10 04:00")]}


def test_planned_maintenance_is_neither_outage_nor_scheduled_time() -> None:
    overlays = {"SL": [("01-10 00:00", "01-10 04:00"), ("01-20 00:00", "01-20 02:00"), ("01-25 00:00", "01-25 01:00")]}
    given = measure(LEVEL, {"outages": PLANNED}, windows=[JANUARY], overlays=overlays)
    assert given.sum == (31 * DAY - 7 * HOUR, 31 * DAY - 7 * HOUR)


def test_planned_maintenance_counts_where_the_contract_says_so() -> None:
    given = measure(f"{LEVEL}, planned: counted", {"outages": PLANNED}, windows=[JANUARY])
    assert given.sum == (31 * DAY - 7 * HOUR, 31 * DAY)


def test_planned_maintenance_announced_too_late_is_an_outage() -> None:
    given = measure(f"{LEVEL}, notice: 24 hours", {"outages": PLANNED}, windows=[JANUARY], overlays=MAINTENANCE)
    assert given.sum == (31 * DAY - 7 * HOUR, 31 * DAY - 4 * HOUR)


def test_an_outage_during_announced_maintenance_costs_nothing_more() -> None:
    outages = PLANNED + "broken     | portal  | 01-10 03:00 | 01-10 06:00 | no      | -\n"
    given = measure(LEVEL, {"outages": outages}, windows=[JANUARY], overlays=MAINTENANCE)
    assert given.sum == (31 * DAY - 4 * HOUR - 2 * HOUR, 31 * DAY - 4 * HOUR)


def test_exclusions_take_outages_out_and_never_the_schedule() -> None:
    terms = """exclusions: [{id: X1, reason: theirs, of: outages, where: "reason IS NULL OR reason = 'network'"}]"""
    given = measure(LEVEL, {"outages": OUTAGES}, terms=terms, windows=[JANUARY])
    assert given.sum == (31 * DAY - 2 * HOUR, 31 * DAY)
    assert set(given.excluded) == {"first", "inside", "month end"}


def test_a_waived_outage_is_listed_and_counts_nothing() -> None:
    waivers = """
        waiver_key | record_key | service_level | approved_by | reason
        w1         | first      | SL            | client      | their cable
    """
    terms = "exclusions: [{id: X2, reason: agreed, waivers: true}]"
    given = measure(LEVEL, {"outages": OUTAGES, "waivers": waivers}, terms=terms, windows=[JANUARY])
    assert given.sum == (31 * DAY - 4 * HOUR, 31 * DAY)
    assert given.excluded == {"first": "X2"}


def test_a_condition_chooses_outages() -> None:
    given = measure(f"""{LEVEL}, where: "reason = 'disk'" """, {"outages": OUTAGES}, windows=[JANUARY])
    assert given.sum == (31 * DAY - 2 * HOUR, 31 * DAY)


def test_split_by_site_each_has_the_whole_schedule_and_its_own_outages() -> None:
    given = measure(LEVEL, {"outages": OUTAGES}, windows=[JANUARY], by=("site",))
    assert given.split == {
        ("Lisbon",): (31 * DAY - 4 * HOUR, 31 * DAY),
        ("Manila",): (31 * DAY - 3 * HOUR, 31 * DAY),
    }


def test_a_run_before_the_first_window_measures_nothing() -> None:
    assert measure(LEVEL, {"outages": OUTAGES}, as_of="2025-12-01").totals == []
