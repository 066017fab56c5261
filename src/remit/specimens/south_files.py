"""Southbank Desk's export: tabs and JSON lines, times with offsets, an event log of tickets, a workbook of surveys."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from remit.specimens.cases import CLOSED, NEW, PRIORITIES, RESOLVED, STATUSES, UNCHANGED, CaseEvents, Cases
from remit.specimens.contacts import CHANNELS, LANGUAGES, QUEUES, REASONS, Contacts
from remit.specimens.dirt import Ledger, RawTable, Row
from remit.specimens.forecasts import HalfDay
from remit.specimens.north_files import TAKEN_AT
from remit.specimens.people import AgentDays, Evaluations, Outage, Surveys
from remit.specimens.raw_files import (
    rows_of,
    texts,
    where,
    with_offset,
    words,
    write_delimited,
    write_json_lines,
    write_workbook,
    yes_or_no,
)
from remit.specimens.rosters import YEAR, Seconds, ZoneOffsets

PROVIDER = "Southbank Desk"
_SITES = ("Lisbon", "Cebu")
_HOME = "Europe/Lisbon"
_NOTHING = ("", "null", "-")


@dataclass(frozen=True)
class Desk:
    """Where Southbank's files go, with the chance and the ledger they share."""

    folder: Path
    rng: np.random.Generator
    ledger: Ledger

    def table(self, table: str, file: str, header: Sequence[str], rows: list[Row]) -> RawTable:
        """One raw file of the export."""
        return RawTable(PROVIDER, table, file, tuple(header), rows, self.ledger, self.rng)


CONTACTS = (
    "contact_id outcome queue site language channel queued_at connected_at left_at ended_at wait_s talk_s hold_s "
    "wrap_ms agent customer reason transferred fcr"
).split()  # fmt: skip


def write_contacts(desk: Desk, contacts: Contacts) -> int:
    """All contacts in one file, test calls of the dialler among them."""
    zones = [ZoneOffsets("Europe/Lisbon"), ZoneOffsets("Asia/Manila")]
    answered = contacts.is_answered
    until = _at_site(contacts.waited_until, contacts.site, zones)
    rows = rows_of(
        [
            [f"c{number:08x}" for number in range(len(contacts))],
            yes_or_no(answered, "ANSWERED", "ABANDONED"),
            words(contacts.queue, QUEUES),
            words(contacts.site, _SITES),
            words(contacts.language, LANGUAGES),
            words(contacts.channel, CHANNELS),
            _at_site(contacts.at, contacts.site, zones),
            where(answered, until, _NOTHING),
            where(~answered, until, _NOTHING),
            _at_site(contacts.ended_at, contacts.site, zones),
            texts(contacts.wait_seconds),
            where(answered, texts(contacts.talk_seconds), _NOTHING),
            where(answered, texts(contacts.hold_seconds), _NOTHING),
            where(answered, texts(contacts.wrap_seconds * 1000 + 250), _NOTHING),
            where(answered, [f"sb{one:04}" for one in contacts.agent.tolist()], _NOTHING),
            [f"C{one:07}" for one in contacts.customer.tolist()],
            words(contacts.reason, REASONS),
            yes_or_no(contacts.is_transferred, "true", "false"),
            where(answered, yes_or_no(contacts.is_settled, "true", "false"), _NOTHING),
        ]
    )
    table = desk.table("interactions", "contacts.tsv.gz", CONTACTS, rows)
    _soil_contacts(table, max(2, round(len(rows) / 8000)))
    write_delimited(desk.folder, table, delimiter="\t")
    return len(rows)


def _at_site(at: Seconds, site: Seconds, zones: Sequence[ZoneOffsets]) -> list[str]:
    """Each instant in its own site's local time, with the offset."""
    told = [with_offset(at, zone) for zone in zones]
    return [told[one][number] for number, one in enumerate(site.tolist())]


