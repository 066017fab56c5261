"""Credits that a provider earns back with the months that follow, or with the whole contract year."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from remit.performance.service_credits.factors import cited
from remit.performance.service_credits.histories import SettledPeriod
from remit.performance.service_credits.statements import CreditLine, LineKind, Step
from remit.performance.service_credits.wording import money, percent, scaled
from remit.performance.service_levels import Attainment, Ratio, Standing
from remit.terms.credit_terms import CreditTerms, Earnback
from remit.terms.periods import Period


def earned_back(
    terms: CreditTerms, earnback: Earnback, settled: Sequence[SettledPeriod], *, year: Period
) -> list[CreditLine]:
    """The credits that this period gives back, as negative lines.

    `settled` are the periods of its contract year, `year`, up to itself.

    Why settled in the contract year only: an earn-back rewards recovery in the year whose charges were credited;
    what is not earned when the year ends is lost, not carried over. A month without a measurement neither counts
    towards the good months nor spoils them.
    """
    now = settled[-1]
    ends_year = now.measured.period.end_on >= year.end_on
    if not ends_year and (earnback.settled == "year_end" or earnback.when == "average"):
        return []
    lines = []
    for index, credited in enumerate(settled):
        for name in dict.fromkeys(one.service_level for one in credited.amounts if one.kind is LineKind.CREDIT):
            if not _is_returnable(earnback, credited, name):
                continue
            words = _earned(earnback, settled, index, name, year)
            if words:
                lines.append(_line(terms, earnback, credited, name, words))
    return [line for line in lines if line.amount]


def _is_returnable(earnback: Earnback, credited: SettledPeriod, name: str) -> bool:
    level = credited.levels.get(name)
    if level is None or credited.measured.period.start_on.month in earnback.never_for:
        return False
    return not (earnback.only_above_minimum and level.worst.standing is Standing.BELOW_MINIMUM)


def _earned(earnback: Earnback, settled: Sequence[SettledPeriod], index: int, name: str, year: Period) -> str:
    """How the credit of one month was earned back by now; empty where it was not."""
    if earnback.when == "average":
        return _earned_by_average(earnback, settled, name, year)
    after = [one for one in settled[index + 1 :] if name in one.levels and one.levels[name].is_measured]
    first = after[: earnback.after]
    if len(first) < earnback.after or not all(_is_good(earnback, one.levels[name].worst) for one in first):
        return ""
    if earnback.settled == "monthly" and first[-1] is not settled[-1]:
        return ""
    months = ", ".join(one.measured.period.label for one in first)
    return f"was at or better than {_target_words(earnback, first[-1].levels[name].worst)} in {months}"


def _earned_by_average(earnback: Earnback, in_year: Sequence[SettledPeriod], name: str, year: Period) -> str:
    months = [one.levels[name] for one in in_year if name in one.levels and one.levels[name].is_measured]
    if not months:
        return ""
    latest = months[-1].worst
    if earnback.average_of == "records":
        average = sum((month.ratio for month in months), Ratio(0, 0, 0)).value
    else:
        values = [month.worst.judged for month in months if month.worst.judged is not None]
        average = sum(values, Fraction(0)) / len(values)
    if average is None or not _reaches(earnback, latest, average):
        return ""
    return f"averaged {scaled(latest, average)} in {year.label}, at or better than {_target_words(earnback, latest)}"


def _is_good(earnback: Earnback, worst: Attainment) -> bool:
    if worst.service_level not in earnback.target or worst.judged is None:
        return worst.standing is Standing.MET
    return worst.standing is Standing.MET and _reaches(earnback, worst, worst.judged)


def _reaches(earnback: Earnback, worst: Attainment, value: Fraction) -> bool:
    target = _target(earnback, worst)
    return value <= target if worst.at_most else value >= target


def _target(earnback: Earnback, worst: Attainment) -> Decimal:
    # A month that was judged was judged against an expected level.
    return earnback.target.get(worst.service_level, worst.expected or Decimal(0))


def _target_words(earnback: Earnback, worst: Attainment) -> str:
    target = _target(earnback, worst)
    name = "its target" if worst.service_level in earnback.target else "its expected"
    return f"{name} {scaled(worst, target)}"


def _line(terms: CreditTerms, earnback: Earnback, credited: SettledPeriod, name: str, words: str) -> CreditLine:
    given = credited.credited(name)
    amount = terms.rounding.apply(earnback.returns * given)
    label = credited.measured.period.label
    said = f"{percent(earnback.returns)} of the credit of {money(given, terms.rounding)} for {label}"
    return CreditLine(
        service_level=name,
        amount=-amount,
        reason=f"{name} {words}: {said} is earned back{cited(earnback.clause or terms.clause)}",
        trace=(
            Step("credit", str(given), f"given for {label}"),
            Step("earned by", words, "earn-back"),
            Step("returns", percent(earnback.returns), "contract"),
        ),
        clause=earnback.clause or terms.clause,
        kind=LineKind.EARNBACK,
        uncapped=-amount,
    )
