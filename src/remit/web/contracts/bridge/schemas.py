"""The words an editor offers: the JSON Schema of the files, and the places an amendment may change."""

from functools import cache

from remit.ingest.contract_files import ContractVersions
from remit.reports.contracts.leaves import leaves_of
from remit.reports.reference import schema_text
from remit.terms.amendments import Amendment
from remit.terms.contracts import Contract


@cache
def words_of(kind: str) -> str:
    """The JSON Schema of a contract or an amendment file, as text."""
    if kind == "amendment":
        return schema_text(Amendment, title="Remit amendment file, format 1")
    return schema_text(Contract, title="Remit contract file, format 1")


def places_of(terms: ContractVersions) -> list[str]:
    """Every place of the latest terms as an amendment writes it: `service_levels.SL1.expected`."""
    leaves = leaves_of(terms.latest)
    return [".".join(steps) for steps, leaf in leaves.by_place.items() if not leaf.is_order]
