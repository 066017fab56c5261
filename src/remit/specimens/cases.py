"""Cases of one provider: opened out of contacts, answered, paused, resolved, sometimes reopened, moved or re-ranked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from remit.specimens.contacts import Contacts, Flags, Floor
from remit.specimens.demand import month_of_year
from remit.specimens.rosters import Seconds, WorkingTime, outside_the_repeated_hour

NEW, IN_PROGRESS, WAITING, RESOLVED, CLOSED = range(5)
STATUSES = ("New", "In progress", "Waiting for customer", "Resolved", "Closed")
UNCHANGED = -1

PRIORITIES = ("P1", "P2", "P3", "P4")
_PRIORITY_SHARES = (0.04, 0.16, 0.5, 0.3)
# What the desk aims at, in open hours: well inside what the contracts ask for.
_WORK_HOURS = (1.7, 3.6, 10.5, 18.0)
_DAY = 86_400


@dataclass(frozen=True)
class Cases:
    """A year's cases: one row a case."""

    opened_at: Seconds
    site: Seconds
    queue: Seconds
    language: Seconds
    reason: Seconds
    customer: Seconds
    priority: Seconds
    last_priority: Seconds
    last_site: Seconds
    responded_at: Seconds
    resolved_at: Seconds
    closed_at: Seconds
    reopened: Flags
    contacts: Seconds
    work_seconds: Seconds

    def __len__(self) -> int:
        return len(self.opened_at)


@dataclass(frozen=True)
class CaseEvents:
    """Every change of every case, by case and then in order; UNCHANGED where a change leaves a value alone."""

    case: Seconds
    at: Seconds
    sequence: Seconds
    status: Seconds
    priority: Seconds
    site: Seconds


@dataclass(frozen=True)
class _Step:
    """One kind of change and the cases it happens to."""

    happens: Flags
    at: Seconds
    status: int = UNCHANGED
    priority: Seconds | None = None
    site: Seconds | None = None


