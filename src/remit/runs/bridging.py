"""Bridging: the provider's figure led over to ours step by step, each the effect of one thing set right.

Where the source gives a verdict for each record, every step is the records that one cause explains, and nothing is left
over. Where it gives a figure alone, the level is measured again with one thing changed at a time, then with two: what
gives their figure exactly explains it, and where nothing does the difference stands as unexplained. A change that only
comes nearer proves nothing and is not called a cause.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from remit.ingest.contract_files import ContractVersions
from remit.performance.measures.assembling import exclusions_concerning
from remit.performance.reconciliations import UNEXPLAINED, Bridge, Reconciliation, Reported, Station, bridged
from remit.performance.service_levels import Attainment, Ratio
from remit.runs.evidence import Evidence
from remit.runs.explaining import NotExplainable
from remit.runs.judging import Request, Walk, judge_months, walk_of
from remit.runs.measured import missing_tables, with_contracts
from remit.runs.reconciling import (
    CHANGES_OF_CLOCKS,
    Change,
    compare_records,
    counts_cause,
    figures_of,
    least_places_of,
    reconcile,
    rounds_to,
)
from remit.runs.wording import level_terms
from remit.terms.contracts import Contract
from remit.terms.measure_terms import ServiceFactor, Turnaround
from remit.terms.periods import Period

_IN_ORDER = (
    "missing",
    "extra",
    "late",
    "exclusion",
    "holidays",
    "calendar",
    "pauses",
    "stop",
    "priority",
    "formula",
    "rounding",
)
"""The classes of causes in the order in which a bridge sets them right: the records first, then how they are timed."""

_MOST_MOVING = 6
"""Of so many changes that move a figure each pair is tried: fifteen pairs, more would find one by chance."""


@dataclass(frozen=True, slots=True)
class _Factor:
    """One thing that may be otherwise on their side: in words, and what our run is with it."""

    cause: str
    applied: Callable[[Walk], Walk | None]


def bridge(
    versions: ContractVersions,
    evidence: Evidence,
    level_id: str,
    period: Period,
    *,
    reported: Reported | None = None,
    earlier: Evidence | None = None,
) -> Bridge:
    """The bridge from the provider's figure of a level and month to ours.

    Their figure is `reported`, else what the facts bring: a row of `provider_figures`, or verdicts on records.
    `earlier` are the facts as they stood when they reported, by which late data is told. Raises NotExplainable where
    there is no figure of theirs, or none of ours.
    """
    walk = walk_of(versions, evidence, None)
    if walk is None:
        raise NotExplainable("there are no facts to compare")
    if reported is None:
        if not figures_given(walk, level_id, period):
            return _over_records(reconcile(versions, evidence, level_id, Request(first=period, last=period)))
        reported = _figure_given(walk, level_id, period)
    return _over_figures(walk, level_id, period, reported, earlier)


def bridge_flags(
    versions: ContractVersions, evidence: Evidence, level_id: str, period: Period, flags: Mapping[str, bool]
) -> Bridge:
    """The bridge from the provider's verdicts on the records of a month, one by one; what they leave out is missing.

    Raises NotExplainable where the level judges no single record, or where there are no facts.
    """
    walk = walk_of(versions, evidence, None)
    if walk is None:
        raise NotExplainable("there are no facts to compare")
    terms = versions.terms_for(period)
    if level_id not in terms.service_levels or not terms.service_levels[level_id].measure.is_share:
        raise NotExplainable(f"{level_id} judges no single record in {period.label}; report its figure")
    return _over_records(compare_records(walk, level_id, [period], flags, is_whole=True))


def figures_given(walk: Walk, level_id: str, period: Period) -> bool:
    """Whether the facts bring the provider's own figure of a level and month."""
    if "provider_figures" not in walk.evidence.columns:
        return False
    return period.start_on.isoformat()[:7] in figures_of(walk, level_id)


def _figure_given(walk: Walk, level_id: str, period: Period) -> Reported:
    value, numerator, denominator = figures_of(walk, level_id)[period.start_on.isoformat()[:7]]
    return Reported(value, numerator, denominator)


