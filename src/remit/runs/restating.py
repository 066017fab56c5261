"""Restating: a period settled on two versions of a store, and what came to differ: records, levels, money."""

from collections.abc import Sequence

from remit.ingest.contract_files import ContractVersions
from remit.performance.service_levels import Attainment
from remit.performance.settlements import Settlement
from remit.runs.connections import connect
from remit.runs.judging import Request
from remit.runs.settling import settle_contract
from remit.runs.stored import evidence_at
from remit.store import LevelChange, Manifest, Restatement, changed_records
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
        levels=_level_changes(first, last),
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


def _level_changes(first: Settlement | None, last: Settlement | None) -> tuple[LevelChange, ...]:
    before, after = _by_level(first), _by_level(last)
    return tuple(
        LevelChange(level, window, before.get((level, window)), after.get((level, window)))
        for level, window in dict.fromkeys([*before, *after])
        if _differ(before.get((level, window)), after.get((level, window)))
    )


def _by_level(settlement: Settlement | None) -> dict[tuple[str, Period], Attainment]:
    attainments: Sequence[Attainment] = () if settlement is None else settlement.attainments
    return {(one.service_level, one.window): one for one in attainments}


def _differ(before: Attainment | None, after: Attainment | None) -> bool:
    if before is None or after is None:
        return True
    return (before.ratio, before.excluded, before.standing) != (after.ratio, after.excluded, after.standing)
