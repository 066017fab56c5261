"""What a statement says in words: names, clauses and definitions, taken from the contract's versions."""

from remit.ingest.contract_files import ContractVersions
from remit.performance.measures.definitions import definition_of
from remit.reports.statements import LevelWords, StatementContext
from remit.terms.periods import Period
from remit.terms.service_levels import ServiceLevel


def level_terms(versions: ContractVersions, level_id: str, period: Period | None = None) -> ServiceLevel:
    """A level's terms as a period is judged by, or the last that were in force; amendments add levels and remove them.

    Raises KeyError where no version of the contract has the level.
    """
    contracts = [version.contract for version in versions.versions]
    judging = [versions.terms_for(period)] if period is not None else []
    found = [one.service_levels[level_id] for one in (*contracts, *judging) if level_id in one.service_levels]
    if not found:
        raise KeyError(level_id)
    return found[-1]


def statement_context(versions: ContractVersions, *, recompute: str = "") -> StatementContext:
    """The words of every level any version of the contract has; the latest version's where they differ."""
    levels: dict[str, LevelWords] = {}
    for version in versions.versions:
        contract = version.contract
        for level_id, level in contract.service_levels.items():
            levels[level_id] = LevelWords(
                name=level.name,
                unit=level.measure.value_unit,
                is_critical=level.is_critical,
                clause=level.clause,
                definition=definition_of(contract, level_id),
            )
    latest = versions.versions[-1].contract
    return StatementContext(
        contract=latest.id,
        title=latest.contract.title or f"{latest.contract.provider} for {latest.contract.client}",
        client=latest.contract.client,
        provider=latest.contract.provider,
        currency=latest.currency,
        service_levels=levels,
        clause=latest.contract.clause,
        recompute=recompute,
        scorecard=latest.scorecard,
    )
