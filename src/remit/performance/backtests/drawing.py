"""Drawing years from past months: whole months, so that levels that fail together go on failing together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from remit.performance.backtests.past_months import PastMonth
from remit.terms.contracts import Contract
from remit.terms.periods import Period, contract_year_of, months_between
from remit.terms.service_levels import WindowKind

_SELDOM = (WindowKind.QUARTER, WindowKind.CONTRACT_YEAR)


class Season(StrEnum):
    """From which past months a month of the year may be drawn."""

    NONE = "none"
    QUARTER = "quarter"
    MONTH = "month"

    def of(self, month: Period) -> int:
        """The season of a month; months of one season stand for each other."""
        number = month.start_on.month
        return {Season.NONE: 0, Season.QUARTER: (number - 1) // 3, Season.MONTH: number}[self]


@dataclass(frozen=True, slots=True)
class YearPlan:
    """The twelve places of a year and, for each, the past months (by their index) that may be drawn into it."""

    places: tuple[Period, ...]
    choices: tuple[tuple[int, ...], ...]

    @property
    def starts_on(self) -> date:
        return self.places[0].start_on

    def draws(self, *, years: int, seed: int) -> tuple[tuple[int, ...], ...]:
        """For each year, the index of the past month in each place; the same seed gives the same years.

        Numbers come from PCG64, whose stream is the same on every machine, and place by place, so that a longer run
        begins with the years of a shorter one.
        """
        rng = np.random.Generator(np.random.PCG64(seed))
        picked = rng.random((years, len(self.places)))
        return tuple(
            tuple(choices[int(share * len(choices))] for share, choices in zip(row, self.choices, strict=True))
            for row in picked
        )


def plan_year(contract: Contract, months: Sequence[PastMonth], season: Season = Season.NONE) -> YearPlan:
    """The contract year around the last past month, and which months may stand in each of its places.

    The calendar of the year is kept: what the terms say of November, or of the contract year's end, falls there. A
    level judged by the quarter has a result in every third month only, so such a month is drawn into such a place; a
    place whose like never happened takes any month.
    """
    first_month = contract.term.first_on.replace(day=1)
    year = contract_year_of(months[-1].period.start_on, term_starts_on=first_month)
    places = tuple(months_between(year.start_on, year.last_on))
    like = {month.period.start_on.month: _long_windows(contract, month) for month in months}
    choices = tuple(_choices(place, like, contract, months, season) for place in places)
    return YearPlan(places, choices)


def _choices(
    place: Period,
    like: dict[int, frozenset[str]],
    contract: Contract,
    months: Sequence[PastMonth],
    season: Season,
) -> tuple[int, ...]:
    every = range(len(months))
    in_season = [index for index in every if season.of(months[index].period) == season.of(place)]
    wanted = like.get(place.start_on.month)
    alike = [index for index in in_season if _long_windows(contract, months[index]) == wanted]
    return tuple(alike or in_season or every)


def _long_windows(contract: Contract, month: PastMonth) -> frozenset[str]:
    """The levels with a window that ends in some months only, a quarter or a contract year, and does so in this one."""
    return frozenset(
        name
        for name, windows in month.sums.items()
        if windows and name in contract.service_levels and contract.service_levels[name].window.kind in _SELDOM
    )
