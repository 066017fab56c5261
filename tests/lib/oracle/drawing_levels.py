"""Contracts with any measure and records that lie on its edges: thresholds, midnights, changes of clocks."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.lib.oracle import drawing_records as rows
from tests.lib.oracle.drawing_credits import maybe, written
from tests.lib.oracle.engine import Case
from tests.lib.oracle.hours import instant
from tests.lib.oracle.words import Words, add_months

CALENDARS: dict[str, Words] = {
    "york": {
        "time_zone": "America/New_York",
        "week": {"mon-fri": "08:00-18:00"},
        "breaks": {"mon-fri": "12:00-12:30"},
        "closed": ["2026-01-01", "2026-02-16", "2026-03-10", "2026-11-26"],
        "special": {"2026-03-07": "10:00-14:00", "2026-11-25": "08:00-12:00"},
    },
    "night": {
        "time_zone": "Europe/Lisbon",
        "week": {"mon,wed,fri": "22:00-06:00", "sat": "09:00-12:30, 13:30-17:30"},
        "changes": [{"from": "2026-03-16", "week": {"mon-fri": "22:00-06:00"}}],
    },
    "whole": {"time_zone": "Australia/Lord_Howe", "week": {"mon-sun": "00:00-24:00"}, "closed": ["2026-03-03"]},
}
ZONES = ("UTC", "America/New_York", "Europe/Lisbon", "Australia/Lord_Howe")
STARTS = (date(2026, 2, 1), date(2026, 3, 1), date(2026, 10, 1))

calendars = st.sampled_from([*CALENDARS, "always"])
wheres: dict[str, st.SearchStrategy[str | None]] = {
    "interactions": st.sampled_from([None, None, "channel = 'voice'", "channel <> 'test' AND NOT transferred"]),
    "cases": st.sampled_from([None, None, "priority IN ('P1', 'P2')", "coalesce(category, '') <> 'duplicate'"]),
    "transactions": st.sampled_from([None, None, "units BETWEEN 1 AND 3", "type LIKE 'c%'"]),
    "surveys": st.sampled_from([None, "kind = 'csat'"]),
    "evaluations": st.just(None),
    "agent_time": st.sampled_from([None, "site = 'NYC'"]),
    "headcount": st.sampled_from([None, "team = 'a'"]),
    "interval_counts": st.sampled_from([None, "queue = 'sales'"]),
}


def measured(**words: Any) -> Words:
    return written(**words)


@st.composite
def contacts(draw: st.DrawFn) -> Words:
    of = draw(st.sampled_from([None, None, "interval_counts"]))
    where = draw(wheres[of or "interactions"])
    kind = draw(st.sampled_from(["service_factor", "service_factor", "speed_of_answer", "handle_time", "abandonment"]))
    if kind in ("speed_of_answer", "handle_time"):
        return measured(**{"is": kind}, of=of, where=where)
    if kind == "abandonment":
        return measured(**{"is": kind}, of=of, short_abandon=draw(maybe(st.just("5 seconds"))), where=where)
    variant = draw(st.sampled_from("123456"))
    words = measured(**{"is": kind}, of=of, variant=variant, answer_within="20 seconds", where=where)
    if variant in "56":
        words["short_abandon"] = "5 seconds"
    if draw(st.booleans()):
        words.update(aggregate="share_of_intervals", interval="30 minutes", interval_target="80%")
    return words


def _plain(kind: str, table: str, **words: Any) -> st.SearchStrategy[Words]:
    return st.builds(lambda where: measured(**{"is": kind}, **words, where=where), wheres[table])


@st.composite
def simple(draw: st.DrawFn) -> Words:
    """The measures without a clock."""
    agents = draw(st.sampled_from(["occupancy", "utilisation", "shrinkage", "adherence", "conformance"]))
    critical = draw(st.sampled_from(["all", "critical", "non_critical", "customer_critical", "business_critical"]))
    table = draw(st.sampled_from(["interactions", "cases", "transactions", "surveys", "evaluations"]))
    return draw(
        st.one_of(
            _plain(agents, "agent_time"),
            _plain("first_contact_resolution", "interactions", variant="no_repeat", repeat_within="7 days"),
            _plain("first_contact_resolution", "interactions", variant="agent_flag"),
            _plain("first_contact_resolution", "surveys", of="surveys", variant="survey"),
            _plain("first_contact_resolution", "cases", of="cases", variant="single_contact"),
            _plain("reopening", "cases"),
            _plain("accuracy", "evaluations", errors=critical),
            _plain("accuracy", "evaluations", per="opportunity", errors=critical),
            _plain("accuracy", "transactions", of="transactions", errors=draw(st.sampled_from(["all", "critical"]))),
            _plain("satisfaction", "surveys", top_boxes=draw(maybe(st.just("1")))),
            _plain("net_promoter", "surveys"),
            _plain("volume", table, of=table),
            _plain("ratio", "interactions", of="interactions", good="transferred", total="channel = 'voice'"),
            _plain("ratio", "transactions", of="transactions", good="errors = 0 OR units > 2"),
            _plain("ratio", "transactions", of="transactions", sum="units", counted_in="count"),
            _plain("ratio", "interval_counts", of="interval_counts", sum="answered_within", per="offered"),
            _plain("attrition", "headcount"),
            _plain(draw(st.sampled_from(["forecast_accuracy", "forecast_bias"])), "interval_counts"),
        )
    )


@st.composite
def with_hours(draw: st.DrawFn) -> Words:
    """Backlog, throughput and availability: measures on a calendar."""
    calendar, table = draw(calendars), draw(st.sampled_from(["cases", "transactions"]))
    kind = draw(st.sampled_from(["backlog", "throughput", "availability"]))
    if kind == "availability":
        planned = draw(maybe(st.sampled_from(["excluded", "counted"])))
        return measured(
            **{"is": kind}, service="desk", calendar=calendar, planned=planned, notice=draw(maybe(st.just("5 days")))
        )
    words = measured(**{"is": kind}, of=table, calendar=calendar, where=draw(wheres[table]))
    if kind == "throughput":
        return {**words, "per": draw(st.sampled_from(["window", "open_day", "open_hour"]))}
    older = draw(maybe(st.sampled_from(["3 days", "8 business hours", "2 business days"])))
    if older and not ("business" in older and calendar == "always"):
        return {**words, "older_than": older}
    return {**words, "statistic": draw(st.sampled_from(["count", "mean_age"]))}


TARGETS = {
    "all": ["2 hours", "3 days", "30 minutes"],
    "open": ["4 business hours", "10 business hours", "90 business minutes"],
    "days": ["1 business days", "2 business days"],
}


@st.composite
def clocked(draw: st.DrawFn) -> tuple[Words, Words]:
    """A turnaround measure and its clock."""
    by_history = draw(st.booleans())
    units = draw(st.sampled_from(["all", "open", "open", "days"]))
    by_priority = draw(st.booleans())
    target: Any = draw(st.sampled_from(TARGETS[units]))
    if by_priority:
        target = {"by": "priority", "map": {"P1": TARGETS[units][0], "P2": TARGETS[units][1]}}
        target.update(written(otherwise=draw(maybe(st.just(TARGETS[units][-1])))))
    calendar: Any = draw(st.sampled_from([*CALENDARS] if units != "all" else ["always", "york"]))
    if by_history and units != "all" and draw(st.booleans()):
        calendar = {"by": "site", "map": {"NYC": "york", "LIS": "night"}, "otherwise": "york"}
    clock = draw(
        history_clock(units, by_priority=by_priority, calendar=calendar) if by_history else column_clock(calendar)
    )
    table = clock.get("of")
    statistic = draw(st.sampled_from([None, None, None, "mean", "median", "percentile"]))
    kind = draw(st.sampled_from(["turnaround", "first_response"]))
    words = measured(**{"is": kind}, of=table, clock="clock", where=draw(wheres[table or "cases"]))
    if statistic is None:
        return {**words, "share_within": target}, clock
    one = target if isinstance(target, str) else TARGETS[units][0]
    percentile = "75" if statistic == "percentile" and draw(st.booleans()) else None
    return {**words, **written(statistic=statistic, within=one, percentile=percentile)}, clock


@st.composite
def column_clock(draw: st.DrawFn, calendar: Any) -> Words:
    table, starts, stops = draw(
        st.sampled_from(
            [
                (None, "opened_at", "resolved_at"),
                (None, "opened_at", "first_response_at"),
                ("transactions", "received_at", "completed_at"),
                ("interactions", "queued_at", "ended_at"),
            ]
        )
    )
    return written(of=table, calendar=calendar, starts=starts, stops=stops)


@st.composite
def history_clock(draw: st.DrawFn, units: str, *, by_priority: bool, calendar: Any) -> Words:
    policies = ["final", "initial", "highest", "proportional", "restart"]
    reopen: Words | None = draw(
        st.sampled_from(
            [None, None, {"do": "resume"}, {"do": "restart"}, {"do": "first_stop_wins"}, {"do": "new_record"}]
        )
    )
    within = {"all": "1 days", "open": "6 business hours", "days": "1 business days"}[units]
    if reopen and draw(st.booleans()):
        otherwise = draw(maybe(st.sampled_from(["resume", "restart", "first_stop_wins"])))
        reopen = {**reopen, "within": within, **written(otherwise=otherwise)}
    pauses = draw(maybe(st.just({"status": ["Waiting"]})))
    longest = {"all": "5 hours", "open": "5 business hours", "days": None}[units]
    return written(
        calendar=calendar,
        starts="opened_at",
        stops=draw(st.sampled_from([{"status": ["Resolved", "Closed"]}, {"status": "Resolved"}])),
        pauses=pauses,
        max_pause=longest if pauses and draw(st.booleans()) else None,
        reopen=reopen,
        priority_change=draw(st.sampled_from(policies)) if by_priority and draw(st.booleans()) else None,
        calendar_change=draw(maybe(st.sampled_from(["at_start", "at_stop", "per_segment"])))
        if isinstance(calendar, dict)
        else None,
    )


windows = st.sampled_from([None, None, None, "quarter", "week from monday", "week from sunday", "rolling 30 days",
                           "rolling 2 months", "contract year"])  # fmt: skip


roundings = st.sampled_from(
    [None, None, {"places": "2"}, {"places": "3", "mode": "half_even"}, {"places": "1", "mode": "up"}]
)


@st.composite
def level(draw: st.DrawFn) -> tuple[Words, Words]:
    """A service level, and the clocks it needs."""
    measure, clocks = draw(st.one_of(contacts(), simple(), with_hours()).map(lambda one: (one, {})) | clocked())
    kind = measure["is"]
    words = written(
        name="level",
        measure=measure,
        window=draw(windows) if kind != "attrition" else draw(st.sampled_from([None, "quarter"])),
        better=draw(st.sampled_from(["higher", "lower"])),
        expected=_expected(measure),
        minimum=None,
        rounding=draw(roundings),
    )  # fmt: skip
    if clocks and "share_within" in measure:
        words.update(
            written(still_open=draw(maybe(st.sampled_from(["left_out", "missed_once_past_target", "carried"]))))
        )
    if clocks:
        words.update(written(attribute_to=draw(maybe(st.sampled_from(["start", "stop", "due"])))))
    words.update(written(low_volume=draw(_low_volume(measure))))
    return words, {"clock": clocks} if clocks else {}


def _expected(measure: Words) -> str:
    """A level on the measure's scale that small counts often hit exactly."""
    kind = measure["is"]
    if kind in ("speed_of_answer", "handle_time") or measure.get("statistic") in ("mean", "median", "percentile"):
        return "20 seconds" if kind in ("speed_of_answer", "handle_time") else "2 hours"
    if measure.get("statistic") == "mean_age":
        return "30 hours"
    counts = kind in ("volume", "throughput") or (kind == "backlog" and "older_than" not in measure)
    return "3" if counts or measure.get("counted_in") == "count" else "75%"


