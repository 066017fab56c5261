"""Records that lie on edges: on thresholds, at midnight, at opening and closing, where clocks change."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from remit.performance.facts import TABLES
from tests.lib.oracle.hours import instant, now_utc
from tests.lib.oracle.lives import Clock
from tests.lib.oracle.records import KEYS, Row
from tests.lib.oracle.words import Words, add_months, length

CHANGES_OF_CLOCKS = tuple(
    map(now_utc, ("2026-03-08 07:00", "2026-03-29 01:00", "2026-04-04 15:00", "2026-10-03 15:30", "2026-10-25 01:00",
                  "2026-11-01 06:00"))
)  # fmt: skip
SITES, PRIORITIES = ("NYC", "LIS", None), ("P1", "P2", "P3", None)


class Chance:
    """Draws that come out the same for a seed, from days on which something may go wrong."""

    def __init__(self, seed: int, first: date, until: int, zone: str) -> None:
        self.random, self.first, self.until, self.zone = random.Random(seed), first, until, zone
        self.choice, self.from_at = self.random.choice, instant(first, zone)

    def at(self) -> int:
        """An instant in the months drawn: on an edge, a second beside it, or anywhere."""
        kind = self.random.randrange(5)
        if kind == 0:
            edges = [instant(add_months(self.first, index), self.zone) for index in range(4)]
            return self.inside(self.choice(edges) + self.choice([-1, 0, 1, -3600]))
        if kind == 1:
            return self.inside(self.choice(CHANGES_OF_CLOCKS) + self.choice([-1, 0, 1, -5400, 5400]))
        if kind == 2:
            day = self.first + timedelta(days=self.random.randrange(90))
            zone = self.choice(["America/New_York", "Europe/Lisbon", self.zone])
            hour = self.choice([6, 8, 9, 12, 13, 18, 22]) * 3600
            return self.inside(instant(day, zone) + hour + self.choice([-1, 0, 1, 1800]))
        return self.random.randrange(self.from_at, self.until)

    def inside(self, at: int) -> int:
        wide = self.until - self.from_at
        return self.from_at + (at - self.from_at) % wide

    def maybe(self, value: Any, odds: int = 3) -> Any:
        return None if self.random.randrange(odds) == 0 else value


def row(table: str, **values: Any) -> Row:
    """A record with all its table's columns, empty where nothing is said."""
    return {**dict.fromkeys(one.name for one in TABLES[table].columns), **values}


def drawn(
    level: Words, clocks: Words, contract: Words, *, seed: int, size: int, first: date, until: int
) -> dict[str, list[Row]]:
    """The tables a level needs, with so many records."""
    chance = Chance(seed, first, until, contract["time_zone"])
    measure = level["measure"]
    table = _table_of(measure, clocks)
    records: dict[str, list[Row]] = {table: [_DRAW[table](chance, number) for number in range(size)]}
    if clocks:
        _stopped_on_edges(records, table, clocks["clock"], contract, measure, chance)
    if table == "cases":
        records["case_events"] = [one for case in records["cases"] for one in _changes(case, chance)]
    if "outages" not in records:
        records["outages"] = [_outage(chance, number) for number in range(3)]
    key = KEYS[table]
    waived = [one for one in records[table] if chance.random.randrange(8) == 0] if table != "headcount" else []
    records["waivers"] = [
        row("waivers", waiver_key=f"W{number}", record_key=str(one[key]), service_level=chance.choice(["SL1", "SL2"]),
            approved_by=chance.maybe("Lee", 5), reason=chance.maybe("agreed", 5))
        for number, one in enumerate(waived)
    ]  # fmt: skip
    return records


def _table_of(measure: Words, clocks: Words) -> str:
    if clocks:
        return str(clocks["clock"].get("of", "cases"))
    usual = {
        "service_factor": "interactions", "speed_of_answer": "interactions", "handle_time": "interactions",
        "abandonment": "interactions", "first_contact_resolution": "interactions", "reopening": "cases",
        "backlog": "cases", "throughput": "cases", "accuracy": "evaluations", "satisfaction": "surveys",
        "net_promoter": "surveys", "availability": "outages", "attrition": "headcount",
        "forecast_accuracy": "interval_counts", "forecast_bias": "interval_counts",
    }  # fmt: skip
    return str(measure.get("of", usual.get(measure["is"], "agent_time")))


