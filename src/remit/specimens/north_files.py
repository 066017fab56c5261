"""Northlight Care's export: commas, local times day first, a file a site and month, three words for nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from remit.specimens.cases import CLOSED, NEW, RESOLVED, STATUSES, UNCHANGED, CaseEvents, Cases
from remit.specimens.contacts import CHANNELS, LANGUAGES, REASONS, Contacts, Flags
from remit.specimens.demand import month_of_year
from remit.specimens.dirt import Ledger, RawTable, Row
from remit.specimens.people import AgentDays, Evaluations, Outage, Surveys
from remit.specimens.raw_files import (
    day_first,
    rows_of,
    spelled_out,
    texts,
    where,
    words,
    write_delimited,
    yes_or_no,
)
from remit.specimens.rosters import TAKEN_ON, YEAR, Seconds, ZoneOffsets

PROVIDER = "Northlight Care"
_NOTHING = ("", "NULL", "n/a", "")
_QUEUE_CODES = ("ORD", "RET", "BIL")
_SITES = ("KRK", "MNL")
_ZONES = ("Europe/Warsaw", "Asia/Manila")
_NOTES = (
    "",
    "",
    "",
    "",
    "",
    "called back",
    'customer said "again"',
    "refund, then exchange",
    "naïve question",
    "São Paulo order",
)
_HOME = "Europe/Warsaw"
# March and October: a small export has its dirt in these months only.
_CLOCK_CHANGES = (2, 9)

CALLS = ("CallID,Queue,Lang,Channel,Offered,Answered,Abandoned,Ended,Talk,Hold,Wrap,Agent,Customer,Reason,Transferred,"
         "Solved,Note").split(",")  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """Where Northlight's files go, with the chance and the ledger they share."""

    folder: Path
    rng: np.random.Generator
    ledger: Ledger

    def table(self, table: str, file: str, header: Sequence[str], rows: list[Row]) -> RawTable:
        """One raw file of the export."""
        return RawTable(PROVIDER, table, file, tuple(header), rows, self.ledger, self.rng)


def write_calls(desk: Desk, contacts: Contacts) -> int:
    """The calls of each site and month; each month's file begins with the end of the month before, and late rows."""
    total = 0
    for site, name in enumerate(("krakow", "manila")):
        mine = np.flatnonzero(contacts.site == site)
        rows = _call_rows(contacts, mine, ZoneOffsets(_ZONES[site]), _SITES[site])
        months = _local_months(contacts.at[mine], _ZONES[site])
        for month, (own, overlap, late) in enumerate(_by_month(rows, months, desk.rng)):
            file = f"calls_{name}_{YEAR}-{month + 1:02}.csv.gz"
            table = desk.table("interactions", file, CALLS, own)
            count = max(round(len(own) / 4000), int(month in _CLOCK_CHANGES))
            _soil_calls(table, count=count, month=month, has_clock_change=site == 0)
            table.note("late", len(late))
            table.note("duplicate", len(overlap))
            table.rows = [*overlap, *own, *late]
            total += len(own) + len(late)
            write_delimited(desk.folder, table)
    return total


def _local_months(at: Seconds, zone: str) -> Seconds:
    return month_of_year(ZoneOffsets(zone).local(at))


def _call_rows(contacts: Contacts, mine: Seconds, zone: ZoneOffsets, site: str) -> list[Row]:
    answered = contacts.is_answered[mine]
    until = day_first(contacts.waited_until[mine], zone)
    notes = [_NOTES[number % len(_NOTES)] for number in (mine * 7919 % 1009).tolist()]
    return rows_of(
        [
            [f"{site}{number:07}" for number in mine.tolist()],
            words(contacts.queue[mine], _QUEUE_CODES),
            [one.upper() for one in words(contacts.language[mine], LANGUAGES)],
            words(contacts.channel[mine], CHANNELS),
            day_first(contacts.at[mine], zone),
            where(answered, until, _NOTHING),
            where(~answered, until, _NOTHING),
            day_first(contacts.ended_at[mine], zone),
            where(answered, spelled_out(contacts.talk_seconds[mine]), _NOTHING),
            where(answered, texts(contacts.hold_seconds[mine]), _NOTHING),
            where(answered, texts(contacts.wrap_seconds[mine]), _NOTHING),
            where(answered, [f"A{one:04}" for one in contacts.agent[mine].tolist()], _NOTHING),
            [f"C{one:07}" for one in contacts.customer[mine].tolist()],
            words(contacts.reason[mine], REASONS),
            yes_or_no(contacts.is_transferred[mine]),
            where(answered, yes_or_no(contacts.is_settled[mine]), _NOTHING),
            notes,
        ]
    )


