"""Backtesting: past months measured once by terms that are on trial, then settled over many years drawn from them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from remit.ingest.contract_files import ContractVersion, ContractVersions
from remit.performance.backtests import (
    Backtest,
    PastMonth,
    Replay,
    Season,
    Variation,
    Varied,
    WindowSums,
    YearOutcome,
    YearPlan,
    backtest_of,
    expected_credit,
    largest_first,
    plan_year,
    replayed_terms,
    settle_years,
    settled_months,
    variations_of,
)
from remit.runs.charging import charges_in
from remit.runs.evidence import Evidence
from remit.runs.judging import JudgedMonth, Progress, Walk, measure_months
from remit.runs.measured import NOTHING, missing_tables
from remit.terms.contracts import Contract
from remit.terms.periods import Period, months_between
from remit.terms.problems import Problem, ProblemsFound
from remit.terms.service_levels import WindowKind

WANTED_MONTHS = 12
SENSITIVITY_YEARS = 100
DEFAULT_YEARS = 1000
DEFAULT_SEED = 1
_FIRST_WEEK = timedelta(days=7)
_YEARS_A_STEP = 25


@dataclass(frozen=True, slots=True)
class Trial:
    """How terms are tested: on which past months, by how many drawn years, from which seed, and what is varied."""

    first: Period | None = None
    last: Period | None = None
    years: int = DEFAULT_YEARS
    seed: int = DEFAULT_SEED
    season: Season = Season.NONE
    varies: bool = False
    as_of: int | None = None

    def includes(self, month: Period) -> bool:
        """Whether a past month is among those asked for."""
        is_late_enough = self.first is None or month.start_on >= self.first.start_on
        return is_late_enough and (self.last is None or month.end_on <= self.last.end_on)


def backtest(
    versions: ContractVersions, evidence: Evidence, trial: Trial = Trial(), *, progress: Progress | None = None
) -> Backtest:
    """The terms after their last amendment, tested on the whole past months that the facts hold.

    Each month is measured once; every drawn year is then settled by the same rules as a real one. With `varies` the
    terms are also changed one thing at a time, and the change in the expected credit is found on the first hundred of
    the same years, so that the difference is the change's and not the draw's. Raises ProblemsFound where the terms
    credit nothing, or where the facts hold no whole month.
    """
    latest = versions.latest
    if latest.credits is None:
        raise ProblemsFound([_problem(versions, "credits", "the terms have no credits to test", "write credits: …")])
    as_of = trial.as_of if trial.as_of is not None else evidence.last_at
    months, left_out = _whole_months(latest, evidence, trial, as_of)
    if as_of is None or not months:
        raise ProblemsFound([_problem(versions, "", "the facts hold no whole month to test these terms on")])
    course = _Course(versions, evidence, as_of, months, progress or _say_nothing)
    contract = replayed_terms(latest, months)
    past = course.measured(contract)
    plan = plan_year(contract, past, trial.season)
    draws = plan.draws(years=trial.years, seed=trial.seed)
    outcomes = _in_steps(contract, past, plan, draws, course.progress)
    replay = [(month.period, month) for month in past]
    judged, statements = settled_months(contract, replay, term_starts_on=contract.term.first_on)
    tested = Replay(contract, past, judged, statements, tuple(outcomes))
    varied: tuple[Varied, ...] = ()
    if trial.varies:
        varied = _varied(course, tested, plan, draws[:SENSITIVITY_YEARS])
    notes = [*_notes(latest, contract, months, versions), *_unmeasured(contract, evidence), *left_out]
    return backtest_of(tested, seed=trial.seed, season=trial.season, notes=notes, variations=varied)


def _say_nothing(_what: str, _done: int, _of: int) -> None:
    """Progress that nobody asked for."""


def _problem(versions: ContractVersions, path: str, what: str, hint: str = "") -> Problem:
    return Problem(versions.files[0], 0, path, what, hint)


def _whole_months(
    contract: Contract, evidence: Evidence, trial: Trial, as_of: int | None
) -> tuple[tuple[Period, ...], list[str]]:
    """The months asked for in which the facts run from the first week to the end, and what is said of the others."""
    if evidence.happened is None or as_of is None:
        return (), []
    first_on, last_on = (_local_day(contract, min(at, as_of)) for at in evidence.happened)
    asked = [month for month in months_between(first_on, last_on) if trial.includes(month)]
    notes, whole = [], []
    for month in asked:
        if first_on >= month.start_on + _FIRST_WEEK:
            notes.append(f"{month.label} is left out: the facts begin on {first_on}")
        elif last_on < month.last_on and _local_day(contract, as_of) <= month.last_on:
            notes.append(f"{month.label} is left out: the facts end on {last_on}")
        else:
            whole.append(month)
    return tuple(whole), notes


def _local_day(contract: Contract, at: int) -> date:
    return datetime.fromtimestamp(at, UTC).astimezone(contract.zone).date()


@dataclass(frozen=True)
class _Course:
    """What every measurement of one backtest needs."""

    versions: ContractVersions
    evidence: Evidence
    as_of: int
    months: tuple[Period, ...]
    progress: Progress

    def measured(self, contract: Contract) -> tuple[PastMonth, ...]:
        """Every level of every past month by the terms, and the month's charges."""
        walk = self._walk(contract)
        judged = [JudgedMonth(month, contract) for month in self.months]
        names = _credited(contract)
        sums: dict[str, list[tuple[WindowSums, ...]]] = {}
        for position, name in enumerate(names):
            self.progress(f"measuring {name}", position, len(names))
            sums[name] = _sums(walk, judged, name)
        return tuple(
            PastMonth(
                month.period,
                {name: sums[name][index] for name in names},
                charges_in(walk, month.contract, month.period).for_credits(),
            )
            for index, month in enumerate(judged)
        )

    def measured_again(self, variation: Variation, past: Sequence[PastMonth]) -> tuple[PastMonth, ...]:
        """The past months with the levels a change concerns counted by the changed terms; charges stay."""
        names = [name for name in _credited(variation.contract) if name in variation.measured_again]
        if not names:
            return tuple(past)
        walk = self._walk(variation.contract)
        judged = [JudgedMonth(month, variation.contract) for month in self.months]
        again = {name: _sums(walk, judged, name) for name in names}
        return tuple(
            replace(month, sums={**month.sums, **{name: found[index] for name, found in again.items()}})
            for index, month in enumerate(past)
        )

    def _walk(self, contract: Contract) -> Walk:
        only = ContractVersion(contract.term.first_on, contract)
        return Walk(replace(self.versions, versions=(only,)), self.evidence, self.as_of)


