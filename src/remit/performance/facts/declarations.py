"""The tables of facts, each declared once: reading, checking, measuring and the reference page all use these."""

from collections.abc import Mapping
from types import MappingProxyType

from remit.performance.facts.shapes import Check, Column, Kind, Personal, Table, not_before, not_more

DIMENSIONS: Mapping[str, str] = MappingProxyType({
    "provider": "The provider that did the work.",
    "site": "The site where it was done.",
    "queue": "The queue, line or skill it came in on.",
    "team": "The team or assignment group.",
    "language": "The language it was handled in.",
    "channel": "How it came in: voice, chat, e-mail, post …",
    "priority": "Its priority, in the contract's words.",
    "category": "What it was about, as the source classes it.",
    "customer_tier": "The tier of the customer, where the contract sets targets by tier.",
})  # fmt: skip


def _text(name: str, description: str, *, required: bool = False) -> Column:
    return Column(name, Kind.TEXT, description, required)


def _record(name: str, description: str, *, required: bool = False) -> Column:
    """The number of a record of somebody's matter: whoever has the source can look the person up by it."""
    return Column(name, Kind.TEXT, description, required, personal=Personal.RECORD)


def _person(name: str, description: str, *, required: bool = False) -> Column:
    return Column(name, Kind.TEXT, description, required, personal=Personal.PERSON)


def _instant(name: str, description: str, *, required: bool = False) -> Column:
    return Column(name, Kind.INSTANT, description, required)


def _seconds(name: str, description: str) -> Column:
    return Column(name, Kind.SECONDS, description)


def _count(name: str, description: str, *, at_least: int = 0) -> Column:
    return Column(name, Kind.INTEGER, description, at_least=at_least)


def _flag(name: str, description: str) -> Column:
    return Column(name, Kind.FLAG, description)


_DIMENSION_COLUMNS = tuple(_text(name, description) for name, description in DIMENSIONS.items())
_CUSTOMER = _person("customer_key", "Who the customer is; repeat contacts are found by it.")
_AGENT = _person("agent_key", "Who handled it.")
_CASE = _record("case_key", "The case it belongs to.")
_INTERACTION = _record("interaction_key", "The contact it belongs to.")
_REASON = _text("reason", "Why the customer came; repeat contacts are found by it.")
_FIRST_CONTACT = _flag("resolved_first_contact", "The source's own mark that the first contact settled it.")

INTERACTIONS = Table(
    "interactions",
    "one contact: a call, chat, message or visit",
    ("interaction_key",),
    (
        _record("interaction_key", "The contact's own number.", required=True),
        _instant("queued_at", "When it was offered to the queue, after any menu; its arrival.", required=True),
        _instant("answered_at", "When an agent answered; empty if nobody did."),
        _instant("abandoned_at", "When the customer gave up waiting; empty if answered."),
        _instant("ended_at", "When the contact ended."),
        _seconds(
            "wait_seconds",
            "Seconds waited in the queue; where the source has none, answered_at or abandoned_at minus queued_at.",
        ),
        _seconds("talk_seconds", "Seconds of talk."),
        _seconds("hold_seconds", "Seconds on hold."),
        _seconds("after_contact_seconds", "Seconds of work after the contact."),
        _flag("transferred", "Handed to another agent or queue."),
        _AGENT, _CUSTOMER, _REASON, _CASE, _FIRST_CONTACT, *_DIMENSION_COLUMNS,
    ),
    "queued_at",
    "Contacts as the telephone system or chat tool has them; service factor, ASA, AHT and abandonment come from here.",
    (
        not_before("answered_at", "queued_at", "it was answered before it arrived"),
        not_before("abandoned_at", "queued_at", "it was abandoned before it arrived"),
        not_before("ended_at", "queued_at", "it ended before it arrived"),
        not_before("ended_at", "answered_at", "it ended before it was answered"),
        Check(
            "answered_or_abandoned",
            "answered_at IS NULL OR abandoned_at IS NULL",
            ("answered_at", "abandoned_at"),
            "it is both answered and abandoned",
        ),
    ),
)  # fmt: skip

