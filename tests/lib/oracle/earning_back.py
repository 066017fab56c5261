"""What of earlier credits comes back in a month: by good months after, or by the contract year's average."""

from collections.abc import Sequence
from fractions import Fraction

from tests.lib.oracle.judging import BELOW_MINIMUM, MET, Judged
from tests.lib.oracle.months import Line, Month, contract_year
from tests.lib.oracle.words import Days, Words, flag, how_often, level_value, listed, number


def earned_back(months: Sequence[Month], term: Days) -> list[Line]:
    """The lines with the other sign, on the statement of the last of the months."""
    terms = months[-1].credits.get("earnback")
    if terms is None:
        return []
    terms = terms if isinstance(terms, dict) else {}
    year = [month for month in months if contract_year(month.days, term) == contract_year(months[-1].days, term)]
    found = []
    for index, month in enumerate(year):
        if str(month.days.first.month) not in listed(terms.get("never_for")):
            for level_id, amount in _given(month).items():
                if _may_come_back(level_id, month, terms) and _comes_now(level_id, index, year, terms, term):
                    back = months[-1].rounded(amount * number(terms.get("returns", "100%")))
                    found.append(Line(level_id, "", "earnback", -back))
    return found


def _given(month: Month) -> dict[str, Fraction]:
    """What each level cost in a month, by all schemes together."""
    found: dict[str, Fraction] = {}
    for line in month.lines:
        if line.kind == "credit" and line.amount:
            found[line.level_id] = found.get(line.level_id, Fraction(0)) + line.amount
    return found


def _may_come_back(level_id: str, month: Month, terms: Words) -> bool:
    if not flag(terms, "only_above_minimum", default=True):
        return True
    return not any(one.standing == BELOW_MINIMUM for one in month.windows(level_id))


def _comes_now(level_id: str, index: int, year: Sequence[Month], terms: Words, term: Days) -> bool:
    is_year_end = _is_year_end(year[-1].days, term)
    if terms.get("when", "every") == "average":
        return is_year_end and _is_good_on_average(level_id, year, terms)
    after = how_often(terms.get("after", "3 months"))[0]
    measured = [number for number in range(index + 1, len(year)) if year[number].windows(level_id)][:after]
    if len(measured) < after or not all(_is_good(level_id, year[number], terms) for number in measured):
        return False
    return is_year_end if terms.get("settled", "year_end") == "year_end" else measured[-1] == len(year) - 1


def _is_year_end(days: Days, term: Days) -> bool:
    after = Days(days.after, days.after)
    return days.after >= term.after or contract_year(after, term) != contract_year(days, term)


def _is_good(level_id: str, month: Month, terms: Words) -> bool:
    target = terms.get("target", {}).get(level_id)
    return all(
        _reaches(one.value, level_value(target), one) if target else one.standing == MET
        for one in month.windows(level_id)
    )


def _reaches(value: Fraction | None, target: Fraction | None, one: Judged) -> bool:
    assert value is not None
    assert target is not None
    return value <= target if one.at_most else value >= target


def _is_good_on_average(level_id: str, year: Sequence[Month], terms: Words) -> bool:
    windows = [one for month in year for one in month.windows(level_id)]
    if not windows:
        return False
    last = windows[-1]
    if terms.get("average_of", "months") == "records":
        under = sum((one.tally.under for one in windows), Fraction(0))
        average = sum((one.tally.over for one in windows), Fraction(0)) / under
    else:
        average = sum((one.value or Fraction(0) for one in windows), Fraction(0)) / len(windows)
    target = terms.get("target", {}).get(level_id)
    return _reaches(average, level_value(target) if target else last.expected, last)
