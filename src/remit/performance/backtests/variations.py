"""Terms changed one thing at a time: what each would do to the credit to expect."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from remit.terms.contracts import Contract
from remit.terms.credit_terms import (
    Bound,
    CategoriesTerms,
    CreditTerms,
    EventCountTerms,
    PoolTerms,
    Scheme,
    SeverityPointsTerms,
    TiersTerms,
    WeightsTerms,
)
from remit.terms.durations import read_duration
from remit.terms.measure_terms import ServiceFactor, Turnaround, Unit
from remit.terms.service_levels import ServiceLevel

SHARE_STEP = Decimal("0.01")
"""A share's standards are moved by one percentage point."""
SCALE_STEP = Decimal("0.05")
"""Other standards are moved by a twentieth of themselves."""
ALLOCATION_STEP = Decimal("0.10")
"""Allocations are moved by ten percentage points."""
_SHORT_ABANDON = "5 seconds"
_BOUNDED: Mapping[type, str] = {TiersTerms: "tiers", SeverityPointsTerms: "bands", EventCountTerms: "trips"}


class What(StrEnum):
    """Which kind of term is changed."""

    FORMULA = "formula"
    EXPECTED = "expected"
    MINIMUM = "minimum"
    BOUNDS = "bounds"
    CALENDAR = "calendar"
    EXCLUSION = "exclusion"
    ALLOCATION = "allocation"


@dataclass(frozen=True, slots=True)
class Variation:
    """The terms with one thing changed; `measured_again` are the levels whose counts may be others then."""

    what: What
    subject: str
    change: str
    contract: Contract
    measured_again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Varied:
    """What one change would do: the credit to expect in a year without it and with it, on the same drawn years."""

    what: What
    subject: str
    change: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


def variations_of(contract: Contract) -> Iterator[Variation]:
    """Every change that means something for the levels the contract credits, in a fixed order.

    Changes that would make no sense are left out: a target below its minimum, a share above 100 %.
    """
    credits_ = contract.credits
    if credits_ is None:
        return
    for name in credits_.levels():
        if name not in contract.service_levels:
            continue
        yield from _formulas(contract, name)
        yield from _standards(contract, name)
        yield from _bounds(contract, credits_, name)
    yield from _calendars(contract)
    yield from _exclusions(contract)
    yield from _allocations(contract, credits_)


def _with_level(contract: Contract, name: str, **changes: object) -> Contract:
    level = contract.service_levels[name].model_copy(update=changes)
    return contract.model_copy(update={"service_levels": {**contract.service_levels, name: level}})


def _formulas(contract: Contract, name: str) -> Iterator[Variation]:
    """Each of the other formulas for contacts answered in time; short abandons are 5 s where the terms have none."""
    measure = contract.service_levels[name].measure
    if not isinstance(measure, ServiceFactor):
        return
    short = measure.short_abandon or read_duration(_SHORT_ABANDON)
    for variant in range(1, 7):
        if variant == measure.variant:
            continue
        changed = measure.model_copy(update={"variant": variant, "short_abandon": short})
        said = f"variant {measure.variant} → {variant}"
        assumed = variant in (5, 6) and measure.short_abandon is None
        said += f" (short abandons within {_SHORT_ABANDON})" if assumed else ""
        yield Variation(What.FORMULA, name, said, _with_level(contract, name, measure=changed), (name,))


def _standards(contract: Contract, name: str) -> Iterator[Variation]:
    level = contract.service_levels[name]
    for what, old in ((What.EXPECTED, level.expected), (What.MINIMUM, level.minimum)):
        if old is None or (what is What.EXPECTED and level.history):
            continue
        for new in _steps(level, old):
            changed = level.model_copy(update={str(what): new})
            if _makes_sense(changed):
                said = f"{_said(old, level)} → {_said(new, level)}"
                yield Variation(what, name, said, _with_level(contract, name, **{str(what): new}))


def _steps(level: ServiceLevel, value: Decimal) -> tuple[Decimal, Decimal]:
    step = SHARE_STEP if level.measure.value_unit is Unit.SHARE else abs(value) * SCALE_STEP
    return value - step, value + step


def _makes_sense(level: ServiceLevel) -> bool:
    sign = -1 if level.at_most else 1
    values = [value for value in (level.expected, level.minimum) if value is not None]
    is_share = level.measure.value_unit is Unit.SHARE
    if is_share and not all(0 <= value <= 1 for value in values):
        return False
    return level.expected is None or level.minimum is None or sign * level.minimum <= sign * level.expected


def _said(value: Decimal, level: ServiceLevel) -> str:
    unit = level.measure.value_unit
    if unit is Unit.SHARE:
        return f"{(value * 100).normalize():f} %"
    return f"{value.normalize():f}{' s' if unit is Unit.SECONDS else ''}"