def _soil_contacts(table: RawTable, count: int) -> None:
    def is_answered(row: Row) -> bool:
        return row[1] == "ANSWERED"

    table.repeat(3 * count)
    table.contradict(count, lambda told, number: told.update(customer=f"C99{number:05}"))
    table.soil("no_such_day", count, lambda told, _: told.update(queued_at=f"{YEAR}-02-31T10:00:00+00:00"))
    table.soil(
        "end_before_start",
        count,
        lambda told, _: told.update(ended_at=f"{YEAR}-01-01T00:00:01+00:00"),
        suits=is_answered,
    )
    table.soil("negative_length", count, lambda told, _: told.update(wait_s="-3"))
    both = "answered_and_abandoned"
    table.soil(both, count, lambda told, _: told.update(left_at=told["connected_at"]), suits=is_answered)
    table.soil("left_out", 4 * count, lambda told, _: told.update(outcome="PHANTOM"))
    table.shatter("\t", count)


LOG = (
    "number changed_at mod fields.state fields.priority fields.site fields.queue opened_at responded_at resolved_at "
    "closed_at reopened contacts made_sla caller reason"
).split()  # fmt: skip


def write_ticket_log(
    desk: Desk, cases: Cases, events: CaseEvents, verdict: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
) -> int:
    """A row for each change of a ticket, with the ticket as it stood after it."""
    zone = ZoneOffsets(_HOME)
    seen = np.flatnonzero(events.at < TAKEN_AT)
    case, at = events.case[seen], events.at[seen]
    state, priority, site = (_filled(column[seen]) for column in (events.status, events.priority, events.site))
    is_resolved = (state == RESOLVED) | (state == CLOSED)
    rows = rows_of(
        [
            [f"T{one + 1:07}" for one in case.tolist()],
            with_offset(at, zone),
            texts(events.sequence[seen]),
            words(state, STATUSES),
            words(priority, PRIORITIES),
            words(site, _SITES),
            words(cases.queue[case], QUEUES),
            with_offset(cases.opened_at[case], zone),
            where(state != NEW, with_offset(cases.responded_at[case], zone), ("",)),
            where(is_resolved, with_offset(_so_far(at, state == RESOLVED, case), zone), ("",)),
            where(state == CLOSED, with_offset(at, zone), ("",)),
            texts(cases.reopened[case].astype(np.int64)),
            texts(cases.contacts[case]),
            where(is_resolved, yes_or_no(verdict[case], "yes", "no"), ("",)),
            [f"C{one:07}" for one in cases.customer[case].tolist()],
            words(cases.reason[case], REASONS),
        ]
    )
    table = desk.table("case_events", "ticket_log.jsonl.gz", LOG, rows)
    count = max(2, round(len(rows) / 25000))
    for number in range(count):
        table.broken.append(b'{"number": "T99%05d", "changed_at": ' % number)
    table.note("broken_line", count)
    table.soil("no_such_day", count, lambda told, _: told.update(changed_at=f"{YEAR}-06-31T09:00:00+01:00"))
    write_json_lines(desk.folder, table)
    return len(rows)


def _filled(values: Seconds) -> Seconds:
    """Each change's value, or the one the case had before; a case's first change has them all."""
    given = np.where(values == UNCHANGED, 0, np.arange(len(values)))
    return values[np.maximum.accumulate(given)]


def _so_far(at: Seconds, is_resolution: "np.ndarray[tuple[int], np.dtype[np.bool_]]", case: Seconds) -> Seconds:
    """The latest resolution up to each change; its own instant where there is none yet."""
    index = np.maximum.accumulate(np.where(is_resolution, np.arange(len(at)), 0))
    return np.where(case[index] == case, at[index], at)


def write_surveys(desk: Desk, contacts: Contacts, surveys: Surveys) -> int:
    """A workbook of surveys, kept by hand: marks in words where there is none."""
    rows = rows_of(
        [
            [f"SB-{number:05}" for number in range(1, len(surveys.at) + 1)],
            [f"c{one:08x}" for one in surveys.contact.tolist()],
            yes_or_no(surveys.is_nps, "nps", "csat"),
            with_offset(surveys.at, ZoneOffsets(_HOME)),
            texts(surveys.mark),
            yes_or_no(surveys.is_nps, "10", "5"),
            yes_or_no(surveys.says_resolved, "yes", "no"),
            words(contacts.site[surveys.contact], _SITES),
            words(contacts.queue[surveys.contact], QUEUES),
        ]
    )
    header = ("Survey", "Contact", "Kind", "Answered at", "Mark", "Out of", "Resolved", "Site", "Queue")
    table = desk.table("surveys", "surveys.xlsx", header, rows)
    count = max(1, round(len(rows) / 1500))
    table.repeat(count)
    table.soil("no_mark", count, lambda told, _: told.update(Mark="-"))
    table.soil("above_scale", count, lambda told, _: told.update(Mark="12"))
    write_workbook(desk.folder, table, sheet="Surveys")
    return len(rows)


