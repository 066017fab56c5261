"""The catalogue of service levels: what each measures in words, what is expected, on which hours, for what money."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from remit.performance.measures.definitions import definition_of
from remit.reports.contracts.leaves import InForce, level_text, share_text
from remit.terms.clocks import ALWAYS_OPEN
from remit.terms.contracts import Contract
from remit.terms.credit_terms import CategoriesTerms, PoolTerms, WeightsTerms
from remit.terms.measure_terms import Turnaround
from remit.terms.service_levels import MeasurementWindow, ServiceLevel, WindowKind

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Standard:
    """What is asked of a level from a day on, in words; None where nothing is."""

    from_on: date
    expected: str | None
    minimum: str | None
    brought_by: str | None


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One service level as the terms in force on a day have it.

    `credits` says what the level means for money, a sentence a scheme; `history` is what was expected when.
    """

    id: str
    name: str
    is_critical: bool
    definition: str
    clause: str | None
    expected: str | None
    minimum: str | None
    at_most: bool
    window: str
    clock: str | None
    calendars: tuple[str, ...]
    condition: str | None
    exclusions: tuple[str, ...]
    credits: tuple[str, ...]
    scorecard_weight: str | None
    history: tuple[Standard, ...]


def catalogue_of(versions: Sequence[InForce], *, on: date) -> tuple[LevelRow, ...]:
    """Every service level by the terms in force on a day, in the order of the file."""
    begun = [one.contract for one in versions[1:] if one.from_on <= on]
    contract = begun[-1] if begun else versions[0].contract
    return tuple(_row(contract, name, versions, on) for name in contract.service_levels)


def _row(contract: Contract, name: str, versions: Sequence[InForce], on: date) -> LevelRow:
    level = contract.service_levels[name]
    scorecard = contract.scorecard.weights.get(name) if contract.scorecard is not None else None
    return LevelRow(
        id=name,
        name=level.name,
        is_critical=level.is_critical,
        definition=definition_of(contract, name),
        clause=level.clause,
        expected=_expected_text(level, on),
        minimum=_minimum_text(level),
        at_most=level.at_most,
        window=window_text(level.window),
        clock=level.measure.clock if isinstance(level.measure, Turnaround) else None,
        calendars=_calendars(contract, level),
        condition=level.measure.where,
        exclusions=tuple(_exclusions(contract, name)),
        credits=tuple(_credits(contract, name)),
        scorecard_weight=None if scorecard is None else share_text(scorecard.weight),
        history=tuple(_history(name, versions)),
    )


def window_text(window: MeasurementWindow) -> str:
    """A measurement window in the contract's own words: `calendar month`, `week from Monday`, `rolling 30 days`."""
    if window.kind is WindowKind.WEEK:
        return f"week from {_WEEKDAYS[window.first_weekday]}"
    if window.kind in (WindowKind.ROLLING_DAYS, WindowKind.ROLLING_MONTHS):
        return f"rolling {window.length} {window.kind.value.removeprefix('rolling ')}"
    return window.kind.value


def _expected_text(level: ServiceLevel, on: date) -> str | None:
    expected = level.expected_on(on)
    return None if expected is None else level_text(expected, level.measure.value_unit)


def _minimum_text(level: ServiceLevel) -> str | None:
    return None if level.minimum is None else level_text(level.minimum, level.measure.value_unit)


def _calendars(contract: Contract, level: ServiceLevel) -> tuple[str, ...]:
    """The calendars a level is counted on; the one that never closes is left out, since nobody draws it."""
    measure = level.measure
    if isinstance(measure, Turnaround):
        named = contract.clocks[measure.clock].calendars
    else:
        named = tuple(one for one in (getattr(measure, "calendar", None),) if isinstance(one, str))
    return tuple(name for name in named if name != ALWAYS_OPEN and name in contract.calendars)


def _exclusions(contract: Contract, name: str) -> Iterator[str]:
    level = contract.service_levels[name]
    clock = contract.clocks[level.measure.clock] if isinstance(level.measure, Turnaround) else None
    for exclusion in contract.exclusions:
        if exclusion.stop_the_clock or exclusion.planned_outages_of:
            concerns = clock is not None and exclusion.id in clock.stop_the_clock
        elif exclusion.levels:
            concerns = name in exclusion.levels
        else:
            concerns = exclusion.waivers or exclusion.of == level.measure.table
        if concerns:
            yield f"{exclusion.id}: {exclusion.reason}"


def _credits(contract: Contract, name: str) -> Iterator[str]:
    for scheme in contract.credits.schemes if contract.credits is not None else ():
        if name not in scheme.levels():
            continue
        title = f"{scheme.key.replace('_', ' ')}"
        if isinstance(scheme, PoolTerms | CategoriesTerms | WeightsTerms):
            share, words = scheme.share_of(name)
            yield f"{title}: {share_text(share)} ({words}) of the at-risk amount"
        else:
            yield title


def _history(name: str, versions: Sequence[InForce]) -> Iterator[Standard]:
    """What was asked from when, by amendments and by the glide path; each line differs from the one before."""
    told: tuple[str | None, str | None] | None = None
    for position, version in enumerate(versions):
        following = versions[position + 1].from_on if position + 1 < len(versions) else date.max
        level = version.contract.service_levels.get(name)
        if level is None:
            if told is not None:
                yield Standard(version.from_on, None, None, version.amendment)
            told = None
            continue
        steps = [day for day in sorted(level.history) if version.from_on < day < following]
        for day in (version.from_on, *steps):
            now = (_expected_text(level, day), _minimum_text(level))
            if now != told:
                yield Standard(day, *now, version.amendment if day == version.from_on else "glide path")
            told = now