def _credited(contract: Contract) -> list[str]:
    """The levels whose figures can cost anything."""
    names = () if contract.credits is None else contract.credits.levels()
    return [name for name in names if name in contract.service_levels]


def _sums(walk: Walk, judged: Sequence[JudgedMonth], name: str) -> list[tuple[WindowSums, ...]]:
    measured = measure_months(walk, judged, name)
    found = []
    for month in judged:
        windows = ((window, measured.get((window, ()), NOTHING)) for window in month.windows_of(name))
        found.append(tuple(WindowSums(window, sums.ratio, sums.excluded) for window, sums in windows))
    return found


def _in_steps(
    contract: Contract,
    past: Sequence[PastMonth],
    plan: YearPlan,
    draws: Sequence[Sequence[int]],
    progress: Progress,
) -> list[YearOutcome]:
    outcomes: list[YearOutcome] = []
    for start in range(0, len(draws), _YEARS_A_STEP):
        progress("settling drawn years", start, len(draws))
        outcomes += settle_years(contract, past, plan, draws[start : start + _YEARS_A_STEP])
    return outcomes


def _varied(course: _Course, tested: Replay, plan: YearPlan, draws: Sequence[Sequence[int]]) -> tuple[Varied, ...]:
    """Each change's effect on the expected credit; those that change nothing at all are left out."""
    before = expected_credit(tested.outcomes[: len(draws)])
    variations = list(variations_of(tested.contract))
    found = []
    for position, one in enumerate(variations):
        course.progress(f"varying {one.what} of {one.subject}", position, len(variations))
        past = course.measured_again(one, tested.past)
        after = expected_credit(settle_years(one.contract, past, plan, draws))
        found.append(Varied(one.what, one.subject, one.change, before, after))
    return largest_first(found)


def _notes(latest: Contract, contract: Contract, months: Sequence[Period], versions: ContractVersions) -> list[str]:
    """What a reader must know to trust the figures no further than they go."""
    notes = []
    if len(months) < WANTED_MONTHS:
        notes.append(
            f"only {len(months)} past months: fewer than twelve show no whole year, and a year drawn from them can't"
        )
    if not latest.term_period.overlaps(Period(months[0].start_on, months[-1].end_on)):
        notes.append(f"the terms begin on {latest.term.first_on}: they are tested as they stand on that day")
    if len(versions.versions) > 1:
        notes.append("the terms after the last amendment are taken for every month")
    rolling = [name for name in contract.service_levels if _rolls(contract, name)]
    if rolling:
        notes.append(f"{', '.join(rolling)}: rolling windows overlap, and drawn months don't; read them with care")
    notes.append("each drawn year begins clean: no failure and no credit before it, as in a contract's first year")
    return notes


def _rolls(contract: Contract, name: str) -> bool:
    return contract.service_levels[name].window.kind in (WindowKind.ROLLING_DAYS, WindowKind.ROLLING_MONTHS)


def _unmeasured(contract: Contract, evidence: Evidence) -> list[str]:
    """Levels that the facts bring no table for: they are never missed here, and may be in life."""
    missing = [name for name in _credited(contract) if missing_tables(contract, name, evidence)]
    if not missing:
        return []
    return [f"{', '.join(missing)}: the facts have no records to measure it by, so it costs nothing here"]