def _over_records(found: Reconciliation) -> Bridge:
    """A step for each cause, with the records that it explains; the counts lead over exactly."""
    if found.ours is None or found.theirs is None:
        raise NotExplainable("the facts bring neither the provider's verdicts nor its figure of that month")
    causes = sorted({one.cause for one in found.differences}, key=_rank)
    numerator, denominator, stations = found.theirs.numerator, found.theirs.denominator, list[Station]()
    for cause in causes:
        mine = [one for one in found.differences if one.cause == cause]
        numerator += sum(int(one.ours is True) - int(one.theirs is True) for one in mine)
        denominator += sum(int(one.ours is not None) - int(one.theirs is not None) for one in mine)
        counts = Ratio(numerator, denominator, denominator)
        stations.append(Station(cause, counts, tuple(one.key for one in mine)))
    theirs = Reported(None, found.theirs.numerator, found.theirs.denominator)
    return _must(bridged(found.service_level, found.period, theirs, stations, ours=found.ours))


def _rank(cause: str) -> tuple[int, str]:
    """Where a cause stands in a bridge; what is unexplained comes first, next to their figure."""
    place = next((place for place, word in enumerate(_IN_ORDER, 1) if cause.startswith(word)), len(_IN_ORDER))
    return (0 if cause.startswith(UNEXPLAINED) else place), cause


def _must(found: Bridge | None) -> Bridge:
    if found is None:
        raise NotExplainable("one of the two sides has nothing measured in that month")
    return found


def _over_figures(
    walk: Walk, level_id: str, period: Period, theirs: Reported, earlier: Evidence | None
) -> Bridge:  # fmt: skip
    ours = _attained(walk, level_id, period)
    if ours is None:
        raise NotExplainable(f"{level_id} has no window that ends in {period.label}, or no facts there")
    target = _Target(theirs, least_places_of(walk.versions, level_id))
    way = _way_to(target, walk, ours, level_id, period, list(_factors(walk, level_id, earlier)))
    return _must(bridged(level_id, period, theirs, _stations(target, way, ours), ours=ours.ratio))


@dataclass(frozen=True, slots=True)
class _Target:
    """Their figure, and how near another must come to be the same: to the count, or to their last place."""

    theirs: Reported
    least_places: int

    def is_met(self, one: Attainment) -> bool:
        if self.theirs.numerator is not None and self.theirs.denominator is not None:
            return (one.ratio.numerator, one.ratio.denominator) == (self.theirs.numerator, self.theirs.denominator)
        value = self.theirs.value
        exact = one.ratio.value
        return value is not None and exact is not None and rounds_to(exact, value, least=self.least_places)


Way = list[tuple[str, Attainment]]
"""What is changed on our side, one thing after the other, with the figure after each."""


def _way_to(
    target: _Target, walk: Walk, ours: Attainment, level_id: str, period: Period, factors: Sequence[_Factor]
) -> Way | None:
    """The changes that lead from our figure to theirs: none, one, or two; None where none of them does."""
    if target.is_met(ours):
        return []
    moving: list[tuple[_Factor, Walk, Attainment]] = []
    for factor in factors:
        changed = factor.applied(walk)
        found = None if changed is None else _attained(changed, level_id, period)
        if changed is None or found is None or found.ratio == ours.ratio:
            continue
        if target.is_met(found):
            return [(factor.cause, found)]
        moving.append((factor, changed, found))
    for (_, changed, found), (second, _, _) in _pairs(moving):
        both = second.applied(changed)
        after = None if both is None else _attained(both, level_id, period)
        if after is not None and target.is_met(after):
            first = next(factor for factor, _, one in moving if one is found)
            return [(first.cause, found), (second.cause, after)]
    return None


def _pairs(
    moving: Sequence[tuple[_Factor, Walk, Attainment]],
) -> Iterator[tuple[tuple[_Factor, Walk, Attainment], tuple[_Factor, Walk, Attainment]]]:
    return combinations(moving[:_MOST_MOVING], 2)


def _stations(target: _Target, way: Way | None, ours: Attainment) -> list[Station]:
    """From their figure back to ours: first what rounding or nothing known accounts for, then each change undone."""
    if way is None:
        hint = "" if target.theirs.denominator is None else f" ({counts_cause(ours, target.theirs.denominator)})"
        return [Station(f"{UNEXPLAINED}{hint}", ours.ratio)]
    figures = [ours, *(found for _, found in way)]
    stations = [Station("rounding (their last place)", figures[-1].ratio)]
    for (cause, _), before in zip(reversed(way), reversed(figures[:-1]), strict=True):
        stations.append(Station(cause, before.ratio))
    return stations