def _contact(chance: Chance, number: int) -> Row:
    at = chance.at()
    wait = chance.choice([0, 4, 5, 6, 19, 20, 21, 60])
    fate = chance.choice(["answered", "answered", "abandoned", "waiting"])
    answered = fate == "answered"
    return row(
        "interactions",
        interaction_key=f"I{number:02}",
        queued_at=at,
        answered_at=at + wait if answered else None,
        abandoned_at=at + wait if fate == "abandoned" else None,
        ended_at=at + wait + 100 if fate != "waiting" else None,
        wait_seconds=wait if fate != "waiting" else None,
        talk_seconds=chance.choice([0, 10, 18]) if answered else None,
        hold_seconds=chance.maybe(2) if answered else None,
        after_contact_seconds=chance.maybe(8) if answered else None,
        transferred=chance.choice([True, False, False, None]),
        customer_key=chance.choice(["A", "B", None]),
        reason=chance.choice(["r", "s", None]),
        resolved_first_contact=chance.choice([True, True, False, None]),
        channel=chance.choice(["voice", "voice", "chat", "test", None]),
        site=chance.choice(SITES),
        priority=chance.choice(PRIORITIES),
    )


def _case(chance: Chance, number: int) -> Row:
    at = chance.at()
    resolved = chance.maybe(at + chance.choice([0, 3600, 14_400, 90_000, 700_000, 30 * 86_400]))
    return row(
        "cases",
        case_key=f"C{number:02}",
        opened_at=at,
        first_response_at=chance.maybe(at + chance.choice([0, 1800, 7200, 7201, 100_000])),
        resolved_at=resolved,
        contacts=chance.choice([1, 1, 2, None]),
        reopened_count=chance.choice([0, 0, 1, None]),
        resolved_first_contact=chance.choice([True, False, None]),
        priority=chance.choice(PRIORITIES),
        site=chance.choice(SITES),
        category=chance.choice(["duplicate", "fault", None]),
    )


def _transaction(chance: Chance, number: int) -> Row:
    at, errors = chance.at(), chance.choice([0, 0, 0, 1, 2])
    return row(
        "transactions",
        transaction_key=f"T{number:02}",
        received_at=at,
        completed_at=chance.maybe(at + chance.choice([0, 1800, 7200, 14_400, 259_200, 259_201])),
        type=chance.choice(["claim", "Claim", "change", None]),
        units=chance.choice([1, 2, 3, 4, None]),
        errors=errors,
        critical_errors=min(errors, chance.choice([0, 1])),
        audited=chance.choice([True, True, False, None]),
        priority=chance.choice(PRIORITIES),
        site=chance.choice(SITES),
    )


def _survey(chance: Chance, number: int) -> Row:
    top = chance.choice([5, 10, None])
    return row(
        "surveys",
        survey_key=f"S{number:02}",
        answered_at=chance.at(),
        kind=chance.choice(["csat", "nps", None]),
        score=chance.choice(range((top or 5) + 1)),
        scale_max=top,
        resolved=chance.choice([True, False, None]),
    )


def _evaluation(chance: Chance, number: int) -> Row:
    kinds = [chance.choice([0, 0, 0, 1]) for _ in range(3)]
    errors = sum(kinds) + chance.choice([0, 0, 1])
    return row(
        "evaluations",
        evaluation_key=f"E{number:02}",
        evaluated_at=chance.at(),
        opportunities=errors + chance.choice([0, 4, 8]),
        errors=errors,
        critical_customer_errors=kinds[0],
        critical_business_errors=kinds[1],
        critical_compliance_errors=kinds[2],
    )


def _agent_time(chance: Chance, number: int) -> Row:
    scheduled = chance.choice([0, 3600, 7200])
    return row(
        "agent_time",
        agent_key=f"A{number:02}",
        started_at=chance.at(),
        paid_seconds=chance.choice([0, 4000, 8000]),
        scheduled_seconds=scheduled,
        worked_seconds=chance.choice([0, 3000, 6000]),
        available_seconds=chance.choice([0, 500, 1000]),
        handling_seconds=chance.choice([0, 1500, 3000]),
        in_adherence_seconds=scheduled * 3 // 4,
        site=chance.choice(SITES),
    )


