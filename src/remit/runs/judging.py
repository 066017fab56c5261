"""Judging months: every service level of every month measured with few queries, then judged in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from remit.ingest.contract_files import ContractVersions
from remit.performance.measures.windows import windows_ending_in
from remit.performance.service_credits import ratchet_is_due, ratcheted_expected
from remit.performance.service_levels import Attainment, LowVolume, MinimumSample, Ratio, Standard, carried_on, judge
from remit.runs.evidence import Evidence
from remit.runs.measured import NOTHING, Key, Measured, measure_level
from remit.terms.contracts import Contract
from remit.terms.periods import Period, months_between
from remit.terms.service_levels import ServiceLevel

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Request:
    """Which months to give, split by which dimensions, as of which instant (the facts' last one without it)."""

    first: Period | None = None
    last: Period | None = None
    dimensions: tuple[str, ...] = ()
    as_of: int | None = None

    def includes(self, month: Period) -> bool:
        """Whether a month is among those asked for."""
        is_late_enough = self.first is None or month.start_on >= self.first.start_on
        return is_late_enough and (self.last is None or month.end_on <= self.last.end_on)


EVERYTHING = Request()


@dataclass(slots=True)
class JudgedMonth:
    """One month's attainments; `windows` tells whose records stand behind each: its own, and those carried into it."""

    period: Period
    contract: Contract
    attainments: list[Attainment] = field(default_factory=list)
    breakdown: list[Attainment] = field(default_factory=list)
    windows: dict[tuple[str, Period], tuple[Period, ...]] = field(default_factory=dict)

    def windows_of(self, level_id: str) -> tuple[Period, ...]:
        """The windows of a level that are judged with this month."""
        level = self.contract.service_levels.get(level_id)
        if level is None:
            return ()
        return windows_ending_in(self.period, level.window, term=self.contract.term_period)


@dataclass(slots=True)
class _Carried:
    """What goes from month to month for one level: leftover samples, a moved standard, the values so far."""

    sample: Ratio | None = None
    windows: tuple[Period, ...] = ()
    standard: tuple[Decimal, Decimal | None] | None = None
    values: list[Fraction | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Walk:
    """What every step of one run needs: the terms, the facts, and the instant up to which open records have run."""

    versions: ContractVersions
    evidence: Evidence
    as_of: int

    def months(self, request: Request) -> tuple[Period, ...]:
        """The months from the first with facts in the term to the last asked for, or to the last with facts."""
        term = self.versions.latest.term_period
        first_at = self.evidence.first_at
        if first_at is None:
            return ()
        first_on = max(term.start_on, self.local_day(first_at))
        last_on = min(term.last_on, self.local_day(self.as_of))
        if request.last is not None:
            last_on = min(term.last_on, request.last.last_on)
        if request.first is not None:
            first_on = min(first_on, max(term.start_on, request.first.start_on))
        return tuple(months_between(first_on, last_on)) if first_on <= last_on else ()

    def local_day(self, at: int) -> date:
        """The day of an instant in the contract's zone."""
        return datetime.fromtimestamp(at, UTC).astimezone(self.versions.signed.zone).date()

    def pieces_of(self, month: JudgedMonth, window: Period) -> list[tuple[Contract, Period]]:
        """A window in the pieces that are each measured by one version of the terms."""
        if month.contract.amended_inside_period != "by_record":
            return [(month.contract, window)]
        edges = [window.start_on, *self.versions.changes_within(window), window.end_on]
        return [(self.versions.in_force_on(start), Period(start, end)) for start, end in pairwise(edges)]


def judge_months(
    walk: Walk,
    months: Sequence[Period],
    *,
    dimensions: tuple[str, ...] = (),
    levels: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> list[JudgedMonth]:
    """Every level (or those named) of every month, measured with as few queries as possible, then judged in order."""
    judged = [JudgedMonth(month, walk.versions.terms_for(month)) for month in months]
    known = dict.fromkeys(name for month in judged for name in month.contract.service_levels)
    level_ids = [name for name in known if not levels or name in levels]
    for position, level_id in enumerate(level_ids):
        if progress is not None:
            progress(f"measuring {level_id}", position, len(level_ids))
        measured = _measure(walk, judged, level_id)
        split = _measure(walk, judged, level_id, dimensions=dimensions) if dimensions else {}
        _judge_level(walk, judged, level_id, measured)
        _judge_split(judged, level_id, split, dimensions)
    return judged


@dataclass(slots=True)
class _Wanted:
    """The pieces of windows one version of the terms has to measure, and which window each is part of."""

    contract: Contract
    parts: list[tuple[Period, Period]] = field(default_factory=list)


def _measure(
    walk: Walk, judged: Sequence[JudgedMonth], level_id: str, *, dimensions: tuple[str, ...] = ()
) -> dict[Key, Measured]:
    """The sums of a level over all windows of all months, each by the terms in force in it."""
    sums: dict[Key, Measured] = {}
    for wanted in _wanted(walk, judged, level_id):
        pieces = {piece for _, piece in wanted.parts}
        found = measure_level(wanted.contract, level_id, pieces, walk.evidence, as_of=walk.as_of, dimensions=dimensions)
        whole = {piece: window for window, piece in wanted.parts}
        for (piece, values), measured in found.items():
            before = sums.get((whole[piece], values), NOTHING)
            sums[whole[piece], values] = Measured(before.ratio + measured.ratio, before.excluded + measured.excluded)
    return sums


def _wanted(walk: Walk, judged: Sequence[JudgedMonth], level_id: str) -> list[_Wanted]:
    """What is to be measured, by the version of the terms that measures it."""
    wanted: dict[int, _Wanted] = {}
    for month in judged:
        for window in month.windows_of(level_id):
            for contract, piece in walk.pieces_of(month, window):
                if level_id in contract.service_levels:
                    wanted.setdefault(id(contract), _Wanted(contract)).parts.append((window, piece))
    return list(wanted.values())


def _judge_level(walk: Walk, judged: Sequence[JudgedMonth], level_id: str, measured: dict[Key, Measured]) -> None:
    """One level month by month, since leftover samples and the ratchet look back."""
    carried = _Carried()
    for month in judged:
        level = month.contract.service_levels.get(level_id)
        if level is None:
            continue
        _move_standard(carried, month, level, term_starts_on=walk.versions.signed.term.first_on)
        standard = standard_of(level_id, level, month.period.start_on, moved=carried.standard)
        found = []
        for window in month.windows_of(level_id):
            sums = measured.get((window, ()), NOTHING)
            found.append(judge(standard, sums.ratio, window=window, excluded=sums.excluded, carried=carried.sample))
            month.windows[level_id, window] = (*carried.windows, window)
            carried.sample = carried_on(standard, sums.ratio, carried=carried.sample)
            carried.windows = (*carried.windows, window) if carried.sample is not None else ()
        month.attainments += found
        carried.values.append(found[-1].exact if found else None)


def _judge_split(
    judged: Sequence[JudgedMonth], level_id: str, split: dict[Key, Measured], dimensions: tuple[str, ...]
) -> None:
    """The level's parts by dimension, each judged by the whole's standard; nothing is carried on for them."""
    for month in judged:
        for window in month.windows_of(level_id):
            (whole,) = [one for one in month.attainments if one.service_level == level_id and one.window == window]
            standard = _standard_again(whole, month.contract.service_levels[level_id])
            month.breakdown += [
                judge(
                    standard,
                    sums.ratio,
                    window=window,
                    excluded=sums.excluded,
                    dimensions=tuple(zip(dimensions, values, strict=True)),
                )
                for (period, values), sums in sorted(split.items(), key=lambda item: item[0][1])
                if period == window
            ]


def _standard_again(whole: Attainment, level: ServiceLevel) -> Standard:
    """The standard the whole was judged by, where it may have been moved."""
    moved = None if whole.expected is None else (whole.expected, whole.minimum)
    return standard_of(whole.service_level, level, whole.window.start_on, moved=moved)


def _move_standard(carried: _Carried, month: JudgedMonth, level: ServiceLevel, *, term_starts_on: date) -> None:
    """The ratchet: from a due month on, the level is judged by what its best months have shown."""
    ratchet = None if month.contract.credits is None else month.contract.credits.ratchet
    if ratchet is None or level.expected is None:
        return
    if not ratchet_is_due(ratchet, month.period, term_starts_on=term_starts_on):
        return
    expected, minimum = carried.standard or (level.expected, level.minimum)
    stepped = ratcheted_expected(ratchet, carried.values, expected=expected, minimum=minimum, at_most=level.at_most)
    carried.standard = (stepped.expected, stepped.minimum)


def standard_of(
    level_id: str, level: ServiceLevel, day: date, *, moved: tuple[Decimal, Decimal | None] | None = None
) -> Standard:
    """What a level is judged by on a day: the contract's values, its glide path, or where the ratchet moved them."""
    expected, minimum = moved or (level.expected_on(day), level.minimum)
    low = level.low_volume
    return Standard(
        service_level=level_id,
        expected=expected,
        minimum=minimum,
        at_most=level.at_most,
        rounding=level.rounding,
        is_proportion=level.measure.is_share,
        is_critical=level.is_critical,
        minimum_sample=None if low is None else MinimumSample(low.below, LowVolume(low.then), low.misses),
    )