def _bounds(contract: Contract, terms: CreditTerms, name: str) -> Iterator[Variation]:
    """The lines of tiers, severity bands or trips of a level, all moved by one step: there they are what is asked."""
    level = contract.service_levels[name]
    for index, scheme in enumerate(terms.schemes):
        field = _BOUNDED.get(type(scheme))
        if field is None or name not in scheme.levels():
            continue
        written = getattr(scheme, field)
        lines = written[name] if isinstance(written[name], tuple) else (written[name],)
        for sign in (-1, 1):
            moved = tuple(_moved(line, level, sign) for line in lines)
            if level.measure.value_unit is Unit.SHARE and not all(0 <= line.value <= 1 for line in moved):
                continue
            again = {**written, name: moved if isinstance(written[name], tuple) else moved[0]}
            said = f"{_all_said(lines, level)} → {_all_said(moved, level)}"
            changed = _with_scheme(contract, terms, index, scheme.model_copy(update={field: again}))
            yield Variation(What.BOUNDS, name, said, changed)


def _moved(line: Bound, level: ServiceLevel, sign: int) -> Bound:
    return line.model_copy(update={line.way: _steps(level, line.value)[sign > 0]})


def _all_said(lines: tuple[Bound, ...], level: ServiceLevel) -> str:
    return ", ".join(_said(line.value, level) for line in lines)


def _calendars(contract: Contract) -> Iterator[Variation]:
    """Each calendar of a clock with the days it is closed or special taken as any other."""
    for name, calendar in contract.calendars.items():
        timed = _timed_on(contract, name)
        has_holidays = calendar.closed or calendar.special or any(one.closed or one.special for one in calendar.changes)
        if timed and has_holidays:
            changed = {**contract.calendars, name: calendar.without_holidays()}
            yield Variation(
                What.CALENDAR, name, "holidays count as open", contract.model_copy(update={"calendars": changed}), timed
            )


def _timed_on(contract: Contract, calendar: str) -> tuple[str, ...]:
    found = []
    for name, level in contract.service_levels.items():
        measure = level.measure
        if isinstance(measure, Turnaround):
            names: tuple[str, ...] = contract.clocks[measure.clock].calendars
        else:
            names = (getattr(measure, "calendar", ""),)
        if calendar in names:
            found.append(name)
    return tuple(found)


def _exclusions(contract: Contract) -> Iterator[Variation]:
    for exclusion in contract.exclusions:
        kept = tuple(one for one in contract.exclusions if one.id != exclusion.id)
        clocks = {
            name: clock.model_copy(
                update={"stop_the_clock": tuple(one for one in clock.stop_the_clock if one != exclusion.id)}
            )
            for name, clock in contract.clocks.items()
        }
        changed = contract.model_copy(update={"exclusions": kept, "clocks": clocks})
        levels = exclusion.levels or tuple(contract.service_levels)
        yield Variation(What.EXCLUSION, exclusion.id, f"dropped ({exclusion.reason})", changed, tuple(levels))


def _allocations(contract: Contract, terms: CreditTerms) -> Iterator[Variation]:
    """Each level's share of what is at risk, ten points up and down; the pool's own limit is not asked."""
    for index, scheme in enumerate(terms.schemes):
        if not isinstance(scheme, PoolTerms | CategoriesTerms | WeightsTerms):
            continue
        for name in scheme.levels():
            share = _share_in(scheme, name)
            for new in (share - ALLOCATION_STEP, share + ALLOCATION_STEP):
                if not 0 <= new <= 1:
                    continue
                changed = _with_scheme(contract, terms, index, _allocated(scheme, name, new))
                said = f"{(share * 100).normalize():f} % → {(new * 100).normalize():f} %"
                yield Variation(What.ALLOCATION, name, said, changed)


def _share_in(scheme: PoolTerms | CategoriesTerms | WeightsTerms, name: str) -> Decimal:
    if isinstance(scheme, CategoriesTerms):
        return next(one.allocation[name] for one in scheme.categories.values() if name in one.allocation)
    return (scheme.allocation if isinstance(scheme, PoolTerms) else scheme.weights)[name]


def _allocated(scheme: PoolTerms | CategoriesTerms | WeightsTerms, name: str, share: Decimal) -> Scheme:
    if isinstance(scheme, PoolTerms):
        return scheme.model_copy(update={"allocation": {**scheme.allocation, name: share}})
    if isinstance(scheme, WeightsTerms):
        return scheme.model_copy(update={"weights": {**scheme.weights, name: share}})
    categories = {
        key: one
        if name not in one.allocation
        else one.model_copy(update={"allocation": {**one.allocation, name: share}})
        for key, one in scheme.categories.items()
    }
    return scheme.model_copy(update={"categories": categories})


def _with_scheme(contract: Contract, terms: CreditTerms, index: int, scheme: Scheme) -> Contract:
    schemes = (*terms.schemes[:index], scheme, *terms.schemes[index + 1 :])
    return contract.model_copy(update={"credits": terms.model_copy(update={"schemes": schemes})})


def largest_first(varied: Sequence[Varied]) -> tuple[Varied, ...]:
    """The largest difference first; equal ones in the order the changes were made."""
    return tuple(sorted(varied, key=lambda one: -abs(one.difference)))
