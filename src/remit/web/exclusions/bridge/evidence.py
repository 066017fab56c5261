"""The facts a figure rests on: a version of the store, with what both sides agreed on here beside it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings

from remit.ingest.waiver_files import Waiver, waivers_text
from remit.reports.quoting import inert
from remit.runs import Evidence
from remit.runs.agreed import Agreed, with_agreed
from remit.runs.agreed import agreed_sha256 as sha256_of
from remit.runs.connections import connect
from remit.runs.stored import evidence_at
from remit.store import Snapshot, open_if_there, read_manifest
from remit.web.exclusions.models import ExclusionRequest, RequestedRecord

__all__ = [
    "Agreed",
    "Evidence",
    "Waiver",
    "evidence_of_version",
    "newest_version",
    "sha256_of",
    "waivers_for",
    "waivers_text",
]

_LONGEST_REASON = 500


def newest_version(contract: str) -> int | None:
    """The version of the store that last changed a contract's facts; None where it has none.

    Where a vacuum gave that version up, the newest one holds the same facts.
    """
    manifest = open_if_there(settings.STORE_URL)
    if manifest is None or not manifest.live(contract):
        return None
    own = max(one.version for one in manifest.entries if one.engagement == contract and one.deed != "pin")
    return manifest.head if own in manifest.gone else own


@contextmanager
def evidence_of_version(
    contract: str, version: int, *, waivers: Sequence[Agreed] = ()
) -> Iterator[tuple[Evidence, Snapshot]]:
    """A contract's facts as a version of the store holds them, with what was agreed, for as long as the block lasts."""
    manifest = read_manifest(settings.STORE_URL)
    with connect(memory_mb=settings.ENGINE_MEMORY_MB) as connection:
        evidence, stored = evidence_at(manifest, contract, connection, version=version)
        yield with_agreed(evidence, waivers), stored


def waivers_for(request: ExclusionRequest, records: Iterable[RequestedRecord], *, approved_by: str) -> list[Waiver]:
    """The waivers that leave some records of a request out.

    They name organisations and no person, so that masking somebody never changes a list both sides hold.
    """
    at = None if request.decided_at is None else int(request.decided_at.timestamp())
    reason = inert(request.reason)[:_LONGEST_REASON]
    return [
        Waiver(f"E{request.pk}-{one.position}", one.key, request.level, approved_by, at, reason, request.clause)
        for one in records
    ]
