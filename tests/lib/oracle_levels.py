"""What each level of the contact centre comes to, month by month, counted by hand from the raw files."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.lib import oracle_records as records
from tests.lib.oracle_clock import (
    Life,
    QuarterHours,
    due_at,
    lives_of,
    month_bounds,
    month_of,
    used_up,
    worked_seconds,
)
from tests.lib.walked_clock import WalkedHours

MONTHS = tuple(f"2025-{month:02}" for month in range(1, 13))
Counts = tuple[int, int]
ByMonth = dict[str, Counts]
Record = dict[str, Any]

HOUR = 3600


def days(text: str) -> list[date]:
    return [date.fromisoformat(f"2025-{day}") for day in text.split()]


def hours(*spans: tuple[float, float]) -> list[tuple[int, int]]:
    return [(int(start * 60), int(end * 60)) for start, end in spans]


KRAKOW = WalkedHours(
    "Europe/Warsaw",
    {**dict.fromkeys(range(5), hours((7, 21))), 5: hours((9, 13), (14, 18))},
    closed=days("01-01 01-06 04-21 05-01 05-03 06-19 08-15 11-01 11-11 12-24 12-25 12-26"),
    special={date(2025, 12, 31): hours((7, 14))},
    changed_on=date(2025, 10, 1),
    week_after={**dict.fromkeys(range(5), hours((7, 21))), 5: hours((9, 18))},
)
IN_THE_PHILIPPINES = days("01-01 04-01 04-09 04-17 04-18 05-01 06-06 06-12 08-25 12-25 12-30")
MANILA = WalkedHours("Asia/Manila", dict.fromkeys(range(5), hours((22, 26), (27, 31))), closed=IN_THE_PHILIPPINES)
LISBON = WalkedHours(
    "Europe/Lisbon",
    {**dict.fromkeys(range(5), hours((8, 13), (14, 19))), 5: hours((10, 14))},
    closed=days("01-01 04-18 04-25 05-01 06-10 06-13 06-19 08-15 11-01 12-01 12-08 12-25"),
    special={date(2025, 12, 24): hours((8, 13)), date(2025, 12, 31): hours((8, 13))},
)
CEBU = WalkedHours(
    "Asia/Manila", {**dict.fromkeys(range(5), hours((21, 30))), 5: hours((21, 25))}, closed=IN_THE_PHILIPPINES
)
PORTAL = WalkedHours("Europe/Lisbon", dict.fromkeys(range(7), hours((0, 24))))


@dataclass
class Tally:
    """Counts by month in a contract's zone."""

    zone: str

    def count(
        self, rows: Iterable[Record], at: str, good: Callable[[Record], Any], of: Callable[[Record], Any]
    ) -> ByMonth:
        sums: dict[str, list[int]] = {month: [0, 0] for month in MONTHS}
        for row in rows:
            month = month_of(row[at], self.zone)
            if month in sums:
                sums[month][0] += int(good(row))
                sums[month][1] += int(of(row))
        return {month: (one[0], one[1]) for month, one in sums.items()}


def first_contacts(calls: Sequence[Record], within: int) -> list[tuple[Record, bool]]:
    """Contacts with none of the same customer and reason shortly before, and whether none came shortly after."""
    by_matter = defaultdict(list)
    for call in sorted(calls, key=lambda one: (one["queued_at"], one["key"])):
        by_matter[call["customer"], call["reason"]].append(call)
    found = []
    for same in by_matter.values():
        for number, call in enumerate(same):
            before = same[number - 1]["queued_at"] if number else None
            after = same[number + 1]["queued_at"] if number + 1 < len(same) else None
            if before is None or call["queued_at"] - before > within:
                found.append((call, after is None or after - call["queued_at"] > within))
    return found


def up_time(
    outages: Sequence[tuple[int, int]], excused: Sequence[tuple[int, int]], desk: QuarterHours, bounds: tuple[int, int]
) -> Counts:
    """Scheduled seconds without an outage, and scheduled seconds, second by second; excused ones are not scheduled."""

    def seconds_of(spans: Sequence[tuple[int, int]]) -> set[int]:
        inside = (range(max(start, bounds[0]), min(end, bounds[1])) for start, end in spans)
        return {second for span in inside for second in span if desk.is_open(second)}

    planned = seconds_of(excused)
    scheduled = desk.between(*bounds) - len(planned)
    return scheduled - len(seconds_of(outages) - planned), scheduled


TARGETS = {"P1": 4 * HOUR, "P2": 8 * HOUR, "P3": 24 * HOUR, "P4": 40 * HOUR}


