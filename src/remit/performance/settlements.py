"""A settled period: what was measured, what it costs, and what it was read from."""

from dataclasses import dataclass

from remit.performance.scorecards import Scorecard
from remit.performance.service_credits import CreditStatement
from remit.performance.service_levels import Attainment
from remit.terms.periods import Period


@dataclass(frozen=True, slots=True)
class FactCounts:
    """Rows read, and how many of them were set aside."""

    rows: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a statement was computed from, so that anyone can compute it again to the cent.

    `store_version` is the version of the store the facts were read from, with the version of each of its tables; empty
    where they were read from files. `waivers_sha256` identifies the list of waivers both sides agreed on beside the
    facts; empty where there is none.
    """

    contract: str
    contract_sha256: str
    client: str
    provider: str
    time_zone: str
    facts: FactCounts
    facts_sha256: str
    as_of: int
    remit_version: str
    store_version: str = ""
    waivers_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """One settlement period of one contract.

    `attainments` has one entry a service level and window that ends in the period; `breakdown` the same levels
    split by the dimensions asked for; `statement` the period's credits; `scorecards` the contract's scorecard of each
    subject it compares, best first, empty where it has none.
    """

    period: Period
    attainments: tuple[Attainment, ...]
    breakdown: tuple[Attainment, ...]
    statement: CreditStatement
    provenance: Provenance
    scorecards: tuple[Scorecard, ...] = ()
