"""Behind a signal: the level, and the month, in which each of its records is listed, so that it can be opened there."""

from collections.abc import Collection, Sequence

from remit.engines.measuring import records_of
from remit.ingest.contract_files import ContractVersions
from remit.performance.measures.catalogue import compile_level
from remit.runs.evidence import Evidence
from remit.runs.judging import walk_of
from remit.runs.measured import missing_tables, scope_for
from remit.terms.measure_terms import Turnaround
from remit.terms.periods import Period


def levels_of_clock(versions: ContractVersions, clock: str) -> tuple[str, ...]:
    """The levels that a clock times."""
    levels = versions.latest.service_levels.items()
    return tuple(name for name, one in levels if isinstance(one.measure, Turnaround) and one.measure.clock == clock)


def places_of(
    versions: ContractVersions,
    evidence: Evidence,
    keys: Collection[str],
    *,
    levels: Sequence[str],
    months: Sequence[Period],
) -> dict[str, tuple[str, Period]]:
    """Where each of some records is listed: the first of the levels and months that has it; others are left out."""
    found: dict[str, tuple[str, Period]] = {}
    walk = walk_of(versions, evidence, None)
    if walk is None:
        return found
    wanted = set(keys)
    for month in months:
        contract = versions.terms_for(month)
        for level_id in levels:
            is_there = level_id in contract.service_levels and not missing_tables(contract, level_id, evidence)
            if not is_there or wanted <= found.keys():
                continue
            scope = scope_for(contract, level_id, [month], evidence, as_of=walk.as_of)
            for record in records_of(evidence.engine.listing(compile_level(scope), 0), judged=False):
                if record.key in wanted:
                    found.setdefault(record.key, (level_id, month))
    return found
