"""Months settled in order: models, rounding, one incident, caps from the inside out, then what is earned back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.lib.oracle.charging import Charged, charge_lines
from tests.lib.oracle.earning_back import earned_back
from tests.lib.oracle.judging import Judged, Levels
from tests.lib.oracle.models import MODELS, left_from_before, schemes_before
from tests.lib.oracle.months import Line, Month, apportioned, contract_year, shared_out
from tests.lib.oracle.ratcheting import ratcheted
from tests.lib.oracle.records import Records
from tests.lib.oracle.rights import rights_to_terminate
from tests.lib.oracle.versions import Versions
from tests.lib.oracle.words import Days, Words, flag, listed, months_between, number


@dataclass(frozen=True)
class Statement:
    """What the oracle says of a month."""

    month: Days
    judged: Sequence[Judged]
    charged: Sequence[Charged]
    base: Fraction
    lines: Sequence[Line]
    credit: Fraction
    rights: frozenset[str]


def settle(versions: Versions, records: Records, *, first: Days, last: Days, as_of: int) -> list[Statement]:
    """The statements of the months from one to another, all that comes before them being unknown."""
    levels = Levels(versions, records, as_of)
    months: list[Month] = []
    statements = []
    for days in months_between(first.first, last.first):
        contract = versions.judging(days)
        levels.moved = ratcheted(levels.moved, months, contract, days, versions.term)
        charges = charge_lines(contract, days, versions.term, records)
        months.append(Month(days, contract, levels.judged(days), charges))
        _settle_last(months, versions.term)
        month = months[-1]
        statements.append(
            Statement(
                days,
                month.judged,
                month.charges,
                month.money("base"),
                [line for line in month.lines if line.amount],
                sum((line.amount for line in month.lines), Fraction(0)),
                frozenset(rights_to_terminate(months)),
            )
        )
    return statements


def _settle_last(months: list[Month], term: Days) -> None:
    month = months[-1]
    lines = left_from_before(months)
    lines += [line for name, scheme in month.schemes.items() for line in MODELS[scheme["model"]](months, name, scheme)]
    schemes = {**schemes_before(months), **month.schemes}
    _round(lines, month, schemes)
    for together in listed(month.credits.get("same_incident")):
        _one_incident(lines, together)
    for name, scheme in schemes.items():
        for kind in ("credit", "bonus"):
            _cap([line for line in lines if (line.scheme, line.kind) == (name, kind)], months, scheme, term)
    _cap([line for line in lines if line.kind == "credit"], months, _whole_caps(month.credits), term)
    for line in lines:
        line.amount = -line.amount if line.kind == "bonus" else line.amount
    month.lines = lines
    month.lines += earned_back(months, term)


def _round(lines: list[Line], month: Month, schemes: Mapping[str, Words]) -> None:
    """Each line once; what a month's points cost is one amount, shared out by the points."""
    for name, scheme in schemes.items():
        mine = [line for line in lines if line.scheme == name and scheme["model"] == "point_steps"]
        whole = month.rounded(sum((line.amount for line in mine), Fraction(0)))
        for line, amount in zip(
            mine, apportioned([line.amount for line in mine], whole, month.unit_places), strict=True
        ):
            line.amount = amount
    for line in lines:
        line.amount = month.rounded(line.amount)


def _one_incident(lines: list[Line], together: Words) -> None:
    """Of the levels that one incident can miss together one credit counts: the one picked, or the largest."""
    if together.get("credit", "largest") == "all":
        return
    costs = {
        name: sum((line.amount for line in lines if (line.level_id, line.kind) == (name, "credit")), Fraction(0))
        for name in dict.fromkeys(line.level_id for line in lines)
        if name in listed(together["levels"])
    }
    if not any(costs.values()):
        return
    kept = max(costs, key=lambda level_id: costs[level_id])
    if together.get("credit") == "picked" and costs.get(together.get("picked", ""), 0):
        kept = together["picked"]
    for line in lines:
        if line.kind == "credit" and line.level_id in costs and line.level_id != kept:
            line.amount = Fraction(0)


def _whole_caps(terms: Words) -> Words:
    """The caps over all schemes: without a cap of the month the at-risk amount is one, unless it may be exceeded."""
    caps: Words = {word: terms[word] for word in ("month_cap", "year_cap") if word in terms}
    if "month_cap" not in caps and "at_risk" in terms and not flag(terms, "may_exceed_at_risk"):
        caps["month_cap"] = "at_risk"
    return caps


def _cap(lines: list[Line], months: list[Month], caps: Words, term: Days) -> None:
    """A month's cap, then a year's; `model` in the words tells a scheme's caps from those over all."""
    month, scheme = months[-1], caps if "model" in caps else None
    if "month_cap" in caps:
        _cut(lines, month.sum_of(caps["month_cap"], "base", scheme), month)
    if "year_cap" in caps and lines:
        limit = _year_limit(months, caps["year_cap"], scheme, term)
        if limit is not None:
            given = _given(_year_of(months, caps["year_cap"], term)[:-1], lines[0], scheme)
            _cut(lines, limit - given, month)


def _cut(lines: list[Line], room: Fraction, month: Month) -> None:
    amounts = shared_out([line.amount for line in lines], max(Fraction(0), room), month.unit_places)
    for line, amount in zip(lines, amounts, strict=True):
        line.amount = amount


def _given(months: Sequence[Month], like: Line, scheme: Words | None) -> Fraction:
    """Credits (or bonuses) given in months before, whatever was earned back of them."""
    return sum(
        (
            abs(line.amount)
            for month in months
            for line in month.lines
            if line.kind == like.kind and (scheme is None or line.scheme == like.scheme)
        ),
        Fraction(0),
    )


def _year_of(months: Sequence[Month], cap: Words, term: Days, *, back: int = 0) -> list[Month]:
    """The months of the last one's year, or of one so many years before."""
    kind = cap.get("year", "contract")
    if kind == "last 12 months":
        first = len(months) - 12 * (back + 1)
        return list(months[max(0, first) : max(0, first + 12)])

    def year(one: Month) -> int:
        return one.days.first.year if kind == "calendar" else contract_year(one.days, term)

    return [one for one in months if year(one) == year(months[-1]) - back]


def _own(month: Month, scheme: Words | None) -> Words | None:
    """A scheme as it stood in a month before."""
    return None if scheme is None else month.schemes.get(str(scheme.get("name", scheme["model"])), scheme)


def _year_limit(months: Sequence[Month], cap: Words, scheme: Words | None, term: Days) -> Fraction | None:
    if "amount" in cap:
        return months[-1].sum_of(cap, "base", scheme)
    of, charges = cap.get("of", "charges of the year"), cap.get("charges", "base")
    year, divisor = _year_of(months, cap, term), 1
    if of == "at-risk amounts of the year":
        charges = "at_risk"
    if of == "average month of the year before":
        year = _year_of(months, cap, term, back=1)
        divisor = len(year)
        if not year:
            return number(cap["first_year_amount"]) if "first_year_amount" in cap else None
    total = sum((one.money(charges, _own(one, scheme)) for one in year), Fraction(0))
    return total / divisor * number(cap["rate"])
