"""Agreed relief: a missed level of a month as both sides agreed to let it stand."""

from dataclasses import dataclass, replace

from remit.performance.service_levels import Attainment, Ratio, Standard, Standing, judge
from remit.terms.contracts import Contract


@dataclass(frozen=True, slots=True)
class AgreedRelief:
    """A relief both sides agreed on for one level's month: a row of the `reliefs` table.

    `month` is written 2026-03, `relief` as in the contract's forecast terms; `contacts` are those that a `volume_gap`
    adds. `approved_at` is in UTC seconds. A relief nobody approved, or without a reason, relieves nothing.
    """

    relief_key: str
    service_level: str
    month: str
    relief: str
    contacts: int | None
    approved_by: str
    approved_at: int | None
    reason: str
    clause_cited: str = ""


@dataclass(frozen=True, slots=True)
class Relieved:
    """An attainment with its relief, and how many contacts that added to those behind the number."""

    attainment: Attainment
    contacts: int
    is_whole: bool


def why_not_relievable(contract: Contract, level_id: str, relief: str) -> str:
    """Why a contract gives a level no relief of a kind, as a sentence; empty where it does."""
    terms = contract.forecast
    if level_id not in contract.service_levels:
        return f"the contract has no service level {level_id!r}"
    if terms is None:
        return f"the contract has no forecast terms, so that nothing relieves {level_id}"
    if level_id not in terms.excuses:
        return f"the forecast terms excuse {', '.join(terms.excuses)}, and not {level_id}"
    if terms.relief != relief:
        return f"the forecast terms give {terms.relief}, and not {relief}"
    return ""


def relieved(one: Attainment, standard: Standard, agreed: AgreedRelief) -> Relieved:
    """A missed attainment as the agreed relief leaves it; `standard` is what it was judged by.

    The counts stay those that were measured, but for the contacts a volume's gap adds: never more than were missed.
    """
    clause = f" under {agreed.clause_cited}" if agreed.clause_cited else ""
    if agreed.relief == "whole_month":
        counts = f"{one.ratio.numerator:,} of {one.ratio.denominator:,}"
        return Relieved(excused(one, f"relieved{clause}: not measured, where {counts} were"), 0, is_whole=True)
    contacts = min(agreed.contacts or 0, one.ratio.denominator - one.ratio.numerator)
    note = f"relieved{clause}: {contacts:,} contacts added for volume outside the forecast"
    return Relieved(with_contacts(one, standard, contacts, note), contacts, is_whole=False)


def excused(one: Attainment, note: str) -> Attainment:
    """An attainment that counts as not measured: it costs nothing and breaks no run of good months."""
    return replace(
        one, standing=Standing.NOT_MEASURED, value=None, exact=None, interval=None, note=joined(one.note, note)
    )


def with_contacts(one: Attainment, standard: Standard, contacts: int, note: str) -> Attainment:
    """An attainment judged again with contacts added that would have been answered in time."""
    ratio = Ratio(one.ratio.numerator + contacts, one.ratio.denominator, one.ratio.records)
    again = judge(standard, ratio, window=one.window, excluded=one.excluded, dimensions=one.dimensions)
    return replace(again, note=joined(again.note, note))


def joined(*notes: str) -> str:
    """Notes as one."""
    return "; ".join(note for note in notes if note)