CASES = Table(
    "cases",
    "one case: a ticket, incident, claim or request",
    ("case_key",),
    (
        _record("case_key", "The case's own number.", required=True),
        _instant("opened_at", "When it was opened.", required=True),
        _instant("first_response_at", "When an agent first answered the customer."),
        _instant("resolved_at", "When it was resolved; empty while it is not."),
        _instant("closed_at", "When it was closed."),
        _text("status", "The status it has now."),
        _CUSTOMER,
        _REASON,
        _count("contacts", "How many contacts it took."),
        _count("reopened_count", "How often it was opened again."),
        _FIRST_CONTACT,
        _flag(
            "provider_verdict",
            "The source's own verdict: true where it says the target was met; `remit reconcile` sets it against ours.",
        ),
        *_DIMENSION_COLUMNS,
    ),
    "opened_at",
    "Cases as they stand; turnaround, first response, reopening and backlog come from here.",
    (
        not_before("first_response_at", "opened_at", "its first response came before it was opened"),
        not_before("resolved_at", "opened_at", "it was resolved before it was opened"),
        not_before("closed_at", "opened_at", "it was closed before it was opened"),
    ),
)

CASE_EVENTS = Table(
    "case_events",
    "one change of a case",
    (),
    (
        _record("case_key", "The case that changed.", required=True),
        _instant("at", "When it changed.", required=True),
        Column("sequence", Kind.INTEGER, "The source's own order of changes; settles changes of the same second."),
        _text("event", "What happened: created, status, priority, comment …"),
        _text("status_from", "The status before the change."),
        _text("status", "The status after the change; empty where it did not change."),
        _person("actor", "Who made the change."),
        *_DIMENSION_COLUMNS,
    ),
    "at",
    "The history of cases; pauses, reopenings and changes of priority or team come from here. "
    "A dimension holds the value after the change; empty means unchanged.",
)

TRANSACTIONS = Table(
    "transactions",
    "one piece of back-office work",
    ("transaction_key",),
    (
        _record("transaction_key", "The transaction's own number.", required=True),
        _instant("received_at", "When it was received.", required=True),
        _instant("completed_at", "When it was completed."),
        _text("type", "What kind of work it is."),
        _count("units", "How many units of work it counts for."),
        _count("errors", "Errors found in it."),
        _count("critical_errors", "Critical errors among them."),
        _flag("audited", "It was looked over; accuracy is judged on these."),
        Column("amount", Kind.DECIMAL, "Its amount of money."),
        *_DIMENSION_COLUMNS,
    ),
    "received_at",
    "Claims, invoices, applications and the like; accuracy, throughput and turnaround come from here.",
    (
        not_before("completed_at", "received_at", "it was completed before it was received"),
        not_more("critical_errors", "errors"),
    ),
)

SURVEYS = Table(
    "surveys",
    "one answered survey",
    ("survey_key",),
    (
        _record("survey_key", "The answer's own number.", required=True),
        _instant("answered_at", "When the customer answered.", required=True),
        _text("kind", "Which survey: csat, nps, ces …"),
        Column("score", Kind.INTEGER, "The score given.", required=True),
        _count("scale_max", "The highest score the scale allows.", at_least=1),
        _flag("resolved", "The customer says the matter is settled."),
        _INTERACTION, _CASE, _CUSTOMER, _AGENT, *_DIMENSION_COLUMNS,
    ),
    "answered_at",
    "What customers said; CSAT and NPS come from here.",
    (
        Check("score_not_negative", "score >= 0", ("score",), "the score is negative"),
        Check("score_within_scale", "score <= scale_max", ("score", "scale_max"), "the score is above its scale"),
    ),
)  # fmt: skip

EVALUATIONS = Table(
    "evaluations",
    "one quality evaluation",
    ("evaluation_key",),
    (
        _record("evaluation_key", "The evaluation's own number.", required=True),
        _instant("evaluated_at", "When it was evaluated.", required=True),
        _text("form", "The form it was scored on."),
        Column("score", Kind.DECIMAL, "The score."),
        _count("opportunities", "Chances for an error on the form."),
        _count("errors", "Errors found."),
        _count("critical_customer_errors", "Errors critical to the customer."),
        _count("critical_business_errors", "Errors critical to the business."),
        _count("critical_compliance_errors", "Errors critical to compliance."),
        _INTERACTION, _CASE, _AGENT, *_DIMENSION_COLUMNS,
    ),
    "evaluated_at",
    "Quality evaluations of contacts and cases; accuracy by kind of error comes from here.",
    (not_more("errors", "opportunities"),),
)  # fmt: skip

