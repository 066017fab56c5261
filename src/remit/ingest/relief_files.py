"""The list of relief both sides agreed on, as a CSV file: read with every fault told by its line, and written."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from remit.ingest.signed_lists import Cells, Shape, check_keys, instant_of, read_rows
from remit.performance.relief import AgreedRelief

_KNOWN = (
    "relief_key", "service_level", "month", "relief", "contacts", "approved_by", "approved_at", "reason",
    "clause_cited",
)  # fmt: skip


def _faults(told: Cells) -> Iterator[tuple[str, str, str]]:
    month, kind, contacts = told["month"], told["relief"], told.get("contacts", "")
    if month and not re.fullmatch(r"[12][0-9]{3}-(0[1-9]|1[0-2])", month):
        yield "month", f"{month!r} is no month", "write 2026-03"
    if kind and kind not in ("whole_month", "volume_gap"):
        yield "relief", f"{kind!r} is no relief", "write whole_month or volume_gap"
    if kind == "volume_gap" and not re.fullmatch(r"[1-9]\d{0,8}", contacts):
        yield "contacts", f"{contacts!r} is no number of contacts", "write how many a volume_gap adds, e.g. 37"
    if kind == "whole_month" and contacts:
        yield "contacts", "a whole month is relieved without a number of contacts", "leave it empty"


_SHAPE = Shape("relief", _KNOWN, ("service_level", "month", "relief", "approved_by", "reason"), _faults)


def reliefs_text(reliefs: Iterable[AgreedRelief]) -> str:
    """A list of relief as CSV that `read_reliefs` gives back as it was."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_KNOWN)
    for one in reliefs:
        at = "" if one.approved_at is None else datetime.fromtimestamp(one.approved_at, UTC).isoformat()
        contacts = "" if one.contacts is None else str(one.contacts)
        writer.writerow([one.relief_key, one.service_level, one.month, one.relief, contacts, one.approved_by, at,
                         one.reason, one.clause_cited])  # fmt: skip
    return written.getvalue()


def read_reliefs(path: Path) -> tuple[AgreedRelief, ...]:
    """The relief of a CSV file in UTF-8 whose header has the names of the `reliefs` table.

    `relief_key`, `contacts`, `approved_at` (with its offset) and `clause_cited` may be left out. Raises ProblemsFound
    with every row that relieves nothing, and where a level is relieved twice in a month.
    """
    found = tuple(map(_relief, read_rows(path, _SHAPE)))
    check_keys([one.relief_key for one in found], str(path), "relief_key")
    check_keys([f"{one.service_level} in {one.month}" for one in found], str(path), "service_level")
    return found


def _relief(told: Cells) -> AgreedRelief:
    contacts = told.get("contacts", "")
    return AgreedRelief(
        relief_key=told.get("relief_key") or f"{told['service_level']}/{told['month']}",
        service_level=told["service_level"],
        month=told["month"],
        relief=told["relief"],
        contacts=int(contacts) if contacts else None,
        approved_by=told["approved_by"],
        approved_at=instant_of(told.get("approved_at", "")),
        reason=told["reason"],
        clause_cited=told.get("clause_cited", ""),
    )
