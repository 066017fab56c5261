"""What a statement says in words: names, clauses and definitions, taken from the contract's versions."""

from remit.ingest.contract_files import ContractVersions
from remit.performance.measures.definitions import definition_of
from remit.reports.statements import LevelWords, StatementContext


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
    )
