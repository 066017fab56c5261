"""Service levels that can't be reached, judged or defended: values, samples, windows, abandoned calls."""

from collections.abc import Iterator
from decimal import Decimal

from remit.performance.linting.findings import Finding, Path, error, listed, warning
from remit.performance.linting.mentions import credited_levels, values_in_credits
from remit.performance.measures.waiving import why_not_waivable
from remit.terms.contracts import Contract
from remit.terms.measure_terms import Abandonment, ServiceFactor, Throughput, Unit
from remit.terms.service_levels import ServiceLevel, WindowKind

_DAYS = {WindowKind.MONTH: 31, WindowKind.QUARTER: 92, WindowKind.WEEK: 7, WindowKind.CONTRACT_YEAR: 366}
_ROLLING = (WindowKind.ROLLING_DAYS, WindowKind.ROLLING_MONTHS)


def values_in_another_unit(contract: Contract) -> Iterator[Finding]:
    """A value must be written in what its measure counts: 30 seconds are no share, 95 % are no seconds."""
    for place, level, value in _values(contract):
        fault = _unit_fault(level, value)
        if fault is not None:
            yield error(place, *fault)


def _values(contract: Contract) -> Iterator[tuple[Path, ServiceLevel, Decimal]]:
    """Every value on a level's own scale, with its place."""
    for level_id, level in contract.service_levels.items():
        yield from ((place, level, value) for place, value in _own_values(level_id, level))
    for place, level_id, value in values_in_credits(contract):
        if level_id in contract.service_levels:
            yield place, contract.service_levels[level_id], value
    if contract.scorecard is not None:
        for level_id, scale in contract.scorecard.weights.items():
            if level_id in contract.service_levels:
                at: Path = ("scorecard", "weights", level_id)
                yield (*at, "zero_at"), contract.service_levels[level_id], scale.zero_at
                yield (*at, "full_at"), contract.service_levels[level_id], scale.full_at


def _own_values(level_id: str, level: ServiceLevel) -> Iterator[tuple[Path, Decimal]]:
    for word in ("expected", "minimum"):
        if getattr(level, word) is not None:
            yield ("service_levels", level_id, word), getattr(level, word)
    yield from ((("service_levels", level_id, "history", str(day)), value) for day, value in level.history.items())


def _unit_fault(level: ServiceLevel, value: Decimal) -> tuple[str, str] | None:
    unit = level.measure.value_unit
    if unit is Unit.SHARE:
        return _share_fault(level, value)
    if unit is Unit.SCORE:
        if abs(value) > 1 and level.measure.kind == "net_promoter":
            return f"{value} is beyond a score from -1 to 1", f'write {value} points as "{value}%"'
        return None
    if value < 0:
        return f"{value} is below nothing; {unit} are counted from 0", "write the value without a minus sign"
    may_be_part = isinstance(level.measure, Throughput) and level.measure.per != "window"
    if 0 < value < 1 and not may_be_part:
        example = "300 seconds" if unit is Unit.SECONDS else "1200"
        return f"{value} is a share, where {unit} are measured", f"write the value in {unit}, as {example}"
    return None


def _share_fault(level: ServiceLevel, value: Decimal) -> tuple[str, str] | None:
    may_pass_the_whole = not level.measure.is_share
    if value > 1 and not (may_pass_the_whole and value <= 2):
        hint = f'write "{value}%" if that is meant' if value <= 100 else "a share is written as 95% or 0.95"
        return f"{value} is more than the whole, where a share is measured", hint
    if value < 0 and not may_pass_the_whole:
        return f"{value} is less than nothing; no share can be below 0%", "write a share from 0% to 100%"
    return None


def levels_always_met(contract: Contract) -> Iterator[Finding]:
    """A standard that every result meets says nothing."""
    for level_id, level in contract.service_levels.items():
        is_empty = level.measure.is_share and level.expected == (1 if level.at_most else 0)
        if is_empty:
            what = f"every result meets {'at most 100%' if level.at_most else 'at least 0%'}"
            yield warning(("service_levels", level_id, "expected"), what, "write the level that was agreed")


def levels_without_a_single_miss(contract: Contract) -> Iterator[Finding]:
    """Where nothing may go wrong, one record decides; a low-volume rule or a lower level is what is mostly meant."""
    for level_id, level in contract.service_levels.items():
        is_perfect = level.measure.is_share and level.expected == (0 if level.at_most else 1)
        if is_perfect and level.low_volume is None:
            what = f"{'0%' if level.at_most else '100%'} is missed by a single record"
            yield warning(("service_levels", level_id, "expected"), what, _LOW_VOLUME)


_LOW_VOLUME = "add low_volume: {below: 20, then: allow_misses, misses: 1}, or set the level lower"


def critical_levels_without_minimum_volume(contract: Contract) -> Iterator[Finding]:
    """Of few records chance decides more than work does: 33 of 35 misses 95 % and says almost nothing."""
    for level_id, level in contract.service_levels.items():
        if level.is_critical and level.measure.is_share and level.low_volume is None and level.expected not in (0, 1):
            what = "has no minimum volume: in a month of few records chance decides about money"
            yield warning(("service_levels", level_id), what, "add low_volume: {below: 20, then: not_measured}")


def values_finer_than_their_rounding(contract: Contract) -> Iterator[Finding]:
    """A value is judged as rounded, so a standard with more places than it keeps is in truth another one."""
    for level_id, level in contract.service_levels.items():
        if level.rounding is None:
            continue
        for place, value in _own_values(level_id, level):
            rounded = level.rounding.apply(value)
            if rounded != value:
                what = f"{value} has more places than the {level.rounding.places} a value is rounded to"
                hint = f"no rounded value is {value}; keep more places, or write {rounded}"
                yield warning(place, what, hint)