class North:
    """Northlight Care under CAL-NL-2025."""

    zone = "Europe/Warsaw"
    max_pause = 30 * HOUR

    def __init__(self, folder: Path, *, as_of: int) -> None:
        self.folder, self.as_of, self.tally = folder, as_of, Tally(self.zone)
        self.calls = [one for one in records.north_calls(folder) if one["channel"] != "test"]
        self.tickets = records.north_tickets(folder)

    @cached_property
    def storm(self) -> tuple[int, int]:
        """The hours in which the client's order system was down: every clock of a ticket stood."""
        start, end = (
            datetime(2025, 9, 11, *time, tzinfo=ZoneInfo(self.zone)).timestamp() for time in ((12, 0), (18, 30))
        )
        return int(start), int(end)

    @cached_property
    def desks(self) -> dict[str, QuarterHours]:
        return {
            "Krakow": QuarterHours(KRAKOW, stopped=[self.storm]),
            "Manila": QuarterHours(MANILA, stopped=[self.storm]),
        }

    @cached_property
    def plain_desks(self) -> dict[str, QuarterHours]:
        return {"Krakow": QuarterHours(KRAKOW), "Manila": QuarterHours(MANILA)}

    @cached_property
    def lives(self) -> list[tuple[Record, Life]]:
        changes = defaultdict(list)
        for change in records.north_changes(self.folder):
            changes[change["case"]].append(change)

        def is_late(stopped_at: int, reopened_at: int, site: str) -> bool:
            desk = self.plain_desks[site]
            stood = desk.between(max(stopped_at, self.storm[0]), min(reopened_at, self.storm[1]))
            return desk.days_between(stopped_at, reopened_at) - max(0, stood) > 5 * 86_400

        return [
            (ticket, life)
            for ticket in self.tickets
            for life in lives_of(ticket, changes[ticket["key"]], as_of=self.as_of, is_new_record=is_late)
        ]

    def levels(self) -> dict[str, ByMonth]:
        return {
            **self.contact_levels(),
            "SL3": self.sl3(),
            "SL4": self.sl4(),
            "SL5": self.sl5(),
            **self.quality_levels(),
            "SL8": self.sl8(),
            "KM4": {month: self.old_tickets(month_bounds(month, self.zone)[1]) for month in MONTHS},
            **self.people_levels(),
        }

    def contact_levels(self) -> dict[str, ByMonth]:
        voice = [one for one in self.calls if one["channel"] == "voice"]
        answered = [one for one in voice if one["answered_at"] is not None]
        handled = [one for one in self.calls if one["talk"] is not None]

        def is_offered(one: Record) -> bool:
            return one["answered_at"] is not None or (one["abandoned_at"] is not None and one["wait"] > 5)

        def was_soon(one: Record) -> bool:
            return one["answered_at"] is not None and one["wait"] <= 20

        def gave_up(one: Record) -> bool:
            return one["abandoned_at"] is not None and one["wait"] > 5

        firsts = [{**call, "alone": alone} for call, alone in first_contacts(self.calls, 7 * 86_400)]
        return {
            "SL1": self.tally.count(voice, "queued_at", was_soon, is_offered),
            "SL2": self.tally.count(voice, "queued_at", gave_up, is_offered),
            "KM1": self.tally.count(answered, "queued_at", lambda one: one["wait"], lambda one: 1),
            "KM2": self.tally.count(
                handled, "queued_at", lambda one: one["talk"] + one["hold"] + one["wrap"], lambda one: 1
            ),
            "KM3": self.tally.count(firsts, "queued_at", lambda one: one["alone"], lambda one: 1),
        }

    def sl3(self) -> ByMonth:
        """P1 tickets by the month they stopped in, without those waived with a name and a reason."""
        signed = records.north_table(self.folder, "waivers.csv", key="WaiverID", numbers="", instants="ApprovedAt",
                                     others="Ticket Level ApprovedBy Why")  # fmt: skip
        waived = {one["Ticket"] for one in signed if one["Level"] == "SL3" and one["ApprovedBy"] and one["Why"]}
        found = []
        for ticket, life in self.lives:
            if ticket["priority"] == "P1" and life.stopped_at is not None and life.key not in waived:
                took = worked_seconds(life, self.desks[ticket["site"]], self.max_pause)
                found.append({"at": life.stopped_at, "met": took <= TARGETS["P1"]})
        return self.tally.count(found, "at", lambda one: one["met"], lambda one: 1)

    def sl4(self) -> ByMonth:
        """Other tickets: those in time by the month they stopped in, the missed by the month they were due in."""
        found = []
        for ticket, life in self.lives:
            if ticket["priority"] == "P1":
                continue
            desk, target = self.desks[ticket["site"]], TARGETS[life.last_priority]
            if worked_seconds(life, desk, self.max_pause) > target:
                found.append({"at": due_at(life, desk, self.max_pause, target), "met": False})
            elif life.stopped_at is not None:
                found.append({"at": life.stopped_at, "met": True})
        return self.tally.count(found, "at", lambda one: one["met"], lambda one: 1)

    def sl5(self) -> ByMonth:
        def in_time(one: Record) -> bool:
            return self.plain_desks[one["site"]].between(one["opened_at"], one["responded_at"]) <= 2 * HOUR

        answered = [one for one in self.tickets if one["responded_at"] is not None]
        return self.tally.count(answered, "opened_at", in_time, lambda one: 1)

    def quality_levels(self) -> dict[str, ByMonth]:
        quality = records.north_table(self.folder, "quality.csv.gz", key="EvalID", instants="EvaluatedAt",
                                      numbers="Errors CustomerCritical ComplianceCritical")  # fmt: skip
        surveys = records.north_table(self.folder, "surveys.csv", key="SurveyID", instants="AnsweredAt",
                                      numbers="Mark ScaleMax", others="Kind")  # fmt: skip
        marked = [one for one in surveys if one["Mark"] is not None and one["Kind"] == "csat"]
        resolved = [one for one in self.tickets if one["resolved_at"] is not None]
        return {
            "SL6": self.tally.count(
                quality,
                "EvaluatedAt",
                lambda one: one["CustomerCritical"] + one["ComplianceCritical"] == 0,
                lambda one: 1,
            ),
            "SL7": self.tally.count(marked, "AnsweredAt", lambda one: one["Mark"] > one["ScaleMax"] - 2, lambda one: 1),
            "KM6": self.tally.count(resolved, "resolved_at", lambda one: one["reopened"] > 0, lambda one: 1),
        }

    def sl8(self) -> ByMonth:
        outages = records.north_table(
            self.folder, "outages.csv", key="OutageID", numbers="", instants="Down Up Announced", others="Planned"
        )

        def is_excused(one: Record) -> bool:
            return bool(one["Planned"] == "Y" and one["Down"] - one["Announced"] >= 3 * 86_400)

        excused = [(one["Down"], one["Up"]) for one in outages if is_excused(one)]
        down = [(one["Down"], one["Up"]) for one in outages if not is_excused(one)]
        desk = self.plain_desks["Krakow"]
        return {month: up_time(down, excused, desk, month_bounds(month, self.zone)) for month in MONTHS}

    def old_tickets(self, end_at: int) -> Counts:
        """Of the tickets open when a month ends, those older than three weeks."""
        still_open = [
            one
            for one in self.tickets
            if one["opened_at"] < end_at and (one["resolved_at"] is None or one["resolved_at"] >= end_at)
        ]
        return sum(end_at - one["opened_at"] > 21 * 86_400 for one in still_open), len(still_open)

    def people_levels(self) -> dict[str, ByMonth]:
        agent_days = records.north_table(
            self.folder, "agent_days.csv.gz", key="Agent Started", instants="Started",
            numbers="Paid Scheduled Worked Available Handling InAdherence",
        )  # fmt: skip
        heads = records.north_table(
            self.folder, "headcount.csv", key="Month Site", instants="Month", numbers="Start End Left"
        )
        return {
            "KM5": self.tally.count(
                agent_days, "Started", lambda one: one["Handling"], lambda one: one["Handling"] + one["Available"]
            ),
            "KM7": self.tally.count(
                heads, "Month", lambda one: 24 * one["Left"], lambda one: one["Start"] + one["End"]
            ),
        }

    def charged_seconds(self) -> dict[str, int]:
        talked = self.tally.count([one for one in self.calls if one["talk"] is not None], "queued_at",
                                  lambda one: one["talk"], lambda one: 0)  # fmt: skip
        return {month: seconds for month, (seconds, _) in talked.items()}