AGENT_TIME = Table(
    "agent_time",
    "one stretch of an agent's time, such as a day or a shift",
    ("agent_key", "started_at"),
    (
        _person("agent_key", "The agent.", required=True),
        _instant("started_at", "When the stretch starts.", required=True),
        _instant("ended_at", "When it ends."),
        _seconds("paid_seconds", "Seconds paid."),
        _seconds("scheduled_seconds", "Seconds scheduled."),
        _seconds("worked_seconds", "Seconds worked."),
        _seconds("available_seconds", "Seconds ready and waiting for a contact."),
        _seconds("handling_seconds", "Seconds spent on contacts: talk, hold and after-contact work."),
        _seconds("in_adherence_seconds", "Scheduled seconds spent as scheduled."),
        *_DIMENSION_COLUMNS,
    ),
    "started_at",
    "Agents' time; occupancy, utilisation, shrinkage and adherence come from here.",
    (
        not_before("ended_at", "started_at", "it ended before it started"),
        not_more("in_adherence_seconds", "scheduled_seconds"),
    ),
)

HEADCOUNT = Table(
    "headcount",
    "one month of one team",
    ("counted_at", "site", "team", "provider"),
    (
        _instant("counted_at", "The first instant of the month, in the contract's zone.", required=True),
        _count("headcount_start", "Heads on the first day."),
        _count("headcount_end", "Heads on the last day."),
        _count("hires", "Heads that came."),
        _count("separations", "Heads that left."),
        Column("fte", Kind.DECIMAL, "Full-time equivalents."),
        _count("seats", "Workplaces kept ready."),
        *_DIMENSION_COLUMNS,
    ),
    "counted_at",
    "Heads by month; attrition comes from here.",
)

OUTAGES = Table(
    "outages",
    "one outage of a service",
    ("outage_key",),
    (
        _text("outage_key", "The outage's own number.", required=True),
        _text("service", "The service that was down.", required=True),
        _instant("started_at", "When it went down.", required=True),
        _instant("ended_at", "When it was up again; empty while it is down."),
        _flag("planned", "It was planned maintenance."),
        _instant("noticed_at", "When the client was told of a planned outage."),
        _text("reason", "Why it was down."),
        *_DIMENSION_COLUMNS,
    ),
    "started_at",
    "Outages; availability within scheduled hours comes from here.",
    (not_before("ended_at", "started_at", "it ended before it started"),),
)

INTERVAL_COUNTS = Table(
    "interval_counts",
    "one interval of one queue, in totals",
    ("interval_key",),
    (
        _text("interval_key", "A name for the row: the queue and the interval, for instance.", required=True),
        _instant("starts_at", "When the interval starts.", required=True),
        _seconds("interval_seconds", "How long it is."),
        _count("offered", "Contacts offered."),
        _count("answered", "Contacts answered."),
        _count(
            "answered_within",
            "Contacts answered within the threshold of the contract; the source's threshold must be the same.",
        ),
        _count("abandoned", "Contacts abandoned."),
        _count("abandoned_within", "Contacts abandoned within the threshold."),
        _count("abandoned_short", "Contacts abandoned within the short-abandon time."),
        _count("handled", "Contacts handled."),
        _seconds("handling_seconds", "Seconds of handling, all contacts together."),
        _seconds("wait_seconds", "Seconds waited by those answered, all together."),
        _count("forecast_offered", "Contacts forecast."),
        _seconds("forecast_handling_seconds", "Seconds of handling forecast, all contacts forecast together."),
        Column("planned_agents", Kind.DECIMAL, "Agents planned to be at work, on average.", at_least=0),
        Column("present_agents", Kind.DECIMAL, "Agents that were at work, on average.", at_least=0),
        *_DIMENSION_COLUMNS,
    ),
    "starts_at",
    "Totals by interval, for sources that give no single contacts.",
    (
        not_more("answered", "offered"),
        not_more("abandoned", "offered"),
        not_more("answered_within", "answered"),
        not_more("abandoned_within", "abandoned"),
        not_more("abandoned_short", "abandoned"),
        Check(
            "answered_and_abandoned_within_offered",
            "answered + abandoned <= offered",
            ("answered", "abandoned", "offered"),
            "answered and abandoned together are more than offered",
        ),
    ),
)

