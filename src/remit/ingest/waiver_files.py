"""The list of waivers both sides agreed on, as a CSV file: read with every fault told by its line, and written."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from remit.ingest.signed_lists import Cells, Shape, check_keys, instant_of, read_rows

_KNOWN = ("waiver_key", "record_key", "service_level", "approved_by", "approved_at", "reason", "clause_cited")
_SHAPE = Shape("waiver", _KNOWN, needed=("record_key", "service_level", "approved_by", "reason"))


@dataclass(frozen=True, slots=True)
class Waiver:
    """One record that both sides leave out of one service level: a row of the `waivers` table.

    `approved_at` is in UTC seconds. A waiver nobody approved, or without a reason, leaves nothing out.
    """

    waiver_key: str
    record_key: str
    service_level: str
    approved_by: str
    approved_at: int | None
    reason: str
    clause_cited: str = ""


def waivers_text(waivers: Iterable[Waiver]) -> str:
    """A list of waivers as CSV that `read_waivers` gives back as it was."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_KNOWN)
    for one in waivers:
        at = "" if one.approved_at is None else datetime.fromtimestamp(one.approved_at, UTC).isoformat()
        writer.writerow([one.waiver_key, one.record_key, one.service_level, one.approved_by, at, one.reason,
                         one.clause_cited])  # fmt: skip
    return written.getvalue()


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a CSV file in UTF-8 whose header has the names of the `waivers` table.

    `waiver_key`, `approved_at` (with its offset) and `clause_cited` may be left out. Raises ProblemsFound with every
    row that waives nothing because it lacks an approval or a reason: whoever gives the list means each row of it.
    """
    found = tuple(map(_waiver, read_rows(path, _SHAPE)))
    check_keys([one.waiver_key for one in found], str(path), "waiver_key")
    return found


def _waiver(told: Cells) -> Waiver:
    return Waiver(
        waiver_key=told.get("waiver_key") or f"{told['service_level']}/{told['record_key']}",
        record_key=told["record_key"],
        service_level=told["service_level"],
        approved_by=told["approved_by"],
        approved_at=instant_of(told.get("approved_at", "")),
        reason=told["reason"],
        clause_cited=told.get("clause_cited", ""),
    )
