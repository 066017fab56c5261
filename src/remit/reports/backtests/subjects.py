"""What a report on tested terms is about: one set of terms, or two side by side, and what they were tested on."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from remit.performance.backtests import Backtest, Chance, LevelDifference, LevelOutlook, Season, compared
from remit.reports.figures import amount_text

_SEASONS = {
    Season.NONE: "any past month",
    Season.QUARTER: "a past month of the same quarter",
    Season.MONTH: "the same month of a past year",
}


@dataclass(frozen=True, slots=True)
class TermsOnTrial:
    """One set of terms under a name that tells it from the other, with the hash of its files."""

    name: str
    sha256: str
    test: Backtest

    def level_name(self, level_id: str) -> str:
        """What the terms call a level; a scheme that is of no level goes by its own name."""
        level = self.test.contract.service_levels.get(level_id)
        return level_id if level is None else level.name

    def money(self, amount: Decimal) -> str:
        """An amount in the contract's currency, for a column whose head names it."""
        return amount_text(amount, self.test.contract.currency)


@dataclass(frozen=True, slots=True)
class TrialReport:
    """The terms tested, the first before the second; `facts_sha256` is of the records they were all tested on."""

    terms: tuple[TermsOnTrial, ...]
    facts_sha256: str
    remit_version: str
    recompute: str = ""

    @property
    def differences(self) -> tuple[LevelDifference, ...]:
        """Level by level what the second terms change; empty for one set of terms."""
        if len(self.terms) < 2:
            return ()
        return compared(self.terms[0].test, self.terms[1].test)


def chance_text(chance: Chance) -> str:
    """`38 % (76 of 200 years)`."""
    return f"{share_text(chance)} ({chance.years:,} of {chance.of:,} years)"


def share_text(chance: Chance) -> str:
    """`38 %`; of few years more places would say more than is known."""
    return f"{round(chance.share * 100)} %"


def missed_text(level: LevelOutlook) -> str:
    """`3 of 12`: months missed of those measured."""
    return f"{level.months_missed} of {level.months_measured}"


def drawn_text(test: Backtest) -> str:
    """How years were drawn, in one sentence."""
    places = _SEASONS[test.season]
    return f"{test.years:,} years drawn from {len(test.past)} past months, each place from {places}; seed {test.seed}"


def facts_of(terms: TermsOnTrial) -> Iterator[tuple[str, str]]:
    """The figures of the whole, each with its words, in reading order."""
    test, money = terms.test, terms.money
    outlook = test.outlook
    yield "Credit to expect in a year", money(outlook.expected)
    yield "Within this in 90 of 100 years", money(outlook.at_90)
    yield "Within this in 95 of 100 years", money(outlook.at_95)
    yield "Most in any drawn year", money(outlook.most)
    yield f"The {len(test.past)} past months themselves", money(test.credited)
    yield "Charges of an average year", money(test.charges_a_year)
    yield "Error from so few months (±)", money(outlook.months_error)
    yield "Error from the drawing (±)", money(outlook.drawing_error)
    yield "A cap bites in some month", chance_text(test.is_capped)
    yield "Months of a year in which one does", months_text(test.months_capped)
    yield "Something is earned back", chance_text(test.earns_back)
    yield "Earned back in a year", money(test.earned_back)
    yield "A right to terminate arises", chance_text(test.terminates)


def months_text(months: Fraction) -> str:
    """A mean number of months to two places."""
    return f"{round(float(months), 2):.2f}"