WAIVERS = Table(
    "waivers",
    "one record waived from one service level",
    ("waiver_key",),
    (
        _record("waiver_key", "The waiver's own number.", required=True),
        _record("record_key", "The key of the record it waives.", required=True),
        _text("service_level", "The id of the service level it waives it from, e.g. SL1.", required=True),
        _person("approved_by", "Who agreed for the other side."),
        _instant("approved_at", "When it was agreed."),
        _text("reason", "Why."),
        _text("clause_cited", "The clause it rests on."),
        *_DIMENSION_COLUMNS,
    ),
    "approved_at",
    "The signed list of records both sides leave out.",
)

RELIEFS = Table(
    "reliefs",
    "one service level relieved in one month",
    ("relief_key",),
    (
        _text("relief_key", "The relief's own number.", required=True),
        _text("service_level", "The id of the service level it relieves, e.g. SL1.", required=True),
        _text("month", "The month, written 2026-03.", required=True),
        _text("relief", "`whole_month` or `volume_gap`, as the contract's forecast terms say.", required=True),
        _count("contacts", "With `volume_gap`: the contacts added as answered in time."),
        _person("approved_by", "Who agreed for the other side."),
        _instant("approved_at", "When it was agreed."),
        _text("reason", "Why."),
        _text("clause_cited", "The clause it rests on."),
        *_DIMENSION_COLUMNS,
    ),
    "approved_at",
    "Relief both sides agreed on, where the volume lay outside its forecast.",
    (
        Check("a_month", "month LIKE '____-__'", ("month",), "month is not written as 2026-03"),
        Check(
            "a_kind_of_relief",
            "relief = 'whole_month' OR relief = 'volume_gap'",
            ("relief",),
            "relief is neither whole_month nor volume_gap",
        ),
    ),
)

PASSED_ON_COSTS = Table(
    "passed_on_costs",
    "one bill of a third party that the provider passes on",
    ("cost_key",),
    (
        _text("cost_key", "The bill's own number: the evidence an invoice rests on.", required=True),
        _instant("incurred_at", "When the cost was incurred; the month it is invoiced for.", required=True),
        _text("charge", "The id of the rate card's line it is passed on by.", required=True),
        Column("amount", Kind.DECIMAL, "Its amount, in the line's currency.", required=True),
        _text("supplier", "Who sent the bill."),
        *_DIMENSION_COLUMNS,
    ),
    "incurred_at",
    "Bills of carriers, landlords and the like; what is passed on at cost is invoiced by these.",
)

PROVIDER_FIGURES = Table(
    "provider_figures",
    "the provider's own figure of one service level and period",
    ("service_level", "starts_at"),
    (
        _text("service_level", "The service level's id in the contract, e.g. SL1.", required=True),
        _instant("starts_at", "The first instant of the period, in the contract's zone.", required=True),
        Column("value", Kind.DECIMAL, "The value the provider reports: a share as 0.953, a time in seconds."),
        _count("numerator", "Its numerator."),
        _count("denominator", "Its denominator."),
        *_DIMENSION_COLUMNS,
    ),
    "starts_at",
    "What the provider says it reached; reconciliation sets it against ours.",
)

TABLES: Mapping[str, Table] = MappingProxyType({
    table.name: table
    for table in (
        INTERACTIONS, CASES, CASE_EVENTS, TRANSACTIONS, SURVEYS, EVALUATIONS, AGENT_TIME, HEADCOUNT, OUTAGES,
        INTERVAL_COUNTS, PASSED_ON_COSTS, WAIVERS, RELIEFS, PROVIDER_FIGURES,
    )
})  # fmt: skip
