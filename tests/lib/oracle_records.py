"""The contact centre's raw files read by hand: csv, json and openpyxl row by row, with every rule of dirt written out.

It shares nothing with Remit but the contract's words: it is what a careful person would do in a long afternoon.
"""

import csv
import gzip
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import load_workbook

Record = dict[str, Any]


class Unfit(Exception):
    """A row that can't be used."""


def lines_of(path: Path) -> Iterator[bytes]:
    given = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from given.split(b"\n")[:-1]


def delimited_rows(path: Path, delimiter: str) -> Iterator[dict[str, str]]:
    """Rows whose bytes are UTF-8 and whose columns are as many as the header's."""
    header: list[str] = []
    for line in lines_of(path):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        (values,) = csv.reader([text], delimiter=delimiter)
        if not header:
            header = values
        elif len(values) == len(header):
            yield dict(zip(header, values, strict=True))


def json_rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in lines_of(path):
        try:
            yield json.loads(line)
        except ValueError:
            continue


def sheet_rows(path: Path, sheet: str) -> Iterator[dict[str, str]]:
    rows = load_workbook(path)[sheet].iter_rows(values_only=True)
    header = [str(name) for name in next(rows)]
    for row in rows:
        yield {name: "" if value is None else str(value) for name, value in zip(header, row, strict=True)}


def fit_rows(rows: Iterator[Any], read: Callable[[Any], Record]) -> Iterator[Record]:
    for row in rows:
        try:
            yield read(row)
        except Unfit:
            continue


def without_double_keys(rows: Iterator[Record], key: str) -> list[Record]:
    """Rows alike are one row; rows of one key that differ are none."""
    by_key: dict[str, list[Record]] = {}
    for row in rows:
        told = by_key.setdefault(row[key], [])
        if row not in told:
            told.append(row)
    return [told[0] for told in by_key.values() if len(told) == 1]


def needed(value: Any) -> Any:
    if value is None or value == "":
        raise Unfit
    return value


def day_first_at(text: str | None, zone: str) -> int | None:
    """The instant of a local time written day first; unfit where it is no date, or exists twice or never."""
    if text is None:
        return None
    try:
        naive = datetime.strptime(text, "%d/%m/%Y %H:%M:%S")
    except ValueError:
        raise Unfit from None
    early, late = (naive.replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() for fold in (0, 1))
    if early != late:
        raise Unfit
    return int(early)


def iso_at(text: str | None) -> int | None:
    if not text:
        return None
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except ValueError:
        raise Unfit from None


def whole(text: str | None) -> int | None:
    if text is None or text == "":
        return None
    number = int(text)
    if number < 0:
        raise Unfit
    return number


def in_order(*instants: int | None) -> None:
    """Each known instant is no earlier than the first, which is known."""
    first = instants[0]
    if any(one is not None and first is not None and one < first for one in instants[1:]):
        raise Unfit


NORTH_NOTHING = ("", "NULL", "n/a")
QUEUE_OF = {"ORD": "orders", "RET": "returns", "BIL": "billing"}
SITE_OF = {"KRK": "Krakow", "MNL": "Manila"}


def _plain(row: dict[str, str]) -> dict[str, str | None]:
    return {name: None if value in NORTH_NOTHING else value for name, value in row.items()}


def _contact(row: Record) -> Record:
    """Checks that hold for a contact of either provider."""
    in_order(row["queued_at"], row["answered_at"], row["abandoned_at"], row["ended_at"])
    if row["answered_at"] is not None and row["ended_at"] is not None and row["ended_at"] < row["answered_at"]:
        raise Unfit
    if row["answered_at"] is not None and row["abandoned_at"] is not None:
        raise Unfit
    return row


def north_calls(folder: Path) -> list[Record]:
    rows: list[Record] = []
    for name, zone in (("krakow", "Europe/Warsaw"), ("manila", "Asia/Manila")):
        for path in sorted(folder.glob(f"calls_{name}_*.csv.gz")):
            rows += fit_rows(delimited_rows(path, ","), lambda row, zone=zone: _north_call(row, zone))  # type: ignore[misc]
    return without_double_keys(iter(rows), "key")


def _north_call(given: dict[str, str], zone: str) -> Record:
    row = _plain(given)
    queued_at = needed(day_first_at(row["Offered"], zone))
    answered_at, abandoned_at = day_first_at(row["Answered"], zone), day_first_at(row["Abandoned"], zone)
    until = answered_at if answered_at is not None else abandoned_at
    talk = row["Talk"]
    hours, minutes, seconds = (int(part) for part in talk.split(":")) if talk else (0, 0, 0)
    if needed(row["Queue"]) not in QUEUE_OF:
        raise Unfit
    return _contact(
        {
            "key": needed(row["CallID"]),
            "queued_at": queued_at,
            "answered_at": answered_at,
            "abandoned_at": abandoned_at,
            "ended_at": day_first_at(row["Ended"], zone),
            "wait": None if until is None else until - queued_at,
            "talk": hours * 3600 + minutes * 60 + seconds if talk else None,
            "hold": whole(row["Hold"]),
            "wrap": whole(row["Wrap"]),
            "channel": row["Channel"],
            "customer": row["Customer"],
            "reason": row["Reason"],
            "agent": row["Agent"],
        }
    )


def north_tickets(folder: Path) -> list[Record]:
    read = fit_rows(delimited_rows(folder / "tickets.csv.gz", ","), _north_ticket)
    return without_double_keys(read, "key")