class South:
    """Southbank Desk under CAL-SB-2025."""

    zone = "Europe/Lisbon"

    def __init__(self, folder: Path, *, as_of: int) -> None:
        self.folder, self.as_of, self.tally = folder, as_of, Tally(self.zone)
        self.contacts = [one for one in records.south_contacts(folder) if one["channel"] != "test"]

    def levels(self) -> dict[str, ByMonth]:
        return {**self.contact_levels(), "SL2": self.sl2(), "SL3": self.sl3(), **self.other_levels()}

    def contact_levels(self) -> dict[str, ByMonth]:
        offered = [one for one in self.contacts if one["answered_at"] is not None or one["abandoned_at"] is not None]
        said = [one for one in self.contacts if one["settled"] is not None]
        return {
            "SL1": self.tally.count(
                offered, "queued_at", lambda one: one["answered_at"] is not None and one["wait"] <= 30, lambda one: 1
            ),
            "SL5": self.tally.count(said, "queued_at", lambda one: one["settled"], lambda one: 1),
            "KM6": self.half_hours(offered),
        }

    def half_hours(self, offered: Sequence[Record]) -> ByMonth:
        slots: dict[int, list[bool]] = defaultdict(list)
        for one in offered:
            slots[one["queued_at"] // 1800 * 1800].append(one["answered_at"] is not None and one["wait"] <= 30)
        rows = [{"at": at, "met": 100 * sum(soon) >= 80 * len(soon)} for at, soon in slots.items()]
        return self.tally.count(rows, "at", lambda one: one["met"], lambda one: 1)

    def sl2(self) -> ByMonth:
        """Tickets by the month they stopped in: the shares of each target used up add to at most one."""
        changes: dict[str, list[Record]] = defaultdict(list)
        for change in records.south_log(self.folder):
            changes[change["case"]].append(change)
        desks = {"Lisbon": QuarterHours(LISBON), "Cebu": QuarterHours(CEBU)}
        found = []
        for key, history in changes.items():
            last = max(history, key=lambda one: (one["at"], one["sequence"]))
            if last["reason"] == "payment" and last["priority"] == "P4":
                continue
            (life,) = lives_of({"key": key}, history, as_of=self.as_of, is_new_record=lambda *_: False)
            if life.stopped_at is not None:
                found.append({"at": life.stopped_at, "met": used_up(life, desks, TARGETS) <= 1})
        return self.tally.count(found, "at", lambda one: one["met"], lambda one: 1)

    def sl3(self) -> ByMonth:
        outages = records.south_table(self.folder, "outages.tsv", numbers="", instants="down up", others="service")
        down = [(one["down"], one["up"]) for one in outages if one["service"] == "portal"]
        desk = QuarterHours(PORTAL)
        return {month: up_time(down, [], desk, month_bounds(month, self.zone)) for month in MONTHS}

    def other_levels(self) -> dict[str, ByMonth]:
        surveys = records.south_surveys(self.folder)
        csat, nps = ([one for one in surveys if one["kind"] == kind] for kind in ("csat", "nps"))
        times = records.south_table(self.folder, "agent_time.tsv.gz", instants="started_at", others="agent",
                                    numbers="paid scheduled worked available handling in_adherence")  # fmt: skip
        slots = records.south_table(self.folder, "intervals.tsv.gz", instants="starts", others="queue",
                                    numbers="offered answered forecast")  # fmt: skip
        return {
            "SL4": by_quarter(self.tally.count(csat, "at", lambda one: one["mark"] > one["scale"] - 2, lambda one: 1)),
            "KM1": self.tally.count(nps, "at", lambda one: (one["mark"] >= 9) - (one["mark"] <= 6), lambda one: 1),
            "KM2": self.tally.count(
                times, "started_at", lambda one: one["paid"] - one["worked"], lambda one: one["paid"]
            ),
            "KM3": self.tally.count(times, "started_at", lambda one: one["in_adherence"], lambda one: one["scheduled"]),
            "KM4": self.tally.count(
                slots,
                "starts",
                lambda one: one["offered"] - abs(one["forecast"] - one["offered"]),
                lambda one: one["offered"],
            ),
            "KM9": self.tally.count(
                records.south_evaluations(self.folder), "at", lambda one: one["compliance"] == 0, lambda one: 1
            ),
        }

    def charged_contacts(self) -> dict[str, int]:
        answered = [one for one in self.contacts if one["answered_at"] is not None]
        return {
            month: count for month, (count, _) in self.tally.count(answered, "queued_at", bool, lambda one: 0).items()
        }


def by_quarter(counts: ByMonth) -> ByMonth:
    """Quarters under their last month."""
    ends = range(2, 12, 3)
    return {
        MONTHS[end]: (
            sum(counts[month][0] for month in MONTHS[end - 2 : end + 1]),
            sum(counts[month][1] for month in MONTHS[end - 2 : end + 1]),
        )
        for end in ends
    }


def share(counts: Counts) -> Fraction:
    return Fraction(*counts)