def _heads(chance: Chance, number: int) -> Row:
    month = add_months(chance.first, number % 3)
    return row(
        "headcount",
        counted_at=instant(month, chance.zone),
        headcount_start=chance.choice([0, 10, 20]),
        headcount_end=chance.choice([0, 12, 19]),
        separations=chance.choice([0, 1, 3]),
        team=chance.choice(["a", "b", None]),
        site=f"{number}",
    )


def _outage(chance: Chance, number: int) -> Row:
    at = chance.at() // 900 * 900
    planned = chance.choice([True, True, False, None])
    return row(
        "outages",
        outage_key=f"O{number:02}",
        service=chance.choice(["desk", "desk", "shop"]),
        started_at=at,
        ended_at=at + chance.choice([0, 900, 3600, 90_000, 400_500]),
        planned=planned,
        noticed_at=chance.maybe(at - chance.choice([0, 5 * 86_400 - 1, 5 * 86_400, 9 * 86_400])),
    )


def _interval(chance: Chance, number: int) -> Row:
    answered, abandoned = chance.choice([0, 3, 4, 8, 16]), chance.choice([0, 1, 4])
    within = min(answered, chance.choice([0, 3, 4, 6, 12]))
    lost_within = min(abandoned, chance.choice([0, 1, 3]))
    return row(
        "interval_counts",
        interval_key=f"N{number:02}",
        starts_at=chance.at() // 1800 * 1800,
        interval_seconds=1800,
        offered=answered + abandoned + chance.choice([0, 0, 1]),
        answered=answered,
        answered_within=within,
        abandoned=abandoned,
        abandoned_within=lost_within,
        abandoned_short=min(lost_within, chance.choice([0, 1])),
        handled=answered,
        handling_seconds=answered * chance.choice([10, 20, 30]),
        wait_seconds=answered * chance.choice([10, 20, 21]),
        forecast_offered=chance.choice([0, 4, 8, 12]),
        queue=chance.choice(["sales", "help"]),
    )


_DRAW: dict[str, Callable[[Chance, int], Row]] = {
    "interactions": _contact,
    "cases": _case,
    "transactions": _transaction,
    "surveys": _survey,
    "evaluations": _evaluation,
    "agent_time": _agent_time,
    "headcount": _heads,
    "outages": _outage,
    "interval_counts": _interval,
}


def _stopped_on_edges(
    records: dict[str, list[Row]], table: str, words: Words, contract: Words, measure: Words, chance: Chance
) -> None:
    """Of records timed by columns, half are stopped when they are due, or a second before or after."""
    if not isinstance(words["stops"], str):
        return
    target: Any = measure.get("share_within", measure.get("within"))
    clock = Clock({**contract, "clocks": {"clock": words}}, "clock", records)
    for index, one in enumerate(records[table]):
        text = target if isinstance(target, str) else target["map"].get(one["priority"], target.get("otherwise"))
        desk = clock.calendar(one)
        start = one[words["starts"]]
        if text and desk and start is not None and chance.random.randrange(2):
            goal = length(text)
            due = clock.reached(desk, goal.clock, start, goal.seconds)
            stop = max(start, due + chance.choice([-1, 0, 0, 1]))
            records[table][index] = {**one, words["stops"]: stop}


def _changes(case: Row, chance: Chance) -> list[Row]:
    """A case's history: statuses with their instants, some of the same second, priorities and sites that change."""
    at, found = int(case["opened_at"]), []
    statuses = [
        "New",
        *chance.random.choices(["Waiting", "Open", "Resolved", "Closed", None], k=chance.random.randrange(6)),
    ]
    for sequence, status in enumerate(statuses):
        found.append(
            row(
                "case_events",
                case_key=case["case_key"],
                at=at,
                sequence=sequence,
                status=status,
                priority=chance.choice([None, None, None, *PRIORITIES]) if sequence else case["priority"],
                site=chance.choice([None, None, None, *SITES]) if sequence else case["site"],
            )
        )
        at += chance.choice([0, 1, 1800, 3600, 14_400, 14_401, 36_000, 90_000, 260_000])
    return found