def _low_volume(measure: Words) -> st.SearchStrategy[Words | None]:
    if measure["is"] not in ("service_factor", "turnaround", "first_response", "reopening", "satisfaction", "accuracy"):
        return st.just(None)
    if "statistic" in measure or measure.get("per") == "opportunity":
        return st.sampled_from([None, {"below": "4"}])
    return st.sampled_from([
        None, None, {"below": "4"}, {"below": "5", "then": "accumulate"},
        {"below": "6", "then": "allow_misses", "misses": "1"},
    ])  # fmt: skip


@st.composite
def exclusions(draw: st.DrawFn, zone: str) -> list[Words]:
    some = [
        {"id": "X1", "of": "cases", "where": "category = 'duplicate'", "reason": "Duplicates"},
        {"id": "X2", "of": "interactions", "where": "channel = 'test'", "reason": "Tests", "levels": ["SL1"]},
        {"id": "X3", "waivers": "true", "reason": "Waived"},
        {
            "id": "X4",
            "reason": "Maintenance",
            "stop_the_clock": [{"from": "2026-03-05 09:15", "to": "2026-03-06 15:45"}],
        },
        {
            "id": "X5",
            "reason": "Announced",
            "planned_outages_of": ["desk"],
            **written(notice=draw(maybe(st.just("5 days")))),
        },
    ]
    return draw(st.lists(st.sampled_from(some), max_size=3, unique_by=lambda one: str(one["id"])))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """One level over two or three months of records, with exclusions and an amendment now and then."""
    first = draw(st.sampled_from(STARTS))
    months = draw(st.integers(1, 3))
    zone = draw(st.sampled_from(ZONES))
    words, clocks = draw(level())
    left_out = draw(exclusions(zone))
    stopping = [one["id"] for one in left_out if one["id"] in ("X4", "X5")]
    if clocks and stopping and "days" not in str(clocks) + str(words["measure"]):
        clocks["clock"]["stop_the_clock"] = stopping
    contract = {
        "remit": "1",
        "contract": {"id": "C-1", "client": "Northwind", "provider": "Acme"},
        "term": {"from": f"{first}", "to": f"{add_months(first, 12).replace(day=10)}"},
        "time_zone": zone,
        "currency": "EUR",
        "calendars": CALENDARS,
        **written(clocks=clocks or None, exclusions=left_out or None),
        "service_levels": {"SL1": words},
        **written(amended_inside_period=draw(maybe(st.sampled_from(["start", "end", "by_record"])))),
    }
    last = add_months(first, months - 1)
    until = instant(add_months(last, 1), zone)
    seed = draw(st.integers(0, 10**6))
    records = rows.drawn(words, clocks, contract, seed=seed, size=draw(st.integers(1, 25)), first=first, until=until)
    days = draw(st.one_of(st.just([]), st.lists(st.integers(1, 31 * months), min_size=1, max_size=2, unique=True)))
    amendments = [
        draw(amendment(f"A{index}", first + timedelta(days=day), contract)) for index, day in enumerate(sorted(days))
    ]
    return Case(contract, records, first, last, until, amendments)