def make_cases(
    contacts: Contacts, floor: Floor, rng: np.random.Generator, *, share: float, moves: float
) -> tuple[Cases, CaseEvents]:
    """The cases that a share of answered contacts opens, and their histories; `moves` of them change site."""
    source = np.flatnonzero(contacts.is_answered & (contacts.channel < 2) & (rng.random(len(contacts)) < share))
    count = len(source)
    opened = contacts.ended_at[source] + rng.integers(5, 240, count)
    site = contacts.site[source]
    roster = [WorkingTime(one) for one in floor.sites]
    priority = np.searchsorted(np.cumsum(_PRIORITY_SHARES), rng.random(count)).clip(0, 3).astype(np.int64)
    stress = np.array(floor.stress)[month_of_year(opened)]
    work = np.array(_WORK_HOURS)[priority] * 3600 * stress**1.4 * np.exp(0.42 * rng.standard_normal(count))
    work_seconds = np.maximum(work, 60).astype(np.int64)
    answer = (np.array([0.25, 0.6, 0.9, 1.1])[priority] * 3600 * stress * rng.gamma(1.6, 0.45, count)).astype(np.int64)
    responded = _later(roster, site, opened, np.minimum(answer, work_seconds // 2))
    paused, paused_at, resumed = _pauses(roster, site, responded, work_seconds, rng)
    rest = np.where(paused, work_seconds // 2, work_seconds - np.minimum(answer, work_seconds // 2))
    first_resolved = _later(roster, site, np.where(paused, resumed, responded), rest)
    reopened = rng.random(count) < 0.055
    reopened_at = outside_the_repeated_hour(
        first_resolved + (rng.random(count) ** 2 * 11 * _DAY).astype(np.int64) + 600
    )
    again = _later(roster, site, reopened_at, (work_seconds * 0.3 * rng.random(count)).astype(np.int64) + 300)
    resolved = np.where(reopened, again, first_resolved)
    ranked, ranked_at = _changes(opened, first_resolved, rng, share=0.06)
    new_priority = _ranked_anew(priority, rng)
    moved, moved_at = _changes(opened, first_resolved, rng, share=moves)
    new_site = (site + 1) % len(roster)
    closed = resolved + 5 * _DAY
    everyone = np.ones(count, dtype=np.bool_)
    steps = [
        _Step(everyone, opened, NEW, priority, site),
        _Step(everyone, responded, IN_PROGRESS),
        _Step(ranked, ranked_at, UNCHANGED, new_priority),
        _Step(moved, moved_at, UNCHANGED, None, new_site),
        _Step(paused, paused_at, WAITING),
        _Step(paused, resumed, IN_PROGRESS),
        _Step(everyone, first_resolved, RESOLVED),
        _Step(reopened, reopened_at, IN_PROGRESS),
        _Step(reopened, again, RESOLVED),
        _Step(everyone, closed, CLOSED),
    ]
    cases = Cases(
        opened_at=opened,
        site=site,
        queue=contacts.queue[source],
        language=contacts.language[source],
        reason=contacts.reason[source],
        customer=contacts.customer[source],
        priority=priority,
        last_priority=np.where(ranked, new_priority, priority),
        last_site=np.where(moved, new_site, site),
        responded_at=responded,
        resolved_at=resolved,
        closed_at=closed,
        reopened=reopened,
        contacts=1 + rng.poisson(0.35, count) + reopened,
        work_seconds=work_seconds,
    )
    return cases, _in_order(steps)


def _later(roster: Sequence[WorkingTime], site: Seconds, at: Seconds, work_seconds: Seconds) -> Seconds:
    return np.choose(site, [one.later(at, work_seconds) for one in roster]).astype(np.int64)


def _pauses(
    roster: Sequence[WorkingTime], site: Seconds, responded: Seconds, work_seconds: Seconds, rng: np.random.Generator
) -> tuple[Flags, Seconds, Seconds]:
    """Which cases wait for their customer, from when until when; a few are parked for weeks."""
    count = len(site)
    paused = rng.random(count) < 0.27
    waits = 3600 * (1 + 16 * np.exp(0.9 * rng.standard_normal(count)))
    parked = rng.random(count) < 0.03
    waits = np.where(parked, _DAY * (6 + 14 * rng.random(count)), np.minimum(waits, 8 * _DAY))
    paused_at = _later(roster, site, responded, (work_seconds * 0.4).astype(np.int64))
    return paused, paused_at, outside_the_repeated_hour(paused_at + waits.astype(np.int64))


def _changes(opened: Seconds, resolved: Seconds, rng: np.random.Generator, *, share: float) -> tuple[Flags, Seconds]:
    """Which cases change on their way, and when."""
    at = opened + ((resolved - opened) * (0.05 + 0.6 * rng.random(len(opened)))).astype(np.int64)
    return rng.random(len(opened)) < share, outside_the_repeated_hour(at)


def _ranked_anew(priority: Seconds, rng: np.random.Generator) -> Seconds:
    """The next priority: mostly one less urgent, as the first alarm passes; the least urgent can only rise."""
    rises = (rng.random(len(priority)) < 0.12) | (priority == len(PRIORITIES) - 1)
    return np.where(rises, np.maximum(priority - 1, 0), priority + 1)


def _in_order(steps: Sequence[_Step]) -> CaseEvents:
    """All changes by case and instant; those of one second keep the order of the steps."""

    def gathered(values: Sequence[npt.NDArray[np.int64]]) -> Seconds:
        return np.concatenate([one[step.happens] for one, step in zip(values, steps, strict=True)])

    count = len(steps[0].at)
    nothing = np.full(count, UNCHANGED, dtype=np.int64)
    case = gathered([np.arange(count)] * len(steps))
    at = gathered([step.at for step in steps])
    status = gathered([np.full(count, step.status, dtype=np.int64) for step in steps])
    priority = gathered([nothing if step.priority is None else step.priority for step in steps])
    site = gathered([nothing if step.site is None else step.site for step in steps])
    rank = np.concatenate([np.full(int(step.happens.sum()), number) for number, step in enumerate(steps)])
    order = np.lexsort((rank, at, case))
    case, at = case[order], at[order]
    first = np.searchsorted(case, np.arange(count))
    return CaseEvents(case, at, np.arange(len(case)) - first[case], status[order], priority[order], site[order])
