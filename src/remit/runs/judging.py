"""Judging months: every service level of every month measured with few queries, then judged in order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import pairwise

from remit.ingest.contract_files import ContractVersions
from remit.performance.measures.windows import windows_ending_in
from remit.performance.relief import AgreedRelief, Relieved, excused, relieved, why_not_relievable
from remit.performance.service_credits import Course, judged_from, settled_from, standard_of
from remit.performance.service_levels import Attainment, Standard, judge
from remit.runs.agreed import reliefs_in
from remit.runs.evidence import TABLES_OF_PERIODS, Evidence
from remit.runs.measured import NOTHING, Key, Measured, adds_up_with, measure_level, missing_tables
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


@dataclass(frozen=True, slots=True)
class Piece:
    """Days measured by one version of the terms: a window, or the part of it before or after a change."""

    contract: Contract
    days: Period


@dataclass(slots=True)
class JudgedMonth:
    """One month's attainments; `pieces` tells whose records stand behind each: its own, and those carried into it.

    `relieved` has those that both sides agreed to relieve, as they then stand.
    """

    period: Period
    contract: Contract
    attainments: list[Attainment] = field(default_factory=list)
    breakdown: list[Attainment] = field(default_factory=list)
    pieces: dict[tuple[str, Period], tuple[Piece, ...]] = field(default_factory=dict)
    relieved: dict[tuple[str, Period], Relieved] = field(default_factory=dict)

    def windows_of(self, level_id: str) -> tuple[Period, ...]:
        """The windows of a level that are judged with this month."""
        level = self.contract.service_levels.get(level_id)
        if level is None:
            return ()
        return windows_ending_in(self.period, level.window, term=self.contract.term_period)


@dataclass(frozen=True, slots=True)
class Walk:
    """What every step of one run needs: the terms, the facts, and the instant up to which open records have run.

    `is_cut` says that somebody named that instant, rather than the facts by ending there.
    """

    versions: ContractVersions
    evidence: Evidence
    as_of: int
    is_cut: bool = False

    def months(self, request: Request) -> tuple[Period, ...]:
        """The months from the first with facts in the term to the last asked for, or to the last with facts.

        They may be more than have to be judged; see `months_to_settle`.
        """
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

    def months_to_settle(self, request: Request) -> tuple[Period, ...]:
        """The months to judge so that those asked for are settled right: as far back as the terms look, and no further.

        Empty where no month of the request has facts.
        """
        every = self.months(request)
        asked = [month for month in every if request.includes(month)]
        if not asked:
            return ()
        start = settled_from(self._contracts, asked[0], asked[-1], term_starts_on=self._term_starts_on)
        return tuple(month for month in every if start is None or month >= start)

    def months_to_judge(self, period: Period, level_id: str) -> tuple[Period, ...]:
        """The months to judge so that one level's attainments of a month are right."""
        every = self.months(Request(first=period, last=period))
        start = judged_from(self._contracts, (level_id,), period, period, term_starts_on=self._term_starts_on)
        return tuple(month for month in every if start is None or month >= start)

    @property
    def _contracts(self) -> tuple[Contract, ...]:
        return tuple(version.contract for version in self.versions.versions)

    @property
    def _term_starts_on(self) -> date:
        return self.versions.signed.term.first_on

    @property
    def reached(self) -> str:
        """Up to which day the run sees, in words for a note: because it was asked to, or because the facts end."""
        return f"{'judged as of' if self.is_cut else 'the facts reach to'} {self.local_day(self.as_of)}"

    def local_day(self, at: int) -> date:
        """The day of an instant in the contract's zone."""
        return datetime.fromtimestamp(at, UTC).astimezone(self.versions.signed.zone).date()

    def pieces_of(self, month: JudgedMonth, level_id: str, window: Period) -> tuple[Piece, ...]:
        """A window in the pieces that are each measured by one version of the terms.

        Only sums can be measured in pieces: a median, or a backlog at the window's end, is measured by the terms that
        judge it, and so is a level whose measure is another one after the change. So is one whose records the versions
        would place on other days: a record due on the 14th by one version and on the 16th by the next would count
        twice where the terms changed on the 15th, or never.
        """
        whole = (Piece(month.contract, window),)
        if month.contract.amended_inside_period != "by_record":
            return whole
        edges = [window.start_on, *self.versions.changes_within(window), window.end_on]
        pieces = [Piece(self.versions.in_force_on(start), Period(start, end)) for start, end in pairwise(edges)]
        kept = tuple(piece for piece in pieces if level_id in piece.contract.service_levels)
        own = month.contract
        is_one_sum = all(adds_up_with(one.contract, own, level_id) for one in kept)
        return kept if is_one_sum else whole


def walk_of(versions: ContractVersions, evidence: Evidence, as_of: int | None) -> Walk | None:
    """A walk as of an instant, or as of the facts' last one; None where there are no facts."""
    if as_of is not None:
        return Walk(versions, evidence, as_of, is_cut=True)
    return None if evidence.last_at is None else Walk(versions, evidence, evidence.last_at)


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
    agreed = reliefs_in(walk.evidence)
    for position, level_id in enumerate(level_ids):
        if progress is not None:
            progress(f"measuring {level_id}", position, len(level_ids))
        measured = measure_months(walk, judged, level_id)
        split = measure_months(walk, judged, level_id, dimensions=dimensions) if dimensions else {}
        _judge_level(walk, judged, level_id, measured)
        _relieve_level(judged, level_id, agreed)
        _judge_split(judged, level_id, split, dimensions)
    return judged


