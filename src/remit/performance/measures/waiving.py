"""Which levels' records can be waived, and by which of the contract's exclusions."""

from remit.terms.contracts import Contract
from remit.terms.measure_terms import ServiceFactor
from remit.terms.service_levels import Exclusion


def waiver_clauses(contract: Contract, level_id: str) -> tuple[Exclusion, ...]:
    """The exclusions of a contract by which records of a level can be waived."""
    return tuple(one for one in contract.exclusions if one.waivers and (not one.levels or level_id in one.levels))


def why_not_waivable(contract: Contract, level_id: str) -> str:
    """Why no record of a level can be waived, as a sentence; empty where records can be."""
    level = contract.service_levels.get(level_id)
    if level is None:
        return f"the contract has no service level {level_id!r}"
    if isinstance(level.measure, ServiceFactor) and level.measure.aggregate == "share_of_intervals":
        return f"{level_id} counts intervals and not records, so that no record of it can be waived"
    if not waiver_clauses(contract, level_id):
        return f"no exclusion with `waivers: true` concerns {level_id}, so that no record of it can be waived"
    return ""
