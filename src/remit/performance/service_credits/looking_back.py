"""How far back the terms look: which earlier months must be judged so that the months asked for come out right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from remit.performance.service_credits.ratchets import ratchet_is_due
from remit.terms.contracts import Contract
from remit.terms.credit_terms import (
    CreditTerms,
    EventCountTerms,
    HowOften,
    PointStepsTerms,
    SeverityPointsTerms,
    YearBasis,
    YearCap,
    YearKind,
)
from remit.terms.periods import Period, add_months, contract_year_of, contract_year_with, month_of, months_between

Contracts = Sequence[Contract]


@dataclass(frozen=True, slots=True)
class _Reach:
    """How many months before a month its figure rests on; `is_endless` where no number would do."""

    months: int = 0
    is_endless: bool = False

    def __add__(self, other: "_Reach") -> "_Reach":
        return _Reach(self.months + other.months, self.is_endless or other.is_endless)

    def __or__(self, other: "_Reach") -> "_Reach":
        return _Reach(max(self.months, other.months), self.is_endless or other.is_endless)


_NOT_AT_ALL, _ENDLESS = _Reach(), _Reach(is_endless=True)


def settled_from(contracts: Contracts, first: Period, last: Period, *, term_starts_on: date) -> Period | None:
    """The first month to judge so that the months from `first` to `last` are settled right; None: from the very first.

    `contracts` are all versions of the terms. What one of them asks is asked of all months, since a month is settled
    by its own version and the months it looks back on by theirs. The months found are never fewer than needed; settling
    more changes nothing, which `tests/generative/test_looking_back_against_judging_all.py` holds against random terms.
    """
    levels = tuple(dict.fromkeys(name for contract in contracts for name in contract.service_levels))
    every = _credit_terms(contracts)
    reach = _union(_of_amounts(terms) for terms in every)
    judged = judged_from(contracts, levels, first, last, term_starts_on=term_starts_on)
    if judged is None or reach.is_endless:
        return None
    asked = tuple(months_between(first.start_on, last.start_on))
    ends_on = contracts[-1].term_period.end_on
    returned = [terms for terms in every if _may_return(terms, asked, term_starts_on, ends_on)]
    years = [] if not returned else [contract_year_with(first, term_starts_on=term_starts_on).start_on]
    amounts_from = _years_opened(every, min([first.start_on, *years]), term_starts_on)
    # Of the year before, only the charges are wanted; of the months within reach, only who failed.
    charges_from = [add_months(start, -12) for start in _years_before(every, amounts_from, term_starts_on)]
    return month_of(min([add_months(month_of(amounts_from).start_on, -reach.months), *charges_from]))


def judged_from(
    contracts: Contracts, levels: Sequence[str], first: Period, last: Period, *, term_starts_on: date
) -> Period | None:
    """The first month to judge so that some levels' attainments from `first` to `last` are right; None: the very first.

    Two things look back: samples that low volume carries on, as far as there are too few records, and a ratchet that
    has moved a standard, which it does from all months before.
    """
    for contract in contracts:
        for name in levels:
            level = contract.service_levels.get(name)
            if level is not None and level.low_volume is not None and level.low_volume.then == "accumulate":
                return None
    months = tuple(months_between(min(term_starts_on, first.start_on), last.start_on))
    for terms in _credit_terms(contracts):
        ratchet = terms.ratchet
        if ratchet is None or not set(levels) & set(ratchet.levels or terms.levels()):
            continue
        if any(ratchet_is_due(ratchet, month, term_starts_on=term_starts_on) for month in months):
            return None
    return first


def _credit_terms(contracts: Contracts) -> list[CreditTerms]:
    return [contract.credits for contract in contracts if contract.credits is not None]


def _union(reaches: Iterator[_Reach]) -> _Reach:
    found = _NOT_AT_ALL
    for one in reaches:
        found |= one
    return found


def _of_failures(terms: CreditTerms) -> _Reach:
    """How far back it is decided whether a scheme counts a failure of a month."""
    found = _months_before(terms.defaults.below_minimum) | _months_before(terms.defaults.below_expected)
    for scheme in terms.schemes:
        if isinstance(scheme, EventCountTerms):
            # Counting that starts over after a credit depends on when it last did, and so on to the first month.
            found |= _ENDLESS if scheme.starts_over and scheme.when.of > 1 else _months_before(scheme.when)
        if isinstance(scheme, PointStepsTerms) and scheme.average_with_month_before:
            found |= _Reach(1)
    return found


def _of_amounts(terms: CreditTerms) -> _Reach:
    """How far back a month's lines, notes and rights reach, but for what counts by the year."""
    failures = found = _of_failures(terms)
    if terms.multiplier is not None or any(isinstance(one, SeverityPointsTerms) for one in terms.schemes):
        # Failures running are counted over months that were not measured, however many.
        return _ENDLESS
    for scheme in terms.schemes:
        if isinstance(scheme, PointStepsTerms) and scheme.charges_of == "next month":
            found |= _Reach(1) + failures
    for trigger in terms.termination:
        found |= _months_before(trigger.when) + failures
    is_rolling = any(cap.year is YearKind.LAST_12_MONTHS for cap in _year_caps(terms))
    # What was given in the eleven months before was itself cut to what the eleven before those had left.
    return _ENDLESS if is_rolling else found


def _months_before(how_often: HowOften | None) -> _Reach:
    return _NOT_AT_ALL if how_often is None else _Reach(how_often.of - 1)


def _year_caps(terms: CreditTerms) -> Iterator[YearCap]:
    for limited in (terms, *terms.schemes):
        if limited.year_cap is not None:
            yield limited.year_cap


def _year_opened(cap: YearCap, day: date, term_starts_on: date) -> date:
    """The first day of the year of a cap that a day lies in."""
    if cap.year is YearKind.CALENDAR:
        return date(day.year, 1, 1)
    return contract_year_of(max(day, term_starts_on), term_starts_on=term_starts_on).start_on


def _years_opened(every: Sequence[CreditTerms], day: date, term_starts_on: date) -> date:
    """The day from which amounts must be right for those of a day to be: the start of each year that a cap counts in.

    Calendar and contract years that do not begin together lead from one into the other, back to the term's start.
    """
    caps = [cap for terms in every for cap in _year_caps(terms)]
    while True:
        opened = min([day, *(_year_opened(cap, day, term_starts_on) for cap in caps)])
        if opened == day or opened <= term_starts_on:
            return opened
        day = opened


def _years_before(every: Sequence[CreditTerms], day: date, term_starts_on: date) -> Iterator[date]:
    """The start of the year a day lies in, for each cap that is a share of the year before."""
    for terms in every:
        for cap in _year_caps(terms):
            if cap.of is YearBasis.YEAR_BEFORE:
                yield _year_opened(cap, day, term_starts_on)


def _may_return(terms: CreditTerms, asked: Sequence[Period], term_starts_on: date, term_ends_on: date) -> bool:
    """Whether an earn-back can be settled in one of some months: each month, or only where a contract year ends."""
    earnback = terms.earnback
    if earnback is None:
        return False
    if earnback.settled == "monthly" and earnback.when != "average":
        return True
    years = ((month, contract_year_with(month, term_starts_on=term_starts_on)) for month in asked)
    return any(month.end_on >= min(year.end_on, term_ends_on) for month, year in years)