def measure_months(
    walk: Walk, judged: Sequence[JudgedMonth], level_id: str, *, dimensions: tuple[str, ...] = ()
) -> dict[Key, Measured]:
    """The sums of a level over all windows of all months, each by the terms in force in it."""
    sums: dict[Key, Measured] = {}
    for contract, parts in _wanted(walk, judged, level_id):
        found = measure_level(contract, level_id, parts, walk.evidence, as_of=walk.as_of, dimensions=dimensions)
        for (days, values), measured in found.items():
            for window in parts[days]:
                before = sums.get((window, values), NOTHING)
                sums[window, values] = Measured(before.ratio + measured.ratio, before.excluded + measured.excluded)
    return sums


def _wanted(
    walk: Walk, judged: Sequence[JudgedMonth], level_id: str
) -> Iterable[tuple[Contract, dict[Period, list[Period]]]]:
    """The days each version of the terms has to measure, with the windows they are part of."""
    wanted: dict[int, tuple[Contract, dict[Period, list[Period]]]] = {}
    for month in judged:
        for window in month.windows_of(level_id):
            for piece in walk.pieces_of(month, level_id, window):
                _, parts = wanted.setdefault(id(piece.contract), (piece.contract, {}))
                parts.setdefault(piece.days, []).append(window)
    return wanted.values()


def _judge_level(walk: Walk, judged: Sequence[JudgedMonth], level_id: str, measured: dict[Key, Measured]) -> None:
    """One level month by month, since leftover samples and the ratchet look back."""
    course = Course(level_id, walk.versions.signed.term.first_on)
    carried: tuple[Piece, ...] = ()
    for month in judged:
        if level_id not in month.contract.service_levels:
            continue
        standard = course.standard_in(month.contract, month.period)
        found = []
        for window in month.windows_of(level_id):
            sums = measured.get((window, ()), NOTHING)
            one = course.judged(standard, sums.ratio, window=window, excluded=sums.excluded)
            found.append(_noted(one, walk, month))
            own = walk.pieces_of(month, level_id, window)
            pieces = (*carried, *own)
            carried = pieces if course.sample is not None else ()
            # A window that is itself carried on is stated with its own counts; the one that is judged has them all.
            month.pieces[level_id, window] = own if carried else pieces
        month.attainments += found
        course.end_month(found)


def _relieve_level(
    judged: Sequence[JudgedMonth], level_id: str, agreed: Mapping[tuple[str, str], AgreedRelief]
) -> None:
    """The missed months of a level with the relief both sides agreed on; a ratchet keeps to what was measured."""
    for month in judged:
        relief = agreed.get((level_id, month.period.label))
        if relief is None or why_not_relievable(month.contract, level_id, relief.relief):
            continue
        for place, one in enumerate(month.attainments):
            if one.service_level == level_id and one.standing.is_miss:
                found = relieved(one, standard_again(one, month.contract.service_levels[level_id]), relief)
                month.relieved[level_id, one.window] = found
                month.attainments[place] = found.attainment


def _noted(attainment: Attainment, walk: Walk, month: JudgedMonth) -> Attainment:
    """With a note where the figure is not the last word: facts that were not brought, or days still to come."""
    missing = missing_tables(month.contract, attainment.service_level, walk.evidence)
    if missing:
        return replace(attainment, note=f"the facts have no table {' and no table '.join(missing)}")
    if not is_unfinished(attainment, walk, month):
        return attainment
    note = "; ".join(filter(None, [attainment.note, f"the window is not over: {walk.reached}"]))
    return replace(attainment, note=note)


def is_unfinished(attainment: Attainment, walk: Walk, month: JudgedMonth) -> bool:
    """Whether a window ends after the run's instant; facts that end on its last day are taken to be whole."""
    if month.contract.service_levels[attainment.service_level].measure.table in TABLES_OF_PERIODS:
        return False
    _, end_at = attainment.window.instants(month.contract.zone)
    is_last_day = walk.local_day(walk.as_of) >= attainment.window.last_on
    return walk.as_of < end_at and (walk.is_cut or not is_last_day)


def _judge_split(
    judged: Sequence[JudgedMonth], level_id: str, split: dict[Key, Measured], dimensions: tuple[str, ...]
) -> None:
    """The level's parts by dimension, each judged by the whole's standard; nothing is carried on for them."""
    for month in judged:
        for window in month.windows_of(level_id):
            (whole,) = [one for one in month.attainments if one.service_level == level_id and one.window == window]
            standard = standard_again(whole, month.contract.service_levels[level_id])
            relief = month.relieved.get((level_id, window))
            parts = [
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
            is_excused = relief is not None and relief.is_whole
            month.breakdown += [excused(part, whole.note) for part in parts] if is_excused else parts


def standard_again(whole: Attainment, level: ServiceLevel) -> Standard:
    """The standard an attainment was judged by, which may have been moved, to judge others like it."""
    moved = None if whole.expected is None else (whole.expected, whole.minimum)
    return standard_of(whole.service_level, level, whole.window.start_on, moved=moved)