def _attained(walk: Walk, level_id: str, period: Period) -> Attainment | None:
    """A level's last window that ends in a month, as a run measures it; None where there is nothing in it."""
    terms = walk.versions.terms_for(period)
    if level_id not in terms.service_levels or missing_tables(terms, level_id, walk.evidence):
        return None
    judged = judge_months(walk, walk.months_to_judge(period, level_id), levels=(level_id,))
    found = [one for month in judged if month.period == period for one in month.attainments]
    return found[-1] if found and found[-1].ratio.value is not None else None


def _factors(walk: Walk, level_id: str, earlier: Evidence | None) -> Iterator[_Factor]:
    """What may be otherwise on their side, the likeliest first."""
    for cause, change in (
        *_exclusions(walk.versions, level_id),
        *CHANGES_OF_CLOCKS,
        *_formulas(walk.versions, level_id),
    ):
        yield _Factor(cause, _with_terms(change, level_id))
    if earlier is not None:
        yield _Factor("late data (agrees by the facts as they stood when they reported)", _with_facts(earlier))


def _with_terms(change: Change, level_id: str) -> Callable[[Walk], Walk | None]:
    def applied(walk: Walk) -> Walk | None:
        def changed(contract: Contract) -> Contract:
            return change(contract, level_id) if level_id in contract.service_levels else contract

        versions = with_contracts(walk.versions, changed)
        return None if versions == walk.versions else replace(walk, versions=versions)

    return applied


def _with_facts(earlier: Evidence) -> Callable[[Walk], Walk | None]:
    def applied(walk: Walk) -> Walk | None:
        last = earlier.last_at
        if last is None or walk.evidence is earlier:
            return None
        return replace(walk, evidence=earlier, as_of=walk.as_of if walk.is_cut else last)

    return applied


def _exclusions(versions: ContractVersions, level_id: str) -> Iterator[tuple[str, Change]]:
    """Each exclusion of the level counted in, then all of them."""
    ids = dict.fromkeys(rule.id for one in versions.versions for rule in exclusions_concerning(one.contract, level_id))
    for name in ids:
        yield f"exclusion (agrees if {name} leaves nothing out)", _without({name})
    if len(ids) > 1:
        yield "exclusion (agrees if nothing is left out)", _without(set(ids))


def _without(names: set[str]) -> Change:
    def changed(contract: Contract, _level_id: str) -> Contract:
        kept = tuple(one for one in contract.exclusions if one.id not in names)
        return contract if len(kept) == len(contract.exclusions) else contract.model_copy(update={"exclusions": kept})

    return changed


def _formulas(versions: ContractVersions, level_id: str) -> Iterator[tuple[str, Change]]:
    """The other variants of the level's formula, and the other ways of saying which window a record belongs to."""
    level = level_terms(versions, level_id)
    if isinstance(level.measure, ServiceFactor):
        yield from _variants(level.measure)
    if isinstance(level.measure, Turnaround):
        instants = [one for one in ("start", "stop", "due") if one != level.attribute_to]
        for instant in instants:
            cause = f"formula (agrees if records belong to the window of their {instant})"
            yield cause, _with_level(attribute_to=instant)
        for word in ("left_out", "missed_once_past_target"):
            yield f"formula (agrees if open records are {word.replace('_', ' ')})", _with_level(still_open=word)


def _variants(measure: ServiceFactor) -> Iterator[tuple[str, Change]]:
    known = range(1, 7) if measure.short_abandon is not None else range(1, 5)
    for variant in known:
        if variant != measure.variant:
            yield f"formula (agrees by variant {variant})", _with_measure(variant=variant)


def _with_level(**changes: object) -> Change:
    def changed(contract: Contract, level_id: str) -> Contract:
        level = contract.service_levels[level_id].model_copy(update=changes)
        return contract.model_copy(update={"service_levels": {**contract.service_levels, level_id: level}})

    return changed


def _with_measure(**changes: object) -> Change:
    def changed(contract: Contract, level_id: str) -> Contract:
        measure = contract.service_levels[level_id].measure.model_copy(update=changes)
        return _with_level(measure=measure)(contract, level_id)

    return changed
