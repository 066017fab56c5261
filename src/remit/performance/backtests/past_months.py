"""Past months as counts and charges, and what terms make of them: judged and settled in order, nothing else asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from remit.performance.service_credits import (
    Course,
    CreditStatement,
    MeasuredPeriod,
    Memory,
    PeriodCharges,
    settle,
)
from remit.performance.service_levels import Attainment, Ratio
from remit.terms.contracts import Contract, TermOfContract
from remit.terms.periods import Period


@dataclass(frozen=True, slots=True)
class WindowSums:
    """A level's counts over one of its windows; `excluded` records were left out of them."""

    window: Period
    ratio: Ratio
    excluded: int = 0


@dataclass(frozen=True, slots=True)
class PastMonth:
    """What happened in one month, as one version of the terms counts it, and what it was charged.

    `sums` has the windows of each level that end in the month: none for a level that has no window there.
    """

    period: Period
    sums: Mapping[str, tuple[WindowSums, ...]]
    charges: PeriodCharges


def replayed_terms(contract: Contract, months: Sequence[Period]) -> Contract:
    """The terms as if they had been in force over past months.

    Terms that already ran in one of them keep their dates, and only their term is widened to hold all. Terms that begin
    later are taken as they stand on their first day: the glide path's level of that day, and the charges due then,
    without their dates; otherwise a draft of next year would be tested on no charges at all.
    """
    first, last = months[0], months[-1]
    own = contract.term_period
    is_known = own.overlaps(Period(first.start_on, last.end_on))
    first_on = min(own.start_on, first.start_on) if is_known else first.start_on
    term = TermOfContract.model_construct(first_on=first_on, last_on=max(last.last_on, own.last_on))
    if is_known:
        return contract.model_copy(update={"term": term})
    levels = {
        name: level.model_copy(update={"expected": level.expected_on(own.start_on), "history": {}})
        for name, level in contract.service_levels.items()
    }
    charges = tuple(
        line.model_copy(update={"first_on": None, "last_on": None})
        for line in contract.charges
        if (line.first_on is None or line.first_on <= own.start_on)
        and (line.last_on is None or line.last_on >= own.start_on)
    )
    return contract.model_copy(update={"term": term, "service_levels": levels, "charges": charges})


def judged_months(
    contract: Contract, months: Sequence[tuple[Period, PastMonth]], *, term_starts_on: date, memory: Memory
) -> list[MeasuredPeriod]:
    """Months judged in the order given, each in the place of a period: `(2026-01, what happened in 2025-07)`.

    Windows keep the days they were measured on. What looks back, carried samples and the ratchet, does so in the order
    of the places.
    """
    attainments: list[list[Attainment]] = [[] for _ in months]
    for level_id in _known(contract, months):
        course = Course(level_id, term_starts_on, memory)
        for (place, month), found in zip(months, attainments, strict=True):
            standard = course.standard_in(contract, place)
            own = [
                course.judged(standard, one.ratio, window=one.window, excluded=one.excluded)
                for one in month.sums.get(level_id, ())
            ]
            course.end_month(own)
            found.extend(own)
    pairs = zip(months, attainments, strict=True)
    return [MeasuredPeriod(place, tuple(found), month.charges) for (place, month), found in pairs]


def _known(contract: Contract, months: Sequence[tuple[Period, PastMonth]]) -> list[str]:
    """The levels that were measured: those the credits don't name need not be."""
    return [name for name in contract.service_levels if any(name in month.sums for _, month in months)]


def settled_months(
    contract: Contract,
    months: Sequence[tuple[Period, PastMonth]],
    *,
    term_starts_on: date,
    memory: Memory | None = None,
) -> tuple[tuple[MeasuredPeriod, ...], tuple[CreditStatement, ...]]:
    """The months judged, and their statements; the first is settled as if nothing had been before it.

    Whoever settles many years of the same months and terms hands over a `memory` for the judging they share.
    """
    shared: Memory = {} if memory is None else memory
    judged = judged_months(contract, months, term_starts_on=term_starts_on, memory=shared)
    terms = {one.period: contract.credits for one in judged}
    return tuple(judged), settle(terms, judged, currency=contract.currency, term_starts_on=term_starts_on)
