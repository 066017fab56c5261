"""Charging: the delivered units of a month counted, and its charges by the rate card in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from remit.finance.charges import Charges, charges_of
from remit.finance.pricing import Count, Prices, RateMissing
from remit.finance.stretches import Part, counts_needed
from remit.performance.measures.charged_volumes import Share, volume_query
from remit.performance.measures.portable import column_kinds
from remit.runs.evidence import Evidence
from remit.runs.judging import Walk
from remit.runs.measured import refusals_told
from remit.terms.contracts import Contract
from remit.terms.periods import Period
from remit.terms.problems import Problem, ProblemsFound
from remit.terms.rate_cards import ChargeLine, Volume


def charges_in(walk: Walk, contract: Contract, period: Period) -> Charges:
    """The charges of a month by some terms, for the days of it that lie in the term.

    Raises ProblemsFound where a volume can't be counted, or a delivered unit, an index or a currency has no rate.
    """
    days = days_in_term(contract, period)
    volumes = volumes_in(walk.versions.files[0], contract, days, walk.evidence)
    return priced(walk.versions.files[0], contract, days, volumes)


def days_in_term(contract: Contract, period: Period) -> Period:
    """The days of a period that lie in the term."""
    term = contract.term_period
    return Period(max(period.start_on, term.start_on), min(period.end_on, term.end_on))


def priced(file: str, contract: Contract, days: Period, volumes: Mapping[str, Count]) -> Charges:
    """Counted volumes by the contract's rate card."""
    try:
        return charges_of(days, contract.charges, volumes, prices=Prices.of(contract))
    except RateMissing as missing:
        hint = "write the rate in the contract, or correct the records"
        place = f"charges.{missing.line_id}"
        raise ProblemsFound([Problem(file, 0, place, f"{days.label}: {missing}", hint)]) from None


def volumes_in(file: str, contract: Contract, days: Period, evidence: Evidence) -> dict[str, Count]:
    """The raw count of everything the rate card charges in some days."""
    counted = counted_volumes(contract, days)
    _refuse_uncounted(file, counted, evidence)
    return {one.key: _count(one, evidence) for one in counted}


@dataclass(frozen=True, slots=True)
class CountedVolume:
    """A count that charges need: under which key, of which line and table, and the query that gives it."""

    key: str
    line_id: str
    volume: Volume
    query: exp.Select


def counted_volumes(contract: Contract, days: Period) -> tuple[CountedVolume, ...]:
    """Every count that the charges of some days need, those of years trued up in them among them."""
    return tuple(
        CountedVolume(part.key, line.id, line.volume, _query(contract, line, line.volume, part))
        for line, part in counts_needed(contract.charges, days, term=contract.term_period)
        if line.volume is not None
    )


def _query(contract: Contract, line: ChargeLine, volume: Volume, part: Part) -> exp.Select:
    within = part.days.instants(contract.zone)
    return volume_query(volume, column_kinds(contract, volume.of), within=within, share=_share(line, part))


def _count(counted: CountedVolume, evidence: Evidence) -> Count:
    with refusals_told(f"charges.{counted.line_id}"):
        ((count,),) = evidence.engine.rows(counted.query)
    return _in_units(counted.volume, int(count or 0))


def _in_units(volume: Volume, steps: int) -> Count:
    return Decimal(steps).scaleb(-volume.places) if volume.places else steps


def _share(line: ChargeLine, part: Part) -> Share | None:
    if line.rate_by is None or not (part.is_rest or part.value is not None):
        return None
    values = tuple(line.rate_by.map) if part.value is None else (part.value,)
    return Share(line.rate_by.by, values, is_rest=part.is_rest)


def _refuse_uncounted(file: str, counted: Sequence[CountedVolume], evidence: Evidence) -> None:
    """A volume nobody could count is not 0: credits are a share of the charges, so nothing is settled without it."""
    missing = {one.line_id: one.volume.of for one in counted if one.volume.of not in evidence.columns}
    if missing:
        raise ProblemsFound(
            Problem(
                file,
                0,
                f"charges.{line_id}",
                f"charges by the {table}, and the facts have no table {table}",
                "bring it with the facts",
            )
            for line_id, table in missing.items()
        )
