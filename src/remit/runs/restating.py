"""Restating: a period settled on two versions of a store, and what came to differ: records, levels, money."""

from remit.finance.restatements import level_changes
from remit.ingest.contract_files import ContractVersions
from remit.performance.settlements import Settlement
from remit.runs.connections import connect
from remit.runs.judging import Request
from remit.runs.settling import settle_contract
from remit.runs.stored import evidence_at
from remit.store import Manifest, Restatement, changed_records
from remit.terms.periods import Period


def restate(
    versions: ContractVersions, manifest: Manifest, period: Period, *, before: int, after: int, memory_mb: int = 2048
) -> Restatement:
    """Settle a period on two versions of a store and compare.

    Each side is settled exactly as `settle --as-of` settles it. Raises ProblemsFound where a version can't be read.
    """
    engagement = versions.latest.id
    first = _settled(versions, manifest, period, version=before, memory_mb=memory_mb)
    last = _settled(versions, manifest, period, version=after, memory_mb=memory_mb)
    with connect(memory_mb=memory_mb) as connection:
        records = tuple(changed_records(manifest, engagement, connection, before=before, after=after))
    deeds = tuple(one for one in manifest.entries[before:after] if one.engagement == engagement and one.deed != "pin")
    return Restatement(
        period=period,
        currency=versions.signed.currency,
        before_version=before,
        after_version=after,
        deeds=deeds,
        records=records,
        levels=level_changes(first, last),
        credit_before=None if first is None else first.statement.credit,
        credit_after=None if last is None else last.statement.credit,
    )


def _settled(
    versions: ContractVersions, manifest: Manifest, period: Period, *, version: int, memory_mb: int
) -> Settlement | None:
    with connect(memory_mb=memory_mb) as connection:
        evidence, _ = evidence_at(manifest, versions.latest.id, connection, version=version)
        found = settle_contract(versions, evidence, Request(first=period, last=period))
    return found[-1] if found else None