def critical_levels_without_a_standard(contract: Contract) -> Iterator[Finding]:
    """A level with nothing expected is reported and never in default."""
    for level_id, level in contract.service_levels.items():
        if level.is_critical and level.expected is None and not level.history:
            what = "is critical, but nothing is expected of it"
            yield warning(("service_levels", level_id), what, "write expected: 95%, or class: key")


def critical_levels_without_credits(contract: Contract) -> Iterator[Finding]:
    """A critical level can earn credits; one no credit model names earns none."""
    critical = [level_id for level_id, level in contract.service_levels.items() if level.is_critical]
    if contract.credits is None and critical:
        what = f"{listed(critical)} {'are' if len(critical) > 1 else 'is'} critical, but the contract has no credits"
        yield warning(("service_levels",), what, "write credits, or class: key", rests_on=["credits"])
        return
    credited = {level for _, level in credited_levels(contract)}
    for level_id in critical:
        if level_id not in credited:
            what = "is critical, but no credit model names it"
            hint = "name it in a scheme of credits, or write class: key"
            yield warning(("service_levels", level_id), what, hint, rests_on=["credits"])


def minimums_without_credits(contract: Contract) -> Iterator[Finding]:
    """A minimum makes a miss the graver default; without money on the level it only changes a colour.

    A contract without any credits has its standards for the reports; there is nothing to argue about.
    """
    if contract.credits is None:
        return
    credited = {level for _, level in credited_levels(contract)}
    for level_id, level in contract.service_levels.items():
        if level.minimum is not None and not level.is_critical and level_id not in credited:
            what = "has a minimum, but no credit depends on it"
            hint = "name the level in a scheme of credits, or leave the minimum out"
            yield warning(("service_levels", level_id, "minimum"), what, hint, rests_on=["credits"])


def untreated_abandoned_calls(contract: Contract) -> Iterator[Finding]:
    """Callers who give up must be treated somewhere: in the factor's formula, or as a measure of their own."""
    measures = [level.measure for level in contract.service_levels.values()]
    has_abandonment = any(isinstance(measure, Abandonment) for measure in measures)
    for level_id, level in contract.service_levels.items():
        measure, place = level.measure, ("service_levels", level_id, "measure")
        if isinstance(measure, ServiceFactor) and measure.variant == 2 and not has_abandonment:
            what = (
                "variant 2 leaves abandoned calls out, and no other level counts them: letting callers go improves it"
            )
            hint = "take variant 3 or 4, or add a level of abandonment"
            yield warning((*place, "variant"), what, hint, rests_on=["service_levels"])
        if isinstance(measure, Abandonment) and measure.short_abandon is None:
            what = "counts callers who hang up at once, whom nobody could have answered"
            yield warning(place, what, "write short_abandon: 5 seconds, or agree that all count")


def windows_longer_than_the_term(contract: Contract) -> Iterator[Finding]:
    """A window that does not fit into the term never ends in it."""
    for level_id, level in contract.service_levels.items():
        window = level.window
        days = _DAYS.get(window.kind, window.length * (1 if window.kind is WindowKind.ROLLING_DAYS else 31))
        if days > contract.term_period.days + 3:
            what = f"a window of {days} days is longer than the term of {contract.term_period.days}"
            yield warning(("service_levels", level_id, "window"), what, "take a shorter window", rests_on=["term"])


def accumulation_in_rolling_windows(contract: Contract) -> Iterator[Finding]:
    """Rolling windows overlap already; carrying records on counts them again."""
    for level_id, level in contract.service_levels.items():
        carries = level.low_volume is not None and level.low_volume.then == "accumulate"
        if carries and level.window.kind in _ROLLING:
            what = "accumulates low volume over rolling windows, which share their records already"
            hint = "take not_measured, or a window by month or quarter"
            yield warning(("service_levels", level_id, "low_volume"), what, hint)


def glide_paths_past_the_minimum(contract: Contract) -> Iterator[Finding]:
    """The minimum is never harder than what is expected, on any day of a glide path."""
    for level_id, level in contract.service_levels.items():
        for day, value in level.history.items():
            is_harder = level.minimum is not None and (
                level.minimum < value if level.at_most else level.minimum > value
            )
            if is_harder:
                what = f"minimum {level.minimum} is harder than the {value} expected from {day}"
                hint = "lower the minimum, or begin the glide path at it"
                yield error(("service_levels", level_id, "history", str(day)), what, hint)


def rolling_windows_with_multiplier(contract: Contract) -> Iterator[Finding]:
    """One bad month stays in a rolling window for its whole length and would multiply its own credit."""
    if contract.credits is None or contract.credits.multiplier is None:
        return
    for place, level_id in credited_levels(contract):
        level = contract.service_levels.get(level_id)
        if level is not None and level.window.kind in _ROLLING:
            what = f"{level_id} has a rolling window, so one bad month counts as several running for the multiplier"
            yield warning(place, what, "measure it by month, or leave it out of the multiplied scheme")


def relief_nobody_can_give(contract: Contract) -> Iterator[Finding]:
    """A missed duty excuses records of a level, and the contract has no exclusion that could take them out."""
    for index, duty in enumerate(contract.obligations):
        for position, level_id in enumerate(duty.gives_relief):
            fault = why_not_waivable(contract, level_id) if level_id in contract.service_levels else ""
            if fault:
                hint = f"name {level_id} in the levels of an exclusion with waivers: true, or leave it out here"
                yield warning(("obligations", index, "gives_relief", position), fault, hint)