def write_evaluations(desk: Desk, contacts: Contacts, evaluations: Evaluations) -> int:
    """Quality evaluations, an object a line."""
    rows = rows_of(
        [
            [f"QA{number:05}" for number in range(1, len(evaluations.at) + 1)],
            [f"c{one:08x}" for one in evaluations.contact.tolist()],
            with_offset(evaluations.at, ZoneOffsets(_HOME)),
            texts(evaluations.opportunities),
            texts(evaluations.errors),
            texts(evaluations.customer_critical),
            texts(evaluations.compliance_critical),
            words(contacts.site[evaluations.contact], _SITES),
        ]
    )
    header = "id contact evaluated_at chances errors critical.customer critical.compliance site".split()
    table = desk.table("evaluations", "evaluations.jsonl", header, rows)
    table.broken.append(b"<p>session expired</p>")
    table.note("broken_line", 1)
    write_json_lines(desk.folder, table)
    return len(rows)


def write_agent_time(desk: Desk, days: AgentDays) -> int:
    """Agents' days."""
    columns = (days.paid, days.scheduled, days.worked, days.available, days.handling, days.in_adherence)
    rows = rows_of(
        [
            [f"sb{one:04}" for one in days.agent.tolist()],
            with_offset(days.at, ZoneOffsets(_HOME)),
            words(days.site, _SITES),
            *[texts(one) for one in columns],
        ]
    )
    header = "agent started_at site paid scheduled worked available handling in_adherence".split()
    table = desk.table("agent_time", "agent_time.tsv.gz", header, rows)
    table.soil("negative_length", 2, lambda told, _: told.update(worked="-60"))
    write_delimited(desk.folder, table, delimiter="\t")
    return len(rows)


def write_headcount(desk: Desk, heads: Sequence[Sequence[tuple[int, int, int, int, int]]]) -> int:
    """Heads by site and month."""
    rows = [
        [f"{YEAR}-{month:02}-01T00:00:00+00:00", _SITES[site], str(start), str(end), str(hired), str(left)]
        for site, months in enumerate(heads)
        for month, start, end, hired, left in months
    ]
    header = "month site start end hired left".split()
    write_delimited(desk.folder, desk.table("headcount", "headcount.tsv", header, rows), delimiter="\t")
    return len(rows)


def write_outages(desk: Desk, outages: Sequence[Outage]) -> int:
    """Outages of the client portal and the telephone line."""
    zone = ZoneOffsets(_HOME)

    def told(at: int | None) -> str:
        return "" if at is None else with_offset(np.array([at], dtype=np.int64), zone)[0]

    rows = [
        [
            f"o{number}",
            one.service,
            told(one.start_at),
            told(one.end_at),
            str(one.is_planned).lower(),
            told(one.noticed_at),
            one.reason,
        ]
        for number, one in enumerate(outages, start=1)
    ]
    header = "id service down up planned announced reason".split()
    write_delimited(desk.folder, desk.table("outages", "outages.tsv", header, rows), delimiter="\t")
    return len(rows)


def write_intervals(desk: Desk, half_days: Sequence[HalfDay]) -> int:
    """What came and what was forecast and planned, by half-day and queue."""
    zone = ZoneOffsets(_HOME)
    starts = with_offset(np.array([one.start_at for one in half_days], dtype=np.int64), zone)
    rows = [
        [
            f"{QUEUES[one.queue]}/{start}",
            start,
            "43200",
            QUEUES[one.queue],
            *map(str, (one.offered, one.answered, one.handling_seconds, one.forecast, one.forecast_seconds)),
            f"{float(one.planned_agents):.2f}",
            f"{float(one.present_agents):.2f}",
        ]
        for start, one in zip(starts, half_days, strict=True)
    ]
    header = "interval starts seconds queue offered answered handling_s forecast forecast_s planned present".split()
    write_delimited(desk.folder, desk.table("interval_counts", "intervals.tsv.gz", header, rows), delimiter="\t")
    return len(rows)