@st.composite
def amendment(draw: st.DrawFn, amendment_id: str, day: date, contract: Words) -> Words:
    """Another standard, another target, other hours, other records, or a level that comes, from a day on."""
    level, words = contract["service_levels"]["SL1"], {"id": amendment_id, "to": "C-1", "from": f"{day}"}
    measure = level["measure"]
    changes: dict[str, Any] = {
        "service_levels.SL1.expected": level["expected"],
        "calendars.york.week": {"mon-sat": "07:00-19:00"},
        "calendars.night.closed": [f"{day}", f"{day + timedelta(days=2)}"],
    }
    if level["expected"].endswith("%"):
        changes["service_levels.SL1.expected"] = "50%"
    if isinstance(measure.get("share_within"), str):
        number, _, unit = measure["share_within"].partition(" ")
        changes["service_levels.SL1.measure.share_within"] = f"{int(number) + 2} {unit}"
    if "answer_within" in measure:
        changes["service_levels.SL1.measure.answer_within"] = "6 seconds"
    if "where" in measure:
        changes["service_levels.SL1.measure.where"] = "site = 'NYC'" if "queue" not in measure["where"] else "TRUE"
    chosen = draw(st.lists(st.sampled_from(sorted(changes)), min_size=1, max_size=3, unique=True))
    added: Words = {}
    if draw(st.integers(0, 3)) == 0:
        added = {"add": {"service_levels": {f"NEW{amendment_id}": {**level, "name": "another"}}}}
    return {"remit": "1", "amendment": words, "change": {place: changes[place] for place in chosen}, **added}
