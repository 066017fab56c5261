"""Definitions: each measure in words made from its terms."""

import pytest

from remit.performance.measures.definitions import definition_of
from tests.lib.measured import contract_of

TERMS = """
calendars: {office: {time_zone: UTC, week: {mon-fri: "09:00-17:00"}}}
clocks:
  plain: {of: cases}
  full: {of: cases, calendar: {by: site, map: {Lisbon: office}, otherwise: always}, stops: {status: [Resolved, Closed]},
    pauses: {status: Waiting}, max_pause: 3 business hours,
    reopen: {do: resume, within: 2 business days, otherwise: new_record}}
  answer: {of: cases, calendar: {by: site, map: {Lisbon: office}}, stops: {event: [reply]}, pauses: {status: Waiting},
    reopen: {do: restart}}
"""
STOPS = "A record belongs to the window of its stop; one still open is left out"


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (
            "is: service_factor, variant: 5, answer_within: 20 seconds, short_abandon: 5 seconds",
            (
                "Contacts answered within 20 seconds or abandoned within 5 seconds, over contacts answered or "
                "abandoned "
                "(service factor, variant 5)."
            ),
        ),
        (
            (
                "is: service_factor, variant: 2, answer_within: 20 seconds, aggregate: share_of_intervals, "
                "interval_target: 80%"
            ),
            (
                "The share of 30 minutes intervals in which contacts answered within 20 seconds, over contacts "
                "answered "
                "reached 80.00%."
            ),
        ),
        (
            "is: speed_of_answer, where: \"site = 'Lisbon'\"",
            (
                "Average speed of answer: Σ wait of the answered over the answered. "
                "Only interactions where site = 'Lisbon'."
            ),
        ),
        ("is: abandonment", "Contacts abandoned over contacts offered, short abandons counted."),
        (
            "is: abandonment, short_abandon: 5 seconds",
            "Contacts abandoned after 5 seconds over contacts offered, those abandoned sooner in neither.",
        ),
        ("is: occupancy", "Handling time over handling and available time."),
        (
            "is: turnaround, clock: plain, share_within: 4 hours",
            (
                "Share of records whose turnaround on the clock plain is within 4 hours; exactly on target counts. "
                f"The clock runs from opened_at to resolved_at on the calendar always. {STOPS}."
            ),
        ),
        (
            "is: turnaround, clock: full, statistic: percentile, percentile: 95",
            (
                "95th percentile (nearest rank) of the turnaround on the clock full. The clock runs from "
                "opened_at to the "
                "first Resolved or Closed on the calendar office for site Lisbon, else always. It stands while "
                "the status "
                "is Waiting, for at most 3 business hours in all. On reopening: resume within 2 business days, "
                "else new "
                f"record. {STOPS}."
            ),
        ),
        (
            (
                "is: first_response, clock: answer, share_within: {by: priority, map: {P1: 1 business hours}, "
                "otherwise: 2 business hours}"
            ),
            (
                "Share of records whose first response on the clock answer is within 1 business hours for priority P1, "
                "else 2 business hours; exactly on target counts. The clock runs from opened_at to the first "
                "reply on the "
                "calendar office for site Lisbon. It stands while the status is Waiting. On reopening: restart. "
                f"{STOPS}."
            ),
        ),
        (
            "is: turnaround, clock: plain, share_within: {by: priority, map: {P1: 1 hours, P2: 2 hours}}",
            (
                "Share of records whose turnaround on the clock plain is within 1 hours for priority P1, 2 hours for "
                "priority P2; exactly on target counts. The clock runs from opened_at to resolved_at on the calendar "
                f"always. {STOPS}."
            ),
        ),
        (
            "is: first_contact_resolution, variant: no_repeat, repeat_within: 7 days",
            "First contacts of a customer for a reason without another within 7 days, over first contacts.",
        ),
        ("is: reopening", "Resolved cases that were opened again, over resolved cases."),
        ("is: backlog, of: transactions", "Number of transactions open at the end of the window."),
        ("is: backlog, statistic: mean_age", "Mean age of cases open at the end of the window."),
        (
            "is: backlog, older_than: 3 days",
            "Cases open for more than 3 days at the end of the window, over cases open then.",
        ),
        ("is: accuracy", "Audited evaluations without errors, over audited evaluations."),
        (
            "is: accuracy, errors: customer_critical, per: opportunity",
            "1 − customer critical errors over opportunities for error.",
        ),
        ("is: satisfaction", "Answers in the top 2 boxes of the scale, over answers."),
        ("is: net_promoter", "Share of marks 9–10 less share of marks 0–6."),
        ("is: volume, of: cases", "Number of cases."),
        ("is: throughput", "Cases finished in the window."),
        (
            "is: throughput, per: open_day, calendar: office",
            "Cases finished in the window per open day (calendar office).",
        ),
        (
            "is: availability, service: portal, planned: counted",
            (
                "Time without an outage of portal over scheduled time (calendar always), planned maintenance counted, "
                "overlaps once."
            ),
        ),
        (
            "is: availability, service: portal",
            (
                "Time without an outage of portal over scheduled time (calendar always), planned maintenance left out, "
                "overlaps once."
            ),
        ),
        (
            'is: ratio, of: agent_time, good: "paid_seconds > 0"',
            "Agent time where paid_seconds > 0, over all agent time.",
        ),
        (
            'is: ratio, of: transactions, good: "errors = 0", total: audited',
            "Transactions where errors = 0, over audited.",
        ),
        ("is: ratio, of: transactions, sum: amount, per: units", "Σ amount over Σ units."),
        ("is: ratio, of: transactions, sum: amount", "Σ amount over the number of transactions."),
        ("is: handle_time", "Average handle time: (talk + hold + after-contact work) over handled contacts."),
        ("is: attrition", "Separations over average headcount, as a yearly rate."),
        ("is: forecast_accuracy", "1 − Σ |actual − forecast| over Σ actual, by interval."),
        ("is: forecast_bias", "Σ (forecast − actual) over Σ actual, by interval."),
    ],
)
def test_a_definition_says_in_words_what_is_counted(measure: str, words: str) -> None:
    assert definition_of(contract_of(measure, terms=TERMS), "SL") == words


def test_a_definition_says_how_few_records_and_rounding_are_taken() -> None:
    level = "low_volume: {below: 20, then: allow_misses, misses: 1}, rounding: {places: 4}"
    words = definition_of(contract_of("is: net_promoter", level=level), "SL")
    assert words.endswith(
        "A window with fewer than 20 records may miss 1. Judged on the value rounded to 4 places, half up."
    )
    assert "is not measured" in definition_of(contract_of("is: net_promoter", level="low_volume: {below: 20}"), "SL")