def _north_ticket(given: dict[str, str]) -> Record:
    row = _plain(given)
    opened, responded, resolved, closed = (
        day_first_at(row[name], "Europe/Warsaw") for name in ("Opened", "FirstResponse", "Resolved", "Closed")
    )
    in_order(needed(opened), responded, resolved, closed)
    if row["Priority"] not in ("1", "2", "3", "4"):
        raise Unfit
    return {
        "key": needed(row["TicketNo"]),
        "opened_at": opened,
        "responded_at": responded,
        "resolved_at": resolved,
        "priority": f"P{row['Priority']}",
        "site": SITE_OF[str(row["Site"])],
        "customer": row["Customer"],
        "reopened": whole(row["Reopened"]),
        "reason": row["Reason"],
    }


def north_changes(folder: Path) -> list[Record]:
    return list(fit_rows(delimited_rows(folder / "ticket_history.csv.gz", ","), _north_change))


def _north_change(given: dict[str, str]) -> Record:
    row = _plain(given)
    return {
        "case": needed(row["TicketNo"]),
        "at": needed(day_first_at(row["ChangedAt"], "Europe/Warsaw")),
        "sequence": whole(row["Seq"]),
        "status": row["To"],
        "priority": None if row["Priority"] is None else f"P{row['Priority']}",
        "site": None if row["Site"] is None else SITE_OF[row["Site"]],
    }


def north_table(folder: Path, file: str, *, key: str, numbers: str, instants: str, others: str = "") -> list[Record]:
    """One of Northlight's plainer tables; numbers must not be negative, and the first instant must be there.

    A key of two columns is written `Agent Started`.
    """

    def read(given: dict[str, str]) -> Record:
        row = _plain(given)
        told: Record = {name: whole(row[name]) for name in numbers.split()}
        told |= {name: day_first_at(row[name], "Europe/Warsaw") for name in instants.split()}
        told |= {name: row[name] for name in others.split()}
        told["key"] = " ".join(needed(row[name]) for name in key.split())
        in_order(*(needed(told[instants.split(maxsplit=1)[0]]), *(told[name] for name in instants.split()[1:2])))
        if told.get("ScaleMax") is not None and needed(told["Mark"]) > told["ScaleMax"]:
            raise Unfit
        return told

    return without_double_keys(fit_rows(delimited_rows(folder / file, ","), read), "key")


def south_contacts(folder: Path) -> list[Record]:
    rows = (row for row in delimited_rows(folder / "contacts.tsv.gz", "\t") if row["outcome"] != "PHANTOM")
    return without_double_keys(fit_rows(rows, _south_contact), "key")


def _south_contact(given: dict[str, str]) -> Record:
    row = {name: None if value in ("", "null", "-") else value for name, value in given.items()}
    wrap = whole(row["wrap_ms"])
    return _contact(
        {
            "key": needed(row["contact_id"]),
            "queued_at": needed(iso_at(row["queued_at"])),
            "answered_at": iso_at(row["connected_at"]),
            "abandoned_at": iso_at(row["left_at"]),
            "ended_at": iso_at(row["ended_at"]),
            "wait": whole(row["wait_s"]),
            "talk": whole(row["talk_s"]),
            "hold": whole(row["hold_s"]),
            "wrap": None if wrap is None else wrap // 1000,
            "channel": row["channel"],
            "customer": row["customer"],
            "reason": row["reason"],
            "settled": {"true": True, "false": False, None: None}[row["fcr"]],
        }
    )


def south_log(folder: Path) -> list[Record]:
    return list(fit_rows(json_rows(folder / "ticket_log.jsonl.gz"), _south_change))


def _south_change(row: dict[str, Any]) -> Record:
    return {
        "case": needed(row["number"]),
        "at": needed(iso_at(row["changed_at"])),
        "sequence": int(row["mod"]),
        "status": row["fields"]["state"],
        "priority": row["fields"]["priority"],
        "site": row["fields"]["site"],
        "opened_at": iso_at(row["opened_at"]),
        "reason": row["reason"],
    }


def south_surveys(folder: Path) -> list[Record]:
    def read(row: dict[str, str]) -> Record:
        mark = needed(None if row["Mark"] in ("-", "null") else row["Mark"])
        if int(mark) > int(row["Out of"]):
            raise Unfit
        told: Record = {"key": row["Survey"], "at": iso_at(row["Answered at"]), "kind": row["Kind"]}
        return told | {"mark": int(mark), "scale": int(row["Out of"])}

    return without_double_keys(fit_rows(sheet_rows(folder / "surveys.xlsx", "Surveys"), read), "key")


def south_evaluations(folder: Path) -> list[Record]:
    def read(row: dict[str, Any]) -> Record:
        return {"key": row["id"], "at": iso_at(row["evaluated_at"]), "compliance": int(row["critical"]["compliance"])}

    return without_double_keys(fit_rows(json_rows(folder / "evaluations.jsonl"), read), "key")


def south_table(folder: Path, file: str, *, numbers: str, instants: str, others: str) -> list[Record]:
    def read(row: dict[str, str]) -> Record:
        told: Record = {name: whole(row[name]) for name in numbers.split()}
        told |= {name: iso_at(row[name]) for name in instants.split()}
        return told | {name: row[name] for name in others.split()}

    return list(fit_rows(delimited_rows(folder / file, "\t"), read))
