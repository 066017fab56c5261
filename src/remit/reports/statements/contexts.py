"""The words a statement prints beside its numbers: names, clauses and definitions from the contract."""

from collections.abc import Mapping
from dataclasses import dataclass

from remit.terms.measure_terms import Unit
from remit.terms.service_levels import ScorecardTerms


@dataclass(frozen=True, slots=True)
class LevelWords:
    """One service level in words: its name, the clause both sides signed, and how it is measured."""

    name: str
    unit: Unit
    is_critical: bool
    clause: str | None = None
    definition: str = ""


@dataclass(frozen=True, slots=True)
class StatementContext:
    """What the contract says in words; the numbers come from the settlements.

    `service_levels` names every level of every period on the statement, in the order of the contract; with amendments
    that is the union. `recompute` is the command that computes the statement again, printed as it stands. `scorecard`
    says what the scorecards compare and how a score is made; without it they print with their numbers alone.
    """

    contract: str
    title: str
    client: str
    provider: str
    currency: str
    service_levels: Mapping[str, LevelWords]
    clause: str | None = None
    recompute: str = ""
    scorecard: ScorecardTerms | None = None

    def words(self, service_level: str) -> LevelWords:
        """The words of a level; one that the contract does not name prints under its id, as a plain number."""
        return self.service_levels.get(service_level) or LevelWords(service_level, Unit.SCORE, is_critical=False)
