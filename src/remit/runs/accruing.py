"""Accruing: the delivered months of a contract with their counts and money, for accruals and a forecast."""

from remit.finance.accruals import DeliveredMonth
from remit.finance.pro_forma import pro_forma
from remit.ingest.contract_files import ContractVersions
from remit.runs.charging import days_in_term, priced, volumes_in
from remit.runs.evidence import Evidence
from remit.runs.judging import Progress, Request, walk_of
from remit.runs.settling import settle_contract


def delivered_months(
    versions: ContractVersions, evidence: Evidence, *, as_of: int | None = None, progress: Progress | None = None
) -> tuple[DeliveredMonth, ...]:
    """Every month that is over, in order: its raw counts, its charges, and the credits and bonuses it bears."""
    walk = walk_of(versions, evidence, as_of)
    if walk is None:
        return ()
    settlements = settle_contract(versions, evidence, Request(as_of=as_of), progress=progress)
    statements = tuple((one.period.label, one.statement) for one in settlements)
    found = []
    for one in settlements:
        if any(note.startswith("provisional") for note in one.statement.notes):
            continue
        contract = versions.terms_for(one.period)
        days = days_in_term(contract, one.period)
        counts = volumes_in(versions.files[0], contract, days, evidence)
        charges = priced(versions.files[0], contract, days, counts)
        ours = pro_forma(contract, days, charges, statements)
        found.append(DeliveredMonth(one.period, counts, ours.charged, ours.adjusted))
    return tuple(found)
