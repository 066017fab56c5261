"""Two drafts on the same past months: what differs in the credit to expect, level by level, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from remit.performance.backtests.estimates import Backtest, LevelOutlook, cents
from remit.terms.contracts import Contract


@dataclass(frozen=True, slots=True)
class LevelDifference:
    """One level under two drafts; an amount is None where a draft has no such level or never credits it.

    `reasons` say what differs: what is measured, what is asked for, how often it was missed, what it costs.
    """

    service_level: str
    first: Decimal | None
    second: Decimal | None
    reasons: tuple[str, ...]

    @property
    def difference(self) -> Decimal:
        return (self.second or Decimal(0)) - (self.first or Decimal(0))


def compared(first: Backtest, second: Backtest) -> tuple[LevelDifference, ...]:
    """Every level that either draft credits, the largest difference first, then in the drafts' order."""
    ours = {one.service_level: one for one in first.levels}
    theirs = {one.service_level: one for one in second.levels}
    found = [
        LevelDifference(
            name,
            None if name not in ours else ours[name].outlook.expected,
            None if name not in theirs else theirs[name].outlook.expected,
            tuple(_reasons(first, second, name, ours.get(name), theirs.get(name))),
        )
        for name in dict.fromkeys([*ours, *theirs])
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.difference)))


def _reasons(
    first: Backtest, second: Backtest, name: str, ours: LevelOutlook | None, theirs: LevelOutlook | None
) -> Iterator[str]:
    if ours is None or theirs is None:
        yield f"only the {'second' if ours is None else 'first'} draft credits it"
        return
    if _measured_by(first.contract, name) != _measured_by(second.contract, name):
        yield "it is measured otherwise"
    yield from _standards(first, second, name)
    if ours.months_missed != theirs.months_missed:
        yield f"missed in {ours.months_missed} of the past months, then in {theirs.months_missed}"
    if _share(first.contract, name) != _share(second.contract, name):
        yield f"its share of what is at risk is {_share(first.contract, name)}, then {_share(second.contract, name)}"
    elif _money_terms(first.contract) != _money_terms(second.contract):
        yield "the credit terms around it differ"
    if _charged(first) != _charged(second):
        yield f"charges of a month are {_charged(first):,f} on average, then {_charged(second):,f}"


def _measured_by(contract: Contract, name: str) -> tuple[object, ...]:
    """All that decides a level's counts: its measure and window, and what clocks, calendars and exclusions say."""
    level = contract.service_levels.get(name)
    if level is None:
        return ()
    around = (contract.clocks, contract.calendars, contract.exclusions, contract.time_zone)
    return (level.measure, level.window, level.attribute_to, level.still_open, *around)


def _standards(first: Backtest, second: Backtest, name: str) -> Iterator[str]:
    for word in ("expected", "minimum"):
        before, after = (_last_standard(one, name, word) for one in (first, second))
        if before != after:
            yield f"its {word} level is {_said(before)}, then {_said(after)}"


def _last_standard(backtest: Backtest, name: str, word: str) -> Decimal | None:
    found = [one for month in backtest.months for one in month.attainments if one.service_level == name]
    standard: Decimal | None = getattr(found[-1], word) if found else None
    return standard


def _said(value: Decimal | None) -> str:
    """A standard in its level's own scale: shares as percent."""
    if value is None:
        return "none"
    return f"{(value * 100).normalize():f} %" if abs(value) <= 1 else f"{value.normalize():f}"


def _share(contract: Contract, name: str) -> str:
    """The level's allocation in each scheme that has one."""
    terms = contract.credits
    shares = [] if terms is None else [scheme.share_of(name)[0] for scheme in terms.schemes
              if hasattr(scheme, "share_of") and name in scheme.levels()]  # fmt: skip
    return " and ".join(_said(share) for share in shares) or "none"


def _money_terms(contract: Contract) -> object:
    return contract.credits


def _charged(backtest: Backtest) -> Decimal:
    base = sum((Fraction(one.charges) for one in backtest.statements), Fraction(0))
    return cents(base / len(backtest.statements))