def _by_month(
    rows: list[Row], months: Seconds, rng: np.random.Generator
) -> Iterator[tuple[list[Row], list[Row], list[Row]]]:
    """Each month's own rows, the rows repeated from the month before, and those of it that come late."""
    before: list[Row] = []
    late_before: list[Row] = []
    for month in range(12):
        index = np.flatnonzero(months == month)
        comes_late = rng.random(len(index)) < (0.004 if month < 11 else 0.0)
        comes_late[-30:] = False
        own = [rows[one] for one in index[~comes_late].tolist()]
        yield own, [list(row) for row in before], late_before
        before = own[-min(8, len(own) // 20) :] if len(own) >= 20 else []
        late_before = [rows[one] for one in index[comes_late].tolist()]


def _soil_calls(table: RawTable, *, count: int, month: int, has_clock_change: bool) -> None:
    def is_answered(row: Row) -> bool:
        return bool(row[5]) and row[5][0].isdigit()

    def moved(told: dict[str, str], text: str) -> None:
        told.update(Offered=text, Answered="", Abandoned="", Ended="")

    table.repeat(2 * count)
    table.contradict(count, lambda told, number: told.update(Customer=f"C99{number:05}"))
    table.soil("no_such_day", count, lambda told, _: moved(told, f"31/02/{YEAR} 10:15:00"))
    table.soil(
        "end_before_start", count, lambda told, _: told.update(Ended=f"01/01/{YEAR} 00:00:01"), suits=is_answered
    )
    table.soil("negative_length", count, lambda told, _: told.update(Hold="-30"), suits=is_answered)
    both = "answered_and_abandoned"
    table.soil(both, count, lambda told, _: told.update(Abandoned=told["Answered"]), suits=is_answered)
    table.soil("no_key", count, lambda told, _: told.update(CallID="NULL"))
    table.shatter(",", count)
    if has_clock_change and month == _CLOCK_CHANGES[0]:
        table.soil("skipped_hour", count, lambda told, number: moved(told, f"30/03/{YEAR} 02:{10 + number % 40}:00"))
    if has_clock_change and month == _CLOCK_CHANGES[1]:
        table.soil("repeated_hour", count, lambda told, number: moved(told, f"26/10/{YEAR} 02:{10 + number % 40}:00"))


TICKETS = ("TicketNo,Opened,FirstResponse,Resolved,Closed,Status,Priority,Site,Queue,Language,Customer,Reason,Contacts,"
           "Reopened").split(",")  # fmt: skip
HISTORY = "TicketNo,ChangedAt,Seq,Event,From,To,Priority,Site".split(",")
TAKEN_AT = int(datetime(TAKEN_ON.year, TAKEN_ON.month, TAKEN_ON.day, tzinfo=UTC).timestamp())


def write_tickets(desk: Desk, cases: Cases, events: CaseEvents) -> tuple[int, int]:
    """Tickets as they stood when the export was taken, and every change of them until then."""
    zone = ZoneOffsets(_HOME)
    keys = [f"N-{number:06}" for number in range(1, len(cases) + 1)]
    seen = events.at < TAKEN_AT
    rows = _ticket_rows(cases, keys, zone, _last_status(cases, events, seen))
    table = desk.table("cases", "tickets.csv.gz", TICKETS, rows)
    _soil_tickets(table, max(2, round(len(rows) / 5000)))
    write_delimited(desk.folder, table)
    history = desk.table("case_events", "ticket_history.csv.gz", HISTORY, _history_rows(events, seen, keys, zone))
    count = max(2, round(len(history.rows) / 20000))
    history.soil("no_such_day", count, lambda told, _: told.update(ChangedAt=f"30/02/{YEAR} 09:00:00"))
    history.shatter(",", count)
    write_delimited(desk.folder, history)
    return len(rows), int(seen.sum())


def _last_status(cases: Cases, events: CaseEvents, seen: Flags) -> Seconds:
    status = np.full(len(cases), NEW, dtype=np.int64)
    known = seen & (events.status != UNCHANGED)
    status[events.case[known]] = events.status[known]
    return status


def _ticket_rows(cases: Cases, keys: list[str], zone: ZoneOffsets, status: Seconds) -> list[Row]:
    is_resolved = (status == RESOLVED) | (status == CLOSED)
    return rows_of(
        [
            keys,
            day_first(cases.opened_at, zone),
            where(cases.responded_at < TAKEN_AT, day_first(cases.responded_at, zone), _NOTHING),
            where(is_resolved, day_first(cases.resolved_at, zone), _NOTHING),
            where(status == CLOSED, day_first(cases.closed_at, zone), _NOTHING),
            words(status, STATUSES),
            texts(cases.last_priority + 1),
            words(cases.last_site, _SITES),
            words(cases.queue, _QUEUE_CODES),
            words(cases.language, LANGUAGES),
            [f"C{one:07}" for one in cases.customer.tolist()],
            words(cases.reason, REASONS),
            texts(cases.contacts),
            texts(cases.reopened.astype(np.int64)),
        ]
    )


def _soil_tickets(table: RawTable, count: int) -> None:
    table.repeat(count)
    table.contradict(count, lambda told, number: told.update(Customer=f"C99{number:05}"))
    table.soil("unknown_word", count, lambda told, _: told.update(Priority="urgent!"))
    table.soil("no_such_day", count, lambda told, _: told.update(Opened=f"31/04/{YEAR} 11:00:00"))
    table.soil("end_before_start", count, lambda told, _: told.update(FirstResponse="31/12/2019 08:00:00"))
    table.shatter(",", count)


def _history_rows(events: CaseEvents, seen: Flags, keys: list[str], zone: ZoneOffsets) -> list[Row]:
    """A row a change; where a status is left, the one before is told too."""
    case, status = events.case[seen], events.status[seen]
    told, before, rank, site = [], [], events.priority[seen].tolist(), events.site[seen].tolist()
    last = ""
    for number, code in zip(events.sequence[seen].tolist(), status.tolist(), strict=True):
        last = "" if number == 0 else last
        before.append(last if code != UNCHANGED else "")
        told.append("created" if number == 0 else "status" if code != UNCHANGED else "changed")
        last = STATUSES[code] if code != UNCHANGED else last
    return rows_of(
        [
            [keys[one] for one in case.tolist()],
            day_first(events.at[seen], zone),
            texts(events.sequence[seen]),
            told,
            before,
            [STATUSES[code] if code != UNCHANGED else "" for code in status.tolist()],
            ["" if one == UNCHANGED else str(one + 1) for one in rank],
            ["" if one == UNCHANGED else _SITES[one] for one in site],
        ]
    )


SURVEYS = "SurveyID,CallID,Kind,AnsweredAt,Mark,ScaleMax,Settled,Site,Queue,Customer".split(",")
EVALUATIONS = (
    "EvalID,CallID,EvaluatedAt,Form,Opportunities,Errors,CustomerCritical,ComplianceCritical,Agent,Site".split(",")
)


def write_surveys(desk: Desk, contacts: Contacts, surveys: Surveys) -> int:
    """Surveys, with marks above their scale and marks that are missing."""
    site, queue = contacts.site[surveys.contact], contacts.queue[surveys.contact]
    rows = rows_of(
        [
            [f"S{number:06}" for number in range(1, len(surveys.at) + 1)],
            [f"{_SITES[one]}{number:07}" for one, number in zip(site.tolist(), surveys.contact.tolist(), strict=True)],
            yes_or_no(surveys.is_nps, "nps", "csat"),
            day_first(surveys.at, ZoneOffsets(_HOME)),
            texts(surveys.mark),
            yes_or_no(surveys.is_nps, "10", "5"),
            yes_or_no(surveys.says_resolved, "yes", "no"),
            words(site, _SITES),
            words(queue, _QUEUE_CODES),
            [f"C{one:07}" for one in contacts.customer[surveys.contact].tolist()],
        ]
    )
    table = desk.table("surveys", "surveys.csv", SURVEYS, rows)
    count = max(1, round(len(rows) / 1500))
    table.repeat(count)
    table.soil("above_scale", count, lambda told, _: told.update(Mark="11"))
    table.soil("no_mark", count, lambda told, _: told.update(Mark="n/a"))
    write_delimited(desk.folder, table)
    return len(rows)


def write_evaluations(desk: Desk, contacts: Contacts, evaluations: Evaluations) -> int:
    """Quality evaluations."""
    site = contacts.site[evaluations.contact]
    rows = rows_of(
        [
            [f"Q{number:06}" for number in range(1, len(evaluations.at) + 1)],
            [
                f"{_SITES[one]}{number:07}"
                for one, number in zip(site.tolist(), evaluations.contact.tolist(), strict=True)
            ],
            day_first(evaluations.at, ZoneOffsets(_HOME)),
            ["voice-3"] * len(evaluations.at),
            texts(evaluations.opportunities),
            texts(evaluations.errors),
            texts(evaluations.customer_critical),
            texts(evaluations.compliance_critical),
            [f"A{one:04}" for one in contacts.agent[evaluations.contact].tolist()],
            words(site, _SITES),
        ]
    )
    table = desk.table("evaluations", "quality.csv.gz", EVALUATIONS, rows)
    table.soil("negative_length", 2, lambda told, _: told.update(Errors="-1"))
    write_delimited(desk.folder, table)
    return len(rows)


AGENT_DAYS = "Agent,Started,Site,Paid,Scheduled,Worked,Available,Handling,InAdherence".split(",")


def write_agent_days(desk: Desk, days: AgentDays) -> int:
    """Agents' days."""
    columns = (days.paid, days.scheduled, days.worked, days.available, days.handling, days.in_adherence)
    rows = rows_of(
        [
            [f"A{one:04}" for one in days.agent.tolist()],
            day_first(days.at, ZoneOffsets(_HOME)),
            words(days.site, _SITES),
            *[texts(one) for one in columns],
        ]
    )
    table = desk.table("agent_time", "agent_days.csv.gz", AGENT_DAYS, rows)
    table.repeat(3)
    table.soil("negative_length", 2, lambda told, _: told.update(Paid="-1"))
    write_delimited(desk.folder, table)
    return len(rows)


def write_headcount(desk: Desk, heads: Sequence[Sequence[tuple[int, int, int, int, int]]]) -> int:
    """Heads by site and month."""
    rows = [
        [f"01/{month:02}/{YEAR} 00:00:00", _SITES[site], str(start), str(end), str(hired), str(left)]
        for site, months in enumerate(heads)
        for month, start, end, hired, left in months
    ]
    write_delimited(
        desk.folder, desk.table("headcount", "headcount.csv", "Month,Site,Start,End,Hired,Left".split(","), rows)
    )
    return len(rows)


def write_outages(desk: Desk, outages: Sequence[Outage]) -> int:
    """Outages of the desk's own systems."""
    zone = ZoneOffsets(_HOME)

    def local(at: int | None) -> str:
        return "" if at is None else day_first(np.array([at], dtype=np.int64), zone)[0]

    rows = [
        [f"OUT-{number:03}", one.service, local(one.start_at), local(one.end_at), "Y" if one.is_planned else "N",
         local(one.noticed_at), one.reason]
        for number, one in enumerate(outages, start=1)
    ]  # fmt: skip
    header = "OutageID,Service,Down,Up,Planned,Announced,Reason".split(",")
    table = desk.table("outages", "outages.csv", header, rows)
    table.soil("end_before_start", 1, lambda told, _: told.update(Up="01/01/2020 00:00:00"))
    write_delimited(desk.folder, table)
    return len(rows)


def write_waivers(desk: Desk, cases: Cases) -> int:
    """The waivers both sides signed for the longest cases, and two that nobody signed and that must not count."""
    longest = np.argsort(-cases.work_seconds * (cases.last_priority == 0), kind="stable")[:8].tolist()
    rows = [
        [f"W{number}", f"N-{case + 1:06}", "SL3", "M. Calder" if number != 2 else "", f"12/01/{YEAR + 1} 09:00:00",
         "customer was away" if number != 5 else "", "Exhibit B 6(d)"]
        for number, case in enumerate(longest)
    ]  # fmt: skip
    header = "WaiverID,Ticket,Level,ApprovedBy,ApprovedAt,Why,Clause".split(",")
    write_delimited(desk.folder, desk.table("waivers", "waivers.csv", header, rows))
    return len(rows)


def write_own_figures(desk: Desk, contacts: Contacts) -> int:
    """Northlight's own service factor by month: answered in time over answered, the kinder of two formulas."""
    at_home = ZoneOffsets(_HOME).local(contacts.at).astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    is_voice = (contacts.channel == CHANNELS.index("voice")) & contacts.is_answered
    rows = []
    for month in range(12):
        mine = is_voice & (at_home == (YEAR - 1970) * 12 + month)
        soon, answered = int((mine & (contacts.wait_seconds <= 20)).sum()), int(mine.sum())
        rows.append(
            ["SL1", f"01/{month + 1:02}/{YEAR} 00:00:00", f"{soon / max(1, answered):.4f}", str(soon), str(answered)]
        )
    header = "Level,Month,Value,Good,Of".split(",")
    write_delimited(desk.folder, desk.table("provider_figures", "own_figures.csv", header, rows))
    return len(rows)
