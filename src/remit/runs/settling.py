"""Settling: every service level of every month from the first, judged; then the credits that follow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from remit import __version__
from remit.finance.charges import charges_of, volume_lines
from remit.ingest.contract_files import ContractVersions
from remit.performance.measures.windows import windows_ending_in
from remit.performance.service_credits import MeasuredPeriod, PeriodCharges, ratchet_is_due, ratcheted_expected, settle
from remit.performance.service_levels import Attainment, LowVolume, MinimumSample, Ratio, Standard, carried_on, judge
from remit.performance.settlements import Provenance, Settlement
from remit.runs.evidence import Evidence
from remit.runs.measured import NOTHING, Key, Measured, charged_volumes, measure_level
from remit.terms.contracts import Contract
from remit.terms.periods import Period, months_between
from remit.terms.service_levels import ServiceLevel

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Request:
    """Which months to print, split by which dimensions, as of which instant (the facts' last one without it)."""

    first: Period | None = None
    last: Period | None = None
    dimensions: tuple[str, ...] = ()
    as_of: int | None = None


@dataclass(slots=True)
class _Level:
    """What is carried from month to month for one level: leftover samples and a moved standard."""

    carried: Ratio | None = None
    carried_windows: tuple[Period, ...] = ()
    moved: tuple[Decimal, Decimal | None] | None = None
    values: list[Fraction | None] = field(default_factory=list)


@dataclass(slots=True)
class JudgedMonth:
    """One month's attainments, with the windows whose records stand behind each (its own, and those carried into it)."""

    period: Period
    contract: Contract
    attainments: list[Attainment] = field(default_factory=list)
    breakdown: list[Attainment] = field(default_factory=list)
    windows: dict[tuple[str, Period], tuple[Period, ...]] = field(default_factory=dict)


def settle_contract(
    versions: ContractVersions, evidence: Evidence, request: Request = Request(), *, progress: Progress | None = None
) -> tuple[Settlement, ...]:
    """The settlements of the months asked for, in order.

    Months are judged and settled from the first one that has facts, whatever is asked for: repeated failures,
    earn-backs and yearly caps look back. Without facts there is nothing to settle, and the result is empty.
    """
    as_of = request.as_of if request.as_of is not None else evidence.last_at
    if as_of is None:
        return ()
    months = months_to_judge(versions, evidence, request, as_of=as_of)
    judged = judge_months(versions, evidence, months, as_of=as_of, dimensions=request.dimensions, progress=progress)
    term = versions.versions[0].contract.term_period
    history = [
        MeasuredPeriod(month.period, tuple(month.attainments), _charges(month, evidence, as_of)) for month in judged
    ]
    statements = settle(
        {month.period: month.contract.credits for month in judged},
        history,
        currency=versions.versions[0].contract.currency,
        term_starts_on=term.start_on,
    )
    provenance = _provenance(versions, evidence, as_of)
    return tuple(
        Settlement(month.period, tuple(month.attainments), tuple(month.breakdown), statement, provenance)
        for month, statement in zip(judged, statements, strict=True)
        if _is_asked_for(month.period, request)
    )


def months_to_judge(
    versions: ContractVersions, evidence: Evidence, request: Request, *, as_of: int
) -> tuple[Period, ...]:
    """The months from the first with facts in the term to the last asked for, or to the last with facts."""
    contract = versions.versions[0].contract
    term = versions.versions[-1].contract.term_period
    first_at = evidence.first_at
    if first_at is None:
        return ()
    first_on = max(term.start_on, local_day(first_at, contract))
    last_on = min(term.last_on, local_day(as_of, contract))
    if request.last is not None:
        last_on = min(term.last_on, request.last.last_on)
    if request.first is not None:
        first_on = min(first_on, max(term.start_on, request.first.start_on))
    return tuple(months_between(first_on, last_on)) if first_on <= last_on else ()


def local_day(at: int, contract: Contract) -> date:
    """The day of an instant in the contract's zone."""
    return datetime.fromtimestamp(at, UTC).astimezone(contract.zone).date()


def judge_months(  # noqa: PLR0913 - a walk's contract, facts, months, instant, split and progress
    versions: ContractVersions,
    evidence: Evidence,
    months: Sequence[Period],
    *,
    as_of: int,
    dimensions: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> list[JudgedMonth]:
    """Every level of every month, measured with as few queries as possible, then judged in order."""
    judged = [JudgedMonth(month, versions.terms_for(month)) for month in months]
    level_ids = list(dict.fromkeys(name for month in judged for name in month.contract.service_levels))
    for position, level_id in enumerate(level_ids):
        if progress is not None:
            progress(level_id, position, len(level_ids))
        measured = _measure(versions, judged, level_id, evidence, as_of=as_of, dimensions=())
        split = _measure(versions, judged, level_id, evidence, as_of=as_of, dimensions=dimensions) if dimensions else {}
        _judge_level(
            judged, level_id, measured, split, dimensions, term_starts_on=versions.versions[0].contract.term.first_on
        )
    if progress is not None:
        progress("", len(level_ids), len(level_ids))
    return judged


def _windows(month: JudgedMonth, level_id: str) -> tuple[Period, ...]:
    level = month.contract.service_levels.get(level_id)
    return () if level is None else windows_ending_in(month.period, level.window, term=month.contract.term_period)


def pieces_of(versions: ContractVersions, month: JudgedMonth, window: Period) -> list[tuple[Contract, Period]]:
    """A window in the pieces that are each measured by one version of the terms."""
    if month.contract.amended_inside_period != "by_record":
        return [(month.contract, window)]
    changes = [day for day in versions.changes_within(window) if window.start_on < day < window.end_on]
    edges = [window.start_on, *changes, window.end_on]
    return [(versions.in_force_on(start), Period(start, end)) for start, end in zip(edges, edges[1:], strict=False)]


def _measure(  # noqa: PLR0913
    versions: ContractVersions,
    judged: Sequence[JudgedMonth],
    level_id: str,
    evidence: Evidence,
    *,
    as_of: int,
    dimensions: tuple[str, ...],
) -> dict[Key, Measured]:
    """The sums of a level over all windows of all months, each by the terms in force in it."""
    wanted: dict[int, tuple[Contract, set[Period]]] = {}
    made_of: dict[Period, list[tuple[int, Period]]] = {}
    for month in judged:
        for window in _windows(month, level_id):
            for contract, piece in pieces_of(versions, month, window):
                if level_id in contract.service_levels:
                    wanted.setdefault(id(contract), (contract, set()))[1].add(piece)
                    made_of.setdefault(window, []).append((id(contract), piece))
    found = {
        name: measure_level(contract, level_id, pieces, evidence, as_of=as_of, dimensions=dimensions)
        for name, (contract, pieces) in wanted.items()
    }
    sums: dict[Key, Measured] = {}
    for window, parts in made_of.items():
        for name, piece in parts:
            for (period, values), measured in found[name].items():
                if period == piece:
                    before = sums.get((window, values), Measured(NOTHING, 0))
                    sums[window, values] = Measured(before.ratio + measured.ratio, before.excluded + measured.excluded)
    return sums


def _judge_level(  # noqa: PLR0913
    judged: Sequence[JudgedMonth],
    level_id: str,
    measured: dict[Key, Measured],
    split: dict[Key, Measured],
    dimensions: tuple[str, ...],
    *,
    term_starts_on: date,
) -> None:
    state = _Level()
    for month in judged:
        level = month.contract.service_levels.get(level_id)
        if level is None:
            continue
        _move_standard(state, month, level_id, level, term_starts_on)
        standard = standard_of(level_id, level, month.period.start_on, moved=state.moved)
        before = len(month.attainments)
        for window in _windows(month, level_id):
            sums = measured.get((window, ()), Measured(NOTHING, 0))
            attainment = judge(standard, sums.ratio, window=window, excluded=sums.excluded, carried=state.carried)
            month.attainments.append(attainment)
            month.windows[level_id, window] = (*state.carried_windows, window)
            state.carried = carried_on(standard, sums.ratio, carried=state.carried)
            state.carried_windows = (*state.carried_windows, window) if state.carried is not None else ()
            month.breakdown += _breakdown(standard, split, window, dimensions)
        state.values.append(month.attainments[-1].exact if len(month.attainments) > before else None)


def _breakdown(
    standard: Standard, split: dict[Key, Measured], window: Period, dimensions: tuple[str, ...]
) -> list[Attainment]:
    return [
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


def _move_standard(state: _Level, month: JudgedMonth, level_id: str, level: ServiceLevel, term_starts_on: date) -> None:
    """The ratchet: from a due month on, the level is judged by what its best months have shown."""
    ratchet = None if month.contract.credits is None else month.contract.credits.ratchet
    if (
        ratchet is None
        or level.expected is None
        or not ratchet_is_due(ratchet, month.period, term_starts_on=term_starts_on)
    ):
        return
    expected, minimum = state.moved or (level.expected, level.minimum)
    stepped = ratcheted_expected(ratchet, state.values, expected=expected, minimum=minimum, at_most=level.at_most)
    state.moved = (stepped.expected, stepped.minimum)


def standard_of(
    level_id: str, level: ServiceLevel, day: date, *, moved: tuple[Decimal, Decimal | None] | None = None
) -> Standard:
    """What a level is judged by on a day: the contract's values, its glide path, or where the ratchet moved them."""
    expected, minimum = moved or (level.expected_on(day), level.minimum)
    low = level.low_volume
    sample = None if low is None else MinimumSample(low.below, LowVolume(low.then), low.misses)
    return Standard(
        service_level=level_id,
        expected=expected,
        minimum=minimum,
        at_most=level.at_most,
        rounding=level.rounding,
        is_proportion=level.measure.is_share,
        is_critical=level.is_critical,
        minimum_sample=sample,
    )


def _charges(month: JudgedMonth, evidence: Evidence, as_of: int) -> PeriodCharges:
    lines = month.contract.charges
    volumes = charged_volumes(month.contract, volume_lines(lines, month.period), month.period, evidence, as_of=as_of)
    return charges_of(month.period, lines, volumes).for_credits()


def _provenance(versions: ContractVersions, evidence: Evidence, as_of: int) -> Provenance:
    contract = versions.versions[-1].contract
    return Provenance(
        contract=contract.id,
        contract_sha256=versions.sha256,
        client=contract.contract.client,
        provider=contract.contract.provider,
        time_zone=contract.time_zone,
        facts=evidence.counts,
        facts_sha256=evidence.sha256,
        as_of=as_of,
        remit_version=__version__,
    )


def _is_asked_for(period: Period, request: Request) -> bool:
    after = request.first is None or period.start_on >= request.first.start_on
    return after and (request.last is None or period.end_on <= request.last.end_on)
